/* Passkeys are shown where the browser has them; when one is not used, the page says so instead of the console. */
(() => {
  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const part of document.querySelectorAll("[data-passkey-failed]")) part.hidden = false;
  });
})();
