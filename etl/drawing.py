"""Drawing sheets: the part of a workbook that is asked for, as a `Picture`, with the marked cells in sight.

A page shows the sheet with a cell marked; it never opens the workbook. The reading process opens it (`worker`), draws,
and hands back texts and places. A large sheet is drawn around the marked cells, its head rows and first columns always
with it; what was left out is said. The same question is drawn once.
"""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.identity import META_SHEET
from etl.picture import Box, Picture, Pictures, Row, Seen
from etl.reader import read_workbook
from etl.shown import shown
from etl.workbook import Area, Sheet, Workbook, address, position
from etl.worker import pool
from indicators.findings import Finding

WHOLE_ROWS, WHOLE_COLUMNS, MOST_ROWS, MOST_COLUMNS = 80, 26, 240, 48
_HEAD_ROWS, _HEAD_COLUMNS, _AROUND_ROWS, _AROUND_COLUMNS = 6, 2, 6, 4
_LONGEST, _KEPT = 400, 64
Wanted = Mapping[str, Sequence[str]]
_kept: OrderedDict[tuple[object, ...], Pictures] = OrderedDict()
_lock = threading.Lock()


def pictures(data: bytes, name: str, wanted: Wanted) -> Pictures:
    """The sheets of a workbook with the cells that are `wanted` of each in sight; of the first sheet when none is.

    Never raises for what is in the file: a refused file has a `refusal`. The same question is drawn once.
    """
    key = (hashlib.sha256(data).hexdigest(), name, tuple((sheet, tuple(cells)) for sheet, cells in wanted.items()))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made: Pictures = pool("picture", draw, _refused, 1).run(data, name, dict(wanted))
    with _lock:
        _kept[key] = made
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return made


def draw(data: bytes, name: str, wanted: Wanted) -> Pictures:
    """The task of the reading process."""
    book = read_workbook(data, name)
    if book.refused:
        return Pictures(refusal=book.findings[0].message)
    names = tuple(sheet.name for sheet in book.sheets if sheet.name != META_SHEET)
    asked = wanted or {
        next((s.name for s in book.sheets if s.cells and s.name in names), names[0] if names else ""): ()
    }
    drawn = [_picture(book, sheet, cells) for one, cells in asked.items() if (sheet := book.sheet(one)) is not None]
    return Pictures(names, tuple(drawn))


def _refused(data: bytes, name: str, why: Finding) -> Pictures:
    return Pictures(refusal=why.message)


def _picture(book: Workbook, sheet: Sheet, cells: Sequence[str]) -> Picture:
    places = _places(cells)
    area = [*sheet.cells, *places.values()] or [(1, 1)]
    height, width = max(row for row, _ in area), max(col for _, col in area)
    rows = _window(height, sorted({row for row, _ in places.values()}), _ROWS)
    columns = _window(width, sorted({col for _, col in places.values()}), _COLUMNS)
    drawing = _Drawing(book, sheet, rows, columns)
    lines = drawing.lines()
    at = {name: drawing.shown_at[place] for name, place in places.items() if place in drawing.shown_at}
    marked = {name: _seen(book, sheet, places[name]) for name in at}
    hidden = frozenset(sheet.hidden_cols & set(columns))
    return Picture(sheet.name, sheet.state, tuple(columns), hidden, tuple(lines), height, width, marked, at)


def _places(cells: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Where the named cells lie; what is no address is left out."""
    found = {}
    for name in dict.fromkeys(cells):
        try:
            found[name] = position(name)
        except ValueError:
            continue
    return found


def _seen(book: Workbook, sheet: Sheet, place: tuple[int, int]) -> Seen:
    cell = sheet.cells.get(sheet.anchor(*place))
    if cell is None:
        return Seen("", "", "", "")
    return Seen(
        cell.text[:_LONGEST], shown(cell, book.date1904)[:_LONGEST], cell.number_format, cell.formula[:_LONGEST]
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    whole: int
    most: int
    head: int
    around: int


_ROWS = _Limits(WHOLE_ROWS, MOST_ROWS, _HEAD_ROWS, _AROUND_ROWS)
_COLUMNS = _Limits(WHOLE_COLUMNS, MOST_COLUMNS, _HEAD_COLUMNS, _AROUND_COLUMNS)


def _window(size: int, marked: Sequence[int], limits: _Limits) -> list[int]:
    """Which rows (or columns) of so many are shown: all of a few, else the head and what lies around the marks."""
    if size <= limits.whole:
        return list(range(1, size + 1))
    if not marked:
        return list(range(1, limits.whole + 1))
    chosen = set(range(1, limits.head + 1))
    for one in marked:
        around = set(range(max(1, one - limits.around), min(size, one + limits.around) + 1))
        if len(chosen | around) > limits.most:
            break
        chosen |= around
    return sorted(chosen)


class _Drawing:
    """One sheet while it is drawn. Rows and columns lie in unbroken runs; a merged area is cut where a run ends."""

    def __init__(self, book: Workbook, sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> None:
        self.book, self.sheet, self.rows, self.columns = book, sheet, rows, columns
        self.boxes: dict[tuple[int, int], Box] = {}
        self.shown_at: dict[tuple[int, int], str] = {}
        for area in sheet.merges:
            for top, bottom in _runs(rows, area.top, area.bottom):
                for left, right in _runs(columns, area.left, area.right):
                    self._merge(area, Area(top, left, bottom, right))

    def _merge(self, area: Area, part: Area) -> None:
        inside = [(r, c) for r in range(part.top, part.bottom + 1) for c in range(part.left, part.right + 1)]
        if any(place in self.shown_at for place in inside):
            return  # two merges that overlap: the first holds
        span = part.bottom - part.top + 1, part.right - part.left + 1
        box = self.boxes[part.top, part.left] = self._box((area.top, area.left), part.left, *span)
        self.shown_at |= dict.fromkeys(inside, box.address)

    def _box(self, at: tuple[int, int], col: int, rows: int = 1, cols: int = 1) -> Box:
        cell = self.sheet.cells.get(at)
        name = address(*at)
        if cell is None:
            return Box(name, col, "", "", rows, cols)
        text = shown(cell, self.book.date1904)
        return Box(name, col, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", cell.kind, rows, cols)

    def lines(self) -> list[Row]:
        made, before = [], 0
        for number in self.rows:
            boxes = []
            for col in self.columns:
                box = self.boxes.get((number, col))
                if box is None and (number, col) not in self.shown_at:
                    box = self._box((number, col), col)
                    self.shown_at[number, col] = box.address
                if box is not None:
                    boxes.append(box)
            made.append(Row(number, tuple(boxes), number in self.sheet.hidden_rows, number - before - 1))
            before = number
        return made


def _runs(numbers: Sequence[int], first: int, last: int) -> list[tuple[int, int]]:
    """The unbroken runs of sorted `numbers` between two numbers, as their ends."""
    runs: list[tuple[int, int]] = []
    for number in numbers[bisect_left(numbers, first) :]:
        if number > last:
            break
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
