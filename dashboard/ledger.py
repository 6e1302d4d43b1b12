"""The land ledger of the board: what was newly used each year, by district, and how the running sum stands to its cap.

A cap is a ceiling on a sum since a stated day: nothing here is called completion. A year's amount is its 累计 at year
end, or the sum of its four quarters; a year that is not whole counts with what is known so far, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.edition import HOME, Edition
from indicators.observations import Measure
from indicators.periods import Nature
from warehouse import board
from warehouse.board import Reading
from warehouse.board_names import Entry


@dataclass(frozen=True)
class Ledger:
    """Running sums by part at the end of each year; `cap` limits their total, `later` are caps that follow it."""

    cap: Entry
    later: tuple[Entry, ...]
    years: tuple[int, ...]
    last_on: date
    parts: tuple[tuple[str, tuple[Decimal, ...]], ...]  # area code, running sum at each year's end
    origins: frozenset[str]
    at: Mapping[tuple[str, int], str]  # by area and year the id of the reading that a year's amount ends with

    def place(self, area: str, year: int) -> str | None:
        """The address at which that reading can be traced; None where there is none."""
        found = self.at.get((area, year))
        where = "" if area == HOME else f"&area={area}"
        return f"/indicator?code={self.cap.indicator}{where}&at={found}#origin" if found else None

    @property
    def total(self) -> tuple[Decimal, ...]:
        """The running sum of all parts."""
        return tuple(sum(column, Decimal(0)) for column in zip(*(sums for _, sums in self.parts), strict=True))


def ledger(edition: Edition, as_of: date | None, until: date | None) -> Ledger | None:
    """The ledger behind the New Area's cumulative cap, by district where the districts are known; None without data."""
    return edition.once(("ledger", as_of, until), lambda: _ledger(edition, as_of, until))


def _ledger(edition: Edition, as_of: date | None, until: date | None) -> Ledger | None:
    caps = [t for t in edition.names.targets.values() if t.kind == "cap_cumulative" and t.area == HOME]
    if not caps:
        return None
    cap = min(caps, key=lambda t: (t.status != "official", t.due_on))
    later = tuple(t for t in caps if t.due_on > cap.due_on and t.indicator == cap.indicator)
    found = board.readings(edition.generation, (cap.indicator,), (HOME, *edition.parts), as_of)
    known = [r for r in found if r.measure == Measure.LEVEL and r.canonical_value is not None]
    known = [r for r in known if (until is None or r.period_end <= until)]
    known = [r for r in known if cap.start_on is None or r.period_end >= cap.start_on]
    by_part = [r for r in known if r.area != HOME]
    used = by_part or known
    if not used:
        return None
    years = tuple(range(min(r.period_end.year for r in used), max(r.period_end.year for r in used) + 1))
    areas = [a for a in (*edition.parts, HOME) if any(r.area == a for r in used)]
    parts = tuple((a, _running([r for r in used if r.area == a], years)) for a in areas)
    at = {
        (r.area, r.period_end.year): r.id
        for r in sorted(known, key=lambda r: (r.nature != Nature.SINGLE, r.period_end))
    }
    return Ledger(cap, later, years, max(r.period_end for r in used), parts, frozenset(r.origin for r in used), at)


def _running(readings: Sequence[Reading], years: Iterable[int]) -> tuple[Decimal, ...]:
    sums, so_far = [], Decimal(0)
    for year in years:
        so_far += year_amount([r for r in readings if r.period_end.year == year])
        sums.append(so_far)
    return tuple(sums)


def year_amount(readings: Sequence[Reading]) -> Decimal:
    """What one year's readings of a flow add up to: its latest running total, else the sum of its single periods."""
    totals = [r for r in readings if r.nature in (Nature.YTD, Nature.ANNUAL)]
    if totals:
        return max(totals, key=lambda r: r.period_end).canonical_value or Decimal(0)
    return sum((r.canonical_value or Decimal(0) for r in readings if r.nature == Nature.SINGLE), Decimal(0))
