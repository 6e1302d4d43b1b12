"""A table of an answer as a file: CSV with BOM, JSON, Parquet, Excel. Text is only ever text; numbers stay numbers.

In a CSV a text that a spreadsheet would take for a formula gets an apostrophe before it; −7.3 is a number and does not.
In a workbook every text is written as text.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from indicators.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_SHEET_ROWS = 1_048_575
_AT_ONCE = 100_000  # rows
_ALWAYS = datetime(1980, 1, 1)  # when a workbook says it was made: the same question, the same bytes
_CALCULATED = "^ *[" + "".join(rf"\x{{{ord(c):x}}}" for c in _DANGEROUS) + "]"
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart for a workbook: columns for its axes, and each line as a name with its first and last row from 0."""

    title: str
    along: str
    value: str
    unit: str
    lines: tuple[tuple[str, int, int], ...]


def as_bytes(table: pa.Table, format_: str, stamp: str, chart: Chart | None = None) -> bytes:
    """The table in a format (`csv`, `json`, `parquet`, `xlsx`; `table` is CSV), carrying its stamp where it can.

    A workbook also gets the chart, drawn by Excel itself from the cells.
    """
    if format_ == "parquet":
        return _parquet(table, stamp)
    if format_ == "xlsx":
        return _workbook(table, stamp, chart)
    if format_ == "json":
        return json_bytes({"stamp": stamp, "rows": plain_rows(table)})
    return _csv(table)


def json_bytes(value: Any) -> bytes:
    """JSON for programs: a DECIMAL that is still one becomes its exact text, what is not a number becomes null."""
    import orjson

    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2)


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows that JSON can hold: a DECIMAL as its exact text without padding, days and moments as ISO 8601."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        kind = column.type
        plain = pa.types.is_decimal(kind) or pa.types.is_temporal(kind)
        columns.append(texts(column, "T").to_pylist() if plain else column.to_pylist())
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def shown_columns(table: pa.Table) -> list[dict[str, Any]]:
    """Columns for a screen: name, kind, the texts to show, and for numbers the floats to sort by beside them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    made = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        kind = column.type
        number = pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
        if pa.types.is_boolean(kind):
            column = pc.if_else(column, "是", "否")
        shown: dict[str, Any] = {"name": name, "kind": "number" if number else "text"}
        shown["texts"] = texts(column, " ").to_pylist()
        if number:
            shown["values"] = pc.cast(column, pa.float64(), safe=False).to_pylist()
        made.append(shown)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number_text(value)
    return str(value)


def number_text(value: Decimal) -> str:
    """A DECIMAL without the zeros that its column pads it with."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def safe_text(text: str) -> str:
    """A text for a CSV cell: an apostrophe goes before what a spreadsheet would calculate."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def exact_csv(table: pa.Table) -> bytes:
    """CSV for programs: no mark before it, texts as they are."""
    return _csv(table, for_spreadsheets=False)


def _csv(table: pa.Table, for_spreadsheets: bool = True) -> bytes:
    """Column by column in Arrow: a million rows must not pass through Python one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    head = io.StringIO(newline="")
    csv.writer(head, lineterminator="\r\n").writerow(
        [safe_text(name) if for_spreadsheets else name for name in table.column_names]
    )
    parts = [b"\xef\xbb\xbf" if for_spreadsheets else b"", head.getvalue().encode()]
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        cells = [_each_once(column, for_spreadsheets) for column in batch.columns]
        if len(cells) == 1:  # an empty cell alone would be an empty line, which readers skip
            cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]
        lines = pc.binary_join_element_wise(*cells, pa.scalar(",")) if len(cells) > 1 else cells[0]
        whole = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\r\n")
        parts += [whole[0].as_buffer().to_pybytes(), b"\r\n"]
    return b"".join(parts)


def _each_once(column: pa.Array, safe: bool) -> pa.Array:
    """The cells of a column; a text that comes often is looked at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return pc.fill_null(_csv_cells(column, safe), "")
    found = column.dictionary_encode()
    return pc.fill_null(_csv_cells(found.dictionary, safe).take(found.indices), "")


def _csv_cells(column: pa.Array, safe: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "是", "否")
    cells = texts(column, " ")
    if pa.types.is_decimal(column.type) or pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return cells
    join = pc.binary_join_element_wise
    if safe:
        cells = pc.if_else(pc.match_substring_regex(cells, _CALCULATED), join("'", cells, ""), cells)
    quoted = join('"', pc.replace_substring(cells, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(cells, '[",\r\n]'), quoted, cells)


def texts(column: Any, between: str) -> Any:
    """A column as texts, null for null; `between` stands between day and time of a moment."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_date(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return pc.cast(column, pa.string())
    if pa.types.is_decimal(kind) and kind.scale > 0:
        texts = pc.cast(column, pa.string())
        if not pc.any(pc.match_substring(texts, "E")).as_py():  # Arrow writes what is very small as 1E-10
            return pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")
    if pa.types.is_timestamp(kind) and kind.tz is None:
        texts = pc.replace_substring(pc.cast(column, pa.string()), " ", between)
        return pc.replace_substring_regex(texts, r"\.0+$", "")
    return pa.array([None if v is None else _plain(v) for v in column.to_pylist()], pa.string())


def _parquet(table: pa.Table, stamp: str) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    kept = dict(table.schema.metadata or {}) | {b"zhibiao": stamp.encode()}
    pq.write_table(table.replace_schema_metadata(kept), out, compression="zstd")
    return out.getvalue()


def _workbook(table: pa.Table, stamp: str, chart: Chart | None) -> bytes:
    import xlsxwriter

    if table.num_rows > _SHEET_ROWS:
        raise UsageError(
            f"结果有 {table.num_rows:,} 行，一张工作表放不下（至多 {_SHEET_ROWS:,} 行）。请用 csv 或 parquet。"
        )
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _ALWAYS})
    sheet, bold = book.add_worksheet("结果"), book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, bold)
    for row, values in enumerate(table.to_pylist(), 1):
        for column, value in enumerate(values.values()):
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, bool):
                sheet.write_string(row, column, "是" if value else "否")
            elif isinstance(value, (Decimal, int, float)) and isfinite(value):
                sheet.write_number(row, column, value)
            elif value is not None:
                sheet.write_string(row, column, str(value).translate(_ILLEGAL)[:32_767])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(table.num_rows, 1), max(table.num_columns - 1, 0))
    sheet.autofit()
    if chart is not None:
        _draw(book, table.column_names, chart)
    note = book.add_worksheet("出处")
    note.write_string(0, 0, stamp)
    book.close()
    return out.getvalue()


def _draw(book: Any, names: list[str], chart: Chart) -> None:
    drawn = book.add_chart({"type": "line"})
    along, value = names.index(chart.along), names.index(chart.value)
    for name, first, last in chart.lines:
        drawn.add_series(
            {
                "name": name,
                "categories": ["结果", first + 1, along, last + 1, along],
                "values": ["结果", first + 1, value, last + 1, value],
                "marker": {"type": "circle", "size": 4},
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 14}})
    drawn.set_y_axis({"name": chart.unit, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    drawn.set_legend({"position": "bottom"})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": 960, "height": 480})
    book.add_worksheet("图").insert_chart(0, 0, drawn)
