"""贡献: what the parts of a total did to its growth in one period, from the readings of one sender, 口径 and basis.

At constant prices where the total and all parts have them for both years, else at current prices, and then said so.
What the named parts leave over is a piece of its own, so that the pieces always add up to the total. The arithmetic is
that of `indicators.derived.contribution`; how it looks is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.edition import Edition
from indicators.derived.contribution import contributions, sum_tolerance
from indicators.observations import Measure
from indicators.periods import Nature, Period
from warehouse import board
from warehouse.board import Reading
from warehouse.board_names import Entry

REST = ""  # the code of what the named parts leave over
_Key = tuple[str, str, str, str, str]  # nature, price basis, scope, department, origin


@dataclass(frozen=True)
class Piece:
    """One part: by how much it changed (unit of the total), its share in percent and its pull in percentage points."""

    code: str
    change: Decimal
    share: Decimal | None
    pull: Decimal
    growth: Decimal | None  # as reported for the same period


@dataclass(frozen=True)
class Breakdown:
    """The change of a total from a year earlier, taken apart; `constant`: at constant prices."""

    total: Entry
    period: str
    nature: str
    basis: str
    scope: str
    before: Decimal
    now: Decimal
    growth: Decimal
    reported: bool  # `growth` is the reported rate; else it is worked out from the two levels
    pieces: tuple[Piece, ...]
    origins: frozenset[str]

    @property
    def constant(self) -> bool:
        """True at constant prices."""
        return "不变价" in self.basis

    @property
    def change(self) -> Decimal:
        """Change of the total."""
        return self.now - self.before


def breakdown(edition: Edition, one: Entry, area: str, as_of: date | None) -> Breakdown | None:
    """The newest breakdown of an indicator; None where it has no parts or no period at which all of them are known."""
    parts = [i for i in edition.names.indicators.values() if i.part_of == one.code and i.unit == one.unit]
    if not parts or one.nature == "rate":
        return None
    codes = (one.code, *(p.code for p in parts))
    return edition.once(
        ("breakdown", one.code, area, as_of),
        lambda: taken_apart(one, parts, board.readings(edition.generation, codes, (area,), as_of)),
    )


def taken_apart(one: Entry, parts: Sequence[Entry], readings: Sequence[Reading]) -> Breakdown | None:
    """The newest period for which the total and the parts that are reported with it are known, and a year before."""
    levels: dict[_Key, dict[str, dict[str, Reading]]] = {}
    rates: dict[tuple[str, str, str, str], Decimal] = {}
    for r in readings:
        if r.canonical_value is None:
            continue
        if r.measure == Measure.LEVEL and r.nature != Nature.SINGLE:
            held = levels.setdefault((r.nature, r.price_basis, r.scope, r.department, r.origin), {})
            held.setdefault(r.period, {})[r.indicator] = r
        elif r.measure == Measure.GROWTH_YOY:
            rates[r.indicator, r.period, r.scope, r.department] = r.canonical_value
    found = []
    for key, periods in levels.items():
        for period in periods:
            pair = _pair(one, parts, periods, period)
            if pair:
                found.append((Period.parse(period).end, "不变价" in key[1], key, period, *pair))
    if not found:
        return None
    *_, key, period, now, before = max(found, key=lambda f: (f[0], f[1]))
    return _made(one, key, period, now, before, rates)


def _pair(
    one: Entry, parts: Sequence[Entry], periods: dict[str, dict[str, Reading]], period: str
) -> tuple[dict[str, Reading], dict[str, Reading]] | None:
    """The readings of a period and of the same one a year earlier: the total, and the same parts in both, two or more;
    no part that the total's sender reports in one of the years may be missing in the other."""
    now, before = periods[period], periods.get(Period.parse(period).same_last_year().code, {})
    held = {p.code for p in parts if p.code in now}
    if one.code not in now or one.code not in before or len(held) < 2 or held != {p.code for p in parts} & set(before):
        return None
    wanted = {one.code, *held}
    return {c: now[c] for c in wanted}, {c: before[c] for c in wanted}


def _made(
    one: Entry,
    key: _Key,
    period: str,
    now: dict[str, Reading],
    before: dict[str, Reading],
    rates: dict[tuple[str, str, str, str], Decimal],
) -> Breakdown | None:
    nature, basis, scope, department, _ = key
    values = [{c: r.canonical_value or Decimal(0) for c, r in side.items()} for side in (now, before)]
    totals = [side.pop(one.code) for side in values]
    rests = [total - sum(side.values(), Decimal(0)) for total, side in zip(totals, values, strict=True)]
    if any(abs(rest) > sum_tolerance(len(side), 4) for rest, side in zip(rests, values, strict=True)):
        values = [side | {REST: rest} for side, rest in zip(values, rests, strict=True)]
    told = rates.get((one.code, period, scope, department)) if "不变价" in basis else None
    found = contributions(values[0], values[1], told)
    if found is None:
        return None
    pieces = [
        Piece(
            code,
            values[0][code] - values[1][code],
            found.shares[code] if found.shares else None,
            found.pulls[code],
            rates.get((code, period, scope, department)),
        )
        for code in values[0]
    ]
    pieces.sort(key=lambda p: (p.code == REST, -p.change))
    origins = frozenset(r.origin for r in now.values())
    return Breakdown(
        one, period, nature, basis, scope, totals[1], totals[0], found.growth, told is not None, tuple(pieces), origins
    )
