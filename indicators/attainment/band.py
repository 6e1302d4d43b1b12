"""区间: a value to be kept between two bounds, judged by its distance from the band.

Inside is met, unless the recent pace leads out before the due date; outside, the path rule is applied to the distance
toward zero. A range with one bound is a floor or a cap.
"""

from __future__ import annotations

from decimal import Decimal

from indicators.attainment.caps import judge_stock
from indicators.attainment.case import Case, Numbers, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.flows import Step
from indicators.attainment.levels import judge_level
from indicators.attainment.pace_rule import (
    extrapolate,
    is_flat,
    keep_met,
    keep_missed,
    prospect,
    suspend,
    unlinked_since_base,
)
from indicators.attainment.path import progress
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import years
from indicators.attainment.steps import recent_pace

_CUTS = ("miss_on_track", "miss_at_risk", "pace_steps", "pace_min_points", "pace_window_years", "stale_periods")
_INWARD = -1  # the distance is to become less
_TOUCH = Decimal(0)


def distance(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """How far a value lies outside [low, high]; zero inside."""
    return max(low - value, _TOUCH) + max(value - high, _TOUCH)


def judge_range(case: Case) -> Outcome:
    """Judge a range; with only one bound it is a floor or a cap on a level."""
    target = case.target
    if target.low is None and target.high is None:
        return evidence(case, Reason.NO_VALUE_SET)
    if target.low is None:
        return judge_stock(case)
    if target.high is None:
        case.target = target.model_copy(update={"value": target.low})
        return judge_level(case)
    if not case.timeline.steps:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.NO_VALUE)
    return _judge(case, target.low, target.high)


def _judge(case: Case, low: Decimal, high: Decimal) -> Outcome:
    steps, pace = case.timeline.steps, case.pace
    latest = steps[-1]
    outside = [Step(s.on, distance(s.value, low, high), s.points) for s in steps]
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        _measured(case, latest, outside[-1], low, high),
        case.thresholds.cited(_CUTS)
        | {"tolerance": str(case.tolerance), "low": str(low), "high": str(high), "distance": str(outside[-1].value)},
        used=[p for s in steps[-(pace.points if pace else 1) :] for p in s.points],
        pace=pace,
    )
    if pace is not None and pace.points < case.thresholds.pace_normal_points:
        outcome.flags.append("low_confidence")
    inside = outside[-1].value <= case.tolerance
    broken = unlinked_since_base(case, outcome)
    if broken:
        suspend(outcome, broken)
    elif latest.on == case.target.due_on:
        outcome.status = Status.EXPIRED_MET if inside else Status.EXPIRED_MISSED
        outcome.reason = Reason.MET if inside else Reason.MISSED
    elif case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif case.trend_is_cut and not (inside and case.scope_is_stated):
        suspend(outcome, case.cut_by)
    elif not case.is_stale(latest.on, case.level_months):
        _decide(case, outcome, outside, inside, low, high)
    return outcome


def _measured(case: Case, latest: Step, outside: Step, low: Decimal, high: Decimal) -> Numbers:
    """Latest value, pace and projection of the value itself; progress as the share of the distance closed."""
    target, pace = case.target, case.pace
    numbers: Numbers = {
        "latest_on": latest.on,
        "latest_value": latest.value,
        "latest_period": latest.points[-1].period,
        "pace": pace.per_year if pace else None,
    }
    if outside.value > 0:
        numbers["target_value"] = low if latest.value < low else high
    if target.base_value is not None:
        numbers.update(progress(target, distance(target.base_value, low, high), _TOUCH, outside, _INWARD))
        numbers["base_value"], numbers["base_on"] = target.base_value, target.base_on
        numbers["path_value"] = numbers["path_gap"] = None  # the path of a distance is no value of the indicator
    if target.due_on is not None and pace is not None and latest.on < target.due_on:
        numbers["projected_value"] = latest.value + pace.per_year * (years(target.due_on) - years(latest.on))
    return numbers


def _decide(case: Case, outcome: Outcome, outside: list[Step], inside: bool, low: Decimal, high: Decimal) -> None:
    pace, gap_pace, latest = case.pace, recent_pace(outside, case.thresholds), outside[-1]
    noise, tolerance, due = case.series.noise, case.tolerance, case.target.due_on
    if inside:
        outcome.status, outcome.reason = keep_met(gap_pace, True, _INWARD)
        projected = outcome.numbers.get("projected_value")
        steady = pace is None or is_flat(pace, noise, tolerance)
        if projected is not None and not steady and distance(projected, low, high) > tolerance:
            outcome.status, outcome.reason = Status.MET_LOSING, Reason.MET_EXIT_PROJECTED
        if gap_pace is None:
            outcome.flags.append("low_confidence")
    elif case.target.binding:
        outcome.status, outcome.reason = Status.BREACHED, Reason.OUT_OF_RANGE
    elif gap_pace is None:
        outcome.reason = Reason.ONE_POINT if len(outside) == 1 else Reason.WINDOW_SPARSE
    else:
        flat = is_flat(gap_pace, noise, tolerance)
        if due is None:
            outcome.status, outcome.reason = keep_missed(gap_pace, flat, _INWARD)
            return
        remaining = years(due) - years(latest.on)
        projected = extrapolate(latest.value, gap_pace, remaining)
        found = prospect(latest.value, _TOUCH, projected, _INWARD, gap_pace, flat, case.thresholds)
        outcome.status, outcome.reason = found.status, found.reason
        outcome.numbers["miss_share"] = found.miss
        outcome.numbers["needed_pace"] = -latest.value / remaining
