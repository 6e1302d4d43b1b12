"""佐证: what a series says about a target without a number. No verdict is given, only which way it goes.

Used for qualitative targets and for a target whose document states no value. The direction is read by the published
Destatis rule for indicators with a direction only.
"""

from __future__ import annotations

from indicators.attainment.case import Case, Outcome
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.methods.destatis import destatis_weather

_CUTS = ("pace_steps", "pace_min_points", "pace_window_years")


def evidence(case: Case, reason: Reason = Reason.QUALITATIVE) -> Outcome:
    """NO_TARGET with the latest value, the recent pace and the direction symbol as supporting evidence."""
    steps, pace = case.timeline.steps, case.pace
    outcome = Outcome(Status.NO_TARGET, reason, components=case.thresholds.cited(_CUTS), pace=pace)
    if not steps:
        outcome.used = case.points[-1:]
        return outcome
    latest = steps[-1]
    outcome.used = [p for s in steps[-(pace.points if pace else 1) :] for p in s.points]
    outcome.numbers = {
        "latest_on": latest.on,
        "latest_value": latest.value,
        "latest_period": latest.points[-1].period,
        "pace": pace.per_year if pace else None,
    }
    if case.is_stale(latest.on, case.level_months):
        outcome.flags.append("stale")
    if pace is not None:
        weather = destatis_weather({s.on.year: s.value for s in steps}, "direction", case.target.direction)
        outcome.components["direction_rule"] = weather.status or ""
    return outcome
