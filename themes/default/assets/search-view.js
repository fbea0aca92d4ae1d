// Results as elements: rows, facets, the preview. Knows nothing of where they stand.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

/** A string in the page's language. `{name}` stands for a value. @param {string} text @param {object} [values] */
function text(text, values = {}) {
  const map = scope.annalsStrings ?? {};
  const found = Object.hasOwn(map, text) ? map[text] : text;
  return found.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? values[name] : hole));
}

/** An element. @param {string} name @param {object} attributes @param {...(Node | string | undefined | false)} children */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child || child === 0));
  return made;
}

/** The site's root, from the page. */
const root = () => new URL(document.documentElement.dataset.root || "./", document.baseURI);

/** Address of a page; from `file://` a folder has no page of its own. @param {string} url @param {string} [anchor] */
function address(url, anchor) {
  const made = new URL(url, root());
  if (made.protocol === "file:" && made.pathname.endsWith("/")) made.pathname += "index.html";
  if (anchor) made.hash = anchor;
  return made.href;
}

/** A long identifier with places to break. @param {Element} into @param {string} text */
function breakable(into, text) {
  for (const piece of text.split(/(?<=[a-z])(?=[A-Z])|(?<=[_\-./:])(?=\w)/)) into.append(piece, document.createElement("wbr"));
  return into;
}

/** @param {{text: string, mark: boolean}[]} pieces */
const marks = (pieces) => pieces.map(({ text, mark }) => breakable(element(mark ? "mark" : "span", {}), text));

const LABELS = { article: "Article", runbook: "Runbook", retro: "Incident", "release-note": "Release", release: "Release", log: "Log",
  review: "Review", demo: "Demo", decision: "Decision", path: "Path" };
/** A kind as readers call it. @param {string} kind */
const kindLabel = (kind) => text(LABELS[kind] ?? kind);

/** What shows at a glance whether a page can be trusted. */
function badges(index, hit, facts) {
  const kind = index.kind(hit.page);
  return element("span", { class: "search-badges" },
    element("b", { class: "search-kind", "data-kind": kind }, kindLabel(kind)), " ",
    facts.severity && element("b", { class: "search-severity", "data-severity": facts.severity.toLowerCase() }, facts.severity), " ",
    facts.version && element("b", {}, [facts.package, facts.version].filter(Boolean).join(" ")), " ",
    facts.date && element("time", { datetime: facts.date }, facts.date), " ",
    facts.services && facts.services.join(", "), " ",
    facts.audience === "internal" && element("b", {}, text("internal")), " ",
    facts.stale && element("b", { class: "search-stale" }, text("review overdue")));
}

/** The sections to show of a hit, none much worse than the first. */
function shown(hit) {
  const best = hit.sections[0]?.score ?? 0;
  return hit.sections.slice(0, 3).filter((section) => section.score * 2 >= best);
}

/**
 * The rows of a hit: its page with the best section, then its further sections.
 * @returns {HTMLElement[]} links; headings and excerpts are filled in by `fill` when they are there
 */
function rows(index, hit, terms) {
  const facts = index.facts(hit.page);
  const sections = shown(hit);
  if (!sections.length) sections.push(undefined);
  return sections.map((section, number) => {
    const row = element("a", { role: "option", class: number ? "search-row search-more" : "search-row", href: address(facts.url), tabindex: -1,
      "aria-selected": "false" },
      !number && element("span", { class: "search-title" }, ...marks(A.highlight(facts.title, terms))),
      !number && badges(index, hit, facts),
      element("span", { class: "search-heading" }), element("span", { class: "search-excerpt" }));
    return Object.assign(row, { hit, number: section?.number ?? 1 });
  });
}

/** Fills in a row's heading, excerpt and address. */
function fill(index, row, terms) {
  const into = row.querySelector(".search-excerpt");
  const text = index.text(row.hit.page);
  const section = text?.sections[row.number - 1];
  if (!section || into.firstChild) return;
  const { heading, anchor, prose, code } = section;
  row.href = address(index.facts(row.hit.page).url, anchor);
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
    badges(index, row.hit, facts),
    heading && element("h3", {}, heading),
    prose && element("p", {}, ...marks(A.highlight(prose.slice(0, 1200), terms))),
    code && element("div", { class: "search-code" }, copy, element("pre", { tabindex: 0 }, ...marks(A.highlight(code.slice(0, 3000), terms)))));
}

/** How many of the pages found have each value of a facet, most first. @returns {[string, number][]} */
function counts(index, pages, facet) {
  const found = new Map();
  const add = (value) => found.set(value, (found.get(value) ?? 0) + 1);
  if (facet === "kind") {
    for (const page of pages) add(index.kind(page));
  } else {
    const has = new Set(pages);
    for (const [value, gaps] of Object.entries(index.files.get(index.root.facets[facet]) ?? {})) {
      A.eachPage(gaps, (page) => { if (has.has(page)) add(value); });
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

/** The alert, error or version of a page that the query is, letter for letter. */
function exactly(facts, query) {
  const joined = (words) => A.compounds(words).flatMap((compound) => compound.parts).join("");
  const whole = query.words.map((word) => word.text).join("");
  const is = (name) => name && joined(name) === whole;
  const alert = facts.alerts?.find(is), error = facts.errors?.find(is);
  if (alert) return [text("alert"), alert];
  if (error) return [text("error"), error];
  return is(facts.version) ? [text("version"), facts.version] : undefined;
}

Object.assign(A, { text, element, root, address, marks, breakable, kindLabel, rows, fill, preview, counts, corrections, exactly });
})(globalThis);
