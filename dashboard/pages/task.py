"""督查任务: one task in full: its own words, who and by when, milestones, reports, both sides, everything done, forms.

Who follows a task (its departments, the bureau, leaders, auditors) sees it as it stands now; everybody else sees what
the generation holds, without evidence and without forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.parts.marks import mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.task_forms import Around, forms
from dashboard.parts.task_linked import linked
from dashboard.parts.task_past import nodes, reports, trail
from dashboard.parts.tasks import UNSET, doubt_mark, example_mark, light, owners, short, sides
from etl.programmes import programmes_of
from etl.tasks_next import Standing, follows, standing
from etl.tasks_seen import task_shown
from etl.way import Way
from indicators.errors import UsageError
from warehouse import task_board
from warehouse.accounts import may
from warehouse.moments import beijing_day, utc_now

Row = dict[str, Any]


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of a task's page for who looks at it."""
    return page(edition, way, query.get("code", "")[:80], query.get("act", ""))


def page(
    edition: Edition, way: Way, code: str, act: str = "", typed: Mapping[str, str] | None = None, trouble: str = ""
) -> list[Any]:
    """The same with what was typed for a step that was refused, and why."""
    row, now = _found(edition, way, code)
    if row is None:
        nothing = empty(f"没有编号为“{code}”的任务，或者它还没有发布。" if code else "没有写明是哪一项任务。")
        return [html.H1("督查任务"), nothing, html.P(html.A("回到督查", href="/tasks"))]
    around = Around(edition.names, way.catalogue, beijing_day(utc_now()), act, typed or {})
    may_do = _forms(now, around) if now else None
    return [
        html.P(trouble, className="told tone-bad", role="alert") if trouble else None,
        _head(edition, way, row, bool(now)),
        _facts(edition, row),
        None if trouble else _doubt(row),
        may_do,
        _doubt(row) if trouble else None,
        html.Div([_words(row), nodes(row)], className="pair"),
        html.Div([reports(row, bool(now)), linked(edition, row)], className="pair wide-left"),
        trail(row, bool(now), edition.names) if now else None,
    ]


def _found(edition: Edition, way: Way, code: str) -> tuple[Row | None, Standing | None]:
    """The task's row and, for who follows it, how it stands now."""
    if way.known and may(way.known.role, "task_follow"):
        try:
            live = task_shown(way, code)
        except UsageError:
            return None, None
        if follows(way, live["lead"], live["responsible"]):
            return live, standing(way, code)
    held = edition.generation
    return (task_board.one_task(held, code) if task_board.has_tasks(held) else None), None


def _head(edition: Edition, way: Way, row: Row, now: bool) -> html.Div:
    document = programmes_of(way).programmes.get(row["programme"])
    held = task_board.programmes(edition.generation).get(row["programme"], {})
    programme = document.title if document else held.get("title", row["programme"])
    clause = f"{row['clause']}，第{row['number']}项" if row["clause"] else f"第{row['number']}项"
    where = f"《{programme}》{clause}"
    marks = [doubt_mark() if row["doubt"] else None, example_mark() if row["example"] else None,
             mark("模拟数据", "simulated", "进展和办理是为演示而编的。") if row["example"] else None]  # fmt: skip
    seen = "现在的情况，含还没有发布的办理。" if now else f"第{edition.number}代发布时的情况。"
    return html.Div(
        [
            html.P([html.A("督查", href=f"/tasks?programme={row['programme']}"), f" › {row['code']}"],
                   className="about"),
            html.H1([row["title"], html.Span([m for m in marks if m], className="marks")]),
            html.P(f"{where} · {row['chapter_title'] or '未分章'} · {seen}", className="about"),
        ],
        className="task-head",
    )  # fmt: skip


def _facts(edition: Edition, row: Row) -> html.Dl:
    due: list[Any] = [row["due_on"].isoformat() if row["due_on"] else UNSET]
    if row["first_due_on"] and row["first_due_on"] != row["due_on"]:
        due.append(html.Small(f"（原定{row['first_due_on'].isoformat()}，准予延期{row['extensions_granted']}次）"))
    if row["extension_asked_to"]:
        due.append(html.Small(f"（申请延到{row['extension_asked_to'].isoformat()}，还没有答复）"))
    progress = f"{wording.number(row['progress'], 0)}%" if row["progress"] is not None else "没有报"
    example = example_mark() if row["example"] else None
    facts = [
        ("灯号", [light(row["word"], row["colour"]), " ", html.Small(row["because"])]),
        ("状态", row["state_label"]),
        ("牵头单位", [short(edition.names, row["lead"]), " ", example]),
        ("责任单位", owners(edition.names, row).partition("（")[2].rstrip("）") or "没有另定"),
        ("完成时限", [*due, " ", example]),
        ("最近报告的进度", progress),
        ("催办", f"{row['times_reminded']}次，未回应{row['reminders_open']}次"),
    ]
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts], className="facts-row")


def _doubt(row: Row) -> html.Section | None:
    if not row["doubt"]:
        return None
    said = [html.P(f"要求说明：{row['question']}", className="cannot")] if row["question"] else []
    if row["explanation"]:
        said.append(html.P(f"责任单位的说明：{row['explanation']}"))
    about = "任务说已完成，它应当推动的指标却不支持。请责任单位说明，或者重开。"
    return panel("存疑：两边的说法", about, sides(row), *said, name="doubt", wide=True)


def _words(row: Row) -> html.Section:
    title, text = row["title"], row["text"] or ""
    whole = text.removeprefix(f"{title}。") or "任务清单里只有名称。"
    named = [("点名的地方", row["places"]), ("点名的项目", row["projects"])]
    items = [html.Div([html.Dt(name), html.Dd(value.replace(",", "、"))]) for name, value in named if value]
    facts = html.Dl(items, className="facts") if items else None
    quote = html.Blockquote([html.P(title), html.P(whole)], className="verbatim")
    return panel("原文", "一字不改。", quote, facts, name="words")


def _forms(now: Standing, around: Around) -> html.Section:
    if not now.next:
        nothing = empty("这一步轮不到这个账户办理。", "任务到了哪一步、接下来由谁办，见督查指南。")
        return panel("可以办理", "", nothing, name="forms", wide=True)
    about = f"现为“{now.task.state.label}”。下面是这个账户现在可以办的；每一步都留下是谁、什么时候。"
    return panel("可以办理", about, forms(now, around), name="forms", wide=True)
