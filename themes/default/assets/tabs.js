// Sections of tabs become a tab list; the same label is chosen over the whole site. Without this file all are shown.
(function () {
  "use strict";
  const { make, button, keep } = window.annalsPage;
  const choosers = [];
  document.querySelectorAll(".tabs").forEach((group, index) => {
    const panels = [...group.querySelectorAll(":scope > .tab")];
    if (panels.length < 2) return;
    const list = make("div", { role: "tablist", class: "tab-list" });
    function select(at, focus) {
      panels.forEach((panel, other) => {
        const tab = list.children[other];
        panel.hidden = other !== at;
        tab.setAttribute("aria-selected", String(other === at));
        tab.tabIndex = other === at ? 0 : -1;
      });
      if (focus) list.children[at].focus();
    }
    panels.forEach((panel, at) => {
      const { label } = panel.dataset, id = `tab-${index}-${at}`;
      const tab = button(() => {
        keep("annals-tab", label);
        for (const choose of choosers) choose(label);
        select(at);
      }, { role: "tab", id, "aria-controls": id + "-panel" }, label);
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) select((at + step + panels.length) % panels.length, true);
      });
      panel.id = id + "-panel";
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", id);
      list.append(tab);
    });
    group.prepend(list);
    group.classList.add("ready");
    const choose = (label) => panels.forEach((panel, at) => { if (panel.dataset.label === label) select(at); });
    choosers.push(choose);
    select(0);
    choose(keep("annals-tab"));
  });
})();
