// Date fields: shows how the server parses the entered text, and adds a calendar button. Optional enhancement.
"use strict";

const parseUrl = document.currentScript.dataset.url;

function noteOf(input) {
  if (input.dateNote) return input.dateNote;
  const note = document.createElement("output");
  note.className = "date-note small";
  note.htmlFor = input.id;
  (input.closest(".date-field") ?? input).after(note);
  input.dateNote = note;
  return note;
}

async function parseDate(input) {
  const text = input.value.trim();
  const note = noteOf(input);
  if (!text) return note.replaceChildren();
  const response = await fetch(`${parseUrl}?${new URLSearchParams({ text })}`).catch(() => null);
  if (!response?.ok || input.value.trim() !== text) return;
  showResult(input, await response.json());
}

function showResult(input, result) {
  const note = noteOf(input);
  note.classList.toggle("is-invalid", Boolean(result.error));
  note.replaceChildren(result.error ?? `Read as ${result.words}`, ...(result.readings ?? []).map(createChoice(input)));
}

const createChoice = (input) => (reading) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn button"; // .button is the admin's class
  button.textContent = reading.words;
  button.addEventListener("click", () => setValue(input, reading.value));
  return button;
};

function setValue(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
}

function addCalendar(input) {
  const frame = document.createElement("span");
  frame.className = "date-field";
  const picker = document.createElement("input");
  picker.type = "date";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  picker.addEventListener("change", () => picker.value && setValue(input, picker.value));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn button"; // .button is the admin's class
  button.textContent = "Calendar";
  button.setAttribute("aria-label", `Calendar for ${labelOf(input)}`);
  button.addEventListener("click", () => {
    picker.value = /^\d{4}-\d\d-\d\d$/.test(input.value) ? input.value : "";
    picker.showPicker();
  });
  const hasFocus = input === document.activeElement;
  const { selectionStart, selectionEnd } = input;
  input.replaceWith(frame);
  frame.append(input, button, picker);
  if (hasFocus) { // moving the field within the page takes it away
    input.focus({ preventScroll: true });
    input.setSelectionRange(selectionStart, selectionEnd);
  }
}

const labelOf = (input) => input.labels?.[0]?.textContent.trim() || input.getAttribute("aria-label") || "this date";

function prepareDates(root) {
  for (const input of root.querySelectorAll("input[data-date]")) {
    if (input.closest(".date-field")) continue;
    if ("showPicker" in HTMLInputElement.prototype) addCalendar(input);
    input.addEventListener("change", () => parseDate(input));
    if (input.value && !/^\d{4}(-\d\d){0,2}$/.test(input.value)) parseDate(input);
  }
}

prepareDates(document);
document.addEventListener("htmx:load", (event) => prepareDates(event.target));
document.addEventListener("formset:added", (event) => prepareDates(event.target)); // a row added to an admin formset
