// The enrollment grid: moving between cells by keyboard, pasting blocks of cells. Optional enhancement of the form.
"use strict";

const form = document.querySelector("[data-grid]");
const NUMBER = /^(\d+|\d{1,3}([,'’ \u00a0\u2009\u202f]\d{3})+)$/;

const gridRows = () => [...form.querySelectorAll("[data-grid-row]")];
const cellsOf = (gridRow) => [...gridRow.querySelectorAll("[data-cell]")];
const rowOf = (cell) => cell.closest("[data-grid-row]");

/* keyboard navigation */

function neighbour(cell, down, right) {
  const gridRow = rowOf(cell);
  if (right) return cellsOf(gridRow)[cellsOf(gridRow).indexOf(cell) + right];
  const editable = gridRows().filter((other) => cellsOf(other).length);
  const target = editable[editable.indexOf(gridRow) + down];
  return target?.querySelector(`[data-cell=${cell.dataset.cell}]`);
}

const atStart = (cell) => cell.selectionStart === 0;
const atEnd = (cell) => cell.selectionEnd === cell.value.length;
const moves = {
  ArrowDown: () => [1, 0],
  ArrowUp: () => [-1, 0],
  ArrowLeft: (cell) => atStart(cell) && [0, -1],
  ArrowRight: (cell) => atEnd(cell) && [0, 1],
  Enter: (cell, event) => [event.shiftKey ? -1 : 1, 0],
};

function moveFocus(event) {
  const cell = event.target;
  if (!cell.matches("[data-cell]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const offset = moves[event.key]?.(cell, event);
  if (!offset) return;
  event.preventDefault();
  const target = neighbour(cell, ...offset);
  target?.focus();
  target?.select();
}

/* pasting */

const isNumber = (text) => NUMBER.test(text.trim());
const isBlank = (text) => !text.trim();

/** Whether the block has headings, or names of sites or months in its first column. */
function hasLabels(rows) {
  const isHeading = rows[0].some((cell) => !isBlank(cell)) && !rows[0].some(isNumber);
  return isHeading || rows.some((row) => !isBlank(row[0]) && !isNumber(row[0]));
}

/** A table with labels is parsed by the server, like one pasted into the text area. */
function sendAsTable(text) {
  form.querySelector("[name=table]").value = text;
  form.requestSubmit(form.querySelector("[name=act][value=paste]"));
}

/** Fills a row from a cell on, records the previous values and returns the errors. */
function fillRow(texts, cell, previous) {
  const cells = cellsOf(rowOf(cell));
  const errors = [];
  texts.forEach((text, index) => {
    if (isBlank(text)) return;
    const target = cells[cells.indexOf(cell) + index];
    previous.push([target, target.value]);
    target.value = text.trim();
    target.classList.add("is-changed");
    if (!isNumber(text)) errors.push(`${text.trim()} is not a whole number`);
  });
  return errors;
}

/** Pastes a block of numbers from this cell on; a block that is too wide is refused. */
function pasteBlock(rows, cell) {
  const cells = cellsOf(rowOf(cell));
  const width = cells.length - cells.indexOf(cell);
  const widest = Math.max(...rows.map((row) => row.findLastIndex((text) => !isBlank(text)) + 1));
  if (widest > width) {
    return showPasteResult([], [`The block has ${widest} columns, but only ${width} fit from this cell on. Nothing was pasted.`]);
  }
  const first = gridRows().indexOf(rowOf(cell));
  const previous = [];
  const errors = [];
  rows.forEach((row, number) => {
    if (row.every(isBlank)) return;
    const gridRow = gridRows()[first + number];
    const target = gridRow?.querySelector(`[data-cell=${cell.dataset.cell}]`);
    const text = row.map((value) => value.trim()).filter(Boolean).join(" · ");
    if (!gridRow) errors.push(`${text}: no row for these numbers`);
    else if (!target) errors.push(`${text}: this row is locked`);
    else fillRow(row, target, previous).forEach((error) => errors.push(`${gridRow.dataset.name}: ${error}`));
  });
  showPasteResult(previous, errors);
}

function showPasteResult(previous, errors) {
  const message = form.querySelector("[data-grid-message]");
  const summary = document.createElement("p");
  summary.textContent = `${previous.length} number${previous.length === 1 ? "" : "s"} pasted, not saved yet.` +
    (errors.length ? ` ${errors.length} not pasted or invalid:` : "");
  const list = document.createElement("ul");
  list.append(...errors.map((error) => Object.assign(document.createElement("li"), { textContent: error })));
  const undo = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Undo" });
  undo.addEventListener("click", () => {
    previous.reverse().forEach(([cell, value]) => {
      cell.value = value;
      cell.classList.remove("is-changed");
    });
    message.hidden = true;
    previous[previous.length - 1]?.[0].focus();
  });
  message.replaceChildren(summary, ...(errors.length ? [list] : []), ...(previous.length ? [undo] : []));
  message.hidden = false;
}

function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!event.target.matches("[data-cell]") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
  if (hasLabels(rows)) sendAsTable(text);
  else pasteBlock(rows, event.target);
}

/* warning about unsaved changes */

let isSubmitted = false;
const isChanged = () => form.querySelector(".is-changed") || [...form.querySelectorAll("[data-cell]")].some((cell) => cell.value !== cell.defaultValue);

if (form) {
  form.addEventListener("submit", () => (isSubmitted = true));
  addEventListener("beforeunload", (event) => isChanged() && !isSubmitted && event.preventDefault());
  form.addEventListener("keydown", moveFocus);
  form.addEventListener("paste", paste);
  form.addEventListener("focusin", (event) => event.target.matches("[data-cell]") && event.target.select());
  form.querySelectorAll(".keys").forEach((keys) => (keys.hidden = false));
}
