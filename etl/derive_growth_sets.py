"""Growth of all plain series at once: what `indicators.derived.runs` says of one series, said of many in whole numbers.

A series is plain when it has one value for each month, no scope break, no base that is zero or negative and no number
too large for sixty-four bits; every other is odd and left to `runs`, which is the specification and asked by the tests
to say the same. Division is exact: long division of integers, rounded half to even on the last kept decimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indicators.derived.growth import GrowthKind
from indicators.derived.runs import PLACES
from indicators.periods import Nature

Whole: TypeAlias = NDArray[np.int64]
Truth: TypeAlias = NDArray[np.bool_]

REASONS = ("", "no_base", "missing_previous")
_NO_BASE, _MISSING = 1, 2
_STRIDE = 1 << 20  # more than there are months
_QUOTIENT = 9_000_000  # times a base: rates beyond do not fit
_DIGITS = PLACES + 2  # of a quotient that is a percentage
_RATE_OF = {
    Nature.ANNUAL: GrowthKind.YOY_ANNUAL,
    Nature.STOCK: GrowthKind.YOY_STOCK,
    Nature.YTD: GrowthKind.YOY_YTD,
}


class Levels(NamedTuple):
    """Values with whose they are, the month in which their period ends, its length, and the row they stand in."""

    owner: Whole
    month: Whole
    length: Whole
    value: Whole
    row: Whole

    def where(self, wanted: Truth) -> Levels:
        """Those that are wanted."""
        return Levels(*(column[wanted] for column in self))

    @property
    def key(self) -> Whole:
        """Owner and month in one number."""
        return self.owner * _STRIDE + self.month


class Block(NamedTuple):
    """Rows of one kind: whose, for which row's period, the value where `reason` is 0, else an index in REASONS."""

    kind: GrowthKind
    owner: Whole
    row: Whole
    value: Whole
    reason: Whole


class Sets:
    """Collects the blocks of plain series; `odd` marks the owners that turn out not to be plain."""

    def __init__(self, odd: Truth, zeros: int) -> None:
        self.odd = odd
        self.blocks: list[Block] = []
        self._unit = 10**zeros  # divides every level

    def levels(self, nature: Nature, levels: Levels) -> None:
        """同比 of a nature that is not the single period."""
        self._rates(_RATE_OF[nature], levels, 12)

    def singles(self, cumulative: Levels, given: Levels) -> None:
        """单季值 of the quarters that were not reported, and 同比 and 环比 of single periods of each length."""
        quarters = given.where(given.length == 3)
        derived = self._single_quarters(cumulative, quarters)
        for length in np.unique([*given.length.tolist(), 3]).tolist():
            alike = given.where(given.length == length) if length != 3 else _joined(quarters, derived)
            self._rates(GrowthKind.YOY_SINGLE, alike, 12)
            if length == 3:
                self._rates(GrowthKind.QOQ_SINGLE, alike, 3)

    def points(self, levels: Levels) -> None:
        """Changes of rates against the year before, where there is one."""
        at, found = _looked_up(levels.key, levels.key - 12)
        made = levels.where(found)
        change = made.value - levels.value[at[found]]
        self._add(GrowthKind.DIFFERENCE, made, change, np.zeros_like(change))

    def reported(self, levels: Levels) -> None:
        """填报同比, as the respondent wrote it."""
        self._add(GrowthKind.YOY_REPORTED, levels, levels.value, np.zeros_like(levels.value))

    def _single_quarters(self, cumulative: Levels, quarters: Levels) -> Levels:
        keys = cumulative.key
        asked = (cumulative.length == 3) & ~_looked_up(quarters.key, keys)[1]
        at, found = _looked_up(keys, keys - 3)
        first = cumulative.month % 12 == 3
        own = cumulative.value - np.where(first, 0, cumulative.value[at] if len(at) else 0)
        known = first | found
        self._add(GrowthKind.SINGLE_QUARTER, cumulative.where(asked), own[asked], np.where(known[asked], 0, _MISSING))
        return cumulative._replace(value=own).where(asked & known)

    def _rates(self, kind: GrowthKind, levels: Levels, months: int) -> None:
        keys = levels.key
        order = np.argsort(keys, kind="stable")
        at, found = _looked_up(keys[order], keys - months)
        value, base = levels.value[found] // self._unit, levels.value[order[at[found]]] // self._unit
        rate, exact = quotient(value - base, base)
        self.odd[levels.owner[found][~exact]] = True
        whole = np.zeros_like(keys)
        whole[found] = rate
        self._add(kind, levels, whole, np.where(found, 0, _NO_BASE))

    def _add(self, kind: GrowthKind, levels: Levels, value: Whole, reason: Whole) -> None:
        self.blocks.append(Block(kind, levels.owner, levels.row, value, reason))


def quotient(part: Whole, base: Whole) -> tuple[Whole, Truth]:
    """part / base · 100 in units of 10**-PLACES, rounded half even; the second marks where it was found.

    It is not found for a base that is zero or negative, too large for the steps of the division, or too small.
    """
    step = 6 if not len(base) or base.max() < 2**63 // 10**7 else 3
    found = (base > 0) & (base < 2**63 // 10 ** (step + 1))
    divisor = np.where(found, base, 1)
    whole, rest = np.divmod(np.abs(part), divisor)
    found &= whole < _QUOTIENT
    whole[~found] = 0
    for _ in range(_DIGITS // step):
        digits, rest = np.divmod(rest * 10**step, divisor)
        whole = whole * 10**step + digits
    twice = 2 * rest
    whole += (twice > divisor) | ((twice == divisor) & (whole % 2 == 1))
    return np.where(part < 0, -whole, whole), found


def trailing_zeros(values: Whole) -> int:
    """How many decimal zeros, up to eight, all the values end in."""
    return next(zeros for zeros in range(8, -1, -1) if not (values % 10**zeros).any())


def repeats(owner: Sequence[int] | Whole, month: Whole) -> Truth:
    """Where a value has the month of the one before it, or an earlier one; they are sorted by owner."""
    key = np.asarray(owner) * _STRIDE + month
    found: Truth = np.zeros(len(key), dtype=bool)
    found[1:] = key[1:] <= key[:-1]
    return found


def _looked_up(keys: Whole, wanted: Whole) -> tuple[Whole, Truth]:
    """Where the wanted keys stand among ascending keys, and which of them do."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _joined(one: Levels, other: Levels) -> Levels:
    return Levels(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))
