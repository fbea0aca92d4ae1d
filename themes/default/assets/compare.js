// Compares two versions of a package. Ancestry decides: a change is new if a release that has it first is in the
// newer version and none is in the older one; copies of a change (backports) count as the change.
(function () {
  "use strict";
  var doc = document, place = doc.getElementById("compare"), say = window.annalsPage.say;
  if (!place) return;
  var files = {}, waiting = {}, points = [], seen = {};

  /** @param {string} tag @param {Object<string, string>} [attributes] @param {string} [text] */
  function make(tag, attributes, text) {
    var element = doc.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  // Data comes as scripts that call this, so that a copy of the site in a folder works as well.
  window.annalsCompare = function (file, data) {
    files[file] = data;
    (waiting[file] || []).forEach(function (resolve) { resolve(data); });
    delete waiting[file];
  };

  /** @param {number} file @returns {Promise<any>} */
  function load(file) {
    return new Promise(function (resolve, reject) {
      if (files[file]) return resolve(files[file]);
      if (waiting[file]) return waiting[file].push(resolve);
      waiting[file] = [resolve];
      var script = make("script", { src: place.dataset.data + file + ".js" });
      script.addEventListener("error", function () { delete waiting[file]; reject(new Error(script.src)); });
      doc.head.append(script);
    });
  }

  /** The points that a point contains, itself included. @param {number} at @returns {Object<number, boolean>} */
  function contained(at) {
    if (seen[at]) return seen[at];
    var found = {}, stack = [at];
    while (stack.length) {
      var next = stack.pop();
      if (!found[next]) { found[next] = true; stack.push.apply(stack, points[next].b); }
    }
    return (seen[at] = found);
  }

  function name(point) { return point.v || say("Unreleased"); }
  function has(set, list) { return list.some(function (at) { return set[at]; }); }

  /** What `to` has and `from` doesn't. @returns {any[]} */
  function news(all, from, to) {
    var known = {};
    var list = all.filter(function (change) {
      var key = change.l.join() + change.t + (change.c || "");
      if (known[key] || !has(to, change.l) || has(from, change.l)) return false;
      return (known[key] = true);
    });
    // What was taken back on the way there leaves no trace.
    var here = {}, gone = {};
    list.forEach(function (change) { here[change.h] = true; });
    list.forEach(function (change) {
      var undone = (change.x || "").split(" ").filter(function (hash) { return hash && here[hash]; });
      if (!undone.length || gone[change.h]) return;
      gone[change.h] = true;
      undone.forEach(function (hash) { gone[hash] = true; });
    });
    return list.filter(function (change) { return !gone[change.h]; });
  }

  function landed(change, inside) {
    var first = change.l.filter(function (at) { return inside[at]; }).sort(function (a, b) { return a - b; })[0];
    return first === undefined ? null : points[first];
  }

  function item(change, inside, breaks) {
    var li = make("li");
    if (change.c) { li.append(make("b", {}, change.c), ": "); }
    var text = make("span");
    // Made safe when the site was built: code, emphasis and links only.
    text.innerHTML = breaks ? change.b : change.t;
    li.append(text, " ");
    var label = change.n || change.h;
    var facts = make("span", { class: "change-facts" });
    facts.append(change.u ? make("a", { href: change.u }, label) : make("code", {}, label), " ");
    var point = landed(change, inside);
    if (point) facts.append(point.u ? make("a", { class: "compare-landed", href: doc.documentElement.dataset.root + point.u }, name(point)) : name(point));
    li.append(facts);
    if (breaks && change.s) {
      var steps = make("p");
      steps.append(make("b", {}, say("Upgrade") + ": "));
      var how = make("span");
      how.innerHTML = change.s;
      steps.append(how);
      li.append(steps);
    }
    return li;
  }

  function section(out, title, list, inside, breaks) {
    if (!list.length) return;
    out.append(make("h2", {}, title + " (" + list.length + ")"));
    var ul = make("ul", { class: breaks ? "changes compare-breaking" : "changes" });
    list.forEach(function (change) { ul.append(item(change, inside, breaks)); });
    out.append(ul);
  }

  var ORDER = ["Security", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Performance", "Reverted", "Documentation"];
  function grouped(list) {
    var groups = {};
    list.forEach(function (change) { (groups[change.g] = groups[change.g] || []).push(change); });
    function rank(title) { var at = ORDER.indexOf(title); return at < 0 ? ORDER.length : at; }
    return Object.keys(groups).sort(function (a, b) { return rank(a) - rank(b) || (a < b ? -1 : 1); })
      .map(function (title) { return { title: title, list: groups[title] }; });
  }

  var from, to, filter, early, out, status;
  function show() {
    var a = Number(from.value), b = Number(to.value), inA = contained(a), inB = contained(b);
    var wanted = {};
    points.forEach(function (point, at) { if (!!inA[at] !== !!inB[at] && point.s) wanted[point.s] = true; });
    var query = new URLSearchParams({ from: name(points[a]), to: name(points[b]) });
    history.replaceState(null, "", "?" + query);
    Promise.all(Object.keys(wanted).map(function (file) { return load(Number(file)); })).then(function (parts) {
      if (Number(from.value) !== a || Number(to.value) !== b) return;
      var all = [].concat.apply([], parts), term = filter.value.trim().toLowerCase();
      var gain = news(all, inA, inB), loss = news(all, inB, inA);
      var fits = function (change) {
        // A hash that is longer than the one shown.
        if (/^[0-9a-f]{8,40}$/.test(term) && term.indexOf(change.h) === 0) return true;
        return !term || [change.t, change.c, change.n, change.i, change.h].join(" ").toLowerCase().indexOf(term.replace(/^#/, "")) >= 0;
      };
      var list = gain.filter(fits), lost = loss.filter(fits);
      out.textContent = "";
      if (a === b) out.append(make("p", {}, say("Both are the same version.")));
      if (a !== b && inA[b]) out.append(make("p", { class: "callout warning" }, say("This is a downgrade: what would be lost is listed last.")));
      if (!inA[b] && !inB[a]) out.append(make("p", {}, say("Neither contains the other: they come from different branches.")));
      [points[a], points[b]].forEach(function (point) {
        if (point.y) out.append(make("p", { class: "callout danger" }, name(point) + ": " + say("withdrawn")));
      });
      section(out, say("Breaking changes"), list.filter(function (change) { return change.b; }), inB, true);
      grouped(list).forEach(function (group) { section(out, say(group.title), group.list, inB, false); });
      if (lost.length) {
        out.append(make("h2", {}, say("Not in") + " " + name(points[b])));
        var ul = make("ul", { class: "changes" });
        lost.forEach(function (change) { ul.append(item(change, inA, false)); });
        out.append(ul);
      }
      status.textContent = list.length
        ? name(points[a]) + " → " + name(points[b]) + ": " + (list.length === 1 && !window.annalsStrings ? "1 change" : say("{n} changes", { n: list.length })) : say("Nothing changed that is listed.");
    }).catch(function () { status.textContent = say("The changes could not be loaded. Each release has its own page below."); });
  }

  function fill(select, chosen) {
    select.textContent = "";
    for (var at = points.length - 1; at >= 0; at -= 1) {
      var point = points[at];
      if (point.p && !early.checked && at !== chosen) continue;
      var label = name(point) + (point.d ? " · " + point.d : "") + (point.y ? " · " + say("withdrawn") : "");
      var option = make("option", { value: String(at) }, label);
      option.selected = at === chosen;
      select.append(option);
    }
  }

  function start(data) {
    points = data.points;
    if (!points.length) return;
    var query = new URLSearchParams(location.search);
    function find(text) {
      return points.findIndex(function (point) { return text && (name(point) === text || "v" + point.v === text || (!point.v && text === "HEAD")); });
    }
    var good = points.map(function (_, at) { return at; }).filter(function (at) { return points[at].v && !points[at].p && !points[at].y; });
    var a = find(query.get("from")), b = find(query.get("to"));
    if (b < 0) b = good.length ? good[good.length - 1] : points.length - 1;
    if (a < 0) a = points[b].b.length ? points[b].b[points[b].b.length - 1] : b;
    from = make("select"); to = make("select");
    filter = make("input", { type: "search", autocomplete: "off" });
    early = make("input", { type: "checkbox" });
    out = make("div"); status = make("p", { role: "status" });
    var form = make("form");
    [[say("From"), from], [say("To"), to], [say("Is it in there? Words, #number, hash"), filter]].forEach(function (pair) {
      var label = make("label", {}, pair[0]);
      label.append(pair[1]);
      form.append(label);
    });
    var check = make("label", { class: "check" });
    check.append(early, " " + say("pre-releases"));
    form.append(check);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    fill(from, a); fill(to, b);
    early.addEventListener("change", function () { fill(from, Number(from.value)); fill(to, Number(to.value)); });
    [from, to].forEach(function (select) { select.addEventListener("change", show); });
    filter.addEventListener("input", show);
    place.append(form, status, out);
    show();
  }

  load(0).then(start, function () { place.append(make("p", {}, say("The changes could not be loaded. Each release has its own page below."))); });
})();
