"""Long tables that readers sort and take along: plain tables whose heads are buttons (`assets/board.js` sorts).

They stand in the first paint like everything else. A cell is sorted by its `data-value` where it has one,
which is the exact number behind a rounded text, and by its text where it has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from dash import html

from dashboard.parts.aria import aria
from dashboard.parts.takeaway import table_takeaway


class Cell(NamedTuple):
    """What stands in a cell, and what it is sorted by: a number, or a text that sorts as it should."""

    shown: Any
    key: Decimal | str | None = None


def figure(value: Decimal | None, text: Any) -> Cell:
    """A number and how it is said; a missing one sorts last."""
    return Cell(text, value)


def table(name: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], label: str, figures: frozenset[int]) -> Any:
    """A table with the id `name`; columns at the places `figures` are numbers, ranged right; the first names a row."""
    columns = [
        html.Th(
            html.Button(word, type="button"),
            scope="col",
            className="n" if place in figures else None,
            **aria(sort="none"),
        )
        for place, word in enumerate(heads)
    ]
    body = html.Tbody([html.Tr([_cell(one, place, figures) for place, one in enumerate(row)]) for row in rows])
    drawn = html.Table([html.Thead(html.Tr(columns)), body], id=name, className="listing")
    box = html.Div(drawn, className="scroll listing-box", tabIndex="0", role="region", **aria(label=f"{label}，可滚动"))
    return html.Div([box, table_takeaway(name)], className="grid-box")


def _cell(one: Cell, place: int, figures: frozenset[int]) -> Any:
    said: dict[str, Any] = {}
    if one.key is not None:
        said["data-value"] = f"{one.key.normalize():f}" if isinstance(one.key, Decimal) else one.key
    if place == 0:
        return html.Th(one.shown, scope="row", **said)
    return html.Td(one.shown, className="n" if place in figures else None, **said)
