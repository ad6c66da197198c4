/* Progressive help for the resource form: drop zone, progress, title from the file name, focal point, what a
   licence allows. The form works without it. Texts come from the page. */
(() => {
  "use strict";

  const titleFrom = (name) =>
    name.normalize("NFC").replace(/\.[^.]+$/, "").replace(/[-_]+/g, " ").replace(/\s+/g, " ").trim();

  const suggestTitle = (file) => {
    const title = document.getElementById("id_title");
    if (title && !title.value.trim() && file) {
      const words = titleFrom(file.name);
      title.value = words.charAt(0).toUpperCase() + words.slice(1);
      title.dataset.k57FromName = title.value;
      title.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const show = (zone, file) => {
    const place = zone.querySelector("[data-k57-preview]");
    place.replaceChildren();
    place.hidden = !file;
    if (!file) return;
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
      place.append(picture);
    }
    const line = document.createElement("p");
    const size = (file.size / 1048576).toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: 1 });
    line.textContent = `${file.name.normalize("NFC")} · ${size} MB`;
    place.append(line);
  };

  /* The library has these very bytes already. */
  const tellKnown = (said, known) => {
    const link = document.createElement("a");
    link.href = known.url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = known.look;
    const line = document.createElement("span");
    line.className = "k57-known";
    line.append(known.said, " ", link);
    said.append(document.createElement("br"), line);
  };

  /* What a file says of itself: a button puts it into a field that is empty, or holds but the file's name. */
  const prepareFill = (button) => {
    const field = document.getElementById(`id_${button.dataset.k57Fill}`);
    if (!field) return;
    const free = () => !field.value.trim() || field.value === field.dataset.k57FromName;
    const draw = () => {
      button.hidden = !free();
    };
    button.addEventListener("click", () => {
      field.value = button.closest("li").querySelector("[data-k57-value]").textContent;
      delete field.dataset.k57FromName;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    field.addEventListener("input", draw);
    draw();
  };

  const tell = (zone, suggestions) => {
    const place = zone.querySelector("[data-k57-told]");
    if (!place) return;
    const rows = suggestions.map((one) => {
      const row = document.createElement("li");
      const [label, said, value] = ["b", "span", "span"].map((name) => document.createElement(name));
      label.textContent = one.label;
      said.textContent = one.said;
      said.className = "k57-hint";
      value.textContent = one.value;
      value.dataset.k57Value = "";
      row.append(label, " ", said, " ", value);
      if (one.field) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button-small button-secondary";
        button.dataset.k57Fill = one.field;
        button.textContent = place.dataset.k57Use;
        button.setAttribute("aria-label", `${place.dataset.k57Use}: ${one.label}`);
        row.append(" ", button);
      }
      return row;
    });
    place.querySelector("ul").replaceChildren(...rows);
    place.hidden = !rows.length;
    place.querySelectorAll("[data-k57-fill]").forEach(prepareFill);
  };

  /* One file after another: each answer carries the files taken so far. */
  let queue = Promise.resolve();
  let waiting = 0;

  const send = (zone, input, file) =>
    new Promise((done) => {
      const bar = zone.querySelector("[data-k57-progress]");
      const said = zone.querySelector("[data-k57-said]");
      const form = input.form;
      const data = new FormData();
      data.append("field", input.name);
      data.append("kind", zone.dataset.k57Kind);
      data.append("resource", zone.dataset.k57Resource);
      data.append("agency", form.elements.agency ? form.elements.agency.value : "");
      data.append("kept", form.elements.kept_files.value);
      data.append("csrfmiddlewaretoken", window.kho57Key());
      data.append("file", file);
      const request = new XMLHttpRequest();
      request.open("POST", zone.dataset.k57Take);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        bar.value = (event.loaded / event.total) * 100;
        said.textContent = `${zone.dataset.k57Taking} ${Math.round(bar.value)} %`;
      });
      request.addEventListener("loadend", () => {
        bar.hidden = true;
        const answer = request.response || {};
        if (request.status === 200 && answer.kept) {
          form.elements.kept_files.value = answer.kept;
          input.value = "";
          said.textContent = zone.dataset.k57Taken;
          if (answer.known) tellKnown(said, answer.known);
          tell(zone, answer.suggestions || []);
        } else if (answer.problem) {
          input.value = "";
          show(zone, null);
          said.textContent = answer.problem;
        } else {
          said.textContent = zone.dataset.k57Lost;
        }
        zone.classList.toggle("k57-drop--problem", Boolean(answer.problem));
        done();
      });
      bar.value = 0;
      bar.hidden = false;
      request.send(data);
    });

  const take = (zone, input) => {
    const file = input.files[0];
    const said = zone.querySelector("[data-k57-said]");
    said.textContent = "";
    zone.classList.remove("k57-drop--problem");
    show(zone, file);
    if (!file) return;
    if (input.name === "main_file") suggestTitle(file);
    if (file.size > Number(zone.dataset.k57Limit)) {
      input.value = "";
      show(zone, null);
      said.textContent = zone.dataset.k57TooLarge;
      zone.classList.add("k57-drop--problem");
      return;
    }
    waiting += 1;
    queue = queue.then(() => send(zone, input, file)).finally(() => {
      waiting -= 1;
    });
  };

  const prepare = (zone) => {
    const input = zone.querySelector("input[type=file]");
    if (!input) return;
    input.addEventListener("change", () => take(zone, input));
    for (const type of ["dragenter", "dragover"]) {
      zone.addEventListener(type, (event) => {
        event.preventDefault();
        zone.classList.add("k57-drop--over");
      });
    }
    for (const type of ["dragleave", "drop"]) {
      zone.addEventListener(type, () => zone.classList.remove("k57-drop--over"));
    }
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  /* The form waits for files under way, then goes with the button that was pressed. */
  const holdForm = (form) => {
    form.addEventListener(
      "submit",
      (event) => {
        if (!waiting) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        queue.then(() => form.requestSubmit(event.submitter));
      },
      true,
    );
  };

  const prepareFocus = (button) => {
    const form = button.closest("form");
    const mark = button.querySelector("[data-k57-mark]");
    const [x, y] = [form.elements.focal_x, form.elements.focal_y];
    if (!x || !y) return;
    const draw = () => {
      mark.hidden = x.value === "";
      mark.style.insetInlineStart = `${x.value * 100}%`;
      mark.style.insetBlockStart = `${y.value * 100}%`;
    };
    const put = (left, top) => {
      const clamp = (value) => Math.min(1, Math.max(0, value)).toFixed(3);
      x.value = clamp(left);
      y.value = clamp(top);
      x.dispatchEvent(new Event("input", { bubbles: true }));
      draw();
    };
    button.addEventListener("click", (event) => {
      if (!event.clientX && !event.clientY) return;
      const box = button.getBoundingClientRect();
      put((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
    button.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, -0.05], ArrowDown: [0, 0.05] }[event.key];
      if (!step) return;
      event.preventDefault();
      put(Number(x.value || 0.5) + step[0], Number(y.value || 0.5) + step[1]);
    });
    draw();
  };

  const prepareLicences = (group) => {
    const select = group.querySelector("select");
    const choose = () => {
      for (const card of group.querySelectorAll("[data-k57-licence]")) {
        card.hidden = card.dataset.k57Licence !== select.value;
      }
    };
    select.addEventListener("change", choose);
    choose();
  };

  /* The editor of formatted text stands beside its field, without the name that the field's label gives. */
  const nameEditors = () => {
    for (const field of document.querySelectorAll("[data-draftail-input][id]:not([data-k57-named])")) {
      const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
      const editor = field.parentNode.querySelector("[role='textbox'][contenteditable]");
      if (!label || !editor) continue;
      if (!label.id) label.id = `${field.id}-label`;
      editor.setAttribute("aria-labelledby", label.id);
      field.dataset.k57Named = "";
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    nameEditors();
    new MutationObserver(nameEditors).observe(document.body, { childList: true, subtree: true });
    const zones = document.querySelectorAll("[data-k57-drop]");
    zones.forEach(prepare);
    document.querySelectorAll("[data-k57-focus]").forEach(prepareFocus);
    document.querySelectorAll("[data-k57-licences]").forEach(prepareLicences);
    document.querySelectorAll("[data-k57-fill]").forEach(prepareFill);
    const form = zones.length ? zones[0].closest("form") : null;
    if (form) holdForm(form);
  });
})();
