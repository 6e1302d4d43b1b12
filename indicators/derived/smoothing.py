"""Exponential smoothing with given parameters: the state recursion of ETS models, without any estimation.

Source: Hyndman, Koehler, Ord and Snyder (2008), table 2.1; R forecast `ets` and statsmodels `ETSModel` give the same
states. Level, trend (none, additive, multiplicative, damped) and season (none, additive, multiplicative) move the same
way whether the error is additive or multiplicative; the error type only scales the residuals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EtsModel:
    """Letters N, A, M for `error`, `trend` and `season`, and the parameters as R prints them.

    `beta` and `gamma` act on the error itself (not β* = β/α); `phi` damps the trend. `seasons` are the initial seasonal
    states, the most recent first: s_{−1} … s_{−m}.
    """

    alpha: float
    level: float
    beta: float = 0.0
    gamma: float = 0.0
    phi: float = 1.0
    slope: float = 0.0
    seasons: tuple[float, ...] = field(default=())
    error: str = "A"
    trend: str = "N"
    season: str = "N"


@dataclass(frozen=True, slots=True)
class EtsResult:
    """One-step fitted values and residuals, the states, and forecasts.

    `states` has the initial state first, then one after each observation: level, slope if there is a trend, and the
    seasons, the most recent first.
    """

    fitted: list[float]
    residuals: list[float]
    states: list[list[float]]
    forecast: list[float]


def ets_given_parameters(y: Sequence[float], model: EtsModel, horizon: int = 0) -> EtsResult:
    """Run the recursion over `y` from the model's initial states, then forecast `horizon` steps."""
    level, slope, seasons = model.level, model.slope, list(model.seasons)
    fitted, residuals, states = [], [], [_state(model, level, slope, seasons)]
    for value in y:
        pushed = _push(model, slope)
        base = _step(model, level, pushed)
        season = seasons[-1] if seasons else 0.0
        expected = _with_season(model, base, season)
        fitted.append(expected)
        residuals.append(value - expected if model.error == "A" else value / expected - 1)
        surprise = _without_season(model, value, season) - base
        slope = _next_slope(model, pushed, surprise / level if model.trend == "M" else surprise)
        if seasons:
            seen = value / base if model.season == "M" else value - base
            seasons = [season + model.gamma * (seen - season), *seasons[:-1]]
        level = base + model.alpha * surprise
        states.append(_state(model, level, slope, seasons))
    return EtsResult(fitted, residuals, states, _forecast(model, level, slope, seasons, horizon))


def _state(model: EtsModel, level: float, slope: float, seasons: Sequence[float]) -> list[float]:
    return [level, *([] if model.trend == "N" else [slope]), *seasons]


def _forecast(model: EtsModel, level: float, slope: float, seasons: Sequence[float], horizon: int) -> list[float]:
    ahead = []
    for h in range(1, horizon + 1):
        slope = _push(model, slope)
        level = _step(model, level, slope)
        season = seasons[-1 - (h - 1) % len(seasons)] if seasons else 0.0
        ahead.append(_with_season(model, level, season))
    return ahead


def _push(model: EtsModel, slope: float) -> float:
    """The damped trend, as it acts on the next level."""
    return slope**model.phi if model.trend == "M" else model.phi * slope


def _step(model: EtsModel, level: float, pushed: float) -> float:
    if model.trend == "N":
        return level
    return level * pushed if model.trend == "M" else level + pushed


def _next_slope(model: EtsModel, pushed: float, surprise: float) -> float:
    return 0.0 if model.trend == "N" else pushed + model.beta * surprise


def _with_season(model: EtsModel, base: float, season: float) -> float:
    if model.season == "N":
        return base
    return base * season if model.season == "M" else base + season


def _without_season(model: EtsModel, value: float, season: float) -> float:
    if model.season == "N":
        return value
    return value / season if model.season == "M" else value - season
