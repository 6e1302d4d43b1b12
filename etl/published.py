"""What is known so far: the current values that a new return is compared with, by identity.

Read from the current generation for the indicators of a form; while many returns are loaded at once, what was accepted
earlier in the same run is laid over it, so that the second quarter is checked against the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from indicators.observations import Measure, Observation
from indicators.periods import Nature


class Identity(NamedTuple):
    """The identity of an observation (design: one observation)."""

    indicator: str
    area: str
    department: str
    form: str
    period: str
    nature: str
    measure: str
    price_basis: str
    scope: str


class Series(NamedTuple):
    """The identity without the form, at one period: what rules ask for."""

    indicator: str
    area: str
    department: str
    period: str
    nature: str
    measure: str
    price_basis: str
    scope: str


@dataclass(frozen=True, slots=True)
class Known:
    """One current value, in the indicator's unit and as it was sent."""

    canonical: Decimal | None
    value: Decimal | None
    unit: str
    status: str
    submission: str = ""


def identity_of(one: Observation) -> Identity:
    """The identity of a parsed observation."""
    return Identity(
        one.indicator, one.area, one.department, one.form, one.period,
        one.nature.value, one.measure.value, one.price_basis, one.scope,
    )  # fmt: skip


class Published:
    """Current values by identity, with those of this run laid over them."""

    def __init__(self) -> None:
        self._known: dict[Identity, Known] = {}
        self._series: dict[Series, Known] = {}
        self._read: set[str] = set()

    def current(self, identity: Identity) -> Known | None:
        """What is known under this identity."""
        return self._known.get(identity)

    def value(
        self,
        indicator: str,
        area: str,
        department: str,
        period: str,
        nature: Nature,
        measure: Measure,
        price_basis: str,
        scope: str,
    ) -> Decimal | None:
        """The current value of a series at a period, in the indicator's unit; None when nothing is known."""
        found = self._series.get(
            Series(indicator, area, department, period, nature.value, measure.value, price_basis, scope)
        )
        return found.canonical if found else None

    def of_return(self, form: str, period: str, department: str) -> dict[Identity, Known]:
        """Everything known of one return."""
        wanted = (form, period, department)
        return {i: k for i, k in self._known.items() if (i.form, i.period, i.department) == wanted}

    def read(self, rows: Iterable[dict[str, object]], indicators: Iterable[str]) -> None:
        """Take rows of `observation_current` (the columns of `COLUMNS`) for these indicators."""
        self._read.update(indicators)
        for row in rows:
            identity = Identity(*(str(row[name]) for name in Identity._fields))
            self._lay(identity, Known(*(row[name] for name in COLUMNS[len(Identity._fields) :])))  # type: ignore[arg-type]

    def lacks(self, indicators: Iterable[str]) -> list[str]:
        """Those of the indicators whose values were not read yet."""
        return sorted(set(indicators) - self._read)

    def learn(self, observations: Sequence[Observation], submission: str) -> None:
        """Lay the observations of an accepted return over what is known."""
        for one in observations:
            known = Known(one.canonical_value, one.value, one.unit, one.status.value, submission)
            self._lay(identity_of(one), known)

    def _lay(self, identity: Identity, known: Known) -> None:
        self._known[identity] = known
        self._series[Series(*identity[:3], *identity[4:])] = known


COLUMNS = (*Identity._fields, "canonical_value", "value", "unit", "status", "submission")
