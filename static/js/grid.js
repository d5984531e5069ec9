// The grid of numbers: arrows and Enter move, a block from a spreadsheet is pasted. Without this file it is a plain form.
"use strict";

const form = document.querySelector("[data-grid]");
const NUMBER = /^(\d+|\d{1,3}([,'’ \u00a0\u2009\u202f]\d{3})+)$/;

const lines = () => [...form.querySelectorAll("[data-line]")];
const cellsOf = (line) => [...line.querySelectorAll("[data-cell]")];

/* moving */

function step(cell, down, right) {
  const line = cell.closest("[data-line]");
  if (right) return cellsOf(line)[cellsOf(line).indexOf(cell) + right];
  const open = lines().filter((one) => cellsOf(one).length);
  const there = open[open.indexOf(line) + down];
  return there?.querySelector(`[data-cell=${cell.dataset.cell}]`);
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
  const by = moves[event.key]?.(cell, event);
  if (!by) return;
  event.preventDefault();
  const there = step(cell, ...by);
  there?.focus();
  there?.select();
}

/* pasting */

const isNumber = (text) => NUMBER.test(text.trim());
const isBlank = (text) => !text.trim();

/** Whether the block says in words what its columns or rows are: headings, names of sites, months. */
function hasWords(rows) {
  const isHeading = rows[0].some((cell) => !isBlank(cell)) && !rows[0].some(isNumber);
  return isHeading || rows.some((row) => !isBlank(row[0]) && !isNumber(row[0]));
}

/** The server reads a table with words, as it reads one that is pasted into the box: one reader, one answer. */
function sendAsTable(text) {
  form.querySelector("[name=table]").value = text;
  form.requestSubmit(form.querySelector("[name=act][value=paste]"));
}

function fill(row, cell, before) {
  const there = cellsOf(cell.closest("[data-line]"));
  const left = [];
  row.forEach((text, at) => {
    if (isBlank(text)) return;
    const target = there[there.indexOf(cell) + at];
    before.push([target, target.value]);
    target.value = text.trim();
    target.classList.add("is-changed");
    if (!isNumber(text)) left.push(`${text.trim()} is not a whole number`);
  });
  return left;
}

/** Numbers alone go into the cells from this one on, as in a spreadsheet; a block that is too wide goes nowhere. */
function pasteBlock(rows, cell) {
  const there = cellsOf(cell.closest("[data-line]"));
  const width = there.length - there.indexOf(cell);
  const widest = Math.max(...rows.map((row) => row.findLastIndex((text) => !isBlank(text)) + 1));
  if (widest > width) {
    return tell([], [`The block has ${widest} columns, but there are ${width} from this cell on. Nothing was pasted.`]);
  }
  const begin = lines().indexOf(cell.closest("[data-line]"));
  const before = [];
  const left = [];
  rows.forEach((row, number) => {
    if (row.every(isBlank)) return;
    const line = lines()[begin + number];
    const target = line?.querySelector(`[data-cell=${cell.dataset.cell}]`);
    const told = row.map((one) => one.trim()).filter(Boolean).join(" · ");
    if (!line) left.push(`${told}: no such line here`);
    else if (!target) left.push(`${told}: this line cannot be typed in`);
    else fill(row, target, before).forEach((what) => left.push(`${line.dataset.name}: ${what}`));
  });
  tell(before, left);
}

function tell(before, left) {
  const told = form.querySelector("[data-grid-told]");
  const words = document.createElement("p");
  words.textContent = `${before.length} number${before.length === 1 ? "" : "s"} pasted, not saved yet.` +
    (left.length ? ` ${left.length} did not fit:` : "");
  const list = document.createElement("ul");
  list.append(...left.map((what) => Object.assign(document.createElement("li"), { textContent: what })));
  const back = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Take it back" });
  back.addEventListener("click", () => {
    before.reverse().forEach(([cell, value]) => {
      cell.value = value;
      cell.classList.remove("is-changed");
    });
    told.hidden = true;
    before[before.length - 1]?.[0].focus();
  });
  told.replaceChildren(words, ...(left.length ? [list] : []), ...(before.length ? [back] : []));
  told.hidden = false;
}

function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!event.target.matches("[data-cell]") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
  if (hasWords(rows)) sendAsTable(text);
  else pasteBlock(rows, event.target);
}

/* leaving */

let isSent = false;
const isTyped = () => form.querySelector(".is-changed") || [...form.querySelectorAll("[data-cell]")].some((cell) => cell.value !== cell.defaultValue);

if (form) {
  form.addEventListener("submit", () => (isSent = true));
  addEventListener("beforeunload", (event) => isTyped() && !isSent && event.preventDefault());
  form.addEventListener("keydown", moveFocus);
  form.addEventListener("paste", paste);
  form.addEventListener("focusin", (event) => event.target.matches("[data-cell]") && event.target.select());
  form.querySelectorAll(".keys").forEach((keys) => (keys.hidden = false));
}
