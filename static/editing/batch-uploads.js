/* Sending the files of a batch: dropped or chosen, three at once, by resumable upload (tus 1.0). What breaks off is
   taken up again by itself; after a reload, as soon as the same files are given again. */
(() => {
  "use strict";

  const batch = window.kho57Batch;
  if (!batch || !window.tus || !window.tus.isSupported) return;
  const { root, post, putRows, rowOf, every, words, say, speak, key } = batch;

  const AT_ONCE = 3;
  const NAMED_AT_ONCE = 100;
  const HASHED = 64 * 1048576;
  const PART = 16 * 1048576;
  const PAUSES = [1, 2, 5, 10, 20, 30];
  const JUNK = /^(\..*|Thumbs\.db|desktop\.ini|__MACOSX)$/i;

  const give = root.querySelector("[data-k57-give]");
  const overall = root.querySelector("[data-k57-overall]");
  const unfinished = root.querySelector("[data-k57-unfinished]");
  const overallBar = root.querySelector("[data-k57-overall-bar]");

  /* By the number of the place: {id, file, state, sent, upload, tries, timer}. States: queued, looking, sending,
     paused, broken, ended. */
  const tasks = new Map();
  let pausedAll = false;
  let begun = 0;

  const going = (task) => task.state === "looking" || task.state === "sending";
  const open = () => [...tasks.values()].filter((task) => task.state !== "ended");

  // What a row shows while its file is on its way

  const button = (text, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "k57-quiet";
    made.textContent = text;
    const whose = document.createElement("span");
    whose.className = "w-sr-only";
    whose.textContent = ` · ${name}`;
    made.append(whose);
    made.addEventListener("click", act);
    return made;
  };

  const LINES = { queued: "queued", looking: "hashing", paused: "paused" };

  const draw = (task, note = "") => {
    const row = rowOf(task.id);
    const live = row && row.querySelector("[data-k57-live]");
    if (!live) return;
    if (!live.firstChild) {
      const bar = document.createElement("progress");
      bar.max = 100;
      bar.setAttribute("aria-label", words("progress_of", { name: task.file.name }));
      const acts = document.createElement("p");
      acts.className = "k57-row__acts";
      acts.append(
        button(words("pause"), task.file.name, () => pause(task)),
        button(words("go_on"), task.file.name, () => goOn(task)),
      );
      live.append(bar, document.createElement("p"), acts);
    }
    live.hidden = task.state === "ended";
    const [bar, line, acts] = live.children;
    const share = task.file.size ? (task.sent / task.file.size) * 100 : 0;
    bar.value = share;
    line.textContent = note || (LINES[task.state] ? words(LINES[task.state]) : words("percent", { percent: Math.floor(share) }));
    acts.children[0].hidden = !(going(task) || task.state === "queued");
    acts.children[1].hidden = !(task.state === "paused" || task.state === "broken");
    row.querySelector(".k57-row__away")?.toggleAttribute("hidden", task.state !== "ended");
  };

  let lastSpoken = 0;
  const drawAll = () => {
    const all = [...tasks.values()];
    const still = open();
    overall.hidden = !all.length;
    const bytes = all.reduce((sum, task) => sum + task.file.size, 0);
    const sent = all.reduce((sum, task) => sum + (task.state === "ended" ? task.file.size : task.sent), 0);
    const done = all.length - still.length;
    overallBar.value = bytes ? (sent / bytes) * 100 : 0;
    const line = still.length ? words("coming", { done, total: all.length }) : words("here");
    overall.querySelector("[data-k57-overall-count]").textContent = line;
    overall.querySelector("[data-k57-overall-left]").textContent = still.length ? left(bytes, sent) : "";
    const waits = still.some((task) => task.state === "paused" || task.state === "broken");
    overall.querySelector("[data-k57-pause-all]").hidden = !still.length || pausedAll;
    overall.querySelector("[data-k57-resume-all]").hidden = !(still.length && (pausedAll || waits));
    overall.querySelector("[data-k57-cancel-all]").hidden = !still.length;
    if (!still.length || Date.now() - lastSpoken > 10000) {
      lastSpoken = Date.now();
      if (all.length) speak(line);
    }
    const missing = every().some((row) => ["waiting", "sending"].includes(row.dataset.state) && !tasks.has(Number(row.dataset.k57Row)));
    unfinished.hidden = !missing;
  };

  const left = (bytes, sent) => {
    const percent = bytes ? Math.floor((sent / bytes) * 100) : 0;
    const seconds = (Date.now() - begun) / 1000;
    const fresh = [...tasks.values()].reduce((sum, task) => sum + Math.max(0, (task.state === "ended" ? task.file.size : task.sent) - task.before), 0);
    if (seconds < 5 || !fresh) return words("percent", { percent });
    return words("left", { percent, minutes: Math.max(1, Math.ceil(((bytes - sent) / (fresh / seconds)) / 60)) });
  };

  // One file

  const sha256 = async (file) => {
    if (file.size > HASHED || !window.crypto || !window.crypto.subtle) return "";
    const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const ended = (task) => {
    task.state = "ended";
    task.upload = null;
    draw(task);
    watch();
    next();
  };

  const broken = (task, { note = words("broken"), first = true } = {}) => {
    task.state = "broken";
    task.upload = null;
    clearTimeout(task.timer);
    const seconds = PAUSES[Math.min(task.tries, PAUSES.length - 1)];
    task.tries += 1;
    task.timer = setTimeout(() => enqueue(task), seconds * 1000);
    draw(task, first ? `${note} ${words("retry", { seconds })}` : note);
    next();
  };

  const failed = (task, text) => {
    task.state = "paused";
    task.upload = null;
    draw(task, text);
    speak(text);
    next();
  };

  const begin = async (task) => {
    task.state = "looking";
    draw(task);
    try {
      if (task.sha256 === undefined) task.sha256 = await sha256(task.file);
    } catch {
      failed(task, words("unreadable", { name: task.file.name }));
      return;
    }
    let answer;
    try {
      answer = await post("begin/", { place: task.id, sha256: task.sha256 });
    } catch (refusal) {
      if (task.state !== "looking") return;
      if (refusal.lost) broken(task, { note: refusal.message });
      else failed(task, refusal.message);
      return;
    }
    if (task.state !== "looking") return; // paused or left out meanwhile
    putRows(answer.rows);
    if (!answer.upload) ended(task);
    else send(task, answer.upload);
  };

  const problemIn = (error) => {
    try {
      return JSON.parse(error.originalResponse.getBody()).problem;
    } catch {
      return "";
    }
  };

  const send = (task, address) => {
    task.state = "sending";
    draw(task);
    const upload = new window.tus.Upload(task.file, {
      uploadUrl: address,
      chunkSize: PART,
      retryDelays: [0, 1000, 3000],
      storeFingerprintForResuming: false,
      headers: { "X-CSRFToken": key() },
      onShouldRetry: (error) => {
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        return navigator.onLine && (!status || status === 409 || status === 423 || status >= 500);
      },
      onProgress: (sent) => {
        if (task.upload !== upload) return;
        task.sent = sent;
        if (sent > task.before) task.tries = 0;
        draw(task);
        drawAll();
      },
      onSuccess: () => {
        if (task.upload !== upload) return;
        task.sent = task.file.size;
        ended(task);
      },
      onError: (error) => {
        if (task.upload !== upload) return;
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        if (status === 403) broken(task, { note: words("signed_out") });
        else if (!status || status === 404 || status === 409 || status === 410 || status === 423 || status === 429 || status >= 500) broken(task);
        else failed(task, problemIn(error) || words("failed"));
      },
    });
    task.upload = upload;
    upload.start();
  };

  const enqueue = (task) => {
    clearTimeout(task.timer);
    if (task.state === "ended" || going(task)) return;
    task.state = pausedAll ? "paused" : "queued";
    draw(task);
    next();
  };

  const next = () => {
    const all = [...tasks.values()];
    let free = AT_ONCE - all.filter(going).length;
    for (const task of all) {
      if (free <= 0) break;
      if (task.state !== "queued") continue;
      free -= 1;
      begin(task);
    }
    drawAll();
  };

  const stop = (task, { forget = false } = {}) => {
    clearTimeout(task.timer);
    const upload = task.upload;
    task.upload = null;
    if (upload) upload.abort(forget).catch(() => {});
  };

  const pause = (task) => {
    stop(task);
    task.state = "paused";
    draw(task);
    next();
  };

  const goOn = (task) => {
    pausedAll = false;
    task.tries = 0;
    enqueue(task);
  };

  overall.querySelector("[data-k57-pause-all]").addEventListener("click", () => {
    pausedAll = true;
    for (const task of open()) pause(task);
  });
  overall.querySelector("[data-k57-resume-all]").addEventListener("click", () => {
    pausedAll = false;
    for (const task of open()) goOn(task);
  });
  overall.querySelector("[data-k57-cancel-all]").addEventListener("click", async () => {
    for (const task of open()) {
      stop(task, { forget: true });
      tasks.delete(task.id);
      try {
        putRows((await post("leave/", { place: task.id })).rows);
      } catch (refusal) {
        say(refusal.message);
      }
    }
    drawAll();
  });
  window.addEventListener("online", () => {
    for (const task of open()) if (task.state === "broken") goOn(task);
  });
  window.addEventListener("beforeunload", (event) => {
    if (open().some(going)) event.preventDefault();
  });

  // A row's own buttons

  root.addEventListener("k57:leave", (event) => {
    const task = tasks.get(event.detail);
    if (!task || task.state === "ended") return;
    stop(task, { forget: true });
    task.state = "left";
  });
  root.addEventListener("k57:acted", (event) => {
    const task = tasks.get(event.detail.id);
    const row = rowOf(event.detail.id);
    if (task && ["waiting", "sending"].includes(row.dataset.state)) {
      task.state = "queued";
      task.sent = 0;
      next();
    } else if (task) {
      task.state = "ended";
      next();
    }
    watch();
  });

  // Files given

  const known = (file) =>
    every().some((row) => (row.dataset.path || row.dataset.name) === file.path.normalize("NFC") && Number(row.dataset.size) === file.file.size && Number(row.dataset.modified) === file.file.lastModified);

  const take = async (given) => {
    const files = given.filter((one) => !one.path.split("/").some((part) => JUNK.test(part)));
    if (!files.length) return;
    if (!open().length) begun = Date.now();
    for (let start = 0; start < files.length; start += NAMED_AT_ONCE) {
      const part = files.slice(start, start + NAMED_AT_ONCE);
      const before = part.map(known);
      let answer;
      try {
        answer = await named(part);
      } catch (refusal) {
        say(refusal.message);
        return;
      }
      putRows(answer.rows);
      answer.rows.forEach((row, index) => join(row, part[index], before[index]));
      next();
    }
  };

  const named = async (part) => {
    const told = part.map(({ file, path }) => ({ name: file.name, path, size: file.size, modified: file.lastModified }));
    for (let tries = 0; ; tries += 1) {
      try {
        return await post("files/", { files: told });
      } catch (refusal) {
        if (!refusal.lost) throw refusal;
        say(refusal.message);
        await new Promise((done) => {
          const timer = setTimeout(done, PAUSES[Math.min(tries, PAUSES.length - 1)] * 1000);
          window.addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
        });
      }
    }
  };

  const join = (row, { file }, before) => {
    const former = tasks.get(row.id);
    const wanted = row.state === "waiting" || row.state === "sending" || (row.state === "refused" && before);
    if (!wanted) {
      if (before && row.state !== "left_out") say(words("already", { name: file.name }));
      return;
    }
    if (former && (going(former) || former.state === "queued")) return;
    const shown = rowOf(row.id)?.querySelector("progress");
    const sent = shown && row.state === "sending" ? shown.value : 0;
    tasks.set(row.id, { id: row.id, file, state: pausedAll ? "paused" : "queued", sent, before: sent, tries: 0 });
    draw(tasks.get(row.id));
  };

  const entries = (reader) => new Promise((done, fail) => reader.readEntries(done, fail));
  const fileOf = (entry) => new Promise((done, fail) => entry.file(done, fail));

  const walk = async (entry, found) => {
    if (entry.isFile) {
      const file = await fileOf(entry).catch(() => null);
      if (file) found.push({ file, path: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (let some = await entries(reader); some.length; some = await entries(reader)) {
      for (const one of some) await walk(one, found);
    }
  };

  const dropped = async (transfer) => {
    const roots = [...transfer.items].map((one) => one.webkitGetAsEntry && one.webkitGetAsEntry()).filter(Boolean);
    if (!roots.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
    const found = [];
    for (const entry of roots) await walk(entry, found);
    return found;
  };

  const chosen = (input) => {
    const files = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    input.value = "";
    take(files);
  };

  const choose = root.querySelector("[data-k57-choose]");
  choose.addEventListener("change", () => chosen(choose));
  const filesButton = root.querySelector("[data-k57-files]");
  filesButton.hidden = false;
  filesButton.addEventListener("click", () => choose.click());
  choose.tabIndex = -1;
  choose.classList.add("w-sr-only");
  give.addEventListener("submit", (event) => event.preventDefault());
  const folder = document.createElement("input");
  folder.type = "file";
  folder.webkitdirectory = true;
  folder.multiple = true;
  folder.addEventListener("change", () => chosen(folder));
  const folderButton = root.querySelector("[data-k57-folder]");
  folderButton.hidden = false;
  folderButton.addEventListener("click", () => folder.click());

  for (const type of ["dragenter", "dragover"]) {
    root.addEventListener(type, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      give.classList.add("k57-give--over");
    });
  }
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget)) give.classList.remove("k57-give--over");
  });
  root.addEventListener("drop", async (event) => {
    event.preventDefault();
    give.classList.remove("k57-give--over");
    take(await dropped(event.dataTransfer));
  });

  // What changes on the server: drafts that are made, files that are prepared

  const LOOKED_AT = 40;
  let timer = null;
  let pauseBetween = 1500;
  let turn = 0;

  const unsettled = () =>
    every()
      .filter((row) => row.dataset.settled === "no")
      .map((row) => Number(row.dataset.k57Row))
      .filter((id) => !tasks.has(id) || tasks.get(id).state === "ended")
      .filter((id) => tasks.has(id) || rowOf(id).dataset.state !== "waiting");

  const look = async () => {
    timer = null;
    const ids = unsettled();
    if (!ids.length) return;
    turn = turn < ids.length ? turn : 0;
    const asked = ids.slice(turn, turn + LOOKED_AT);
    turn += LOOKED_AT;
    const since = performance.now();
    try {
      const answer = await batch.ask(`state/?places=${asked.join(",")}`, {});
      const moved = answer.rows.some((one) => rowOf(one.id) && rowOf(one.id).dataset.state !== one.state);
      putRows(answer.rows.filter((one) => rowOf(one.id)));
      pauseBetween = moved ? 1500 : Math.min(pauseBetween * 1.5, 10000);
    } catch {
      pauseBetween = Math.min(pauseBetween * 2, 30000);
    }
    pauseBetween = Math.max(pauseBetween, 4 * (performance.now() - since));
    timer = setTimeout(look, pauseBetween);
  };

  const watch = () => {
    pauseBetween = 1500;
    if (timer === null) timer = setTimeout(look, 400);
  };

  root.addEventListener("k57:counted", () => {
    if (timer === null && unsettled().length) timer = setTimeout(look, pauseBetween);
  });
  drawAll();
  watch();
})();
