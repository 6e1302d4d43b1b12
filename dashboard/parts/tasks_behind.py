"""The tasks behind an indicator or a goal: who is to move it, how far they are, and whether they are doubted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from dashboard.edition import Edition
from dashboard.parts.panel import panel
from dashboard.parts.tasks import Row, address, doubt_mark, example_mark, light, short
from warehouse import task_board

MOST = 8


def tasks_by_indicator(edition: Edition) -> Mapping[str, Sequence[Row]]:
    """Tasks with their lights by the indicator that they should move, doubted ones first."""

    def read() -> Mapping[str, Sequence[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        if task_board.has_tasks(edition.generation):
            for row in task_board.linked(edition.generation):
                for pair in row["indicators"].split(","):
                    found[pair.partition(":")[0]].append(row)
        return found

    return edition.once("tasks by indicator", read)


def tasks_behind(edition: Edition, indicator: str) -> html.Section | None:
    """A panel for the page of an indicator; None where no task names it."""
    rows = tasks_by_indicator(edition).get(indicator, ())
    if not rows:
        return None
    about = "督查任务里写明应推动这项指标的；关联由本目录或统计局选定。"
    items = [html.Li(_line(edition, row, indicator)) for row in rows[:MOST]]
    more = html.P(f"还有{len(rows) - MOST}项，见督查。", className="about") if len(rows) > MOST else None
    return panel("背后的任务", about, html.Ul(items, className="changes"), more, name="tasks-behind")


def _line(edition: Edition, row: Row, indicator: str) -> list[Any]:
    ways = dict(pair.split(":") for pair in row["indicators"].split(","))
    wanted = "应上升" if ways.get(indicator) == "up" else "应下降"
    marks = [doubt_mark() if row["doubt"] else None, example_mark() if row["example"] else None]
    due = f"，时限{row['due_on'].isoformat()}" if row["due_on"] else ""
    return [
        html.Div([html.A(row["title"], href=address(row["code"])), *marks]),
        html.Div([light(row["word"], row["colour"], row["because"]), f"　{row['state_label']}"]),
        html.Small(f"{short(edition.names, row['lead'])}{due}；{wanted}"),
    ]


def tasks_beside(edition: Edition, indicators: Iterable[str]) -> html.Div | None:
    """The tasks behind a goal's indicators, as short links; None where there are none."""
    known = tasks_by_indicator(edition)
    rows = {row["code"]: row for code in indicators for row in known.get(code, ())}
    if not rows:
        return None
    links: list[Any] = []
    for row in list(rows.values())[:MOST]:
        said: list[Any] = [html.I(className=f"lamp lamp-{row['colour']}"), f"{row['title']}：{row['word']}"]
        said.append("，存疑" if row["doubt"] else "")
        links.append(html.A(said, href=address(row["code"]), className="support task-support"))
    example = any(row["example"] for row in rows.values())
    return html.Div(
        [html.Span("任务", className="support-label"), *links, example_mark() if example else None],
        className="supports",
    )
