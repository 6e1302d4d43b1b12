"""What a rule may ask about a return: its own numbers, what was known before, and how its cells are called.

Between the observations of one return and the rules; the past comes through `History`, which whoever checks supplies.
It must not know where either was kept. All numbers are in the catalogue unit of their indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from indicators.catalogue.model import Catalogue
from indicators.findings import Severity
from indicators.observations import Measure, Observation, ObsStatus
from indicators.periods import Nature, Period
from indicators.rules.arithmetic import ZERO, NotEvaluable, Quantity, fixed
from indicators.rules.evaluation import period_of
from indicators.rules.tree import Reference, When
from indicators.units import convert

MIN_NUMBERS = 5  # as many in a unit before their decimals say how the return was rounded


class History(Protocol):
    """What is known besides the return in hand."""

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
        """The current value of a series at a period code, in the indicator's unit; None when nothing is known."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a named check found: the cells (the marked one first), a sentence, the other numbers it rests on.

    `severity` is set where it is less than the rule's own.
    """

    cells: tuple[Observation, ...]
    sentence: str
    values: tuple[Decimal, ...] = ()
    severity: Severity | None = None
    found: str = ""
    expected: str = ""


# The identity of a number within a return: indicator, area, measure, nature, price basis, scope, period.
Cell = tuple[str, str, Measure, Nature, str, str, str]


@lru_cache(maxsize=4096)
def then(when: When, nature: Nature, period: str) -> str:
    """The code of the period that `when` means, "" where there is none."""
    found = period_of(when, nature, Period.parse(period))
    return found.code if found else ""


class Precision:
    """To how many decimals the numbers of one return are printed, unit by unit.

    The form says how many it wants; where a return has several numbers in a unit and none with as many (whole 万元 in
    a form that asks for two decimals), the decimals it does have are what its sums were rounded to.
    """

    def __init__(self, observations: Sequence[Observation]) -> None:
        numbers: dict[str, list[Decimal]] = {}
        wanted: dict[str, int] = {}
        for one in observations:
            if one.value:
                numbers.setdefault(one.unit, []).append(one.value)
            if one.decimals is not None and one.decimals > wanted.get(one.unit, -1):
                wanted[one.unit] = one.decimals
        self._halves: dict[tuple[int, str, str], Decimal] = {}
        self._used = {
            unit: _most_decimals(found, wanted.get(unit, 0))
            for unit, found in numbers.items()
            if len(found) >= MIN_NUMBERS
        }

    def half_unit(self, one: Observation) -> Decimal:
        """Half of the last printed unit of a number, in the catalogue unit; 0 where no decimals were fixed."""
        if one.decimals is None:
            return ZERO
        key = (one.decimals, one.unit, one.canonical_unit)
        known = self._halves.get(key)
        if known is None:
            half = Decimal(5).scaleb(-min(one.decimals, self._used.get(one.unit, one.decimals)) - 1)
            kept = half if one.unit == one.canonical_unit else convert(half, one.unit, one.canonical_unit)
            known = self._halves[key] = fixed(kept)
        return known

    def quantity(self, one: Observation) -> Quantity | None:
        """The number of a cell with what rounding may hide; None for blanks, errors and marks but `…`, which is 0."""
        if one.status is ObsStatus.NOT_SIGNIFICANT:
            return Quantity(ZERO, self.half_unit(one))
        if one.canonical_value is None:
            return None
        try:
            return Quantity(fixed(one.canonical_value), self.half_unit(one))
        except NotEvaluable:
            return None


def _most_decimals(values: Sequence[Decimal], wanted: int) -> int:
    """The most decimals that any of the values needs, counted until it is as many as any form asks for."""
    most = 0
    for value in values:
        most = max(most, decimals_of(value))
        if most >= wanted:
            break
    return most


def decimals_of(value: Decimal) -> int:
    """The decimals that a number needs: 0 for 1200, 1 for 238.50."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Facts:
    """One return as rules see it.

    `cells` holds its observations by (row, column) of the form, empty for a record form; `names` says what a cell is
    called, by address; `required` are the addresses that must be filled; `reporters` the departments of an indicator.
    """

    def __init__(
        self,
        observations: Sequence[Observation],
        catalogue: Catalogue,
        history: History,
        *,
        cells: Mapping[tuple[str, str], Observation],
        names: Mapping[str, str],
        required: frozenset[str],
        reporters: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.observations, self.catalogue, self.history = observations, catalogue, history
        self.cells, self.names, self.required, self.reporters = cells, names, required, reporters
        self.precision = Precision(observations)
        self.quantities = {place: self.precision.quantity(one) for place, one in cells.items()}
        self.bases: dict[str, dict[str, None]] = {}
        self.levels = [o for o in observations if o.measure is Measure.LEVEL and o.canonical_value is not None]
        for one in self.levels:
            self.bases.setdefault(one.indicator, {})[one.price_basis] = None
        self._before: dict[int, Decimal | None] = {}  # by the id of an observation, which lives as long as this
        self._by_cell: dict[Cell, Observation] = {
            (o.indicator, o.area, o.measure, o.nature, o.price_basis, o.scope, o.period): o for o in observations
        }

    def levels_among(self, looked_at: Sequence[Observation]) -> Sequence[Observation]:
        """Those of the observations that are 本期数 and have a number."""
        if looked_at is self.observations:
            return self.levels
        return [o for o in looked_at if o.measure is Measure.LEVEL and o.canonical_value is not None]

    def beside(
        self,
        one: Observation,
        *,
        measure: Measure | None = None,
        nature: Nature | None = None,
        area: str | None = None,
        price_basis: str | None = None,
    ) -> Observation | None:
        """The observation of this return that differs from `one` in these respects only."""
        return self._by_cell.get(
            (
                one.indicator,
                one.area if area is None else area,
                measure or one.measure,
                nature or one.nature,
                one.price_basis if price_basis is None else price_basis,
                one.scope,
                one.period,
            )
        )

    def known(
        self, one: Observation, period: str, *, area: str = "", department: str = "", measure: Measure | None = None
    ) -> Decimal | None:
        """What is known of the series of `one` at a period, perhaps of another area or department."""
        if not period:
            return None
        return self.history.value(
            one.indicator, area or one.area, department or one.department, period,
            one.nature, measure or one.measure, one.price_basis, one.scope,
        )  # fmt: skip

    def before(self, one: Observation) -> Decimal | None:
        """The value of the period before (累计: within the year); several checks ask for it."""
        key = id(one)
        if key not in self._before:
            self._before[key] = self.known(one, then("上期", one.nature, one.period))
        return self._before[key]

    def year_before(self, one: Observation) -> Decimal | None:
        """The 本期数 of the same period a year earlier."""
        return self.known(one, then("上年同期", one.nature, one.period), measure=Measure.LEVEL)

    def elsewhere(self, reference: Reference) -> Quantity | None:
        """The number that an operand outside the return means; its rounding is taken to be that of the cell here."""
        one = self.cells.get((reference.row, reference.column))
        if one is None:
            return None
        period = then(reference.when, one.nature, one.period)
        found = self.known(one, period, area=reference.area, department=reference.department)
        return None if found is None else Quantity.rounded(found, self.precision.half_unit(one))

    def name(self, one: Observation) -> str:
        """What people call the cell."""
        area = self.catalogue.areas[one.area].name
        where = f"（{area}，{Period.parse(one.period).label}）"
        return self.names.get(one.cell) or f"{self.catalogue.indicators[one.indicator].name}{where}"
