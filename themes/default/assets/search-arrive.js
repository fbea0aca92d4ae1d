// Marks the words of a search on the page that it led to. Loaded only where there are words to mark.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const LIMIT = 500;

/** Ranges of the page's text that match. @param {Element} main @param {Map<string, number>} terms */
function ranges(main, terms) {
  const found = [];
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest("script, style, nav, .search-bar") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  while (walker.nextNode() && found.length < LIMIT) {
    for (const [start, end] of A.matches(walker.currentNode.data, terms)) {
      const range = new Range();
      range.setStart(walker.currentNode, start);
      range.setEnd(walker.currentNode, end);
      found.push(range);
    }
  }
  return found;
}

/** Marks what a search left for this page, with a bar to go from mark to mark. */
function marked() {
  let left;
  try {
    left = JSON.parse(A.keep("terms"));
    A.keep("terms", null);
  } catch { /* Nothing was left, or nothing that can be read. */ }
  const main = document.querySelector("main");
  if (!main || !Array.isArray(left) || left[0] !== location.href.replace(/#.*/, "") || !CSS.highlights) return;
  const terms = new Map(left[1].map((term, number) => [term, number]));
  const found = ranges(main, terms);
  if (!found.length) return;
  A.styles?.();
  CSS.highlights.set("annals-search", new Highlight(...found));
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  let at = Math.max(0, target ? found.findIndex((range) => target.compareDocumentPosition(range.startContainer) & 4) : 0);
  const text = A.text;
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const bar = document.createElement("div");
  bar.className = "search-bar";
  const button = (name, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.title = name;
    made.addEventListener("click", act);
    return made;
  };
  const show = (scroll) => {
    const range = found[at];
    CSS.highlights.set("annals-search-current", new Highlight(range));
    count.textContent = text("{n} of {total}", { n: at + 1, total: found.length });
    const box = range.getBoundingClientRect();
    if (scroll && (box.top < 64 || box.bottom > innerHeight - 64)) scrollBy(0, box.top - innerHeight / 3);
  };
  const step = (by) => {
    at = (at + by + found.length) % found.length;
    show(true);
  };
  const clear = () => {
    CSS.highlights.delete("annals-search");
    CSS.highlights.delete("annals-search-current");
    removeEventListener("keydown", key);
    bar.remove();
  };
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "Escape") clear();
    else if (scope.annalsPage.keysOff()) return;
    else if (event.key === "n") step(1);
    else if (event.key === "N") step(-1);
  };
  bar.append(count, button(text("Previous match") + " (N)", "↑", () => step(-1)), button(text("Next match") + " (n)", "↓", () => step(1)),
    button(text("Clear marks") + " (Esc)", "×", clear));
  document.body.append(bar);
  addEventListener("keydown", key);
  show(!target || found[at].getBoundingClientRect().bottom > innerHeight);
}

Object.assign(A, { marked });
})(globalThis);
