"""Rebasing an index, chaining growth across 不变价 bases, and linking an old series to a new one over an overlap.

Growth is the same before and after all three. Values of two price bases are never divided: growth is computed inside
one base and then chained. Without an overlap there is no link, and the series stays suspended at its break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.periods import Period

_PER_YEAR = {"A": 1, "H": 2, "Q": 4, "M": 12}


@dataclass(frozen=True, slots=True)
class Rebased:
    """The index with its reference at 100; unchanged, with `reason`, where the reference is missing or incomplete."""

    values: dict[Period, Decimal | None]
    divisor: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An old and a new series joined: new values × `factor` stand at the old level.

    `overlap` are the periods the factor was taken over and `author` who decided it; both are stored with the result.
    Without overlap `factor` is None, `values` is empty and `reason` is `no_overlap`.
    """

    values: dict[Period, Decimal]
    factor: Decimal | None
    overlap: tuple[Period, ...]
    author: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BaseSegment:
    """Values at the prices of one base year, such as 2020年不变价."""

    price_basis: str
    values: Mapping[Period, Decimal]


def rebase(series: Mapping[Period, Decimal | None], reference: Sequence[Period]) -> Rebased:
    """I'_t = 100 · I_t / mean(I over `reference`); every reference period must be there and the mean positive."""
    held = [series.get(period) for period in reference]
    known = [value for value in held if value is not None]
    if not known:
        return Rebased(dict(series), None, "reference_missing")
    if len(known) < len(held):
        return Rebased(dict(series), None, "reference_incomplete")
    divisor = sum(known, Decimal(0)) / len(known)
    if divisor <= 0:
        return Rebased(dict(series), None, "reference_not_positive")
    return Rebased({p: None if v is None else 100 * v / divisor for p, v in series.items()}, divisor)


def chain_growth(rates: Sequence[Decimal | None], start: Decimal = Decimal(100)) -> list[Decimal | None]:
    """Index levels after each rate (percent) from `start`; None from the first missing rate on."""
    levels: list[Decimal | None] = []
    level: Decimal | None = start
    for rate in rates:
        level = None if level is None or rate is None else level * (1 + rate / 100)
        levels.append(level)
    return levels


def chain_bases(segments: Sequence[BaseSegment], first: Period, last: Period) -> dict[Period, Decimal | None]:
    """Chained index from `first` (= 100) to `last`, each step's growth taken inside one base.

    Where two bases hold a step, the later segment has the word. None from the first step that no base holds.
    """
    index: dict[Period, Decimal | None] = {first: Decimal(100)}
    period = first
    while period < last:
        following = period.shift(1)
        level, ratio = index[period], _step_within_base(segments, period, following)
        index[following] = None if level is None or ratio is None else level * ratio
        period = following
    return index


def link(
    old: Mapping[Period, Decimal], new: Mapping[Period, Decimal], author: str, overlap: Sequence[Period] = ()
) -> Link:
    """Join `new` to `old`: factor = mean(old over the overlap) / mean(new over the overlap).

    `overlap` defaults to the last full year that both hold; given periods must be in both. From the first overlap
    period on, the joined series is the new one × factor; before it, the old one.
    """
    periods = tuple(sorted(overlap or _last_common_year(old, new)))
    if not periods or any(p not in old or p not in new for p in periods):
        return Link({}, None, periods, author, "no_overlap")
    below = sum((new[p] for p in periods), Decimal(0))
    if below == 0:
        return Link({}, None, periods, author, "overlap_is_zero")
    factor = sum((old[p] for p in periods), Decimal(0)) / below
    joined = {p: v for p, v in old.items() if p < periods[0]}
    joined |= {p: v * factor for p, v in new.items() if not p < periods[0]}
    return Link(joined, factor, periods, author)


def _step_within_base(segments: Sequence[BaseSegment], before: Period, after: Period) -> Decimal | None:
    for segment in reversed(segments):
        base, value = segment.values.get(before), segment.values.get(after)
        if base is not None and value is not None and base > 0:
            return value / base
    return None


def _last_common_year(old: Mapping[Period, Decimal], new: Mapping[Period, Decimal]) -> list[Period]:
    common: dict[tuple[int, str], list[Period]] = {}
    for period in old.keys() & new.keys():
        common.setdefault((period.year, period.freq), []).append(period)
    full = [key for key, periods in common.items() if len(periods) == _PER_YEAR[key[1]]]
    return common[max(full)] if full else []
