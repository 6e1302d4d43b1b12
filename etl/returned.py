"""A return as read: plain data that travels from the reading process to whoever checks, keeps and shows it.

Made by `parse`; holds no behaviour but a compact pickle, since a return has hundreds of observations that share
almost all of their fields.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, NamedTuple

from etl.identity import Identity
from indicators.findings import Finding
from indicators.observations import Observation, ObsStatus, Origin
from indicators.periods import Period

_NAMES = tuple(f.name for f in fields(Observation))
_VALUES = attrgetter(*_NAMES)
_DEFAULTS: dict[str, Sequence[Any]] = {f.name: (f.default,) for f in fields(Observation) if f.default is not MISSING}
_NUMBERS = {Decimal, type(None)}
_BARE: Callable[[type[Observation]], Observation] = object.__new__
_SET = {name: getattr(Observation, name).__set__ for name in _NAMES}


class Sending(NamedTuple):
    """What every observation of one return has in common."""

    identity: Identity
    period: Period
    respondent: str
    file_hash: str
    date1904: bool

    def common(self, sheet: str) -> dict[str, Any]:
        """The fields that all observations of one sheet share."""
        identity = self.identity
        return {
            "department": identity.department,
            "form": identity.form,
            "edition": identity.edition,
            "origin": identity.origin,
            "file_hash": self.file_hash,
            "respondent": self.respondent,
            "sheet": sheet,
        }


class ReadCell(NamedTuple):
    """One cell of the form as it was read: where, what stood there, the number as sent and in the canonical unit."""

    sheet: str
    address: str
    raw: str
    value: Decimal | None
    canonical: Decimal | None
    status: ObsStatus


# Where a cell's fields stand in its observation.
_TWINS = {
    "sheet": "sheet", "address": "cell", "raw": "raw_text", "value": "value", "canonical": "canonical_value",
    "status": "status",
}  # fmt: skip


@dataclass(slots=True)
class Table:
    """What the table of a return gave."""

    observations: tuple[Observation, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    cells: dict[str, ReadCell] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedReturn:
    """A return as read; codes are "" where they could not be told.

    `recognised`: template · codes · mapping · "" (not recognised). `cells` is keyed `row:column` (a record form:
    `line:field`, a hand-made table: `sheet!cell`), `header` by the keys of `layout.SIGNERS`, `explanations` by the
    binding of the finding they explain. `mapping`: digest of the mapping that a hand-made table was read by.
    """

    form: str
    edition: str
    period: str
    department: str
    origin: Origin
    recognised: str
    file_name: str
    file_hash: str
    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
    header: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    cells: dict[str, ReadCell] = field(default_factory=dict)
    mapping: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """Observations and cells by column: names are written once, and what a cell shares with its number too."""
        said = dict(zip(_NAMES, zip(*map(_VALUES, self.observations), strict=True), strict=False))
        cells: dict[str, Sequence[Any]] = {}
        for name, column in zip(ReadCell._fields, zip(*self.cells.values(), strict=True), strict=False):
            twin = said.get(_TWINS[name], ())
            cells[name] = "" if len(twin) == len(column) and all(map(is_, twin, column)) else _written(column)
        written = {name: _written(column) for name, column in said.items()}
        packed = (len(self.observations), written, tuple(self.cells), cells)
        return self.__dict__ | {"observations": packed, "cells": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        count, written, keys, cells = state["observations"]
        said = {name: _read(column) for name, column in written.items()}
        state["observations"] = observations_of(count, said) if count else ()
        columns = [said[_TWINS[name]] if column == "" else _read(column) for name, column in cells.items()]
        rows = zip(*(_spread(column, len(keys)) for column in columns), strict=True)
        state["cells"] = dict(zip(keys, map(ReadCell._make, rows), strict=False))
        self.__dict__.update(state)


def observations_of(count: int, columns: Mapping[str, Sequence[Any]]) -> tuple[Observation, ...]:
    """So many observations from their fields, column by column; a column of one value holds for all of them.

    A field that is not given has its default. The same objects as by the constructor, which takes three times as long.
    """
    made = tuple(map(_BARE, repeat(Observation, count)))
    for name, column in {**_DEFAULTS, **columns}.items():
        deque(map(_SET[name], made, _spread(column, count)), maxlen=0)
    return made


def _written(column: Sequence[Any]) -> Sequence[Any]:
    """A column for the pickle: one object throughout as that object (1.0 and 1.00 are two), numbers as one text."""
    if all(map(is_, column, repeat(column[0]))):
        return column[:1]
    if Decimal in (kinds := set(map(type, column))) and kinds <= _NUMBERS:
        return "\n".join("" if number is None else str(number) for number in column)
    return column


def _read(column: Sequence[Any]) -> Sequence[Any]:
    """The column that was written."""
    if not isinstance(column, str):
        return column
    return [Decimal(text) if text else None for text in column.split("\n")]


def _spread(column: Sequence[Any], count: int) -> Iterable[Any]:
    return repeat(column[0], count) if len(column) == 1 else column
