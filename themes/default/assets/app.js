// What every page does beyond what HTML does by itself. Each part is optional: without this file all text can be
// read, navigated and searched by the lists of the search page.
(function () {
  "use strict";
  const doc = document, html = doc.documentElement, root = html.dataset.root || "./";
  const one = (selector) => doc.querySelector(selector);
  const on = (target, type, act, options) => target.addEventListener(type, act, options);

  /** A text in the page's language; `{name}` stands for a value, and `n` is the one that decides on the form. @param {string} text @param {Object<string, any>} [values] */
  function say(text, values = {}) {
    const map = window.annalsStrings ?? {};
    let found = Object.hasOwn(map, text) ? map[text] : text;
    if (typeof found === "object") found = found[new Intl.PluralRules(html.lang || "en").select(values.n)] ?? found.other;
    return found.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? values[name] : hole));
  }

  /** What this browser, or with `sessionStorage` this tab, has kept or is to keep; null forgets it. Where nothing may be kept, pages work all the same. @param {string} key @param {?string} [value] */
  function keep(key, value, store = "localStorage") {
    try {
      if (value === undefined) return window[store].getItem(key);
      if (value === null) window[store].removeItem(key);
      else window[store].setItem(key, value);
    } catch { return null; }
  }

  /** Whether the reader has switched single keys off. */
  const keysOff = () => keep("annals-keys") === "off";

  /** @param {string} tag @param {Object<string, string>} attributes @param {string} [text] */
  function make(tag, attributes, text) {
    const element = doc.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    return element;
  }

  /** A button. @param {string} name what it is called, where it shows a sign instead of a text */
  function button(act, attributes, text, name) {
    const made = make("button", { type: "button", ...attributes, ...(name && { "aria-label": name, title: name }) }, text);
    on(made, "click", act);
    return made;
  }

  const loads = new Map();
  /** A script of the site, once. @param {string} src */
  function load(src) {
    if (!loads.has(src)) {
      loads.set(src, new Promise((resolve, reject) => {
        const script = make("script", { src });
        on(script, "load", () => { script.remove(); resolve(); });
        on(script, "error", () => { loads.delete(src); script.remove(); reject(new Error(src)); });
        doc.head.append(script);
      }));
    }
    return loads.get(src);
  }

  // Scheme: as the system has it, light, dark, high contrast.
  const tools = one(".top-tools");
  const SCHEMES = [["system", "◐", say("system")], ["light", "☀", say("light")], ["dark", "☾", say("dark")], ["contrast", "◑", say("high contrast")]];
  const shown = () => Math.max(0, SCHEMES.findIndex(([name]) => name === html.dataset.theme));
  const scheme = button(step, { class: "scheme" });
  function showScheme() {
    const [, sign, name] = SCHEMES[shown()];
    scheme.textContent = sign;
    scheme.title = say("Colour scheme") + ": " + name;
    scheme.setAttribute("aria-label", scheme.title);
  }
  function step() {
    const [name] = SCHEMES[(shown() + 1) % SCHEMES.length];
    if (name === "system") delete html.dataset.theme;
    else html.dataset.theme = name;
    keep("annals-scheme", html.dataset.theme ?? null);
    showScheme();
  }
  showScheme();
  tools?.append(scheme);

  // The bar above the page is closed until it says something else.
  const announced = html.dataset.announcement;
  if (announced) {
    one(".announcement")?.append(button(() => {
      html.dataset.announced = "";
      keep("annals-announced", announced);
      doc.getElementById("pageText").focus({ preventScroll: true });
    }, {}, "✕", say("Close")));
  }

  // A page that is begun in the forge's editor is of today; the site, built earlier, could not know the day.
  const begun = one(".new-page a");
  if (begun) {
    const text = one(".new-text code"), now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((number) => String(number).padStart(2, "0")).join("-");
    const dated = (text) => text.replace(/YYYY-MM-DD/g, day).replace(/YYYY-MM/g, day.slice(0, -3));
    begun.href = dated(begun.href);
    if (text) text.textContent = dated(text.textContent);
  }

  // Navigation as a drawer where the window is narrow.
  const menu = one(".menu-link"), side = doc.getElementById("pageNavigation");
  if (menu && side) {
    const dialog = make("dialog", { class: "drawer", "aria-label": menu.textContent }), home = side.nextSibling, parent = side.parentNode;
    const close = button(() => dialog.close(), {}, say("Close"));
    menu.setAttribute("role", "button");
    on(menu, "click", (event) => {
      event.preventDefault();
      if (!dialog.isConnected) doc.body.append(dialog);
      dialog.append(close, side);
      dialog.showModal();
    });
    on(dialog, "close", () => { parent.insertBefore(side, home); menu.focus(); });
    on(dialog, "click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  // The heading that is being read, in the table of contents.
  const contents = [...doc.querySelectorAll(".rail .toc a")];
  if (contents.length) {
    const byId = new Map(contents.map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const headings = [...byId.keys()].map((id) => doc.getElementById(id)).filter(Boolean);
    const mark = () => {
      const current = headings.findLast((heading) => heading.getBoundingClientRect().top < 120) ?? headings[0];
      for (const link of contents) {
        if (current && byId.get(current.id) === link) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "-60px 0px -60% 0px" });
    for (const heading of headings) observer.observe(heading);
    mark();
  }

  // A heading's link copies its address, and says so.
  on(doc, "click", (event) => {
    const link = event.target.closest?.("a.anchor");
    if (link) navigator.clipboard?.writeText(link.href).then(() => tell(say("Link copied")), () => {});
  });

  // A word at the window's foot for two seconds, which screen readers say, too.
  let note, noteTimer;
  function tell(text) {
    if (!note) doc.body.append(note = make("p", { class: "told", role: "status" }));
    clearTimeout(noteTimer);
    note.textContent = text;
    noteTimer = setTimeout(() => { note.textContent = ""; }, 2000);
  }

  // Search is fetched when it is about to be needed, and not before.
  const address = html.dataset.search;
  const search = () => load(root + address).then(() => window.annalsSearch);
  const quietly = () => search().catch(() => {});
  const openSearch = (query) => search().then((found) => found.open(query));
  if (address) {
    for (const input of doc.querySelectorAll("form.search input")) {
      on(input, "focus", quietly);
      on(input, "pointerenter", quietly);
      // The field is a real form without a script; with one it opens the dialog, and where that fails it is sent.
      on(input, "click", () => openSearch(input.value || undefined).catch(() => {}));
      on(input, "input", () => openSearch(input.value).then(() => { input.value = ""; }, () => {}));
    }
    // A page of results goes on by itself.
    if (!one("[data-search-page]")) {
      if (history.state?.search) search().then((found) => found.back(), () => {});
      else if (keep("annals-search-terms", undefined, "sessionStorage")) search().then((found) => found.arrive(), () => {});
    }
  }

  // Other keys, and the list of them, come with the first one that is pressed. They are taken in their order.
  const keys = window.annalsFiles?.keys;
  const press = (key) => page.press?.(key) ?? load(root + keys).then(() => page.press(key), () => {});
  if (keys) tools?.prepend(button(() => press("?"), { class: "keys-button" }, "?", say("Keyboard")));
  on(doc, "keydown", (event) => {
    const { key, target } = event, command = (event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k";
    const single = !event.ctrlKey && !event.metaKey && !event.altKey && /^\S$/.test(key) && !event.defaultPrevented &&
      !target.closest?.("input, textarea, select, [contenteditable], dialog[open]") && !keysOff();
    if (address && (command || (single && key === "/"))) {
      event.preventDefault();
      openSearch().catch(() => { location.href = root + "search/"; });
    } else if (single && keys && press(key) === true) event.preventDefault();
  });

  // Paper has no folds.
  let opened = [];
  on(window, "beforeprint", () => {
    opened = [...doc.querySelectorAll("main details:not([open]):not(.toc-fold):not(.new-text)")];
    for (const fold of opened) fold.open = true;
  });
  on(window, "afterprint", () => { for (const fold of opened) fold.open = false; });

  // A page that is about to be opened is fetched while the finger is still on its link: once, and not for readers who
  // save data or have little of it. A pointer that only passes over a link asks for nothing.
  const net = navigator.connection, served = /^http/.test(location.protocol);
  if (served && !net?.saveData && !/2g/.test(net?.effectiveType)) {
    const asked = new Set();
    // Where the host sends the site's speculation rules, browsers that read them do the same by themselves, but for keys.
    const ruled = () => HTMLScriptElement.supports?.("speculationrules") &&
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/speculation-rules.json"));
    let timer;
    const ahead = (event) => {
      clearTimeout(timer);
      const link = event.target.closest?.("a[href]");
      if (!link || link.origin !== location.origin || link.pathname === location.pathname || link.hasAttribute("download")) return;
      const page = link.pathname + link.search;
      if (asked.has(page) || !/(?:\/|\.html)$/.test(link.pathname)) return;
      const byKey = event.type === "focusin" && link.matches(":focus-visible");
      timer = setTimeout(() => {
        if (!byKey && ruled()) return;
        asked.add(page);
        doc.head.append(make("link", { rel: "prefetch", href: page }));
      }, event.type === "mouseover" ? 80 : 0);
    };
    for (const type of ["mouseover", "touchstart", "focusin"]) on(doc, type, ahead, { passive: true });
  }

  // What the other scripts of a page share with this one.
  const page = window.annalsPage = { make, button, say, tell, keep, load, search, step, keysOff };

  // What the browser keeps for when there is no network: on a kept copy at once, else when the page has come to rest.
  const { offline, saved } = html.dataset;
  if (offline && navigator.serviceWorker && served) {
    const start = () => load(root + offline).catch(() => {});
    if (saved) start();
    else if (doc.readyState === "complete") setTimeout(start, 2000);
    else on(window, "load", () => setTimeout(start, 2000));
  }
})();
