"""速度规则: the verdict that the recent pace gives, toward a goal (path rule) or on holding one (keep rule).

The rules are those of the German sustainability strategy's status symbols, in absolute units and hence at home with
zero and negative values, plus a dead band. They know numbers only: levels, distances from a band and gaps to another
series are all judged here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.case import Case, Outcome
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.steps import Pace
from indicators.attainment.thresholds import Thresholds
from indicators.catalogue.model import ScopeBreak


class Prospect(NamedTuple):
    """Where the recent pace leads: the status, and the share of the remaining gap that would still be missing."""

    status: Status
    reason: Reason
    miss: Decimal


def is_flat(pace: Pace, noise: Decimal | None, tolerance: Decimal) -> bool:
    """True when the change over the whole window is no larger than revisions (or the last decimal) make it anyway."""
    return abs(pace.per_year) * pace.span <= (noise if noise is not None else tolerance)


def extrapolate(latest: Decimal, pace: Pace, remaining: Decimal, in_logs: bool = False) -> Decimal:
    """The value in `remaining` years if the pace goes on: the same amount a year, or in logs the same rate a year."""
    if in_logs:
        return latest * ((latest / pace.since.value).ln() / pace.span * remaining).exp()
    return latest + pace.per_year * remaining


def prospect(
    latest: Decimal, goal: Decimal, projected: Decimal, direction: int, pace: Pace, flat: bool, cuts: Thresholds
) -> Prospect:
    """The path rule for an unmet goal: miss = d(T − projected)/(d(T − latest)), after the direction of the pace."""
    miss = (goal - projected) / (goal - latest)
    if flat:
        return Prospect(Status.WRONG_WAY, Reason.FLAT, miss)
    if pace.per_year * direction <= 0:
        return Prospect(Status.WRONG_WAY, Reason.REVERSE, miss)
    if miss < cuts.miss_on_track:
        return Prospect(Status.ON_TRACK, Reason.MISS_SMALL, miss)
    if miss <= cuts.miss_at_risk:
        return Prospect(Status.AT_RISK, Reason.MISS_MEDIUM, miss)
    return Prospect(Status.OFF_TRACK, Reason.MISS_LARGE, miss)


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


def suspend(outcome: Outcome, by: ScopeBreak | None) -> Outcome:
    """暂停评价: a break lies between the values that would have to be compared."""
    outcome.status, outcome.reason, outcome.cut_by = Status.SUSPENDED, Reason.BREAK, by
    outcome.flags.append("series_break")
    return outcome


def unlinked_since_base(case: Case, outcome: Outcome) -> ScopeBreak | None:
    """The unlinked break between the base (or start) and the latest value of this outcome."""
    latest = outcome.numbers.get("latest_on")
    crossed = case.base_crossing(latest) if latest is not None else []
    return next((b for b in crossed if not b.link_factor), None)
