"""年内判年度目标: a flow's annual target while its year still runs, by the share of earlier years at the same time.

Called by the level rule when the due date lies in the running year. Time progress is shown beside the seasonal lead and
stands in for it, with a flag, where no full earlier year is known.
"""

from __future__ import annotations

from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.subannual import YearEnd, running_year

_CUTS = ("season_on_track", "season_at_risk", "season_years", "season_smallest_share", "stale_periods")
_HUNDRED = Decimal(100)


def runs_in_due_year(case: Case) -> bool:
    """True where the target is due at the end of the year of the latest point and that year is not whole yet."""
    due, last = case.target.due_on, case.points[-1].period_end
    return bool(
        case.series.is_flow and due is not None and due.month == 12 and due.year == last.year and last.month < 12
    )


def judge_within_year(case: Case, plan: Decimal, direction: int) -> Outcome:
    """Judge the annual value `plan` from the cumulative value so far by its lead on earlier years."""
    running = running_year(case.series, case.calendar, case.thresholds)
    if running is None:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.MISSING_QUARTER)
    outcome = _measured(case, running, plan)
    season, time = running.lead_season(plan), running.lead_time(plan)
    lead = season if season is not None else time
    if case.is_stale(running.on, case.series.months):
        outcome.reason = Reason.STALE
    elif lead is None or plan < 0 or running.cumulative < 0:
        outcome.reason = Reason.SIGN_CHANGE
    else:
        outcome.status, outcome.reason = _verdict(case, running, plan, direction, lead)
        outcome.numbers["lead_pp"] = _HUNDRED * lead
    return outcome


def _measured(case: Case, running: YearEnd, plan: Decimal) -> Outcome:
    """Everything but the verdict."""
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        {
            "latest_on": running.on,
            "latest_value": running.cumulative,
            "latest_period": running.period,
            "target_value": plan,
            "elapsed_share": running.time_share,
            "projected_value": running.estimate,
        },
        case.thresholds.cited(_CUTS) | {"tolerance": str(case.tolerance), "time_share": str(running.time_share)},
        used=running.points[-1:],
        year_end=running,
    )
    for name, value in {
        "season_share": running.share,
        "lead_time": running.lead_time(plan),
        "lead_season": running.lead_season(plan),
        "estimate_low": running.low,
        "estimate_high": running.high,
    }.items():
        if value is not None:
            outcome.components[name] = str(value)
    if running.share is None:
        outcome.flags.append("seasonal_default_used")
        outcome.components["season_reason"] = running.reason
    if running.share is None or running.low_confidence:
        outcome.flags.append("low_confidence")
    return outcome


def _verdict(case: Case, running: YearEnd, plan: Decimal, direction: int, lead: Decimal) -> tuple[Status, Reason]:
    cuts = case.thresholds
    over = running.cumulative - plan
    if direction > 0 and over >= -case.tolerance:
        return Status.MET, Reason.MET_TO_DATE
    if direction < 0 and over > case.tolerance:
        return Status.OFF_TRACK, Reason.SEASON_FAR_BEHIND
    if direction * lead >= cuts.season_on_track:
        return Status.ON_TRACK, Reason.SEASON_ON_TRACK
    if direction * lead >= cuts.season_at_risk:
        return Status.AT_RISK, Reason.SEASON_BEHIND
    return Status.OFF_TRACK, Reason.SEASON_FAR_BEHIND
