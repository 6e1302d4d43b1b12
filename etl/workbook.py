"""What a reader saw: Workbook, Sheet and Cell as plain data, whatever file format they came from.

Readers (`reader`, `legacy`, `csvfile`) make these in a child process; `identify` and `parse` take them from there.
Addresses are the true ones of the file, 1-based. Nothing here knows a file format, a form or the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from indicators.findings import Finding

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
_CORNER = r"(\$?[A-Z]{1,3}\$?[0-9]{1,7})"
_NAMED_RANGE = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!]+))!{_CORNER}(?::{_CORNER})?\Z")
_LONGEST_RANGE = 200  # the name of a sheet has at most 31 characters


class Cell(NamedTuple):
    """One non-empty cell. `kind`: n number · s text · b boolean · e error · d ISO date text.

    `value` is the stored (for a formula: cached) value, a number as the double that the file holds, or int; None for a
    formula that was never calculated. `number_format` is the format's text, `""` where the file format has none.
    """

    row: int
    col: int
    kind: str
    value: float | int | str | bool | None
    number_format: str = "General"
    formula: str = ""

    @property
    def address(self) -> str:
        """`B7`."""
        return address(self.row, self.col)

    @property
    def text(self) -> str:
        """The value as text, as raw as it is; `""` where there is none."""
        return "" if self.value is None else str(self.value)


class Area(NamedTuple):
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """Number of cells in it."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def holds(self, row: int, col: int) -> bool:
        """True when the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= col <= self.right


@dataclass(slots=True)
class Sheet:
    """One sheet. `state`: visible · hidden · veryHidden. Only non-empty cells are kept; hidden ones are data too."""

    name: str
    state: str = "visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_cols: frozenset[int] = frozenset()
    pictures: bool = False
    zeros_hidden: bool = False

    def text(self, row: int, col: int) -> str:
        """The text at an address, `""` where nothing is."""
        cell = self.cells.get((row, col))
        return cell.text if cell else ""

    def anchor(self, row: int, col: int) -> tuple[int, int]:
        """The top left cell of the merge that holds this one, or the cell itself."""
        return next(((m.top, m.left) for m in self.merges if m.holds(row, col)), (row, col))

    def __iter__(self) -> Iterator[Cell]:
        """Cells in reading order."""
        return iter(sorted(self.cells.values(), key=lambda cell: (cell.row, cell.col)))


@dataclass(slots=True)
class Workbook:
    """A file that was read, or refused: then it has no sheets and the first finding says why."""

    name: str
    kind: str
    sha256: str
    sheets: tuple[Sheet, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # defined names of the whole workbook: "'表'!$A$1:$B$2"
    date1904: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """True when nothing was read."""
        return not self.sheets

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def named(self, name: str) -> tuple[Sheet, Area] | None:
        """Where a defined name points, or None: not defined, broken (#REF!) or not a single rectangle."""
        text = self.names.get(name, "")
        found = _range(text) if len(text) < _LONGEST_RANGE else None
        sheet = self.sheet(found[0]) if found else None
        return (sheet, found[1]) if found and sheet else None


@lru_cache(maxsize=4096)
def _range(text: str) -> tuple[str, Area] | None:
    """Sheet and rectangle of `'表'!$A$1:$B$2`; all returns of a form have the same ones."""
    found = _NAMED_RANGE.match(text.lstrip("="))
    if not found:
        return None
    quoted, plain, first, last = found.groups()
    try:
        area = Area(*position(first), *position(last or first))
    except ValueError:
        return None
    return quoted.replace("''", "'") if quoted else plain, area


@lru_cache(maxsize=1024)
def letters(col: int) -> str:
    """Column letters of a 1-based number: 28 → AB."""
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=1024)
def column(text: str) -> int:
    """1-based number of column letters: AB → 28."""
    number = 0
    for char in text.upper():
        number = number * 26 + ord(char) - 64
    return number


def address(row: int, col: int) -> str:
    """`B7` of row 7, column 2."""
    return f"{letters(col)}{row}"


def position(text: str) -> tuple[int, int]:
    """Row and column of `B7` or `$B$7`; ValueError for anything else."""
    found = _ADDRESS.match(text)
    if not found or found[2].startswith("0"):
        raise ValueError(text)
    return int(found[2]), column(found[1])
