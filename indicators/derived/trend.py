"""Theil–Sen trend: the median of all pairwise slopes, with Sen's confidence interval.

Source: Sen (1968), Journal of the American Statistical Association 63; the variance with ties and the ranks as in
scipy `theilslopes`. `x` is real time, never the row number: a gap in the data is a gap in `x`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from itertools import combinations
from statistics import NormalDist, median

_EXACT = Context(prec=60)
_PARTS = Decimal(2520)  # which every span up to ten years divides
_SPANS = frozenset(Decimal(years) for years in range(1, 11))


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
    times = sorted(x)
    if times != list(x) or (spans := _whole_spans(tuple(times))) is None:
        slopes = _slopes(x, y)
        return median(slopes) if slopes else None
    with localcontext(_EXACT):
        scaled = sorted([(y[late] - y[early]) * parts for early, late, parts in spans])
    middle = len(scaled) // 2
    above = scaled[middle] / _PARTS
    return above if len(scaled) % 2 else (scaled[middle - 1] / _PARTS + above) / 2


@lru_cache(maxsize=256)
def _whole_spans(times: tuple[Decimal, ...]) -> list[tuple[int, int, Decimal]] | None:
    """Pairs of places with the parts of their span in `_PARTS`; None where a span is no whole number up to ten.

    Slopes are ordered by their exact multiple of `_PARTS`, so that only the middle one has to be divided.
    """
    found = []
    for early, late in combinations(range(len(times)), 2):
        span = times[late] - times[early]
        if span not in _SPANS:
            return None
        found.append((early, late, _PARTS / span))
    return found or None


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
