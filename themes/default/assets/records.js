// Times of a drawn timeline in the reader's own zone. Without this file they are in UTC.
(function () {
  "use strict";
  var zone = "UTC";
  try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"; } catch (error) { return; }
  document.querySelectorAll("[data-zone]").forEach(function (drawn) {
    var times = [].slice.call(drawn.querySelectorAll("time[datetime*='T']"));
    var differs = times.some(function (time) { return new Date(time.dateTime).getTimezoneOffset() !== 0; });
    if (!differs) return;
    times.forEach(function (time) { time.dataset.utc = time.textContent; });
    var local = false, button = document.createElement("button");
    var format = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short", timeZone: zone });
    function show() {
      times.forEach(function (time) {
        time.textContent = local ? format.format(new Date(time.dateTime)) : time.dataset.utc;
      });
      button.textContent = local ? "UTC" : drawn.dataset.zone + " (" + zone.replace(/_/g, " ") + ")";
    }
    button.type = "button";
    button.className = "zone";
    button.addEventListener("click", function () { local = !local; show(); });
    show();
    drawn.append(button);
  });
})();
