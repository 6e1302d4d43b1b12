"""Reading the table of a matrix form: printed labels compared with the catalogue, every open cell read by its plan.

Called by `parse` with a complete `Place`. A blank cell is an observation with status 未报, so that a submission always
says something about every cell it answers for; a closed cell (×) must hold nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from etl.cellvalue import CellReader
from etl.codes import finding
from etl.layout import Layout
from etl.locate import Place, plain
from etl.plan import Plan
from etl.returned import ReadCell, Sending, Table
from etl.workbook import address
from indicators.columns import Column, Observations
from indicators.findings import Finding
from indicators.periods import Nature


def read_matrix(plan: Plan, place: Place, sending: Sending) -> Table:
    """Observations of every open cell, in the form's order, with what is wrong in the table."""
    sheet, cells = place.sheet, dict[str, ReadCell]()
    reader = CellReader(sheet.name, sheet.zeros_hidden)
    for spec in plan.cells:
        row, col = place.rows[spec.row], place.cols[spec.column]
        read = reader.read(sheet.cells.get((row, col)), spec.unit, spec.canonical_unit, spec.what)
        if read.blank and spec.required:
            reader.blank(row, col, spec.what)
        where = address(row, col)
        cells[spec.key] = ReadCell(sheet.name, where, read.raw, read.value, read.canonical, read.status)
    findings = [*_printed(plan.layout, place), *_closed(plan, place), *reader.finish(), *_stray(plan, place)]
    return Table(_observations(plan, cells, sending, sheet.name), findings, cells)


def _observations(plan: Plan, cells: Mapping[str, ReadCell], sending: Sending, sheet: str) -> Observations:
    """The observations of the cells that were read, field by field."""
    if not cells:
        return Observations.of(())
    read = dict(zip(ReadCell._fields, zip(*cells.values(), strict=True), strict=True))
    spans = {nature: sending.period.span(nature) for nature in Nature}
    columns: dict[str, Column] = {**plan.columns, **{name: (said,) for name, said in sending.common(sheet).items()}}
    columns |= {"period": (sending.period.code,), "cell": read["address"], "raw_text": read["raw"]}
    columns |= {"value": read["value"], "canonical_value": read["canonical"], "status": read["status"]}
    lasting = [spans[nature] for nature in plan.columns["nature"]]
    columns["period_start"], columns["period_end"] = zip(*lasting, strict=True)
    return Observations(len(cells), columns)


def _printed(layout: Layout, place: Place) -> list[Finding]:
    """Every locked text that no longer says what the catalogue says: labels, units, headers."""
    sheet, found = place.sheet, []
    for index, row in enumerate(layout.edition.rows):
        for offset, text in enumerate(layout.side_texts(row)):
            if offset == 1:
                continue  # the code: `locate` has matched it
            at, col = place.rows[index], place.side + offset
            if plain(sheet.text(at, col)) != plain(text):
                kind = "名称" if offset == 0 else "计量单位"
                found.append(_changed(place, at, col, f"第 {at} 行（代码 {row.code}）的{kind}被改动", text))
    top = place.anchor - layout.depth
    columns = {len(layout.side) + index: col for index, col in place.cols.items()}
    for cell in layout.header_cells:
        col = columns.get(cell.left, place.side + cell.left)
        if plain(sheet.text(top + cell.top, col)) != plain(cell.text):
            found.append(_changed(place, top + cell.top, col, "表头被改动", cell.text))
    return found


def _changed(place: Place, row: int, col: int, what: str, expected: str) -> Finding:
    now, expected = place.sheet.text(row, col).strip(), expected.strip()
    message = f"{what}：应为“{expected}”，现为“{now[:60]}”。" if now else f"{what}：应为“{expected}”，现为空。"
    return finding("S211", message, sheet=place.sheet.name, cell=address(row, col), found=now[:200], expected=expected)


def _closed(plan: Plan, place: Place) -> list[Finding]:
    """Closed cells that hold something."""
    edition, sheet, found = plan.layout.edition, place.sheet, []
    rows = {row.code: place.rows[index] for index, row in enumerate(edition.rows)}
    cols = {column.code: place.cols[index] for index, column in enumerate(edition.columns)}
    for key in edition.closed_cells:
        row, _, column = key.partition(":")
        text = sheet.text(rows[row], cols[column])
        if plain(text) not in ("", "×", "x", "X"):
            where = address(rows[row], cols[column])
            message = f"{where} 是不填的格子（×），里面有“{text[:40]}”。"
            found.append(finding("V305", message, sheet=sheet.name, cell=where, found=text[:200]))
    return found


def _stray(plan: Plan, place: Place) -> list[Finding]:
    """Numbers that stand in the table's columns but in no row of the form: they are not read, and that is said."""
    sheet, rows, cols = place.sheet, set(place.rows.values()), set(place.cols.values())
    first, last = min(rows), max(rows) + 3
    stray = sorted(
        (cell.row, cell.col)
        for cell in sheet.cells.values()
        if cell.kind == "n" and cell.col in cols and first < cell.row <= last and cell.row not in rows
    )
    if not stray:
        return []
    cells = tuple(address(row, col) for row, col in stray)
    shown = cells[0] if len(cells) == 1 else f"{cells[0]} 等 {len(cells)} 格"
    message = f"{shown}的数字不在表式的任何一行里，没有读取。"
    return [finding("S214", message, sheet=sheet.name, cell=cells[0], cells=cells)]
