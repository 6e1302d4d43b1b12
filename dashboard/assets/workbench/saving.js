// Questions that are kept on the server: the list beside the editor, keeping, sharing and forgetting.
import { ask, at, make, say } from "./common.js";

export async function showSaved(desk, open) {
  const { saved = [], error } = await ask("/sql/saved", null, "GET");
  const box = at("wb-saved");
  if (error) return box.replaceChildren(make("li", { className: "about", textContent: error.message }));
  if (!saved.length) {
    const said = desk.facts.keeps ? "还没有。写好查询后按“保存…”。" : "登录后可以把查询存在服务器上，共享给所有人。";
    return box.replaceChildren(make("li", { className: "about", textContent: said }));
  }
  box.replaceChildren(...saved.map((one) => {
    const facts = [one.own ? (one.shared ? "已共享" : "只有自己") : `${one.account} 共享`, one.asOf ? `截至 ${one.asOf}` : "", one.savedAt];
    const button = make("button", { type: "button", className: "wb-link" }, make("span", { textContent: one.title }), make("small", { textContent: facts.filter(Boolean).join(" · ") }));
    button.onclick = () => open(one);
    return make("li", {}, button);
  }));
}

// The small form under the editor: a name, whether to share, and what to do.
export function keepForm(desk, question, done) {
  const box = at("wb-keep");
  if (!box.hidden) { box.hidden = true; return; }
  if (!desk.facts.keeps) return say("登录后可以把查询存在服务器上，共享给所有人。现在可以“复制链接”，链接里有整条查询。", "bad");
  const { saved } = desk.tab;
  const own = saved && saved.own;
  const title = make("input", { id: "wb-keep-title", value: saved ? saved.title : "", maxLength: 80, size: 28, autocomplete: "off" });
  const shared = make("input", { id: "wb-keep-shared", type: "checkbox", checked: Boolean(own && saved.shared) });
  const button = (word, className, act) => Object.assign(make("button", { type: "button", className, textContent: word }), { onclick: act });
  const keep = (number) => async () => {
    const kept = await ask("/sql/save", { ...question(), title: title.value, shared: shared.checked, ...(number ? { number } : {}) });
    if (kept.error) return say(kept.error.message, "bad");
    box.hidden = true;
    say(`已存为“${kept.title}”${kept.shared ? "，所有能查询的人都能打开" : ""}。“复制链接”得到它的网址。`, "good");
    done(kept);
  };
  const forget = async () => {
    if (!window.confirm(`删去存着的“${saved.title}”？编辑器里的文字不变。`)) return;
    const { error } = await ask("/sql/forget", { number: saved.number });
    if (error) return say(error.message, "bad");
    box.hidden = true;
    say(`已删去“${saved.title}”。`, "good");
    done(null);
  };
  const buttons = own ? [button("保存改动", "button", keep(saved.number)), button("另存", "wb-plain", keep(null)), button("删去", "wb-plain", forget)] : [button("保存", "button", keep(null))];
  box.replaceChildren(
    make("label", { htmlFor: "wb-keep-title", textContent: "名称" }), title,
    make("label", { className: "wb-check" }, shared, "共享给所有人"), ...buttons,
    button("取消", "wb-link", () => { box.hidden = true; }),
  );
  box.hidden = false;
  title.focus();
}
