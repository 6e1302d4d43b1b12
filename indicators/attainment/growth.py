"""增速目标: average growth over the plan, and the growth of one year. Rates against rates, in percentage points.

A plan's growth comes from the volume index; a year's growth is the published rate, which wins over one recomputed from
levels. A rate is never divided by a rate, and a limit (“>4 %”) only proves what lies beyond it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import Point
from indicators.attainment.volume import Volume, annual_rate, is_rate, volume
from indicators.periods import Nature

_CUTS = ("growth_on_track_pp", "growth_at_risk_pp", "stale_periods")
_HUNDRED = Decimal(100)


def judge_average(case: Case) -> Outcome:
    """年均增长: g* against the growth so far, and the growth needed from now on against that of the last years."""
    target = case.target
    if target.growth is None:
        return evidence(case, Reason.NO_VALUE_SET)
    if target.growth <= -_HUNDRED:
        return Outcome(Status.INSUFFICIENT, Reason.SIGN_CHANGE, used=case.points[-1:])
    if not is_rate(case.series) and case.series.price_basis.startswith("现"):
        return Outcome(Status.INSUFFICIENT, Reason.CURRENT_PRICES, used=case.points[-1:])
    base_year = _base_year(case)
    if base_year is None:
        return Outcome(Status.INSUFFICIENT, Reason.NO_BASE, used=case.points[-1:])
    if target.due_on is None or target.due_on.year <= base_year:
        return Outcome(Status.INSUFFICIENT, Reason.NO_DUE, used=case.points[-1:])
    made = volume(case)
    last = max(made.points, default=base_year)
    if last <= base_year:
        return Outcome(Status.INSUFFICIENT, Reason.ONE_POINT, used=case.points[-1:])
    if base_year not in made.index or last not in made.index:
        return _no_chain(case, made, base_year, last)
    return _average(case, made, base_year, last, target.growth)


def _base_year(case: Case) -> int | None:
    """The year before the first one that counts: of the base day, else before the start."""
    if case.target.base_on is not None:
        return case.target.base_on.year
    return case.target.start_on.year - 1 if case.target.start_on is not None else None


def _no_chain(case: Case, made: Volume, base_year: int, last: int) -> Outcome:
    """Why the volume does not reach back to the base year."""
    if made.cut:
        return Outcome(
            Status.SUSPENDED,
            Reason.BREAK,
            used=case.points[-1:],
            flags=["series_break"],
            cut_by=next((b for b in case.series.breaks if b.on.year > base_year and not b.link_factor), None),
        )
    known = set(made.points)
    gap = next((y for y in range(base_year + 1, last + 1) if y not in known), base_year)
    if gap in known:
        return Outcome(Status.INSUFFICIENT, Reason.SIGN_CHANGE, used=case.points[-1:])
    return Outcome(Status.INSUFFICIENT, Reason.MISSING_QUARTER, used=case.points[-1:], detail=f"{gap}年")


def _average(case: Case, made: Volume, base_year: int, last: int, goal: Decimal) -> Outcome:
    target, cuts = case.target, case.thresholds
    due_year = target.due_on.year if target.due_on else last
    elapsed, plan = last - base_year, due_year - base_year
    factor = made.index[last] / made.index[base_year]
    average = annual_rate(factor, elapsed)
    since = next((y for y in range(last - cuts.growth_recent_years, last) if y in made.index), base_year)
    recent = annual_rate(made.index[last] / made.index[since], last - since)
    used = [p for year in sorted(made.points) if min(base_year, since) <= year for p in made.points[year]]
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        {
            "base_on": target.base_on,
            "latest_on": date(last, 12, 31),
            "latest_value": average,
            "latest_period": str(last),
            "target_value": goal,
            "elapsed_share": Decimal(elapsed) / plan,
            "growth_gap_pp": average - goal,
            "pace": recent,
        },
        cuts.cited(_CUTS) | {"tolerance": str(case.tolerance), "volume_factor": str(factor), "years": str(elapsed)},
        used=used,
    )
    outcome.components["recent_years"] = str(last - since)
    if last - since < cuts.growth_recent_years:
        outcome.flags.append("low_confidence")
    if last == due_year:
        met = target.direction * (average - goal) >= -case.tolerance
        outcome.status = Status.EXPIRED_MET if met else Status.EXPIRED_MISSED
        outcome.reason = Reason.MET if met else Reason.MISSED
        return outcome
    needed = annual_rate((1 + goal / _HUNDRED) ** plan / factor, plan - elapsed)
    outcome.numbers["needed_pace"] = needed
    if case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif not case.is_stale(date(last, 12, 31), 12):
        outcome.status, outcome.reason = _status(case, average, target.direction * (needed - recent))
    return outcome


def _status(case: Case, average: Decimal, short: Decimal) -> tuple[Status, Reason]:
    """By how many points a year the recent growth falls short of the needed one."""
    if case.target.direction * average < 0:
        return Status.WRONG_WAY, Reason.SHRINKING
    if short <= case.thresholds.growth_on_track_pp:
        return Status.ON_TRACK, Reason.GROWTH_SUFFICIENT
    if short <= case.thresholds.growth_at_risk_pp:
        return Status.AT_RISK, Reason.GROWTH_SHORT
    return Status.OFF_TRACK, Reason.GROWTH_FAR_SHORT


def judge_year(case: Case) -> Outcome:
    """One year's growth: the latest cumulative rate of the due year (of any year, where none is due) against g*."""
    goal = case.target.growth if case.target.growth is not None else case.target.value
    if goal is None:
        return evidence(case, Reason.NO_VALUE_SET)
    if not is_rate(case.series) and case.series.price_basis.startswith("现"):
        return Outcome(Status.INSUFFICIENT, Reason.CURRENT_PRICES, used=case.points[-1:])
    due = case.target.due_on
    rates = _rates(case) if is_rate(case.series) else _recomputed(volume(case))
    if due is not None:
        rates = [p for p in rates if p.period_end.year == due.year]
    if not rates:
        overdue = case.value_for_due_is_overdue()
        return Outcome(Status.INSUFFICIENT, Reason.NO_VALUE_FOR_DUE if overdue else Reason.NO_VALUE)
    return _year(case, rates[-1], goal)


def _rates(case: Case) -> list[Point]:
    """The rates that are about a year or the part of it so far; a single quarter's rate is neither.

    Of several for one day the year's own stands last.
    """
    rates = [p for p in case.points if p.nature is not Nature.SINGLE or len(p.period) == 4]
    return sorted(rates, key=lambda p: (p.period_end, p.nature is Nature.ANNUAL))


def _recomputed(made: Volume) -> list[Point]:
    """Whole-year rates from a volume index, where no rate was published."""
    rates = {
        year: (made.index[year] / made.index[year - 1] - 1) * _HUNDRED for year in made.index if year - 1 in made.index
    }
    return [made.points[year][-1]._replace(value=rate, period=str(year)) for year, rate in rates.items()]


def _year(case: Case, latest: Point, goal: Decimal) -> Outcome:
    direction, cuts = case.target.direction, case.thresholds
    gap = direction * (latest.value - goal)
    outcome = Outcome(
        Status.INSUFFICIENT,
        Reason.STALE,
        {"latest_on": latest.period_end, "latest_period": latest.period, "target_value": goal},
        cuts.cited(_CUTS) | {"tolerance": str(case.tolerance)},
        used=(latest,),
    )
    final = latest.period_end == case.target.due_on
    if latest.bound:
        outcome.components["bound"] = f"{latest.bound}{latest.value}"
        outcome.reason = Reason.BOUND_ONLY
        if latest.bound == (">" if direction > 0 else "<") and gap >= 0:
            outcome.status = Status.EXPIRED_MET if final else Status.MET
            outcome.reason = Reason.MET if final else Reason.MET_TO_DATE
        return outcome
    outcome.numbers["latest_value"] = latest.value
    outcome.numbers["growth_gap_pp"] = latest.value - goal
    if final:
        met = gap >= -case.tolerance
        outcome.status = Status.EXPIRED_MET if met else Status.EXPIRED_MISSED
        outcome.reason = Reason.MET if met else Reason.MISSED
    elif case.value_for_due_is_overdue():
        outcome.reason = Reason.NO_VALUE_FOR_DUE
    elif case.is_stale(latest.period_end, case.series.months):
        outcome.reason = Reason.STALE
    elif gap >= -case.tolerance:
        outcome.status, outcome.reason = Status.MET, Reason.MET_TO_DATE
    elif gap >= -cuts.growth_at_risk_pp:
        outcome.status, outcome.reason = Status.AT_RISK, Reason.GROWTH_SHORT
    else:
        outcome.status, outcome.reason = Status.OFF_TRACK, Reason.GROWTH_FAR_SHORT
    return outcome
