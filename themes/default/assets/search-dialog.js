// The search dialog and the results page: one panel, in a dialog or in the page. What the first results can do without
// (facets, excerpts, the preview, marks) is in search-panel.js, which is loaded after them.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { element, text } = A;
/** So many pages are shown before those that need more files. */
const FIRST = 5;
const RECENT = "annals-search-recent", READ = "annals-search-read", LAST = "annals-search-last", TERMS = "annals-search-terms";

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

/** Further scripts of the client, each loaded once. @type {Map<string, Promise<void>>} */
const scripts = new Map();
function script(name) {
  let promise = scripts.get(name);
  if (!promise) {
    promise = new Promise((resolve, reject) => {
      const made = element("script", { src: new URL(A.files[name], A.root()), load: () => resolve() });
      made.addEventListener("error", () => { scripts.delete(name); made.remove(); reject(new Error(name)); });
      document.head.append(made);
    });
    scripts.set(name, promise);
  }
  return promise;
}
const more = () => script("search-more");

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
  // A page of results has it from the start, so that nothing moves when it comes.
  if (href && !document.querySelector(`link[href$="${href}"]`)) document.head.append(element("link", { rel: "stylesheet", href: new URL(href, A.root()) }));
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
      element("div", { class: "search-results" }, this.scroller = element("div", { class: "search-scroll" }, this.list, this.more), this.pane), this.foot);
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
    if (this.listed) this.address();
    const late = setTimeout(() => turn === this.turn && (this.status.textContent = text("Searching…")), 300);
    try {
      const index = await this.tried(open());
      if (turn !== this.turn) return;
      const query = A.parse(typed);
      for (const [key, value] of this.chosen) query.filters.push([key, value]);
      if (!query.words.length && !query.filters.length) return this.empty(index, turn);
      const answer = index.root.server && await this.ask(index, query, typed);
      if (turn !== this.turn) return;
      if (answer) return await this.present(...answer, turn);
      if (query.filters.length || query.without.length || query.phrases.length) await more();
      const found = await A.search(index, query);
      if (turn === this.turn) await this.present(index, query, found, turn);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** What a search server answers; nothing where it fails, and the site's own index is asked. */
  async ask(index, query, typed) {
    try {
      await script("search-server");
      const [remote, found] = await A.remote(index, query, typed, this.limit);
      this.fallback = false;
      return [remote, query, found];
    } catch {
      this.fallback = true;
    }
  }

  /** Shows what was found, the first pages first. */
  async present(index, query, found, turn) {
    const hits = this.limit > found.hits.length ? found.hits.concat(found.rest()).slice(0, this.limit) : found.hits.slice(0, this.limit);
    const facts = (some) => index.fetch(new Set(some.map((hit) => index.factsName(hit.page))));
    await facts(hits.slice(0, FIRST));
    if (turn !== this.turn) return;
    this.failed = false;
    this.show(index, query, found, hits.filter((hit) => index.facts(hit.page)));
    // The first results are painted before anything else is done.
    await new Promise((resolve) => setTimeout(resolve));
    if (turn !== this.turn) return;
    const further = more();
    if (this.shown < hits.length) {
      await facts(hits);
      if (turn !== this.turn) return;
      this.show(index, query, found, hits);
    }
    await further;
    if (turn !== this.turn) return;
    if (this.finished !== turn) this.finish(index, query, found);
    await this.complete(index, found, turn);
    this.restored();
  }

  /** Takes up what was left when a result was opened: what was asked, how much was shown, where the reader was. */
  restore([query, chosen, limit, ...place]) {
    this.input.value = query;
    this.chosen = new Map(chosen);
    this.limit = limit;
    this.place = place;
  }

  restored() {
    if (!this.place) return;
    const [selected, scroll] = this.place;
    this.place = undefined;
    this.select(selected, false);
    if (this.whole) scrollTo(0, scroll);
    else this.scroller.scrollTop = scroll;
  }

  /** An empty field. What stands in it is loaded when nobody types at once. */
  async empty(index, turn) {
    this.fill([], []);
    for (const part of [this.note, this.kinds, this.facets, this.more]) part.replaceChildren();
    this.pane.hidden = true;
    this.status.textContent = "";
    if (!this.idle) await new Promise((resolve) => setTimeout(resolve, 250));
    if (turn === this.turn) await more();
    if (turn === this.turn) await this.idle(index, turn);
  }

  /** The index; a root that can't be read is fetched once more. */
  tried(promise) {
    return promise.catch(() => reopen());
  }

  show(index, query, found, hits) {
    const kept = this.shownTurn === this.turn ? this.selected : 0;
    this.shownTurn = this.turn;
    this.shown = hits.length;
    this.index = index;
    this.groups = found.groups;
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
      const made = A.rows(index, hit);
      rows.push(...made);
      nodes.push(element("div", { class: "search-hit", role: "presentation" }, ...made));
    }
    this.fill(rows, nodes);
    if (kept > 0) this.select(kept, false);
    this.status.textContent = A.count(found.total, "1 page", "{n} pages");
    const left = found.total - hits.length;
    this.more.replaceChildren(...(left <= 0 ? [] : [this.whole
      ? element("button", { type: "button", click: () => { this.limit += 20; this.update(); } }, text("Show {n} more", { n: Math.min(20, left) }))
      : element("a", { href: this.link() }, text("See all {n} →", { n: found.total }))]));
    this.finish?.(index, query, found);
  }

  fill(rows, nodes) {
    this.options = rows;
    rows.forEach((row, number) => {
      row.id = this.list.id + "-" + number;
      row.setAttribute("aria-selected", "false");
    });
    this.list.replaceChildren(...nodes);
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this.selected = -1;
    if (rows.length) this.select(0, false);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(key, value) {
    if (value === undefined) this.chosen.delete(key);
    else this.chosen.set(key, value);
    this.changed();
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
    if (this.index) this.previewed?.(this.index);
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
    const words = this.groups.flatMap(({ alternatives }) => alternatives.flatMap((known) => known.text.split(" ")));
    keep(TERMS, [row.href.replace(/#.*/, ""), [...new Set(words)].filter((word) => !this.index.stop.has(word))], sessionStorage);
    const typed = this.input.value.trim();
    if (!this.whole) keep(LAST, typed, sessionStorage);
    if (typed) keep(RECENT, [typed, ...stored(RECENT).filter((other) => other !== typed)].slice(0, 6));
    const { url, title } = this.index.facts(row.hit.page);
    keep(READ, [[url, title], ...stored(READ).filter(([other]) => other !== url)].slice(0, 6));
    history.replaceState({ search: [typed, [...this.chosen], this.limit, this.selected, this.whole ? scrollY : this.scroller.scrollTop] }, "");
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

Object.assign(A, { Panel, stored, more });

let dialog, panel;

/** Opens the dialog. @param {string} [query] @param {any[]} [left] what was left in it */
A.open = (query, left) => {
  styles();
  if (!dialog) {
    panel = new Panel(false);
    dialog = element("dialog", { class: "search-dialog", "aria-label": text("Search") }, panel.element);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      history.replaceState(null, "");
      keep(LAST, panel.input.value, sessionStorage);
    });
    document.body.append(dialog);
    const last = stored(LAST, sessionStorage);
    if (typeof last === "string") panel.input.value = last;
  }
  if (query !== undefined) panel.input.value = query;
  if (left) panel.restore(left);
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
  // An address that leads nowhere is asked for by its own words: what is near it has them, too.
  whole.listed = main.dataset.searchPage !== "path";
  if (!whole.listed) {
    const path = location.pathname.slice(A.root().pathname.length).replace(/(index)?\.\w+$/, "");
    try { whole.input.value = decodeURIComponent(path).split(/[^\p{L}\p{N}.]+/u).filter(Boolean).slice(-6).join(" "); } catch (error) { /* no words */ }
  }
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key === "q") whole.input.value = value;
    else if (A.FILTERS.includes(key)) whole.chosen.set(key, value);
  }
  if (history.state?.search) whole.restore(history.state.search);
  const fallback = main.querySelector("[data-search-fallback]");
  fallback?.setAttribute("hidden", "");
  main.insertBefore(whole.element, fallback);
  whole.input.focus();
  whole.update();
};

/** Shows the results again that a reader comes back to. */
A.back = () => history.state?.search && A.open(undefined, history.state.search);

/** Marks what a search left for this page. */
A.arrive = () => more().then(() => A.marked());

/** Fetches the root ahead, for a reader about to search. */
A.warm = () => open().catch(() => { opened = undefined; });
A.warm();
})(globalThis);
