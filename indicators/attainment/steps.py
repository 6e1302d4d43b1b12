"""年度台阶: the annual points of a series that may be compared with its latest, and the pace they show.

A flow's step is a full year; a stock's, rate's or index's step has the season of the latest point, or is a year end.
Nothing is compared across an unlinked break. The verdict rules read pace and steps from here and never the points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.flows import DECEMBER, Step, full_years
from indicators.attainment.series import Point, Series, years
from indicators.attainment.thresholds import Thresholds
from indicators.catalogue.model import ScopeBreak
from indicators.periods import Nature

_PREFERENCE = {Nature.ANNUAL: 3, Nature.YTD: 2, Nature.STOCK: 1, Nature.SINGLE: 0}


@dataclass(frozen=True, slots=True)
class Steps:
    """The comparable annual steps, oldest first; `cut` says that earlier ones exist in another 口径, `cut_by` why."""

    steps: tuple[Step, ...]
    cut: bool = False
    cut_by: ScopeBreak | None = None


class Pace(NamedTuple):
    """Recent change per year over `span` years ending at the latest step, from so many annual `points`."""

    per_year: Decimal
    span: Decimal
    points: int
    since: Step


def by_day(points: Sequence[Point]) -> dict[date, Point]:
    """One value for each period end, oldest first: 全年 before 累计 before 期末 before 本期."""
    chosen: dict[date, Point] = {}
    for point in points:
        if point.bound:
            continue
        rival = chosen.get(point.period_end)
        if rival is None or _PREFERENCE[rival.nature] <= _PREFERENCE[point.nature]:
            chosen[point.period_end] = point
    return chosen


def levels(points: Sequence[Point], least: int) -> list[Step]:
    """The steps of a stock, rate or index: the latest point and the earlier ones of its season.

    Where fewer than `least` of them exist the year ends take their place, with the latest point at the end.
    """
    days = by_day(points)
    if not days:
        return []
    latest = next(reversed(days))
    chosen = [day for day in days if day.month == latest.month]
    if len(chosen) < least:
        chosen = [day for day in days if day.month == DECEMBER or day == latest]
    return [Step(day, days[day].value, (days[day],)) for day in chosen]


def annual_steps(series: Series, points: Sequence[Point], least: int) -> Steps:
    """The annual steps of these known points that are comparable with the latest one."""
    made = full_years(points) if series.is_flow else levels(points, least)
    return comparable(made, series.breaks)


def comparable(steps: Sequence[Step], breaks: Sequence[ScopeBreak]) -> Steps:
    """Cut the steps at the last unlinked break before the latest; bring linked ones to the latest's scale.

    A link factor takes new values to the old scale, so old values are divided by it.
    """
    if not steps or (not breaks and not _scopes_differ(steps)):
        return Steps(tuple(steps))
    kept = [steps[-1]]
    for step in reversed(steps[:-1]):
        crossed = crossing(step.on, steps[-1].on, breaks, _scope(step), _scope(steps[-1]))
        unlinked = [b for b in crossed if not b.link_factor]
        if unlinked:
            return Steps(tuple(reversed(kept)), cut=True, cut_by=unlinked[-1])
        if not crossed and _scope(step) and _scope(steps[-1]) and _scope(step) != _scope(steps[-1]):
            return Steps(tuple(reversed(kept)), cut=True)
        value = step.value
        for scope_break in crossed:
            value /= scope_break.link_factor or 1
        kept.append(step._replace(value=value))
    return Steps(tuple(reversed(kept)))


def crossing(
    early: date, late: date, breaks: Iterable[ScopeBreak], early_scope: str = "", late_scope: str = ""
) -> list[ScopeBreak]:
    """The breaks between two days, oldest first; none where both values state one scope: then one was restated."""
    if early_scope and early_scope == late_scope:
        breaks = (b for b in breaks if b.from_scope == b.to_scope)
    return sorted((b for b in breaks if early < b.on <= late), key=lambda b: b.on)


def unlinked(early: Step, late: Step, breaks: Iterable[ScopeBreak]) -> ScopeBreak | None:
    """The first unlinked break between two steps, if there is one."""
    crossed = crossing(early.on, late.on, breaks, _scope(early), _scope(late))
    return next((b for b in crossed if not b.link_factor), None)


def _scope(step: Step) -> str:
    return step.points[0].scope


def _scopes_differ(steps: Sequence[Step]) -> bool:
    scope = _scope(steps[-1])
    return bool(scope) and not {s.points[0].scope for s in steps} <= {scope, ""}


def recent_pace(steps: Sequence[Step], thresholds: Thresholds) -> Pace | None:
    """Change per year over the last five annual steps within eight years; None with fewer than four points.

    The value of the five-year mean change telescopes to its ends, so it is linear and safe at zero and below.
    """
    if len(steps) < thresholds.pace_min_points:
        return None
    now = years(steps[-1].on)
    earliest = now - thresholds.pace_window_years
    window = [s for s in steps[-1 - thresholds.pace_steps :] if years(s.on) >= earliest]
    if len(window) < thresholds.pace_min_points:
        return None
    span = now - years(window[0].on)
    return Pace((steps[-1].value - window[0].value) / span, span, len(window), window[0])
