"""Contributions to the change of a chain-linked index, whose parts do not add up: Ribe and Kirchner.

Source: HICP Methodological Manual, section 8.6; eurostat/hicp `contrib()`. Indices are chained each December and the
weights hold from one December to the next. A change within a calendar year is rescaled inside it; one that crosses a
December is the sum of this year's part and last year's (Ribe), or of the Kirchner terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.periods import Period

_MONTHS_OF = {"A": 12, "H": 6, "Q": 3, "M": 1}


@dataclass(frozen=True, slots=True)
class ChainPoint:
    """One period of a part and of the total: index level and weight of each."""

    index: Decimal | None
    weight: Decimal | None
    total_index: Decimal | None
    total_weight: Decimal | None


@dataclass(frozen=True, slots=True)
class _Unchained:
    """A point relative to last December: ratio and total ratio since then, and the part's share of the weights."""

    ratio: Decimal
    total: Decimal
    share: Decimal

    @property
    def current_share(self) -> Decimal:
        """The weight share moved on by the prices since December."""
        return self.share * self.ratio / self.total


def chain_contributions(
    points: Mapping[Period, ChainPoint], months: int, method: str = "ribe"
) -> dict[Period, Decimal | None]:
    """Percentage points of each period's change over `months` (1, 3 or 12) that the part contributes, in order given.

    `method` ribe or kirchner; it matters only for changes across a December. Ribe's contributions of all parts add up
    to the change of the total, Kirchner's nearly. None where a period, the December before it or a weight is missing.
    """
    unchained = {period: _unchain(period, points) for period in points}
    return {period: _contribution(period, unchained, months, method) for period in points}


def _unchain(period: Period, points: Mapping[Period, ChainPoint]) -> _Unchained | None:
    here, link = points[period], points.get(_december(period.year - 1, period.freq))
    if link is None or not link.index or not link.total_index or here.weight is None or not here.total_weight:
        return None
    if here.index is None or not here.total_index:
        return None
    return _Unchained(here.index / link.index, here.total_index / link.total_index, here.weight / here.total_weight)


def _december(year: int, freq: str) -> Period:
    return Period(year, freq, 12 // _MONTHS_OF[freq])


def _contribution(
    period: Period, unchained: Mapping[Period, _Unchained | None], months: int, method: str
) -> Decimal | None:
    here, month = unchained[period], period.index * _MONTHS_OF[period.freq]
    if here is None or months % _MONTHS_OF[period.freq]:
        return None
    if month == months:  # counted from last December itself
        return 100 * (here.ratio - 1) * here.share
    earlier = period.shift(-(months // _MONTHS_OF[period.freq]))
    before = unchained.get(earlier)
    if before is None:
        return None
    if month > months:
        return 100 * (here.ratio / before.ratio - 1) * before.current_share
    december = unchained.get(_december(earlier.year, period.freq))
    return None if december is None else 100 * _across(here, before, december, method)


def _across(here: _Unchained, before: _Unchained, december: _Unchained, method: str) -> Decimal:
    """Across one December: from `before` to it, and from it to `here`."""
    this_year = december.total / before.total * (here.ratio - 1) * here.share
    last_year = (december.ratio / before.ratio - 1) * before.current_share
    if method == "ribe":
        return this_year + last_year
    return this_year + here.total * last_year - here.share * (here.ratio - 1) * last_year
