// Keyboard shortcuts of My work; each activates a button or checkbox of the page.
"use strict";

let lastIndex = 0; // index of the last focused row, kept when the list is replaced

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
const focusedIndex = () => rows().indexOf(document.activeElement?.closest("[data-row]"));
const isBusy = () => document.querySelector("#work.htmx-request, #undo.htmx-request");

function focusRow(index) {
  const all = rows();
  if (!all.length) return;
  lastIndex = Math.max(0, Math.min(index, all.length - 1));
  all[lastIndex].focus();
  all[lastIndex].scrollIntoView({ block: "nearest" });
}

function move(offset) {
  focusRow(focusedIndex() < 0 ? lastIndex : focusedIndex() + offset);
}

function confirm() {
  if (isBusy()) return;
  const work = document.getElementById("work");
  const selected = work?.querySelector("input[name=site]:checked");
  const row = rows()[focusedIndex()];
  if (selected) work.requestSubmit();
  else row?.querySelector("[data-confirm]")?.click();
}

function select() {
  rows()[focusedIndex()]?.querySelector("input[name=site]")?.click();
}

function undo() {
  if (!isBusy()) document.querySelector("#undo button")?.click();
}

function toggleHelp() {
  const keys = document.getElementById("keys");
  if (keys) keys.open = !keys.open;
}

const shortcuts = { j: () => move(1), k: () => move(-1), c: confirm, x: select, u: undo, "?": toggleHelp };

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const action = shortcuts[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("focusin", () => {
  if (focusedIndex() >= 0) lastIndex = focusedIndex();
});

function showHelp() {
  const keys = document.getElementById("keys");
  if (keys) keys.hidden = false;
}

document.addEventListener("htmx:afterSettle", () => {
  showHelp();
  focusRow(lastIndex);
});
showHelp();
