// My work by keyboard. Everything here presses a button or a box that is on the page anyway.
"use strict";

let last = 0; // where one was, counted in rows: the list is new after every act

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
const here = () => rows().indexOf(document.activeElement?.closest("[data-row]"));
const isBusy = () => document.querySelector("#work.htmx-request, #undo.htmx-request");

function go(to) {
  const all = rows();
  if (!all.length) return;
  last = Math.max(0, Math.min(to, all.length - 1));
  all[last].focus();
  all[last].scrollIntoView({ block: "nearest" });
}

function move(by) {
  go(here() < 0 ? last : here() + by);
}

function confirm() {
  if (isBusy()) return;
  const work = document.getElementById("work");
  const selected = work?.querySelector("input[name=site]:checked");
  const row = rows()[here()];
  if (selected) work.requestSubmit();
  else row?.querySelector("[data-confirm]")?.click();
}

function select() {
  rows()[here()]?.querySelector("input[name=site]")?.click();
}

function undo() {
  if (!isBusy()) document.querySelector("#undo button")?.click();
}

function help() {
  const keys = document.getElementById("keys");
  if (keys) keys.open = !keys.open;
}

const acts = { j: () => move(1), k: () => move(-1), c: confirm, x: select, u: undo, "?": help };

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", () => {
  if (here() >= 0) last = here();
});

function begin() {
  const keys = document.getElementById("keys");
  if (keys) keys.hidden = false;
}

document.addEventListener("htmx:afterSettle", () => {
  begin();
  go(last);
});
begin();
