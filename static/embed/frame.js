/* In our frame page: takes the choices of the embed code from the address, and tells the host our height. */
(function (w, d) {
  "use strict";
  var root = d.querySelector(".k57");
  if (!root) return;
  var layouts = { list: "k57-list-layout", cards: "k57-cards", feature: "k57-feature" };
  var chosen = {};
  w.location.search.slice(1).split("&").forEach(function (pair) {
    var cut = pair.indexOf("=");
    if (cut > 0) chosen[pair.slice(0, cut)] = pair.slice(cut + 1);
  });
  function colour(text) { return /^[0-9a-f]{6}$/i.test(text || "") ? "#" + text : ""; }

  if (Object.prototype.hasOwnProperty.call(layouts, chosen.layout)) {
    Object.keys(layouts).forEach(function (name) { root.classList.remove(layouts[name]); });
    root.classList.add(layouts[chosen.layout]);
  }
  if (/^(light|dark|auto)$/.test(chosen.theme)) root.setAttribute("data-theme", chosen.theme);
  if (colour(chosen.accent)) root.style.setProperty("--k57-accent", colour(chosen.accent));
  if (colour(chosen.dark)) root.style.setProperty("--k57-accent-dark", colour(chosen.dark));

  /* In a sandbox no link may lead the host's page elsewhere: each opens a page of its own. */
  function outwards() {
    [].slice.call(d.querySelectorAll("a[target=_parent]")).forEach(function (link) {
      link.target = "_blank";
      link.rel = "noopener";
    });
  }
  /* Once, when it is seen: which section stands on which site. Nothing about who looks. */
  function seen() {
    var here = w.location.pathname.match(/^\/embed\/([^/]+\/[^/]+)\/(en\/)?$/);
    var host = (d.referrer.match(/^https?:\/\/[^/]+/) || [""])[0];
    if (!here || here[1].slice(0, 2) === "r/" || !host || host === w.location.origin) return;
    if (!w.fetch || !w.IntersectionObserver) return;
    new w.IntersectionObserver(function (entries, watch) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      watch.disconnect();
      w.fetch("/embed/seen", {
        method: "POST", mode: "no-cors", keepalive: true, credentials: "omit",
        body: JSON.stringify({ section: here[1], form: "frame", origin: host })
      }).catch(function () {});
    }).observe(root);
  }

  function finish() {
    var limit = parseInt(chosen.limit, 10);
    if (limit > 0) {
      [].slice.call(root.querySelectorAll(".k57-item"), limit).forEach(function (item) { item.hidden = true; });
    }
    if (chosen.title === "0" && root.querySelector(".k57-head")) root.querySelector(".k57-head").hidden = true;
    if (w.parent === w) return;
    if (w.origin === "null") outwards();
    seen();
    var told = 0;
    function tell() {
      var height = Math.ceil(root.getBoundingClientRect().height);
      if (height > 0 && height !== told) w.parent.postMessage({ "kho57-height": told = height }, "*");
    }
    w.addEventListener("message", function (event) {
      if (event.source === w.parent && event.data === "kho57-height") { told = 0; tell(); }
    });
    if (w.ResizeObserver) new w.ResizeObserver(tell).observe(root);
    w.addEventListener("resize", tell);
    w.addEventListener("load", tell);
    tell();
  }
  if (d.readyState === "loading") d.addEventListener("DOMContentLoaded", finish); else finish();
})(window, document);
