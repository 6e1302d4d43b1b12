"""到期日历: a month of what is due: returns by the catalogue, tasks and milestones in hand, their quarterly reports.

A month is a table on a desk and a list of days on a phone. It is made of the generation and the catalogue, so it is the
same for everybody; who has reported stands on 报送, what was done with a task on its page.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.panel import empty
from dashboard.parts.task_filters import choice
from dashboard.parts.tasks import address, short
from etl.programmes import programmes_of
from etl.status import expected
from etl.way import Way, enter_way
from indicators.catalogue.model import Form
from indicators.periods import Period
from indicators.tasks.duties import quarter_of
from warehouse import task_board
from warehouse.moments import beijing_day, utc_now

WEEK = "一二三四五六日"
KINDS = {"return": "报表报送期限", "task": "任务和节点时限", "report": "任务进展报送期限"}
SHOWN = 5  # of a day, before the rest is folded up
_EARLIEST, _LATEST = 2000, 2100


@dataclass(frozen=True)
class Due:
    """One thing that is due on a day; `href` is where it is dealt with."""

    day: date
    kind: str
    text: str
    href: str


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 到期日历 for what the address asks for."""
    way = enter_way(edition.folder, "", "网页")
    first, complaint = _month(query.get("month", ""))
    department = query.get("department", "")
    if department not in edition.names.departments:
        complaint += f"没有单位“{department[:20]}”，显示的是全部单位。" if department else ""
        department = ""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    found = sorted(_due(edition, way, first, last, department), key=lambda one: (one.day, one.kind, one.text))
    many = {word: sum(one.kind == kind for one in found) for kind, word in KINDS.items()}
    counts = [f"{word}{count}项" for word, count in many.items() if count]
    return [
        html.H1(f"{first.year}年{first.month}月到期：{'，'.join(counts) or '没有'}。", className="sentence"),
        html.P(complaint, className="notice", role="status") if complaint else None,
        _head(edition, first, department),
        html.Div(
            [_key(), _table(first, found) if found else empty("这个月没有到期的报表和任务。")], className="panel wide"
        ),
    ]


def _month(text: str) -> tuple[date, str]:
    try:
        year, month = (int(part) for part in text.split("-"))
        if _EARLIEST <= year <= _LATEST:
            return date(year, month, 1), ""
    except ValueError:
        pass
    said = f"月份“{text[:20]}”看不懂，显示的是本月。请写成 2026-10。" if text else ""
    return beijing_day(utc_now()).replace(day=1), said


def _due(edition: Edition, way: Way, first: date, last: date, department: str) -> Iterator[Due]:
    yield from _returns(way, first, last, department)
    held = edition.generation
    if not task_board.has_tasks(held):
        return
    for row in task_board.due_between(held, first, last, department):
        what = f"{row['title']}：{row['node']}" if row["node"] else row["title"]
        mark = "（示例）" if row["example"] else ""
        yield Due(row["day"], "task", f"{short(edition.names, row['lead'])} {what}{mark}", address(row["code"]))
    days = programmes_of(way).rules.report_days
    for quarter in (quarter_of(first).shift(-1), quarter_of(first)):
        day = quarter.end + timedelta(days=days)
        if first <= day <= last:
            yield Due(day, "report", f"在办任务报{quarter.label}进展", _board(department))


def _board(department: str) -> str:
    return f"/tasks?{urlencode({'department': department})}" if department else "/tasks"


def _returns(way: Way, first: date, last: date, department: str) -> Iterator[Due]:
    for form in way.catalogue.forms.values():
        mine = [code for code in form.departments if department in ("", code)]
        for period in _periods(form, first) if mine else ():
            day = period.end + timedelta(days=form.due_days)
            if first <= day <= last and expected(form, period):
                many = f"（{len(mine)}个单位）" if len(mine) > 1 else ""
                yield Due(day, "return", f"{form.name} {period.label}{many}", f"/returns?period={period.code}")


def _periods(form: Form, first: date) -> Iterator[Period]:
    """The periods of a form whose due day can lie in the month."""
    each = {"A": 1, "H": 2, "Q": 4, "M": 12}.get(form.frequency, 0)
    for year in (first.year - 1, first.year):
        for index in range(1, each + 1):
            yield Period(year, form.frequency, index)


def _head(edition: Edition, first: date, department: str) -> html.Div:
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    units = [("", "全部单位"), *((code, short(edition.names, code)) for code in edition.names.departments)]
    form = html.Form(
        [
            dcc.Input(type="hidden", name="month", value=f"{first:%Y-%m}"),
            choice("department", "单位", units, department),
            html.Button("筛选", type="submit", className="button"),
        ],
        action="/calendar",
        method="get",
        className="filters plain-filters",
        **aria(label="筛选单位"),
    )
    ways = [html.A(word, href=_address(day, department), className="seg") for word, day in
            (("上个月", before), ("本月", beijing_day(utc_now())), ("下个月", after))]  # fmt: skip
    return html.Div([html.Div(ways, className="segs"), form], className="month-head")


def _address(day: date, department: str) -> str:
    pairs = {"month": f"{day:%Y-%m}", "department": department}
    return f"/calendar?{urlencode({k: v for k, v in pairs.items() if v})}"


def _key() -> html.Ul:
    return html.Ul([html.Li(word, className=f"due-{kind}") for kind, word in KINDS.items()], className="due-kinds")


def _table(first: date, found: Sequence[Due]) -> html.Table:
    by_day: dict[date, list[Due]] = {}
    for one in found:
        by_day.setdefault(one.day, []).append(one)
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    head = html.Tr([html.Th(f"星期{name}", scope="col") for name in WEEK])
    body = [html.Tr([_day(day, first, by_day) for day in week]) for week in weeks]
    return html.Table([html.Thead(head), html.Tbody(body)], className="month")


def _day(day: date, first: date, by_day: Mapping[date, list[Due]]) -> html.Td:
    if day.month != first.month:
        return html.Td("", className="outside")
    mine = by_day.get(day, [])
    states = ["today"] if day == beijing_day(utc_now()) else []
    states += ["weekend"] if day.weekday() > 4 else []
    states += ["idle"] if not mine else []
    number: dict[str, Any] = {"data-week": f"星期{WEEK[day.weekday()]}"}
    items = [html.Li(html.A(one.text, href=one.href), className=f"due-{one.kind}") for one in mine]
    shown: list[Any] = [html.Ul(items)]
    if len(items) > SHOWN:
        rest = html.Details([html.Summary(f"还有{len(items) - SHOWN}项"), html.Ul(items[SHOWN:])])
        shown = [html.Ul(items[:SHOWN]), rest]
    return html.Td([html.Span(str(day.day), className="day", **number), html.Div(shown)], className=" ".join(states))
