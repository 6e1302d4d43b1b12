"""How a mapping fits a workbook: the tables found, what each column and row is, what drifted, what has to be asked.

Filled by `match`, `match_cells` and `drift`; read by whoever turns it into observations or tells a person. Places are
the sheet's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from indicators.mapping.block import Block, Line
from indicators.mapping.model import MappedColumn, MappedRow, MappedTable, Mapping
from indicators.period_text import PeriodReading
from indicators.periods import Period


class Note(NamedTuple):
    """Something to tell a person: `kind` is a code of `etl.codes`, the place is the sheet's own."""

    kind: str
    text: str
    sheet: str = ""
    row: int = 0
    col: int = 0
    found: str = ""
    expected: str = ""


class PlacedColumn(NamedTuple):
    """A column of the sheet and what it is; `reading` is the period its header names, for `{各期}`."""

    col: int
    column: MappedColumn
    reading: PeriodReading | None


@dataclass(slots=True)
class Placed:
    """A table of the mapping found in a sheet."""

    table: MappedTable
    block: Block
    title: Line | None = None
    reading: PeriodReading | None = None
    columns: list[PlacedColumn] = field(default_factory=list)
    rows: list[tuple[int, MappedRow]] = field(default_factory=list)


@dataclass(slots=True)
class Fit:
    """How a mapping fits a workbook; it may be read only when it is `complete`."""

    mapping: Mapping
    placed: list[Placed] = field(default_factory=list)
    period: Period | None = None
    alike: bool = False  # a table has its columns and most of its rows, under another title
    questions: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True when every table was found and nothing has to be asked."""
        return bool(self.placed) and not self.questions

    def ask(self, kind: str, text: str, block: Block | None, row: int, col: int, **more: str) -> None:
        """Put a question: what does not fit. `more` is found and expected."""
        self.questions.append(Note(kind, text, block.sheet if block else "", row, col, **more))

    def tell(self, kind: str, text: str, block: Block, row: int, col: int, **more: str) -> None:
        """Add a note: what fits otherwise than on the day of confirmation."""
        self.notes.append(Note(kind, text, block.sheet, row, col, **more))
