"""推算: a damped Theil–Sen line anchored on the latest value, with a band that widens, from annual points only.

f(h) = y_n + b·Σφ^i over real time, b the median of pairwise slopes, φ the damping; the spread of the yearly changes
about b gives the band through Student's t. Deterministic, in levels or in logs. Knows numbers and years; what they are
compared with stands in `projection`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from indicators.attainment.thresholds import ARITHMETIC, DEFAULT, Thresholds
from indicators.derived.student import t_cdf, t_quantile
from indicators.derived.trend import theil_sen_slope

_T_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted line: `start` at the latest point, `slope` per year, `spread` of yearly changes, from `points` points.

    With `in_logs` the three are of the logarithm of the value.
    """

    start: Decimal
    slope: Decimal
    spread: Decimal
    points: int
    in_logs: bool
    thresholds: Thresholds


def fit(
    times: Sequence[Decimal], values: Sequence[Decimal], in_logs: bool = False, thresholds: Thresholds = DEFAULT
) -> Fitted | None:
    """Fit to (time in years, value), oldest first; None with fewer points than the thresholds ask, or logs of ≤ 0."""
    if len(values) < thresholds.projection_min_points or (in_logs and min(values) <= 0):
        return None
    scaled = [value.ln() for value in values] if in_logs else list(values)
    slope = theil_sen_slope(times, scaled)
    if slope is None:
        return None
    changes = [(b - a) / (t - s) for (s, a), (t, b) in pairwise(zip(times, scaled, strict=True))]
    variance = sum(((c - slope) ** 2 for c in changes), Decimal(0)) / (len(values) - 2)
    return Fitted(scaled[-1], slope, variance.sqrt(), len(values), in_logs, thresholds)


def central(fitted: Fitted, horizon: Decimal) -> Decimal:
    """The projected value `horizon` years (> 0) after the latest point."""
    return _value(fitted, _middle(fitted, horizon))


def band(fitted: Fitted, horizon: Decimal) -> tuple[Decimal, Decimal]:
    """Lower and upper end of the band at that horizon."""
    middle = _middle(fitted, horizon)
    tail = (1 + fitted.thresholds.band) / 2
    reach = _t(tail, fitted.points - 2) * _error(fitted, horizon)
    return _value(fitted, middle - reach), _value(fitted, middle + reach)


def chance_below(fitted: Fitted, horizon: Decimal, limit: Decimal) -> Decimal:
    """Probability that the value at that horizon is at most `limit`, unrounded; 0 or 1 where there is no spread."""
    if fitted.in_logs and limit <= 0:
        return Decimal(0)
    distance = (limit.ln() if fitted.in_logs else limit) - _middle(fitted, horizon)
    error = _error(fitted, horizon)
    if not error:
        return Decimal(1 if distance >= 0 else 0)
    return Decimal(repr(t_cdf(float(distance / error), fitted.points - 2)))


def _middle(fitted: Fitted, horizon: Decimal) -> Decimal:
    return fitted.start + fitted.slope * _damped_years(fitted.thresholds.damping, horizon)


def _error(fitted: Fitted, horizon: Decimal) -> Decimal:
    return fitted.spread * _widening(horizon, fitted.points, fitted.thresholds.widening)


@lru_cache(maxsize=4096)
def _damped_years(damping: Decimal, horizon: Decimal) -> Decimal:
    """The damped sum φ + φ² + …; between whole years its continuous form."""
    with localcontext(ARITHMETIC):  # whoever asks first, the cached value is the same
        if damping == 1:
            return horizon
        whole = int(horizon)
        power = damping**whole if whole == horizon else (horizon * damping.ln()).exp()
        return damping * (1 - power) / (1 - damping)


@lru_cache(maxsize=4096)
def _widening(horizon: Decimal, points: int, widening: Decimal) -> Decimal:
    """√(h(1 + h/(n−1)))·(1 + widening·(h−1)), not narrowed within the first year."""
    with localcontext(ARITHMETIC):
        widened = 1 + widening * max(horizon - 1, Decimal(0))
        return (horizon * (1 + horizon / (points - 1))).sqrt() * widened


def _value(fitted: Fitted, scaled: Decimal) -> Decimal:
    return scaled.exp() if fitted.in_logs else scaled


@lru_cache(maxsize=128)
def _t(probability: Decimal, freedom: int) -> Decimal:
    return round(Decimal(repr(t_quantile(float(probability), freedom))), _T_DIGITS)
