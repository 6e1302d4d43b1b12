"""A result as an Excel workbook: its rows, a chart that Excel itself draws from cells, and where it all came from.

Every text is written as text and never becomes a formula; every number is a number. The same result gives the same
bytes. What is asked and which files leave is decided elsewhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from etl.tabular import number_text
from indicators.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

SHEET_ROWS = 1_048_575
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)}
_EXACT = 10**15  # a sheet's numbers hold fifteen digits; a longer one stands as text, with every digit of it
_CREATED = datetime(1980, 1, 1)  # what the parts of the file say too


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one colour of bars: a value or None for each place of the chart's axis."""

    name: str
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: `along` is its axis, `kind` is line or bar, `unit` stands at the values' axis."""

    title: str
    along_name: str
    along: Sequence[Any]
    lines: Sequence[Line]
    unit: str = ""
    kind: str = "line"


def result_book(table: pa.Table | None, stamp: str, chart: Chart | None = None) -> bytes:
    """The workbook: sheet 结果 with the rows, 图 with the chart and its numbers, 出处 with the stamp.

    Raises UsageError when a sheet can not hold the rows.
    """
    import xlsxwriter

    if table is not None and table.num_rows > SHEET_ROWS:
        raise UsageError(
            f"结果有 {table.num_rows:,} 行，一张工作表放不下（至多 {SHEET_ROWS:,} 行）。请用 csv 或 parquet。"
        )
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _CREATED})
    writer = _Writer(book)
    if table is not None:
        writer.rows("结果", table.column_names, [list(row.values()) for row in table.to_pylist()])
    if chart is not None:
        writer.chart("图", chart)
    note = book.add_worksheet("出处")
    for row, line in enumerate(stamp.splitlines() or [""]):
        note.write_string(row, 0, line)
    book.close()
    return out.getvalue()


class _Writer:
    """Sheets of one book, with its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def rows(self, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
        """A sheet of a table with its head frozen and filters on it."""
        sheet = self.book.add_worksheet(name)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, self.bold)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values):
                self._cell(sheet, row, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(head) - 1, 0))
        sheet.autofit()
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "是" if value else "否")
        elif isinstance(value, (Decimal, int, float)) and isfinite(value) and -_EXACT < value < _EXACT:
            sheet.write_number(row, column, value)
        elif value is not None:
            text = number_text(value) if isinstance(value, Decimal) else str(value)
            sheet.write_string(row, column, text.translate(_ILLEGAL)[:32_767])

    def chart(self, name: str, chart: Chart) -> None:
        """A sheet with the chart's numbers and beside them the chart."""
        rows = [[place, *(line.values[n] for line in chart.lines)] for n, place in enumerate(chart.along)]
        sheet = self.rows(name, [chart.along_name, *(line.name for line in chart.lines)], rows)
        drawn = self.book.add_chart({"type": "column" if chart.kind == "bar" else "line"})
        for column in range(1, len(chart.lines) + 1):
            series = {
                "name": [name, 0, column],
                "categories": [name, 1, 0, len(rows), 0],
                "values": [name, 1, column, len(rows), column],
            }
            drawn.add_series(series | ({} if chart.kind == "bar" else {"marker": {"type": "circle", "size": 4}}))
        drawn.set_title({"name": chart.title, "name_font": {"size": 14}})
        drawn.set_y_axis({"name": chart.unit, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        drawn.set_legend({"position": "bottom"})
        drawn.show_blanks_as("gap")
        drawn.set_size({"width": 960, "height": 480})
        sheet.insert_chart(1, len(chart.lines) + 2, drawn)
