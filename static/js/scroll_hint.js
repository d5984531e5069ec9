// Shows a hint above a table while it is wider than its scroll region, and lets the keyboard scroll one without controls.
"use strict";

const HINT = document.currentScript.dataset.hint || "Scroll the table sideways for more columns →";

// tables of the pages; lists and tables of the admin
const SCROLLING = ".scroll, #changelist .results, .inline-group .tabular fieldset.module";

function watch(region) {
  if (region.dataset.watched) return;
  region.dataset.watched = "true";
  const hint = document.createElement("p");
  hint.className = "scroll-hint small";
  hint.textContent = HINT;
  hint.hidden = true;
  region.before(hint);
  const hasControls = Boolean(region.querySelector("a[href], button, input:not([type=hidden]), select, textarea, summary"));
  const check = () => {
    const scrolls = region.scrollWidth > region.clientWidth + 1;
    hint.hidden = !scrolls;
    if (scrolls && !hasControls) region.tabIndex = 0;
  };
  const observer = new ResizeObserver(check);
  observer.observe(region);
  for (const table of region.querySelectorAll(":scope > table")) observer.observe(table);
}

function watchAll(root) {
  for (const region of root.querySelectorAll(SCROLLING)) watch(region);
}

watchAll(document);
document.addEventListener("htmx:load", (event) => watchAll(event.target));
