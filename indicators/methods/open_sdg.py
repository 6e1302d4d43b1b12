"""Open SDG 2.4 (`ProgressMeasure` of sdg-build), the progress measure that Statistics Canada publishes.

Source: open-sdg/sdg-build `sdg/ProgressMeasure.py`; results in sdg-data-canada-odd-donnees
`indicator_calculation_components.yml`. It judges one series from two points by compound growth, and averages the scores
of an indicator's series. The published code runs on binary floating point; so does this, and hands Decimals back.

Traps of the method, kept because they are the method: 0.001 stands in for a zero base or target, whatever the unit; an
achieved target hides a series falling back; thresholds without a target changed between editions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

VERSION = "open_sdg_2_4"
NOT_AVAILABLE, ACHIEVED = "not_available", "target_achieved"
_BANDS = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")
_RATIO_STEPS = (0.95, 0.6, 0.0)  # with a target: observed growth over required growth
_GROWTH_STEPS = (0.015, 0.005, 0.0)  # without: growth a year
_SCORE_STEPS = (2.5, 0.0, -2.5)
_STAND_IN = 0.001  # for a base or target of zero
_LIMIT_EXPONENT = 4.44


@dataclass(frozen=True, slots=True)
class OpenSdgResult:
    """One series: the progress value, its score from −5 to 5, the status word and the sign of the base value."""

    progress_value: Decimal | None
    score: Decimal | None
    status: str
    sign: int | None


def open_sdg_2_4(
    base_value: Decimal | None,
    base_year: int | None,
    current_value: Decimal | None,
    current_year: int | None,
    direction: int,
    limit: Decimal | None = None,
    target: Decimal | None = None,
    target_year: int | None = None,
) -> OpenSdgResult:
    """Judge one series; `direction` +1 more is better, −1 less is better; `limit` counts only without a target.

    With target: p = sign · direction · CAGR_observed / |CAGR_required|, cut at 0.95, 0.60, 0. Without: p = sign ·
    direction · CAGR_observed, cut at 1.5 %, 0.5 %, 0, the cuts shrinking near a natural limit. Two years are needed,
    and base and current value of one sign. `target_year` defaults to 2030, as published.
    """
    if base_value is None or current_value is None or base_year is None or current_year is None:
        return OpenSdgResult(None, None, NOT_AVAILABLE, None)
    base, current = float(base_value), float(current_value)
    goal = None if target is None else float(target) or _STAND_IN
    sign = -1 if base < 0 else 1
    shrink = _limit_coefficient(base, float(limit)) if limit is not None and goal is None else 1.0
    value = _growth(current, base or _STAND_IN, current_year - base_year) if current_year - base_year >= 1 else None
    if value is not None:
        value *= sign * direction
        if goal is not None:
            value = _ratio(value, _growth(goal, base or _STAND_IN, (target_year or 2030) - base_year))
    achieved = goal is not None and direction * (current - goal) >= 0
    if achieved:
        return OpenSdgResult(_exact(value), Decimal(5), ACHIEVED, sign)
    if value is None:
        return OpenSdgResult(None, None, NOT_AVAILABLE, sign)
    steps = [s * shrink for s in _GROWTH_STEPS] if goal is None else list(_RATIO_STEPS)
    score = _growth_score(value, steps, shrink) if goal is None else _ratio_score(value)
    return OpenSdgResult(_exact(value), _exact(score), _band(value, steps), sign)


def open_sdg_2_4_aggregate(
    scores: Sequence[Decimal | None], statuses: Sequence[str] = ()
) -> tuple[Decimal | None, str]:
    """Score and status of an indicator: the mean of its scored series, cut at 2.5, 0, −2.5.

    `target_achieved` only if every scored series has it; `statuses` are those of `scores`, in their order.
    """
    scored = [float(s) for s in scores if s is not None]
    if not scored:
        return None, NOT_AVAILABLE
    mean = sum(scored) / len(scored)
    met = [status == ACHIEVED for score, status in zip(scores, statuses, strict=False) if score is not None]
    return _exact(mean), ACHIEVED if met and all(met) else _band(mean, _SCORE_STEPS)


def _growth(later: float, earlier: float, years: int) -> float | None:
    """Compound growth a year; None across a change of sign or over no time."""
    if years == 0 or later / earlier < 0:
        return None
    if later == 0 and years < 0:
        return None
    return float((later / earlier) ** (1 / years)) - 1


def _ratio(observed: float, required: float | None) -> float | None:
    return observed / abs(required) if required else None


def _limit_coefficient(base: float, limit: float) -> float:
    base, limit = abs(base), abs(limit)
    if base >= 2 * limit:
        return 1.0
    distance = base if base <= limit else 2 * limit - base
    return 1 - float((distance / limit) ** _LIMIT_EXPONENT)


def _ratio_score(value: float) -> float:
    if value >= _RATIO_STEPS[1]:
        return min(7.1429 * value - 4.2857, 5)
    return max(4.1667 * value - 2.5, -5)


def _growth_score(value: float, steps: Sequence[float], shrink: float) -> float:
    high, middle, low = steps
    if value < low:
        return max(125 * value - 2.5, -5)
    if shrink == 0:  # the base stood at its limit and the limit is held
        return 5
    if value >= high:
        return min(500 * value / shrink - 5, 5)
    return 250 * value / shrink - 1.25 if value >= middle else 500 * value / shrink - 2.5


def _band(value: float, steps: Sequence[float]) -> str:
    return next((word for word, step in zip(_BANDS, steps, strict=False) if value >= step), _BANDS[-1])


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(float(value)))
