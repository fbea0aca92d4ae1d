// What is kept when a result is opened, and taken up by whoever comes back. Loaded after the first results.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { keep } = scope.annalsPage;

/** A list that this browser keeps. @param {string} name @returns {any[]} */
A.stored = (name) => {
  try {
    return JSON.parse(keep("annals-search-" + name)) ?? [];
  } catch {
    return [];
  }
};
/** Puts a value first in it. @param {string} name @param {any} value @param {(other: any) => boolean} same */
const first = (name, value, same) => keep("annals-search-" + name, JSON.stringify([value, ...A.stored(name).filter((other) => !same(other))].slice(0, 6)));

class Return {
  left(row) {
    const typed = this.input.value.trim();
    if (!this.whole) A.keep("last", typed);
    if (typed) first("recent", typed, (other) => other === typed);
    const { url, title } = this.index.facts(row.hit.page);
    first("read", [url, title], ([other]) => other === url);
    history.replaceState({ search: [typed, [...this.chosen], this.limit, this.selected, this.whole ? scrollY : this.scroller.scrollTop] }, "");
    if (new URL(row.href).pathname === location.pathname && !this.whole) {
      this.close();
      setTimeout(A.arrive, 50);
    }
  }

  /** Takes up what was left: what was asked, how much was shown, where the reader was. */
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
}

/** Opens the dialog as it was left. */
A.again = () => {
  const left = history.state?.search;
  if (!left) return;
  const panel = A.open();
  panel.restore(left);
  panel.update();
};

for (const name of ["left", "restore", "restored"]) A.Panel.prototype[name] = Return.prototype[name];
})(globalThis);
