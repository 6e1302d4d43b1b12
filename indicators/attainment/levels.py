"""达到与压降: targets on a level (at least, bring down to, double by), by the path rule in absolute units.

A met target is judged by the keep rule, an unmet one by what the recent pace leaves missing at the due date (or at
the next milestone). On a path of constant growth the pace is carried on as a rate, so that a value on the path is on
track; otherwise nothing here divides by a level, and zero and negative values are at home.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from indicators.attainment.case import Case, Numbers, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.flows import Step
from indicators.attainment.pace_rule import extrapolate, is_flat, keep_met, keep_missed, prospect, suspend
from indicators.attainment.path import progress
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.second_lens import open_sdg_lens
from indicators.attainment.series import Point, years
from indicators.attainment.steps import Pace
from indicators.attainment.subannual import running_year
from indicators.attainment.volume import annual_rate
from indicators.attainment.within_year import judge_within_year, runs_in_due_year
from indicators.targets import TargetKind

_CUTS = ("miss_on_track", "miss_at_risk", "pace_steps", "pace_min_points", "pace_window_years", "stale_periods")


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
    outcome = _measured(case, on_due, goal, direction)
    if outcome.status is not Status.SUSPENDED:
        met = direction * (on_due.value - goal) >= -case.tolerance
        outcome.status = Status.EXPIRED_MET if met else Status.EXPIRED_MISSED
        outcome.reason = Reason.MET if met else Reason.MISSED
        _second(case, outcome, on_due, direction)
    return outcome


def _measured(case: Case, latest: Step, goal: Decimal, direction: int) -> Outcome:
    """The numbers that need no pace, in the verdict INSUFFICIENT; SUSPENDED when the base lies across an open break."""
    base = case.target.base_value
    numbers: Numbers = {
        "latest_on": latest.on,
        "latest_value": latest.value,
        "latest_period": latest.points[-1].period,
        "target_value": goal,
    }
    components = case.thresholds.cited(_CUTS) | {"tolerance": str(case.tolerance)}
    outcome = Outcome(Status.INSUFFICIENT, Reason.STALE, numbers, components, used=latest.points, pace=case.pace)
    for scope_break in case.base_crossing(latest.on):
        if not scope_break.link_factor:
            return suspend(outcome, scope_break)
        base = base / scope_break.link_factor if base is not None else None
    numbers.update(progress(case.target, base, goal, latest, direction))
    return outcome


def _running(case: Case, latest: Step, goal: Decimal, direction: int) -> Outcome:
    """The verdict before the due date."""
    outcome = _measured(case, latest, goal, direction)
    if outcome.status is Status.SUSPENDED:
        return outcome
    if case.pace is not None:
        _paced(case, outcome, case.pace, latest, goal, direction)
    if case.series.is_flow and case.points[-1].period_end > latest.on:
        outcome.year_end = running_year(case.series, case.calendar, case.thresholds)
    if case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif not case.is_stale(latest.on, case.level_months):
        _decide(case, outcome, latest, goal, direction)
        _second(case, outcome, latest, direction)
    return outcome


def _paced(case: Case, outcome: Outcome, pace: Pace, latest: Step, goal: Decimal, direction: int) -> None:
    """Add recent and needed pace, what the pace leads to, and the points it rests on."""
    numbers, due = outcome.numbers, case.target.due_on
    numbers["pace"] = pace.per_year
    outcome.used = [p for s in case.timeline.steps[-pace.points :] for p in s.points]
    outcome.components |= {
        "pace_points": str(pace.points),
        "pace_years": str(pace.span),
        "noise": str(case.series.noise if case.series.noise is not None else case.tolerance),
    }
    if pace.points < case.thresholds.pace_normal_points:
        outcome.flags.append("low_confidence")
    if due is None:
        return
    remaining = years(due) - years(latest.on)
    in_logs = _by_rate(case, pace, latest, goal)
    numbers["projected_value"] = extrapolate(latest.value, pace, remaining, in_logs)
    if direction * (goal - latest.value) <= 0:
        return
    numbers["needed_pace"] = (goal - latest.value) / remaining
    if in_logs:
        outcome.components["pace_rate"] = str(annual_rate(latest.value / pace.since.value, pace.span))
        outcome.components["needed_rate"] = str(annual_rate(goal / latest.value, remaining))
    if pace.per_year * direction > 0 and in_logs:
        recent = (latest.value / pace.since.value).ln() / pace.span
        numbers["effort_multiple"] = (goal / latest.value).ln() / remaining / recent
    elif pace.per_year * direction > 0:
        numbers["effort_multiple"] = (goal - latest.value) / remaining / pace.per_year


def _by_rate(case: Case, pace: Pace, latest: Step, goal: Decimal) -> bool:
    """True where the target states a path of constant growth and growth exists: then the pace is a rate as well."""
    return case.target.path == "cagr" and min(latest.value, pace.since.value, goal) > 0


def _decide(case: Case, outcome: Outcome, latest: Step, goal: Decimal, direction: int) -> None:
    """Set status and reason from level and pace."""
    pace, target = case.pace, case.target
    flat = pace is not None and is_flat(pace, case.series.noise, case.tolerance)
    met = direction * (latest.value - goal) >= -case.tolerance
    if case.trend_is_cut and not (met and case.scope_is_stated):
        suspend(outcome, case.cut_by)
    elif met:
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
        _on_path(case, outcome, pace, flat, latest, goal, direction)


def _on_path(case: Case, outcome: Outcome, pace: Pace, flat: bool, latest: Step, goal: Decimal, direction: int) -> None:
    """The path rule toward the nearest target in time that is not met: the target itself, or a milestone before it."""
    due, projected = case.target.due_on, outcome.numbers.get("projected_value")
    if due is None or projected is None:
        return
    judged_on, judged = _stage(case, latest, goal, due, direction)
    if judged_on != due:
        projected = extrapolate(latest.value, pace, years(judged_on) - years(latest.on))
        outcome.components |= {
            "milestone_on": judged_on.isoformat(),
            "milestone_value": str(judged),
            "milestone_projected": str(projected),
        }
    found = prospect(latest.value, judged, projected, direction, pace, flat, case.thresholds)
    outcome.status, outcome.reason = found.status, found.reason
    outcome.numbers["miss_share"] = found.miss


def _stage(case: Case, latest: Step, goal: Decimal, due: date, direction: int) -> tuple[date, Decimal]:
    """Of several targets in time the nearest that is not met yet: a milestone ahead, else the target itself."""
    if case.target.path == "milestones":
        for milestone in sorted(case.target.milestones, key=lambda m: m.on):
            if latest.on < milestone.on < due and direction * (milestone.value - latest.value) > case.tolerance:
                return milestone.on, milestone.value
    return due, goal


def _second(case: Case, outcome: Outcome, latest: Step, direction: int) -> None:
    numbers, due = outcome.numbers, case.target.due_on
    base, base_on, goal = numbers.get("base_value"), numbers.get("base_on"), numbers.get("target_value")
    if base is not None and base_on is not None and goal is not None and due is not None:
        numbers.update(open_sdg_lens(outcome.status, base_on, base, latest, goal, due, direction))
