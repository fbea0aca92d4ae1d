// Compares two versions of a package. Ancestry decides: a change is new if a release that has it first is in the
// newer version and none is in the older one; copies of a change (backports) count as the change.
(function () {
  "use strict";
  const place = document.getElementById("compare"), page = window.annalsPage, { say } = page;
  // What has this script before its data may be fetched by it.
  if (!place || window.annalsCompare) return;
  const root = document.documentElement.dataset.root, FAILED = say("The changes could not be loaded. Each release has its own page below.");
  /** @param {string} tag @param {Object<string, string>} [attributes] @param {...(string | Node)} children */
  function make(tag, attributes = {}, ...children) {
    const element = page.make(tag, attributes);
    element.append(...children);
    return element;
  }

  // Data comes as scripts that call this, so that a copy of the site in a folder works as well.
  const files = new Map();
  window.annalsCompare = (file, data) => files.set(file, data);
  /** A file of the data: changes, the first with all versions. @param {number} file @returns {Promise<any>} */
  async function load(file) {
    if (!files.has(file)) await page.load(place.dataset.data + file + ".js");
    return files.get(file);
  }

  /** The versions, oldest first: `v` is the name, `b` those before, `s` the file with its changes. @type {any[]} */
  let points;
  const known = new Map();
  /** The points that a point contains, itself included. @param {number} at @returns {Set<number>} */
  function contained(at) {
    if (!known.has(at)) {
      const found = new Set(), stack = [at];
      while (stack.length) {
        const next = stack.pop();
        if (!found.has(next)) stack.push(...points[next].b);
        found.add(next);
      }
      known.set(at, found);
    }
    return known.get(at);
  }

  const name = (point) => point.v || say("Unreleased");

  /** What `to` has and `from` doesn't. @returns {any[]} */
  function news(all, from, to) {
    const seen = new Set();
    const list = all.filter(({ l, t, c }) => {
      const key = [l, t, c].join("\n");
      return !seen.has(key) && l.some((at) => to.has(at)) && !l.some((at) => from.has(at)) && seen.add(key);
    });
    // What was taken back on the way there leaves no trace.
    const here = new Set(list.map(({ h }) => h)), gone = new Set();
    for (const { h, x } of list) {
      const undone = (x ?? "").split(" ").filter((hash) => here.has(hash));
      if (undone.length && !gone.has(h)) for (const hash of [h, ...undone]) gone.add(hash);
    }
    return list.filter(({ h }) => !gone.has(h));
  }

  /** Text that was made safe when the site was built: code, emphasis and links only. */
  function safe(html) {
    const made = make("span");
    made.innerHTML = html;
    return made;
  }

  function item(change, inside, breaks) {
    const label = change.n || change.h, first = Math.min(...change.l.filter((at) => inside.has(at))), landed = points[first];
    const facts = make("span", { class: "change-facts" }, change.u ? make("a", { href: change.u }, label) : make("code", {}, label), " ");
    if (landed) facts.append(landed.u ? make("a", { class: "compare-landed", href: root + landed.u }, name(landed)) : name(landed));
    const row = make("li", {}, ...(change.c ? [make("b", {}, change.c), ": "] : []), safe(breaks ? change.b : change.t), " ", facts);
    if (breaks && change.s) row.append(make("p", {}, make("b", {}, say("Upgrade") + ": "), safe(change.s)));
    return row;
  }

  const ORDER = ["Security", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Performance", "Reverted", "Documentation"];
  const rank = (title) => (ORDER.indexOf(title) + ORDER.length + 1) % (ORDER.length + 1);

  const early = make("input", { type: "checkbox" }), filter = make("input", { type: "search", autocomplete: "off" });
  const from = make("select"), to = make("select"), out = make("div"), status = make("p", { role: "status" });

  function section(title, list, inside, breaks) {
    if (list.length) out.append(make("h2", {}, title), make("ul", { class: breaks ? "changes compare-breaking" : "changes" }, ...list.map((change) => item(change, inside, breaks))));
  }

  async function show() {
    const [a, b] = [Number(from.value), Number(to.value)], [inA, inB] = [contained(a), contained(b)], [older, newer] = [points[a], points[b]];
    history.replaceState(null, "", "?" + new URLSearchParams({ from: name(older), to: name(newer) }));
    const wanted = new Set(points.filter(({ s }, at) => s != null && inA.has(at) !== inB.has(at)).map(({ s }) => s));
    let parts;
    try {
      parts = await Promise.all([...wanted].map(load));
    } catch {
      status.textContent = FAILED;
      return;
    }
    if (Number(from.value) !== a || Number(to.value) !== b) return;
    const all = parts.flatMap(({ changes }) => changes), term = filter.value.trim().toLowerCase();
    // A hash may be longer than the one shown.
    const fits = ({ t, c, n, i, h }) => (/^[0-9a-f]{8,40}$/.test(term) && term.startsWith(h)) ||
      [t, c, n, i, h].join(" ").toLowerCase().includes(term.replace(/^#/, ""));
    const list = news(all, inA, inB).filter(fits), lost = news(all, inB, inA).filter(fits);
    out.replaceChildren();
    const note = (text, kind) => out.append(make("p", kind ? { class: "callout " + kind } : {}, text));
    if (a === b) note(say("Both are the same version."));
    else if (inA.has(b)) note(say("This is a downgrade: what would be lost is listed last."), "warning");
    else if (!inB.has(a)) note(say("Neither contains the other: they come from different branches."));
    for (const point of [older, newer]) if (point.y) note(name(point) + ": " + say("withdrawn"), "danger");
    const counted = (title, changes, breaks) => section(`${title} (${changes.length})`, changes, inB, breaks);
    counted(say("Breaking changes"), list.filter(({ b }) => b), true);
    const titles = [...new Set(list.map(({ g }) => g))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    for (const title of titles) counted(say(title), list.filter(({ g }) => g === title));
    section(say("Not in") + " " + name(newer), lost, inA);
    status.textContent = list.length
      ? name(older) + " → " + name(newer) + ": " + (list.length === 1 && !window.annalsStrings ? "1 change" : say("{n} changes", { n: list.length })) : say("Nothing changed that is listed.");
  }

  function fill(select, chosen) {
    select.replaceChildren();
    points.forEach((point, at) => {
      if (point.p && !early.checked && at !== chosen) return;
      const option = make("option", { value: String(at) }, name(point) + (point.d ? " · " + point.d : "") + (point.y ? " · " + say("withdrawn") : ""));
      option.selected = at === chosen;
      select.prepend(option);
    });
  }

  // The first data stand behind this script, in the same file.
  queueMicrotask(() => load(0).then((data) => {
    points = data.points;
    if (!points.length) return;
    const query = new URLSearchParams(location.search);
    const find = (text) => points.findIndex((point) => text && (name(point) === text || "v" + point.v === text || (!point.v && text === "HEAD")));
    let a = find(query.get("from")), b = find(query.get("to"));
    if (b < 0) b = points.findLastIndex(({ v, p, y }) => v && !p && !y);
    if (b < 0) b = points.length - 1;
    if (a < 0) a = points[b].b.at(-1) ?? b;
    const form = make("form", {}, ...[[say("From"), from], [say("To"), to], [say("Is it in there? Words, #number, hash"), filter]].map(([text, field]) => make("label", {}, text, field)),
      make("label", { class: "check" }, early, " " + say("pre-releases")));
    form.addEventListener("submit", (event) => event.preventDefault());
    fill(from, a);
    fill(to, b);
    early.addEventListener("change", () => { for (const select of [from, to]) fill(select, Number(select.value)); });
    for (const select of [from, to]) select.addEventListener("change", show);
    filter.addEventListener("input", show);
    place.append(form, status, out);
    show();
  }, () => place.append(make("p", {}, FAILED))));
})();
