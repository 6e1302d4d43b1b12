"""From a sheet to its tables as texts and places (`Block`): where each begins, its header levels joined, its stub.

Goes by form alone, never by meaning: a row of data is a label with numbers to its right; the header is what stands
above in the same columns; a merged header holds inside its declared merge and nowhere else. What the texts mean is for
`indicators.mapping` to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from etl.explanations import RESULT_SHEET
from etl.workbook import Area, Cell, Sheet, Workbook
from indicators.mapping.block import Block, BlockRow, Line
from indicators.mapping.match_cells import begins
from indicators.marks import YEARBOOK_MARKS, NumberStatus
from indicators.numbers import read_number

_NUMBERED = "甲"  # the row 甲 乙 1 2 3 under a header
_LIKE = re.compile(r"\s*[-+−–—(（]?\s*[.0-9０-９]")
_YEARS = range(1949, 2100)


def blocks_of(book: Workbook, notes: Sequence[str]) -> list[Block]:
    """The tables of all sheets, in reading order; `notes` are the words that begin what stands below a table."""
    sheets = [sheet for sheet in book.sheets if sheet.name != RESULT_SHEET]
    return [block for sheet in sheets for block in _Sheet(sheet, notes).blocks()]


def is_number(cell: Cell) -> bool:
    """True for a cell with a number, a mark such as “—”, or an error: what may stand where a value is asked for."""
    if cell.kind == "s":
        if not _LIKE.match(cell.text):
            return cell.text.strip() in YEARBOOK_MARKS
        read = read_number(cell.value)
        return read.status not in (NumberStatus.ERROR, NumberStatus.BLANK) and read.unit_text in ("", "%")
    return cell.kind in "ne" or (cell.kind == "d" and bool(cell.formula))


@dataclass(slots=True)
class _Row:
    """One row: its label (the first text) and the columns of numbers to the right of it."""

    number: int
    cells: list[Cell]
    label: Cell | None = None
    values: list[int] = field(default_factory=list)


class _Sheet:
    """One sheet while its tables are being found."""

    def __init__(self, sheet: Sheet, notes: Sequence[str]) -> None:
        self.sheet, self.notes = sheet, notes
        by_row: dict[int, list[Cell]] = defaultdict(list)
        for cell in sheet:
            if cell.text.strip():
                by_row[cell.row].append(cell)
        self.number = {(cell.row, cell.col) for cells in by_row.values() for cell in cells if is_number(cell)}
        self.rows = {number: self._row(number, cells) for number, cells in by_row.items()}
        self.merges: dict[tuple[int, int], Area] = {
            (row, col): area
            for area in sheet.merges
            for row in range(area.top, area.bottom + 1)
            for col in range(area.left, area.right + 1)
        }

    def _is_number(self, cell: Cell) -> bool:
        return (cell.row, cell.col) in self.number

    def _row(self, number: int, cells: list[Cell]) -> _Row:
        row = _Row(number, cells)
        texts = [cell for cell in cells if not self._is_number(cell)]
        if texts and not begins(texts[0].text, self.notes) and texts[0].text.strip() != _NUMBERED:
            row.label = texts[0]
            row.values = [cell.col for cell in cells if cell.col > row.label.col and self._is_number(cell)]
            if self._years([c for c in cells if c.col in row.values]):
                row.values = []
        return row

    def _years(self, cells: Iterable[Cell]) -> bool:
        """True for a header of bare years: 2019, 2018, 2017."""
        years = [int(c.text) if c.text.isdigit() else 0 for c in cells]
        steps = {abs(a - b) for a, b in pairwise(years)}
        return len(years) > 1 and all(y in _YEARS for y in years) and steps == {1}

    def blocks(self) -> list[Block]:
        """The tables; a row with two numbers begins one, in a sheet that has none a row with one."""
        least = 2 if any(len(row.values) >= 2 for row in self.rows.values()) else 1
        found: list[list[_Row]] = []
        between: list[_Row] = []
        for _, row in sorted(self.rows.items()):
            last = found[-1] if found else []
            goes_on = bool(last) and row.label is not None and self._goes_on(last, between, row)
            if row.values and goes_on:
                last += [*between, row]
            elif len(row.values) >= least:
                found.append([row])
            else:
                between.append(row)
                continue
            between = []
        return self._made(found)

    def _goes_on(self, table: list[_Row], between: list[_Row], row: _Row) -> bool:
        """True when the row belongs to the table above: the same stub, and no header stands between."""
        stub = table[0].label.col if table[0].label else 0
        if row.label is None or row.label.col != stub:
            return False
        return not any(cell.col > stub for other in between for cell in other.cells) and not any(
            self._reaches(other, stub) for other in between
        )

    def _reaches(self, row: _Row, stub: int) -> bool:
        """True for a title merged across the stub and value columns."""
        return any((area := self.merges.get((c.row, c.col))) and area.right > stub for c in row.cells)

    def _made(self, tables: list[list[_Row]]) -> list[Block]:
        made: list[Block] = []
        before = 0
        for number, table in enumerate(tables):
            after = tables[number + 1][0].number if number + 1 < len(tables) else max(self.rows) + 1
            made.append(self._block(table, before, after))
            before = table[-1].number
        return made

    def _block(self, table: list[_Row], before: int, after: int) -> Block:
        stub = table[0].label.col if table[0].label else 1
        numeric = {col for row in table for col in row.values}
        header = self._header(table[0].number, before, stub, numeric)
        top = header[0] if header else table[0].number
        block = Block(self.sheet.name, top, stub, self._path(header, stub), numeric=numeric)
        last = max((cell.col for number in header for cell in self._cells(number)), default=0)
        wide = max([last, *numeric, *(self._right(n) for n in header)])
        block.headers = {col: self._path(header, col) for col in range(stub + 1, wide + 1)}
        block.headers = {col: text for col, text in block.headers.items() if text or col in numeric}
        for row in table:
            if row.label:
                block.rows.append(BlockRow(row.number, row.label.text, bool(row.values)))
            block.texts |= {(c.row, c.col): c.text for c in row.cells if c.col > stub and not self._is_number(c)}
        block.above = self._lines(before + 1, top)
        block.below = self._lines(table[-1].number + 1, after)
        block.stray = self._stray(table, stub, max(header, default=before) + 1, after)
        return block

    def _stray(self, table: list[_Row], stub: int, first: int, after: int) -> list[tuple[int, int]]:
        """Numbers that no row of the table holds: in rows without a label, and left of the stub unless they count."""
        inside = {row.number for row in table}
        found = [
            (cell.row, cell.col)
            for number in range(first, after)
            for cell in self._cells(number)
            if number not in inside and cell.col > stub and cell.kind == "n" and self._unlabelled(self.rows[number])
        ]
        left = [cell for row in table for cell in row.cells if cell.col < stub]
        for col in {cell.col for cell in left}:
            count = [cell for cell in left if cell.col == col]
            texts = [cell.text for cell in count]
            if texts != [str(n) for n in range(1, len(texts) + 1)]:
                found += [(cell.row, cell.col) for cell in count]
        return sorted(found)

    def _header(self, first: int, before: int, stub: int, numeric: set[int]) -> list[int]:
        """The header rows above the first row of data, from the top; a merge may hold an empty one."""
        found: list[int] = []
        for number in range(first - 1, before, -1):
            row = self.rows.get(number)
            if row and (self._numbered(row) or self._unlabelled(row)):
                continue
            covered = [col for col in numeric if self._over(number, col, stub)]
            if len(covered) >= min(2, len(numeric)):
                found.append(number)
            elif found or row:
                break
        return found[::-1]

    def _numbered(self, row: _Row) -> bool:
        """True for the row 甲 乙 1 2 3 under a header."""
        return row.cells[0].text.strip() == _NUMBERED

    def _unlabelled(self, row: _Row) -> bool:
        """True for a row of numbers without any text, which are no years."""
        return all(self._is_number(cell) for cell in row.cells) and not self._years(row.cells)

    def _over(self, row: int, col: int, stub: int) -> str:
        """The header text over a column in this row: its own, or that of the merge that holds it, unless a title's."""
        area = self.merges.get((row, col))
        if area and area.left <= stub:
            return ""
        return self.sheet.text(area.top, area.left) if area else self.sheet.text(row, col)

    def _path(self, header: list[int], col: int) -> str:
        """Header levels over a column from the top, each once, joined with “|”."""
        levels = dict[tuple[int, int], str]()
        for row in header:
            area = self.merges.get((row, col))
            at = (area.top, area.left) if area else (row, col)
            levels[at] = " ".join(self.sheet.text(*at).split())
        return "|".join(text for text in levels.values() if text)

    def _right(self, row: int) -> int:
        return max((area.right for (r, _), area in self.merges.items() if r == row), default=0)

    def _cells(self, row: int) -> list[Cell]:
        return self.rows[row].cells if row in self.rows else []

    def _lines(self, top: int, end: int) -> list[Line]:
        return [
            Line(cell.row, cell.col, " ".join(cell.text.split()))
            for number in range(top, end)
            for cell in self._cells(number)
            if not self._is_number(cell)
        ]
