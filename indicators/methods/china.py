"""中国通行的进度口径: 时间进度, 完成率, 目标一致法, 实现程度, and the pace of a monitoring index.

Sources: 序时进度 as in notices of development-and-reform commissions (江门, 宁德, 资阳); 实现程度 after 全面建设小康
社会统计监测方案 (国家统计局, 2008 and 2013: 正, 逆 and 区间 indicators). Comparisons are made on unrounded values, as
the published figures of 江门 show. 实现程度 has no base value and is capped, so it is a compatibility view only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TimeProgress:
    """完成率, 时间进度 and 超序时进度, all in percent; the last is a difference in percentage points."""

    completion_pct: Decimal
    time_progress_pct: Decimal
    ahead_pp: Decimal


@dataclass(frozen=True, slots=True)
class IndexPace:
    """Points of an index still missing, points a year needed from the first value, and points a year achieved."""

    gap: Decimal
    required_per_year: Decimal | None
    actual_per_year: Decimal | None


def completion_rate(actual: Decimal, plan: Decimal) -> Decimal | None:
    """完成率 = actual / plan · 100, over 100 reported as such; None where the plan is not positive."""
    return actual / plan * _HUNDRED if plan > 0 else None


def time_progress(completion_pct: Decimal, months_elapsed: Decimal) -> TimeProgress:
    """超序时进度 = 完成率 − months/12 · 100, from the unrounded completion rate."""
    elapsed = months_elapsed / 12 * _HUNDRED
    return TimeProgress(completion_pct, elapsed, completion_pct - elapsed)


def consistent_progress(base: Decimal, current: Decimal, target: Decimal) -> Decimal | None:
    """目标一致法: share of the targeted change made, (yc − y0)/(T − y0); None where the target equals the base."""
    return (current - base) / (target - base) if target != base else None


def realization(
    value: Decimal,
    kind: str,
    target: Decimal | None = None,
    band: tuple[Decimal, Decimal] | None = None,
    outer: tuple[Decimal, Decimal] | None = None,
) -> Decimal | None:
    """实现程度 in percent, capped at 100: 正 value/target, 逆 target/value, 区间 100 inside `band`.

    Outside the band it falls linearly to 0 at `outer`. None where the ratio has no meaning (value or target not
    positive) or a bound is not stated.
    """
    if kind == "区间":
        return _band_realization(value, band, outer) if band and outer else None
    if target is None or target <= 0 or value <= 0:
        return None
    ratio = value / target if kind == "正" else target / value
    return min(ratio, Decimal(1)) * _HUNDRED


def weighted_realization(parts: Sequence[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """Weighted mean of (实现程度, weight); a part without value leaves the sum and its weight. None if none has one."""
    given = [(degree, weight) for degree, weight in parts if degree is not None]
    total = sum((weight for _, weight in given), Decimal(0))
    return sum((degree * weight for degree, weight in given), Decimal(0)) / total if total else None


def index_pace(values: Mapping[int, Decimal], target: Decimal, target_year: int) -> IndexPace:
    """Linear pace of an index: from the first year of `values` to the last, against what the target needs."""
    first, last = min(values), max(values)
    gap = target - values[first]
    return IndexPace(
        gap,
        gap / (target_year - first) if target_year > first else None,
        (values[last] - values[first]) / (last - first) if last > first else None,
    )


def _band_realization(value: Decimal, band: tuple[Decimal, Decimal], outer: tuple[Decimal, Decimal]) -> Decimal:
    low, high = band
    if low <= value <= high:
        return _HUNDRED
    inner, edge = (low, outer[0]) if value < low else (high, outer[1])
    share = (edge - value) / (edge - inner) if edge != inner else Decimal(0)
    return min(max(share, Decimal(0)), Decimal(1)) * _HUNDRED
