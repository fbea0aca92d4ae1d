// Tables of records can be sorted by a button in each heading. Not where the list goes on on another page: the order
// would be that of a part.
(function () {
  "use strict";
  if (document.querySelector("main .pager")) return;
  const { button } = window.annalsPage;
  const order = new Intl.Collator(document.documentElement.lang || "en", { numeric: true });

  /** What a cell is sorted by: a time, a length of time or a number where it has one, else its words. */
  function value(cell) {
    const time = cell.querySelector("time");
    if (time) return time.dateTime;
    const text = cell.textContent.trim();
    if (cell.dataset.minutes) return Number(cell.dataset.minutes);
    const number = /^\d+([.,]\d+)?/.exec(text);
    return number && cell.classList.contains("number") ? Number(number[0].replace(",", ".")) : text;
  }

  /** Cells without a value come last, whichever way the others go. */
  function compare(a, b, way) {
    const [none, other] = [a === "" || a === "–", b === "" || b === "–"];
    if (none || other) return none - other;
    return way * (typeof a === "number" && typeof b === "number" ? a - b : order.compare(String(a), String(b)));
  }

  for (const table of document.querySelectorAll("table.records:not([data-shifts])")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3 || !table.tHead) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.replaceChildren(button(() => {
        const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        body.append(...rows.sort(([a], [b]) => compare(a, b, way)).map(([, row]) => row));
      }, { class: "sort" }, head.textContent));
    });
  }
})();
