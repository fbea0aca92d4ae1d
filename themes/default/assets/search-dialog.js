// The search dialog and the results page: one panel, in a dialog or in the page.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { element, text } = A;
const FACETS = ["service", "severity", "package", "year"];
/** So many pages are shown before those that need more files. */
const FIRST = 5;
const RECENT = "annals-search-recent", READ = "annals-search-read", LAST = "annals-search-last";

function stored(key, store = localStorage) {
  try {
    return JSON.parse(store.getItem(key)) ?? [];
  } catch {
    return [];
  }
}
function keep(key, value, store = localStorage) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch { /* A full or forbidden storage costs the memory, not the search. */ }
}

// Files of the index hand over their data by a call, since that is what also works from a folder.
const received = new Map();
scope.annalsShard = (name, data) => received.set(name, data);
let attempt = 0;
/** @param {string} name @returns {Promise<string>} */
function load(name) {
  return new Promise((resolve, reject) => {
    const script = element("script", { charset: "utf-8", src: new URL(`search/${name}.js${attempt ? "?" + attempt : ""}`, A.root()) });
    const done = () => {
      script.remove();
      const data = received.get(name);
      received.delete(name);
      if (data === undefined) reject(new Error(name));
      else resolve(data);
    };
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    document.head.append(script);
  });
}

/** The index, opened once. @type {Promise<any> | undefined} */
let opened;
const open = () => (opened ??= new A.Index(load).open());
/** After a failure the root is fetched anew: the site may have been published in between. */
function reopen() {
  attempt = Date.now();
  opened = undefined;
  return open();
}

/** The style sheet, once. */
function styles() {
  const href = document.documentElement.dataset.searchCss;
  styles = () => {};
  if (href) document.head.append(element("link", { rel: "stylesheet", href: new URL(href, A.root()) }));
}
A.styles = () => styles();

class Panel {
  /** @param {boolean} whole whether it is a page of its own */
  constructor(whole) {
    this.whole = whole;
    this.limit = whole ? 20 : 8;
    /** Filters chosen beside the query. @type {Map<string, string>} */
    this.chosen = new Map();
    this.turn = 0;
    this.selected = -1;
    this.options = [];
    const id = whole ? "search-page" : "search-dialog";
    this.input = element("input", { type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": id + "-list", "aria-autocomplete": "list",
      "aria-label": text("Search"), placeholder: text("Search alerts, errors, versions…"), autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      enterkeyhint: "search", input: () => this.changed(), keydown: (event) => this.key(event), paste: (event) => this.paste(event) });
    this.note = element("div", { class: "search-note" });
    this.kinds = element("div", { class: "search-kinds", role: "group", "aria-label": text("Kind") });
    this.facets = element("div", { class: "search-facets", role: "group", "aria-label": text("Filters") });
    this.list = element("div", { id: id + "-list", class: "search-list", role: "listbox", "aria-label": text("Results"), tabindex: -1 });
    this.more = element("div", { class: "search-further" });
    this.pane = element("aside", { class: "search-preview", "aria-label": text("Preview"), hidden: true });
    this.status = element("span", { role: "status" });
    this.foot = element("div", { class: "search-foot" });
    this.element = element("div", { class: "search-panel" },
      element("div", { class: "search-field" }, this.input,
        !whole && element("button", { type: "button", class: "search-close", "aria-label": text("Close"), click: () => this.close() }, "×")),
      this.note, element("div", { class: "search-filters" }, this.kinds, this.facets),
      element("div", { class: "search-results" }, element("div", { class: "search-scroll" }, this.list, this.more), this.pane), this.foot);
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row?.hit) this.leave(row);
    });
    this.list.addEventListener("mousemove", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.select(this.options.indexOf(row), false);
    });
    if (!whole) this.foot.append(element("span", { class: "search-keys" }, text("↑↓ move · ↵ open · ctrl ↵ new tab · alt ↵ copy link · esc close")));
    this.foot.append(this.status);
  }

  get query() {
    return A.parse(this.input.value + (this.chosen.size ? " " : ""));
  }

  paste(event) {
    // A one-line field drops line ends, which tell a pasted log from a query.
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (!pasted.includes("\n")) return;
    event.preventDefault();
    this.input.setRangeText(pasted.replace(/\s*\n\s*/g, "  ↵ "), this.input.selectionStart, this.input.selectionEnd, "end");
    this.changed();
  }

  changed() {
    this.limit = this.whole ? 20 : 8;
    this.update();
  }

  /** Finds and shows; what is shown stays until the new is there. */
  async update() {
    const turn = ++this.turn;
    const typed = this.input.value.replaceAll("↵", "\n");
    if (!this.whole) keep(LAST, this.input.value, sessionStorage);
    else this.address();
    const late = setTimeout(() => turn === this.turn && (this.status.textContent = text("Searching…")), 300);
    try {
      const index = await this.tried(open());
      if (turn !== this.turn) return;
      const query = A.parse(typed);
      for (const [key, value] of this.chosen) query.filters.push([key, value]);
      if (!query.words.length && !query.filters.length) return this.idle(index);
      const found = await A.search(index, query);
      if (turn !== this.turn) return;
      const hits = this.limit > found.hits.length ? found.hits.concat(found.rest()).slice(0, this.limit) : found.hits.slice(0, this.limit);
      const facts = (some) => index.fetch(new Set(some.map((hit) => index.factsName(hit.page))));
      await facts(hits.slice(0, FIRST));
      if (turn !== this.turn) return;
      this.failed = false;
      this.show(index, query, found, hits.filter((hit) => index.files.has(index.factsName(hit.page))));
      if (this.shown < hits.length) {
        await facts(hits);
        if (turn !== this.turn) return;
        this.show(index, query, found, hits);
      }
      // Facets and excerpts come after the first results.
      await this.excerpts(index, turn);
      await index.fetch([...FACETS, this.typedFilter()].map((facet) => index.root.facets[facet]).filter(Boolean));
      if (turn === this.turn) this.filters(index, found);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** The index; a root that can't be read is fetched once more. */
  tried(promise) {
    return promise.catch(() => reopen());
  }

  async excerpts(index, turn) {
    await Promise.all(this.options.filter((row) => row.hit).map(async (row) => {
      await index.fetch(index.textNames(row.hit.page));
      if (turn !== this.turn) return;
      A.fill(index, row, this.terms);
    }));
    if (turn === this.turn) this.previewed(index);
  }

  show(index, query, found, hits) {
    const kept = this.shownTurn === this.turn ? this.selected : 0;
    this.shownTurn = this.turn;
    this.shown = hits.length;
    this.index = index;
    this.terms = A.terms(found.groups);
    const rows = [];
    const nodes = [];
    const exact = hits.slice(0, 8).map((hit) => [hit, A.exactly(index.facts(hit.page), query)]).find(([, name]) => name);
    if (exact) {
      const [hit, [what, name]] = exact;
      const facts = index.facts(hit.page);
      const row = element("a", { role: "option", class: "search-row search-exact", href: A.address(facts.url), tabindex: -1, "aria-selected": "false" },
        element("b", {}, text("Exact")), ` ${what} `, A.breakable(element("code", {}), name), ` › ${facts.title}`, element("span", { class: "search-excerpt" }));
      Object.assign(row, { hit, number: 1 });
      rows.push(row);
      nodes.push(row);
    }
    for (const hit of hits) {
      const made = A.rows(index, hit, this.terms);
      rows.push(...made);
      nodes.push(element("div", { class: "search-hit", role: "presentation" }, ...made));
    }
    this.fill(rows, nodes);
    if (kept > 0) this.select(kept, false);
    this.noted(query, found);
    if (!found.total) this.nothing(index, query);
    this.status.textContent = found.total === 1 ? text("1 page") : text("{n} pages", { n: found.total });
    const left = found.total - hits.length;
    this.more.replaceChildren(...(left <= 0 ? [] : [this.whole
      ? element("button", { type: "button", click: () => { this.limit += 20; this.update(); } }, text("Show {n} more", { n: Math.min(20, left) }))
      : element("a", { href: this.link() }, text("See all {n} →", { n: found.total }))]));
    this.kindTabs(index, found);
  }

  fill(rows, nodes) {
    this.options = rows;
    rows.forEach((row, number) => { row.id = this.list.id + "-" + number; });
    this.list.replaceChildren(...nodes);
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this.selected = -1;
    if (rows.length) this.select(0, false);
    else this.input.removeAttribute("aria-activedescendant");
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
    if (query.dropped.length) notes.push(element("p", {}, text("Left out of what you pasted: {parts}", { parts: query.dropped.join(" · ") })));
    this.note.replaceChildren(...notes);
  }

  /** Nothing found: what can be dropped, what is near, where else to look. */
  async nothing(index, query) {
    const turn = this.turn;
    const drop = [...this.chosen.keys()].map((key) => element("button", { type: "button", click: () => { this.chosen.delete(key); this.changed(); } },
      text("Without {filter}", { filter: `${key}: ${this.chosen.get(key)}` })));
    const box = element("div", { class: "search-nothing" }, element("p", {}, text("Nothing found for “{query}”.", { query: this.input.value })),
      ...drop, element("p", {}, element("a", { href: A.address("search/") + "#az" }, text("A–Z of alerts, errors and titles"))));
    this.list.replaceChildren(box);
    const { alert } = index.root.facets;
    if (!alert) return;
    await index.fetch([alert]).catch(() => {});
    const typed = query.words.map((word) => word.text).join("");
    const near = Object.keys(index.files.get(alert) ?? {})
      .map((name) => [A.likeness(typed, A.fold(name)), name]).filter(([score]) => score > 0.2).sort((a, b) => b[0] - a[0]).slice(0, 5);
    if (turn !== this.turn || !near.length) return;
    box.append(element("p", {}, text("Alerts of a similar name:"), " ", ...near.map(([, name]) => element("button", { type: "button", click: () => {
      this.input.value = name;
      this.changed();
    } }, name))));
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
    this.complete(index);
  }

  /** The filter that is being typed. */
  typedFilter() {
    return /(?:^|\s)(\w+):\S*$/.exec(this.input.value)?.[1];
  }

  /** Values for it. */
  complete(index) {
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

  choose(key, value) {
    if (value === undefined) this.chosen.delete(key);
    else this.chosen.set(key, value);
    this.changed();
  }

  /** An empty field: what was searched for and read on this device. */
  idle() {
    const queries = stored(RECENT).map((query) => element("button", { type: "button", role: "option", class: "search-row", tabindex: -1, "aria-selected": "false", click: () => {
      this.input.value = query;
      this.input.focus();
      this.changed();
    } }, query));
    const pages = stored(READ).map(([url, title]) => element("a", { role: "option", class: "search-row", href: A.address(url), tabindex: -1, "aria-selected": "false" }, title));
    const head = (label) => element("p", { class: "search-head", role: "presentation" }, label);
    this.fill([...queries, ...pages], [...(queries.length ? [head(text("Recent searches")), ...queries] : []),
      ...(pages.length ? [head(text("Recently read")), ...pages] : [])]);
    for (const part of [this.note, this.kinds, this.facets, this.more]) part.replaceChildren();
    this.pane.hidden = true;
    this.status.textContent = "";
  }

  fail(error) {
    this.fill([], [element("div", { class: "search-nothing" },
      element("p", {}, text("The search index could not be loaded ({why}).", { why: error.message })),
      element("button", { type: "button", click: () => { reopen().catch(() => {}); this.update(); } }, text("Try again")), " ",
      element("a", { href: A.address("search/") + "#az" }, text("A–Z of alerts, errors and titles")))]);
    this.status.textContent = text("Search is not available");
    if (!this.failed) {
      // A file that is gone or cut short may be of an older build: once, all is fetched anew.
      this.failed = true;
      reopen().then(() => this.update(), () => {});
    }
  }

  select(number, scroll = true) {
    if (number === this.selected || !this.options[number]) return;
    this.options[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = number;
    const row = this.options[number];
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
    if (this.index) this.previewed(this.index);
  }

  previewed(index) {
    const row = this.options[this.selected];
    const wide = !this.whole && matchMedia("(min-width: 1000px)").matches;
    this.pane.hidden = !(wide && row?.hit && index.text(row.hit.page));
    if (!this.pane.hidden) this.pane.replaceChildren(A.preview(index, row, this.terms));
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.options.length;
    if (event.key === "ArrowDown" && count) this.select((this.selected + 1) % count);
    else if (event.key === "ArrowUp" && count) this.select((this.selected - 1 + count) % count);
    else if (event.key === "Enter" && this.options[this.selected]) this.enter(event, this.options[this.selected]);
    else if (event.key === "Escape" && !this.whole) this.close();
    else return;
    event.preventDefault();
  }

  enter(event, row) {
    if (!row.href) return row.click();
    if (event.altKey) {
      navigator.clipboard.writeText(row.href).then(() => { this.status.textContent = text("Link copied"); });
      return;
    }
    this.leave(row);
    if (event.ctrlKey || event.metaKey) scope.open(row.href, "_blank", "noopener");
    else location.href = row.href;
  }

  /** What to remember when a result is opened. */
  leave(row) {
    if (!row.hit) return;
    const words = [...this.terms.keys()].filter((term) => !this.index.stop.has(term));
    A.leave(row.href, words);
    const typed = this.input.value.trim();
    if (typed) keep(RECENT, [typed, ...stored(RECENT).filter((other) => other !== typed)].slice(0, 6));
    const { url, title } = this.index.facts(row.hit.page);
    keep(READ, [[url, title], ...stored(READ).filter(([other]) => other !== url)].slice(0, 6));
    if (new URL(row.href).pathname === location.pathname && !this.whole) {
      this.close();
      setTimeout(A.arrive, 50);
    }
  }

  /** The results page for what is asked. */
  link() {
    const url = new URL(A.address("search/"));
    url.search = new URLSearchParams([["q", this.input.value], ...this.chosen]);
    return url.href;
  }

  /** Keeps the page's own address in step. */
  address() {
    const parameters = new URLSearchParams([["q", this.input.value], ...this.chosen]);
    history.replaceState(null, "", "?" + parameters);
  }

  close() {
    this.element.closest("dialog")?.close();
  }
}

let dialog, panel;

/** Opens the dialog. @param {string} [query] */
A.open = (query) => {
  styles();
  if (!dialog) {
    panel = new Panel(false);
    dialog = element("dialog", { class: "search-dialog", "aria-label": text("Search") }, panel.element);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    const last = stored(LAST, sessionStorage);
    if (typeof last === "string") panel.input.value = last;
  }
  if (query !== undefined) panel.input.value = query;
  if (!dialog.open) dialog.showModal();
  panel.input.focus();
  panel.input.select();
  panel.update();
};

/** Makes the results page. */
A.page = () => {
  const main = document.querySelector("[data-search-page]");
  if (!main) return;
  styles();
  const whole = new Panel(true);
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key === "q") whole.input.value = value;
    else if (A.FILTERS.includes(key)) whole.chosen.set(key, value);
  }
  const fallback = main.querySelector("[data-search-fallback]");
  fallback?.setAttribute("hidden", "");
  main.insertBefore(whole.element, fallback);
  whole.input.focus();
  whole.update();
};

/** Fetches the root ahead, for a reader about to search. */
A.warm = () => open().catch(() => { opened = undefined; });
A.warm();
})(globalThis);
