"""The filters of 督查 as a plain form: what is chosen becomes the address, without any script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboard.parts.aria import aria
from warehouse.board_names import Names
from warehouse.task_board import Wanted


def filters(wanted: Wanted, programmes: Mapping[str, Any], names: Names, words: Iterable[str]) -> html.Form:
    """Programme, department, light and doubt; beside them the ways on: bulletin and calendar."""
    titles = [(code, f"{row['year']}年：{row['title']}") for code, row in programmes.items()]
    units = [(code, str(one.short or one.name)) for code, one in names.departments.items()]
    chosen = {"programme": wanted.programme} if wanted.programme else {}
    bulletin = f"/tasks/bulletin.xlsx?{urlencode(chosen)}" if chosen else "/tasks/bulletin.xlsx"
    return html.Form(
        [
            choice("programme", "工作要点", [("", "全部工作要点"), *titles], wanted.programme),
            choice("department", "牵头或责任单位", [("", "全部单位"), *units], wanted.department),
            choice("light", "灯号", [("", "全部灯号"), *((word, word) for word in words)], wanted.word),
            choice("doubt", "存疑", [("", "不论"), ("1", "只看存疑")], "1" if wanted.doubted else ""),
            dcc.Input(type="hidden", name="urgent", value="1") if wanted.urgent else None,
            dcc.Input(type="hidden", name="silent", value="1") if wanted.silent else None,
            html.Button("筛选", type="submit", className="button"),
            html.Div(
                [html.A("下载督查通报", href=bulletin), html.A("到期日历", href="/calendar")], className="ways-on"
            ),
        ],
        action="/tasks",
        method="get",
        className="filters plain-filters",
        **aria(label="筛选任务"),
    )


def choice(name: str, label: str, options: list[tuple[str, str]], value: str, id_: str = "") -> html.Div:
    """A labelled select of a plain form; `id_` where the name stands more than once on a page."""
    own = id_ or f"choose-{name}"
    made: list[Any] = []
    for code, word in options:
        chosen: dict[str, Any] = {"selected": "selected"} if code == value else {}
        made.append(html.Option(word, value=code, **chosen))
    named: dict[str, Any] = {"name": name}
    return html.Div([html.Label(label, htmlFor=own), html.Select(made, id=own, **named)], className="filter")
