"""审计: what was done, by whom, when, from where, to what, with which result; and whether the chain is whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.edition import Edition
from dashboard.parts.audit_words import KINDS, RESULTS, act, details
from dashboard.parts.form import button, choice, field
from dashboard.parts.lines import cell, lines
from dashboard.parts.panel import empty, panel
from etl.way import Way
from warehouse import audit
from warehouse.audit import Sought
from warehouse.errors import told
from warehouse.moments import day_begins, day_ends
from warehouse.operations import consulting

PAGE = 100
_HASHED = 32  # characters from which a word is a hash
_FIELDS = ("who", "act", "object", "result", "since", "until")
_TONES = {"ok": "good", "refused": "bad", "failed": "bad", "blocked": "warn"}


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
    kinds = {"": "全部"} | {f"{k}.": KINDS.get(k, k) for k in dict.fromkeys(a.partition(".")[0] for a in acts)}
    kinds |= {one: f"　{act(one)}（{one}）" for one in acts}
    form = html.Form(
        [
            field("who", "谁", asked["who"], autoComplete="off"),
            choice("act", "做了什么", kinds, asked["act"]),
            field("object", "对象", asked["object"], autoComplete="off"),
            choice("result", "结果", {"": "全部"} | RESULTS, asked["result"]),
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
    box = lines(words, [_row(one) for one in found], "审计记录")
    kept = {name: text for name, text in asked.items() if text}
    older = f"/audit?{urlencode(kept | {'before': found[-1]['sequence']})}"
    turn = html.A("更早的记录", href=older, className="button-plain") if more else html.P("到头了。", className="about")
    return panel("记录", "新的在前，时间为北京时间。", box, turn, name="records", wide=True)


def _row(one: dict[str, Any]) -> html.Tr:
    result = str(one["result"])
    detail = details(json.loads(one["detail"] or "{}"))
    return html.Tr(
        [
            cell("序号", html.Span(one["sequence"], title=f"摘要 {one['hash'][:16]}"), "muted"),
            cell("时间", told(one["at"]), "when"),
            cell("谁", one["who"] or "—", "when"),
            cell("做了什么", [act(str(one["act"])), html.Small(one["act"])], "act"),
            cell("对象", _object(str(one["object"])), "object"),
            cell("结果", html.Span(RESULTS.get(result, result), className=f"pill tone-{_TONES.get(result, 'quiet')}")),
            cell("从哪里", one["place"] or "—"),
            cell("详情", detail or "—", "wide-text"),
        ]
    )


def _object(said: str) -> Any:
    """What an act was about; of a file's hash the beginning, the whole of it on hover."""
    if len(said) > _HASHED and said.isalnum():
        return html.Span(f"{said[:12]}…", title=said)
    return said or "—"
