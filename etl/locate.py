"""Where the table of a form lies on a returned sheet: by its defined names, else by the codes printed in it.

Between `identify` and `parse`. A place found by name is believed only while the code printed there agrees; everything
else is matched one to one by code or not at all. It reads positions and codes, no numbers.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from etl.codes import finding
from etl.layout import Layout, column_name, row_name
from etl.workbook import Sheet, Workbook, letters
from indicators.findings import Finding


@dataclass(slots=True)
class Place:
    """The table on the sheet: sheet rows and columns by row and column index of the edition; where the side begins."""

    sheet: Sheet
    rows: dict[int, int] = field(default_factory=dict)
    cols: dict[int, int] = field(default_factory=dict)
    side: int = 1
    anchor: int = 0  # sheet row of the column numbers (matrix) or of the headers (record)
    named: bool = True
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True when nothing stands in the way of reading every cell."""
        return not any(f.code in ("S210", "S212", "S213") for f in self.findings)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A label as it is compared: width and spaces folded, nothing else forgiven."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) != "Cf")


def locate(book: Workbook, layout: Layout) -> Place | None:
    """The table of this edition in the workbook, with findings about what moved or is missing; None: not there."""
    place = _by_names(book, layout)
    if place is None and layout.edition.layout == "matrix":
        candidates = [found for sheet in book.sheets if (found := by_codes(sheet, layout))]
        place = max(candidates, key=lambda p: len(p.rows), default=None)
    elif place is None:
        place = next((found for sheet in book.sheets if (found := _by_headers(sheet, layout))), None)
    if place:
        _moved(place, layout)
    return place


def _by_names(book: Workbook, layout: Layout) -> Place | None:
    """Rows and columns where the anchors point; None when one is gone or a printed code there disagrees."""
    edition, place = layout.edition, None
    for index in range(len(layout.headers)):
        found = book.named(column_name(index))
        if not found:
            return None
        sheet, area = found
        place = place or Place(sheet, anchor=area.top)
        if sheet is not place.sheet or area.top != place.anchor:
            return None
        if layout.numbers and not _same_code(sheet.text(area.top, area.left), layout.edition.columns[index].code):
            return None
        place.cols[index] = area.left
    if place is None:
        return None
    place.side = place.cols[0] - len(layout.side)
    if edition.layout == "record":
        return place
    for index, row in enumerate(edition.rows):
        found = book.named(row_name(index))
        if not found or found[0] is not place.sheet:
            return None
        at = found[1].top
        if not _same_code(place.sheet.text(at, place.side + 1), row.code):
            return None
        place.rows[index] = at
    return place if place.side >= 1 else None


def by_codes(sheet: Sheet, layout: Layout) -> Place | None:
    """The column in which most row codes stand exactly once, and the row above it with the column numbers."""
    edition = layout.edition
    standing: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    wanted = frozenset(plain(row.code) for row in edition.rows)
    for cell in sheet:
        code = _code(cell.text, wanted)
        if code is not None:
            standing[cell.col][code].append(cell.row)
    if not standing:
        return None
    col, found = max(standing.items(), key=lambda item: len(item[1]))
    if len(found) < max(2, len(wanted) // 2):
        return None
    place = Place(sheet, side=col - 1, named=False)
    header = _numbers_row(sheet, layout, col, min(min(rows) for rows in found.values()))
    place.anchor, place.cols = header
    for index, row in enumerate(edition.rows):
        rows = [r for r in found.get(plain(row.code), []) if r > place.anchor]
        if len(rows) == 1:
            place.rows[index] = rows[0]
        elif rows:
            place.findings.append(_duplicate(sheet, row.code, rows, col))
        else:
            message = f"工作表“{sheet.name}”中找不到代码 {row.code}“{row.label}”这一行。"
            place.findings.append(finding("S212", message, sheet=sheet.name, expected=row.code))
    for index, column in enumerate(edition.columns):
        if index not in place.cols:
            message = f"工作表“{sheet.name}”中找不到第 {column.code} 栏“{'|'.join(column.header)}”。"
            place.findings.append(finding("S212", message, sheet=sheet.name, expected=column.code))
    return place


def _numbers_row(sheet: Sheet, layout: Layout, code_col: int, below: int) -> tuple[int, dict[int, int]]:
    """The row above the table in which most column numbers stand right of the side, and where each stands."""
    wanted = {plain(column.code): index for index, column in enumerate(layout.edition.columns)}
    best: tuple[int, dict[int, int]] = (below - 1, {})
    for row in range(max(1, below - 12), below):
        texts = {col: sheet.text(row, col) for (r, col) in sheet.cells if r == row and col > code_col}
        codes = {col: code for col, text in sorted(texts.items()) if (code := _code(text, wanted.keys())) is not None}
        once: dict[int, int] = {}
        for col, code in codes.items():
            once.setdefault(wanted[code], col)  # 上次发布数 repeats the numbers further right
        if len(once) > len(best[1]):
            best = (row, once)
    return best


def _by_headers(sheet: Sheet, layout: Layout) -> Place | None:
    """A record table by its header row: every header exactly once in one row."""
    wanted = {plain(record.header): index for index, record in enumerate(layout.edition.records)}
    by_row: dict[int, dict[int, int]] = defaultdict(dict)
    for cell in sheet:
        index = wanted.get(plain(cell.text))
        if index is not None:
            by_row[cell.row].setdefault(index, cell.col)
    for row, cols in sorted(by_row.items()):
        if len(cols) == len(wanted):
            return Place(sheet, cols=cols, anchor=row, side=max(min(cols.values()) - 1, 1), named=False)
    return None


def _moved(place: Place, layout: Layout) -> None:
    """Say so when rows or columns were inserted, deleted or put in another order."""
    rows = [place.rows[i] for i in sorted(place.rows)]
    cols = [place.cols[i] for i in sorted(place.cols)]
    inserted = [row for a, b in pairwise(rows) for row in range(a + 1, b)]
    if inserted:
        shown = "、".join(map(str, inserted[:5]))
        message = f"工作表“{place.sheet.name}”的表内多出了第 {shown} 行，各行已按代码对应。"
        place.findings.append(finding("S216", message, sheet=place.sheet.name, cell=f"A{inserted[0]}"))
    elif rows != sorted(rows):
        message = f"工作表“{place.sheet.name}”的行次序变了，各行已按代码对应。"
        place.findings.append(finding("S216", message, sheet=place.sheet.name))
    if cols and cols != list(range(cols[0], cols[0] + len(cols))):
        message = f"工作表“{place.sheet.name}”的栏次序或位置变了，各栏已按栏号对应。"
        place.findings.append(
            finding("S216", message, sheet=place.sheet.name, cell=f"{letters(cols[0])}{place.anchor}")
        )


def _duplicate(sheet: Sheet, code: str, rows: list[int], col: int) -> Finding:
    shown = "、".join(map(str, rows[:5]))
    return finding(
        "S213",
        f"工作表“{sheet.name}”中代码 {code} 出现在第 {shown} 行，不知道以哪一行为准。",
        sheet=sheet.name,
        cell=f"{letters(col)}{rows[0]}",
        cells=tuple(f"{letters(col)}{row}" for row in rows),
    )


def _code(text: str, known: Collection[str]) -> str | None:
    """The code that a cell holds: as printed, or as a number that lost its leading zeros when it was pasted."""
    if not text or len(text) > 20:
        return None
    folded = plain(text)
    if folded in known:
        return folded
    return _without_zeros(frozenset(known)).get(folded.lstrip("0")) if folded.isdigit() else None


@lru_cache(maxsize=256)
def _without_zeros(known: frozenset[str]) -> dict[str, str]:
    """Codes by what is left of them without leading zeros, where that is only one."""
    bare = Counter(code.lstrip("0") for code in known)
    return {short: code for code in known if bare[short := code.lstrip("0")] == 1}


def _same_code(text: str, code: str) -> bool:
    return _code(text, {plain(code)}) is not None
