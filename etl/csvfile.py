"""CSV as statistical offices serve it: UTF-8 (with or without BOM) or GB18030, preamble and footnotes included.

Runs in the reading process. Every field stays text; what is a number is for the parser to say.
"""

from __future__ import annotations

import csv
import io

from etl.ooxml import MAX_CELLS, MAX_TEXT, Refusal
from etl.sheetxml import MAX_COLUMNS, MAX_ROWS
from etl.workbook import Cell, Sheet, Workbook


def read_csv(data: bytes) -> Workbook:
    """One visible sheet named CSV with a text cell for every non-empty field, at its row and column."""
    sheet, count = Sheet("CSV"), 0
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(_decode(data), newline="")), 1):
            if row > MAX_ROWS or len(fields) > MAX_COLUMNS:
                raise Refusal("F119", f"文件超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列的上限，没有读取。")
            for col, text in enumerate(fields, 1):
                if not text.strip():
                    continue
                count += 1
                if count > MAX_CELLS or len(text) > MAX_TEXT:
                    raise Refusal("F119", f"文件超过 {MAX_CELLS} 格，或有一格超过 {MAX_TEXT} 个字，没有读取。")
                sheet.cells[row, col] = Cell(row, col, "s", text, "")
    except csv.Error:
        raise Refusal("F106", "文件不是完整的 CSV（引号或换行不成对，或一格过长），没有读取。") from None
    return Workbook("", "csv", "", (sheet,))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
