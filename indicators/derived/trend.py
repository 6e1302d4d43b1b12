"""Theil–Sen trend: the median of all pairwise slopes, with Sen's confidence interval.

Source: Sen (1968), Journal of the American Statistical Association 63; the variance with ties and the ranks as in
scipy `theilslopes`. `x` is real time, never the row number: a gap in the data is a gap in `x`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist, median


@dataclass(frozen=True, slots=True)
class TheilSen:
    """Slope and intercept; `lower` and `upper` bound the slope, None where ties leave no interval."""

    slope: Decimal
    intercept: Decimal
    lower: Decimal | None
    upper: Decimal | None


def theil_sen(
    x: Sequence[Decimal], y: Sequence[Decimal], confidence: float = 0.95, joint: bool = False
) -> TheilSen | None:
    """Robust line through the points (x, y); None for fewer than two distinct `x`.

    The intercept is median(y) − slope · median(x), or with `joint` the median of y − slope · x. The interval holds the
    slope with probability `confidence`; 0.07 means 0.93.
    """
    slopes = _slopes(x, y)
    if not slopes:
        return None
    slope = median(slopes)
    intercept = median(b - slope * a for a, b in zip(x, y, strict=True)) if joint else median(y) - slope * median(x)
    lower, upper = _interval(slopes, x, y, confidence)
    return TheilSen(slope, intercept, lower, upper)


def theil_sen_slope(x: Sequence[Decimal], y: Sequence[Decimal]) -> Decimal | None:
    """The slope alone, for who needs no intercept and no interval; None for fewer than two distinct `x`."""
    slopes = _slopes(x, y)
    return median(slopes) if slopes else None


def _slopes(x: Sequence[Decimal], y: Sequence[Decimal]) -> list[Decimal]:
    points = sorted(zip(x, y, strict=True))
    return sorted((b - a) / (t - s) for n, (s, a) in enumerate(points) for t, b in points[n + 1 :] if t > s)


def _interval(
    slopes: Sequence[Decimal], x: Sequence[Decimal], y: Sequence[Decimal], confidence: float
) -> tuple[Decimal | None, Decimal | None]:
    n = len(y)
    variance = (n * (n - 1) * (2 * n + 5) - _ties(x) - _ties(y)) / 18
    if variance < 0:
        return None, None
    outside = min(confidence, 1 - confidence)
    reach = -NormalDist().inv_cdf(outside / 2) * math.sqrt(variance)
    lower = max(round((len(slopes) - reach) / 2) - 1, 0)
    upper = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    return slopes[lower], slopes[upper]


def _ties(values: Sequence[Decimal]) -> int:
    return sum(k * (k - 1) * (2 * k + 5) for k in Counter(values).values() if k > 1)
