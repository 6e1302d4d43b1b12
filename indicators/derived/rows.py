"""The rows of the `growth` table: every derived rate and single quarter of one series, as known at one moment.

The publishing step calls `derive_growth` once for each series with the values of one picture (current, or as of a day);
the identity columns of its rows are the series' own. The inner loop is written to be fast: a report period is placed on
a count of months once, and base values are looked up by it. A reported rate (填报同比) is a row of its own kind and is
never replaced by a computed one; nothing is computed across an unlinked scope break.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import NamedTuple

from indicators.derived.growth import GrowthKind
from indicators.periods import Nature, Period

PERCENT, POINTS = "%", "百分点"
_STORED = Decimal("1e-10")  # the scale of the column
_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_CHAINED_EACH_YEAR = "上年=100"  # each value has a base of its own, so two are never compared
_SINGLE, _DIFFERENCE = GrowthKind.SINGLE_QUARTER.value, GrowthKind.DIFFERENCE.value
_YOY = {
    Nature.YTD: GrowthKind.YOY_YTD.value,
    Nature.SINGLE: GrowthKind.YOY_SINGLE.value,
    Nature.STOCK: GrowthKind.YOY_STOCK.value,
    Nature.ANNUAL: GrowthKind.YOY_ANNUAL.value,
}


class GrowthRow(NamedTuple):
    """One row of a series; the fields are columns of `growth`. `reason` is empty where there is a value."""

    period: str
    period_end: date
    kind: str
    value: Decimal | None
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrowthSeries:
    """One series in one vintage: `levels` nature → period code → canonical value, `reported` period code → 填报同比.

    The first five fields and `origin` are the identity columns of its rows. `unit` is that of the levels, `breaks` the
    first days of new scopes that no link joins to the old one, `is_rate` says that the levels are themselves rates,
    whose changes are percentage points.
    """

    indicator: str
    area: str
    department: str
    scope: str
    price_basis: str
    unit: str
    origin: str
    levels: Mapping[Nature, Mapping[str, Decimal | None]]
    reported: Mapping[str, Decimal | None] = field(default_factory=dict)
    breaks: tuple[date, ...] = ()
    is_rate: bool = False


class _Place(NamedTuple):
    """Where a period stands: months since year 0 at its end, how many it covers alone, its last day."""

    month: int
    length: int
    end: date


_Level = tuple[str, int, date, Decimal]  # period code, end month, last day, value


def derive_growth(series: GrowthSeries) -> list[GrowthRow]:
    """All rows of one series: single quarters, 同比 of each nature, 环比（未季调）, and the reported 同比 as reported.

    Reasons of a missing value: no_base, missing_previous, base_not_positive (a difference row stands beside), break,
    out_of_range. A single quarter that was reported is used as reported.
    """
    maker = _Maker(series)
    natures = dict(series.levels)
    singles = natures.pop(Nature.SINGLE, {})
    if series.is_rate:
        for values in natures.values():
            maker.point_differences(_placed(values))
        for length in _lengths(singles):
            maker.point_differences(_placed(singles, length))
    elif series.price_basis != _CHAINED_EACH_YEAR:
        for nature, values in natures.items():
            maker.rates(_placed(values), 12, _YOY[nature])
        derived = maker.single_quarters(natures[Nature.YTD], singles) if Nature.YTD in natures else []
        for length in _lengths(singles) | ({3} if derived else set()):
            alike = _placed(singles, length) + (derived if length == 3 else [])
            maker.rates(alike, 12, _YOY[Nature.SINGLE])
            if length == 3:
                maker.rates(alike, 3, GrowthKind.QOQ_SINGLE.value)
    maker.reported()
    return maker.rows


class _Maker:
    """Collects the rows of one series."""

    def __init__(self, series: GrowthSeries) -> None:
        self.series = series
        self.rows: list[GrowthRow] = []
        self._with_difference: set[str] = set()

    def rates(self, levels: list[_Level], months: int, kind: str) -> None:
        """Rates against the value `months` earlier by the calendar, with a reason where there is none."""
        base_of = {month: value for _, month, _, value in levels}.get
        add, make, breaks = self.rows.append, tuple.__new__, self.series.breaks
        for code, month, end, value in levels:
            base = base_of(month - months)
            rate, reason = None, ""
            if base is None:
                reason = "no_base"
            elif breaks and self._broken(month - months, end):
                reason = "break"
            elif base <= _ZERO:
                reason = "base_not_positive"
                if months == 12:
                    self._difference(code, end, value - base, self.series.unit)
            else:
                try:
                    rate = ((value / base - _ONE) * _HUNDRED).quantize(_STORED)
                except InvalidOperation:  # more digits than the column holds
                    reason = "out_of_range"
            add(make(GrowthRow, (code, end, kind, rate, PERCENT, reason)))

    def single_quarters(
        self, cumulative: Mapping[str, Decimal | None], given: Mapping[str, Decimal | None]
    ) -> list[_Level]:
        """单季值 of the quarters that are not given: a row for each, and the values for further use."""
        found: list[_Level] = []
        levels = _placed(cumulative)
        total_of = {month: value for _, month, _, value in levels}.get
        add, make, unit = self.rows.append, tuple.__new__, self.series.unit
        for code, month, end, value in levels:
            if _place(code).length != 3 or given.get(code) is not None:
                continue
            first = end.month == 3
            before, reason = _ZERO if first else total_of(month - 3), ""
            if before is None:
                reason = "missing_previous"
            elif not first and self.series.breaks and self._broken(month - 3, end):
                before, reason = None, "break"
            own = None if before is None else value - before
            add(make(GrowthRow, (code, end, _SINGLE, own, unit, reason)))
            if own is not None:
                found.append((code, month, end, own))
        return found

    def point_differences(self, levels: list[_Level]) -> None:
        """Changes of a rate against the year before, in percentage points."""
        bases = {month: value for _, month, _, value in levels}
        for code, month, end, value in levels:
            base = bases.get(month - 12)
            if base is not None and not self._broken(month - 12, end):
                self._difference(code, end, value - base, POINTS)

    def reported(self) -> None:
        """填报同比, as the respondent wrote it."""
        for code, value in self.series.reported.items():
            if value is not None:
                kind = GrowthKind.YOY_REPORTED.value
                self.rows.append(GrowthRow(code, _place(code).end, kind, value, PERCENT, ""))

    def _difference(self, code: str, end: date, value: Decimal, unit: str) -> None:
        """A period has one 增减量, that of the first nature that gives one."""
        if code not in self._with_difference:
            self._with_difference.add(code)
            self.rows.append(GrowthRow(code, end, _DIFFERENCE, value, unit, ""))

    def _broken(self, base_month: int, end: date) -> bool:
        """True when a new scope began after the end of the base period and by `end`."""
        base_end = _month_end(base_month)
        return any(base_end < start <= end for start in self.series.breaks)


def _placed(values: Mapping[str, Decimal | None], length: int | None = None) -> list[_Level]:
    """The values that are there, with their places; of periods of one length only, if given."""
    placed = ((code, _place(code), value) for code, value in values.items() if value is not None)
    return [(code, at[0], at[2], value) for code, at, value in placed if length is None or at[1] == length]


def _lengths(codes: Iterable[str]) -> set[int]:
    return {_place(code).length for code in codes}


@cache
def _place(code: str) -> _Place:
    period = Period.parse(code)
    return _Place(period.year * 12 + period.end.month, period.end.month - period.start.month + 1, period.end)


@cache
def _month_end(month: int) -> date:
    return Period((month - 1) // 12, "M", (month - 1) % 12 + 1).end
