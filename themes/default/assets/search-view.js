// Results as elements. Knows nothing of where they stand.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

const text = scope.annalsPage?.say;

/** How many: of English, `one` for one. @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => (n === 1 && typeof scope.annalsStrings?.[many] !== "object" ? one : text(many, { n }));

/** An element, new or as it is. @param {string | Element} name @param {object} attributes @param {...(Node | string | undefined | false)} children */
function element(name, attributes, ...children) {
  const made = typeof name === "string" ? document.createElement(name) : name;
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

const LABELS = { article: "Article", runbook: "Runbook", retro: "Incident", "release-note": "Release note", release: "Release", log: "Log",
  review: "Review", demo: "Demo", decision: "Decision", path: "Path" };
/** A kind as readers call it. @param {string} kind */
const kindLabel = (kind) => text(LABELS[kind] ?? kind[0].toUpperCase() + kind.slice(1).replace(/-/g, " "));

/** What shows at a glance whether a page can be trusted. */
function badges(index, hit, facts) {
  const kind = index.kind(hit.page);
  return element("span", { class: "search-badges" },
    element("b", { class: "search-kind", "data-kind": kind }, kindLabel(kind)), " ",
    facts.severity && element("b", { class: "search-severity", "data-severity": facts.severity.toLowerCase() }, facts.severity), " ",
    facts.version && element("b", {}, [facts.package, facts.version].filter(Boolean).join(" ")), " ",
    facts.date && element("time", { datetime: facts.date }, facts.date), " ",
    facts.services?.join(", "), " ",
    facts.audience === "internal" && element("b", {}, text("internal")), " ",
    facts.fixed && text("fixed in {release}", { release: facts.fixed.replace("@", " ") }), " ",
    facts.stale ? element("b", { class: "search-stale" }, text("review overdue"))
      : facts.reviewed && element("span", { class: "search-reviewed" }, "✓ " + text("reviewed {date}", { date: facts.reviewed })));
}

/**
 * The rows of a hit: its page with the best section, then its further sections.
 * @returns {HTMLElement[]} links; marks, headings and excerpts are filled in when they are there
 */
function rows(index, hit) {
  const facts = index.facts(hit.page);
  // Sections none of which is much worse than the first.
  const sections = hit.sections.slice(0, 3).filter((section) => section.score * 2 >= hit.sections[0].score);
  if (!sections.length) sections.push(undefined);
  return sections.map((section, number) => {
    return option(hit, section?.number ?? 1, facts, number ? "more" : "top",
      !number && breakable(element("span", { class: "search-title" }), facts.title),
      !number && badges(index, hit, facts),
      element("span", { class: "search-heading" }));
  });
}

/** A row that leads to a page, with a place for its excerpt. */
const option = (hit, number, facts, kind, ...children) => Object.assign(element("a", { role: "option", class: "search-row search-" + kind, href: address(facts.url), tabindex: -1 },
  ...children, element("span", { class: "search-excerpt" })), { hit, number });

/** The alert, error or version of a page that the query is, letter for letter but for the holes of an error's template. */
function exactly(facts, query) {
  const parts = (words) => A.compounds(words).flatMap((compound) => compound.parts);
  const whole = query.words.map((word) => word.text);
  const is = (name) => {
    const [first, ...others] = (name ?? "").split(/\{[\w.-]*\}/).map(parts);
    if (!others.length) return first.join("") === whole.join("");
    // Each stretch of the template stands in the query, one behind the other.
    let at = 0;
    return [first, ...others].every((stretch) => {
      for (let start = at; start + stretch.length <= whole.length; start++) {
        if (stretch.every((part, offset) => whole[start + offset] === part)) return at = start + stretch.length, true;
      }
      return false;
    });
  };
  for (const [what, names] of [["alert", facts.alerts], ["error", facts.errors], ["version", [facts.version]]]) {
    const name = names?.find(is);
    if (name) return [text(what), name];
  }
}

/** The row on top for what a query is. */
function exactRow(index, hit, [what, name]) {
  const facts = index.facts(hit.page);
  return option(hit, 1, facts, "exact", element("b", {}, text("Exact")), ` ${what} `, breakable(element("code", {}), name), ` › ${facts.title}`);
}

Object.assign(A, { text, count, element, root, address, breakable, kindLabel, badges, rows, exactly, exactRow });
})(globalThis);
