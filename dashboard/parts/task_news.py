"""What a leader looks for first on 督查: what needs a decision, what changed, who is silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.parts.panel import empty, panel
from dashboard.parts.tasks import Row, address, doubt_mark, example_mark, light, short, urgent_item
from warehouse import task_board
from warehouse.task_board import Changed, Wanted

URGENT, MOVED, SILENT = 8, 12, 6


def urgent(edition: Edition, whole: Wanted, total: int, rest: str) -> html.Section:
    """Doubted, overdue, an extension asked for; `rest` is where all `total` of them are."""
    rows = task_board.listed(edition.generation, replace(whole, urgent=True), URGENT, worst_first=True)
    if not rows:
        return panel("需要领导过问", "", empty("没有存疑、逾期和待答复的延期申请。"), name="urgent")
    items = html.Ul([urgent_item(row, edition.names) for row in rows], className="outcomes")
    about = "存疑的在前，两边的说法都在这里；然后是逾期和申请延期的。"
    return panel("需要领导过问", about, items, _all(total, len(rows), rest), name="urgent")


def changes(edition: Edition, whole: Wanted) -> html.Section:
    """Tasks that show something else than in the generation before."""
    held, code = edition.generation, whole.programme
    moved = edition.once(("tasks changed", code), lambda: task_board.changed(held, code))
    title = "比上一代有什么变化"
    if moved is None:
        return panel(title, "", empty("上一代还没有任务，或已不在，无从比较。"), name="changes")
    mine = [one for one in moved if whole.department in ("", one.lead, *one.responsible.split(","))]
    if not mine:
        return panel(title, "", empty("灯号、存疑和状态都没有变化。"), name="changes")
    items = html.Ul([_change(one, edition) for one in mine[:MOVED]], className="changes")
    more = html.P(f"还有{len(mine) - MOVED}项。", className="about") if len(mine) > MOVED else None
    about = f"第{held.manifest.previous}代到第{held.number}代，共{len(mine)}项。"
    return panel(title, about, items, more, name="changes")


def silence(edition: Edition, whole: Wanted, total: int, rest: str) -> html.Section:
    """Whose last reports of progress never came, and for how long nothing was heard."""
    rows = task_board.silent(edition.generation, whole, SILENT) if total else []
    if not rows:
        return panel("谁没有作声", "", empty("该报的进展都报了。"), name="silence")
    items = html.Ul([_silent(row, edition) for row in rows], className="changes")
    about = "在办而最近该报的进展没有报的，漏报最多的在前。"
    return panel("谁没有作声", about, items, _all(total, len(rows), rest), name="silence")


def _all(total: int, shown: int, rest: str) -> html.P | None:
    return html.P(html.A(f"全部{total}项", href=rest), className="about") if total > shown else None


def _change(one: Changed, edition: Edition) -> html.Li:
    new = light(one.word, one.colour)
    said: list[Any] = [f"{one.before} → ", new] if one.before and one.before != one.word else [new]
    if one.state_before and one.state_before != one.state:
        said.append(f"　{one.state_before} → {one.state}")
    if one.doubt and not one.doubt_before:
        said += [" 新的", doubt_mark()]
    elif one.doubt_before and not one.doubt:
        said.append(" 不再存疑")
    who = f"{short(edition.names, one.lead)}；最近一步由{one.by}，{wording.day(one.on)}" if one.by else ""
    link = html.A(one.title, href=address(one.task))
    return html.Li([html.Div([link, example_mark() if one.example else None]), html.Div(said), html.Small(who)])


def _silent(row: Row, edition: Edition) -> html.Li:
    said = f"连续漏报{row['missed_in_a_row']}期，{row['silent_days']}天没有音信"
    asked = f"；催办{row['reminders_open']}次没有回应" if row["reminders_open"] else ""
    link = html.A(row["title"], href=address(row["code"]))
    head = html.Div([link, example_mark() if row["example"] else None])
    return html.Li([head, html.Div([html.B(short(edition.names, row["lead"])), f"　{said}{asked}"])])
