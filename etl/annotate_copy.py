"""A copy of a workbook that is no return of ours, with its findings: for reading, 批注副本，不可回传.

Drawn from what the reading process saw: values in their number formats and merges, formulas as their results, no macro,
no link. It carries no identity, so that it can never be mistaken for the return that it resembles.
"""

from __future__ import annotations

import io
import math
import re
from typing import Any

from etl.annotate_list import MAX_COMMENTS, Cell, Noted, ResultList, comment, fill_of, shown_width, sorted_findings
from etl.explanations import RESULT_SHEET
from etl.identity import META_SHEET
from etl.receipts import Checked
from etl.template import new_book
from etl.workbook import Area, Sheet, Workbook, position
from etl.workbook import Cell as SeenCell
from indicators.findings import Finding

MARK = "批注副本，不可回传"
MAX_CELLS, _MAX_MERGES, _MAX_FORMATS, _LONGEST, _WIDEST = 100_000, 2_000, 400, 32_000, 30
_ADVICE = (
    f"{MARK}：这个文件不能当作本系统的报表读取，后面的表只是照原样抄录，供对照查看。",
    "请从系统下载本期报表，把数字填入（可复制后“选择性粘贴—数值”）后再报送。",
)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f']")


def reading_copy(book: Workbook, checked: Checked) -> bytes:
    """The copy as .xlsx bytes; of a file that was refused, the list of findings alone."""
    buffer = io.BytesIO()
    drawn = new_book(buffer, f"{MARK} {checked.parsed.file_name}"[:200])
    result, copier = ResultList(drawn), _Copier(drawn)
    findings = sorted_findings(checked.findings)
    copied = {}
    for sheet in book.sheets:
        if sheet.name != META_SHEET and copier.left > 0:
            copied[sheet.name] = copier.copy(sheet, [found for found in findings if found.sheet == sheet.name])
    noted = [_noted(found, copied.get(found.sheet)) for found in findings]
    commented: set[tuple[str, Cell]] = set()
    for made in copied.values():
        commented |= comment(made, noted, MAX_COMMENTS - len(commented))
    result.write(f"{MARK}　{checked.parsed.file_name}", noted, commented, {}, advice=_ADVICE, answerable=False)
    drawn.close()
    return buffer.getvalue()


def _noted(found: Finding, sheet: Any) -> Noted:
    if sheet is None or not found.cell:
        return Noted(found, None, found.cell, found.sheet)
    row, col = position(found.cell)
    return Noted(found, (row - 1, col - 1), found.cell, sheet.get_name())


def _widths(sheet: Sheet) -> dict[int, int]:
    """Columns as wide as what stands in them; a text wider than any column is a title and runs over."""
    widths: dict[int, int] = {}
    for cell in sheet.cells.values():
        width = shown_width(cell.text) + 2
        if width <= _WIDEST:
            widths[cell.col] = max(width, widths.get(cell.col, 8))
    return widths


class _Copier:
    """Copies sheets into the workbook; `left` is how many cells there is still room for."""

    def __init__(self, book: Any) -> None:
        self.book, self.left = book, MAX_CELLS
        self._names = {RESULT_SHEET.casefold()}
        self._formats: dict[tuple[str, str], Any] = {}

    def copy(self, sheet: Sheet, findings: list[Finding]) -> Any:
        """Copy one sheet, cells with findings coloured; the new sheet."""
        made = self.book.add_worksheet(self._name(sheet.name))
        made.set_header(f"&C{MARK}")
        made.fit_to_pages(1, 0)
        fills = {position(found.cell): fill_of(found) for found in reversed(findings) if found.cell}
        anchors = {(merge.top, merge.left) for merge in self._merged(made, sheet.merges)}
        for cell in sheet:
            if self.left <= 0:
                break
            self.left -= 1
            place = (cell.row, cell.col)
            self._write(made, cell, self._format(cell.number_format, fills.pop(place, "")))
        for col, width in _widths(sheet).items():
            made.set_column(col - 1, col - 1, width)
        for (row, col), fill in fills.items():
            if (row, col) not in anchors:
                made.write_blank(row - 1, col - 1, None, self._format("General", fill))
        return made

    def _write(self, sheet: Any, cell: SeenCell, look: Any) -> None:
        row, col, value = cell.row - 1, cell.col - 1, cell.value
        if isinstance(value, bool):
            sheet.write_boolean(row, col, value, look)
        elif isinstance(value, (int, float)) and math.isfinite(value):
            sheet.write_number(row, col, value, look)
        elif value is not None:
            sheet.write_string(row, col, str(value)[:_LONGEST], look)

    def _merged(self, sheet: Any, merges: tuple[Area, ...]) -> list[Area]:
        """Join what was joined, as far as it does not overlap."""
        from xlsxwriter.exceptions import OverlappingRange

        done = []
        for area in [area for area in merges if area.size > 1][:_MAX_MERGES]:
            try:
                sheet.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "")
                done.append(area)
            except OverlappingRange:
                continue
        return done

    def _name(self, name: str) -> str:
        """A sheet name that a workbook takes and that is free."""
        plain = _NOT_IN_NAMES.sub("_", name)[:31].strip() or "表"
        free, number = plain, 1
        while free.casefold() in self._names:
            number += 1
            free = f"{plain[:26]}_{number}"
        self._names.add(free.casefold())
        return free

    def _format(self, shown: str, fill: str) -> Any:
        key = (shown if len(self._formats) < _MAX_FORMATS else "General", fill)
        if key not in self._formats:
            coloured = {"bg_color": fill} if fill else {}
            self._formats[key] = self.book.add_format({"num_format": key[0][:200] or "General", **coloured})
        return self._formats[key]
