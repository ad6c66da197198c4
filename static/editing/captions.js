/* Captions as rows beside the player. The text field stays what is sent: rows are read from it and written to it. */
(() => {
  "use strict";

  const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?$/;
  const TIMES = /^\s*(\S+)\s*-->\s*(\S+)/;

  const seconds = (text) => {
    const found = TIME.exec(text.trim());
    if (!found) return null;
    const [, hours, minutes, whole, part] = found;
    return Number(hours || 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(`0.${part || 0}`);
  };

  const clock = (value) => {
    const all = Math.max(0, Math.round(value * 1000));
    const two = (number) => String(number).padStart(2, "0");
    const whole = Math.floor(all / 1000);
    return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${String(all % 1000).padStart(3, "0")}`;
  };

  const plain = (text) => {
    const entities = { amp: "&", lt: "<", gt: ">", nbsp: " " };
    return text.replace(/&(amp|lt|gt|nbsp);/g, (_all, name) => entities[name]);
  };
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  const read = (text) =>
    text
      .replace(/\r\n?/g, "\n")
      .split(/\n[ \t]*\n+/)
      .map((block) => block.split("\n"))
      .map((lines) => ({ lines, at: lines.findIndex((line) => TIMES.test(line)) }))
      .filter(({ at }) => at >= 0 && at < 3)
      .map(({ lines, at }) => {
        const [, start, end] = TIMES.exec(lines[at]);
        return { start, end, words: plain(lines.slice(at + 1).join("\n").trim()) };
      });

  const written = (cues) =>
    `WEBVTT\n\n${cues
      .map((cue) => {
        const words = cue.words.split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
        return `${cue.start} --> ${cue.end}\n${escaped(words)}`;
      })
      .join("\n\n")}\n`;

  const prepare = (form) => {
    const list = document.querySelector("[data-k57-cues]");
    const template = document.querySelector("[data-k57-cue]");
    const field = form.querySelector("textarea[name=text]");
    const player = form.querySelector("[data-k57-played]");
    const undo = form.querySelector("[data-k57-undo]");
    const now = form.querySelector("[data-k57-now]");
    const before = [];

    const rows = () => [...list.children];
    const part = (row, name) => row.querySelector(`[data-${name}]`);
    const cueOf = (row) => ({ start: part(row, "start").value.trim(), end: part(row, "end").value.trim(), words: part(row, "words").value });
    const cues = () => rows().map(cueOf);

    const remark = (row, previous) => {
      const cue = cueOf(row);
      const [start, end] = [seconds(cue.start), seconds(cue.end)];
      const told = [];
      const wrong = start === null || end === null || end <= start;
      if (wrong) told.push(list.dataset.wrong);
      else {
        const lines = cue.words.split("\n").map((line) => line.trim());
        const speed = lines.join("").length / (end - start);
        const longest = Math.max(...lines.map((line) => line.length));
        if (speed > Number(list.dataset.fastest)) told.push(`${list.dataset.fast} ${speed.toFixed(0)}/s`);
        if (longest > Number(list.dataset.longest)) told.push(`${list.dataset.long} ${longest}`);
        const last = previous ? seconds(part(previous, "end").value) : null;
        if (last !== null && start < last) told.push(list.dataset.overlaps);
      }
      part(row, "remark").textContent = told.join(" · ");
      row.classList.toggle("k57-cue--wrong", wrong);
    };

    const number = () => rows().forEach((row, place) => {
      row.id = `cue-${place + 1}`;
      remark(row, row.previousElementSibling);
    });

    const made = (cue) => {
      const row = template.content.firstElementChild.cloneNode(true);
      part(row, "start").value = cue.start;
      part(row, "end").value = cue.end;
      part(row, "words").value = cue.words;
      return row;
    };

    const show = (all) => {
      list.replaceChildren(...all.map(made));
      number();
    };

    const keep = () => {
      before.push(written(cues()));
      undo.disabled = false;
    };

    const focus = (row) => {
      if (!row) return;
      part(row, "words").focus();
      row.scrollIntoView({ block: "nearest" });
    };

    const acts = {
      play: (row) => {
        const at = seconds(part(row, "start").value);
        if (!player || at === null) return;
        player.currentTime = at;
        const begun = player.play();
        if (begun) begun.catch(() => {});
      },
      split: (row) => {
        const cue = cueOf(row);
        const [start, end] = [seconds(cue.start), seconds(cue.end)];
        if (start === null || end === null) return;
        const words = part(row, "words");
        const wanted = words.selectionStart > 0 && words.selectionStart < cue.words.length ? words.selectionStart : Math.floor(cue.words.length / 2);
        const gap = cue.words.slice(0, wanted + 1).search(/\s\S*$/); // never within a word
        const caret = gap > 0 ? gap : wanted;
        const heard = player && player.currentTime > start && player.currentTime < end;
        const middle = clock(heard ? player.currentTime : start + ((end - start) * caret) / Math.max(1, cue.words.length));
        keep();
        const next = made({ start: middle, end: cue.end, words: cue.words.slice(caret).trim() });
        part(row, "end").value = middle;
        words.value = cue.words.slice(0, caret).trim();
        row.after(next);
        number();
        focus(next);
      },
      join: (row) => {
        const next = row.nextElementSibling;
        if (!next) return;
        keep();
        part(row, "end").value = part(next, "end").value;
        part(row, "words").value = `${part(row, "words").value.trim()}\n${part(next, "words").value.trim()}`.trim();
        next.remove();
        number();
        focus(row);
      },
      add: (row) => {
        const last = row ? seconds(part(row, "end").value) || 0 : player ? player.currentTime : 0;
        const next = row ? row.nextElementSibling : null;
        const limit = next ? seconds(part(next, "start").value) : null;
        const end = limit !== null && limit > last ? Math.min(limit, last + 2) : last + 2;
        keep();
        const fresh = made({ start: clock(last), end: clock(end), words: "" });
        if (row) row.after(fresh);
        else list.append(fresh);
        number();
        focus(fresh);
      },
      remove: (row) => {
        keep();
        const next = row.nextElementSibling || row.previousElementSibling;
        row.remove();
        number();
        if (next) focus(next);
        else undo.focus();
      },
      begin: (row) => {
        if (player) part(row, "start").value = clock(player.currentTime);
        number();
      },
      end: (row) => {
        if (player) part(row, "end").value = clock(player.currentTime);
        number();
      },
      up: (row) => focus(row.previousElementSibling),
      down: (row) => focus(row.nextElementSibling),
    };
    const keys = { Enter: "play", Comma: "begin", Period: "end", ArrowUp: "up", ArrowDown: "down", KeyK: "split", KeyJ: "join" };

    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) acts[button.dataset.act](button.closest("li"));
    });
    list.addEventListener("keydown", (event) => {
      const row = event.target.closest("li");
      const act = event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code];
      if (!row || !act) return;
      event.preventDefault();
      acts[act](row);
    });
    list.addEventListener("input", (event) => {
      const row = event.target.closest("li");
      remark(row, row.previousElementSibling);
      if (row.nextElementSibling) remark(row.nextElementSibling, row);
    });
    undo.addEventListener("click", () => {
      show(read(before.pop()));
      undo.disabled = !before.length;
    });
    const append = document.querySelector("[data-k57-append]");
    append.addEventListener("click", () => acts.add(list.lastElementChild));
    form.addEventListener("submit", () => {
      field.value = written(cues().filter((cue) => cue.words.trim()));
    });
    if (player) {
      player.addEventListener("timeupdate", () => {
        const at = player.currentTime;
        let current = null;
        for (const row of rows()) {
          const inside = seconds(part(row, "start").value) <= at && at < seconds(part(row, "end").value);
          row.classList.toggle("k57-cue--now", inside);
          if (inside) current = row;
        }
        now.hidden = !current;
        now.textContent = current ? part(current, "words").value : "";
      });
    }

    show(read(field.value));
    list.hidden = append.hidden = undo.hidden = false;
    document.querySelector("[data-k57-keys]").hidden = false;
    document.querySelector("[data-k57-plain]").hidden = true;
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-k57-captions]");
    if (form && !("k57AsItIs" in form.dataset)) prepare(form); // what cannot be read is mended as it stands
  });
})();
