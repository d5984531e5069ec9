// The grid of numbers: arrows and Enter move, a block from a spreadsheet is pasted. Without this file it is a plain form.
"use strict";

const form = document.querySelector("[data-grid]");
const NUMBER = /^(\d+|\d{1,3}([,'’ \u00a0\u2009\u202f]\d{3})+)$/;
const SITE_HEADS = ["site", "site name", "facility", "hospital", "name", "centre", "center", "month"];
const NUMBER_HEADS = ["site number", "number", "no", "no.", "site id", "id", "#"];
const SILENT_HEADS = ["", "city", "town", "place", "country", "state", "state or region", "target"];

const lines = () => [...form.querySelectorAll("[data-line]")];
const cellsOf = (line) => [...line.querySelectorAll("[data-cell]")];
const names = () => ["screened", "consented", "enrolled", "withdrawn", "completed"];
const plain = (text) => text.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/g, " ");

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

function move(event) {
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

function columnsOf(first) {
  const heads = first.map((cell) => {
    const word = plain(cell);
    if (names().includes(word)) return { count: word };
    if (NUMBER_HEADS.includes(word)) return { label: "number" };
    if (SITE_HEADS.includes(word)) return { label: "name" };
    return { unknown: SILENT_HEADS.includes(word) ? "" : cell.trim() };
  });
  return heads.some((head) => head.count) ? heads : null;
}

function usualColumns(rows, cell) {
  const startsWithName = rows.some((row) => row[0].trim() && !NUMBER.test(row[0].trim()));
  const counts = names().slice(names().indexOf(cell.dataset.cell)).map((count) => ({ count }));
  return startsWithName ? [{ label: "name" }, ...counts] : counts;
}

function lineFor(row, columns, place) {
  const label = columns.findIndex((column) => column.label === "number");
  const at = label >= 0 ? label : columns.findIndex((column) => column.label);
  if (at < 0) return lines()[place];
  const said = plain(row[at] ?? "").replace(/^#/, "");
  const key = columns[at].label;
  const found = lines().filter((line) => plain(line.dataset[key]) === said);
  return found.length === 1 ? found[0] : null;
}

function fill(row, columns, line, before) {
  const left = [];
  row.forEach((text, at) => {
    const column = columns[at];
    if (!text.trim() || column?.label || column?.unknown !== undefined) return;
    const cell = column && line.querySelector(`[data-cell=${column.count}]`);
    if (!cell) return left.push(text.trim());
    before.push([cell, cell.value]);
    cell.value = text.trim();
    cell.classList.add("is-changed");
    if (!NUMBER.test(text.trim())) left.push(`${text.trim()} is not a whole number`);
  });
  return left;
}

function pasteBlock(text, cell) {
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
  const heads = columnsOf(rows[0]);
  const columns = heads ?? usualColumns(rows, cell);
  const body = heads ? rows.slice(1) : rows;
  const begin = lines().indexOf(cell.closest("[data-line]"));
  const before = [];
  const left = (heads ?? []).filter((head) => head.unknown).map((head) => `Column “${head.unknown}”: nobody knows it`);
  body.forEach((row, number) => {
    if (!row.some((one) => one.trim())) return;
    const line = lineFor(row, columns, begin + number);
    const told = row.map((one) => one.trim()).filter(Boolean).join(" · ");
    if (!line) left.push(`${told}: no such line here`);
    else if (!cellsOf(line).length) left.push(`${told}: this line cannot be typed in`);
    else fill(row, columns, line, before).forEach((what) => left.push(`${line.dataset.name}: ${what}`));
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
  pasteBlock(text, event.target);
}

/* leaving */

let isSent = false;
const isTyped = () => form.querySelector(".is-changed") || [...form.querySelectorAll("[data-cell]")].some((cell) => cell.value !== cell.defaultValue);

if (form) {
  form.addEventListener("submit", () => (isSent = true));
  addEventListener("beforeunload", (event) => isTyped() && !isSent && event.preventDefault());
  form.addEventListener("keydown", move);
  form.addEventListener("paste", paste);
  form.addEventListener("focusin", (event) => event.target.matches("[data-cell]") && event.target.select());
  form.querySelectorAll(".keys").forEach((keys) => (keys.hidden = false));
}
