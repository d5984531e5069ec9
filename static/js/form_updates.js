// Keeps what is typed while the server's answer replaces a form: values changed since the request was sent.
"use strict";

const sentValues = new WeakMap();

const textFields = (form) => [...form.elements].filter((field) => field.matches("input[data-date], input[type=text], textarea"));

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target instanceof HTMLFormElement) {
    sentValues.set(detail.target, new Map(textFields(detail.target).map((field) => [field.id, field.value])));
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const sent = sentValues.get(detail.target);
  if (!sent) return;
  const typed = textFields(detail.target).filter((field) => field.value !== sent.get(field.id));
  document.addEventListener("htmx:afterSwap", () => typed.forEach(restore), { once: true });
});

function restore({ id, value }) {
  const field = document.getElementById(id);
  if (field) field.value = value;
}
