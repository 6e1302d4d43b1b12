"""台账: the increments of a cumulative flow since the stated start, as a budget counts them.

From running totals within each year, single quarters, full years or one running total; a period missing since the start
is named, never taken for zero. Gross by default: a negative increment (reclaimed land, a correction) lowers nothing
unless the target allows netting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.case import Case, Outcome
from indicators.attainment.flows import DECEMBER, Step, cumulative
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import Point
from indicators.attainment.steps import by_day, crossing


class Increment(NamedTuple):
    """What was added in the `months` up to the end of `on`; `months` is 0 for an opening total of unknown length."""

    on: date
    months: int
    value: Decimal
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The budget's account: `used` to date, `reclaimed` as a positive amount, and the pace of the last year.

    `pace` is per year over the last `pace_months` (12, or the shortest longer span that the periods allow); None
    with less than a year on record.
    """

    increments: tuple[Increment, ...]
    used: Decimal
    reclaimed: Decimal
    pace: Decimal | None
    pace_months: int
    last: Step

    @property
    def points(self) -> tuple[Point, ...]:
        """Every observation that the account rests on."""
        return tuple(p for i in self.increments for p in i.points)


class _Missing(NamedTuple):
    what: str


def ledger(case: Case) -> Ledger | Outcome:
    """The account of the case's series, or the verdict that says why there is none."""
    opened = opening(case)
    if case.series.nature == "stock":
        found: list[Increment] | _Missing = _running_total(case)
    elif opened is None:
        return Outcome(Status.INSUFFICIENT, Reason.NO_START)
    else:
        found = _flow(case, opened)
    if isinstance(found, _Missing):
        return Outcome(Status.INSUFFICIENT, Reason.MISSING_QUARTER, used=case.points[-1:], detail=found.what)
    if not found:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.NO_VALUE)
    if case.series.breaks and not case.scope_is_stated:
        first, last = found[0].points[0], found[-1].points[-1]
        for scope_break in crossing(
            opened or first.period_end, last.period_end, case.series.breaks, first.scope, last.scope
        ):
            if not scope_break.link_factor:
                return Outcome(Status.SUSPENDED, Reason.BREAK, cut_by=scope_break, flags=["series_break"])
            found = _linked(found, scope_break.on, scope_break.link_factor)
    return _account(found, case.target.netting_allowed)


def _linked(increments: list[Increment], on: date, factor: Decimal) -> list[Increment]:
    """Earlier increments on the scale of the new scope."""
    return [i._replace(value=i.value / factor) if i.on < on else i for i in increments]


def opening(case: Case) -> date | None:
    """The last day before the budget counts: the day before the start, else the base day."""
    start = case.target.start_on
    return start - timedelta(days=1) if start is not None else case.target.base_on


def _flow(case: Case, opened: date) -> list[Increment] | _Missing:
    """Increments of a flow from the opening day on, or the first period that is missing."""
    grouped = case.calendar
    last = max((points[-1].period_end for points in grouped.values()), default=opened)
    if last <= opened:
        return []
    found: list[Increment] = []
    first_day = opened + timedelta(days=1)
    for year in range(first_day.year, last.year + 1):
        reached = cumulative(grouped.get(year, ()))
        before, month_before = Decimal(0), 0
        skipped = first_day.month - 1 if year == first_day.year else 0
        for month in sorted(reached):
            step = reached[month]
            if month > skipped:
                if month_before < skipped:
                    return _Missing(_months(year, month_before + 1, skipped))
                found.append(Increment(step.on, month - month_before, step.value - before, step.points))
            before, month_before = step.value, month
        expected = DECEMBER if year < last.year else last.month
        if month_before < expected:
            return _Missing(_months(year, month_before + 1, expected))
    return found


def _months(year: int, first: int, last: int) -> str:
    """2016年全年, 2016年7—12月."""
    return f"{year}年全年" if (first, last) == (1, DECEMBER) else f"{year}年{first}—{last}月"


def _running_total(case: Case) -> list[Increment]:
    """Increments of a total that runs since the start; the first one is the opening total, less the stated base."""
    total = case.target.base_value or Decimal(0)
    before: date | None = None
    found: list[Increment] = []
    for day, point in by_day(case.points).items():
        months = 12 * (day.year - before.year) + day.month - before.month if before else 0
        found.append(Increment(day, months, point.value - total, (point,)))
        total, before = point.value, day
    return found


def _account(increments: Sequence[Increment], netting: bool) -> Ledger:
    counted = [i.value if netting or i.months == 0 else max(i.value, Decimal(0)) for i in increments]
    reclaimed = -sum((i.value for i in increments if i.months and i.value < 0), Decimal(0))
    months, amount = 0, Decimal(0)
    for increment, value in zip(reversed(increments), reversed(counted), strict=True):
        if months >= DECEMBER or not increment.months:
            break
        months, amount = months + increment.months, amount + value
    used = sum(counted, Decimal(0))
    last = increments[-1]
    pace = amount / months * DECEMBER if months >= DECEMBER else None
    return Ledger(tuple(increments), used, reclaimed, pace, months, Step(last.on, used, last.points))
