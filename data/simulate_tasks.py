"""The simulated past of the programme's tasks: what their owners reported, and what the bureau did about it.

Stands in for people in the demonstration, as `simulate` does for departments: on time, late, silent, doubtful, checked,
signed off, reopened. Nothing in it happened. The stories are in `data/simulation/task_*.csv`; who `owner` is, and by
which account a step is taken, is decided where the accounts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.assumptions import table
from indicators.periods import Period

ASSIGNED_ON = date(2026, 1, 15)
QUARTERS = {"q1": "2026Q1", "q2": "2026Q2", "q3": "2026Q3"}
MARK = "【模拟】"
_WORK = {
    "q1": "方案和分工已经印发，前期工作展开",
    "q2": "主体工作按计划推进，半年节点已经核对",
    "q3": "年度重点环节基本完成，正在组织收尾",
}
_NEXT = {"q1": "二季度完成前期工作", "q2": "三季度完成主体工作", "q3": "四季度验收并报完成"}
_SLOW = "要素保障和资金到位偏慢"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One thing that somebody did with the task of this number; `who` is owner, reviewer, publisher or leader."""

    number: int
    day: date
    who: str
    act: str
    text: str = ""
    period: str = ""
    node: int = 0
    due_on: date | None = None
    progress: int | None = None
    quantity: str = ""
    problem: str = ""
    next_step: str = ""
    evidence: str = ""


def simulated_past() -> list[Past]:
    """Everything that was done since the tasks were assigned, oldest first."""
    return sorted([*_reports(), *_events()], key=lambda one: one.day)


def _reports() -> Iterator[Past]:
    """What owners reported each quarter, on the sixth of the next month or so many days late."""
    for row in table("task_pace.csv"):
        for name, period in QUARTERS.items():
            if not row[name]:
                continue
            number, share = int(row["number"]), int(row[name])
            day = Period.parse(period).end + timedelta(days=6 + int(row["days_late"]))
            slow = _SLOW if share < {"q1": 22, "q2": 45, "q3": 55}[name] else ""
            yield Past(
                number=number, day=min(day, _last_day(number, day)), who="owner", act="report", period=period,
                text=f"{MARK}{_WORK[name]}，完成全年任务的{share}%。", progress=share, problem=slow,
                next_step=_NEXT[name], quantity=f"台账{10 + number % 7}项，办结{(10 + number % 7) * share // 100}项",
                evidence=f"第{number}项三季度台账.txt" if name == "q3" and number % 4 == 1 else "",
            )  # fmt: skip


def _last_day(number: int, day: date) -> date:
    """A quarter's report comes before the task is said to be done."""
    said = [date.fromisoformat(r["day"]) for r in table("task_events.csv") if r["act"] == "done"
            and int(r["number"]) == number]  # fmt: skip
    return min([day, *(d - timedelta(days=1) for d in said)])


def _events() -> Iterator[Past]:
    for row in table("task_events.csv"):
        text = row["text"]
        yield Past(
            number=int(row["number"]),
            day=date.fromisoformat(row["day"]),
            who=row["who"],
            act=row["act"],
            text=f"{MARK}{text}" if text else "",
            period=row["period"],
            node=int(row["node"] or 0),
            due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
            quantity=row["quantity"],
            problem=row["problem"],
            evidence=row["evidence"],
        )
