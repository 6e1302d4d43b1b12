"""How rows of a generation become the small frozen objects of the board: columns from fields, objects from rows.

It knows neither tables nor pages; the field names of an object are the columns it is read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, Table

_Row = TypeVar("_Row")


class Readable(Protocol):
    """The part of a generation that the board's queries need."""

    @property
    def number(self) -> int:
        """The generation's number."""

    def rows(self, query: Select[Any], /) -> Sequence[Mapping[str, Any]]:
        """The rows of a select, each a mapping from column name to value."""


def columns(kind: type[Any], table: Table) -> list[ColumnElement[Any]]:
    """The columns of `table` that the dataclass `kind` has fields for."""
    return [table.c[f.name] for f in fields(kind) if f.name in table.c]


def made(kind: type[_Row], rows: Iterable[Mapping[str, Any]]) -> tuple[_Row, ...]:
    """One `kind` a row; an absent text becomes an empty one, so that only numbers and days can be None."""
    known = fields(kind)  # type: ignore[arg-type]
    texts = {f.name for f in known if f.type == "str"}
    absent = {f.name: f.default for f in known if f.default is not MISSING}
    wanted = {f.name for f in known}
    return tuple(_one(kind, row, wanted, texts, absent) for row in rows)


def _one(
    kind: type[_Row], row: Mapping[str, Any], wanted: set[str], texts: set[str], absent: Mapping[str, Any]
) -> _Row:
    """An object filled at once: the constructor of a frozen dataclass sets field by field, ten times as slow."""
    if row.keys() | absent.keys() < wanted:
        raise TypeError(f"{kind.__name__} lacks {sorted(wanted - row.keys() - absent.keys())}")
    said = {**absent, **row}
    for name in said.keys() - wanted:
        del said[name]
    for name in texts:
        if said[name] is None:
            said[name] = ""
    one = object.__new__(kind)
    one.__dict__.update(said)
    return one
