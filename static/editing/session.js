/* Who signs in again in another tab gets another key against forged requests. What this page sends from then on
   carries the key of the moment, so that nothing typed or sent here is lost. */
(() => {
  "use strict";
  const NAME = "csrftoken=";

  window.kho57Key = () => {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith(NAME));
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return cookie ? cookie.slice(NAME.length) : field ? field.value : "";
  };

  const renew = (form) => {
    const field = form.elements.namedItem("csrfmiddlewaretoken");
    const key = window.kho57Key();
    if (field && key) field.value = key;
  };

  document.addEventListener("submit", (event) => renew(event.target), true);
})();
