"""年内: what a part of a year says about the whole. Time progress, the share of earlier years, the year-end estimate.

Only flows are pro-rated; stocks and rates are compared as they stand. Reads points, knows no target beyond an annual
plan value. A share comes from full earlier years of the same series, never from another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from statistics import median

from indicators.attainment.flows import DECEMBER, Step, by_year, cumulative
from indicators.attainment.series import Point, Series
from indicators.attainment.steps import unlinked
from indicators.attainment.thresholds import ARITHMETIC, DEFAULT, Thresholds
from indicators.observations import ObsStatus

_MONTHS = Decimal(12)
_FLAGGED = (ObsStatus.IMPUTED, ObsStatus.BREAK, ObsStatus.DIFFERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEnd:
    """The running year. `share` is the median part reached by `on` in the years of `shares`; values in its unit.

    `low`–`high` are the estimate under the extreme shares, None with fewer than three years. `reason` says why there
    is no estimate: no full earlier year, a share too small, or a change of sign.
    """

    on: date
    period: str
    cumulative: Decimal
    time_share: Decimal
    share: Decimal | None = None
    shares: tuple[tuple[int, Decimal], ...] = ()
    estimate: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    low_confidence: bool = False
    reason: str = ""
    points: tuple[Point, ...] = ()

    def lead_time(self, plan: Decimal) -> Decimal | None:
        """C/A − m/12: how far ahead of the calendar, as a fraction; None where the plan is zero."""
        return self.cumulative / plan - self.time_share if plan else None

    def lead_season(self, plan: Decimal) -> Decimal | None:
        """C/A − s: how far ahead of earlier years at the same time, as a fraction; None without a share."""
        return self.cumulative / plan - self.share if plan and self.share is not None else None


def year_end(series: Series, points: Sequence[Point], thresholds: Thresholds = DEFAULT) -> YearEnd | None:
    """The running year of a flow and where it is heading; None when the series is no flow or its last year is whole.

    `points` are the known ones, oldest first. The share is the median over up to three full earlier years before which
    no scope break lies; years with an imputed or broken observation do not count.
    """
    with localcontext(ARITHMETIC):
        return running_year(series, by_year(points), thresholds) if series.is_flow else None


def running_year(series: Series, grouped: dict[int, list[Point]], thresholds: Thresholds) -> YearEnd | None:
    """The same from points grouped by year."""
    running = cumulative(grouped[max(grouped)]) if grouped else {}
    month = max(running, default=DECEMBER)
    if month == DECEMBER:
        return None
    now = running[month]
    shares, used, reason = _shares(series, grouped, now, month, thresholds)
    values = [share for _, share in shares]
    share = median(values) if values else None
    low = high = None
    if len(values) >= thresholds.season_years:
        low, high = sorted((now.value / max(values), now.value / min(values)))
    return YearEnd(
        on=now.on,
        period=now.points[-1].period,
        cumulative=now.value,
        time_share=month / _MONTHS,
        share=share,
        shares=tuple(shares),
        estimate=now.value / share if share is not None else None,
        low=low,
        high=high,
        low_confidence=0 < len(values) < thresholds.season_years,
        reason=reason,
        points=(*used, *now.points),
    )


def _shares(
    series: Series, grouped: dict[int, list[Point]], now: Step, month: int, thresholds: Thresholds
) -> tuple[list[tuple[int, Decimal]], list[Point], str]:
    """The share reached by `month` in each usable earlier year, newest first, with the points and why there is none."""
    shares: list[tuple[int, Decimal]] = []
    used: list[Point] = []
    for year in sorted(grouped, reverse=True)[1:]:
        reached = cumulative(grouped[year])
        part, whole = reached.get(month), reached.get(DECEMBER)
        if part is None or whole is None or not whole.value or _flagged(*part.points, *whole.points):
            continue
        if unlinked(part, now, series.breaks):
            break
        share = part.value / whole.value
        if share < thresholds.season_smallest_share:
            return [], [], "sign_change" if share < 0 else "share_too_small"
        shares.append((year, share))
        used += [*part.points, *whole.points]
        if len(shares) == thresholds.season_years:
            break
    return shares, used, "" if shares else "no_full_year"


def _flagged(*points: Point) -> bool:
    return any(p.status in _FLAGGED for p in points)
