/* The lightbox: choosing without a new page, the tray, order by drag, figures of the kit. Pages are whole without it. */
(function () {
  "use strict";
  var doc = document, lang = doc.documentElement.lang === "en" ? "en" : "vi";
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }

  /* ── The tray, and which buttons are pressed ── */
  function show(told) {
    var before = doc.querySelector("[data-tray-shown]");
    if (before) { before.remove(); }
    if (told.html && !doc.querySelector(".lightbox")) {
      var room = doc.createElement("template");
      room.innerHTML = told.html;
      var footer = doc.querySelector(".site-footer");
      if (footer) { footer.parentNode.insertBefore(room.content, footer); } else { doc.body.appendChild(room.content); }
    }
    all("form[data-choose]").forEach(function (form) {
      var button = form.querySelector("button"), words = form.querySelector("[data-chosen]");
      var chosen = told.chosen.indexOf(form.dataset.choose) >= 0;
      if (!words.dataset.choose) { words.dataset.choose = words.textContent; }
      words.textContent = chosen ? words.dataset.chosen : words.dataset.choose;
      button.setAttribute("aria-pressed", String(chosen));
      button.value = chosen ? "remove" : "add";
    });
  }
  function answered(answer) {
    if (!answer.ok && answer.status !== 409) { throw new Error(String(answer.status)); }
    return answer.json();
  }
  if (/(^|; )kho57_tray=/.test(doc.cookie)) {
    fetch("/press/tray?lang=" + lang, { headers: { Accept: "application/json" } }).then(answered).then(show).catch(function () {});
  }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-choose]")) { return; }
    event.preventDefault();
    var button = form.querySelector("button"), body = new URLSearchParams({ id: form.dataset.choose, act: button.value });
    fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" } })
      .then(answered).then(show).catch(function () { form.submit(); });
  });

  /* ── Order by drag; the buttons do the same by keyboard ── */
  var list = doc.querySelector("[data-order]"), dragged = null;
  function entryOf(target) { return target.closest ? target.closest("[data-entry]") : null; }
  if (list) {
    all(".media", list).forEach(function (handle) {
      handle.draggable = true;
      all("img", handle).forEach(function (image) { image.draggable = false; });
    });
    list.addEventListener("dragstart", function (event) {
      dragged = entryOf(event.target);
      if (dragged) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", dragged.dataset.entry); dragged.classList.add("dragged"); }
    });
    list.addEventListener("dragover", function (event) {
      var over = entryOf(event.target);
      if (!dragged || !over) { return; }
      event.preventDefault();
      if (over === dragged) { return; }
      var box = over.getBoundingClientRect();
      list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
    });
    list.addEventListener("drop", function (event) { event.preventDefault(); });
    list.addEventListener("dragend", function () {
      if (!dragged) { return; }
      dragged.classList.remove("dragged");
      dragged = null;
      var body = new URLSearchParams();
      all("[data-entry]", list).forEach(function (entry) { body.append("order", entry.dataset.entry); });
      body.append("csrfmiddlewaretoken", doc.querySelector("[name=csrfmiddlewaretoken]").value);
      fetch(list.dataset.order, { method: "POST", body: body }).then(function (answer) {
        if (!answer.ok) { location.reload(); return; }
        doc.querySelector("[data-order-told]").textContent = list.dataset.moved;
        all("[data-entry]", list).forEach(function (entry, place, entries) {
          var buttons = all("button[name=by]", entry);
          buttons[0].disabled = place === 0;
          buttons[1].disabled = place === entries.length - 1;
        });
      }).catch(function () { location.reload(); });
    });
  }

  /* ── How many files, how large ── */
  var kit = doc.querySelector("[data-kit]");
  if (kit) {
    var units = [[1073741824, "GB"], [1048576, "MB"], [1024, "KB"]];
    var size = function (bytes) {
      var unit = units.find(function (each) { return bytes >= each[0]; }) || [1, "B"];
      return (bytes / unit[0]).toLocaleString(lang, { maximumFractionDigits: unit[0] > 1024 ? 1 : 0 }) + " " + unit[1];
    };
    doc.addEventListener("change", function (event) {
      if (event.target.name !== "take") { return; }
      var ticked = all("input[name=take]:checked");
      kit.querySelector("[data-kit-files]").textContent = String(ticked.length);
      kit.querySelector("[data-kit-size]").textContent = size(ticked.reduce(function (sum, box) { return sum + Number(box.dataset.size); }, 0));
    });
  }
})();
