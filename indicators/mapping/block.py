"""A table as it stands in a sheet, in texts and places only: what a mapping is matched with and proposed from.

Made by whoever reads the sheet; holds no number. Rows and columns are the sheet's own, counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    """A text above or below the table and its place."""

    row: int
    col: int
    text: str


class BlockRow(NamedTuple):
    """A row of the table: the label in its stub, and whether a number or mark stands beside it."""

    row: int
    label: str
    filled: bool


@dataclass(slots=True)
class Block:
    """One table. `headers`: the header path of each column right of the stub, "" where none stands.

    `above`: the texts between the table before and this header; `below`: those right after the last row, as far as the
    next table. `texts`: what stands in its rows right of the stub and is no number. `numeric`: columns with numbers.
    `stray`: numbers in its rows and columns that have no label, or stand left of the stub and are no row numbers.
    """

    sheet: str
    top: int  # first header row
    stub_col: int
    stub: str = ""
    headers: dict[int, str] = field(default_factory=dict)
    rows: list[BlockRow] = field(default_factory=list)
    above: list[Line] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    numeric: set[int] = field(default_factory=set)
    stray: list[tuple[int, int]] = field(default_factory=list)


def place(row: int, col: int) -> str:
    """The address of a cell: B7 of row 7, column 2."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
