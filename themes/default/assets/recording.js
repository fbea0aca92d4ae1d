// A demo's recording: chapters play it at their time, and whoever arrives at a chapter, from a search for instance, finds
// it there. Without this file the list of chapters leads to each time.
(function () {
  "use strict";
  var player = document.querySelector(".recording");
  var links = [].slice.call(document.querySelectorAll(".chapters a[data-seconds]"));

  /** The chapter's link to its time, by the id of its heading. @param {string} id */
  function of(id) { return links.find(function (link) { return link.dataset.chapter === id; }); }

  /** @param {HTMLElement} link @param {boolean} play */
  function seek(link, play) {
    var seconds = Number(link.dataset.seconds);
    if (player.readyState > 0) player.currentTime = seconds;
    else {
      player.addEventListener("loadedmetadata", function () { player.currentTime = seconds; }, { once: true });
      player.load();
    }
    player.dataset.at = String(seconds);
    if (play) player.play().catch(function () { /* the reader presses play */ });
  }

  function arrive() {
    var link = of(decodeURIComponent(location.hash.slice(1)));
    if (link && player) seek(link, false);
  }

  links.forEach(function (link) {
    var heading = document.getElementById(link.dataset.chapter);
    var own = link.cloneNode(true);
    own.classList.add("at-time");
    own.setAttribute("aria-label", link.textContent);
    own.textContent = "▶";
    // In the heading's own line, so that nothing moves.
    if (heading) heading.insertBefore(own, heading.querySelector(".anchor"));
    if (player) [link, own].forEach(function (one) {
      one.addEventListener("click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        player.scrollIntoView({ block: "nearest" });
        seek(link, true);
      });
    });
  });
  window.addEventListener("hashchange", arrive);
  arrive();
})();
