"""The mapping (对照表) of a hand-made table: what a person confirmed of it, stored as an edition of a form.

A mapping anchors by text, never by address: titles, the header of the stub, column headers and row labels, with marks
for periods (`anchors`). Table, column and row each say part of what a cell is; together they say everything, as row
and column of a form do. `text` reads and writes it, `complete` says what is missing, `match` finds it in a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import ConfigDict, Field

from indicators.catalogue.model import Facet, Form, FormEdition


class MappedColumn(Facet):
    """A column by its header, levels joined with “|”. `first` and `last` (period codes) bound what `{各期}` takes."""

    header: str
    first: str = ""
    last: str = ""


class MappedRow(Facet):
    """A row by the label in the stub."""

    label: str


class MappedTable(Facet):
    """One table: the title above it, the header of its stub. Without own columns or rows it has those of the mapping.

    `unit_column` is the header of a column of units; `seen_at` says where the stub header stood when it was confirmed
    (`Sheet1!B5`), which is used to report drift and never to find anything.
    """

    title: str = ""
    stub: str = ""
    unit_column: str = ""
    seen_at: str = ""
    columns: tuple[MappedColumn, ...] = ()
    rows: tuple[MappedRow, ...] = ()


class Mapping(Facet):
    """How one kind of hand-made workbook is read; its own facets hold wherever table, row and column say nothing.

    `period_from`: the return's period stands in a title above the tables, or is the newest of the `{各期}` columns.
    `aliases`: other spellings of row labels. `ignore`: titles, sheets and rows that are not read on purpose.
    `notes`: how notes and sources below a table begin. `questions` must be answered and deleted by a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    form: str = ""
    edition: str = "1"
    name: str = ""
    department: str = ""
    source: str = ""
    period_from: Literal["title", "columns"] = "title"
    frequency: Literal["A", "H", "Q", "M"] = "Q"
    tables: tuple[MappedTable, ...] = ()
    columns: tuple[MappedColumn, ...] = ()
    rows: tuple[MappedRow, ...] = ()
    aliases: dict[str, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    notes: tuple[str, ...] = ("注", "附注", "备注", "说明", "资料来源", "数据来源", "来源")
    questions: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """`CITY-INCOME.1`: what the mapping is called where it is kept."""
        return f"{self.form}.{self.edition}"

    def columns_of(self, table: MappedTable) -> tuple[MappedColumn, ...]:
        """The columns of a table."""
        return table.columns or self.columns

    def rows_of(self, table: MappedTable) -> tuple[MappedRow, ...]:
        """The rows of a table."""
        return table.rows or self.rows

    def cell(self, table: MappedTable, row: MappedRow, column: MappedColumn) -> Facet:
        """What a cell is: row, column and table joined, then the mapping's own word.

        Unit and decimals of a column (a % column) go before the row's, as in a form.
        """
        sides: tuple[Facet, ...] = (row, column, table, self)
        said: dict[str, Any] = {side: _first(getattr(one, side) for one in sides) for side in FACETS}
        said |= {side: _first(getattr(one, side) for one in (column, *sides)) for side in ("unit", "decimals")}
        return Facet(**{side: value for side, value in said.items() if value is not None})


FACETS = ("indicator", "area", "measure", "nature", "price_basis", "scope")


class MappedEdition(FormEdition):
    """An edition of a form that is read by a mapping and never drawn as a template."""

    mapping: Mapping


def form_of(mappings: Iterable[Mapping]) -> Form:
    """The form that these mappings are the editions of (one form, oldest edition first)."""
    editions = tuple(
        MappedEdition(edition=m.edition, valid_from="1949", layout="record", sheet="", mapping=m) for m in mappings
    )
    newest = editions[-1].mapping
    return Form(
        code=newest.form,
        name=newest.name,
        name_en=newest.form,
        table_number="",
        authority="",
        document_number="",
        valid_until="",
        frequency="any",
        departments=tuple(dict.fromkeys(e.mapping.department for e in editions)),
        due_days=0,
        area=newest.area,
        scope=newest.scope or "",
        editions=editions,
    )


def _first(values: Iterable[object]) -> object:
    return next((value for value in values if value not in ("", None)), None)
