"""批注: the sender's own workbook back, each faulty cell coloured and commented, with a list of all findings in front.

A return of ours is drawn anew by the template writer with the numbers that were sent, so that it can be corrected and
sent back; explanations written in its list count on the next upload (`explanations`). Any other file is copied for
reading only (`annotate_copy`). Nothing is written; the file is opened in a reading process.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from etl.annotate_copy import reading_copy
from etl.annotate_list import MAX_COMMENTS, Cell, Noted, ResultList, comment, fill_of, sorted_findings
from etl.identity import Identity
from etl.known import previous_values
from etl.locate import Place, locate
from etl.plan import Plan, plan_of
from etl.receipts import Checked, Receipt
from etl.template import Value, draw_return, new_book
from etl.template_sheet import TableSheet
from etl.typed import as_typed
from etl.way import Way
from etl.workbook import Workbook, address, position
from etl.worker import read_file, read_return
from indicators.catalogue.facets import edition_for
from indicators.findings import Finding
from indicators.periods import Period
from warehouse import vault

_DAY = re.compile(r"(\d{4})-(\d{2})-\d{2}\Z")


class _Ours(NamedTuple):
    """A return that can be drawn anew: its form, who it is, and where its table lies in the sender's workbook."""

    plan: Plan
    identity: Identity
    place: Place


def annotated_workbook(way: Way, checked: Checked, data: bytes | None = None) -> bytes:
    """The workbook with its findings, as .xlsx; equal arguments give equal bytes.

    `data` are the bytes that were checked; without them they are taken from the vault, where a submitted workbook lies.
    Raises UsageError when they are not there either.
    """
    parsed = checked.parsed
    book = read_file(vault.get(way.folder, parsed.file_hash) if data is None else data, parsed.file_name)
    ours = _ours(way, checked, book)
    return reading_copy(book, checked) if ours is None else _regenerated(way, checked, book, ours)


def annotated_submission(way: Way, receipt: Receipt) -> bytes:
    """The workbook of a submission with the findings and explanations that are kept of it. Raises Damaged."""
    data = vault.get(way.folder, receipt.file_hash)
    parsed = read_return(data, receipt.file_name, way.catalogue, way.secret)
    parsed = replace(parsed, explanations={**parsed.explanations, **receipt.explanations})
    return annotated_workbook(way, Checked(parsed, receipt.findings, ()), data)


def _ours(way: Way, checked: Checked, book: Workbook) -> _Ours | None:
    """What is needed to draw the return again; None where that is not known, or it must not be sent in this form."""
    parsed, catalogue = checked.parsed, way.catalogue
    form = catalogue.forms.get(parsed.form)
    if form is None or not parsed.period or parsed.department not in form.departments:
        return None
    edition = edition_for(form, parsed.period)
    if edition is None or edition.edition != parsed.edition:
        return None
    plan = plan_of(form, edition, catalogue)
    place = locate(book, plan.layout)
    identity = Identity(form.code, edition.edition, parsed.period, parsed.department, parsed.origin)
    return _Ours(plan, identity, place) if place else None


def _regenerated(way: Way, checked: Checked, book: Workbook, ours: _Ours) -> bytes:
    plan, identity, place = ours
    form, period = plan.layout.form, Period.parse(identity.period)
    department = way.catalogue.departments[identity.department]
    keys = _keys(plan, place)
    fills: dict[str, str] = {}
    for found in reversed(sorted_findings(checked.findings)):
        if found.sheet == place.sheet.name and (key := keys.get(found.cell)):
            fills[key] = fill_of(found)
    buffer = io.BytesIO()
    drawn = new_book(buffer, f"{form.name} {period.label} {department.name} 审核结果")
    result = ResultList(drawn)
    table = draw_return(
        drawn, plan, identity, previous=previous_values(way, form, plan.layout.edition, period, department.code),
        values=_values(checked, book, place, keys), header=checked.parsed.header, secret=way.secret, fills=fills,
    )  # fmt: skip
    noted = [_moved(found, place, table) for found in sorted_findings(checked.findings)]
    listed = comment(table.sheet, noted, MAX_COMMENTS)
    result.write(f"《{form.name}》　{period.label}　{department.name}", noted, listed, checked.parsed.explanations)
    drawn.close()
    return buffer.getvalue()


def _keys(plan: Plan, place: Place) -> dict[str, str]:
    """The key of every entry cell by its address in the sender's sheet."""
    edition = plan.layout.edition
    if edition.layout == "matrix":
        rows = {index: row.code for index, row in enumerate(edition.rows)}
        cols = {index: column.code for index, column in enumerate(edition.columns)}
        open_ = {cell.key for cell in plan.cells}
        found = {
            address(at, col): f"{rows[r]}:{cols[c]}" for r, at in place.rows.items() for c, col in place.cols.items()
        }
        return {where: key for where, key in found.items() if key in open_}
    fields = {col: edition.records[index].field for index, col in place.cols.items()}
    filled = [cell for cell in place.sheet if cell.row > place.anchor and cell.col in fields and cell.text.strip()]
    lines = {cell.row for cell in filled}
    return {address(row, col): f"{row - place.anchor}:{name}" for row in lines for col, name in fields.items()}


def _values(checked: Checked, book: Workbook, place: Place, keys: Mapping[str, str]) -> dict[str, Value]:
    """What the sender typed, by key: a number as it was read, in the unit of its cell; anything else as its text."""
    values: dict[str, Value] = {}
    for where, key in keys.items():
        read, cell = checked.parsed.cells.get(key), place.sheet.cells.get(position(where))
        if read is not None and read.value is not None:
            values[key] = read.value
        elif cell is not None and (typed := as_typed(cell, book.date1904)) != "":
            dated = key.endswith(":period") and isinstance(typed, str) and _DAY.match(typed)
            values[key] = f"{dated[1]}M{dated[2]}" if dated else typed
    return values


def _moved(found: Finding, place: Place, table: TableSheet) -> Noted:
    """The finding at its place in the new workbook, where an explanation of it will be looked for."""
    if found.sheet != place.sheet.name:
        return Noted(found, None, found.cell, found.sheet)
    places = {cell: _new_place(cell, place, table) for cell in {found.cell, *found.cells} if cell}
    name = {cell: address(at[0] + 1, at[1] + 1) if at else cell for cell, at in places.items()}
    moved = replace(
        found, sheet=table.layout.edition.sheet, cell=name.get(found.cell, ""),
        cells=tuple(name[cell] for cell in found.cells),
    )  # fmt: skip
    return Noted(moved, places.get(found.cell), found.cell, moved.sheet)


def _new_place(cell: str, place: Place, table: TableSheet) -> Cell | None:
    """Where a cell of the sender's table stands in the new one, 0-based; None for one outside it."""
    row, col = position(cell)
    layout = table.layout
    cols = {at: table.first + index for index, at in place.cols.items()}
    cols |= {place.side + offset: offset for offset in range(len(layout.side))}
    if layout.edition.layout == "matrix":
        rows = {at: table.start + index for index, at in place.rows.items()}
    else:
        rows = {row: table.start + row - place.anchor - 1} if row > place.anchor else {}
    if 0 <= place.anchor - row <= layout.depth:
        rows[row] = table.start - 1 - (place.anchor - row)
    return (rows[row], cols[col]) if row in rows and col in cols else None
