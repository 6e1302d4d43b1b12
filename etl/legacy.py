"""Legacy workbooks (.xls, .et, .ods) through calamine, from bytes, at their true addresses.

Runs in the reading process. Calamine shows no number formats, formulas or error cells; the guard has already put that
into a finding (F152), and `number_format` is "" so that nobody takes 0.053 for 0.053 %.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

from etl.ooxml import MAX_CELLS, MAX_SHEETS, Refusal
from etl.sheetxml import MAX_COLUMNS, MAX_MERGED, MAX_MERGES, MAX_ROWS
from etl.workbook import Area, Cell, Sheet, Workbook

_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


def read_legacy(data: bytes) -> Workbook:
    """All worksheets with their non-empty cells and merges."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            wanted = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
            if len(wanted) > MAX_SHEETS:
                raise Refusal("F119", f"工作簿有 {len(wanted)} 个工作表，超过 {MAX_SHEETS} 个的上限，没有读取。")
            left = MAX_CELLS
            sheets = []
            for meta in wanted:
                sheet = Sheet(meta.name, _STATES[str(meta.visible).rpartition(".")[2]])
                left -= _fill(sheet, book.get_sheet_by_name(meta.name), left)
                sheets.append(sheet)
    except calamine.PasswordError:
        raise Refusal("F105", "文件设置了打开密码，没有读取。请取消密码后重新上传。") from None
    except (calamine.CalamineError, ValueError, OSError):
        raise Refusal("F106", "文件已损坏，或不是真正的工作簿，没有读取。") from None
    return Workbook("", "xls", "", tuple(sheets))


def _fill(sheet: Sheet, source: object, left: int) -> int:
    start, end = source.start, source.end  # type: ignore[attr-defined]
    if start is None or end is None:
        return 0
    if end[0] >= MAX_ROWS or end[1] >= MAX_COLUMNS:
        raise Refusal("F119", f"工作表“{sheet.name}”超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列的上限，没有读取。")
    # iter_rows begins at the sheet's first row, but at the first column that holds something
    for row, fields in enumerate(source.iter_rows(), 1):  # type: ignore[attr-defined]
        for col, raw in enumerate(fields, start[1] + 1):
            if raw != "" and raw is not None:
                kind, value = _value(raw)
                sheet.cells[row, col] = Cell(row, col, kind, value, "")
        if len(sheet.cells) > left:
            raise Refusal("F119", f"工作簿的单元格超过 {MAX_CELLS} 个，没有读取。")
    merges = [Area(a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in source.merged_cell_ranges or ()]  # type: ignore[attr-defined]
    if len(merges) > MAX_MERGES or sum(area.size for area in merges) > MAX_MERGED:
        raise Refusal("F120", f"工作表“{sheet.name}”合并的单元格过多或范围过大，没有读取。")
    sheet.merges = tuple(merges)
    return len(sheet.cells)


def _value(raw: object) -> tuple[str, float | int | str | bool]:
    if isinstance(raw, bool):
        return "b", raw
    if isinstance(raw, (int, float)):
        return "n", int(raw) if raw == int(raw) and abs(raw) < 1e15 else raw
    if isinstance(raw, (datetime, date, time)):
        return "d", raw.isoformat()
    if isinstance(raw, timedelta):
        return "d", str(raw)
    return "s", str(raw)
