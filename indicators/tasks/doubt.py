"""存疑: a task that says done while the indicators it should move say otherwise. Both sides are named.

An indicator with a target is judged by its verdicts (attainment), one without by its newest derived growth. What cannot
be judged (数据不足, a broken scope) is doubt too: on paper it is done, in the numbers it is not to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.attainment.result import Status
from indicators.tasks.programme import Link
from indicators.tasks.task import Task

CONTRADICTS = {
    Status.OFF_TRACK.value: "滞后",
    Status.WRONG_WAY.value: "背离",
    Status.BREACHED.value: "突破约束",
    Status.EXPIRED_MISSED.value: "到期未达成",
    Status.INSUFFICIENT.value: "数据不足",
    Status.SUSPENDED.value: "口径中断",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the generation says of a target of an indicator."""

    indicator: str
    target: str
    status: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Movement:
    """The newest growth of an indicator over the same time of last year, in `unit`; None with its reason."""

    indicator: str
    period: str
    value: Decimal | None
    unit: str = "%"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """One indicator that does not bear a task out, in a word and a sentence."""

    indicator: str
    word: str
    sentence: str


def doubts(
    task: Task,
    verdicts: Mapping[str, Sequence[Verdict]],
    movements: Mapping[str, Movement],
    names: Mapping[str, str],
) -> list[Against]:
    """What speaks against a task that says done; nothing while it does not say so, or names no indicator."""
    if not task.state.says_done:
        return []
    return [a for link in task.links for a in _against(link, verdicts, movements, names.get(link.indicator, ""))]


def _against(
    link: Link, verdicts: Mapping[str, Sequence[Verdict]], movements: Mapping[str, Movement], name: str
) -> Iterable[Against]:
    name = name or link.indicator
    judged = [v for v in verdicts.get(link.indicator, ()) if v.status != Status.NO_TARGET.value]
    for verdict in judged:
        if word := CONTRADICTS.get(verdict.status):
            yield Against(link.indicator, word, f"{name}{word}：{verdict.sentence}")
    if judged:
        return
    moved = movements.get(link.indicator)
    if moved is None:
        yield Against(link.indicator, "数据不足", f"{name}数据不足：没有已发布的增速。")
    elif moved.value is None:
        word = "口径中断" if "口径" in moved.reason else "数据不足"
        yield Against(link.indicator, word, f"{name}{word}：{moved.period} {moved.reason}")
    elif (moved.value < 0) if link.direction == "up" else (moved.value > 0):
        wanted, did = ("上升", "下降") if link.direction == "up" else ("下降", "上升")
        size = f"{abs(moved.value):.1f}{moved.unit}"
        yield Against(link.indicator, "背离", f"{name}背离：应{wanted}，{moved.period} 同比却{did} {size}。")
