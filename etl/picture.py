"""Pictures of sheets: what stands in a workbook, as rows of boxes around the cells that are meant.

Drawn by `drawing` in the reading process, shown by a page that never opens a workbook. Texts and places only; what a
mark means is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, or a merged area, as it is drawn: the address of its first cell, its text, and how far it reaches.

    `kind` as in Cell, `""` where nothing stands; `covers` are all its addresses when it is merged.
    """

    address: str
    col: int
    text: str
    kind: str = ""
    rows: int = 1
    cols: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the picture: `boxes` without those that a box above covers; `skipped` rows before it are not shown."""

    number: int
    boxes: tuple[Box, ...]
    hidden: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in one marked cell: as stored, as shown, its number format and formula."""

    raw: str
    text: str
    number_format: str
    formula: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A sheet, or the part of it around the marked cells. `columns` are shown, `skipped` says where others are not.

    `marked` has the cells that were asked for and are in sight, by their own address; `at` the box that shows each.
    """

    sheet: str
    state: str
    columns: tuple[int, ...]
    hidden_columns: frozenset[int]
    rows: tuple[Row, ...]
    height: int
    width: int
    marked: dict[str, Seen]
    at: dict[str, str]

    @property
    def whole(self) -> bool:
        """True when nothing of the sheet was left out."""
        return len(self.rows) == self.height and len(self.columns) == self.width


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures that were asked for, names of all sheets that people see, and why there are none, if so."""

    sheets: tuple[str, ...] = ()
    drawn: tuple[Picture, ...] = ()
    refusal: str = ""

    def of(self, sheet: str) -> Picture | None:
        """The picture of this sheet."""
        return next((one for one in self.drawn if one.sheet == sheet), None)
