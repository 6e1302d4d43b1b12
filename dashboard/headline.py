"""Which number stands for an indicator: the latest reading of its main series, and what belongs beside it.

Decision 0003: the board takes the returned series and shows the published figure beside it. Growth is the one that
was reported for the same period, never one worked out from levels. Knows readings and verdicts, not how they look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.observations import Measure, Origin
from indicators.periods import Nature, Period
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry

GROWTH = ("growth_average", "growth_year")
_FIRST = {Origin.RETURNED: 2, Origin.SIMULATED: 1, Origin.PUBLISHED: 0}


@dataclass(frozen=True)
class Headline:
    """One indicator as the board shows it; what does not exist is None or empty."""

    indicator: Entry
    reading: Reading | None
    growth: Reading | None
    published: Reading | None  # latest publicly released level, where the main series is another one
    trail: tuple[tuple[date, Decimal], ...]  # year-end values of the main series, oldest first
    verdict: Verdict | None
    outcome: Verdict | None = None  # how its latest expired target ended, where no other counts


def headline(
    indicator: Entry,
    readings: Sequence[Reading],
    verdicts: Iterable[Verdict],
    until: date | None = None,
    expired: Iterable[Verdict] = (),
) -> Headline:
    """The headline of `indicator` among its readings up to the day `until`, with the verdict that counts for it."""
    known = [r for r in readings if r.canonical_value is not None and (until is None or r.period_end <= until)]
    levels = [r for r in known if r.measure == Measure.LEVEL]
    main = max(levels, key=lambda r: _weight(r, indicator), default=None)
    rates = [r for r in known if r.measure == Measure.GROWTH_YOY and main and _beside(r, main)]
    published = max((r for r in levels if r.origin == Origin.PUBLISHED), key=lambda r: r.period_end, default=None)
    return Headline(
        indicator,
        main,
        max(rates, key=lambda r: r.recorded_at, default=None),
        published if main is None or main.origin != Origin.PUBLISHED else None,
        trail(levels, main),
        leading(verdicts),
        max(expired, key=lambda v: v.due_on or date.min, default=None),
    )


def _weight(reading: Reading, indicator: Entry) -> tuple[int, bool, bool, date, bool]:
    whole = reading.nature in (Nature.YTD, Nature.ANNUAL, Nature.STOCK)
    usual = (reading.scope == indicator.scope, reading.price_basis == indicator.price_basis)
    return (_FIRST[Origin(reading.origin)], *usual, reading.period_end, whole)


def _beside(rate: Reading, level: Reading) -> bool:
    return (rate.period, rate.nature, rate.scope, rate.department) == (
        level.period,
        level.nature,
        level.scope,
        level.department,
    )


def trail(levels: Iterable[Reading], main: Reading | None) -> tuple[tuple[date, Decimal], ...]:
    """Year-end values of the series that `main` belongs to, and `main` itself when it is a stock or a rate."""
    if main is None:
        return ()
    found: dict[date, Decimal] = {}
    for one in levels:
        same = (one.scope, one.price_basis, one.department) == (main.scope, main.price_basis, main.department)
        if same and one.canonical_value is not None and (is_year(one) or (one is main and one.nature == Nature.STOCK)):
            found[one.period_end] = one.canonical_value
    return tuple(sorted(found.items()))


def is_year(reading: Reading) -> bool:
    """True for a value that stands for a whole year or for its end."""
    ends_year = (reading.period_end.month, reading.period_end.day) == (12, 31)
    return ends_year and (reading.nature != Nature.SINGLE or Period.parse(reading.period).freq == "A")


def leading(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Of several verdicts on one indicator the one that is shown: one that could be given, official before example."""
    order = {"official": 0, "adopted": 1, "example": 2}
    return min(
        verdicts,
        key=lambda v: (v.status == "INSUFFICIENT", order.get(v.target_status, 3), v.kind in GROWTH, -v.target_version),
        default=None,
    )
