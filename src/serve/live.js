(function () {
  "use strict";
  var here = document.currentScript.src.replace(/live\.js.*$/, "");
  var generation = 0, overlay, down = false;

  function show(errors) {
    if (overlay) overlay.remove();
    overlay = undefined;
    if (!errors) return;
    overlay = document.createElement("dialog");
    overlay.className = "annals-errors";
    overlay.setAttribute("aria-label", "Errors");
    var head = document.createElement("p"), text = document.createElement("pre");
    head.textContent = "The page shown is older: the newest state has errors.";
    text.textContent = errors;
    overlay.append(head, text);
    document.body.append(overlay);
    overlay.showModal();
  }

  function restyle(path) {
    var root = document.documentElement.dataset.root || "./";
    document.querySelectorAll('link[rel="stylesheet"]').forEach(function (link) {
      if (/\/app\.[0-9a-f]+\.css$/.test(link.href)) link.href = root + path;
    });
  }

  function wait() {
    fetch(here + "wait?after=" + generation)
      .then(function (response) { return response.json(); })
      .then(function (now) {
        if (down) return location.reload();
        var first = generation === 0, next = now.generation !== generation;
        generation = now.generation;
        if (first) show(now.errors);
        else if (next && now.errors) show(now.errors);
        else if (next && now.kind === "style" && !overlay) restyle(now.style);
        else if (next) return location.reload();
        wait();
      })
      .catch(function () {
        // The preview has ended, or is being started again.
        down = true;
        setTimeout(wait, 1000);
      });
  }
  wait();
})();
