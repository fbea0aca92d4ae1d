// Without a network: has the browser keep what it should, and says of a page that it is a kept copy.
(function () {
  "use strict";
  var doc = document, html = doc.documentElement, page = window.annalsPage, container = navigator.serviceWorker;
  var say = page.say, make = page.make, root = html.dataset.root || "./";
  var banner;

  /** @param {string} text */
  function tell(text) {
    if (!banner) {
      banner = make("div", { class: "banner caution saved", role: "status" });
      doc.querySelector("main").prepend(banner);
    }
    banner.textContent = text + " ";
    banner.append(page.button(function () { location.reload(); }, {}, say("Load again")));
  }

  if (html.dataset.saved) {
    var when = new Date(html.dataset.saved);
    var words = { when: new Intl.DateTimeFormat(html.lang || "en", { dateStyle: "medium", timeStyle: "short" }).format(when) };
    tell(html.dataset.savedWhy === "offline" ? say("You are offline. This is a copy from {when}.", words) : say("The site does not answer. This is a copy from {when}.", words));
    banner.title = when.toISOString();
    window.addEventListener("online", function () { tell(say("You are online again. This is a copy from {when}.", words)); });
  }

  container.addEventListener("message", function (event) {
    if (event.data.annals === "answered" && banner) {
      if (event.data.changed) tell(say("There is a newer version of this page."));
      else banner = void banner.remove();
    }
    var foot = doc.querySelector(".foot p:last-child");
    if (event.data.annals === "kept" && foot && !doc.querySelector(".works-offline")) foot.append(make("span", { class: "works-offline" }, " · ✓ " + say("Works offline")));
  });
  container.startMessages();

  // Not in the page: from a folder a browser would ask for it and complain.
  doc.head.append(make("link", { rel: "manifest", href: root + "app.webmanifest" }));
  var assets = new URL(root + "assets/", location.href).href;
  var used = performance.getEntriesByType("resource").map(function (entry) { return entry.name; }).filter(function (name) { return name.startsWith(assets); });
  container.register(root + "sw.js").then(function () { return container.ready; }).then(function (registration) {
    registration.active.postMessage({ urls: [location.href.replace(/#.*/, "")].concat(used) });
  }).catch(function () { /* then this browser keeps nothing */ });
})();
