/* The page of a batch: rows that come from the server, the grid by keyboard, applying and handing in a few at a
   time. Sending the files themselves is in batch-uploads.js. The page works without either. Texts come from it. */
(() => {
  "use strict";

  const root = document.querySelector("[data-k57-batch]");
  if (!root) return;
  root.classList.add("k57-scripted");
  const base = root.dataset.k57Batch;
  const sentences = JSON.parse(document.getElementById("k57-sentences").textContent);
  const rows = root.querySelector("[data-k57-rows]");
  const said = root.querySelector("[data-k57-said]");
  const spoken = root.querySelector("[data-k57-spoken]");
  const key = () => window.kho57Key();

  const words = (name, facts = {}) =>
    sentences[name].replace(/%\((\w+)\)s/g, (_all, fact) => facts[fact]).replaceAll("%%", "%");
  const say = (text) => { said.textContent = text; };
  const speak = (text) => { spoken.textContent = text; };

  /* A refusal carries a sentence; `lost` says that no answer came at all. */
  class Refused extends Error {
    constructor(text, answer, { lost = false, status = 0 } = {}) {
      super(text);
      Object.assign(this, { answer, lost, status });
    }
  }

  const ask = async (act, options) => {
    let response;
    try {
      response = await fetch(`${base}${act}`, { credentials: "same-origin", redirect: "manual", ...options });
    } catch {
      throw new Refused(words("broken"), null, { lost: true });
    }
    if (response.type === "opaqueredirect" || response.status === 403) {
      throw new Refused(words("signed_out"), null, { lost: true, status: 403 });
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    const lost = response.status >= 500 || response.status === 429;
    throw new Refused((answer && answer.problem) || words("failed"), answer, { lost, status: response.status });
  };

  const post = (act, told) =>
    ask(act, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": key(), Accept: "application/json" },
      body: JSON.stringify(told),
    });

  // Rows

  const rowOf = (id) => document.getElementById(`k57-row-${id}`);
  const every = () => [...rows.querySelectorAll("[data-k57-row]")];

  const made = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.querySelector("tr");
  };

  /* Something typed and not saved yet stays; so does where the person is. */
  const busy = (part) =>
    [...part.querySelectorAll("[data-k57-cell]")].some(
      (cell) => cell === document.activeElement || cell.value !== cell.dataset.was || cell.dataset.saving,
    );

  const choices = (row) => [...row.querySelectorAll("[data-k57-chosen]")];
  const choosing = (row) => choices(row).some((one) => one === document.activeElement || one.value !== one.dataset.was);

  const replace = (old, fresh) => {
    if (choosing(old) && old.dataset.state === fresh.dataset.state) return;
    const parts = (row) => [...row.querySelectorAll("[data-k57-part]")].map((one) => one.dataset.k57Part).join();
    const live = old.querySelector("[data-k57-live]");
    const place = fresh.querySelector("[data-k57-live]");
    if (live && place) {
      place.replaceChildren(...live.childNodes);
      place.hidden = live.hidden;
    }
    if (parts(old) !== parts(fresh) || !old.querySelector("[data-k57-cell]")) {
      const within = old.contains(document.activeElement);
      old.replaceWith(fresh);
      if (within) (fresh.querySelector("button, [data-k57-cell], a") || fresh).focus({ preventScroll: true });
      return;
    }
    for (const part of fresh.querySelectorAll("[data-k57-part]")) {
      const former = old.querySelector(`[data-k57-part="${part.dataset.k57Part}"]`);
      if (!busy(former) && !former.contains(document.activeElement)) former.replaceWith(part);
    }
    old.className = fresh.className;
    for (const name of ["state", "settled"]) old.dataset[name] = fresh.dataset[name];
  };

  const putRows = (found) => {
    for (const one of found) {
      const fresh = made(one.html);
      const old = rowOf(one.id);
      if (old) replace(old, fresh);
      else rows.append(fresh);
    }
    count();
  };

  const STEPS = { waiting: "coming", sending: "coming", checking: "coming", known: "known", lacking: "lacking", astray: "lacking", ready: "ready", sent: "sent" };

  const counts = () => {
    const found = { coming: 0, known: 0, lacking: 0, ready: 0, sent: 0 };
    for (const row of every()) {
      const step = STEPS[row.dataset.state];
      if (step) found[step] += 1;
    }
    return found;
  };

  const count = () => {
    const found = counts();
    const all = every().length;
    root.querySelector("[data-k57-empty]").hidden = all > 0;
    const step = (name, number, done) => {
      const place = root.querySelector(`[data-k57-step="${name}"]`);
      for (const value of place.querySelectorAll("[data-k57-number]")) value.textContent = number[value.dataset.k57Number];
      place.classList.toggle("k57-step--done", done);
      return done;
    };
    const given = step("files", found, all > 0 && !found.coming);
    const chosen = step("known", found, given && !found.known);
    const worded = step("words", found, chosen && !found.lacking);
    step("send", found, worded && found.sent > 0 && !found.ready);
    const steps = [...root.querySelectorAll("[data-k57-step]")];
    const now = steps.find((one) => !one.classList.contains("k57-step--done"));
    for (const one of steps) {
      one.classList.toggle("k57-step--now", one === now);
      if (one === now) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    }
    root.dispatchEvent(new CustomEvent("k57:counted"));
  };

  // One cell

  const tell = (cell, text, bad = false) => {
    const place = cell.parentElement.querySelector("[data-k57-cell-said]");
    if (bad) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    if (!place) {
      if (bad) say(text);
      return;
    }
    place.id = `${cell.id}-said`;
    cell.setAttribute("aria-describedby", place.id);
    place.textContent = text;
    place.classList.toggle("k57-row__said--bad", bad);
    if (bad) speak(text);
  };

  const settle = (cell, value) => {
    cell.dataset.was = value;
    const seen = cell.form.elements[`seen-${cell.name}`];
    if (seen) seen.value = value;
  };

  const offerBoth = (cell, refusal) => {
    const theirs = String(refusal.answer.value);
    tell(cell, `${refusal.message} ${words("theirs", { value: theirs })} `, true);
    const place = cell.parentElement.querySelector("[data-k57-cell-said]");
    if (!place) return;
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "k57-quiet";
      made.textContent = text;
      made.addEventListener("click", act);
      place.append(made);
    };
    button(words("take_theirs"), () => {
      cell.value = theirs;
      settle(cell, theirs);
      tell(cell, "");
      cell.focus();
    });
    button(words("keep_mine"), () => {
      settle(cell, theirs);
      save(cell);
      cell.focus();
    });
  };

  let saving = Promise.resolve();

  const saveNow = async (cell) => {
    const row = cell.closest("[data-k57-row]");
    const value = cell.value;
    if (!row || value === cell.dataset.was) return;
    cell.dataset.saving = "yes";
    tell(cell, words("saving"));
    try {
      const answer = await post("cell/", { place: Number(row.dataset.k57Row), field: cell.dataset.k57Cell, value, was: cell.dataset.was });
      settle(cell, answer.value);
      if (cell.value === value) cell.value = answer.value;
      tell(cell, "");
      delete cell.dataset.saving;
      putRows(answer.rows);
      const present = document.getElementById(cell.id);
      if (present && present.value === present.dataset.was) tell(present, words("saved"));
    } catch (refusal) {
      delete cell.dataset.saving;
      if (refusal.answer && "value" in refusal.answer) offerBoth(cell, refusal);
      else tell(cell, `${words("unsaved")}: ${refusal.message}`, true);
      if (refusal.lost) setTimeout(() => save(cell), 5000);
    }
  };

  const save = (cell) => {
    saving = saving.then(() => saveNow(cell));
    return saving;
  };

  rows.addEventListener("change", (event) => {
    if (event.target.dataset.k57Cell) save(event.target);
  });

  /* What is missing leads to where it is mended. */
  rows.addEventListener("click", (event) => {
    const link = event.target.closest(".k57-gaps a[href^='#']");
    const place = link && document.getElementById(link.hash.slice(1));
    if (!place) return;
    event.preventDefault();
    place.scrollIntoView({ block: "center" });
    (place.matches("input, select, textarea") ? place : place.querySelector("input, select, textarea"))?.focus();
  });

  // Between cells by keyboard

  const beside = (cell, step) => {
    const column = [...rows.querySelectorAll(`[data-k57-cell="${cell.dataset.k57Cell}"]`)];
    return column[column.indexOf(cell) + step];
  };
  const atEdge = (cell, forward) =>
    cell.tagName !== "SELECT" &&
    cell.selectionStart === cell.selectionEnd &&
    cell.selectionStart === (forward ? cell.value.length : 0);
  const go = (event, cell) => {
    if (!cell) return;
    event.preventDefault();
    cell.focus();
    if (cell.select) cell.select();
  };

  rows.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.dataset.k57Cell || event.isComposing || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault(); // no field here holds more than one line
      if (beside(cell, event.shiftKey ? -1 : 1)) go(event, beside(cell, event.shiftKey ? -1 : 1));
      else save(cell);
    } else if (event.key === "Escape" && cell.value !== cell.dataset.was) {
      cell.value = cell.dataset.was;
      tell(cell, "");
    } else if (cell.tagName === "SELECT") {
      return;
    } else if (event.key === "ArrowDown" && (event.ctrlKey || atEdge(cell, true) || cell.selectionEnd - cell.selectionStart === cell.value.length)) {
      go(event, beside(cell, 1));
    } else if (event.key === "ArrowUp" && (event.ctrlKey || atEdge(cell, false) || cell.selectionEnd - cell.selectionStart === cell.value.length)) {
      go(event, beside(cell, -1));
    } else if (event.key === "ArrowRight" && atEdge(cell, true)) {
      go(event, sideways(cell, 1));
    } else if (event.key === "ArrowLeft" && atEdge(cell, false)) {
      go(event, sideways(cell, -1));
    }
  });

  const sideways = (cell, step) => {
    const cells = [...cell.closest("[data-k57-row]").querySelectorAll("[data-k57-cell]")];
    return cells[cells.indexOf(cell) + step];
  };

  // Buttons of a row

  const ACTS = { leave: "leave/", back: "back/", anyway: "anyway/", beside: "beside/" };

  /* What is chosen in the row of captions: to which film they belong, and their language. */
  const chosen = (button) => {
    const told = {};
    for (const choice of choices(button.closest("[data-k57-row]"))) told[choice.dataset.k57Chosen] = choice.value;
    return told;
  };

  const act = async (button) => {
    const id = Number(button.value);
    root.dispatchEvent(new CustomEvent(`k57:${button.name}`, { detail: id }));
    button.disabled = true;
    try {
      const told = chosen(button);
      const answer = await post(ACTS[button.name], { place: id, ...told });
      for (const choice of choices(rowOf(id))) choice.dataset.was = choice.value;
      putRows(answer.rows.filter((one) => rowOf(one.id)));
    } catch (refusal) {
      button.disabled = false;
      say(refusal.message);
    }
    root.dispatchEvent(new CustomEvent("k57:acted", { detail: { id, act: button.name } }));
  };

  // Applying and handing in, a few rows at a time

  const bar = root.querySelector("[data-k57-act-bar]");
  let working = false;

  const throughAll = async (path, told, sentence, see) => {
    const total = Math.max(Number(root.dataset.k57Total), every().length);
    let after = 0;
    let done = 0;
    bar.hidden = false;
    try {
      while (after !== null) {
        const answer = await post(path, { ...told, after });
        see(answer);
        putRows(answer.rows.filter((one) => rowOf(one.id)));
        done += answer.rows.length;
        bar.value = total ? (done / total) * 100 : 100;
        say(words(sentence, { done, total: Math.max(total, done) }));
        after = answer.next;
      }
    } finally {
      bar.hidden = true;
      bar.value = 0;
    }
  };

  const once = async (work) => {
    if (working) return;
    working = true;
    try {
      await work();
    } catch (refusal) {
      say(refusal.message || words("failed"));
    } finally {
      working = false;
    }
  };

  const common = root.querySelector("[data-k57-common]");

  const showMistakes = (errors) => {
    for (const old of common.querySelectorAll("[data-k57-mistake]")) old.remove();
    let first = null;
    for (const [name, text] of Object.entries(errors)) {
      const place = common.querySelector(`.k57-common__${name}`);
      if (!place) continue;
      const line = document.createElement("p");
      line.className = "error-message k57-row__said k57-row__said--bad";
      line.dataset.k57Mistake = name;
      line.textContent = text;
      place.append(line);
      first = first || place.querySelector("input, select, textarea");
    }
    if (first) first.focus();
  };

  common.addEventListener("submit", (event) => {
    event.preventDefault();
    const force = Boolean(event.submitter) && event.submitter.value === "force";
    once(async () => {
      try {
        await ask("common/", { method: "POST", body: new FormData(common), headers: { "X-CSRFToken": key() } });
      } catch (refusal) {
        showMistakes((refusal.answer && refusal.answer.errors) || {});
        throw refusal;
      }
      showMistakes({});
      let alone = 0;
      let held = 0;
      await throughAll("apply/", { force }, "applying", (answer) => {
        alone += answer.alone.length;
        held += answer.held.length;
      });
      const lines = [words("applied")];
      if (alone) lines.push(words("alone", { number: alone }));
      if (held) lines.push(words("held", { number: held }));
      say(lines.join(" "));
    });
  });

  root.querySelector("[data-k57-grid]").addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button && ACTS[button.name]) {
      act(button);
      return;
    }
    once(async () => {
      await saving;
      let sent = 0;
      const staying = {};
      await throughAll("send/", {}, "handing", (answer) => {
        sent += answer.sent;
        Object.assign(staying, answer.staying);
      });
      const lacking = Object.keys(staying).length;
      const lines = [];
      if (sent) lines.push(words("sent", { number: sent }));
      if (lacking) lines.push(words("lacking", { number: lacking }));
      say(lines.join(" ") || words("nothing"));
      for (const [id, why] of Object.entries(staying)) {
        const row = rowOf(id);
        const cell = row && row.querySelector("[data-k57-cell=title]");
        if (cell && why) tell(cell, why, true);
      }
      const first = every().find((row) => row.dataset.state === "lacking");
      if (first) first.querySelector(".k57-gaps a")?.focus();
    });
  });

  window.kho57Batch = { root, ask, post, putRows, rowOf, every, words, say, speak, key, Refused };
  count();
})();
