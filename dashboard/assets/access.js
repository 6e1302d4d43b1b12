// What keeps a session honest in the browser: requests of scripts carry its token; when it is lost, what was typed stays
// and a sentence says so; a form is sent only while it would be accepted.
(function () {
  var plain = window.fetch.bind(window);
  var SAFE = { GET: 1, HEAD: 1, OPTIONS: 1 };

  function meta() { return document.querySelector("meta[name=csrf]"); }
  function token() { return meta() ? meta().content : ""; }

  function renew() {
    return plain("/session", { headers: { Accept: "application/json" }, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) return answer.json().then(function (said) { tell(said.error.message); return false; });
      return answer.json().then(function (said) {
        var shown = document.querySelector("#page .who b");
        if (shown && shown.textContent !== said.account) {
          tell(said.account ? "现在登录的是“" + said.account + "”，这一页是“" + shown.textContent + "”的。这一步没有做，请刷新页面再试。"
            : "登录已失效。这一步没有做，填写的内容还在页面上：请在新标签页登录后回到这里再试一次。");
          return false;
        }
        if (meta()) meta().content = said.csrf;
        document.querySelectorAll("input[name=csrf]").forEach(function (field) { field.value = said.csrf; });
        document.querySelectorAll("button[name=csrf]").forEach(function (button) { button.value = said.csrf; });
        hush();
        return true;
      });
    });
  }

  function tell(sentence) {
    var box = document.getElementById("lost") || document.createElement("div");
    box.id = "lost";
    box.setAttribute("role", "alert");
    box.textContent = sentence + " ";
    var link = document.createElement("a");
    link.href = "/login";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "在新标签页登录";
    box.appendChild(link);
    document.body.appendChild(box);
  }
  function hush() {
    var box = document.getElementById("lost");
    if (box) box.remove();
  }

  window.fetch = function (asked, options) {
    var method = ((options && options.method) || (asked && asked.method) || "GET").toUpperCase();
    var ours = new URL((asked && asked.url) || asked, location.href).origin === location.origin;
    if (ours && !SAFE[method]) {
      options = Object.assign({}, options);
      options.headers = new Headers(options.headers || (asked && asked.headers) || {});
      options.headers.set("X-CSRF-Token", token());
    }
    return plain(asked, options).then(function (answer) {
      if (ours && (answer.status === 401 || answer.status === 403)) {
        answer.clone().json().then(function (said) { if (said.error) tell(said.error.message); }, function () {});
      }
      return answer;
    });
  };
  window.zhibiao = Object.assign(window.zhibiao || {}, { csrf: token, renew: renew, tell: tell });

  window.addEventListener("focus", function () { if (document.getElementById("lost")) renew(); });

  document.addEventListener("click", function (event) {
    var tongue = event.target.closest && event.target.closest("a[data-lang]");
    if (!tongue) return;
    event.preventDefault();
    var query = new URLSearchParams(location.search);
    query.set("lang", tongue.dataset.lang);
    location.search = query.toString();
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.proved || form.getAttribute("action") === "/login") return;
    event.preventDefault();
    var pressed = event.submitter;
    renew().then(function (accepted) {
      if (!accepted) return;
      form.dataset.proved = "1";
      form.requestSubmit(pressed || undefined);
      delete form.dataset.proved;
    }, function () { tell("连不上服务。这一步没有做，填写的内容还在页面上：请稍后再试。"); });
  });

  // On a phone the navigation is a strip: where one is must be in sight.
  document.addEventListener("DOMContentLoaded", function () {
    var here = document.querySelector(".side .nav-link.current"), strip = here && here.closest(".side > ul");
    if (strip && strip.scrollWidth > strip.clientWidth) {
      strip.scrollLeft = here.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - here.offsetWidth) / 2;
    }
  });

  // A page that is a document is loaded as one, also from a link that the application would follow itself.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    var documents = document.querySelector("meta[name=documents]");
    if (!link || !documents || link.origin !== location.origin) return;
    if (documents.content.split(" ").indexOf(link.pathname) >= 0) event.stopPropagation();
  }, true);

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-scheme=toggle]")) return;
    var root = document.documentElement;
    var next = root.getAttribute("data-mantine-color-scheme") === "dark" ? "light" : "dark";
    root.setAttribute("data-mantine-color-scheme", next);
    try { localStorage.setItem("mantine-color-scheme-value", next); } catch (e) { /* storage may be closed */ }
  });
})();
