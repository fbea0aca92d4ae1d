// Who is on call at the moment of reading, from the shifts of on-call/shifts.js. Without this file pages say who was
// on call when they were built.
(function () {
  "use strict";
  const known = window.annalsShifts;
  if (!known) return;
  const language = document.documentElement.lang || "en";
  const near = new Intl.DateTimeFormat(language, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  const far = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const WEEK = 6 * 86400;

  /** Names with a time: "ben until Mon, 09:00". */
  function fill(place, shifts, word, side, now) {
    place.replaceChildren();
    for (const shift of shifts) {
      const who = document.createElement("b"), small = document.createElement("small"), time = document.createElement("time");
      const at = new Date(shift[side] * 1000);
      who.textContent = shift[2];
      time.dateTime = at.toISOString();
      time.textContent = (shift[side] - now < WEEK ? near : far).format(at);
      small.append(word + " ", time);
      place.append(who, " ", small, " ");
    }
  }

  /** The next shifts of a rotation, on its own clock. */
  function list(table, now) {
    const shifts = (known.rotations[table.dataset.shifts] ?? []).filter((shift) => shift[1] > now).slice(0, 8);
    const clock = new Intl.DateTimeFormat(language, { weekday: "short", year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: table.dataset.zone });
    table.tBodies[0].replaceChildren(...shifts.map((shift) => {
      const row = document.createElement("tr"), who = row.insertCell();
      who.textContent = shift[2];
      if (shift[3]) {
        const small = document.createElement("small");
        small.textContent = table.dataset.covers;
        who.append(" ", small);
      }
      for (const at of shift.slice(0, 2)) {
        const time = document.createElement("time");
        time.dateTime = new Date(at * 1000).toISOString();
        time.textContent = clock.format(at * 1000);
        row.insertCell().append(time);
      }
      row.classList.toggle("current", shift[0] <= now);
      return row;
    }));
  }

  function show() {
    const now = Date.now() / 1000;
    for (const duty of document.querySelectorAll("[data-rotation]")) {
      const shifts = known.rotations[duty.dataset.rotation];
      const [current, next] = [duty.querySelector(".duty-now"), duty.querySelector(".duty-next")];
      if (!shifts || !current || !next) continue;
      // It keeps its room, so that nothing moves.
      const as = duty.querySelector(".as-of");
      if (as) as.style.visibility = "hidden";
      if (now >= known.until) {
        current.textContent = duty.dataset.over;
        next.textContent = "";
        continue;
      }
      const on = shifts.filter((shift) => shift[0] <= now && now < shift[1]);
      const after = shifts.filter((shift) => shift[0] > now);
      const start = Math.min(...after.map((shift) => shift[0]));
      fill(current, on, duty.dataset.until, 1, now);
      fill(next, after.filter((shift) => shift[0] === start), duty.dataset.from, 0, now);
      for (const place of [current, next]) if (!place.firstChild) place.textContent = duty.dataset.nobody;
    }
    for (const table of document.querySelectorAll("[data-shifts]")) list(table, now);
  }

  show();
  // A page that stays open over a handover follows it.
  setInterval(show, 60000);
})();
