// What every page does beyond what HTML does by itself. Each part is optional: without this file all text can be
// read, navigated and searched by the lists of the search page.
(function () {
  "use strict";
  var doc = document, html = doc.documentElement, root = html.dataset.root || "./";

  /** A text in the page's language; `{name}` stands for a value. @param {string} text @param {Object<string, any>} [values] */
  function say(text, values) {
    var map = window.annalsStrings || {}, found = Object.prototype.hasOwnProperty.call(map, text) ? map[text] : text;
    if (typeof found === "object") found = found[new Intl.PluralRules(html.lang || "en").select(values.n)] || found.other;
    return found.replace(/\{(\w+)\}/g, function (hole, name) { return values && name in values ? values[name] : hole; });
  }

  /** Whether the reader has switched single keys off. */
  function keysOff() {
    try { return localStorage.getItem("annals-keys") === "off"; } catch (error) { return false; }
  }

  /** @param {string} tag @param {Object<string, string>} attributes @param {string} [text] */
  function make(tag, attributes, text) {
    var element = doc.createElement(tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  // Scheme: as the system has it, light, dark, high contrast.
  function schemeButton() {
    var tools = doc.querySelector(".top-tools");
    if (!tools) return;
    var order = ["system", "light", "dark", "contrast"], signs = { system: "◐", light: "☀", dark: "☾", contrast: "◑" };
    var names = { system: say("system"), light: say("light"), dark: say("dark"), contrast: say("high contrast") };
    var current = html.dataset.theme || "system";
    var button = make("button", { type: "button", class: "scheme" });
    function show() {
      button.textContent = signs[current];
      button.setAttribute("aria-label", say("Colour scheme") + ": " + names[current]);
      button.title = button.getAttribute("aria-label");
    }
    function step() {
      current = order[(order.indexOf(current) + 1) % order.length];
      if (current === "system") delete html.dataset.theme; else html.dataset.theme = current;
      try {
        if (current === "system") localStorage.removeItem("annals-scheme");
        else localStorage.setItem("annals-scheme", current);
      } catch (error) { /* not kept, but it works for this page */ }
      show();
    }
    button.addEventListener("click", step);
    show();
    tools.append(button);
    return step;
  }

  // The bar above the page is closed until it says something else.
  function announcement() {
    var bar = doc.querySelector(".announcement"), id = html.dataset.announcement;
    if (!bar || !id) return;
    var close = make("button", { type: "button", "aria-label": say("Close"), title: say("Close") }, "✕");
    close.addEventListener("click", function () {
      html.dataset.announced = "";
      try { localStorage.setItem("annals-announced", id || ""); } catch (error) { /* closed on this page */ }
      doc.getElementById("text").focus({ preventScroll: true });
    });
    bar.append(close);
  }

  // Navigation as a drawer where the window is narrow.
  function drawer() {
    var link = doc.querySelector(".menu-link"), side = doc.getElementById("navigation");
    if (!link || !side || !window.HTMLDialogElement) return;
    var dialog = make("dialog", { class: "drawer", "aria-label": link.textContent || "" });
    var close = make("button", { type: "button" }, say("Close"));
    close.addEventListener("click", function () { dialog.close(); });
    var home = side.nextSibling, parent = side.parentNode;
    link.setAttribute("role", "button");
    link.addEventListener("click", function (event) {
      event.preventDefault();
      if (!dialog.isConnected) doc.body.append(dialog);
      dialog.append(close, side);
      dialog.showModal();
    });
    dialog.addEventListener("close", function () { parent.insertBefore(side, home); link.focus(); });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
  }

  // Sections of tabs become a tab list; the same label is chosen over the whole site.
  function tabs() {
    doc.querySelectorAll(".tabs").forEach(function (group, index) {
      var panels = [].slice.call(group.querySelectorAll(":scope > .tab"));
      if (panels.length < 2) return;
      var list = make("div", { role: "tablist", class: "tab-list" }), buttons = [];
      function select(at, focus) {
        panels.forEach(function (panel, other) {
          panel.hidden = other !== at;
          buttons[other].setAttribute("aria-selected", String(other === at));
          buttons[other].tabIndex = other === at ? 0 : -1;
        });
        if (focus) buttons[at].focus();
      }
      panels.forEach(function (panel, at) {
        var id = "tab-" + index + "-" + at;
        var button = make("button", { type: "button", role: "tab", id: id, "aria-controls": id + "-panel" }, panel.dataset.label);
        panel.id = id + "-panel";
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", id);
        button.addEventListener("click", function () {
          select(at);
          try { localStorage.setItem("annals-tab", panel.dataset.label || ""); } catch (error) { /* not kept */ }
          doc.dispatchEvent(new CustomEvent("annals-tab", { detail: panel.dataset.label }));
        });
        button.addEventListener("keydown", function (event) {
          var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (step) select((at + step + panels.length) % panels.length, true);
        });
        buttons.push(button);
        list.append(button);
      });
      group.prepend(list);
      group.classList.add("ready");
      function choose(label) {
        panels.forEach(function (panel, at) { if (panel.dataset.label === label) select(at); });
      }
      doc.addEventListener("annals-tab", function (event) { choose(event.detail); });
      select(0);
      try { choose(localStorage.getItem("annals-tab")); } catch (error) { /* the first is fine */ }
    });
  }

  // The heading that is being read, in the table of contents.
  function scrollSpy() {
    var links = [].slice.call(doc.querySelectorAll(".rail .toc a"));
    if (!links.length || !window.IntersectionObserver) return;
    var byId = {};
    links.forEach(function (link) { byId[decodeURIComponent(link.hash.slice(1))] = link; });
    var headings = Object.keys(byId).map(function (id) { return doc.getElementById(id); }).filter(Boolean);
    function mark() {
      var current = headings[0];
      headings.forEach(function (heading) { if (heading.getBoundingClientRect().top < 120) current = heading; });
      links.forEach(function (link) {
        if (current && byId[current.id] === link) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      });
    }
    var observer = new IntersectionObserver(mark, { rootMargin: "-60px 0px -60% 0px" });
    headings.forEach(function (heading) { observer.observe(heading); });
    mark();
  }

  // A heading's link copies its address, and says so.
  function headingLinks() {
    doc.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest("a.anchor");
      if (!link || !navigator.clipboard) return;
      navigator.clipboard.writeText(link.href).then(function () { tell(say("Link copied")); }).catch(function () {});
    });
  }

  // A word at the window's foot for two seconds, which screen readers say, too.
  var note, noteTimer;
  function tell(text) {
    if (!note) doc.body.append(note = make("p", { class: "told", role: "status" }));
    clearTimeout(noteTimer);
    note.textContent = text;
    noteTimer = setTimeout(function () { note.textContent = ""; }, 2000);
  }

  // Paper has no folds.
  function unfold() {
    var opened = [];
    window.addEventListener("beforeprint", function () {
      opened = [].slice.call(doc.querySelectorAll("main details:not([open]):not(.toc-fold):not(.new-text)"));
      opened.forEach(function (fold) { fold.open = true; });
    });
    window.addEventListener("afterprint", function () { opened.forEach(function (fold) { fold.open = false; }); });
  }

  // Search is fetched when it is about to be needed, and not before.
  var searchLoading;
  function loadSearch() {
    if (searchLoading) return searchLoading;
    searchLoading = new Promise(function (resolve, reject) {
      var script = make("script", { src: root + html.dataset.search });
      script.onload = function () { resolve(window.annalsSearch); };
      script.onerror = function () { searchLoading = undefined; reject(new Error("search")); };
      doc.head.append(script);
    });
    return searchLoading;
  }
  function openSearch(query) {
    return loadSearch().then(function (search) { search.open(query || ""); });
  }
  function search() {
    if (!html.dataset.search) return;
    doc.querySelectorAll("form.search").forEach(function (form) {
      var input = form.querySelector("input");
      if (!input) return;
      ["focus", "pointerenter"].forEach(function (name) { input.addEventListener(name, function () { loadSearch().catch(function () {}); }); });
      // The field is a real form without a script; with one it opens the dialog, and where that fails it is sent.
      input.addEventListener("click", function () { openSearch(input.value).catch(function () {}); });
      input.addEventListener("input", function () {
        var typed = input.value;
        openSearch(typed).then(function () { input.value = ""; }, function () {});
      });
    });
    doc.addEventListener("keydown", function (event) {
      var command = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
      var field = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
      if (field && !command) return;
      var plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (command || (plain && event.key === "/" && !keysOff())) {
        event.preventDefault();
        openSearch("").catch(function () { location.href = root + "search/"; });
      }
    });
    var terms = null;
    try { terms = sessionStorage.getItem("annals-search-terms"); } catch (error) { /* nothing to mark */ }
    if (doc.querySelector("[data-search-page]")) loadSearch().then(function (search) { search.page(); }).catch(function () {});
    else if (history.state && history.state.search) loadSearch().then(function (search) { search.back(); }).catch(function () {});
    else if (terms) loadSearch().then(function (search) { if (search.arrive) search.arrive(); }).catch(function () {});
  }

  // A page that is begun in the forge's editor is of today; the site, built earlier, could not know the day.
  function newPage() {
    var link = doc.querySelector(".new-page a"), text = doc.querySelector(".new-text code");
    if (!link) return;
    var now = new Date(), two = function (number) { return (number < 10 ? "0" : "") + number; };
    var month = now.getFullYear() + "-" + two(now.getMonth() + 1), day = month + "-" + two(now.getDate());
    var dated = function (text) { return text.replace(/YYYY-MM-DD/g, day).replace(/YYYY-MM/g, month); };
    link.href = dated(link.href);
    if (text) text.textContent = dated(text.textContent);
  }

  // A page that is about to be opened is fetched while the finger is still on its link: once, and not for readers who
  // save data or have little of it. A pointer that only passes over a link asks for nothing.
  function prefetch() {
    var net = navigator.connection;
    if (!/^http/.test(location.protocol) || (net && (net.saveData || /2g/.test(net.effectiveType)))) return;
    var asked = {}, timer;
    var ahead = function (event) {
      clearTimeout(timer);
      var link = event.target.closest && event.target.closest("a[href]");
      if (!link || link.origin !== location.origin || link.pathname === location.pathname || link.hasAttribute("download")) return;
      var address = link.pathname + link.search;
      if (asked[address] || !/(?:\/|\.html)$/.test(link.pathname)) return;
      timer = setTimeout(function () {
        asked[address] = true;
        doc.head.append(make("link", { rel: "prefetch", href: address }));
      }, event.type === "mouseover" ? 80 : 0);
    };
    ["mouseover", "touchstart", "focusin"].forEach(function (type) { doc.addEventListener(type, ahead, { passive: true }); });
  }

  // What the browser keeps for when there is no network: on a kept copy at once, else when the page has come to rest.
  function offline() {
    if (!html.dataset.offline || !navigator.serviceWorker || !/^http/.test(location.protocol)) return;
    var load = function () { doc.head.append(make("script", { src: root + html.dataset.offline })); };
    if (html.dataset.saved) load();
    else if (doc.readyState === "complete") setTimeout(load, 2000);
    else window.addEventListener("load", function () { setTimeout(load, 2000); });
  }

  var step = schemeButton();
  announcement();
  newPage();
  drawer();
  tabs();
  scrollSpy();
  headingLinks();
  search();
  unfold();
  prefetch();
  // What the other scripts of a page share with this one.
  window.annalsPage = { make: make, say: say, tell: tell, step: step, keysOff: keysOff };
  offline();
})();
