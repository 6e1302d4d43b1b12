"""对标: better than a named series, period against the same period.

What is judged is the gap between the two values, never their ratio. Equal to the last decimal is not better. The series
compared with is known as of the same day.
"""

from __future__ import annotations

from datetime import date

from indicators.attainment.case import Case, Outcome
from indicators.attainment.flows import Step
from indicators.attainment.pace_rule import extrapolate, is_flat, keep_met, keep_missed, prospect
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import Point, known_points, years
from indicators.attainment.steps import Pace, comparable, levels, recent_pace
from indicators.periods import Nature

_CUTS = ("miss_on_track", "miss_at_risk", "pace_steps", "pace_min_points", "pace_window_years", "stale_periods")

_Pairs = dict[tuple[date, Nature], tuple[Point, Point]]


def judge_benchmark(case: Case) -> Outcome:
    """Judge “better than the named series” on the gap own − other in the target's direction."""
    if case.benchmark is None:
        return Outcome(Status.INSUFFICIENT, Reason.NO_BENCHMARK, used=case.points[-1:])
    other = {(p.period_end, p.nature): p for p in known_points(case.benchmark, case.as_of) if not p.bound}
    pairs: _Pairs = {
        (p.period_end, p.nature): (p, other[p.period_end, p.nature])
        for p in case.points
        if not p.bound and (p.period_end, p.nature) in other
    }
    if not pairs:
        return Outcome(Status.INSUFFICIENT, Reason.NO_COMMON_PERIOD, used=case.points[-1:])
    gaps = [own._replace(value=own.value - theirs.value) for own, theirs in pairs.values()]
    breaks = case.series.breaks + case.benchmark.breaks
    timeline = comparable(levels(gaps, case.thresholds.pace_min_points), breaks)
    pace = recent_pace(timeline.steps, case.thresholds)
    latest = timeline.steps[-1]
    own, theirs = pairs[latest.points[0].period_end, latest.points[0].nature]
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        {
            "latest_on": latest.on,
            "latest_value": own.value,
            "latest_period": own.period,
            "target_value": theirs.value,
            "pace": pace.per_year if pace else None,
        },
        case.thresholds.cited(_CUTS) | {"tolerance": str(case.tolerance), "gap": str(latest.value)},
        used=_used(pairs, timeline.steps, pace),
        pace=pace,
    )
    if case.series.unit == "%":
        outcome.numbers["growth_gap_pp"] = latest.value
    if pace is not None and pace.points < case.thresholds.pace_normal_points:
        outcome.flags.append("low_confidence")
    _settle(case, outcome, latest, pace, len(timeline.steps))
    return outcome


def _settle(case: Case, outcome: Outcome, latest: Step, pace: Pace | None, count: int) -> None:
    direction, due = case.target.direction, case.target.due_on
    goal = direction * case.tolerance  # strictly better: by what can be seen
    met = direction * (latest.value - goal) >= 0
    flat = pace is not None and is_flat(pace, case.series.noise, case.tolerance)
    if latest.on == due:
        outcome.status = Status.EXPIRED_MET if met else Status.EXPIRED_MISSED
        outcome.reason = Reason.MET if met else Reason.MISSED
    elif case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif case.is_stale(latest.on, case.series.months):
        outcome.reason = Reason.STALE
    elif met:
        outcome.status, outcome.reason = keep_met(pace, flat, direction)
        if pace is None:
            outcome.flags.append("low_confidence")
    elif pace is None:
        outcome.reason = Reason.ONE_POINT if count == 1 else Reason.WINDOW_SPARSE
    elif due is None:
        outcome.status, outcome.reason = keep_missed(pace, flat, direction)
    else:
        remaining = years(due) - years(latest.on)
        projected = extrapolate(latest.value, pace, remaining)
        found = prospect(latest.value, goal, projected, direction, pace, flat, case.thresholds)
        outcome.status, outcome.reason = found.status, found.reason
        outcome.numbers["miss_share"] = found.miss
        outcome.numbers["needed_pace"] = (goal - latest.value) / remaining


def _used(pairs: _Pairs, steps: tuple[Step, ...], pace: Pace | None) -> list[Point]:
    chosen = steps[-(pace.points if pace else 1) :]
    return [p for s in chosen for p in pairs[s.points[0].period_end, s.points[0].nature]]
