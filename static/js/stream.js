/* A film with a ladder: from the first press of play on, its quality follows the line (HLS). The page is whole
   without: the film then stays the one file that it began with. */
(function () {
  "use strict";
  var player = document.getElementById("player");
  if (!player || !player.dataset.stream) { return; }
  var media = window.MediaSource ? "script" : player.canPlayType("application/vnd.apple.mpegurl") ? "browser" : "";
  if (!media || (navigator.connection && navigator.connection.saveData && media === "browser")) { return; }

  function go(at) {
    var begun = player.play();
    if (at) { player.currentTime = at; }
    if (begun) { begun.catch(function () {}); }
  }

  /* What goes wrong on the way leads back to the one file, at the same moment. */
  function back(playing) {
    var at = player.currentTime;
    player.removeAttribute("src");
    player.load();
    player.currentTime = at;
    player.dataset.plays = "file";
    if (playing) { go(at); }
  }

  function native() {
    var at = player.currentTime;
    player.addEventListener("error", function () { back(true); }, { once: true });
    player.src = player.dataset.stream;
    player.dataset.plays = "stream";
    go(at);
  }

  function scripted() {
    var Hls = window.Hls, at = player.currentTime, begun = false, again = true;
    if (!Hls || !Hls.isSupported()) { go(0); return; }
    var hls = new Hls({ startPosition: at, enableWorker: false, capLevelToPlayerSize: true, maxBufferLength: 30, backBufferLength: 60 });
    hls.on(Hls.Events.ERROR, function (_name, said) {
      if (!said.fatal) { return; }
      if (said.type === Hls.ErrorTypes.MEDIA_ERROR && again) { again = false; hls.recoverMediaError(); return; }
      var playing = !begun || !player.paused;
      hls.destroy();
      back(playing);
    });
    hls.on(Hls.Events.MANIFEST_PARSED, function () { begun = true; go(0); });
    hls.loadSource(player.dataset.stream);
    hls.attachMedia(player);
    player.dataset.plays = "stream";
  }

  player.addEventListener("play", function () {
    player.pause();
    if (media === "browser") { native(); return; }
    var script = document.createElement("script");
    script.src = player.dataset.streamPlayer;
    script.onload = scripted;
    script.onerror = function () { go(0); };
    document.head.appendChild(script);
  }, { once: true });
})();
