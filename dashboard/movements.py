"""土地流转: every kind of movement of the land ledger, this year and since the cap began to count, whole and by part.

Kinds are the running-total indicators of the cap's theme in the cap's unit and 口径. Each is summed by itself: land
that is reclaimed has its own line and lowers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.edition import HOME, Edition
from dashboard.ledger import Ledger, year_amount
from indicators.observations import Measure
from indicators.periods import Nature
from warehouse import board
from warehouse.board import Reading
from warehouse.board_names import Entry


@dataclass(frozen=True)
class Movement:
    """One kind: its depth below the kind it is part of, the newest year so far and the same months a year before,
    and the sum since `since`, whole and by part. None: nothing known."""

    kind: Entry
    depth: int
    now: Decimal | None
    before: Decimal | None
    since: int
    total: Decimal
    by_part: tuple[tuple[str, Decimal], ...]


def movements(edition: Edition, book: Ledger, as_of: date | None) -> tuple[Movement, ...]:
    """All kinds in catalogue order, as known on a day."""
    return edition.once(("movements", book.cap.code, as_of), lambda: _movements(edition, book, as_of))


def _movements(edition: Edition, book: Ledger, as_of: date | None) -> tuple[Movement, ...]:
    counted = edition.names.indicators[book.cap.indicator]
    kinds = [
        i
        for i in edition.names.indicators.values()
        if (i.theme, i.unit, i.nature, i.scope) == (counted.theme, counted.unit, counted.nature, counted.scope)
    ]
    found = board.readings(edition.generation, [k.code for k in kinds], (HOME, *edition.parts), as_of)
    start = book.cap.start_on
    known = [
        r
        for r in found
        if r.measure == Measure.LEVEL and r.canonical_value is not None and (start is None or r.period_end >= start)
    ]
    made = []
    for kind in kinds:
        mine = [r for r in known if r.indicator == kind.code]
        if mine:
            made.append(_movement(kind, _depth(kind, kinds), mine, edition.parts))
    return tuple(made)


def _depth(kind: Entry, kinds: Sequence[Entry]) -> int:
    above = next((k for k in kinds if k.code == kind.part_of), None)
    return 0 if above is None else 1 + _depth(above, kinds)


def _movement(kind: Entry, depth: int, readings: Sequence[Reading], parts: Sequence[str]) -> Movement:
    whole = [r for r in readings if r.area == HOME]
    newest = max((r for r in whole if r.nature == Nature.YTD), key=lambda r: r.period_end, default=None)
    earlier = next(
        (
            r.canonical_value
            for r in whole
            if newest is not None
            and r.nature == Nature.YTD
            and r.period_end.month == newest.period_end.month
            and r.period_end.year == newest.period_end.year - 1
        ),
        None,
    )
    sums = tuple((area, _sum([r for r in readings if r.area == area])) for area in parts)
    return Movement(
        kind,
        depth,
        newest.canonical_value if newest else None,
        earlier,
        min(r.period_end.year for r in readings),
        _sum(whole),
        sums,
    )


def _sum(readings: Sequence[Reading]) -> Decimal:
    years = {r.period_end.year for r in readings}
    return sum((year_amount([r for r in readings if r.period_end.year == y]) for y in sorted(years)), Decimal(0))
