"""A table of an answer as a file: CSV with BOM, JSON, Parquet, Excel. Text is only ever text; numbers stay numbers.

In a CSV a text that a spreadsheet would take for a formula gets an apostrophe before it; −7.3 is a number and does not.
In a workbook every text is written as text.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from etl.result_book import Chart

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_AT_ONCE = 100_000  # rows
_CALCULATED = "^ *[" + "".join(rf"\x{{{ord(c):x}}}" for c in _DANGEROUS) + "]"


def as_bytes(table: pa.Table, format_: str, stamp: str, chart: Chart | None = None) -> bytes:
    """The table in a format (`csv`, `json`, `parquet`, `xlsx`; `table` is CSV), carrying its stamp where it can.

    A workbook also gets the chart, drawn by Excel itself.
    """
    if format_ == "parquet":
        return _parquet(table, stamp)
    if format_ == "xlsx":
        from etl.result_book import result_book

        return result_book(table, stamp, chart)
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
    import pyarrow as pa

    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, pa.MonthDayNano):  # an interval, as ISO 8601 writes it
        seconds = number_text(Decimal(value.nanoseconds).scaleb(-9))
        return f"P{value.months}M{value.days}DT{seconds}S"
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
    for place, found in enumerate(table.schema):
        if "interval" in str(found.type):  # Parquet has no such kind
            table = table.set_column(place, found.name, texts(table.column(place), " "))
    kept = dict(table.schema.metadata or {}) | {b"zhibiao": stamp.encode()}
    pq.write_table(table.replace_schema_metadata(kept), out, compression="zstd")
    return out.getvalue()
