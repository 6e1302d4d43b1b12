"""The history of one indicator in one area as lines: what may be joined is one line, everything else stands apart.

A line is one origin, one scope, one price basis, one sender (decision 0003), so a census or a boundary change ends a
line by itself. Superseded values are kept as earlier versions of the line they belonged to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.edition import Edition
from dashboard.headline import is_year
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from warehouse import board
from warehouse.board import Derived, Reading
from warehouse.board_names import Names
from warehouse.moments import day_ends

_ORDER = {Origin.RETURNED: 0, Origin.SIMULATED: 1, Origin.PUBLISHED: 2}


@dataclass(frozen=True)
class Line:
    """One series: levels and reported growth as known, oldest first, and the levels they replaced."""

    origin: str
    scope: str
    price_basis: str
    department: str
    levels: tuple[Reading, ...]
    growth: tuple[Reading, ...]
    earlier: tuple[Reading, ...]

    def title(self, names: Names) -> str:
        """How the line is called in a legend: its origin and its scope."""
        return f"{Origin(self.origin).label}·{names.scope(self.scope)}" if self.scope else Origin(self.origin).label

    @property
    def years(self) -> tuple[Reading, ...]:
        """Values that stand for whole years or year ends, one for each."""
        found = {r.period_end: r for r in sorted(self.levels, key=lambda r: r.nature == Nature.ANNUAL) if is_year(r)}
        return tuple(found[day] for day in sorted(found))

    @property
    def unfinished(self) -> Reading | None:
        """The running total, or newest stand, of the year that has not ended yet."""
        last = self.running[-1] if self.running else None
        ended = self.years[-1].period_end if self.years else date.min
        return last if last and not is_year(last) and last.period_end > ended else None

    @property
    def running(self) -> tuple[Reading, ...]:
        """Values at the end of each period of the year: running totals, or stands."""
        return tuple(r for r in self.levels if r.nature in (Nature.YTD, Nature.STOCK))


@dataclass(frozen=True)
class Past:
    """Everything known of one indicator in one area on a day."""

    versions: tuple[Reading, ...]  # all of them, newest first
    lines: tuple[Line, ...]  # returned, simulated, published
    derived: tuple[Derived, ...]

    def usual(self, price_basis: str) -> Past:
        """The same in one price basis: what can stand in one chart. Rates go with any; all, where nothing is in it."""
        kept = tuple(x for x in self.lines if x.price_basis in ("", price_basis) or x.origin == Origin.PUBLISHED)
        same = tuple(d for d in self.derived if d.price_basis in ("", price_basis))
        return replace(self, lines=kept or self.lines, derived=same if kept else self.derived)

    def find(self, name: str) -> Reading | None:
        """The reading with this id."""
        return next((r for r in self.versions if r.id == name), None)

    @property
    def flows(self) -> bool:
        """True when running totals are among the levels."""
        return any(r.nature == Nature.YTD for line in self.lines for r in line.levels)


def past(edition: Edition, indicator: str, area: str, as_of: date | None) -> Past:
    """The history of one indicator in one area, as known on a day (None: now)."""
    return edition.once(("past", indicator, area, as_of), lambda: _past(edition, indicator, area, as_of))


def _past(edition: Edition, indicator: str, area: str, as_of: date | None) -> Past:
    versions = board.versions(edition.generation, indicator, area)
    if as_of is not None:
        versions = tuple(r for r in versions if r.recorded_at <= day_ends(as_of))
    current = [r for r in versions if r.superseded_at is None or (as_of and r.superseded_at > day_ends(as_of))]
    replaced = [r for r in versions if r not in current]
    derived = board.derived(edition.generation, (indicator,), area) if as_of is None else ()
    return Past(versions, lines_of(current, replaced), derived)


def _key(reading: Reading) -> tuple[str, str, str]:
    return reading.origin, reading.scope, reading.department


def lines_of(current: Sequence[Reading], replaced: Sequence[Reading]) -> tuple[Line, ...]:
    """Readings sorted into lines, each with the values that were replaced on it; returned before simulated ones."""
    made = []
    for origin, scope, department in sorted({_key(r) for r in current}, key=lambda k: (_ORDER[Origin(k[0])], k)):
        mine = [r for r in current if _key(r) == (origin, scope, department) and r.canonical_value is not None]
        before = [r for r in replaced if _key(r) == (origin, scope, department) and r.canonical_value is not None]
        for basis in sorted({r.price_basis for r in mine if r.measure == Measure.LEVEL}):
            levels = _oldest(r for r in mine if r.measure == Measure.LEVEL and r.price_basis == basis)
            earlier = _oldest(r for r in before if r.measure == Measure.LEVEL and r.price_basis == basis)
            growth = _oldest(r for r in mine if r.measure == Measure.GROWTH_YOY)
            made.append(Line(origin, scope, basis, department, levels, growth, earlier))
        if mine and not any(r.measure == Measure.LEVEL for r in mine):
            rates = _oldest(r for r in mine if r.measure == Measure.GROWTH_YOY)
            made.append(Line(origin, scope, "", department, (), rates, ()))
    return tuple(made)


def _oldest(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(sorted(readings, key=lambda r: (r.period_end, r.recorded_at)))
