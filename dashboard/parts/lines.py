"""Tables of the working pages: real tables on a desk, and on a phone a list in which each cell says its column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.parts.aria import aria


def lines(head: Sequence[Any], rows: Sequence[html.Tr], label: str) -> html.Div:
    """A table with these column heads; it scrolls sideways on its own where it is too wide."""
    top = html.Thead(html.Tr([html.Th(word, scope="col") for word in head]))
    table = html.Table([top, html.Tbody(list(rows))], className="lines")
    return html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label=f"{label}，可左右滚动"))


def cell(word: str, content: Any, kind: str = "") -> html.Td:
    """A cell under the column `word`; `kind` is n for numbers, muted, or both."""
    said: dict[str, Any] = {"data-word": word}
    return html.Td(content, className=kind or None, **said)


def name(text: Any, small: str = "") -> html.Th:
    """The cell that a row is called by, with a smaller line under it."""
    return html.Th([text, html.Small(small)] if small else text, scope="row")
