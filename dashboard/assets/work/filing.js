// Sending files one after the other, with a list that keeps what failed; drafts of explanations; printing.
// Everything from outside is written as text. Without this script the page is a plain form.
(function () {
  "use strict";
  document.documentElement.classList.add("scripts");

  // ---- explanations: what was typed survives a lost page
  document.querySelectorAll("[data-draft] textarea").forEach(function (area) {
    var key = "draft:" + location.search + ":" + area.name, first = area.defaultValue;
    function keep() {
      try { sessionStorage.setItem(key, area.value); } catch (e) { /* full or closed */ }
    }
    try {
      var kept = sessionStorage.getItem(key);
      if (area.value !== first) keep();  // typed before this script came
      else if (kept && !first) area.value = kept;
      else if (first) sessionStorage.removeItem(key);
    } catch (e) { return; }
    area.addEventListener("input", keep);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-do]");
    if (button && button.dataset.do === "print") window.print();
  });

  // ---- a sheet shows its marked cell
  document.querySelectorAll(".sheet-scroll").forEach(function (box) {
    var cell = box.querySelector(".marked");
    if (!cell) return;
    box.scrollTop = Math.max(0, cell.offsetTop - box.clientHeight / 2);
    box.scrollLeft = Math.max(0, cell.offsetLeft - box.clientWidth / 2);
  });

  // ---- one file, sent as soon as it is there
  var one = document.querySelector("form[data-one]");
  if (one) {
    var field = document.getElementById(one.dataset.one), place = one.querySelector(".drop");
    var begin = function () {
      if (!field.files.length) return;
      place.querySelector(".drop-what").textContent = "正在读取“" + field.files[0].name + "”……";
      one.requestSubmit();
    };
    field.addEventListener("change", begin);
    ["dragenter", "dragover", "drop"].forEach(function (kind) {
      document.addEventListener(kind, function (event) {
        if (!event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) return;
        event.preventDefault();
        place.classList.toggle("over", kind !== "drop");
        if (kind !== "drop") return;
        field.files = event.dataTransfer.files;
        begin();
      });
    });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) place.classList.remove("over"); });
    window.addEventListener("pageshow", function () { place.querySelector(".drop-what").textContent = "把一张手工表拖到这里"; });
  }

  // ---- files
  var drop = document.getElementById("drop"), list = document.getElementById("queue");
  if (!drop || !list) return;
  var form = document.getElementById("sending"), chosen = document.getElementById("chosen");
  var actions = document.getElementById("queue-actions"), said = document.getElementById("queue-said");
  var only = actions.querySelector("[data-do=only]");
  var LIMIT = Number(drop.dataset.limit), AT_ONCE = 2;
  var who = document.querySelector("#page .who"), DONE = "filing:done:" + (who ? who.textContent : ""); // each account its own
  var items = [], running = 0, paused = false;

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  function add(file, trouble) {
    var item = { file: file, name: file.name, state: "waiting", tries: 0, line: make("li") };
    items.push(item);
    list.appendChild(item.line);
    if (trouble) fail(item, trouble, false);
    else if (file.size > LIMIT) {
      fail(item, "有 " + (file.size / 1048576).toFixed(1) + " MB，超过 " + LIMIT / 1048576 + " MB 的上限，没有发送。", false);
    } else if (!file.size) fail(item, "是空的，没有发送。", false);
    else draw(item, "等待发送", "quiet");
  }

  function draw(item, word, tone, sentence) {
    var line = item.line;
    line.textContent = "";
    line.dataset.state = item.state;
    line.dataset.left = item.state === "done" && (tone === "good" || tone === "quiet") ? "no" : "yes"; // something to do
    var head = make("div", "queue-head");
    head.appendChild(make("b", "", item.name));
    head.appendChild(make("span", "pill tone-" + tone, word));
    if (item.result && item.result.id) {
      var link = make("a", "", item.result.tally === "没有发现问题" ? "看这份报送" : "看审核发现");
      link.href = item.result.href;
      head.appendChild(link);
    }
    if (item.state === "failed" && item.file && item.again) {
      var button = make("button", "plain-button", "重试");
      button.type = "button";
      button.addEventListener("click", function () { retry(item); });
      head.appendChild(button);
    }
    line.appendChild(head);
    if (item.state === "sending") {
      item.bar = make("progress");
      item.bar.max = 100;
      item.bar.setAttribute("aria-label", item.name + " 发送进度");
      line.appendChild(item.bar);
    }
    if (sentence) line.appendChild(make("p", "queue-said", sentence));
    if (item.result && item.result.findings && item.result.findings.length) line.appendChild(details(item.result));
    tidy();
  }

  function details(result) {
    var box = make("details"), found = make("ul", "found-list");
    box.appendChild(make("summary", "", "审核发现（" + result.tally + "）"));
    result.findings.forEach(function (one) {
      var line = make("li"), head = make("div", "finding-head");
      head.appendChild(make("span", "code", one.code));
      head.appendChild(make("span", "", one.level + "　" + (one.where || "整个工作簿")));
      line.appendChild(head);
      line.appendChild(make("p", "", one.message));
      if (one.hint) line.appendChild(make("p", "about", one.hint));
      found.appendChild(line);
    });
    box.appendChild(found);
    return box;
  }

  function tidy() {
    var failed = items.filter(function (i) { return i.state === "failed" && i.again; }).length;
    var open = items.filter(function (i) { return i.state === "waiting" || i.state === "sending" || i.state === "queued"; }).length;
    var counts = {}, good = 0;
    items.forEach(function (i) {
      var word = i.state === "done" ? i.result.word : i.state === "failed" ? (i.again ? "没送到" : "没有收下") : "";
      if (word) counts[word] = (counts[word] || 0) + 1;
      if (i.line.dataset.left === "no") good += 1;
    });
    actions.hidden = !items.length;
    actions.querySelector("[data-do=again]").disabled = !failed;
    actions.querySelector("[data-do=clear]").disabled = !(items.length - open);
    only.hidden = !good || good === items.length;
    if (only.hidden) list.classList.remove("only-open");
    only.textContent = list.classList.contains("only-open") ? "全部列出" : "只列要处理的";
    var told = Object.keys(counts).map(function (word) { return word + " " + counts[word]; });
    if (open) told.push("还没有结果 " + open);
    said.textContent = "共 " + items.length + " 个文件：" + told.join("，") + "。";
    try {
      sessionStorage.setItem(DONE, JSON.stringify(items.filter(function (i) { return i.state === "done"; }).map(function (i) { return i.result; }).slice(-40)));
    } catch (e) { /* full or closed: the list of the department below still has them */ }
  }

  // What the department owes and has sent, as it is now.
  function renewLists() {
    if (items.some(function (i) { return i.state === "waiting" || i.state === "sending" || i.state === "queued"; })) return;
    fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html");
      ["owed", "sent"].forEach(function (name) {
        var now = document.querySelector("[aria-labelledby=" + name + "-title]");
        var then = fresh.querySelector("[aria-labelledby=" + name + "-title]");
        if (now && then) now.replaceWith(document.adoptNode(then));
      });
    }, function () { /* the lists are as old as the page */ });
  }

  function fail(item, sentence, again) {
    item.state = "failed";
    item.again = again;
    draw(item, again ? "没送到" : "没有收下", again ? "warn" : "bad", sentence);
  }

  function retry(item) {
    item.state = "waiting";
    draw(item, "等待发送", "quiet");
    paused = false;
    pump();
  }

  function pump() {
    while (!paused && running < AT_ONCE) {
      var next = items.find(function (i) { return i.state === "waiting"; });
      if (!next) return;
      send(next);
    }
  }

  function send(item) {
    running += 1;
    item.state = "sending";
    draw(item, "正在发送", "quiet");
    var asked = new XMLHttpRequest(), body = new FormData();
    body.append("file", item.file, item.name);
    asked.open("POST", form.action);
    asked.setRequestHeader("Accept", "application/json");
    asked.setRequestHeader("X-CSRF-Token", window.zhibiao.csrf());
    asked.timeout = 180000;
    asked.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable && item.bar) item.bar.value = (100 * event.loaded) / event.total;
    });
    asked.upload.addEventListener("load", function () {
      if (item.state === "sending") item.line.querySelector(".pill").textContent = "正在审核";
    });
    asked.addEventListener("load", function () { running -= 1; answered(item, asked); pump(); });
    ["error", "timeout"].forEach(function (kind) {
      asked.addEventListener(kind, function () { running -= 1; lost(item); pump(); });
    });
    asked.send(body);
  }

  function answered(item, asked) {
    var answer = null;
    try { answer = JSON.parse(asked.responseText); } catch (e) { answer = null; }
    var error = answer && answer.error;
    if (asked.status === 200 && answer && !error) {
      item.state = "done";
      item.result = answer;
      item.file = null;
      draw(item, answer.word, answer.tone, answer.sentence);
      renewLists();
    } else if (asked.status === 503 && error && error.code === "busy") {
      item.state = "waiting";
      draw(item, "排队", "quiet", error.message);
      item.state = "queued";
      setTimeout(function () { if (item.state === "queued") { item.state = "waiting"; pump(); } }, 1000 * Number(asked.getResponseHeader("Retry-After") || 3));
    } else if (asked.status === 401 || (error && error.code === "foreign_request")) {
      paused = true;
      fail(item, error ? error.message : "登录已失效。", true);
      if (window.zhibiao.tell && error) window.zhibiao.tell("登录已失效，文件还在列表里，登录后会接着发送。");
    } else if (error) fail(item, error.message, asked.status >= 500);
    else fail(item, "服务没有正常回答，没有收下。请稍后重试。", true);
  }

  function lost(item) {
    item.tries += 1;
    fail(item, "没有送到：连接断了，或文件在选中以后被改动、移走。文件还在列表里；请重试，或重新选择。", true);
    if (item.tries < 3 && navigator.onLine) setTimeout(function () { if (item.state === "failed") retry(item); }, 3000 * item.tries);
  }

  function resume() {
    var waiting = items.filter(function (i) { return i.state === "failed" && i.again; });
    if (!waiting.length) return;
    window.zhibiao.renew().then(function (accepted) { if (accepted) waiting.forEach(retry); }, function () {});
  }
  window.addEventListener("focus", function () { if (paused) resume(); });
  window.addEventListener("online", resume);
  window.addEventListener("beforeunload", function (event) {
    if (items.some(function (i) { return i.file && (i.state !== "failed" || i.again); })) event.preventDefault();
  });

  function take(files) {
    Array.prototype.forEach.call(files, function (file) { add(file, ""); });
    pump();
  }

  chosen.addEventListener("change", function () {
    var files = Array.prototype.slice.call(chosen.files);
    chosen.value = ""; // so that the same file can be chosen again
    take(files);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  actions.addEventListener("click", function (event) {
    var what = event.target.dataset && event.target.dataset.do;
    if (what === "again") { paused = false; resume(); }
    if (what === "only") { list.classList.toggle("only-open"); tidy(); }
    if (what === "clear") {
      items = items.filter(function (i) {
        var open = i.file && (i.state !== "failed" || i.again);
        if (!open) i.line.remove();
        return open;
      });
      tidy();
    }
  });
  ["dragenter", "dragover"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (!event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", function (event) {
    if (!event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) return;
    event.preventDefault();
    drop.classList.remove("over");
    var entries = Array.prototype.slice.call(event.dataTransfer.items || []), files = event.dataTransfer.files;
    Array.prototype.forEach.call(files, function (file, at) {
      var entry = entries[at] && entries[at].webkitGetAsEntry && entries[at].webkitGetAsEntry();
      add(file, entry && entry.isDirectory ? "是一个文件夹，没有发送。请选择里面的工作簿。" : "");
    });
    pump();
  });

  try {
    JSON.parse(sessionStorage.getItem(DONE) || "[]").forEach(function (result) {
      var item = { file: null, name: result.name, state: "done", result: result, line: make("li") };
      items.push(item);
      list.appendChild(item.line);
      draw(item, result.word, result.tone, result.sentence);
    });
  } catch (e) { /* nothing is kept */ }
})();
