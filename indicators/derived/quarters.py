"""单季值 from 累计值: differences of cumulative values within one year and one vintage.

The values given are one picture of the series, as known at one moment (see `vintages`); differencing two vintages would
mix a correction into a quarter. A quarter whose predecessor is missing has no single value, and its cumulative value
still counts. A cumulative value may legally fall, after a correction, and then is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.periods import Period

_PER_YEAR = {"A": 1, "H": 2, "Q": 4, "M": 12}


@dataclass(frozen=True, slots=True)
class SingleValue:
    """One period's own value; `reason` says why there is none, `decreased` that the cumulative value fell."""

    value: Decimal | None
    reason: str = ""
    decreased: bool = False


def single_values(cumulative: Mapping[Period, Decimal | None]) -> dict[Period, SingleValue]:
    """The period's own value for each cumulative one, in the order given: x_q = C_q − C_{q−1}, and x_1 = C_1.

    Reasons: `missing` (no cumulative value), `missing_previous` (none for the period before, in the same year).
    """
    return {period: _single(period, value, cumulative) for period, value in cumulative.items()}


def cumulate(singles: Mapping[Period, Decimal | None]) -> dict[Period, Decimal | None]:
    """The cumulative value of each period: the sum of its year's periods so far; None once one of them is missing."""
    totals: dict[Period, Decimal | None] = {}
    for period in singles:
        parts = [singles.get(Period(period.year, period.freq, index)) for index in range(1, period.index + 1)]
        totals[period] = None if None in parts else sum((p for p in parts if p is not None), Decimal(0))
    return totals


def shares_of_year(cumulative: Mapping[Period, Decimal | None]) -> dict[Period, Decimal]:
    """累计占全年比重, percent, of each period whose year is complete with a non-zero total."""
    shares = {}
    for period, value in cumulative.items():
        total = cumulative.get(Period(period.year, period.freq, _PER_YEAR[period.freq]))
        if value is not None and total:
            shares[period] = value / total * 100
    return shares


def _single(period: Period, value: Decimal | None, cumulative: Mapping[Period, Decimal | None]) -> SingleValue:
    if value is None:
        return SingleValue(None, "missing")
    if period.index == 1:
        return SingleValue(value)
    previous = cumulative.get(period.shift(-1))
    if previous is None:
        return SingleValue(None, "missing_previous")
    return SingleValue(value - previous, decreased=value < previous)
