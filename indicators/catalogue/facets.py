"""What a cell of a matrix form is about: the facets of its row and its column, joined.

Stands between the catalogue's forms and everyone who reads, writes, checks or invents a return, so that all of them
join the two in the same way. It must not know workbooks; it never guesses what neither side says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indicators.catalogue.model import Facet, Form, FormColumn, FormEdition, FormRow
from indicators.periods import Period

_SIDES = ("indicator", "area", "measure", "nature", "price_basis", "scope")


def address(row: FormRow, column: FormColumn) -> str:
    """`row:column`, the name of a cell in closed_cells, optional_cells, rules and simulated returns."""
    return f"{row.code}:{column.code}"


def open_cells(edition: FormEdition) -> Iterator[tuple[FormRow, FormColumn]]:
    """Every cell of a matrix that may hold a value, row by row: headings and closed cells (×) are left out."""
    closed = set(edition.closed_cells)
    for row in edition.rows:
        if row.heading:
            continue
        for column in edition.columns:
            if address(row, column) not in closed:
                yield row, column


def cell_facet(form: Form, edition: FormEdition, row: FormRow, column: FormColumn) -> Facet:
    """What the cell says: row and column joined, then the form's area and scope and the edition's unit as defaults.

    Unit and decimals of a column (a % column) go before the row's, the row's unit before the edition's. Elsewhere only
    one side speaks, or both say the same; the catalogue's check proves it.
    """
    joined: dict[str, Any] = {side: _said(getattr(row, side), getattr(column, side)) for side in _SIDES}
    joined["area"] = joined["area"] or form.area
    if joined["scope"] is None:
        joined["scope"] = form.scope
    if joined["price_basis"] is None:
        joined["price_basis"] = ""
    decimals = column.decimals if column.decimals is not None else row.decimals
    return Facet(**joined, unit=column.unit or row.unit or edition.unit, decimals=decimals)


def contradictions(row: FormRow, column: FormColumn) -> tuple[str, ...]:
    """The facets on which row and column each say something, and not the same."""
    return tuple(
        side
        for side in _SIDES
        if getattr(row, side) not in ("", None)
        and getattr(column, side) not in ("", None)
        and getattr(row, side) != getattr(column, side)
    )


def edition_for(form: Form, period: str) -> FormEdition | None:
    """The edition in force for a report period (a code such as `2026Q3`), None where the form had none."""
    wanted = Period.parse(period)
    for edition in form.editions:
        first = Period.parse(edition.valid_from)
        last = Period.parse(edition.valid_to) if edition.valid_to else None
        if first.start <= wanted.start and (last is None or wanted.end <= last.end):
            return edition
    return None


def _said(row: object, column: object) -> object:
    return column if row in ("", None) else row
