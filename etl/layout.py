"""How an edition of a form lies on its sheet: side columns (甲乙丙), value columns, header levels, rows, anchors.

Shared by `template`, which draws it, and `locate`/`parse`, which compare a returned sheet with it, so that the two
cannot drift apart. Rows and columns are 0-based offsets from the first column of the side and first header row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from indicators.catalogue.model import Catalogue, Form, FormEdition, FormRow
from indicators.observations import Measure
from indicators.periods import Nature

DATA, PREVIOUS = "T01_DATA", "T01_PREVIOUS"
# Fields a person fills in below the table: key in ParsedReturn.header, label, defined name of the entry cell.
SIGNERS = (
    ("head", "单位负责人", "T01_HEAD"),
    ("statistician", "统计负责人", "T01_STATISTICIAN"),
    ("respondent", "填表人", "T01_RESPONDENT"),
    ("phone", "联系电话", "T01_PHONE"),
    ("sent_on", "报出日期", "T01_SENT_ON"),
    ("note", "说明", "T01_NOTE"),
)
MARKS = ("…", "—")  # what an entry cell takes besides a number: below the smallest unit; does not apply
MEASURES = {
    Measure.LEVEL: "本期数",
    Measure.LEVEL_PREVIOUS_YEAR: "上年同期数",
    Measure.GROWTH_YOY: "同比增长",
    Measure.PLAN: "计划数",
}
NATURES = {Nature.SINGLE: "本期", Nature.YTD: "累计", Nature.STOCK: "期末", Nature.ANNUAL: "全年"}
_SIDE_NUMBERS = "甲乙丙"
_INDENT = "　　"


class HeaderCell(NamedTuple):
    """A printed header text and the offsets it covers."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


def row_name(index: int) -> str:
    """Defined name of the value cells of the edition's row, counted from 0."""
    return f"T01_R{index + 1:03d}"


def column_name(index: int) -> str:
    """Defined name of the number cell that heads a value column (matrix) or of its header cell (record)."""
    return f"T01_C{index + 1:03d}"


@dataclass(frozen=True)
class Layout:
    """The table of one edition, as printed."""

    form: Form
    edition: FormEdition
    catalogue: Catalogue

    @cached_property
    def unit_column(self) -> bool:
        """True when the side has 丙 计量单位: no one unit rules the table."""
        return self.edition.layout == "matrix" and (not self.edition.unit or any(r.unit for r in self.edition.rows))

    @cached_property
    def side(self) -> tuple[str, ...]:
        """Headers of the side columns 甲 乙 丙; a record form numbers its lines."""
        if self.edition.layout == "record":
            return ("序号",)
        return ("指标名称", "代码", "计量单位") if self.unit_column else ("指标名称", "代码")

    @cached_property
    def headers(self) -> tuple[tuple[str, ...], ...]:
        """Header levels of every value column, from the top."""
        if self.edition.layout == "record":
            return tuple((record.header,) for record in self.edition.records)
        return tuple(column.header for column in self.edition.columns)

    @cached_property
    def depth(self) -> int:
        """Number of header rows above the row of column numbers."""
        return max(map(len, self.headers))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The row of column numbers: 甲 乙 (丙) 1 2 3 …; empty for a record form."""
        if self.edition.layout == "record":
            return ()
        return (*_SIDE_NUMBERS[: len(self.side)], *(column.code for column in self.edition.columns))

    @cached_property
    def header_cells(self) -> tuple[HeaderCell, ...]:
        """Every header text with what it covers: a short column reaches down, equal neighbours join sideways."""
        cells = [HeaderCell(0, i, self.depth - 1, i, text) for i, text in enumerate(self.side)]
        first = len(self.side)
        for level in range(self.depth):
            start = 0
            while start < len(self.headers):
                path = self.headers[start][: level + 1]
                stop = start + 1
                while stop < len(self.headers) and self.headers[stop][: level + 1] == path:
                    stop += 1
                if len(path) > level:
                    ends = len(self.headers[start]) == level + 1
                    bottom = self.depth - 1 if ends else level
                    stop = start + 1 if ends else stop
                    cells.append(HeaderCell(level, first + start, bottom, first + stop - 1, path[level]))
                start = stop
        return tuple(cells)

    def side_texts(self, row: FormRow) -> tuple[str, ...]:
        """What the side prints for a row: indented label, code, unit."""
        label = _INDENT * row.indent + row.label
        if not self.unit_column:
            return label, row.code
        return label, row.code, "" if row.heading else self.unit(row)

    def unit(self, row: FormRow) -> str:
        """The unit printed for a row: its own, the edition's, or that of its indicator."""
        indicator = self.catalogue.indicators.get(row.indicator)
        return row.unit or self.edition.unit or (indicator.unit if indicator else "")

    @cached_property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """What may be chosen in a record field, as `code name`; a matrix form lists its marks only."""
        if self.edition.layout == "matrix":
            return {"mark": MARKS}
        catalogue = self.catalogue
        offered = {
            "indicator": tuple(f"{i.code} {i.name}" for i in catalogue.indicators.values()),
            "area": tuple(f"{a.code} {a.name}" for a in catalogue.areas.values()),
            "scope": tuple(f"{s.code} {s.name}" for s in catalogue.scopes.values()),
            "source": tuple(f"{s.code} {s.title}" for s in catalogue.sources.values()),
            "measure": tuple(f"{m.value} {MEASURES[m]}" for m in Measure),
            "nature": tuple(f"{n.value} {NATURES[n]}" for n in Nature),
        }
        fields = {record.field for record in self.edition.records}
        return {name: entries for name, entries in offered.items() if name in fields}
