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
  window.annalsSay = say;

  /** @param {string} tag @param {Object<string, string>} attributes @param {string} [text] */
  function make(tag, attributes, text) {
    var element = doc.createElement(tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  // Scheme: system, light, dark.
  function schemeButton() {
    var tools = doc.querySelector(".top-tools");
    if (!tools) return;
    var order = ["system", "light", "dark"], signs = { system: "◐", light: "☀", dark: "☾" };
    var current = html.dataset.theme || "system";
    var button = make("button", { type: "button", class: "scheme" });
    function show() {
      button.textContent = signs[current];
      button.setAttribute("aria-label", say("Colour scheme") + ": " + say(current));
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

  // Copy buttons on code.
  function copyButtons() {
    if (!navigator.clipboard) return;
    doc.querySelectorAll(".code").forEach(function (block) {
      var button = make("button", { type: "button", class: "code-copy" }, say("Copy"));
      button.addEventListener("click", function () {
        var code = block.querySelector("code"), text = code ? code.textContent || "" : "";
        if (block.dataset.lang === "console" || block.dataset.lang === "shell-session") {
          // A transcript: only what one types, without the prompt.
          var typed = text.split("\n").filter(function (line) { return /^[$#] /.test(line); });
          if (typed.length) text = typed.map(function (line) { return line.slice(2); }).join("\n") + "\n";
        }
        navigator.clipboard.writeText(text).then(function () {
          button.textContent = say("Copied");
          setTimeout(function () { button.textContent = say("Copy"); }, 2000);
        });
      });
      button.setAttribute("aria-live", "polite");
      block.append(button);
    });
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

  // A heading's link copies its address.
  function headingLinks() {
    doc.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest("a.anchor");
      if (link && navigator.clipboard) navigator.clipboard.writeText(link.href).catch(function () {});
    });
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
  function search(step) {
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
      if (command || (plain && event.key === "/")) {
        event.preventDefault();
        openSearch("").catch(function () { location.href = root + "search/"; });
      } else if (plain && event.key === "d" && step) {
        step();
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

  var step = schemeButton();
  newPage();
  drawer();
  copyButtons();
  tabs();
  scrollSpy();
  headingLinks();
  search(step);
})();
