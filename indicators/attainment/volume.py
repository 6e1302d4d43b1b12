"""物量指数: the real volume of an indicator by year, from what may be used for it.

Published comparable-price rates are chained (also across a change of price base or scope: each rate is comparable in
itself); an index or constant-price levels are read as they stand, inside one scope. Current prices give none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from indicators.attainment.case import Case
from indicators.attainment.flows import Step, full_years
from indicators.attainment.series import Point, Series
from indicators.attainment.steps import by_day, comparable
from indicators.observations import Measure
from indicators.periods import Nature

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Volume:
    """Volume by year on an arbitrary base, the observation of each year, and what cut it short."""

    index: dict[int, Decimal]
    points: dict[int, tuple[Point, ...]]
    cut: bool = False


def annual_rate(factor: Decimal, years: Decimal | int) -> Decimal:
    """The growth a year in percent that makes `factor` (> 0) in `years` years."""
    return ((factor.ln() / years).exp() - 1) * _HUNDRED


def is_rate(series: Series) -> bool:
    """True where the series' values are themselves growth rates in percent."""
    return series.measure is Measure.GROWTH_YOY or series.nature == "rate"


def yearly_rates(points: list[Point]) -> dict[int, Point]:
    """The whole-year rate of each year: 全年, or 累计 at year end; a single quarter's rate is none."""
    return {
        p.period_end.year: p
        for p in by_day([p for p in points if p.nature is not Nature.SINGLE or len(p.period) == 4]).values()
        if p.period_end.month == 12
    }


def volume(case: Case) -> Volume:
    """The volume index of the case's series. A chain of rates ends, going back, at the first missing year."""
    if is_rate(case.series):
        return _chained(yearly_rates(case.points))
    if case.series.is_flow:
        steps = full_years(case.points)
    else:
        steps = [Step(day, p.value, (p,)) for day, p in by_day(case.points).items() if day.month == 12]
    kept = comparable(steps, case.series.breaks)
    return Volume(
        {s.on.year: s.value for s in kept.steps if s.value > 0},
        {s.on.year: s.points for s in kept.steps},
        cut=kept.cut,
    )


def _chained(rates: dict[int, Point]) -> Volume:
    if not rates:
        return Volume({}, {})
    year = max(rates)
    index = {year: Decimal(1)}
    while year in rates and rates[year].value > -_HUNDRED:
        index[year - 1] = index[year] / (1 + rates[year].value / _HUNDRED)
        year -= 1
    return Volume(dict(sorted(index.items())), {y: (p,) for y, p in rates.items()})
