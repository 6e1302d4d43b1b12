"""审核: everything that waits, longest first: its state, since when, with whom, what was found, what would change.

What is clean can be approved from here, many at once; the rest is looked at one by one on the page of the submission.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import access
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.fields import choice, tick
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import empty, panel
from dashboard.parts.review import TONES
from dashboard.work import jobs
from etl.changes import Kind
from etl.differences import kinds
from etl.reviewing import Waiting, hindrance, queue
from etl.way import Way
from indicators.findings import Severity
from indicators.periods import Period
from warehouse.accounts import may
from warehouse.errors import told

WORDS = ("待审核", "已审核待发布", "已退回", "待说明", "待改正")
HOLDERS = {
    "待审核": "统计局审核人员",
    "已审核待发布": "统计局发布人员",
    "已退回": "填报单位",
    "待说明": "填报单位",
    "待改正": "填报单位",
}
_TONES = {"待审核": "warn", "已审核待发布": "good", "已退回": "bad", "待说明": "warn", "待改正": "bad"}
_LONG, _TOO_LONG = 3, 7  # days
_EMPTY = {
    "待审核": ("没有待审核的报送。", "部门提交的报表会出现在这里；谁还欠着，见“催报”。"),
    "已审核待发布": ("没有已审核、待发布的报送。", "审核通过的会出现在这里，由发布人员在“发布”页发布。"),
    "已退回": ("没有退回后还未重报的报送。", ""),
    "待说明": ("没有等部门说明的报送。", ""),
    "待改正": ("没有等部门改正的报送。", ""),
}
_FILTERS = ("period", "department", "form")


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 审核; `state` chooses the tab, period, department and form narrow it."""
    waiting = queue(way)
    asked = {key: query.get(key, "")[:40] for key in _FILTERS}
    narrowed = [one for one in waiting if _matches(one, asked)]
    word = query.get("state", "") if query.get("state") in WORDS else WORDS[0]
    shown = _with_changes(edition, way, [one for one in narrowed if one.word == word])
    return [
        html.H1(_sentence(way, waiting), className="sentence"),
        _told(way, query.get("told", "")),
        _tabs(narrowed, word, asked),
        _filter(way, waiting, word, asked),
        _list(way, shown, word, any(asked.values())),
    ]


def _matches(one: Waiting, asked: Mapping[str, str]) -> bool:
    return all(not wanted or getattr(one.held, key) == wanted for key, wanted in asked.items())


def _with_changes(edition: Edition, way: Way, shown: Sequence[Waiting]) -> list[Waiting]:
    """The same with what each would change; that depends on the submission and the generation alone, so it is kept."""
    kept: dict[str, Counter[Kind]] = edition.once("kinds", dict)
    kept.update(kinds(way, [one.held for one in shown if one.held.id not in kept]))
    return [replace(one, changes=kept[one.held.id]) for one in shown]


def _sentence(way: Way, waiting: Sequence[Waiting]) -> str:
    counted = {word: [one for one in waiting if one.word == word] for word in WORDS}
    first = counted["待审核"]
    if not first:
        said = "没有待审核的报送"
    else:
        oldest = first[0]
        since = f"等了 {oldest.days} 天" if oldest.days else "今天提交"
        said = f"{len(first)} 份报送待审核，最久的是{_who(way, oldest)}，{since}"
    rest = [f"{len(found)} 份{word}" for word, found in counted.items() if found and word != "待审核"]
    return "；".join([said, "、".join(rest)] if rest else [said]) + "。"


def _who(way: Way, one: Waiting) -> str:
    form = way.catalogue.forms.get(one.held.form)
    return f"{_department(way, one.held.department)}《{form.name if form else one.held.form}》"


def _department(way: Way, code: str) -> str:
    unit = way.catalogue.departments.get(code)
    return unit.short if unit else code


def _told(way: Way, token: str) -> html.Section | None:
    """What became of each submission that was approved with others; only for those that were refused."""
    job = jobs.look(way.folder, "approvals", token) if token else None
    if job is None or job.who != way.actor:
        return None
    refused = [one for one in job.result["outcomes"] if not one["done"]]
    if not refused:
        return None
    items = [
        html.Li([html.A(one["id"], href=f"/submission?id={one['id']}"), html.P(one["sentence"])]) for one in refused
    ]
    about = "其余已审核通过；下面这些没有改动。"
    return panel("没有通过的", about, html.Ul(items, className="outcomes"), name="refused")


def _tabs(narrowed: Sequence[Waiting], word: str, asked: Mapping[str, str]) -> html.Nav:
    links = []
    for one in WORDS:
        count = sum(waiting.word == one for waiting in narrowed)
        href = "/review?" + urlencode({"state": one, **{k: v for k, v in asked.items() if v}})
        here: dict[str, Any] = aria(current="page") if one == word else {}
        links.append(
            html.A([one, html.B(f" {count}")], href=href, className="seg on" if one == word else "seg", **here)
        )
    return html.Nav(html.Div(links, className="segs"), **aria(label="按状态"))


def _filter(way: Way, waiting: Sequence[Waiting], word: str, asked: Mapping[str, str]) -> html.Form | None:
    if not waiting:
        return None
    held = [one.held for one in waiting]
    periods = [(p.code, p.label) for p in sorted({Period.parse(one.period) for one in held}, reverse=True)]
    departments = [(code, _department(way, code)) for code in dict.fromkeys(sorted(one.department for one in held))]
    forms = [(code, f"{way.catalogue.forms[code].name}") for code in dict.fromkeys(sorted(one.form for one in held))]
    every = [("", "全部")]
    return html.Form(
        [
            choice("period", "报告期", every + periods, asked["period"]),
            choice("department", "部门", every + departments, asked["department"]),
            choice("form", "报表", every + forms, asked["form"]),
            html.Button("筛选", type="submit", name="state", value=word, className="plain-button"),
        ],
        action="/review",
        method="get",
        className="narrow",
    )


def _list(way: Way, shown: Sequence[Waiting], word: str, narrowed: bool) -> html.Section:
    if not shown:
        what, then = _EMPTY[word]
        if narrowed:
            what, then = f"按这样筛选，{what}", "可把上面的筛选改为“全部”。"
        return panel(word, "", empty(what, then), name="queue", wide=True)
    picks = word == "待审核" and way.known is not None and may(way.known.role, "approve")
    head = [*([""] if picks else []), "部门与报表", "报告期", "进入这一步", "审核发现", "变动", "在谁手里", ""]
    table = lines(head, [_row(way, one, picks) for one in shown], word)
    if not picks:
        return panel(f"{word} {len(shown)} 份", "等得最久的在前。", table, name="queue", wide=True)
    clean = sum(one.clean and not hindrance(way, one.held) for one in shown)
    about = "等得最久的在前。预先勾选的是没有核实性发现、也不改动已发布数的；其余请逐份看过再定。"
    button = html.Button("通过勾选的报送", type="submit", className="button")
    said = html.Span(f"预先勾选了 {clean} 份。每份各记一条审计，提交人自己的不会通过。", className="about")
    deed = access.form("/work/review/approve-many", table, html.Div([button, said], className="deed-row"))
    return panel(f"待审核 {len(shown)} 份", about, deed, name="queue", wide=True)


def _row(way: Way, one: Waiting, picks: bool) -> html.Tr:
    held, why = one.held, hindrance(way, one.held)
    pick: Any = html.Span("—", title=why) if why else tick("pick", f"{held.id} {held.stand}", one.clean, _who(way, one))
    since = [html.Span(_days(one), className=f"pill tone-{_urgency(one)}"), html.Small(told(held.state_at))]
    who = f"（{held.state_by}）" if one.word in ("已审核待发布", "已退回") else ""
    if held.withdrawn:
        who = f"（{held.state_by}撤回）"
    return html.Tr(
        [
            *([cell("勾选", pick)] if picks else []),
            name(html.A(_who(way, one), href=f"/submission?id={held.id}"), f"{held.id}　{held.file_name}"),
            cell("报告期", Period.parse(held.period).label),
            cell("进入这一步", since),
            cell("审核发现", _found(one)),
            cell("变动", _changes(one)),
            cell("在谁手里", f"{HOLDERS[one.word]}{who}"),
            cell("", html.A("审核" if one.word == "待审核" and not why else "看", href=f"/submission?id={held.id}")),
        ]
    )


def _days(one: Waiting) -> str:
    return f"{one.days} 天" if one.days else "今天"


def _urgency(one: Waiting) -> str:
    if one.word == "已审核待发布":
        return "quiet"
    return "bad" if one.days >= _TOO_LONG else "warn" if one.days >= _LONG else "quiet"


def _found(one: Waiting) -> Any:
    soft, hard = one.found.get(Severity.SOFT, 0), one.found.get(Severity.HARD, 0)
    if hard:
        return html.Span(f"强制性 {hard}", className="pill tone-bad")
    if not soft:
        return html.Span("没有核实性发现", className="muted")
    return f"核实性 {soft}，{one.unexplained} 条待说明" if one.unexplained else f"核实性 {soft}，都有说明"


def _changes(one: Waiting) -> Any:
    parts = [
        html.Span(f"{kind.label} {one.changes[kind]}", className=f"support tone-{TONES[kind]}")
        for kind in (Kind.REVISED, Kind.WITHDRAWN, Kind.DROPPED, Kind.NEW, Kind.UNCHANGED)
        if one.changes.get(kind)
    ]
    return html.Span(parts, className="supports") if parts else "—"
