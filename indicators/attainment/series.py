"""一条序列: the known values of one indicator in one area under one 口径, as the engine receives them.

The warehouse makes a Series from observations; everything after it works on what was known on a day. Here stand the
calendar of the engine (time in years, a quarter is exactly a quarter) and freshness. It knows no target.
"""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple

from indicators.attainment.thresholds import ARITHMETIC
from indicators.catalogue.model import ScopeBreak
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature

_MONTHS_A_YEAR = Decimal(12)
_DAYS_A_MONTH = Decimal("30.4375")
_CLOCK_DIGITS = 9  # far below a day, far above the rounding of thirds


class Point(NamedTuple):
    """One known value. `value` is in the series' unit; a missing value is no point. `id` names the observation.

    `recorded_at` is UTC without zone, None where the vintage plays no part. `bound` marks a value of which only a
    limit was published (“>4 %” is 4 with bound ">"): it can prove a target met, it is never used in a trend.
    """

    period: str
    period_end: date
    nature: Nature
    value: Decimal
    id: str = ""
    recorded_at: datetime | None = None
    status: ObsStatus = ObsStatus.NORMAL
    origin: Origin = Origin.RETURNED
    scope: str = ""
    bound: Literal["", ">", "<"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The points of one indicator in one area, all vintages or only the current ones, in any order.

    `months` is the reporting interval and `due_days` the days allowed for reporting: together they decide what is
    stale. `noise` is the series' median absolute revision in `unit`, None while fewer than eight periods were
    revised. `breaks` are the scope breaks of this indicator and area; points that state the same scope on both sides
    of a break were restated and stay comparable.
    """

    indicator: str
    area: str = ""
    name: str = ""
    area_name: str = ""
    points: tuple[Point, ...] = ()
    unit: str = ""
    decimals: int = 1
    nature: Literal["single", "ytd", "stock", "rate", "index"] = "ytd"
    measure: Measure = Measure.LEVEL
    price_basis: str = ""
    scope: str = ""
    months: int = 12
    due_days: int = 0
    noise: Decimal | None = None
    breaks: tuple[ScopeBreak, ...] = ()

    @property
    def is_flow(self) -> bool:
        """True where a year's value is the sum of its parts, so that a part of a year is not yet a level."""
        return self.nature in ("ytd", "single") and self.measure is not Measure.GROWTH_YOY


@lru_cache(maxsize=4096)
def years(on: date) -> Decimal:
    """Time of the end of day `on` in years, counted in calendar months: 2026-09-30 is 2026.75 exactly."""
    with localcontext(ARITHMETIC):  # whoever asks first, the cached value is the same
        days = calendar.monthrange(on.year, on.month)[1]
        return on.year + (on.month - 1 + Decimal(on.day) / days) / _MONTHS_A_YEAR


def day_at(time_in_years: Decimal) -> date | None:
    """The day at which `years` reaches this time; None outside the calendar that anybody plans in (1900–2200)."""
    if not 1900 <= time_in_years < 2200:
        return None
    months = time_in_years * _MONTHS_A_YEAR
    index = math.ceil(round(months, _CLOCK_DIGITS)) - 1
    year, month = index // 12, index % 12 + 1
    days = calendar.monthrange(year, month)[1]
    return date(year, month, min(max(math.ceil(round((months - index) * days, _CLOCK_DIGITS)), 1), days))


def known_points(series: Series, as_of: date) -> list[Point]:
    """The points known at the end of `as_of`, by period end, one version each; forecasts and future periods left out.

    Of several versions of one period and nature the one recorded last before then counts.
    """
    dawn = datetime.combine(as_of + timedelta(days=1), time.min)
    known = [
        point
        for point in series.points
        if point.period_end <= as_of
        and ((recorded := point.recorded_at) is None or recorded < dawn)
        and point.status is not ObsStatus.FORECAST
    ]
    if len({*map(_PERIOD, known)}) < len(known):  # several natures or versions of one period
        newest = {(point.period, point.nature): point for point in known}
        if len(newest) < len(known):
            newest |= {(point.period, point.nature): point for point in sorted(known, key=_recorded)}
        known = [*newest.values()]
    return sorted(known, key=_END)


_PERIOD, _END = itemgetter(Point._fields.index("period")), itemgetter(Point._fields.index("period_end"))


def _recorded(point: Point) -> datetime:
    return point.recorded_at or datetime.min


def stale_after(end: date, months: int, due_days: int, periods: Decimal) -> date:
    """Last day on which a value of a period ending at `end` still counts as current."""
    return end + timedelta(days=_days_of(periods, months) + due_days)


@lru_cache(maxsize=64)
def _days_of(periods: Decimal, months: int) -> int:
    return int(periods * months * _DAYS_A_MONTH)


def flags_of(points: tuple[Point, ...]) -> list[str]:
    """The flags that the observations used hand on to a verdict: imputed, provisional, series_break."""
    flags: list[str] = []
    for status in {p.status for p in points if p.status is not ObsStatus.NORMAL}:
        flag = _FLAGS.get(status)
        if flag and flag not in flags:
            flags.append(flag)
    return sorted(flags)


_FLAGS = {
    ObsStatus.IMPUTED: "imputed",
    ObsStatus.PROVISIONAL: "provisional",
    ObsStatus.ESTIMATED: "provisional",
    ObsStatus.UNVALIDATED: "provisional",
    ObsStatus.BREAK: "series_break",
    ObsStatus.DIFFERS: "series_break",
}
