/* The builder without reloading: each choice fetches the page it leads to and takes preview and code from it. */
(function (w, d) {
  "use strict";
  var form = d.querySelector("[data-builder]");
  if (!form || !w.fetch || !w.DOMParser || !w.URLSearchParams) return;
  var waiting, number = 0, watching, looks = { _form: "", _host: "", _width: "" };

  function address() {
    var query = new URLSearchParams(new FormData(form));
    Object.keys(looks).forEach(function (name) { query.delete(name); });
    ["limit", "q"].forEach(function (name) { if (!query.get(name)) query.delete(name); });
    if (query.get("accent") !== "other") query.delete("accent_other");
    return w.location.pathname + "?" + query.toString();
  }
  function take(page, selector) {
    var here = form.querySelector(selector), there = page.querySelector("[data-builder] " + selector);
    if (here && there) here.replaceWith(there);
  }
  function opened() {
    return [].map.call(form.querySelectorAll("details"), function (each) { return each.open; });
  }
  function refresh() {
    var mine = ++number, to = address();
    w.fetch(to, { headers: { Accept: "text/html" } }).then(function (answer) { return answer.text(); }).then(function (text) {
      if (mine !== number) return;
      var page = new DOMParser().parseFromString(text, "text/html"), open = opened();
      ["[data-preview]", ".builder__code", "#accent-told"].forEach(function (part) { take(page, part); });
      [].forEach.call(form.querySelectorAll("details"), function (each, place) { each.open = !!open[place]; });
      w.history.replaceState(null, "", to);
      dress();
    }).catch(function () { form.submit(); });
  }
  /* What only script can do: other looks of the preview, and copying. */
  function dress() {
    var views = form.querySelector("[data-views]"), component = form.querySelector("kho57-section");
    if (views) views.hidden = false;
    if (w.navigator.clipboard) {
      [].forEach.call(form.querySelectorAll("[data-copy]"), function (copy) { copy.hidden = false; });
    }
    if (component) {
      component.style.setProperty("--k57-accent", component.dataset.light);
      component.style.setProperty("--k57-accent-dark", component.dataset.dark);
      if (watching) watching.disconnect();
      if (w.ResizeObserver) {
        watching = new w.ResizeObserver(function () { reserve(component); });
        watching.observe(component);
      }
    }
    Object.keys(looks).forEach(function (name) {
      var chosen = form.querySelector("[name=" + name + '][value="' + looks[name] + '"]');
      if (chosen) chosen.checked = true;
    });
    look();
  }
  function look() {
    var preview = form.querySelector("[data-preview]"), stage = form.querySelector("[data-stage]");
    var component = form.querySelector('[data-shown="component"]'), frame = form.querySelector('[data-shown="frame"]');
    if (!stage) return;
    preview.className = "builder__preview" + (looks._width ? " builder__preview--" + looks._width : "");
    stage.className = "stage" + (looks._host ? " stage--" + looks._host : "");
    if (component) {
      component.hidden = !looks._form;
      frame.hidden = !component.hidden;
    }
  }
  /* The height that the component takes in the preview is what the code reserves for it. */
  function reserve(component) {
    var height = component.offsetHeight;
    if (!height || !component.shadowRoot || !component.shadowRoot.querySelector("li")) return;
    [].forEach.call(form.querySelectorAll("[data-snippet]"), function (code) {
      if (code.textContent.indexOf("<kho57-section") !== 0) return;
      code.textContent = code.textContent.replace(/height:\d+px/g, "height:" + height + "px");
    });
  }
  function measured(event) {
    var frame = form.querySelector("[data-frame]"), code = form.querySelector("[data-code]");
    var height = event.data && Math.ceil(+event.data["kho57-height"]);
    if (!frame || !code || event.source !== frame.contentWindow || !(height > 0)) return;
    code.textContent = code.textContent.replace(/height:\d+px/, "height:" + height + "px");
  }
  function snippet(button) {
    return button.closest(".chips").previousElementSibling.textContent;
  }

  form.querySelector("[data-refresh]").hidden = true;
  form.addEventListener("submit", function (event) { event.preventDefault(); refresh(); });
  form.addEventListener("input", function (event) {
    var name = event.target.name;
    if (Object.prototype.hasOwnProperty.call(looks, name)) {
      looks[name] = event.target.value;
      look();
      return;
    }
    if (name === "accent_other") form.querySelector("[name=accent][value=other]").checked = true;
    if (name === "section" && form.elements.q) form.elements.q.value = "";
    w.clearTimeout(waiting);
    waiting = w.setTimeout(refresh, /^(text|number|search)$/.test(event.target.type) ? 500 : 0);
  });
  form.addEventListener("click", function (event) {
    var copy = event.target.closest("[data-copy]"), mail = event.target.closest("[data-mail]");
    if (mail) {
      var letter = decodeURIComponent(mail.href.split("&body=")[1]);
      var body = letter.slice(0, letter.indexOf("\r\n\r\n") + 4) + snippet(mail).replace(/\n/g, "\r\n") + "\r\n";
      mail.href = mail.href.split("&body=")[0] + "&body=" + encodeURIComponent(body);
    }
    if (!copy) return;
    w.navigator.clipboard.writeText(snippet(copy)).then(function () {
      copy.querySelector("span").textContent = copy.dataset.done;
      form.querySelector("[data-told]").textContent = copy.dataset.done;
    });
  });
  w.addEventListener("message", measured);
  dress();
})(window, document);
