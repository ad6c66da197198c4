/* Kho 57. Everything here adds to pages that are whole without it. */
(function () {
  "use strict";
  var doc = document;
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }
  function on(target, names, act) { names.split(" ").forEach(function (name) { target.addEventListener(name, act); }); }

  /* What only works with script is shown by script. */
  all("[data-enhanced]").forEach(function (part) { part.hidden = false; });

  all("select[data-submit]").forEach(function (select) {
    on(select, "change", function () { if (select.form) { select.form.submit(); } });
  });

  /* ── Panels and the menu close with Escape, and one closes the other ── */
  var panels = all("details.popout, details.menu");
  panels.forEach(function (panel) {
    on(panel, "toggle", function () {
      if (!panel.open) { return; }
      panels.forEach(function (other) { if (other !== panel) { other.open = false; } });
      if (panel.classList.contains("popout")) { panel.lastElementChild.scrollIntoView({ block: "nearest" }); }
    });
  });
  on(doc, "keydown", function (event) {
    if (event.key !== "Escape") { return; }
    panels.forEach(function (panel) {
      if (panel.open) {
        var inside = panel.contains(doc.activeElement);
        panel.open = false;
        if (inside) { panel.querySelector("summary").focus(); }
      }
    });
    if (location.hash === "#filters") { location.hash = "found"; }
  });
  on(doc, "click", function (event) {
    panels.forEach(function (panel) { if (panel.open && !panel.contains(event.target)) { panel.open = false; } });
  });

  /* ── Filters on the phone: focus goes in with the sheet and comes back ── */
  on(window, "hashchange", function (event) {
    var filters = doc.getElementById("filters"), opener = doc.getElementById("open-filters");
    if (!filters || !opener) { return; }
    if (location.hash === "#filters") { filters.focus(); }
    else if (/#filters$/.test(event.oldURL)) { opener.focus(); }
  });

  /* ── Copying and sharing ── */
  all("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    on(button, "click", function () {
      var source = doc.querySelector('[data-copied="' + button.dataset.copy + '"]');
      navigator.clipboard.writeText(source.textContent.trim()).then(function () {
        var words = button.querySelector("span"), before = words.textContent;
        words.textContent = button.dataset.done;
        words.setAttribute("role", "status");
        button.classList.add("copied");
        setTimeout(function () { words.textContent = before; words.removeAttribute("role"); button.classList.remove("copied"); }, 2500);
      });
    });
  });
  all("[data-share]").forEach(function (button) {
    if (!navigator.share) { return; }
    button.hidden = false;
    on(button, "click", function () { navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(function () {}); });
  });

  /* ── Player: words and chapters lead into it and follow it ── */
  var player = doc.getElementById("player");
  if (player) {
    var links = all("a[data-time]");
    var lists = all(".timed").map(function (list) {
      return all("a[data-time]", list).map(function (link) { return { at: parseFloat(link.dataset.time), link: link }; });
    });
    links.forEach(function (link) {
      on(link, "click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
        event.preventDefault();
        player.currentTime = parseFloat(link.dataset.time);
        if (player.play) { var playing = player.play(); if (playing) { playing.catch(function () {}); } }
        history.replaceState(null, "", link.getAttribute("href"));
      });
    });
    var follow = function () {
      var now = player.currentTime + 0.05;
      lists.forEach(function (rows) {
        var current = null;
        rows.forEach(function (row) { if (row.at <= now) { current = row; } });
        rows.forEach(function (row) {
          if (row === current && !row.link.hasAttribute("aria-current")) {
            row.link.setAttribute("aria-current", "true");
            var box = row.link.closest(".transcript");
            if (box && !box.contains(doc.activeElement)) {
              box.scrollTop += row.link.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
            }
          } else if (row !== current) { row.link.removeAttribute("aria-current"); }
        });
      });
    };
    on(player, "timeupdate seeked", follow);
    all("[data-skip]").forEach(function (button) {
      on(button, "click", function () { player.currentTime = Math.max(0, player.currentTime + Number(button.dataset.skip)); });
    });
    all("[data-speed]").forEach(function (select) { on(select, "change", function () { player.playbackRate = Number(select.value); }); });
    all("[data-wave]").forEach(function (wave) {
      var heard = wave.querySelector("[data-heard]");
      on(player, "timeupdate seeked", function () {
        heard.setAttribute("width", String(player.duration ? 400 * player.currentTime / player.duration : 0));
      });
      on(wave, "click", function (event) {
        var box = wave.getBoundingClientRect();
        if (player.duration) { player.currentTime = player.duration * (event.clientX - box.left) / box.width; }
      });
    });
    all("[data-scrubber]").forEach(function (bar) {
      var total = parseFloat(bar.dataset.scrubber), parts = all("i", bar);
      var starts = parts.map(function (part) { return parseFloat(part.dataset.start); });
      parts.forEach(function (part, place) {
        var end = place + 1 < starts.length ? starts[place + 1] : total, begin = place ? starts[place] : 0;
        part.style.flexGrow = String(Math.max(end - begin, total / 100));
        on(part, "click", function (event) {
          var box = part.getBoundingClientRect();
          player.currentTime = begin + (end - begin) * (event.clientX - box.left) / box.width;
        });
        on(player, "timeupdate seeked", function () {
          var done = Math.min(1, Math.max(0, (player.currentTime - begin) / (end - begin)));
          part.style.backgroundSize = done * 100 + "% 100%";
        });
      });
    });
  }

  all("[data-print]").forEach(function (button) { on(button, "click", function () { window.print(); }); });

  /* ── Enlarged pictures: keys move and zoom ── */
  all("a[data-zoom]").forEach(function (opener) {
    var dialog = doc.getElementById(opener.dataset.zoom), level = 1, fit = 0;
    if (!dialog || !dialog.showModal) { return; }
    var view = dialog.querySelector("[data-zoom-view]"), picture = dialog.querySelector("[data-zoom-picture]");
    var shown = dialog.querySelector("[data-zoom-level]");
    function draw(next) {
      var middleX = (view.scrollLeft + view.clientWidth / 2) / Math.max(1, view.scrollWidth);
      var middleY = (view.scrollTop + view.clientHeight / 2) / Math.max(1, view.scrollHeight);
      level = Math.min(6, Math.max(1, next));
      picture.style.width = fit * level + "px";
      shown.textContent = Math.round(level * 100) + "%";
      view.scrollLeft = middleX * view.scrollWidth - view.clientWidth / 2;
      view.scrollTop = level === 1 ? 0 : middleY * view.scrollHeight - view.clientHeight / 2;
    }
    function start() {
      var ratio = picture.naturalWidth / Math.max(1, picture.naturalHeight);
      var whole = Math.min(view.clientWidth, view.clientHeight * ratio);
      fit = ratio < 0.8 ? Math.min(view.clientWidth, Math.max(whole, 640)) : whole;
      draw(level); // a large picture arrives after the first keys: what they chose stays
    }
    on(opener, "click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      dialog.showModal();
      level = 1;
      picture.onload = start;
      picture.loading = "eager";
      picture.src = picture.dataset.zoomPicture;
      if (picture.complete) { start(); }
      view.focus();
    });
    on(dialog.querySelector("[data-zoom-in]"), "click", function () { draw(level * 1.5); });
    on(dialog.querySelector("[data-zoom-out]"), "click", function () { draw(level / 1.5); });
    on(dialog.querySelector("[data-zoom-close]"), "click", function () { dialog.close(); });
    on(dialog, "close", function () { opener.focus(); });
    on(dialog, "keydown", function (event) {
      if (event.key === "+" || event.key === "=") { draw(level * 1.5); }
      else if (event.key === "-") { draw(level / 1.5); }
      else if (event.key === "0") { draw(1); }
    });
    var drag = null;
    on(view, "pointerdown", function (event) {
      if (event.pointerType === "mouse") { drag = [event.clientX + view.scrollLeft, event.clientY + view.scrollTop]; event.preventDefault(); view.focus(); }
    });
    on(view, "pointermove", function (event) {
      if (drag) { view.scrollLeft = drag[0] - event.clientX; view.scrollTop = drag[1] - event.clientY; }
    });
    on(window, "pointerup pointercancel", function () { drag = null; });
  });
})();
