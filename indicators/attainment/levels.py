"""达到与压降: targets on a level (at least, bring down to, double by), by the path rule in absolute units.

A met target is judged by the keep rule, an unmet one by what the recent pace leaves missing at the due date. Works for
zero and negative values, for it never divides by a level. `prospect` is the rule itself; ranges and benchmarks use it
on a distance instead of a level.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.case import Case, Numbers, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.flows import Step
from indicators.attainment.path import progress
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.second_lens import open_sdg_lens
from indicators.attainment.series import Point, years
from indicators.attainment.steps import Pace
from indicators.attainment.subannual import running_year
from indicators.attainment.thresholds import Thresholds
from indicators.attainment.within_year import judge_within_year, runs_in_due_year
from indicators.targets import TargetKind

_CUTS = ("miss_on_track", "miss_at_risk", "pace_steps", "pace_min_points", "pace_window_years", "stale_periods")


class Prospect(NamedTuple):
    """Where the recent pace leads: the status, and at the due date the value and the share of the gap still missing."""

    status: Status
    reason: Reason
    projected: Decimal | None = None
    miss: Decimal | None = None


def is_flat(pace: Pace, noise: Decimal | None, tolerance: Decimal) -> bool:
    """True when the change over the whole window is no larger than revisions (or the last decimal) make it anyway."""
    return abs(pace.per_year) * pace.span <= (noise if noise is not None else tolerance)


def prospect(
    latest: Decimal, goal: Decimal, direction: int, pace: Pace, flat: bool, remaining: Decimal, cuts: Thresholds
) -> Prospect:
    """Judge an unmet goal: miss = d(T − hyp)/(d(T − yc)) with hyp = yc + b · remaining years."""
    projected = latest + pace.per_year * remaining
    miss = (goal - projected) / (goal - latest)
    if flat:
        return Prospect(Status.WRONG_WAY, Reason.FLAT, projected, miss)
    if pace.per_year * direction <= 0:
        return Prospect(Status.WRONG_WAY, Reason.REVERSE, projected, miss)
    if miss < cuts.miss_on_track:
        return Prospect(Status.ON_TRACK, Reason.MISS_SMALL, projected, miss)
    if miss <= cuts.miss_at_risk:
        return Prospect(Status.AT_RISK, Reason.MISS_MEDIUM, projected, miss)
    return Prospect(Status.OFF_TRACK, Reason.MISS_LARGE, projected, miss)


def judge_double(case: Case) -> Outcome:
    """翻番: a floor at a multiple of the base, on a path of constant growth; no base, no target."""
    target = case.target
    if target.base_value is None or target.base_on is None:
        return Outcome(Status.INSUFFICIENT, Reason.NO_BASE)
    goal = target.value if target.value is not None else target.base_value * (target.multiple or 2)
    case.target = target.model_copy(update={"value": goal, "path": "cagr"})
    return judge_level(case)


def judge_level(case: Case) -> Outcome:
    """Judge a floor or a lower-is-better target."""
    target = case.target
    if target.value is None:
        return evidence(case, Reason.NO_VALUE_SET)
    direction = -1 if target.kind is TargetKind.LOWER else 1
    if target.due_on is not None:
        bound = case.bound_on(target.due_on)
        on_due = case.step_on(target.due_on)
        if on_due is not None:
            return _expired(case, on_due, target.value, direction)
        if bound is not None:
            return _from_bound(bound, target.value, direction)
    if runs_in_due_year(case):
        return judge_within_year(case, target.value, direction)
    steps = case.timeline.steps
    if not steps:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.NO_VALUE)
    return _running(case, steps[-1], target.value, direction)


def _from_bound(bound: Point, goal: Decimal, direction: int) -> Outcome:
    """A limit on the good side that points away from the target proves it met; no limit proves a miss."""
    proves = bound.bound == (">" if direction > 0 else "<") and direction * (bound.value - goal) >= 0
    numbers: Numbers = {"latest_on": bound.period_end, "latest_period": bound.period, "target_value": goal}
    return Outcome(
        Status.EXPIRED_MET if proves else Status.INSUFFICIENT,
        Reason.MET if proves else Reason.BOUND_ONLY,
        numbers,
        {"bound": f"{bound.bound}{bound.value}"},
        used=(bound,),
    )


def _expired(case: Case, on_due: Step, goal: Decimal, direction: int) -> Outcome:
    """到期: frozen on the value for the due date, whatever came later."""
    numbers, broken = _measured(case, on_due, goal, direction)
    if broken:
        return broken
    met = direction * (on_due.value - goal) >= -case.tolerance
    status = Status.EXPIRED_MET if met else Status.EXPIRED_MISSED
    _second(case, status, numbers, on_due, direction)
    return Outcome(
        status,
        Reason.MET if met else Reason.MISS_LARGE,
        numbers,
        case.thresholds.cited(()) | {"tolerance": str(case.tolerance)},
        used=on_due.points,
    )


def _measured(case: Case, latest: Step, goal: Decimal, direction: int) -> tuple[Numbers, Outcome | None]:
    """The numbers that need no pace; and the verdict SUSPENDED when the base lies across an unlinked break."""
    base = case.target.base_value
    numbers: Numbers = {
        "latest_on": latest.on,
        "latest_value": latest.value,
        "latest_period": latest.points[-1].period,
        "target_value": goal,
    }
    for scope_break in case.base_crossing(latest.on):
        if not scope_break.link_factor:
            return numbers, Outcome(
                Status.SUSPENDED, Reason.BREAK, numbers, cut_by=scope_break, used=latest.points, flags=["series_break"]
            )
        base = base / scope_break.link_factor if base is not None else None
    numbers.update(progress(case.target, base, goal, latest, direction))
    return numbers, None


def _running(case: Case, latest: Step, goal: Decimal, direction: int) -> Outcome:
    """The verdict before the due date."""
    numbers, broken = _measured(case, latest, goal, direction)
    if broken:
        return broken
    outcome = Outcome(
        Status.INSUFFICIENT, Reason.STALE, numbers, case.thresholds.cited(_CUTS), used=latest.points, pace=case.pace
    )
    outcome.components["tolerance"] = str(case.tolerance)
    if case.pace is not None:
        _paced(case, outcome, latest, goal, direction)
    if case.series.is_flow and case.points[-1].period_end > latest.on:
        outcome.year_end = running_year(case.series, case.calendar, case.thresholds)
    if case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif not case.is_stale(latest.on, case.level_months):
        _decide(case, outcome, latest, goal, direction)
        _second(case, outcome.status, numbers, latest, direction)
    return outcome


def _paced(case: Case, outcome: Outcome, latest: Step, goal: Decimal, direction: int) -> None:
    """Add recent and needed pace, and the points they rest on."""
    pace, due = case.pace, case.target.due_on
    if pace is None:
        return
    numbers = outcome.numbers
    numbers["pace"] = pace.per_year
    outcome.used = [p for s in case.timeline.steps[-pace.points :] for p in s.points]
    outcome.components |= {
        "pace_points": str(pace.points),
        "pace_years": str(pace.span),
        "noise": str(case.series.noise if case.series.noise is not None else case.tolerance),
    }
    if pace.points < case.thresholds.pace_normal_points:
        outcome.flags.append("low_confidence")
    if due is None or due <= latest.on:
        return
    remaining = years(due) - years(latest.on)
    numbers["projected_value"] = latest.value + pace.per_year * remaining
    if direction * (goal - latest.value) > 0:
        needed = (goal - latest.value) / remaining
        numbers["needed_pace"] = needed
        if pace.per_year * direction > 0:
            numbers["effort_multiple"] = needed / pace.per_year


def _decide(case: Case, outcome: Outcome, latest: Step, goal: Decimal, direction: int) -> None:
    """Set status and reason from level and pace."""
    pace, target = case.pace, case.target
    flat = pace is not None and is_flat(pace, case.series.noise, case.tolerance)
    if case.trend_is_cut:
        outcome.status, outcome.reason, outcome.cut_by = Status.SUSPENDED, Reason.BREAK, case.timeline.cut_by
        outcome.flags.append("series_break")
    elif direction * (latest.value - goal) >= -case.tolerance:
        outcome.status, outcome.reason = keep_met(pace, flat, direction)
        if pace is None:
            outcome.flags.append("low_confidence")
    elif outcome.numbers.get("base_value") is None and target.kind is not TargetKind.RANGE:
        outcome.reason = Reason.NO_BASE
    elif target.due_on is None:
        outcome.reason = Reason.NO_DUE
    elif pace is None:
        outcome.reason = Reason.ONE_POINT if len(case.timeline.steps) == 1 else Reason.WINDOW_SPARSE
    elif (base := outcome.numbers.get("base_value")) is not None and direction * (goal - base) <= 0:
        outcome.status, _ = keep_missed(pace, flat, direction)
        outcome.reason = Reason.BASE_EQUALS_TARGET if base == goal else Reason.BASE_ON_GOOD_SIDE
    else:
        remaining = years(target.due_on) - years(latest.on)
        found = prospect(latest.value, goal, direction, pace, flat, remaining, case.thresholds)
        outcome.status, outcome.reason = found.status, found.reason
        outcome.numbers["miss_share"] = found.miss


def keep_met(pace: Pace | None, flat: bool, direction: int) -> tuple[Status, Reason]:
    """The keep rule for a met target: held, or held while losing ground."""
    if pace is None:
        return Status.MET, Reason.MET_TREND_UNKNOWN
    if not flat and pace.per_year * direction < 0:
        return Status.MET_LOSING, Reason.MET_TREND_ADVERSE
    return Status.MET, Reason.MET


def keep_missed(pace: Pace, flat: bool, direction: int) -> tuple[Status, Reason]:
    """The keep rule for a target missed that has no path: on the way back, or not."""
    if not flat and pace.per_year * direction > 0:
        return Status.OFF_TRACK, Reason.MISSED_IMPROVING
    return Status.WRONG_WAY, Reason.FLAT if flat else Reason.REVERSE


def _second(case: Case, status: Status, numbers: Numbers, latest: Step, direction: int) -> None:
    base, base_on, goal = numbers.get("base_value"), numbers.get("base_on"), numbers.get("target_value")
    due = case.target.due_on
    if base is not None and base_on is not None and goal is not None and due is not None:
        numbers.update(open_sdg_lens(status, base_on, base, latest, goal, due, direction))
