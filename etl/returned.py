"""A return as read: plain data that travels from the reading process to whoever checks, keeps and shows it.

Made by `parse`; holds no behaviour but a compact pickle, since a return has hundreds of observations that share
almost all of their fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import is_
from typing import Any, NamedTuple

from etl.identity import Identity
from indicators.columns import Column, Observations, read_written, spread, written
from indicators.findings import Finding
from indicators.observations import Observation, ObsStatus, Origin
from indicators.periods import Period


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

    observations: Sequence[Observation] = ()
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
    observations: Sequence[Observation] = ()
    findings: tuple[Finding, ...] = ()
    header: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    cells: dict[str, ReadCell] = field(default_factory=dict)
    mapping: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """Observations and cells by column: names are written once, and what a cell shares with its number too."""
        observations, cells = Observations.of(self.observations), dict[str, Column]()
        for name, column in zip(ReadCell._fields, zip(*self.cells.values(), strict=True), strict=False):
            twin = observations.columns[_TWINS[name]]
            shared = len(column) == len(observations) and all(map(is_, spread(twin, len(column)), column))
            cells[name] = "" if shared else written(column)
        return self.__dict__ | {"observations": observations, "cells": (tuple(self.cells), cells)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        said, (keys, cells) = state["observations"].columns, state["cells"]
        columns = [said[_TWINS[name]] if column == "" else read_written(column) for name, column in cells.items()]
        rows = zip(*(spread(column, len(keys)) for column in columns), strict=True)
        state["cells"] = dict(zip(keys, map(ReadCell._make, rows), strict=False))
        self.__dict__.update(state)
