"""A return as read: plain data that travels from the reading process to whoever checks, keeps and shows it.

Made by `parse`; holds no behaviour but a compact pickle, since a return has hundreds of observations that share
almost all of their fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from etl.identity import Identity
from indicators.findings import Finding
from indicators.observations import Observation, ObsStatus, Origin
from indicators.periods import Period

_NAMES = tuple(f.name for f in fields(Observation))
_VALUES = attrgetter(*_NAMES)


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


@dataclass(slots=True)
class Table:
    """What the table of a return gave."""

    observations: tuple[Observation, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    cells: dict[str, ReadCell] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedReturn:
    """A return as read; codes are "" where they could not be told.

    `recognised`: template · codes · "" (not recognised). `cells` is keyed `row:column` (a record form: `line:field`),
    `header` by the keys of `layout.SIGNERS`, `explanations` by the binding of the finding they explain.
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

    def __getstate__(self) -> dict[str, Any]:
        """Observations by column, so that each field name is written once and equal columns as one value."""
        columns = list(zip(*map(_VALUES, self.observations), strict=True))
        packed = [column[0:1] if len(set(column)) == 1 else column for column in columns]
        return self.__dict__ | {"observations": (len(self.observations), packed)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        count, packed = state["observations"]
        columns = [column * count if len(column) == 1 else column for column in packed]
        rows = zip(*columns, strict=True)
        state["observations"] = tuple(Observation(**dict(zip(_NAMES, row, strict=True))) for row in rows)
        self.__dict__.update(state)
