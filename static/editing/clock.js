// Counts on what the page says in words: the time since a moment, as days and hh:mm:ss. Without script the words stay.
(() => {
  "use strict";
  const clock = document.querySelector("[data-k57-clock]");
  const since = clock ? Date.parse(clock.dateTime) : NaN;
  if (Number.isNaN(since)) return;
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
    const days = Math.floor(seconds / 86400);
    const rest = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    clock.textContent = days ? `${days} ${clock.dataset.k57Days} ${rest}` : rest;
  };
  show();
  setInterval(show, 1000);
})();
