"""地区比较: which areas may stand beside each other for one indicator, and which may only be named.

Comparable is what has the same period, nature, price basis and 口径. Everything else is listed with its own period and
口径 and is never ranked. Nothing is estimated for an area that did not report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.edition import HOME, Edition
from dashboard.headline import is_year
from indicators.observations import Measure
from indicators.periods import Nature
from warehouse import board
from warehouse.board import Reading
from warehouse.board_names import Entry


@dataclass(frozen=True)
class Standing:
    """One area among its peers: its reading, the reported growth beside it, and the run of its year-end values."""

    reading: Reading
    growth: Reading | None
    run: tuple[Decimal, ...]


@dataclass(frozen=True)
class Comparison:
    """Areas that may be ranked, largest first; `whole` is the area that the others add up to, where there is one;
    `others` may only be named, each with its latest reading."""

    standings: tuple[Standing, ...]
    whole: Standing | None
    others: tuple[Reading, ...]


def comparison(edition: Edition, one: Entry, as_of: date | None) -> Comparison:
    """Areas with readings of an indicator, as known on a day."""
    codes = board.areas_with(edition.generation, one.code)
    key = ("areas", one.code, as_of)
    return edition.once(
        key,
        lambda: compared(one, board.readings(edition.generation, (one.code,), codes, as_of), frozenset(edition.parts)),
    )


def compared(one: Entry, readings: Sequence[Reading], parts: frozenset[str]) -> Comparison:
    """The newest period at which the most areas are alike; a single area has nobody to stand beside."""
    levels = [
        r
        for r in readings
        if r.measure == Measure.LEVEL and r.canonical_value is not None and r.nature != Nature.SINGLE
    ]
    groups: dict[tuple[date, str, str, str], dict[str, Reading]] = {}
    for r in levels:
        groups.setdefault((r.period_end, r.nature, r.price_basis, r.scope), {})[r.area] = r
    alike = {key: held for key, held in groups.items() if len(held) > 1}
    best = max(alike, key=lambda k: (k[0], k[2] == one.price_basis, len(alike[k])), default=None)
    held = alike[best] if best else {}
    standings = [_standing(r, readings) for r in held.values()]
    whole = next((s for s in standings if s.reading.area == HOME), None) if parts & held.keys() else None
    ranked = sorted(
        (s for s in standings if s is not whole), key=lambda s: s.reading.canonical_value or Decimal(0), reverse=True
    )
    latest: dict[str, Reading] = {}
    for r in levels:
        if r.area not in held and (r.area not in latest or r.period_end >= latest[r.area].period_end):
            latest[r.area] = r
    return Comparison(tuple(ranked), whole, tuple(latest.values()))


def _standing(reading: Reading, readings: Sequence[Reading]) -> Standing:
    mine = [r for r in readings if (r.area, r.scope, r.department) == (reading.area, reading.scope, reading.department)]
    growth = [
        r for r in mine if r.measure == Measure.GROWTH_YOY and (r.period, r.nature) == (reading.period, reading.nature)
    ]
    years = {
        r.period_end: r.canonical_value
        for r in mine
        if r.measure == Measure.LEVEL
        and r.price_basis == reading.price_basis
        and is_year(r)
        and r.canonical_value is not None
    }
    run = tuple(years[day] for day in sorted(years))
    return Standing(reading, max(growth, key=lambda r: r.recorded_at, default=None), run)
