"""汇总: verdicts by theme, department or goal. Worst-of for 约束性, counts for the rest, never a mean across units.

Targets shown as examples are counted apart. The 实现程度 view is there for readers used to it; it has no base, caps
at 100 % and is no verdict, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from indicators.attainment.result import Attainment, Status
from indicators.attainment.thresholds import ARITHMETIC
from indicators.methods.china import realization
from indicators.targets import Target, TargetKind, TargetStatus

REALIZATION_LABEL = "实现程度（兼容口径，仅供参考，不作判定）"

_WORST_FIRST = (
    Status.BREACHED,
    Status.EXPIRED_MISSED,
    Status.WRONG_WAY,
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.SUSPENDED,
    Status.INSUFFICIENT,
    Status.MET_LOSING,
    Status.ON_TRACK,
    Status.EXPIRED_MET,
    Status.MET,
    Status.NO_TARGET,
)
_JUDGED = frozenset(_WORST_FIRST) - {Status.SUSPENDED, Status.INSUFFICIENT, Status.NO_TARGET}
_FALLING = (TargetKind.LOWER, TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK, TargetKind.CAP_RATE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and the verdict on it."""

    target: Target
    verdict: Attainment


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """One group: the worst 约束性 status with its targets, the counts of the others, and the examples apart.

    Counts are ordered from the worst status; `judged` of `total` were judged at all.
    """

    key: str
    worst_binding: Status | None
    worst_targets: tuple[str, ...]
    counts: dict[Status, int]
    examples: dict[Status, int]
    judged: int
    total: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Realization:
    """实现程度 of one target in percent, None where it has no meaning; `view` is 正, 逆 or 区间."""

    target: str
    view: str
    percent: Decimal | None
    label: str = REALIZATION_LABEL


def roll_up(items: Iterable[Judged], keys: Callable[[Judged], Iterable[str]]) -> tuple[RollUp, ...]:
    """The verdicts by theme, department or goal, in the order in which the groups first appear.

    `keys` names the groups of an item: one theme, or every goal that its indicator supports.
    """
    groups: dict[str, list[Judged]] = {}
    for item in items:
        for key in keys(item):
            groups.setdefault(key, []).append(item)
    return tuple(_grouped(name, members) for name, members in groups.items())


def worst(statuses: Iterable[Status]) -> Status | None:
    """The worst of these statuses; what could not be judged ranks between at risk and losing. None for none."""
    return min(statuses, key=_WORST_FIRST.index, default=None)


def realization_view(target: Target, verdict: Attainment) -> Realization:
    """实现程度 of a verdict's latest value: 正 x/T, 逆 T/x, 区间 by its outer limits; growth targets have none."""
    value, goal = verdict.latest_value, verdict.target_value
    with localcontext(ARITHMETIC):
        if target.kind is TargetKind.RANGE and target.low is not None and target.high is not None:
            if value is None or target.outer_low is None or target.outer_high is None:
                return Realization(target.code, "区间", None)
            outer = (target.outer_low, target.outer_high)
            return Realization(target.code, "区间", realization(value, "区间", None, (target.low, target.high), outer))
        view = "逆" if target.kind in _FALLING else "正"
        growth = target.kind in (TargetKind.GROWTH_AVERAGE, TargetKind.GROWTH_YEAR)
        if value is None or goal is None or growth or target.kind is TargetKind.BENCHMARK:
            return Realization(target.code, view, None)
        return Realization(target.code, view, realization(value, view, goal))


def _grouped(key: str, members: list[Judged]) -> RollUp:
    real = [m for m in members if m.target.status is not TargetStatus.EXAMPLE]
    binding = [m for m in real if m.target.binding]
    lowest = worst(m.verdict.status for m in binding)
    counts = _counted(m for m in real if not m.target.binding)
    examples = _counted(m for m in members if m.target.status is TargetStatus.EXAMPLE)
    judged = sum(1 for m in real if m.verdict.status in _JUDGED)
    return RollUp(
        key=key,
        worst_binding=lowest,
        worst_targets=tuple(m.target.code for m in binding if m.verdict.status is lowest),
        counts=counts,
        examples=examples,
        judged=judged,
        total=len(real),
        sentence=_sentence(lowest, len(binding), counts, examples),
    )


def _counted(members: Iterable[Judged]) -> dict[Status, int]:
    counts = Counter(m.verdict.status for m in members)
    return {status: counts[status] for status in _WORST_FIRST if counts[status]}


def _sentence(lowest: Status | None, binding: int, counts: dict[Status, int], examples: dict[Status, int]) -> str:
    parts = []
    if lowest is not None:
        parts.append(f"约束性目标{binding}项，最差为{lowest.label}")
    if counts:
        said = "、".join(f"{status.label}{number}项" for status, number in counts.items())
        parts.append(f"{'其余' if parts else '目标'}{sum(counts.values())}项：{said}")
    if examples:
        said = "、".join(f"{status.label}{number}项" for status, number in examples.items())
        parts.append(f"{'另有' if parts else '只有'}示例目标{sum(examples.values())}项：{said}")
    return "；".join(parts) + "。" if parts else "没有目标。"
