/* Keeps the page of a running import current. Without script a link asks anew. */
(() => {
  "use strict";
  const EVERY = 2000;

  const tell = (shown, text) => {
    shown.querySelector("[role=status]").textContent = text;
  };

  const look = async () => {
    const shown = document.getElementById("k57-import");
    if (!shown || !shown.hasAttribute("data-k57-moving")) return;
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") tell(shown, shown.dataset.k57SignedOut);
      if (answer.status === 404) {
        tell(shown, shown.dataset.k57Gone);
        return;
      }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById("k57-import");
        // Nobody's place in the table is lost: only while the focus is elsewhere.
        if (now && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(now));
      }
    } catch {
      // The line is down: ask again.
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
})();
