"""Growth by runs: rates, single quarters and differences of one series, computed on whole numbers.

Values come as whole numbers of the column's last decimal: integers are exact, and a million of them are divided and
rounded in a second. A report period is placed on a count of months once, and base values are looked up by it; nothing
is computed across an unlinked scope break. It knows one series at one moment and nothing of stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from indicators.derived.growth import GrowthKind
from indicators.derived.levels import (
    LENGTHS,
    Levels,
    add,
    joined,
    known_only,
    lengths,
    month_end,
    of_length,
    period_end,
    placed,
    selected,
)
from indicators.periods import Nature

PERCENT, POINTS = "%", "百分点"
PLACES = 10  # decimals that the column keeps
_PERCENT: int = 100 * 10**PLACES
_LIMIT: int = 10 ** (18 + PLACES)  # digits that the column keeps
_SAFE: int = 10**14  # values closer together than this factor give no rate beyond the limit
CHAINED_EACH_YEAR = "上年=100"  # each value has a base of its own, so two are never compared
_SINGLE, _DIFFERENCE = GrowthKind.SINGLE_QUARTER.value, GrowthKind.DIFFERENCE.value
_YOY = {
    Nature.YTD: GrowthKind.YOY_YTD.value,
    Nature.SINGLE: GrowthKind.YOY_SINGLE.value,
    Nature.STOCK: GrowthKind.YOY_STOCK.value,
    Nature.ANNUAL: GrowthKind.YOY_ANNUAL.value,
}


class GrowthRun(NamedTuple):
    """Rows of one kind, by column: period codes, values in units of 10**-`places`, and reasons of the missing ones."""

    kind: str
    unit: str
    places: int
    periods: list[str]
    values: list[int | None]
    reasons: list[str]


def growth_runs(
    levels: Mapping[Nature, Mapping[str, int]],
    reported: Mapping[str, int],
    *,
    unit: str,
    price_basis: str = "",
    breaks: tuple[date, ...] = (),
    is_rate: bool = False,
    places: int = PLACES,
) -> list[GrowthRun]:
    """All rows of one series by column, from values in units of 10**-`places`; rates are rounded half even to 10**-10.

    Reasons of a missing value: no_base, missing_previous, base_not_positive (a difference row stands beside), break,
    out_of_range. A single quarter that was reported is used as reported.
    """
    maker = _Maker(unit, breaks, places)
    natures = {nature: placed(values) for nature, values in levels.items()}
    singles = natures.pop(Nature.SINGLE, Levels([], [], []))
    if is_rate:
        for found in (*natures.values(), *(of_length(singles, n) for n in lengths(singles))):
            maker.point_differences(found)
    elif price_basis != CHAINED_EACH_YEAR:
        for nature, found in natures.items():
            maker.rates(found, 12, _YOY[nature])
        derived = maker.single_quarters(natures[Nature.YTD], singles) if Nature.YTD in natures else None
        for length in sorted(lengths(singles) | ({3} if derived and derived.codes else set())):
            alike = of_length(singles, length)
            if length == 3 and derived:
                alike = joined(alike, derived)
            maker.rates(alike, 12, _YOY[Nature.SINGLE])
            if length == 3:
                maker.rates(alike, 3, GrowthKind.QOQ_SINGLE.value)
    maker.reported(reported)
    return maker.runs


class _Maker:
    """Collects the runs of one series."""

    def __init__(self, unit: str, breaks: tuple[date, ...], places: int) -> None:
        self.unit, self.breaks, self.places = unit, breaks, places
        self.runs: list[GrowthRun] = []
        self._with_difference: set[str] = set()

    def rates(self, levels: Levels, months: int, kind: str) -> None:
        """Rates against the value `months` earlier by the calendar, with a reason where there is none."""
        codes, places, values = levels
        if not values:
            return
        base_of = dict(zip(places, values, strict=True)).get
        bases = [base_of(month - months) for month in places]
        least = min(values)
        if self.breaks or least <= 0 or max(values) >= least * _SAFE:
            found, reasons = self._one_by_one(levels, bases, months)
        else:
            found = [None if base is None else _rate(value, base) for value, base in zip(values, bases, strict=True)]
            reasons = ["no_base" if base is None else "" for base in bases]
        self.runs.append(GrowthRun(kind, PERCENT, PLACES, codes, found, reasons))

    def _one_by_one(self, levels: Levels, bases: list[int | None], months: int) -> tuple[list[int | None], list[str]]:
        """The same where something may stand in the way of a rate."""
        found: list[int | None] = []
        reasons: list[str] = []
        differences = Levels([], [], [])
        for code, month, value, base in zip(*levels, bases, strict=True):
            rate, reason = None, ""
            if base is None:
                reason = "no_base"
            elif self._broken(month - months, code):
                reason = "break"
            elif base <= 0:
                reason = "base_not_positive"
                if months == 12:
                    add(differences, code, month, value - base)
            else:
                rate = _rate(value, base)
                if abs(rate) >= _LIMIT:
                    rate, reason = None, "out_of_range"
            found.append(rate)
            reasons.append(reason)
        self._differences(differences, self.unit)
        return found, reasons

    def single_quarters(self, cumulative: Levels, given: Levels) -> Levels:
        """单季值 of the quarters that are not given: a row for each, and the values for further use."""
        total_of = dict(zip(cumulative.months, cumulative.values, strict=True)).get
        reported = set(given.codes)
        asked = cumulative
        if reported or lengths(cumulative) != {3}:
            asked = selected(cumulative, lambda code: LENGTHS[code] == 3 and code not in reported)
        before = [0 if month % 12 == 3 else total_of(month - 3) for month in asked.months]
        reasons = ["missing_previous" if total is None else "" for total in before]
        for at, month in enumerate(asked.months if self.breaks else ()):
            if before[at] is not None and month % 12 != 3 and self._broken(month - 3, asked.codes[at]):
                before[at], reasons[at] = None, "break"
        own = [None if total is None else value - total for value, total in zip(asked.values, before, strict=True)]
        self.runs.append(GrowthRun(_SINGLE, self.unit, self.places, asked.codes, own, reasons))
        return known_only(asked, own)

    def point_differences(self, levels: Levels) -> None:
        """Changes of a rate against the year before, in percentage points."""
        base_of = dict(zip(levels.months, levels.values, strict=True)).get
        differences = Levels([], [], [])
        for code, month, value in zip(*levels, strict=True):
            base = base_of(month - 12)
            if base is not None and not self._broken(month - 12, code):
                add(differences, code, month, value - base)
        self._differences(differences, POINTS)

    def reported(self, values: Mapping[str, int]) -> None:
        """填报同比, as the respondent wrote it."""
        if values:
            kind = GrowthKind.YOY_REPORTED.value
            self.runs.append(GrowthRun(kind, PERCENT, self.places, [*values], [*values.values()], [""] * len(values)))

    def _differences(self, levels: Levels, unit: str) -> None:
        """A period has one 增减量, that of the first nature that gives one."""
        fresh = [(c, v) for c, _, v in zip(*levels, strict=True) if c not in self._with_difference]
        self._with_difference.update(levels.codes)
        if fresh:
            codes, values = [code for code, _ in fresh], [value for _, value in fresh]
            self.runs.append(GrowthRun(_DIFFERENCE, unit, self.places, codes, [*values], [""] * len(codes)))

    def _broken(self, base_month: int, code: str) -> bool:
        """True when a new scope began after the end of the base period and by the end of this one."""
        if not self.breaks:
            return False
        base_end, end = month_end(base_month), period_end(code)
        return any(base_end < start <= end for start in self.breaks)


def _rate(value: int, base: int) -> int:
    """(value / base − 1) · 100 in units of 10**-10, rounded half even; the base is positive."""
    rate, rest = divmod(2 * (value - base) * _PERCENT + base, 2 * base)
    return rate if rest else rate & ~1
