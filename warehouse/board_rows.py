"""How rows of a generation become the small frozen objects of the board: columns from fields, objects from rows.

It knows neither tables nor pages; the field names of an object are the columns it is read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
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
    kinds = {f.name: f.type == "str" for f in fields(kind)}  # type: ignore[arg-type]
    return tuple(kind(**{k: "" if v is None and kinds[k] else v for k, v in row.items() if k in kinds}) for row in rows)
