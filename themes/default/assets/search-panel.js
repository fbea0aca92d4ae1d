// The panel beyond its first results: notes, facets, completion, the preview, the empty field, and what to do where nothing
// is found. Loaded after the first results.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { element, text } = A;
const FACETS = ["service", "severity", "package", "year"];

/** The heading of a list. */
const head = (label) => element("p", { class: "search-head", role: "presentation" }, text(label));

/** An address with what was typed in it: as it is, and as the name of a file. @param {string} template @param {string} typed */
const filled = (template, typed) => template.replace(/\{(query|slug)\}/g, (_, hole) =>
  encodeURIComponent(hole === "query" ? typed : A.compounds(typed).flatMap(({ parts }) => parts).join("-")));

let asked = false;
/** Has the index and this page kept for when there is no network, once somebody has searched. */
function offline(index) {
  if (asked || !index.root.offline || !navigator.serviceWorker || !/^http/.test(location.protocol)) return;
  asked = true;
  const used = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(new URL("assets/", A.root()).href));
  navigator.serviceWorker.register(new URL("sw.js", A.root())).then(() => navigator.serviceWorker.ready).then((registration) =>
    registration.active.postMessage({ searched: true, urls: [location.href.replace(/#.*/, ""), ...used] })).catch(() => {});
}

class Further {
  /** What a panel has beside its field and its list. */
  equip() {
    if (this.pane) return;
    const part = (name, attributes) => element("div", { class: "search-" + name, ...attributes });
    this.kinds = part("kinds", { role: "group", "aria-label": text("Kind") });
    this.facets = part("facets", { role: "group", "aria-label": text("Filters") });
    this.filterBar.append(this.kinds, this.facets);
    this.further = part("further");
    this.scroller.append(this.further);
    this.pane = element("aside", { class: "search-preview", "aria-label": text("Preview"), hidden: true });
    this.results.append(this.pane);
    this.foot.querySelector(".search-keys")?.append(text("↑↓ move · ↵ open · ctrl ↵ new tab · alt ↵ copy link · esc close"));
    this.input.addEventListener("paste", (event) => this.paste(event));
    this.list.addEventListener("mousemove", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.select(this.options.indexOf(row), false);
    });
  }

  paste(event) {
    // A one-line field drops line ends, which tell a pasted log from a query.
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (!pasted.includes("\n")) return;
    event.preventDefault();
    this.input.setRangeText(pasted.replace(/\s*\n\s*/g, "  ↵ "), this.input.selectionStart, this.input.selectionEnd, "end");
    this.changed();
  }

  /** Copies a result's address. */
  copied(href) {
    navigator.clipboard.writeText(href).then(() => { this.status.textContent = text("Link copied"); });
  }

  /** Says that the index can't be had, and what to do. */
  unavailable(error, again) {
    this.fill([], [element("div", { class: "search-nothing" },
      element("p", {}, text("The search index could not be loaded ({why}).", { why: error.message })),
      element("button", { type: "button", click: again }, text("Try again")), " ",
      element("a", { href: A.address("search/") + "#az" }, text("A–Z of alerts, errors and titles")))]);
  }

  async excerpts(index, turn) {
    await Promise.all(this.options.filter((row) => row.hit).map(async (row) => {
      if (!row.querySelector(".search-excerpt")) return;
      await index.fetch(index.textNames(row.hit.page));
      if (turn !== this.turn) return;
      A.fill(index, row, this.terms);
    }));
    if (turn === this.turn) this.previewed(index);
  }

  /** Adds to the first results what was not there to show them with. */
  finish(index, query, found) {
    this.equip();
    this.finished = this.turn;
    this.terms = A.terms(found.groups);
    for (const row of this.options) {
      if (row.hit) row.querySelector(".search-title")?.replaceChildren(...A.marks(A.highlight(index.facts(row.hit.page).title, this.terms)));
    }
    // Not before all is there that stands above it, so that it stays where it is.
    const left = this.shown < this.limit ? 0 : found.total - this.shown;
    this.further.replaceChildren(...(left <= 0 ? [] : [this.whole
      ? element("button", { type: "button", click: () => { this.limit += 20; this.update(); } }, text("Show {n} more", { n: Math.min(20, left) }))
      : element("a", { href: A.address("search/") + "?" + this.asked() }, text("See all {n} →", { n: found.total }))]));
    this.noted(query, found);
    if (!found.total) this.nothing(index, query);
    this.kindTabs(index, found);
  }

  noted(query, found) {
    const notes = [];
    for (const [typed, meant] of A.corrections(found.groups)) {
      notes.push(element("p", {}, text("No “{typed}” here; showing ", { typed }), element("button", { type: "button", click: () => {
        this.input.value = this.input.value.replace(new RegExp(typed.replace(/[^\p{L}\p{N}]/gu, "\\$&"), "iu"), meant);
        this.input.focus();
        this.changed();
      } }, meant)));
    }
    if (query.dropped.length) notes.push(element("p", {}, text("Left out of what you pasted: {parts}", { parts: [...new Set(query.dropped)].join(" · ") })));
    if (this.fallback) notes.push(element("p", {}, text("The search server does not answer this; these are results of the site's own index.")));
    this.note.replaceChildren(...notes);
  }

  /** Nothing found: what can be dropped, what is near, where else to look, whom to ask. */
  async nothing(index, query) {
    const turn = this.turn;
    const button = (label, act) => element("button", { type: "button", click: () => { act(); this.changed(); } }, label);
    const drop = [...this.chosen].map(([key, value]) => button(text("Without {filter}", { filter: `${key}: ${value}` }), () => this.chosen.delete(key)));
    if (query.phrases.length) drop.push(button(text("Without quotes"), () => { this.input.value = this.input.value.replaceAll('"', " "); }));
    const typed = this.input.value.trim();
    const links = [["ask", "Ask the owner"], ["write", "Write this page"]].flatMap(([key, label]) =>
      (index.root[key] ? [element("a", { href: filled(index.root[key], typed) }, text(label)), " · "] : []));
    const box = element("div", { class: "search-nothing" }, element("p", {}, text("Nothing found for “{query}”.", { query: typed })),
      ...drop, element("p", {}, ...links, element("a", { href: A.address("search/") + "#az" }, text("A–Z of alerts, errors and titles"))));
    this.list.replaceChildren(box);
    const name = index.root.facets.alert;
    if (name) await index.fetch([name]).catch(() => {});
    const whole = query.words.map((word) => word.text).join("");
    const near = Object.keys(index.files.get(name) ?? {})
      .map((alert) => [A.likeness(whole, A.fold(alert)), alert]).filter(([score]) => score > 0.2).sort((a, b) => b[0] - a[0]).slice(0, 5);
    const wider = await A.search(index, { ...query, filters: [], without: [], phrases: [] });
    const related = (wider.hits.length ? wider.hits.map((hit) => hit.page) : index.root.linked).slice(0, 5);
    await index.fetch(new Set(related.map((page) => index.factsName(page)))).catch(() => {});
    if (turn !== this.turn) return;
    if (near.length) box.append(element("p", {}, text("Alerts of a similar name:"), " ", ...near.map(([, alert]) => button(alert, () => { this.input.value = alert; }))));
    const rows = this.pages(index, related.filter((page) => index.facts(page)));
    this.fill(rows, [box, ...(rows.length ? [head(wider.hits.length ? "Related" : "Most linked"), ...rows] : [])]);
  }

  kindTabs(index, found) {
    const chosen = this.chosen.get("kind");
    const tab = (value, label, count) => element("button", { type: "button", "aria-pressed": String(chosen === value), click: () => this.choose("kind", value) },
      label, " ", element("small", {}, count));
    const list = A.counts(index, found.pages, "kind");
    this.kinds.replaceChildren(...(list.length > 1 || chosen ? [tab(undefined, text("All"), chosen ? "" : found.total),
      ...list.map(([kind, count]) => tab(kind, A.kindLabel(kind), count))] : []));
  }

  filters(index, found) {
    this.facets.replaceChildren(...FACETS.flatMap((facet) => {
      const values = A.counts(index, found.pages, facet).slice(0, 40);
      const chosen = this.chosen.get(facet);
      if (values.length < 2 && !chosen) return [];
      if (chosen && !values.some(([value]) => value === chosen)) values.push([chosen, 0]);
      const label = text(facet);
      const select = element("select", { "aria-label": label, change: () => this.choose(facet, select.value || undefined) },
        element("option", { value: "" }, label), ...values.map(([value, count]) =>
          element("option", { value, selected: value === chosen }, `${value} (${count})`)));
      return [select];
    }));
    this.values(index);
  }

  /** Facets and excerpts, which come after the first results. */
  async complete(index, query, found, turn) {
    if (this.finished !== turn) this.finish(index, query, found);
    await this.excerpts(index, turn);
    await index.fetch([...FACETS, this.typedFilter()].map((facet) => index.root.facets[facet]).filter(Boolean));
    if (turn !== this.turn) return;
    this.filters(index, found);
    offline(index);
    this.restored();
  }

  choose(key, value) {
    if (value === undefined) this.chosen.delete(key);
    else this.chosen.set(key, value);
    this.changed();
  }

  /** The filter that is being typed. */
  typedFilter() {
    return /(?:^|\s)(\w+):\S*$/.exec(this.input.value)?.[1];
  }

  /** Values for it. */
  values(index) {
    const match = /(?:^|\s)(\w+):(\S*)$/.exec(this.input.value);
    if (!match || !A.FILTERS.includes(match[1])) return;
    const source = match[1] === "kind" ? Object.fromEntries(index.root.kinds.map((kind) => [kind, 1])) : index.files.get(index.root.facets[match[1]]);
    const values = Object.keys(source ?? {}).filter((value) => A.fold(value).startsWith(A.fold(match[2])) && value !== match[2]).slice(0, 8);
    this.note.append(...values.map((value) => element("button", { type: "button", click: () => {
      this.input.value = this.input.value.slice(0, this.input.value.length - match[2].length) + (/\s/.test(value) ? `"${value}"` : value) + " ";
      this.input.focus();
      this.changed();
    } }, `${match[1]}:${value}`)));
  }

  /** An empty field: what was searched for and read on this device, what is wrong now, what others link to. */
  async idle(index, turn) {
    this.equip();
    for (const part of [this.note, this.kinds, this.facets, this.further, this.status]) part.replaceChildren();
    const queries = A.stored("recent").map((query) => element("button", { type: "button", role: "option", class: "search-row", tabindex: -1, "aria-selected": "false", click: () => {
      this.input.value = query;
      this.input.focus();
      this.changed();
    } }, query));
    const read = A.stored("read").map(([url, title]) =>
      element("a", { role: "option", class: "search-row", href: A.address(url), tabindex: -1, "aria-selected": "false" }, title));
    const lists = [["Recent searches", queries], ["Recently read", read]];
    const show = () => this.fill(lists.flatMap(([, rows]) => rows), lists.flatMap(([label, rows]) => (rows.length ? [head(label), ...rows] : [])));
    show();
    const { open, linked } = index.root;
    await index.fetch(new Set([...open, ...linked].map((page) => index.factsName(page))));
    if (turn !== this.turn) return;
    this.index = index;
    this.groups = [];
    this.terms = new Map();
    lists.splice(0, 0, ["Open incidents", this.pages(index, open)]);
    lists.push(["Most linked", this.pages(index, linked)]);
    show();
  }

  /** Rows of pages as they are, without a query. */
  pages(index, pages) {
    return pages.flatMap((page) => A.rows(index, { page, sections: [] })).map((row) => {
      for (const part of row.querySelectorAll(".search-heading, .search-excerpt")) part.remove();
      return row;
    });
  }

  previewed(index) {
    this.equip();
    const row = this.options[this.selected];
    const wide = !this.whole && matchMedia("(min-width: 1000px)").matches;
    this.pane.hidden = !(wide && row?.hit && this.terms && index.text(row.hit.page));
    if (!this.pane.hidden) this.pane.replaceChildren(A.preview(index, row, this.terms));
  }
}

for (const name of Object.getOwnPropertyNames(Further.prototype)) {
  if (name !== "constructor") A.Panel.prototype[name] = Further.prototype[name];
}
})(globalThis);
