"""The light of a task or milestone: the facts of the day, held against the catalogue's rules in their order.

The rules are data (`rules.LightRule`); here is only what the facts are and how the first rule that holds is found. A
light says its word, its colour, the rule that gave it, a sentence with the numbers, and whose step it rests on.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.tasks.duties import duties, missed_in_a_row
from indicators.tasks.rules import Condition, Supervision
from indicators.tasks.task import Node, NodeState, Step, Task, TaskState

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_VERIFIED = (TaskState.VERIFIED, TaskState.CLOSING, TaskState.CLOSED)


@dataclass(frozen=True, slots=True)
class Light:
    """What a light shows and why. `by` and `on`: whose step of which day it rests on, "" where nobody did anything."""

    rule: str
    word: str
    colour: str
    because: str
    by: str = ""
    on: date | None = None


def task_light(task: Task, rules: Supervision, today: date) -> Light:
    """The light of a task on a day."""
    known: dict[str, Decimal | None] = {
        "unset": Decimal(task.state is TaskState.UNSET),
        "done": Decimal(task.state is TaskState.REPORTED),
        "verified": Decimal(task.state in _VERIFIED),
        "sent_back": Decimal(task.times_sent_back if task.sent_back else 0),
        "asked": Decimal(task.reminders),
        "missed": Decimal(missed_in_a_row(duties(task, rules.report_days, today)) if task.state.in_hand else 0),
        "unproved": Decimal(1 if task.state.in_hand and task.latest and not task.latest.proved else 0),
    }
    told: dict[str, str] = {"reason": task.sent_back.text if task.sent_back else ""}
    if task.state.in_hand and task.due_on:
        what, due = _nearest(task)
        known["days_left"] = Decimal((due - today).days)
        told |= {"due": due.isoformat() + what, "late": str(max((today - due).days, 0))}
        known |= _pace(task, today)
    step = _rests_on(task)
    told |= {"who": step.by, "at": step.on.isoformat()} if step else {}
    return _first(rules, known, told, step)


def node_light(node: Node, rules: Supervision, today: date) -> Light:
    """The light of a milestone on a day, by the same rules."""
    open_ = node.state is NodeState.OPEN
    known: dict[str, Decimal | None] = {
        "done": Decimal(node.state is NodeState.REPORTED),
        "verified": Decimal(node.state is NodeState.VERIFIED),
        "days_left": Decimal((node.due_on - today).days) if open_ else None,
    }
    by, on = (node.verified_by, node.verified_on) if node.verified_by else (node.done_by, node.done_on)
    told = {"due": node.due_on.isoformat(), "late": str(max((today - node.due_on).days, 0))}
    told |= {"who": by, "at": on.isoformat() if on else ""}
    light = _first(rules, known, told, None)
    return Light(light.rule, light.word, light.colour, light.because, by, on)


def _nearest(task: Task) -> tuple[str, date]:
    """The first date that is not kept yet: of an open milestone, or of the task itself."""
    assert task.due_on is not None
    dates = [(f"（节点“{n.title}”）", n.due_on) for n in task.nodes if n.state is NodeState.OPEN]
    return min([*dates, ("", task.due_on)], key=lambda pair: pair[1])


def _pace(task: Task, today: date) -> dict[str, Decimal | None]:
    """序时进度: the share of the time that is gone, and how far the reported progress lies behind it, in %."""
    assert task.due_on is not None
    begun = task.in_hand[0].since
    span = (task.due_on - begun).days
    expected = Decimal(100) if span <= 0 else min(Decimal(100), Decimal(100 * (today - begun).days) / span)
    expected = max(expected, Decimal(0)).quantize(Decimal(1))
    done = next((r.progress for r in reversed(task.reports) if r.progress is not None), None)
    return {"expected": expected, "progress": done, "behind_pp": None if done is None else expected - done}


def _rests_on(task: Task) -> Step | None:
    if task.state in _VERIFIED:
        return task.verified
    return task.done or task.sent_back or task.last


def _first(
    rules: Supervision, known: Mapping[str, Decimal | None], told: Mapping[str, str], step: Step | None
) -> Light:
    for rule in rules.lights:
        if all(_holds(c, known.get(c.fact)) for c in rule.when):
            numbers = {name: format(value.normalize(), "f") for name, value in known.items() if value is not None}
            because = rule.because.format_map(_Said({**numbers, **told}))
            return Light(rule.code, rule.word, rule.colour, because, *((step.by, step.on) if step else ("", None)))
    raise ValueError("the last light of the rules has conditions")  # refused by the loader


def _holds(condition: Condition, value: Decimal | None) -> bool:
    return value is not None and bool(_COMPARE[condition.is_](value, condition.than))


class _Said(dict[str, str]):
    """What a sentence can name; something not known is said so."""

    def __missing__(self, name: str) -> str:
        return "（不详）"
