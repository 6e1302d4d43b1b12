"""Another sheet of the workbook with the same table and other numbers: nobody can say which of the two was meant.

Clerks copy a sheet as a safeguard, or keep last quarter's beside it. Called by `parse` once the table is located; a
sheet counts only when every row and column of the form stands in it. It compares texts and reads no numbers.
"""

from __future__ import annotations

from etl.codes import finding
from etl.layout import Layout
from etl.locate import Place, by_codes
from etl.workbook import Workbook
from indicators.findings import Finding


def rival(book: Workbook, place: Place, layout: Layout) -> Finding | None:
    """The finding about a second table of a matrix form that differs from the one at `place`; None without one."""
    if layout.edition.layout != "matrix":
        return None
    least = 2 * len(layout.edition.rows)
    for sheet in book.sheets:
        if sheet is place.sheet or len(sheet.cells) < least:
            continue
        other = by_codes(sheet, layout)
        if other and other.complete and (theirs := _texts(other)) and theirs != _texts(place):
            message = (
                f"工作表“{place.sheet.name}”和“{sheet.name}”是同一张表，数字却不同，不知道以哪一张为准；数字没有读取。"
            )
            return finding("S229", message, sheet=sheet.name)
    return None


def _texts(place: Place) -> dict[tuple[int, int], str]:
    """What stands in the value cells, by row and column of the edition."""
    cells = place.sheet.cells
    found = {
        (r, c): cells[row, col].text.strip()
        for r, row in place.rows.items()
        for c, col in place.cols.items()
        if (row, col) in cells
    }
    return {at: text for at, text in found.items() if text not in ("", "×")}
