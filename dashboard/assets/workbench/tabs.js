// The tabs of the workbench: several questions side by side, kept in this browser, so that they survive a reload.
import { at, kept, make } from "./common.js";

const MOST = 12;
let store = null;
let number = 0;

export function openTabs(account) {
  store = kept(`zhibiao-sql-tabs:${account}`);
  const held = store.read({ tabs: [], current: 0 });
  const tabs = (held.tabs || []).filter((one) => typeof one.sql === "string").map((one) => newTab(one));
  return { tabs, tab: tabs[Math.min(held.current || 0, tabs.length - 1)] || null };
}

// `expect` is the hash that a link promised.
export function newTab(question) {
  const { sql = "", params = {}, asOf = "", generation = null, saved = null, chart = null, ran = false, expect = "" } = question;
  return { id: ++number, sql, params: { ...params }, asOf: asOf || "", generation, saved, chart, ran, expect, state: null, result: null };
}

// Whether two questions are the same: in their text, in what fills their parameters, in the day they are asked as of.
export function sameQuestion(one, other) {
  const filled = ({ params }) => JSON.stringify(Object.entries(params || {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return one.sql === other.sql && (one.asOf || "") === (other.asOf || "") && filled(one) === filled(other);
}

export function keepTabs(desk) {
  const plain = ({ sql, params, asOf, generation, saved, chart, ran }) => ({ sql, params, asOf, generation, saved, chart, ran });
  store.write({ tabs: desk.tabs.map(plain), current: desk.tabs.indexOf(desk.tab) });
}

export function titleOf(tab) {
  if (tab.saved) return tab.saved.title;
  const first = tab.sql.split("\n").map((line) => line.trim()).find(Boolean) || "";
  return first.replace(/^-- */, "").slice(0, 24) || "新查询";
}

export function showTabs(desk, change, close) {
  const items = desk.tabs.map((tab) => {
    const title = titleOf(tab);
    const open = make("button", { type: "button", className: "wb-tab-name", textContent: title, title });
    if (tab === desk.tab) open.setAttribute("aria-current", "true");
    open.onclick = () => change(tab);
    const parts = [open];
    if (desk.tabs.length > 1) {
      const shut = make("button", { type: "button", className: "wb-tab-shut", textContent: "×" });
      shut.setAttribute("aria-label", `关闭“${title}”`);
      shut.onclick = () => close(tab);
      parts.push(shut);
    }
    return make("li", { className: tab === desk.tab ? "wb-tab current" : "wb-tab" }, ...parts);
  });
  const add = make("button", { type: "button", className: "wb-tab-add", textContent: "＋", disabled: desk.tabs.length >= MOST });
  add.setAttribute("aria-label", "新开一个查询");
  add.onclick = () => change(null);
  const list = make("ul", {}, ...items, make("li", { className: "wb-tab" }, add));
  list.setAttribute("aria-label", "打开的查询");
  at("wb-tabs").replaceChildren(list);
}

export const full = (desk) => desk.tabs.length >= MOST;
