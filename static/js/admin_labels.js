"use strict";

// Names the boxes of Select2, which Django's administration draws in place of a select, after the label of that select.
function nameSelects(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const text = select.getAttribute("aria-label") || select.labels?.[0]?.textContent.trim();
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    const value = box?.querySelector(".select2-selection__rendered");
    if (!text || !value) continue;
    box.setAttribute("aria-label", text);
    value.setAttribute("aria-label", text);
    box.id ||= `${select.id}_box`;
    box.setAttribute("aria-labelledby", `${box.id} ${value.id}`);
  }
}

// The boxes are drawn at some time after this script has run, and again with each added row of a form.
document.addEventListener("DOMContentLoaded", () => {
  nameSelects(document);
  new MutationObserver(() => nameSelects(document)).observe(document.body, { childList: true, subtree: true });
});
