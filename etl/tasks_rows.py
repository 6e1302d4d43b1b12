"""Tasks as rows of a generation: state, milestones, reports, light and doubt, assessment. From values to values.

`tasks_derive` brings what is needed from the stores; here nothing is read or written.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.periods import Period
from indicators.tasks.assessment import assess
from indicators.tasks.doubt import Against, Movement, Verdict, doubts
from indicators.tasks.duties import duties, missed_in_a_row, silent_days
from indicators.tasks.lights import node_light, task_light
from indicators.tasks.load import Programmes
from indicators.tasks.programme import Item
from indicators.tasks.task import Task
from warehouse.task_steps import links_text
from warehouse.tasks import Registered

Row = dict[str, Any]
_SHOWN = (  # of a task, beside its light: what lists show
    "programme", "chapter", "chapter_title", "number", "title", "indicators", "example", "lead", "responsible",
    "due_on", "state_label", "progress", "last_act", "last_by", "last_on", "reminders_open",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the numbers say: verdicts, newest growth and names by indicator, revision sizes by (department, period)."""

    verdicts: Mapping[str, Sequence[Verdict]]
    movements: Mapping[str, Movement]
    names: Mapping[str, str]
    revisions: Mapping[tuple[str, str], Decimal]


def task_rows(
    tasks: Sequence[Task], followed: Sequence[Registered], known: Programmes, numbers: Numbers, today: date
) -> dict[str, list[Row]]:
    """The rows of every task table, by its name, as of a day."""
    items = {item.code: item for programme in known.programmes.values() for item in programme.items}
    against = {t.code: doubts(t, numbers.verdicts, numbers.movements, numbers.names) for t in tasks}
    rows = [_task(t, items.get(t.code)) for t in tasks]
    return {
        "programme": [_programme(one, known, tasks) for one in followed],
        "task": rows,
        "task_node": [row for t in tasks for row in _nodes(t, known, today)],
        "task_report": [row for t in tasks for row in _reports(t)],
        "task_light": [_light(t, row, against[t.code], known, today) for t, row in zip(tasks, rows, strict=True)],
        "assessment": list(_assessments(tasks, against, known, numbers, today)),
    }


def _programme(one: Registered, known: Programmes, tasks: Sequence[Task]) -> Row:
    document = known.programmes.get(one.code)
    row: Row = {n: getattr(one, n) for n in ("code", "title", "year", "number", "issuer", "origin")}
    row |= {"issued_on": document.issued_on if document else None, "source": document.source if document else ""}
    return row | {"tasks": sum(t.programme == one.code for t in tasks)}


def _task(task: Task, item: Item | None) -> Row:
    shared = (
        "code", "programme", "number", "chapter", "chapter_title", "title", "text", "example", "lead", "due_on",
        "first_due_on", "times_reminded", "times_sent_back", "times_reopened", "extensions_granted",
        "extensions_refused",
    )  # fmt: skip
    signed = [s.by for s in (task.first_signed, task.closed) if s]
    return {name: getattr(task, name) for name in shared} | {
        "clause": item.clause if item else "",
        "places": ",".join(item.places) if item else "",
        "projects": ",".join(item.projects) if item else "",
        "indicators": links_text(task.links),
        "responsible": ",".join(task.responsible),
        "assigned_on": task.in_hand[0].since if task.in_hand else None,
        "state": task.state.value,
        "state_label": task.state.label,
        "progress": next((r.progress for r in reversed(task.reports) if r.progress is not None), None),
        "last_act": task.last.act.label if task.last else "",
        "last_by": task.last.by if task.last else "",
        "last_on": task.last.on if task.last else None,
        "reports": len(task.reports),
        "reminders_open": task.reminders,
        "extension_asked_to": task.extension.due_on if task.extension else None,
        "done_by": task.done.by if task.done else "",
        "done_on": task.done.on if task.done else None,
        "verified_by": task.verified.by if task.verified else "",
        "verified_on": task.verified.on if task.verified else None,
        "closed_by": "、".join(signed),
        "closed_on": task.closed.on if task.closed else None,
        "question": task.question.text if task.question else "",
        "explanation": task.explanation.text if task.explanation else "",
    }


def _nodes(task: Task, known: Programmes, today: date) -> Iterator[Row]:
    shared = ("number", "title", "due_on", "done_by", "done_on", "verified_by", "verified_on")
    for node in task.nodes:
        light = node_light(node, known.rules, today)
        said = {name: getattr(node, name) for name in shared}
        state = {"task": task.code, "state": node.state.value, "state_label": node.state.label}
        yield said | state | {"word": light.word, "colour": light.colour, "because": light.because}


def _reports(task: Task) -> Iterator[Row]:
    last = {report.period: number for number, report in enumerate(task.reports, 1)}
    for number, report in enumerate(task.reports, 1):
        shared = ("period", "text", "progress", "quantity", "problem", "next_step")
        yield {name: getattr(report, name) for name in shared} | {
            "task": task.code,
            "sequence": number,
            "stands": last[report.period] == number,
            "reported_by": report.by,
            "reported_on": report.on,
            "evidence": "\n".join(report.evidence),
        }


def _light(task: Task, row: Row, against: Sequence[Against], known: Programmes, today: date) -> Row:
    light = task_light(task, known.rules, today)
    urgent = {"存疑": bool(against), "逾期": light.colour == "red", "申请延期": task.extension is not None}
    said = task.explanation.text if task.explanation else task.done.text if task.done else ""
    shown = {name: row[name] for name in _SHOWN}
    missed = missed_in_a_row(duties(task, known.rules.report_days, today)) if task.state.in_hand else 0
    return shown | {
        "task": task.code,
        "missed_in_a_row": missed,
        "silent_days": silent_days(task, today),
        "as_of": today,
        "rule": light.rule,
        "word": light.word,
        "colour": light.colour,
        "because": light.because,
        "rests_by": light.by,
        "rests_on": light.on,
        "needs_leader": "、".join(word for word, holds in urgent.items() if holds),
        "doubt": bool(against),
        "doubt_words": ",".join(dict.fromkeys(a.word for a in against)),
        "doubt_indicators": ",".join(dict.fromkeys(a.indicator for a in against)),
        "doubt_text": "\n".join(a.sentence for a in against),
        "said": said or (task.latest.text if task.latest else ""),
    }


def _assessments(
    tasks: Sequence[Task], against: Mapping[str, Sequence[Against]], known: Programmes, numbers: Numbers, today: date
) -> Iterator[Row]:
    led: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.lead:
            led[task.lead].append(task)
    days = known.rules.report_days
    owed = {
        department: {d.period for t in mine for d in duties(t, days, today) if d.due_on < today}
        for department, mine in led.items()
    }
    last = max((period for periods in owed.values() for period in periods), key=Period.parse, default="")
    for department, mine in sorted(led.items()):
        for period in sorted(owed[department] | ({last} if last else set()), key=Period.parse):
            newest = period == last
            made = assess(
                department, Period.parse(period), mine, known.rules, today=today, newest=newest,
                doubts_open=sum(bool(against[t.code]) for t in mine) if newest else None,
                revision_size=numbers.revisions.get((department, period)),
            )  # fmt: skip
            shared = (
                "department", "period", "tasks", "reports_asked", "reports_made", "reports_on_time", "tasks_due",
                "tasks_verified", "missed_in_a_row", "silent_days", "doubts_open", "revision_size", "score",
            )  # fmt: skip
            weights = {name: format(weight, "f") for name, weight in made.weights.items()}
            yield (
                {name: getattr(made, name) for name in shared}
                | dict(made.parts)
                | {
                    "as_of": today,
                    "weights": json.dumps(weights, ensure_ascii=False),
                    "left_out": ",".join(made.left_out),
                }
            )
