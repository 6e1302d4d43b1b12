"""任务清单: a whole list at once, by workbook: a department's progress of a quarter, the bureau's programmes, owners.

Who reports finds first what is still owed. A list is taken whole or not at all; what keeps it out stands beside the
sheet as it was sent, a sentence for each cell (`etl.tasks_import` decides, here it is shown).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dash import dcc, html

from dashboard import access, wording
from dashboard.edition import Edition
from dashboard.parts.fields import Field
from dashboard.parts.findings import Listing, jump_list, marked_sheets, numbered, wanted
from dashboard.parts.panel import panel
from dashboard.parts.task_filters import choice
from dashboard.parts.tasks import address, example_mark, short
from etl.drawing import pictures
from etl.programmes import programmes_of
from etl.tasks_import import Imported
from etl.way import Way
from indicators.periods import Period
from indicators.tasks.duties import quarter_of
from indicators.tasks.task import Task
from warehouse import tasks
from warehouse.accounts import may
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import consulting

_QUARTERS = 4
Typed = Mapping[str, str]


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 任务清单."""
    return page(edition, way, {})


def page(edition: Edition, way: Way, typed: Typed, trouble: str = "") -> list[Any]:
    """The same with what was chosen for a list that was refused, and why."""
    known = programmes_of(way).programmes
    with consulting(way.folder) as conn:
        titles = {one.code: f"{one.year}年：{one.title}" for one in tasks.registered(conn)}
        held = tasks.tasks(conn)
    bureau = may(way.account.role, "task_assign")
    if bureau:
        titles |= {
            code: f"{one.year}年：{one.title}（随目录，尚未登记）" for code, one in known.items() if code not in titles
        }
    ended = quarter_of(beijing_day(utc_now())).shift(-1)
    mine = held if bureau else [t for t in held if way.account.department in (t.lead, *t.responsible)]
    owed = [t for t in mine if t.state.in_hand and _was_in_hand(t, ended) and t.report_for(ended.code) is None]
    return [
        html.H1(_sentence(bureau, titles, mine, owed, ended), className="sentence"),
        html.P(trouble, className="told tone-bad", role="alert") if trouble else None,
        html.Div([_fetch(titles, typed, bureau), _send(titles, typed, bureau, ended)], className="pair"),
        _owed(edition, owed, ended, programmes_of(way).rules.report_days),
    ]


def refused(data: bytes, name: str, made: Imported) -> list[Any]:
    """What keeps a list out, beside its sheet."""
    found = numbered(made.findings)
    drawn = pictures(data, name, wanted(found))
    listing = Listing(drawn, {})
    hard = sum(one.severity.value == "hard" for _, one in found)
    beside = html.Div(
        [html.Div(listing.groups(found)), html.Div(marked_sheets(drawn, found), className="sheets")],
        className="found-beside",
    )
    return [
        html.H1(f"{name}：有{hard}处要改正，一项也没有导入。", className="sentence"),
        html.P(["改正后回到", html.A("任务清单", href="/tasklist"), "重新导入；清单里别的行也都没有导入。"]),
        jump_list(found),
        panel("审核发现", "每一处都写着在哪一格、为什么、怎么办。", beside, name="findings", wide=True),
        html.Script(src="/assets/work/filing.js"),
    ]


def _was_in_hand(task: Task, quarter: Period) -> bool:
    return any(s.since <= quarter.end and (s.until is None or s.until > quarter.end) for s in task.in_hand)


def _sentence(
    bureau: bool, titles: Mapping[str, str], mine: Sequence[Task], owed: Sequence[Task], ended: Period
) -> str:
    late = f"{ended.label}进展还有{len(owed)}项没有报" if owed else f"{ended.label}进展都已报了"
    if not mine:
        return "还没有登记任务。" if bureau else "本单位没有牵头或负责的任务。"
    if bureau:
        unset = sum(not task.lead for task in mine)
        return f"登记了{len({t.programme for t in mine})}个工作要点、{len(mine)}项任务，{unset}项还没有分解；{late}。"
    return f"本单位牵头或负责{len(mine)}项任务；{late}。"


def _fetch(titles: Mapping[str, str], typed: Typed, bureau: bool) -> html.Section:
    about = (
        "填好已登记的任务、牵头单位、责任单位和时限；选“空白清单”，用来登记别的年份的工作要点。"
        if bureau
        else "填好本单位的任务；在序时进度、进展情况、存在问题、下步措施四栏填本季的情况。"
    )
    options = list(titles.items()) + ([("", "空白清单")] if bureau or not titles else [])
    form = html.Form(
        [
            choice("programme", "工作要点", options, typed.get("programme", options[0][0]), "fetch-programme"),
            html.Button("下载任务清单", type="submit", className="button"),
        ],
        action="/work/tasklist/template.xlsx",
        method="get",
        className="form",
    )
    return panel("一、下载", about, form, name="fetch")


def _send(titles: Mapping[str, str], typed: Typed, bureau: bool, ended: Period) -> html.Section:
    quarters = [(p.code, f"{p.label}进展") for p in (ended.shift(1), *(ended.shift(-n) for n in range(_QUARTERS)))]
    none = [("", "不报进展，只登记和分解")] if bureau else []
    programmes = [*titles.items(), *([("+", "新的工作要点（在下面写明）")] if bureau else [])]
    chosen: Any = Field("file", name="file", id="task-list-file", required=True)
    form = access.form(
        "/work/tasklist/take",
        choice("programme", "工作要点", programmes, typed.get("programme", ""), "send-programme"),
        *(_new(typed) if bureau else ()),
        choice("period", "进展属于哪一季", [*none, *quarters], typed.get("period", "" if bureau else ended.code)),
        html.Label("填好的任务清单", htmlFor="task-list-file"),
        chosen,
        html.Button("导入", type="submit", className="button"),
        encType="multipart/form-data",
        className="form",
    )
    about = "有一格不对，就一项也不导入，每一处都说清在哪一格；同一份再导入一次，什么也不变。"
    return panel("二、填好后导入", about, form, name="send")


def _new(typed: Typed) -> list[Any]:
    fields = [("code", "代码，如 XQ2026", 24), ("title", "标题，如 新区2026年工作要点", 120), ("year", "年份", 4)]
    made: list[Any] = []
    for name, label, most in fields:
        one: Any = dcc.Input(name=name, id=f"new-{name}", value=typed.get(name, ""), maxLength=most)
        made += [html.Label(label, htmlFor=f"new-{name}"), one]
    opened = typed.get("programme") == "+"
    return [html.Details([html.Summary("新的工作要点"), html.Div(made, className="form")], open=opened)]


def _owed(edition: Edition, owed: Sequence[Task], ended: Period, days: int) -> html.Section | None:
    if not owed:
        return None
    until = ended.end + timedelta(days=days)
    items = [
        html.Li(
            [
                html.Div([html.A(task.title, href=f"{address(task.code)}&act=report"),
                          example_mark() if task.example else None]),
                html.Small(f"{task.code}　{short(edition.names, task.lead)}牵头，时限{wording.day(task.due_on)}"),
            ]
        )
        for task in owed
    ]  # fmt: skip
    about = f"{wording.day(until)}截止；也可以逐项在网页上报。"
    return panel(f"还没有报{ended.label}进展的任务", about, html.Ul(items, className="changes"), name="owed", wide=True)
