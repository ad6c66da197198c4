/* Progressive help for the resource form: drop zone, preview, title from the file name, progress. The form
   works without it. */
(() => {
  "use strict";

  const titleFrom = (name) =>
    name.normalize("NFC").replace(/\.[^.]+$/, "").replace(/[-_]+/g, " ").replace(/\s+/g, " ").trim();

  const suggestTitle = (file) => {
    const title = document.getElementById("id_title");
    if (title && !title.value.trim() && file) {
      const words = titleFrom(file.name);
      title.value = words.charAt(0).toUpperCase() + words.slice(1);
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
    line.textContent = `${file.name.normalize("NFC")} · ${(file.size / 1048576).toLocaleString("vi", { maximumFractionDigits: 1 })} MB`;
    place.append(line);
  };

  const prepare = (zone) => {
    const input = zone.querySelector("input[type=file]");
    if (!input) return;
    input.addEventListener("change", () => {
      show(zone, input.files[0]);
      if (input.name === "main_file") suggestTitle(input.files[0]);
    });
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
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-k57-drop]").forEach(prepare);
  });
})();
