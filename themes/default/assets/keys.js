// Single keys, and the list of them: app.js fetches this at the first one that is pressed. They do nothing in fields, take
// no key that browsers use, and can be switched off.
(function () {
  "use strict";
  const page = window.annalsPage, { make, button, say, keep, step, keysOff, copyInView } = page;
  const root = document.documentElement.dataset.root || "./";
  const link = (selector) => document.querySelector(selector);
  /** The link of a section that this site has. @param {...string} names */
  const section = (...names) => names.map((name) => link(`.side-roots a[href$="${name}/"]`)).find(Boolean);
  const follow = (to) => to && (() => { location.href = to.href; });
  const command = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

  /** What can be done on this page: keys, name, act. The keys of search and of its marks act elsewhere. */
  const all = [
    ["/", say("Search"), true],
    [command + " K", say("Search"), true],
    ["?", say("This list"), show],
    ["g h", say("Home"), () => { location.href = root; }],
    ["g r", say("Runbooks"), follow(section("runbooks"))],
    ["g i", say("Incidents"), follow(section("archive", "retros"))],
    ["g v", say("Releases"), follow(section("packages", "releases"))],
    ["g s", say("Services"), follow(section("services"))],
    ["[", say("Previous page"), follow(link("main a[rel=prev]"))],
    ["]", say("Next page"), follow(link("main a[rel=next]"))],
    ["n", say("Next match"), true],
    ["N", say("Previous match"), true],
    ["c", say("Copy the code in view"), link(".code-copy") && copyInView],
    ["y", say("This page's text at its commit"), follow(link(".trust a.source"))],
    ["e", say("Edit this page"), follow(link(".trust a.edit"))],
    ["d", say("Colour scheme"), step],
    ["Esc", say("Close"), true],
  ].filter(([, , act]) => act);

  let dialog;
  function show() {
    if (!dialog) {
      dialog = make("dialog", { class: "keys", "aria-label": say("Keyboard") });
      const list = make("dl", {});
      for (const [keys, name] of all) {
        const term = make("dt", {});
        term.append(...keys.split(" ").map((key) => make("kbd", {}, key)));
        list.append(term, make("dd", {}, name));
      }
      const label = make("label", {}), box = make("input", { type: "checkbox" });
      box.checked = !keysOff();
      box.addEventListener("change", () => keep("annals-keys", box.checked ? null : "off"));
      label.append(box, " " + say("Single keys"));
      dialog.append(make("h2", {}, say("Keyboard")), list, label, button(() => dialog.close(), {}, say("Close")));
      document.body.append(dialog);
    }
    dialog.showModal();
  }

  let before = "";
  /** Does what a key is for; whether it is for anything. @param {string} key */
  page.press = (key) => {
    const keys = before === "g" ? "g " + key : key;
    before = before === "g" ? "" : key;
    if (before === "g") setTimeout(() => { before = ""; }, 1500);
    const act = all.find(([name]) => name === keys)?.[2];
    if (typeof act !== "function") return false;
    act();
    return true;
  };
})();
