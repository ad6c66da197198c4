/* Kho 57: the search box, the lists that one filters, and what is counted of searching.
   Everything here adds to pages that are whole without it. */
(function () {
  "use strict";
  var doc = document;
  function each(selector, root, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); }
  function make(tag, name, parent) {
    var part = doc.createElement(tag);
    part.className = name;
    return parent.appendChild(part);
  }
  /* Without accents and capitals, sign for sign: places in the folded text are places in the text. */
  function fold(text) {
    return text.normalize("NFC").replace(/[^\0-\x7f]/g, function (sign) {
      return /[đĐ]/.test(sign) ? "d" : sign.normalize("NFD").charAt(0);
    }).toLowerCase();
  }
  function told(number, data) {
    return number === 1 ? data.one : number ? data.many.replace("#", number) : data.none;
  }

  /* ── Suggestions: an editable combobox with a list box, after the ARIA practices ── */
  function suggesting(form) {
    var input = form.querySelector("[name=q]"), data = form.dataset;
    var list = make("div", "suggest", form), status = make("div", "hidden-visually", form);
    var options = [], chosen = -1, timer, asking;
    list.id = input.id + "-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", data.label);
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function open(yes) {
      list.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes));
      if (!yes) { choose(-1); }
    }
    function stop() {
      clearTimeout(timer);
      if (asking && asking.abort) { asking.abort(); }
      asking = null;
    }
    function close() { stop(); open(false); status.textContent = ""; }
    function choose(place) {
      if (options[chosen]) { options[chosen].setAttribute("aria-selected", "false"); }
      chosen = place;
      input.removeAttribute("aria-activedescendant");
      if (!options[chosen]) { return; }
      options[chosen].setAttribute("aria-selected", "true");
      options[chosen].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosen].id);
    }
    function take(option) {
      input.value = option.textContent;
      close();
      form.submit();
    }
    function write(option, text, words) {
      var found = words && new RegExp("(^|[^a-z0-9])(" + words.join("[^a-z0-9]+") + ")").exec(fold(text));
      var from = found ? found.index + found[1].length : 0, to = found ? from + found[2].length : 0;
      option.appendChild(doc.createTextNode(text.slice(0, from)));
      if (found) { make("mark", "", option).textContent = text.slice(from, to); }
      option.appendChild(doc.createTextNode(text.slice(to)));
    }
    function group(kind, groups) {
      if (!groups[kind]) {
        groups[kind] = make("div", "suggest__group", list);
        if (data[kind]) {
          groups[kind].setAttribute("role", "group");
          groups[kind].setAttribute("aria-label", data[kind]);
          var head = make("div", "suggest__head", groups[kind]);
          head.textContent = data[kind];
          head.setAttribute("aria-hidden", "true");
        }
      }
      return groups[kind];
    }
    function show(found, typed) {
      var words = fold(typed).match(/[a-z0-9]+/g), groups = {};
      list.textContent = "";
      chosen = -1;
      found.forEach(function (one) {
        var option = make("div", "suggest__option", group(one.kind, groups));
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        write(make("span", "", option), one.text.normalize("NFC"), words);
        option.addEventListener("click", function () { take(option); });
      });
      options = Array.prototype.slice.call(list.querySelectorAll("[role=option]"));
      options.forEach(function (option, place) { option.id = list.id + "-" + place; });
      open(options.length > 0);
      status.textContent = told(options.length, data);
    }
    function ask() {
      var words = input.value.trim(), mine = {};
      stop();
      if (words.length < 2) { close(); return; }
      if (window.AbortController) { mine = new AbortController(); }
      asking = mine;
      fetch(data.suggest + "&q=" + encodeURIComponent(words), { signal: mine.signal })
        .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
        .then(function (answer) {
          if (asking === mine && doc.activeElement === input) { show(answer.suggestions, words); }
        })
        .catch(function () { if (asking === mine) { close(); } });
    }
    /* A press must not take the focus, or the list would be gone before the click. */
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    input.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 120); });
    input.addEventListener("blur", close);
    form.addEventListener("submit", close);
    input.addEventListener("keydown", function (event) {
      var key = event.key, last = options.length - 1;
      if (event.isComposing) { return; }
      if (list.hidden) {
        if (key === "ArrowDown") { event.preventDefault(); ask(); }
        return;
      }
      if (key === "Escape") { event.preventDefault(); close(); }
      else if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (!event.altKey) { choose(key === "ArrowDown" ? (chosen < last ? chosen + 1 : -1) : chosen < 0 ? last : chosen - 1); }
        else if (key === "ArrowUp") { close(); }
      } else if (key === "Enter" && chosen >= 0) { event.preventDefault(); take(options[chosen]); }
      else if (/^(Home|End|ArrowLeft|ArrowRight)$/.test(key)) { choose(-1); }
    });
  }
  if (window.fetch && String.prototype.normalize) { each("form[data-suggest]", doc, suggesting); }

  /* ── A list that one filters by typing ── */
  each("[data-filter]", doc, function (field) {
    var box = field.parentNode, facet = box.parentNode, status = box.querySelector("[role=status]");
    var more = facet.querySelector(".facet__more"), folded = more && more.querySelector("summary"), was;
    box.classList.add("facet__filter--on");
    function narrow() {
      var words = fold(field.value).split(/\s+/).filter(Boolean), number = 0;
      each(".choice", facet, function (choice) {
        var name = " " + fold(choice.textContent).replace(/[^a-z0-9]+/g, " ");
        choice.hidden = !words.every(function (word) { return name.indexOf(" " + word) >= 0; });
        if (!choice.hidden) { number += 1; }
      });
      if (more) {
        if (words.length && was === undefined) { was = more.open; }
        more.open = words.length ? true : was || false;
        folded.hidden = words.length > 0;
        if (!words.length) { was = undefined; }
      }
      status.textContent = words.length ? told(number, field.dataset) : "";
    }
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); }
      if (event.key === "Escape" && field.value) {
        event.preventDefault();
        event.stopPropagation();
        field.value = "";
        narrow();
      }
    });
  });

  /* ── What was asked and what was followed, without a word about who ── */
  each("[data-asked]", doc, function (part) {
    var unwilling = navigator.globalPrivacyControl || navigator.doNotTrack === "1" || window.doNotTrack === "1";
    var seen, sent = false;
    if (unwilling || !navigator.sendBeacon || !window.URLSearchParams) { return; }
    function send(address, id) {
      var said = new URLSearchParams({ token: part.dataset.asked });
      if (id) { said.append("resource", id); }
      navigator.sendBeacon(address, said);
    }
    function watch() {
      clearTimeout(seen);
      if (sent || doc.hidden) { return; }
      seen = setTimeout(function () { sent = true; send(part.dataset.askedUrl); }, 3000);
    }
    function follow(event) {
      var link = event.target.closest("a[href]"), result = link && link.closest("[data-id]");
      if (result && event.button < 2) { send(part.dataset.clickedUrl, result.dataset.id); }
    }
    doc.addEventListener("visibilitychange", watch);
    part.addEventListener("click", follow);
    part.addEventListener("auxclick", follow);
    watch();
  });
})();
