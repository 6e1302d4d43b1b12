"""累计与全年: the calendar of a flow. What had been reached within each year, and which years are whole.

Takes the points of a flow as reported (全年, 累计 or 本季) and gives running totals as steps; a gap in the quarters
ends the sum there and is never bridged. Knows nothing of targets or breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from indicators.attainment.series import Point
from indicators.periods import Nature

DECEMBER = 12
_QUARTER_ENDS = (3, 6, 9, 12)


class Step(NamedTuple):
    """One value: at the end of `on`, in the scope of the latest, with the points that it is made of."""

    on: date
    value: Decimal
    points: tuple[Point, ...]


def by_year(points: Iterable[Point]) -> dict[int, list[Point]]:
    """The points (oldest first) by calendar year; limits are left out, for they are no values."""
    values = (point for point in points if not point.bound)
    return {year: list(within) for year, within in groupby(values, key=_year)}


def _year(point: Point) -> int:
    return point.period_end.year


def cumulative(points: Sequence[Point]) -> dict[int, Step]:
    """Month → what one year's points had reached by its end: as reported, 全年 first, or summed from its quarters."""
    reached: dict[int, Step] = {}
    quarters: dict[int, Point] = {}
    for point in points:
        month = point.period_end.month
        if point.nature is Nature.YTD:
            reached.setdefault(month, Step(point.period_end, point.value, (point,)))
        elif point.nature is Nature.ANNUAL or len(point.period) == 4:
            reached[month] = Step(point.period_end, point.value, (point,))
        elif point.nature is Nature.SINGLE and "Q" in point.period:
            quarters[month] = point
    total = Decimal(0)
    parts: tuple[Point, ...] = ()
    for month in _QUARTER_ENDS if quarters else ():
        if month not in quarters:
            break
        point = quarters[month]
        total, parts = total + point.value, (*parts, point)
        reached.setdefault(month, Step(point.period_end, total, parts))
    return reached


def full_years(points: Sequence[Point]) -> list[Step]:
    """The whole years of a flow, oldest first, from its points (oldest first)."""
    values = [point for point in points if not point.bound]
    ends = [point.period_end for point in values]
    last = len(values) - 1
    found = [
        _whole(values, at)
        for at, end in enumerate(ends)
        if end.month == DECEMBER and (at == last or ends[at + 1] > end)
    ]
    return [step for step in found if step is not None]


def _whole(values: Sequence[Point], at: int) -> Step | None:
    """The value of the year whose last point is that `at`; as `cumulative` has it, without the months before."""
    last = values[at]
    alone = at == 0 or values[at - 1].period_end != last.period_end
    if alone and last.nature is Nature.YTD:
        return Step(last.period_end, last.value, (last,))
    return cumulative([p for p in values[: at + 1] if p.period_end.year == last.period_end.year]).get(DECEMBER)
