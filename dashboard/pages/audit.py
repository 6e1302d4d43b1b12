"""审计: what was done, by whom, when, from where, to what, with which result; and whether the chain is whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.form import button, choice, field
from dashboard.parts.panel import empty, panel
from etl.way import Way
from warehouse import audit
from warehouse.audit import Sought
from warehouse.errors import told
from warehouse.moments import day_begins, day_ends
from warehouse.operations import consulting

PAGE = 100
_FIELDS = ("who", "act", "object", "result", "since", "until")
_RESULTS = {"ok": "做成", "refused": "被拒绝", "failed": "没做成", "blocked": "有发现挡住"}
_TONES = {"ok": "good", "refused": "bad", "failed": "bad", "blocked": "warn"}
WORDS = {
    "account": "账户", "backup": "备份",
    "command": "命令", "folder": "数据文件夹", "generation": "代", "mapping": "对照表",
    "period": "报告期", "programme": "督查方案", "request": "网页请求", "session": "登录", "submission": "报送",
    "sql": "查询", "targets": "目标", "task": "督查任务", "token": "令牌", "web": "网页操作", "audit": "审计",
}  # fmt: skip
_SAID = {
    "why": "原因", "reason": "原因", "role": "角色", "department": "单位", "method": "方式", "needs": "需要",
    "count": "数量", "arguments": "参数", "file": "文件", "subject": "统一身份标识", "steps": "步骤", "note": "说明",
}  # fmt: skip
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_VALUES = {"password": "口令", "oidc": "统一身份认证"}


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 审计 for what the address asks for."""
    asked = {name: query.get(name, "").strip() for name in _FIELDS}
    sought, complaint = _sought(asked, query.get("before", ""))
    with consulting(way.folder) as conn:
        found = audit.find(conn, sought, PAGE + 1)
        number, _ = audit.head(conn)
        acts = audit.acts(conn)
    more = len(found) > PAGE
    return [
        html.H1(f"审计链上有 {number:,} 条记录。", className="sentence"),
        html.P(complaint, className="notice", role="status") if complaint else None,
        _state(way, query),
        _filters(asked, acts),
        _records(found[:PAGE], asked, more),
    ]


def _sought(asked: dict[str, str], before: str) -> tuple[Sought, str]:
    wrong = []
    days: dict[str, date | None] = {"since": None, "until": None}
    for name in days:
        try:
            days[name] = date.fromisoformat(asked[name]) if asked[name] else None
        except ValueError:
            wrong.append(f"日期“{asked[name]}”看不懂，没有按它筛选；请写成 2026-06-30 的样子。")
    since, until = days["since"], days["until"]
    return (
        Sought(
            asked["who"], asked["act"], asked["object"], asked["result"],
            day_begins(since) if since else None, day_ends(until) if until else None,
            int(before) if before.isdecimal() and len(before) < 16 else None,
        ),
        "".join(wrong),
    )  # fmt: skip


def _state(way: Way, query: dict[str, str]) -> html.Section:
    ask = html.Form(
        [html.Button("核对整条链", type="submit", name="verify", value="1", className="button-plain")], action="/audit"
    )
    if query.get("verify") != "1":
        return panel("链是否完整", "逐条重算摘要，并与库外锚点比较；记录多时要等几秒。", ask, name="chain")
    problems = audit.verify(way.folder)
    if not problems:
        whole = html.P("完整：没有改动、删除、插入、调换或截断。", className="told tone-good", role="status")
        return panel("链是否完整", "", whole, name="chain")
    shown = html.Ul([html.Li(problem) for problem in problems[:20]], className="told tone-bad", role="alert")
    next_ = f"共 {len(problems)} 处。请不要再改动数据，立即保全数据文件夹，告诉系统管理员和审计人员。"
    return panel("链不完整", next_, shown, name="chain")


def _filters(asked: dict[str, str], acts: list[str]) -> html.Section:
    kinds = {"": "全部"} | {f"{k}.": WORDS.get(k, k) for k in dict.fromkeys(a.partition(".")[0] for a in acts)}
    kinds |= {one: f"　{one}" for one in acts}
    form = html.Form(
        [
            field("who", "谁", asked["who"], autoComplete="off"),
            choice("act", "做了什么", kinds, asked["act"]),
            field("object", "对象", asked["object"], autoComplete="off"),
            choice("result", "结果", {"": "全部"} | _RESULTS, asked["result"]),
            field("since", "自", asked["since"], placeholder="2026-01-01"),
            field("until", "至", asked["until"], placeholder="2026-12-31"),
            button("筛选"),
        ],
        action="/audit",
        className="form form-row",
    )
    return panel("筛选", "", form, name="filter", wide=True)


def _records(found: list[dict[str, Any]], asked: dict[str, str], more: bool) -> html.Section:
    if not found:
        return panel("记录", "", empty("没有符合的记录。", "可以放宽筛选。"), name="records", wide=True)
    words = ("序号", "时间", "谁", "做了什么", "对象", "结果", "从哪里", "详情")
    head = html.Thead(html.Tr([html.Th(word, scope="col") for word in words]))
    table = html.Table([head, html.Tbody([_row(one) for one in found])], className="list")
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="审计记录，可左右滚动"))
    kept = {name: text for name, text in asked.items() if text}
    older = f"/audit?{urlencode(kept | {'before': found[-1]['sequence']})}"
    turn = html.A("更早的记录", href=older, className="button-plain") if more else html.P("到头了。", className="about")
    return panel("记录", "新的在前，时间为北京时间。", box, turn, name="records", wide=True)


def _row(one: dict[str, Any]) -> html.Tr:
    result = str(one["result"])
    said = json.loads(one["detail"] or "{}")
    detail = "；".join(f"{_SAID.get(k, k)}：{_VALUES.get(str(v), v)}" for k, v in said.items() if v not in _NOTHING)
    kind = WORDS.get(str(one["act"]).partition(".")[0], "")
    return html.Tr(
        [
            html.Td(html.Span(one["sequence"], title=f"摘要 {one['hash'][:16]}")),
            html.Td(told(one["at"]), className="when"),
            html.Td(one["who"], className="when"),
            html.Td([kind, html.Small(one["act"])]),
            html.Td(one["object"]),
            html.Td(html.Span(_RESULTS.get(result, result), className=f"pill tone-{_TONES.get(result, 'quiet')}")),
            html.Td(one["place"]),
            html.Td(detail[:400], className="wide-text"),
        ]
    )
