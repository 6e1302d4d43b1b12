// What was asked in this browser: when, of which generation, how many rows came and how long it took.
import { at, count, kept, make } from "./common.js";
import { sameQuestion } from "./tabs.js";

const KEPT = 40;
let store = null;

export function openPast(account) { store = kept(`zhibiao-sql-past:${account}`); }

export function remember(question, answer, milliseconds) {
  const entry = { ...question, at: new Date().toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }), rows: answer.count, cut: answer.truncated, milliseconds, of: answer.generation };
  store.write([entry, ...store.read([]).filter((one) => !sameQuestion(one, entry))].slice(0, KEPT));
}

export function showPast(open) {
  at("wb-history").replaceChildren(...store.read([]).map((one) => {
    const first = one.sql.split("\n").map((line) => line.trim()).find(Boolean)?.replace(/^-- */, "") || "";
    const facts = `${one.at} · 第 ${one.of} 代${one.asOf ? ` · 截至 ${one.asOf}` : ""} · ${count(one.rows)} 行${one.cut ? "（截断）" : ""} · ${one.milliseconds} 毫秒`;
    const button = make("button", { type: "button", className: "wb-link" }, make("code", { textContent: first }), make("small", { textContent: facts }));
    button.onclick = () => open(one);
    return make("li", {}, button);
  }));
}
