/* How far work in the background is, told while the page is open; everything is there without it. */
(() => {
  "use strict";
  const OFTEN = 2000;
  const SELDOM = 10000;

  /* Ask ``url`` again and again; ``heard`` says whether there is more to come. Rests while nobody looks. */
  const follow = (ask, heard) => {
    let pause = OFTEN;
    const turn = async () => {
      let more = true;
      if (!document.hidden) {
        try {
          const response = await fetch(ask(), { headers: { Accept: "application/json" } });
          if (!response.ok) throw new Error(String(response.status));
          more = heard(await response.json());
          pause = OFTEN;
        } catch {
          pause = Math.min(SELDOM, pause * 2);
        }
      }
      if (more) setTimeout(turn, pause);
    };
    turn();
  };

  const percent = (share) => `${Math.round(100 * share)} %`;

  const showFiles = (place, told) => {
    const said = place.querySelector("[data-k57-work-said]");
    const bar = place.querySelector("progress");
    const files = place.dataset.k57Work.split(",").map((key) => told.files[key]).filter(Boolean);
    if (!files.length) return false;
    const waiting = files.filter((file) => file.state === "waiting");
    const later = files.find((file) => file.later !== null);
    const shares = files.map((file) => (file.state === "waiting" ? file.share || 0 : 1));
    bar.value = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    bar.hidden = !waiting.length;
    const failed = files.find((file) => file.state === "failed");
    const first = failed || waiting[0] || files[0];
    said.textContent = failed && failed.problem ? `${failed.label}: ${failed.problem}` : first.label;
    if (waiting.length && bar.value) said.textContent += ` ${percent(bar.value)}`;
    if (!waiting.length && later && place.dataset.k57WorkLater) {
      said.textContent += ` (${place.dataset.k57WorkLater}: ${percent(later.later)})`;
    }
    return waiting.length > 0 || Boolean(later && place.dataset.k57WorkLater);
  };

  /* The warning of weak contrast, where the form has room for it: measured when the file is prepared. */
  const warn = (told) => {
    for (const place of document.querySelectorAll("[data-k57-work-weak]")) {
      const file = told.files[place.dataset.k57WorkWeak];
      if (!file) continue;
      place.querySelector("[data-k57-work-why]").textContent = file.weak;
      place.hidden = !file.weak;
    }
  };

  const followFiles = () => {
    let places = [...document.querySelectorAll("[data-k57-work]")];
    if (!places.length) return;
    const keys = () => [...new Set(places.flatMap((place) => place.dataset.k57Work.split(",")))].slice(0, 100);
    follow(
      () => `${places[0].dataset.k57WorkAt}?files=${keys().join(",")}`,
      (told) => {
        warn(told);
        places = places.filter((place) => showFiles(place, told));
        return places.length > 0;
      },
    );
  };

  const followJobs = () => {
    const table = document.querySelector("[data-k57-jobs]");
    if (!table) return;
    const under = () =>
      [...table.querySelectorAll("[data-k57-job]")].filter((row) => ["queued", "running"].includes(row.dataset.k57State));
    if (!under().length) return;
    follow(
      () => `${table.dataset.k57Jobs}?jobs=${under().map((row) => row.dataset.k57Job).join(",")}`,
      (told) => {
        for (const job of told.jobs) {
          const row = table.querySelector(`[data-k57-job="${job.job}"]`);
          row.dataset.k57State = job.state;
          row.querySelector("[data-k57-job-label]").textContent = job.label;
          row.querySelector("[data-k57-job-attempts]").textContent = job.attempts;
          const bar = row.querySelector("progress");
          bar.value = job.share;
          bar.hidden = job.state !== "running";
          const stop = row.querySelector("[data-k57-job-stop]");
          if (stop) stop.hidden = !["queued", "running"].includes(job.state);
        }
        return under().length > 0;
      },
    );
  };

  document.addEventListener("DOMContentLoaded", () => {
    followFiles();
    followJobs();
  });
})();
