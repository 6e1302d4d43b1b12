"""贡献率, 拉动 and 结构: what the parts of a total did to its growth, at constant prices.

贡献率 is a part's share of the total's change, 拉动 the percentage points of growth it made; negative shares and
shares over 100 are normal. Where the total hardly moves (|growth| under 0.5 %) a share says nothing and is suppressed;
the pull stays. Chain-linked series do not add up: see `chain_contribution`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

SUPPRESS_BELOW = Decimal("0.5")  # percent growth of the total
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Contributions:
    """Growth of the total in percent, each part's share of it (None: suppressed) and its pull in percentage points."""

    growth: Decimal
    shares: dict[str, Decimal] | None
    pulls: dict[str, Decimal]


def contributions(
    current: Mapping[str, Decimal], base: Mapping[str, Decimal], growth: Decimal | None = None
) -> Contributions | None:
    """Contributions of the parts common to both years, at prices of one year: Δpart / Δtotal · 100.

    `growth` is the published rate, used for the pulls when given; else that of the parts' sum. None where the parts of
    the two years differ or the base total is not positive.
    """
    before = parts_total(base.values())
    if current.keys() != base.keys() or before <= 0:
        return None
    moved = parts_total(current.values()) - before
    computed = moved / before * _HUNDRED
    rate = computed if growth is None else growth
    deltas = {name: current[name] - base[name] for name in current}
    if not moved:
        return Contributions(rate, None, {name: delta / before * _HUNDRED for name, delta in deltas.items()})
    shares = {name: delta / moved * _HUNDRED for name, delta in deltas.items()}
    shown = shares if abs(rate) >= SUPPRESS_BELOW else None
    return Contributions(rate, shown, pulls_from_shares(shares, rate))


def pulls_from_shares(shares: Mapping[str, Decimal], growth: Decimal) -> dict[str, Decimal]:
    """拉动 of each part in percentage points: 贡献率 · growth / 100."""
    return {name: share * growth / _HUNDRED for name, share in shares.items()}


def shares_from_pulls(pulls: Mapping[str, Decimal], growth: Decimal) -> dict[str, Decimal] | None:
    """贡献率 of each part in percent: 拉动 / growth · 100; None where the growth is too small to share out."""
    if abs(growth) < SUPPRESS_BELOW:
        return None
    return {name: pull / growth * _HUNDRED for name, pull in pulls.items()}


def parts_total(parts: Iterable[Decimal]) -> Decimal:
    """Sum of the parts."""
    return sum(parts, Decimal(0))


def structure_shares(parts: Mapping[str, Decimal], total: Decimal | None = None) -> dict[str, Decimal] | None:
    """结构: each part as percent of `total`, by default of their sum; None where the total is zero."""
    whole = parts_total(parts.values()) if total is None else total
    return {name: part / whole * _HUNDRED for name, part in parts.items()} if whole else None


def sum_tolerance(terms: int, decimals: int) -> Decimal:
    """How far a printed total may lie from the sum of `terms` printed parts: half a unit of the last digit for each.

    Rounded parts are shown as they are and never forced to add up.
    """
    return (terms + 1) * Decimal(5).scaleb(-decimals - 1)
