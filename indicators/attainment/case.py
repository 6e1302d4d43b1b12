"""一案: all that a verdict rule may look at (Case) and all that it may answer (Outcome).

`evaluate` makes the case, one rule module answers it, `sentences` words the answer. Rules know each other only through
these two; no rule reads a clock, a file or a series beyond what was known on `as_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypedDict

from indicators.attainment.flows import Step, by_year, cumulative, full_years
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import Point, Series, stale_after, years
from indicators.attainment.steps import Pace, Steps, comparable, crossing, levels, recent_pace
from indicators.attainment.subannual import YearEnd
from indicators.attainment.thresholds import Thresholds
from indicators.catalogue.model import ScopeBreak
from indicators.periods import Nature
from indicators.targets import Target


@lru_cache(maxsize=32)
def _half_unit(decimals: int) -> Decimal:
    return Decimal(5).scaleb(-decimals - 1)


class Numbers(TypedDict, total=False):
    """The numeric fields of an Attainment that a rule has found; what is absent stays None."""

    base_on: date | None
    base_value: Decimal | None
    latest_on: date | None
    latest_value: Decimal | None
    latest_period: str
    target_value: Decimal | None
    path_value: Decimal | None
    path_gap: Decimal | None
    progress_share: Decimal | None
    elapsed_share: Decimal | None
    lead_pp: Decimal | None
    lead_years: Decimal | None
    pace: Decimal | None
    needed_pace: Decimal | None
    effort_multiple: Decimal | None
    projected_value: Decimal | None
    miss_share: Decimal | None
    used_share: Decimal | None
    headroom: Decimal | None
    burn_index: Decimal | None
    allowed_pace: Decimal | None
    exhaustion_on: date | None
    warning_step: Decimal | None
    growth_gap_pp: Decimal | None
    second_method: str
    second_status: str
    second_value: Decimal | None
    methods_disagree: bool | None


@dataclass(slots=True)
class Outcome:
    """A rule's answer. `used` are the points it rests on; the last four fields are for the sentence alone."""

    status: Status
    reason: Reason
    numbers: Numbers = field(default_factory=Numbers)
    components: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    used: Sequence[Point] = ()
    pace: Pace | None = None
    year_end: YearEnd | None = None
    cut_by: ScopeBreak | None = None
    detail: str = ""


@dataclass(slots=True)
class Case:
    """One target, one series and one day.

    `points` are those known on `as_of` for periods up to the due date, oldest first, at least one: what came after the
    due date bears on no verdict, so an expired one is frozen by itself.
    """

    target: Target
    series: Series
    as_of: date
    thresholds: Thresholds
    points: list[Point]
    benchmark: Series | None = None
    _calendar: dict[int, list[Point]] | None = None
    _timeline: Steps | None = None
    _pace: tuple[Pace | None] | None = None

    @property
    def name(self) -> str:
        """What the sentence is about: the indicator, else the target's own name."""
        return self.series.name or self.target.name

    @property
    def tolerance(self) -> Decimal:
        """The stated tolerance, else half a unit of the target's last decimal."""
        stated = self.target.tolerance
        return stated if stated is not None else _half_unit(self.target.decimals)

    @property
    def timeline(self) -> Steps:
        """The comparable annual steps of the series."""
        if self._timeline is None:
            least = self.thresholds.pace_min_points
            made = full_years(self.points) if self.series.is_flow else levels(self.points, least)
            self._timeline = comparable(made, self.series.breaks)
        return self._timeline

    @property
    def calendar(self) -> dict[int, list[Point]]:
        """The points of a flow by year."""
        if self._calendar is None:
            self._calendar = by_year(self.points)
        return self._calendar

    @property
    def pace(self) -> Pace | None:
        """The recent pace of the series."""
        if self._pace is None:
            self._pace = (recent_pace(self.timeline.steps, self.thresholds),)
        return self._pace[0]

    @property
    def scope_is_stated(self) -> bool:
        """True where target and series name the same 口径, so that base and target values are in it by statement."""
        return bool(self.target.scope) and self.target.scope == self.series.scope

    @property
    def trend_is_cut(self) -> bool:
        """True where a break, and not the age of the series, leaves too few steps to see a trend."""
        return self.pace is None and (self.timeline.cut or self.cut_by is not None)

    @property
    def cut_by(self) -> ScopeBreak | None:
        """The unlinked break within the trend's window; also where the points before it were never handed in."""
        if self.timeline.cut_by is not None or not self.series.breaks or not self.timeline.steps:
            return self.timeline.cut_by
        latest = self.timeline.steps[-1].on
        opened = years(latest) - self.thresholds.pace_steps
        inside = (b for b in self.series.breaks if not b.link_factor and b.on <= latest and years(b.on) > opened)
        return max(inside, key=lambda b: b.on, default=None)

    @property
    def level_months(self) -> int:
        """The length in months of the period that a level of this series is about."""
        return 12 if self.series.is_flow else self.series.months

    def step_on(self, due: date) -> Step | None:
        """The value for the period ending at `due`; None when it is not known (a bound is not a value)."""
        steps = self.timeline.steps
        if steps and steps[-1].on == due:
            return steps[-1]
        if self.series.is_flow and due.month != 12:
            return cumulative(self.calendar.get(due.year, ())).get(due.month)
        return None

    def bound_on(self, due: date) -> Point | None:
        """The point for `due` of which only a limit is known."""
        for point in reversed(self.points):
            if point.period_end < due:
                break
            if point.bound and point.nature is not Nature.SINGLE:
                return point
        return None

    def base_crossing(self, latest: date) -> list[ScopeBreak]:
        """The scope breaks between base (or start) and the latest value; none where the target states the scope."""
        base = self.target.base_on or self.target.start_on
        if base is None or not self.series.breaks or self.scope_is_stated:
            return []
        return crossing(base, latest, self.series.breaks)

    def is_stale(self, end: date, months: int) -> bool:
        """True when a value of a `months` long period ending at `end` is too old on `as_of`."""
        return self.as_of > stale_after(end, months, self.series.due_days, self.thresholds.stale_periods)

    def value_for_due_is_overdue(self) -> bool:
        """True when the due day's own value should have been known by `as_of`."""
        due = self.target.due_on
        return due is not None and self.is_stale(due, self.level_months)
