"""逐期上限: a rate (or any value) that each single period must keep under a limit, by the keep rule.

The latest period decides, its trend says whether the limit is about to be lost, and every breach since the start is
counted. A plan with a breach in it is not met when it expires.
"""

from __future__ import annotations

from datetime import date

from indicators.attainment.caps import Account, cap_use, settle
from indicators.attainment.case import Case, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.flows import Step
from indicators.attainment.ledger import opening
from indicators.attainment.pace_rule import is_flat, keep_met, suspend
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.steps import by_day

_CUTS = ("stale_periods", "pace_steps", "pace_min_points", "pace_window_years")
_DOWN = -1


def judge_rate(case: Case) -> Outcome:
    """Judge a cap that holds for each period; `breaches` of `periods` counted stand in the components."""
    target = case.target
    cap = target.value if target.value is not None else target.high
    if cap is None:
        return evidence(case, Reason.NO_VALUE_SET)
    steps, pace = case.timeline.steps, case.pace
    if not steps:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.NO_VALUE)
    account = Account(cap, steps[-1], pace.per_year if pace else None)
    counted = _counted(case)
    breaches = sum(1 for s in counted if s.value > cap + case.tolerance)
    numbers = cap_use(case, account)
    numbers.pop("exhaustion_on", None)  # a rate is not used up
    numbers.pop("burn_index", None)
    numbers.pop("allowed_pace", None)
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        numbers,
        case.thresholds.cited(_CUTS)
        | {"tolerance": str(case.tolerance), "periods": str(len(counted)), "breaches": str(breaches)},
        used=[p for s in counted for p in s.points] or steps[-1].points,
        pace=pace,
        detail=f"{len(counted)}期中有{breaches}期超过上限" if breaches else "",
    )
    if settle(case, outcome, account, case.level_months):
        if outcome.status is Status.EXPIRED_MET and breaches:
            outcome.status, outcome.reason = Status.EXPIRED_MISSED, Reason.OVER_CAP
        return outcome
    if case.trend_is_cut and not case.scope_is_stated:
        return suspend(outcome, case.cut_by)
    flat = pace is not None and is_flat(pace, case.series.noise, case.tolerance)
    outcome.status, outcome.reason = keep_met(pace, flat, _DOWN)
    if pace is None:
        outcome.flags.append("low_confidence")
    return outcome


def _counted(case: Case) -> list[Step]:
    """The periods that the limit holds for: those that end after the opening day, in the scope of the latest."""
    opened, steps = opening(case), case.timeline.steps
    if not case.series.is_flow:
        since = steps[0].on if case.timeline.cut else date.min
        steps = tuple(Step(day, p.value, (p,)) for day, p in by_day(case.points).items() if day >= since)
    return [s for s in steps if opened is None or s.on > opened]
