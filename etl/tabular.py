"""A table of an answer as a file: CSV with BOM, JSON, Parquet, Excel. Text is only ever text; numbers stay numbers.

In a CSV a text that a spreadsheet would take for a formula gets an apostrophe before it; −7.3 is a number and does not.
In a workbook every text is written as text.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from indicators.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_SHEET_ROWS = 1_048_575
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)}


def as_bytes(table: pa.Table, format_: str, stamp: str) -> bytes:
    """The table in a format (`csv`, `json`, `parquet`, `xlsx`; `table` is CSV), carrying its stamp where it can."""
    if format_ == "parquet":
        return _parquet(table, stamp)
    if format_ == "xlsx":
        return _workbook(table, stamp)
    if format_ == "json":
        import orjson

        return orjson.dumps({"stamp": stamp, "rows": table.to_pylist()}, default=_plain, option=orjson.OPT_INDENT_2)
    return _csv(table)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number_text(value)
    raise TypeError(type(value).__name__)


def number_text(value: Decimal) -> str:
    """A DECIMAL without the zeros that its column pads it with."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def safe_text(text: str) -> str:
    """A text for a CSV cell: an apostrophe goes before what a spreadsheet would calculate."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def _csv(table: pa.Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        writer.writerows([_csv_cell(value) for value in row] for row in zip(*columns, strict=True))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, (int, float)) else safe_text(str(value))


def _parquet(table: pa.Table, stamp: str) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    kept = dict(table.schema.metadata or {}) | {b"zhibiao": stamp.encode()}
    pq.write_table(table.replace_schema_metadata(kept), out, compression="zstd")
    return out.getvalue()


def _workbook(table: pa.Table, stamp: str) -> bytes:
    import xlsxwriter

    if table.num_rows > _SHEET_ROWS:
        raise UsageError(
            f"结果有 {table.num_rows:,} 行，一张工作表放不下（至多 {_SHEET_ROWS:,} 行）。请用 csv 或 parquet。"
        )
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
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
            elif isinstance(value, (Decimal, int, float)):
                sheet.write_number(row, column, value)
            elif value is not None:
                sheet.write_string(row, column, str(value).translate(_ILLEGAL)[:32_767])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(table.num_rows, 1), max(table.num_columns - 1, 0))
    sheet.autofit()
    note = book.add_worksheet("出处")
    note.write_string(0, 0, stamp)
    book.close()
    return out.getvalue()
