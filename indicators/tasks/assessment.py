"""Assessment of a department for a quarter: every component beside the score, weighed as the catalogue says.

Components are shares between 0 and 1. One that cannot be computed (nothing was asked) is None: it is named and left
out of the weighing, never taken for zero. There is no rank here; a score without its components is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from indicators.periods import Period
from indicators.tasks.duties import Duty, duties, missed_in_a_row, silent_days
from indicators.tasks.rules import Supervision, Weight
from indicators.tasks.task import Task, TaskState

_CLOSED = (TaskState.VERIFIED, TaskState.CLOSING, TaskState.CLOSED)
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One department, one quarter. Counts as they are; `parts` the share of each component, None where not computed."""

    department: str
    period: str
    tasks: int
    reports_asked: int
    reports_made: int
    reports_on_time: int
    tasks_due: int
    tasks_verified: int
    missed_in_a_row: int
    silent_days: int | None
    doubts_open: int | None
    revision_size: Decimal | None  # mean size of revisions of the department's returned values, %
    parts: Mapping[str, Decimal | None] = field(default_factory=dict)
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    score: Decimal | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Components that could not be computed."""
        return tuple(name for name, value in self.parts.items() if value is None)


def assess(
    department: str,
    period: Period,
    tasks: Sequence[Task],
    rules: Supervision,
    *,
    today: date,
    newest: bool = True,
    doubts_open: int | None = None,
    revision_size: Decimal | None = None,
) -> Assessment:
    """Assess a department by the tasks that it leads; `doubts_open` and `revision_size` (%) come from the numbers.

    What is of today alone (days of silence) belongs to the `newest` quarter.
    """
    owed = {t.code: [d for d in duties(t, rules.report_days, today) if _up_to(d, period)] for t in tasks}
    asked = [d for found in owed.values() for d in found if d.period == period.code]
    made, on_time = sum(d.came_on is not None for d in asked), sum(d.on_time for d in asked)
    due = [t for t in tasks if t.due_on and t.due_on <= period.end]
    proved = sum(t.state in _CLOSED for t in due)
    missed = max((missed_in_a_row(found) for found in owed.values()), default=0)
    silent = [days for t in tasks if newest and (days := silent_days(t, today)) is not None]
    counts: dict[str, Decimal | None] = {
        "silence": Decimal(missed) if any(owed.values()) else None,
        "doubts": None if doubts_open is None else Decimal(doubts_open),
        "revisions": revision_size,
    }
    parts = {
        "timeliness": _share(on_time, len(asked)),
        "completeness": _share(made, len(asked)),
        "verified": _share(proved, len(due)),
    } | {w.component: _of_worst(counts[w.component], w) for w in rules.weights if w.component in counts}
    weights: dict[str, Decimal] = {w.component: w.weight for w in rules.weights}
    return Assessment(
        department=department,
        period=period.code,
        tasks=len(tasks),
        reports_asked=len(asked),
        reports_made=made,
        reports_on_time=on_time,
        tasks_due=len(due),
        tasks_verified=proved,
        missed_in_a_row=missed,
        silent_days=max(silent, default=None),
        doubts_open=doubts_open,
        revision_size=revision_size,
        parts={name: parts[name] for name in weights},
        weights=weights,
        score=_score(parts, weights),
    )


def _up_to(duty: Duty, period: Period) -> bool:
    return Period.parse(duty.period) <= period


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(_PLACES) if whole else None


def _of_worst(count: Decimal | None, weight: Weight) -> Decimal | None:
    if count is None or not weight.worst:
        return None
    return (1 - min(count, weight.worst) / weight.worst).quantize(_PLACES)


def _score(parts: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Decimal | None:
    counted = {name: weight for name, weight in weights.items() if parts.get(name) is not None and weight}
    whole = sum(counted.values(), Decimal(0))
    if not whole:
        return None
    return (100 * sum((weight * (parts[name] or 0) for name, weight in counted.items()), Decimal(0)) / whole).quantize(
        Decimal("0.1")
    )
