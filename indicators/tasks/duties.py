"""Which reports of progress were due from a task, which came, which came late, and how long its owner is silent.

A quarter's report is asked when the task was in hand on the quarter's last day; it is due so many days after. Used by
the lights (silence) and by the assessment; knows nothing of either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from indicators.periods import Period
from indicators.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Duty:
    """One report that was asked: for which quarter, by when, and the day it came (None: it never did)."""

    period: str
    due_on: date
    came_on: date | None

    @property
    def on_time(self) -> bool:
        """It came, and not late."""
        return self.came_on is not None and self.came_on <= self.due_on


def quarter_of(day: date) -> Period:
    """The quarter in which a day lies."""
    return Period(day.year, "Q", (day.month - 1) // 3 + 1)


def duties(task: Task, report_days: int, today: date) -> list[Duty]:
    """Every report that has been due from a task before `today`, oldest first."""
    found = []
    first: dict[str, date] = {}
    for report in task.reports:
        first.setdefault(report.period, report.on)
    for span in task.in_hand:
        quarter = quarter_of(span.since)
        until = span.until or today
        while quarter.end < until:
            due = quarter.end + timedelta(days=report_days)
            if due < today or quarter.code in first:
                found.append(Duty(quarter.code, due, first.get(quarter.code)))
            quarter = quarter.shift(1)
    return sorted({d.period: d for d in found}.values(), key=lambda d: d.due_on)


def missed_in_a_row(owed: list[Duty]) -> int:
    """How many of the newest reports in a row never came."""
    count = 0
    for duty in reversed(owed):
        if duty.came_on is not None:
            break
        count += 1
    return count


def silent_days(task: Task, today: date) -> int | None:
    """Days since the owner of a task in hand last reported, reached a milestone or asked for time; None of others."""
    if not task.state.in_hand:
        return None
    spoke = [r.on for r in task.reports] + [n.done_on for n in task.nodes if n.done_on] + [task.in_hand[-1].since]
    spoke += [task.extension.on] if task.extension else []
    return max((today - max(spoke)).days, 0)
