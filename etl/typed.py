"""What a person typed into a cell, as it can be written into another workbook: a number, or the text of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from etl.workbook import Cell
from indicators.cell_formats import cell_format

_LAST_DAY = 2_900_000  # of the calendar of a spreadsheet, in 9999


def as_typed(cell: Cell, date1904: bool) -> Decimal | str:
    """The number in a cell, or its text; a date as 2024-09-30. Formulas give their results."""
    if isinstance(cell.value, bool) or not isinstance(cell.value, (int, float)):
        return cell.text
    if cell_format(cell.number_format).date and 0 < cell.value < _LAST_DAY:
        first = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
        return (first + timedelta(days=int(cell.value))).isoformat()
    return Decimal(repr(cell.value))
