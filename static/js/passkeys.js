/* Shows the passkey controls where the browser supports passkeys, after allauth's script has been loaded, and shows a
   message on the page when using one fails. */
(() => {
  document.addEventListener("DOMContentLoaded", () => {
    if (!window.PublicKeyCredential) return;
    for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = false;
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const element of document.querySelectorAll("[data-passkey-failed]")) element.hidden = false;
  });
})();
