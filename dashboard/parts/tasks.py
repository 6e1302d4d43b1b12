"""How a task looks wherever it is shown: its light (a word with its colour), its mark, its line in a list, both sides.

Words and colours come from the generation, where the rules made them; here they only get a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard import wording
from dashboard.parts.marks import mark
from warehouse.board_names import Names

UNSET = "未定"
Row = Mapping[str, Any]


def address(code: str) -> str:
    """The address of a task's page."""
    return f"/task?code={quote(code)}"


def light(word: str, colour: str, because: str = "") -> html.Span:
    """A light: the word, its colour in front; `because` is told on pointing."""
    return html.Span([html.I(className=f"lamp lamp-{colour}"), word], className="light", title=because or None)


def doubt_mark() -> html.Span:
    """存疑."""
    return mark("存疑", "doubt", "任务说已完成，它应当推动的指标却不支持。")


def example_mark() -> html.Span:
    """示例."""
    return mark("示例", "simulated", "责任单位、时限和办理情况是为演示而编的，不是真实情况。")


def short(names: Names, code: str) -> str:
    """The short name of a department; 未定 where nobody was named."""
    one = names.departments.get(code)
    return str(getattr(one, "short", "") or getattr(one, "name", "") or code) if code else UNSET


def owners(names: Names, row: Row) -> str:
    """Who leads, and who shares."""
    others = [short(names, code) for code in (row["responsible"] or "").split(",") if code]
    return short(names, row["lead"]) + (f"（{'、'.join(others)}）" if others else "")


def task_list(rows: Sequence[Row], names: Names, programmes: bool = False) -> html.Table:
    """Tasks one below the other: a table on a desk, cards on a phone."""
    head = ["任务", "牵头（责任）单位", "时限", "状态", "灯号与理由"]
    body = [
        html.Tr(
            [
                html.Th(_name(row, programmes), scope="row"),
                html.Td(owners(names, row), **_label("牵头（责任）单位")),
                html.Td(row["due_on"].isoformat() if row["due_on"] else UNSET, **_label("时限")),
                html.Td(row["state_label"], **_label("状态")),
                html.Td([light(row["word"], row["colour"]), html.Small(row["because"])], **_label("灯号与理由")),
            ]
        )
        for row in rows
    ]
    return html.Table(
        [html.Thead(html.Tr([html.Th(word, scope="col") for word in head])), html.Tbody(body)], className="task-list"
    )


def _label(word: str) -> dict[str, Any]:
    return {"data-form": word}


def _name(row: Row, programmes: bool) -> list[Any]:
    where = f"{row['programme']} " if programmes else ""
    marks = [doubt_mark() if row["doubt"] else None, example_mark() if row["example"] else None]
    return [
        html.Small(f"{where}{row['code']}"),
        html.A(row["title"], href=address(row["code"])),
        html.Span([m for m in marks if m], className="marks") if any(marks) else None,
    ]


def sides(row: Row) -> html.Div:
    """What the task says, beside what the indicators say."""
    against = [html.P(line) for line in (row["doubt_text"] or "").split("\n") if line]
    return html.Div(
        [
            html.Div([html.H3("任务一方"), html.P(row["said"] or "没有说明。")], className="side-said"),
            html.Div([html.H3("指标一方"), *against], className="side-against"),
        ],
        className="two-sides",
    )


def urgent_item(row: Row, names: Names) -> html.Li:
    """A task that needs a leader: why, whose, and both sides where it is doubted."""
    due = f"时限{wording.day(row['due_on'])}" if row["due_on"] else "时限未定"
    head = [
        html.A(row["title"], href=address(row["code"])),
        *(html.Span(word, className="pill tone-bad") for word in row["needs_leader"].split("、")),
        example_mark() if row["example"] else None,
    ]
    return html.Li(
        [
            html.Div(head, className="outcome-head"),
            html.P(f"{short(names, row['lead'])}，{due}。{row['because']}", className="about"),
            sides(row) if row["doubt"] else None,
        ]
    )
