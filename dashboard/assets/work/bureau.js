// The bureau's pages: work under way is asked about until it is done, a text is copied, long filters act at once.
(function () {
  var watched = document.querySelector("[data-watch]");

  function ask() {
    fetch(watched.dataset.watch, { headers: { Accept: "application/json" }, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) return;
      return answer.json().then(function (said) {
        var stage = watched.querySelector(".stage");
        if (said.state === "running") {
          if (stage) stage.textContent = said.stage + "……";
          setTimeout(ask, 700);
        } else {
          location.reload();
        }
      });
    }, function () { setTimeout(ask, 3000); });
  }
  if (watched) setTimeout(ask, 400);

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy]");
    if (!button) return;
    var box = document.getElementById(button.dataset.copy);
    var done = function () { button.textContent = "已复制"; setTimeout(function () { button.textContent = "复制文字"; }, 2000); };
    var select = function () { box.focus(); box.select(); button.textContent = "已选中，请按 Ctrl+C"; };
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(box.value).then(done, select);
    else select();
  });

  document.querySelectorAll("form.narrow[method=get] select").forEach(function (select) {
    select.addEventListener("change", function () {
      var button = select.form.querySelector("button[type=submit]");
      select.form.requestSubmit(button || undefined);
    });
  });
})();
