// Single keys, and the list of them. They do nothing in fields, take no key that browsers use, and can be switched off.
(function () {
  "use strict";
  const { make, say, step, keysOff, copyInView } = window.annalsPage;
  const root = document.documentElement.dataset.root || "./";
  const link = (selector) => document.querySelector(selector);
  /** The link of a section that this site has. @param {...string} names */
  const section = (...names) => names.map((name) => link(`.side-roots a[href$="${name}/"]`)).find(Boolean);
  const follow = (to) => to && (() => { location.href = to.href; });

  /** What can be done on this page: keys, name, act. */
  const all = [
    ["/", say("Search")],
    ["?", say("This list"), show],
    ["g h", say("Home"), () => { location.href = root; }],
    ["g r", say("Runbooks"), follow(section("runbooks"))],
    ["g i", say("Incidents"), follow(section("archive", "retros"))],
    ["g v", say("Releases"), follow(section("packages", "releases"))],
    ["g s", say("Services"), follow(section("services"))],
    ["[", say("Previous page"), follow(link("main a[rel=prev]"))],
    ["]", say("Next page"), follow(link("main a[rel=next]"))],
    ["c", say("Copy the code in view"), link(".code-copy") && copyInView],
    ["e", say("Edit this page"), follow(link(".trust a.edit"))],
    ["d", say("Colour scheme"), step],
  ].filter(([keys, , act]) => act || keys === "/");

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
      box.addEventListener("change", () => {
        try {
          if (box.checked) localStorage.removeItem("annals-keys");
          else localStorage.setItem("annals-keys", "off");
        } catch (error) { /* not kept */ }
      });
      label.append(box, " " + say("Single keys"));
      const close = make("button", { type: "button" }, say("Close"));
      close.addEventListener("click", () => dialog.close());
      dialog.append(make("h2", {}, say("Keyboard")), list, label, close);
      document.body.append(dialog);
    }
    dialog.showModal();
  }

  const tools = link(".top-tools");
  if (tools) {
    const button = make("button", { type: "button", class: "keys-button", "aria-label": say("Keyboard"), title: say("Keyboard") }, "?");
    button.addEventListener("click", show);
    tools.prepend(button);
  }

  let before = "";
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
    if (field || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keysOff() || event.key.length > 1) return;
    const keys = (before === "g" ? "g " : "") + event.key;
    before = before === "g" ? "" : event.key;
    if (before === "g") setTimeout(() => { before = ""; }, 1500);
    const act = all.find(([name]) => name === keys)?.[2];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
