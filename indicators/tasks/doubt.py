"""存疑: a task that says done while the indicators it should move say otherwise. Both sides are named.

An indicator with a target is judged by its verdicts (attainment), one without by its newest derived growth. What cannot
be judged (数据不足, a broken scope) is doubt too, and so is what the newest number cannot show because it is older than
the task: on paper it is done, in the numbers it is not to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.attainment.result import Status
from indicators.periods import Period
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
_BREAK = "break"
_REASONS = {  # of a growth that there is not (`indicators.derived.rows`)
    "no_base": "没有上年同期的数",
    "missing_previous": "缺上一期的累计数",
    "base_not_positive": "上年同期不是正数，算不出增速",
    _BREAK: "与上年同期之间口径有调整，不能相比",
    "out_of_range": "增速超出可信的范围",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the generation says of a target of an indicator; `latest_on`: the end of the newest number it rests on."""

    indicator: str
    target: str
    status: str
    sentence: str
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """The newest growth of an indicator over the same time of last year, in `unit`; None with its machine reason."""

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
    begun = task.in_hand[0].since
    return [a for link in task.links for a in _against(link, begun, verdicts, movements, names.get(link.indicator, ""))]


def _against(
    link: Link,
    begun: date,
    verdicts: Mapping[str, Sequence[Verdict]],
    movements: Mapping[str, Movement],
    name: str,
) -> list[Against]:
    name = name or link.indicator
    judged = [v for v in verdicts.get(link.indicator, ()) if v.status != Status.NO_TARGET.value]
    if not judged:
        return list(_moved_against(link, begun, movements.get(link.indicator), name))
    found = [
        Against(link.indicator, word, f"{name}{word}：{verdict.sentence}")
        for verdict in judged
        if (word := CONTRADICTS.get(verdict.status))
    ]
    newest = max((v.latest_on for v in judged if v.latest_on), default=None)
    if not found and newest and newest < begun:
        found.append(_too_old(link.indicator, name, f"截至{newest.isoformat()}", begun))
    return found


def _moved_against(link: Link, begun: date, moved: Movement | None, name: str) -> Iterable[Against]:
    if moved is None:
        yield Against(link.indicator, "数据不足", f"{name}数据不足：没有已发布的增速。")
        return
    period = Period.parse(moved.period)
    if moved.value is None:
        word = "口径中断" if moved.reason == _BREAK else "数据不足"
        reason = _REASONS.get(moved.reason, "算不出增速")
        yield Against(link.indicator, word, f"{name}{word}：{period.label}{reason}。")
    elif (moved.value < 0) if link.direction == "up" else (moved.value > 0):
        wanted, did = ("上升", "下降") if link.direction == "up" else ("下降", "上升")
        size = f"{abs(moved.value):.1f}{moved.unit}"
        yield Against(link.indicator, "背离", f"{name}背离：应{wanted}，{period.label}同比却{did}{size}。")
    elif period.end < begun:
        yield _too_old(link.indicator, name, f"是{period.label}的", begun)


def _too_old(indicator: str, name: str, newest: str, begun: date) -> Against:
    said = f"{name}数据不足：最新的数{newest}，任务{begun.isoformat()}才开始，还看不出。"
    return Against(indicator, "数据不足", said)
