/* The builder without reloading: each choice fetches the page it leads to and takes preview and code from it. */
(function (w, d) {
  "use strict";
  var form = d.querySelector("[data-builder]");
  if (!form || !w.fetch || !w.DOMParser || !w.URLSearchParams) return;
  var waiting, number = 0;

  function address() {
    var query = new URLSearchParams(new FormData(form));
    query.delete("_width");
    if (!query.get("limit")) query.delete("limit");
    if (query.get("accent") !== "other") query.delete("accent_other");
    return w.location.pathname + "?" + query.toString();
  }
  function take(page, selector) {
    var here = form.querySelector(selector), there = page.querySelector("[data-builder] " + selector);
    if (here && there) here.replaceWith(there);
  }
  function refresh() {
    var mine = ++number, to = address();
    w.fetch(to, { headers: { Accept: "text/html" } }).then(function (answer) { return answer.text(); }).then(function (text) {
      if (mine !== number) return;
      var page = new DOMParser().parseFromString(text, "text/html");
      ["[data-preview]", ".builder__code", "#accent-told"].forEach(function (part) { take(page, part); });
      w.history.replaceState(null, "", to);
      dress();
    }).catch(function () { form.submit(); });
  }
  function dress() {
    var widths = form.querySelector("[data-widths]"), copy = form.querySelector("[data-copy]");
    if (widths) widths.hidden = false;
    if (copy && w.navigator.clipboard) copy.hidden = false;
  }
  function measured(event) {
    var frame = form.querySelector("[data-frame]"), code = form.querySelector("[data-code]");
    var height = event.data && Math.ceil(+event.data["kho57-height"]);
    if (!frame || !code || event.source !== frame.contentWindow || !(height > 0)) return;
    code.textContent = code.textContent.replace(/height:\d+px/, "height:" + height + "px");
  }

  form.querySelector("[data-refresh]").hidden = true;
  form.addEventListener("submit", function (event) { event.preventDefault(); refresh(); });
  form.addEventListener("input", function (event) {
    if (event.target.name === "_width") {
      var preview = form.querySelector("[data-preview]");
      preview.className = "builder__preview" + (event.target.value ? " builder__preview--" + event.target.value : "");
      return;
    }
    if (event.target.name === "accent_other") form.querySelector("[name=accent][value=other]").checked = true;
    w.clearTimeout(waiting);
    waiting = w.setTimeout(refresh, event.target.type === "text" || event.target.type === "number" ? 500 : 0);
  });
  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    w.navigator.clipboard.writeText(form.querySelector("[data-code]").textContent).then(function () {
      button.querySelector("span").textContent = button.dataset.done;
      form.querySelector("[data-told]").textContent = button.dataset.done;
    });
  });
  w.addEventListener("message", measured);
  dress();
})(window, document);
