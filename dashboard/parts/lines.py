"""Tables of the working pages: real tables on a desk, and on a phone a list in which each cell says its column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.parts.aria import aria


def lines(head: Sequence[str], rows: Sequence[html.Tr], label: str, folds: bool = True) -> html.Div:
    """A table with these column heads; it scrolls sideways on its own where it is too wide.

    `folds`: on a phone it becomes a list; a table of many small numbers stays one.
    """
    kinds = [getattr(one, "className", None) for one in rows[0].children] if rows else [None] * len(head)
    heads = [html.Th(word, scope="col", className=kind) for word, kind in zip(head, kinds, strict=True)]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(list(rows))], className="lines folds" if folds else "lines"
    )
    return html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label=f"{label}，可左右滚动"))


def cell(word: str, content: Any, kind: str = "") -> html.Td:
    """A cell under the column `word`; `kind` is n for numbers, muted, or both."""
    said: dict[str, Any] = {"data-word": word}
    return html.Td(content, className=kind or None, **said)


def name(text: Any, small: str = "") -> html.Th:
    """The cell that a row is called by, with a smaller line under it."""
    return html.Th([text, html.Small(small)] if small else text, scope="row")
