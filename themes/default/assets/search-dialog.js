// The search dialog and the results page: one panel, in a dialog or in the page. What the first results can do without
// (facets, excerpts, the preview, the empty field, the way back) is in files that are loaded after them.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { element, text } = A, { load, keep } = scope.annalsPage;
/** So many pages are shown before those that need more files. */
const FIRST = 5;

// Files of the index hand over their data by a call, since that is what also works from a folder.
const received = new Map();
scope.annalsShard = (name, data) => received.set(name, data);
let attempt = "";
/** @param {string} name @returns {Promise<string>} */
function file(name) {
  const done = () => {
    const data = received.get(name);
    received.delete(name);
    if (data === undefined) throw new Error(name);
    return data;
  };
  return load(A.address(`search/${name}.js${attempt}`)).then(done, done);
}

/** Further scripts of the client. */
const script = (name) => load(A.address(A.files[name]));
const more = () => script("search-more");

/** The index, opened once. @type {Promise<any> | undefined} */
let opened;
const open = () => (opened ??= new A.Index(file).open());
/** After a failure all is fetched anew: the site may have been published in between. */
function reopen() {
  attempt = "?" + Date.now();
  opened = undefined;
  return open();
}

/** The style sheet, once. */
A.styles = () => {
  const href = document.documentElement.dataset.searchCss;
  if (!document.querySelector(`link[href$="${href}"]`)) document.head.append(element("link", { rel: "stylesheet", href: A.address(href) }));
};

class Panel {
  /** Filters chosen beside the query. @type {Map<string, string>} */
  chosen = new Map();
  turn = 0;
  selected = -1;
  options = [];
  /** @param {Element} [place] the field of a page of results, to be filled up; without it, the panel is a dialog's */
  constructor(place) {
    A.styles();
    const whole = this.whole = Boolean(place);
    this.limit = whole ? 20 : 8;
    const list = whole ? "search-page-list" : "search-list";
    const part = (name, attributes, ...children) => element("div", { class: "search-" + name, ...attributes }, ...children);
    this.input = element(place?.querySelector("input") ?? "input", { type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": list,
      "aria-autocomplete": "list", "aria-label": text("Search"), placeholder: text("Search alerts, errors, versions…"), autocomplete: "off", autocapitalize: "off",
      spellcheck: "false", enterkeyhint: "search", input: () => this.changed(), keydown: (event) => this.key(event) });
    this.element = place ?? part("panel", {}, part("field", {}, this.input,
      element("button", { type: "button", class: "search-close", "aria-label": text("Close"), click: () => this.close() }, "×")));
    // What else there is in these parts comes with search-panel.js.
    this.note = part("note");
    this.filterBar = part("filters");
    this.list = part("list", { id: list, role: "listbox", "aria-label": text("Results"), tabindex: -1, click: ({ target }) => this.leave(target.closest("[role=option]")) });
    this.scroller = part("scroll", {}, this.list);
    this.results = part("results", {}, this.scroller);
    this.status = element("span", { role: "status" });
    this.foot = part("foot", {}, !whole && part("keys"), this.status);
    this.element.append(this.note, this.filterBar, this.results, this.foot);
  }

  changed() {
    this.limit = this.whole ? 20 : 8;
    this.update();
  }

  /** Finds and shows; what is shown stays until the new is there. */
  async update() {
    const turn = ++this.turn;
    const typed = this.input.value.replaceAll("↵", "\n");
    if (this.listed) history.replaceState(null, "", "?" + this.asked());
    const late = setTimeout(() => turn === this.turn && (this.status.textContent = text("Searching…")), 300);
    try {
      // A root that can't be read is fetched once more.
      const index = await open().catch(reopen);
      if (this.chosen.size || A.signs.test(typed)) await more();
      if (turn !== this.turn) return;
      const query = A.parse(typed);
      query.filters.push(...this.chosen);
      if (!query.words.length && !query.filters.length) return this.empty(index, turn);
      const answer = index.root.server && await script("search-server").then(() => A.remote(index, query, typed, this.limit)).catch(() => {});
      this.fallback = index.root.server && !answer;
      const [from, found] = answer || [index, await A.search(index, query)];
      if (turn === this.turn) await this.present(from, query, found, turn);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** Shows what was found, the first pages first. */
  async present(index, query, found, turn) {
    const hits = (this.limit > found.hits.length ? found.hits.concat(found.rest()) : found.hits).slice(0, this.limit);
    const facts = (some) => index.fetch(new Set(some.map((hit) => index.factsName(hit.page))));
    await facts(hits.slice(0, FIRST));
    if (turn !== this.turn) return;
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
    if (turn === this.turn) await this.complete(index, query, found, turn);
    this.failed = false;
  }

  /** An empty field. What stands in it is loaded when nobody types at once. */
  async empty(index, turn) {
    if (!this.idle) await new Promise((resolve) => setTimeout(resolve, 250));
    if (turn === this.turn) await more();
    if (turn === this.turn) await this.idle(index, turn);
  }

  show(index, query, found, hits) {
    const kept = this.shownTurn === this.turn ? this.selected : 0;
    this.shownTurn = this.turn;
    this.shown = hits.length;
    this.index = index;
    this.groups = found.groups;
    const nodes = hits.map((hit) => element("div", { class: "search-hit", role: "presentation" }, ...A.rows(index, hit)));
    const exact = hits.slice(0, 8).map((hit) => [hit, A.exactly(index.facts(hit.page), query)]).find(([, name]) => name);
    if (exact) nodes.unshift(A.exactRow(index, ...exact));
    this.fill(nodes.flatMap((node) => (node.hit ? node : [...node.children])), nodes);
    if (kept > 0) this.select(kept, false);
    this.status.textContent = A.count(found.total, "1 page", "{n} pages");
    this.finish?.(index, query, found);
  }

  fill(rows, nodes) {
    this.options = rows;
    rows.forEach((row, number) => element(row, { id: this.list.id + "-" + number, "aria-selected": "false" }));
    this.list.replaceChildren(...nodes);
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this.selected = -1;
    if (rows.length) this.select(0, false);
    else this.input.removeAttribute("aria-activedescendant");
  }

  fail(error) {
    const again = () => reopen().catch(() => {}).then(() => this.update());
    this.status.textContent = text("Search is not available");
    // A file that is gone or cut short may be of an older build: once, all is fetched anew.
    if (!this.failed) again();
    else more().then(() => this.unavailable(error, again), () => {});
    this.failed = true;
  }

  select(number, scroll = true) {
    if (number === this.selected || !this.options[number]) return;
    this.options[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = number;
    const row = this.options[number];
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
    this.previewed?.(this.index);
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.options.length, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) this.select((this.selected + step + count) % count);
    else if (event.key === "Enter" && this.options[this.selected]) this.enter(event, this.options[this.selected]);
    else if (event.key === "Escape" && !this.whole) this.close();
    else return;
    event.preventDefault();
  }

  enter(event, row) {
    if (!row.href) return row.click();
    if (event.altKey) return this.copied?.(row.href);
    this.leave(row);
    if (event.ctrlKey || event.metaKey) scope.open(row.href, "_blank", "noopener");
    else location.href = row.href;
  }

  /** What else to remember when a result is opened is told by search-return.js, which may still be under way. */
  leave(row) {
    if (!row?.hit) return;
    // What the page is to mark.
    A.keep("terms", JSON.stringify([row.href.replace(/#.*/, ""), this.groups.flatMap(({ alternatives }) => alternatives.flatMap((known) => known.text.split(" "))).filter((word) => !this.index.stop.has(word))]));
    if (this.left) this.left(row);
    else more().then(() => this.left(row), () => {});
  }

  /** What is asked, as the query of an address. */
  asked() {
    return new URLSearchParams([["q", this.input.value], ...this.chosen]);
  }

  close() {
    this.element.closest("dialog").close();
  }
}

/** A text of search that this tab has kept, or is to keep. @param {string} key @param {string} [value] */
A.keep = (key, value) => keep("annals-search-" + key, value, "sessionStorage");
Object.assign(A, { Panel, more });

let dialog, panel;

/** Opens the dialog. @param {string} [query] */
A.open = (query) => {
  if (!dialog) {
    panel = new Panel();
    dialog = element("dialog", { class: "search-dialog", "aria-label": text("Search"), click: (event) => event.target === dialog && dialog.close(), close: () => {
      history.replaceState(null, "");
      A.keep("last", panel.input.value);
    } }, panel.element);
    document.body.append(dialog);
    panel.input.value = A.keep("last") ?? "";
  }
  if (query !== undefined) panel.input.value = query;
  if (!dialog.open) dialog.showModal();
  panel.input.focus();
  panel.input.select();
  panel.update();
  return panel;
};

/** Shows the results again that a reader comes back to. */
A.back = () => more().then(() => A.again());
/** Marks what a search left for this page. */
A.arrive = () => more().then(() => A.marked());

/** Fetches the root ahead, for a reader about to search. */
A.warm = () => open().catch(() => { opened = undefined; });
A.warm();
})(globalThis);
