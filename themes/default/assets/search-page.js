// The page of results, and the one for an address that leads nowhere: a field, and search as soon as there is something to
// search for. Without this file there are the lists, or a form.
(function () {
  "use strict";
  const { make, say, search } = window.annalsPage, data = document.documentElement.dataset;
  const main = document.querySelector("[data-search-page]");
  if (!main || !data.search) return;
  const fallback = main.querySelector("[data-search-fallback]");
  const place = make("div", { class: "search-panel" }), field = make("div", { class: "search-field" });
  const input = make("input", { type: "search", "aria-label": say("Search"), placeholder: say("Search alerts, errors, versions…"), autocomplete: "off", spellcheck: "false" });
  field.append(input);
  place.append(field);
  main.insertBefore(place, fallback);
  fallback?.setAttribute("hidden", "");

  let started;
  /** Search takes the field as it is: what was typed in the meantime is searched for. */
  const start = () => (started ??= search().then(async (found) => {
    const panel = new found.Panel(place), left = history.state?.search;
    // An address that leads nowhere stays as it is.
    panel.listed = main.dataset.searchPage !== "path";
    panel.chosen = new Map([...asked].filter(([key]) => found.FILTERS.includes(key)));
    if (left) await found.more().then(() => panel.restore(left), () => {});
    panel.update();
  }).catch(() => {
    started = undefined;
    fallback?.removeAttribute("hidden");
  }));
  for (const name of ["input", "pointerenter"]) input.addEventListener(name, start);

  const asked = new URLSearchParams(location.search);
  input.value = asked.get("q") ?? "";
  // An address that leads nowhere is asked for by its own words: what is near it has them, too.
  if (main.dataset.searchPage === "path") {
    const path = location.pathname.slice(new URL(data.root || "./", document.baseURI).pathname.length).replace(/(index)?\.\w+$/, "");
    try { input.value = decodeURIComponent(path).split(/[^\p{L}\p{N}.]+/u).filter(Boolean).slice(-6).join(" "); } catch { /* no words */ }
  }
  input.focus();
  // Who comes to type has search before the first key, but not before the page.
  if (asked.size || input.value || history.state?.search) start();
  else if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
