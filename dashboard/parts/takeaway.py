"""The small menu under a chart or table by which it is taken along; `assets/45-picture.js` does what it says."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.parts.aria import aria

_CHART = (("png", "图片 PNG"), ("svg", "图片 SVG"), ("xlsx", "Excel（带图）"))
_TABLE = (("xlsx", "Excel"), ("csv", "CSV"))


def chart_takeaway() -> html.Div:
    """For a chart that stands in the same box."""
    return _menu("chart", "存下这张图", _CHART)


def table_takeaway(grid: str) -> html.Div:
    """For the grid with this id."""
    return _menu(grid, "存下这张表", _TABLE)


def _menu(of: str, word: str, formats: tuple[tuple[str, str], ...]) -> html.Div:
    choices = [html.Li(html.Button(label, type="button", **_marked(take=format_))) for format_, label in formats]
    menu = html.Details([html.Summary(word), html.Ul(choices, **aria(label=word))])
    return html.Div(menu, className="takeaway", **_marked(of=of))


def _marked(**data: str) -> dict[str, Any]:
    return {f"data-{name}": value for name, value in data.items()}
