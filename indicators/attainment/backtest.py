"""回测: how far off the projection would have been, on whatever annual series there are, beside simple rivals.

Rolling origin: from each origin the last n points forecast the values that followed. Error is the absolute miss over
the mean yearly change within the training points, so that series of all units count alike; coverage is the share of
outcomes inside the nominal band. Deterministic; reads numbers only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

from indicators.attainment.forecast import band, central, fit
from indicators.attainment.thresholds import ARITHMETIC, DEFAULT, Thresholds
from indicators.derived.student import t_quantile

METHODS = ("damped", "last", "drift", "cagr")
_Forecast = tuple[Decimal, Decimal, Decimal]  # value, low, high


@dataclass(frozen=True, slots=True)
class Score:
    """One method at one training length and horizon (0: all): forecasts, mean scaled error, coverage of the band."""

    method: str
    train: int
    horizon: int
    forecasts: int
    error: Decimal | None
    coverage: Decimal | None


def backtest(
    series: Iterable[Sequence[tuple[int, Decimal]]],
    trains: Sequence[int] = (5, 8, 10),
    horizons: Sequence[int] = (1, 2, 3, 5),
    thresholds: Thresholds = DEFAULT,
) -> list[Score]:
    """Score every method on series of (year, value), oldest first.

    A window with a missing year or without any change is passed over: it has no yearly change to scale by. All methods
    are scored on the same outcomes; growth needs positive values, so `cagr` may have fewer.
    """
    found: dict[tuple[str, int, int], list[tuple[Decimal, bool]]] = defaultdict(list)
    with localcontext(ARITHMETIC):
        for values in series:
            for train in trains:
                for start in range(len(values) - train):
                    _origin(values[start : start + train], values[start + train :], horizons, thresholds, found)
        return [_score(m, n, h, found) for m in METHODS for n in (*trains, 0) for h in (*horizons, 0)]


def _origin(
    window: Sequence[tuple[int, Decimal]],
    later: Sequence[tuple[int, Decimal]],
    horizons: Sequence[int],
    thresholds: Thresholds,
    found: dict[tuple[str, int, int], list[tuple[Decimal, bool]]],
) -> None:
    """Forecast from one origin and note each miss."""
    values = [value for _, value in window]
    scale = sum((abs(b - a) for a, b in pairwise(values)), Decimal(0)) / (len(values) - 1)
    last = window[-1][0]
    if not scale or last - window[0][0] != len(window) - 1:
        return
    outcomes = dict(later)
    for method in METHODS:
        forecast = _FORECASTERS[method](values, thresholds)
        for horizon in horizons if forecast else ():
            outcome = outcomes.get(last + horizon)
            if outcome is not None and forecast is not None:
                value, low, high = forecast(horizon)
                found[method, len(window), horizon].append((abs(outcome - value) / scale, low <= outcome <= high))


def _score(
    method: str, train: int, horizon: int, found: dict[tuple[str, int, int], list[tuple[Decimal, bool]]]
) -> Score:
    rows = [
        row
        for (m, n, h), noted in found.items()
        if m == method and train in (0, n) and horizon in (0, h)
        for row in noted
    ]
    if not rows:
        return Score(method, train, horizon, 0, None, None)
    error = sum((row[0] for row in rows), Decimal(0)) / len(rows)
    return Score(method, train, horizon, len(rows), error, Decimal(sum(row[1] for row in rows)) / len(rows))


def _damped(values: list[Decimal], thresholds: Thresholds) -> Callable[[int], _Forecast] | None:
    fitted = fit([Decimal(n) for n in range(len(values))], values, thresholds=thresholds)
    if fitted is None:
        return None
    return lambda h: (central(fitted, Decimal(h)), *band(fitted, Decimal(h)))


def _last(values: list[Decimal], thresholds: Thresholds) -> Callable[[int], _Forecast] | None:
    """The last value stays; the band grows with √h."""
    changes = [b - a for a, b in pairwise(values)]
    spread = (sum((c**2 for c in changes), Decimal(0)) / len(changes)).sqrt()
    reach = _quantile(thresholds, len(changes)) * spread
    return lambda h: _around(values[-1], reach * Decimal(h).sqrt())


def _drift(values: list[Decimal], thresholds: Thresholds) -> Callable[[int], _Forecast] | None:
    """The mean change goes on."""
    count = len(values) - 1
    step = (values[-1] - values[0]) / count
    spread = (sum(((b - a - step) ** 2 for a, b in pairwise(values)), Decimal(0)) / (count - 1)).sqrt()
    reach = _quantile(thresholds, count - 1) * spread
    return lambda h: _around(values[-1] + step * h, reach * (h * (1 + Decimal(h) / count)).sqrt())


def _cagr(values: list[Decimal], thresholds: Thresholds) -> Callable[[int], _Forecast] | None:
    """The mean growth goes on: drift of the logarithms."""
    if min(values) <= 0:
        return None
    drift = _drift([value.ln() for value in values], thresholds)
    if drift is None:
        return None

    def forecast(h: int) -> _Forecast:
        value, low, high = drift(h)
        return value.exp(), low.exp(), high.exp()

    return forecast


def _around(value: Decimal, reach: Decimal) -> _Forecast:
    return value, value - reach, value + reach


def _quantile(thresholds: Thresholds, freedom: int) -> Decimal:
    return Decimal(repr(t_quantile(float((1 + thresholds.band) / 2), freedom)))


_FORECASTERS = {"damped": _damped, "last": _last, "drift": _drift, "cagr": _cagr}
