// What is shown of results beyond the first look: marks, excerpts, the preview, counts. Loaded after the first results.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { element, text } = A;

/** @param {{text: string, mark: boolean}[]} pieces */
const marks = (pieces) => pieces.map(({ text, mark }) => A.breakable(element(mark ? "mark" : "span", {}), text));

/** Fills in a row's heading, excerpt and address. */
function fill(index, row, terms) {
  const into = row.querySelector(".search-excerpt");
  const text = index.text(row.hit.page);
  const section = text?.sections[row.number - 1];
  if (!section || into.firstChild) return;
  const { heading, anchor, prose, code } = section;
  row.href = A.address(index.facts(row.hit.page).url, anchor);
  if (heading) row.querySelector(".search-heading")?.append("› ", ...marks(A.highlight(heading, terms)));
  const pieces = A.excerpt(prose, terms);
  const codePieces = pieces ? undefined : A.excerpt(code, terms);
  if (codePieces) into.append(element("code", {}, ...marks(codePieces)));
  else into.append(...marks(pieces ?? A.opening(prose || text.description)));
}

/** The very section that a row leads to, its commands to be copied. */
function preview(index, row, terms) {
  const facts = index.facts(row.hit.page);
  const { heading, prose, code } = index.text(row.hit.page)?.sections[row.number - 1] ?? {};
  const copy = element("button", { type: "button", click: async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = text("Copied");
  } }, text("Copy"));
  return element("div", {},
    element("p", { class: "search-title" }, ...marks(A.highlight(facts.title, terms))),
    A.badges(index, row.hit, facts),
    heading && element("h3", {}, heading),
    prose && element("p", {}, ...marks(A.highlight(prose.slice(0, 1200), terms))),
    code && element("div", { class: "search-code" }, copy, element("pre", { tabindex: 0 }, ...marks(A.highlight(code.slice(0, 3000), terms)))));
}

/** How many of the pages found have each value of a facet, most first. @returns {[string, number][]} */
function counts(index, pages, facet) {
  if (index.counted) return index.counted(facet);
  const found = new Map();
  const add = (value) => found.set(value, (found.get(value) ?? 0) + 1);
  if (facet === "kind") {
    for (const page of pages) add(index.kind(page));
  } else {
    // Once for all facets of what was found.
    const has = (pages.has ??= pages.reduce((marks, page) => (marks[page] = 1, marks), new Uint8Array(index.root.pages)));
    for (const [value, gaps] of Object.entries(index.files.get(index.root.facets[facet]) ?? {})) {
      A.eachPage(gaps, (page) => { if (has[page]) add(value); });
    }
  }
  return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Words that were taken for others: what was typed and what is shown. @returns {[string, string][]} */
function corrections(groups) {
  return groups.flatMap((group) => {
    const mended = group.alternatives.find(({ how }) => how === "typo" || how === "split");
    const known = group.alternatives.some(({ how }) => how === "exact" || how === "prefix");
    return mended && !known ? [[group.text, mended.text]] : [];
  });
}

Object.assign(A, { marks, fill, preview, counts, corrections });
})(globalThis);
