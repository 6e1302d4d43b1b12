// The wall: turns the groups, keeps the clock, and says when what is seen is stale. Works on the document as it stands.
(function () {
  var wall = document.querySelector(".wall");
  if (!wall) return;
  var slides = [].slice.call(wall.querySelectorAll(".wall-slide"));
  var place = wall.querySelector(".wall-place"), clock = wall.querySelector(".wall-clock");
  var stale = wall.querySelector(".wall-stale"), keys = wall.querySelector(".wall-keys");
  var english = document.documentElement.lang === "en";
  var said = wall.dataset;
  var at = 0, paused = false, heard = Date.now(), lost = false, shut = false;

  function beijing(moment) { return moment.toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }); } // 2026-11-22 13:09:52
  function show(next) {
    if (!slides.length) return;
    at = (next + slides.length) % slides.length;
    slides.forEach(function (slide, i) { slide.classList.toggle("on", i === at); });
    place.textContent = at + 1 + " / " + slides.length + (paused ? (english ? " · paused" : " · 已暂停") : "");
  }
  function tick() {
    var now = new Date();
    clock.textContent = beijing(now);
    var words = [];
    var since = beijing(new Date(heard)).slice(11, 16);
    if (shut) words.push(english ? "Signed out since " + since + "; the figures are no longer updated." : "登录已失效，" + since + " 以后没有更新，请重新登录。");
    else if (lost) words.push(english ? "No answer from the server since " + since + "; the figures may be out of date." : "与服务器失去联系，" + since + " 以后没有更新，显示的可能不是最新的数。");
    if (said.due && now > new Date(said.due + "T23:59:59")) {
      words.push(english ? "The next period was due by " + said.due + " and is not published yet." :
        "数据停在" + said.period + "：下一期应在 " + said.due + " 前报齐，还没有发布。");
    }
    stale.textContent = words.join(" ");
    stale.hidden = !words.length;
  }
  function look() {
    fetch(location.href, { cache: "no-store", credentials: "same-origin", headers: { Accept: "text/html" } }).then(function (answer) {
      shut = answer.redirected;
      if (shut) return null;
      if (!answer.ok) throw new Error("status " + answer.status);
      return answer.text();
    }).then(function (text) {
      if (text === null) return;
      heard = Date.now();
      lost = false;
      var found = new DOMParser().parseFromString(text, "text/html").querySelector(".wall");
      if (found && found.dataset.generation !== said.generation) location.reload();
    }).catch(function () { lost = true; }).then(tick);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === " " || event.key === "p") { paused = !paused; event.preventDefault(); show(at); }
    else if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === "Escape") location.href = "/";
  });
  wall.classList.add("turning");
  keys.hidden = false;
  show(0);
  tick();
  setInterval(tick, 1000);
  setInterval(function () { if (!paused) show(at + 1); }, 1000 * (+said.seconds || 15));
  setInterval(look, 30000);
  window.addEventListener("offline", function () { lost = true; tick(); });
  window.addEventListener("online", look);
})();
