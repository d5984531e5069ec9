// Dates typed as text: says beside the field how the server reads them, and offers a calendar. Without it, plain text.
"use strict";

const address = document.currentScript.dataset.url;

function note(input) {
  if (input.dateNote) return input.dateNote;
  const place = document.createElement("output");
  place.className = "date-note small";
  place.htmlFor = input.id;
  (input.closest(".date-field") ?? input).after(place);
  input.dateNote = place;
  return place;
}

async function read(input) {
  const text = input.value.trim();
  const place = note(input);
  if (!text) return place.replaceChildren();
  const answer = await fetch(`${address}?${new URLSearchParams({ text })}`).catch(() => null);
  if (!answer?.ok || input.value.trim() !== text) return;
  show(input, await answer.json());
}

function show(input, answer) {
  const place = note(input);
  place.classList.toggle("is-wrong", Boolean(answer.error));
  place.replaceChildren(answer.error ?? `Read as ${answer.words}`, ...(answer.readings ?? []).map(choice(input)));
}

const choice = (input) => (reading) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn button"; // .button: the administration's
  button.textContent = reading.words;
  button.addEventListener("click", () => set(input, reading.value));
  return button;
};

function set(input, value) {
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
  picker.addEventListener("change", () => picker.value && set(input, picker.value));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn button"; // .button: the administration's
  button.textContent = "Calendar";
  button.setAttribute("aria-label", `Calendar for ${nameOf(input)}`);
  button.addEventListener("click", () => {
    picker.value = /^\d{4}-\d\d-\d\d$/.test(input.value) ? input.value : "";
    picker.showPicker();
  });
  input.replaceWith(frame);
  frame.append(input, button, picker);
}

const nameOf = (input) => input.labels?.[0]?.textContent.trim() || input.getAttribute("aria-label") || "this date";

function prepareDates(root) {
  for (const input of root.querySelectorAll("input[data-date]")) {
    if (input.closest(".date-field")) continue;
    if ("showPicker" in HTMLInputElement.prototype) addCalendar(input);
    input.addEventListener("change", () => read(input));
    if (input.value && !/^\d{4}(-\d\d){0,2}$/.test(input.value)) read(input);
  }
}

prepareDates(document);
document.addEventListener("htmx:load", (event) => prepareDates(event.target));
document.addEventListener("formset:added", (event) => prepareDates(event.target)); // a further line in the administration
