"""Tasks in the operations database: registered once, and from then on only steps are added, each with its audit record.

A task is read by taking its steps through the state machine, so there is no second truth beside them, and any earlier
day can be asked for. The steps are append-only by trigger, as the audit chain is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from indicators.errors import UsageError
from indicators.tasks.machine import apply, run
from indicators.tasks.task import Step, Task
from warehouse import audit
from warehouse.errors import SubmissionConflict, told
from warehouse.moments import utc_now
from warehouse.operations_schema import task as table
from warehouse.operations_schema import task_programme, task_step
from warehouse.task_steps import detail, links_of, links_text, step_of

_FIXED = ("code", "programme", "number", "title", "chapter", "chapter_title", "text", "example")


@dataclass(frozen=True, slots=True)
class Registered:
    """A programme whose tasks are followed; `origin` is `catalogue` or the SHA-256 of the list it came from."""

    code: str
    title: str
    year: int
    number: str
    issuer: str
    origin: str
    by: str
    at: datetime


def register_programme(
    conn: Connection,
    code: str,
    title: str,
    year: int,
    tasks: Sequence[Task],
    actor: str,
    *,
    number: str = "",
    issuer: str = "",
    origin: str = "catalogue",
    place: str = "",
) -> list[str]:
    """Take up a programme and those of its tasks that are not yet known; the codes of the new ones.

    Raises SubmissionConflict when a known task would get another title: what is followed is not renamed.
    """
    now = utc_now()
    known = {row.code: row.title for row in conn.execute(select(table.c.code, table.c.title))}
    if changed := [t for t in tasks if known.get(t.code, t.title) != t.title]:
        raise SubmissionConflict(
            f"任务 {changed[0].code} 登记的名称是“{known[changed[0].code]}”，与“{changed[0].title}”不同。"
            "什么也没有登记；名称确需修改的，请另立任务。"
        )
    if conn.execute(select(task_programme.c.code).where(task_programme.c.code == code)).first() is None:
        said = {"title": title, "year": year, "number": number, "issuer": issuer, "origin": origin}
        conn.execute(task_programme.insert().values(code=code, by=actor, at=now, **said))
        audit.append(conn, actor, "programme.registered", code, place=place, detail=said)
    new = [task for task in tasks if task.code not in known]
    if new:
        rows = [
            {name: getattr(t, name) for name in _FIXED} | {"links": links_text(t.links), "by": actor, "at": now}
            for t in new
        ]
        conn.execute(table.insert(), rows)
        told = {"tasks": len(new), "codes": [t.code for t in new], "origin": origin}
        audit.append(conn, actor, "task.registered", code, place=place, detail=told)
    return [task.code for task in new]


def take(conn: Connection, code: str, step: Step, place: str = "", seen: int | None = None) -> Task:
    """Take one step of a task; the task after it. `seen` is how many steps the person had before the eyes.

    Raises what `indicators.tasks.machine.apply` raises, and SubmissionConflict when others were taken since.
    """
    taken = steps_of(conn, code)
    if seen is not None and len(taken) > max(seen, 0):
        raise _stale(code, taken[-1])
    after = apply(run(_registered(conn, code), taken), step)
    last = len(taken)
    said = detail(step)
    conn.execute(
        task_step.insert().values(
            task=code, sequence=last + 1, act=step.act.value, by=step.by, day=step.on, at=step.at,
            detail=json.dumps(said, ensure_ascii=False, sort_keys=True),
        )
    )  # fmt: skip
    audit.append(conn, step.by, f"task.{step.act.value}", code, place=place, detail=said)
    return after


def _stale(code: str, last: Step) -> SubmissionConflict:
    return SubmissionConflict(
        f"打开这一页之后，任务 {code} 已由“{last.by}”于{told(last.at)}办理“{last.act.label}”。"
        "这一次没有办理，任务没有任何改动；请看过新的情况再办。",
        who=last.by,
        when=last.at,
    )


def get_task(conn: Connection, code: str) -> Task:
    """The task of this code, as it stands. Raises UsageError."""
    return run(_registered(conn, code), steps_of(conn, code))


def _registered(conn: Connection, code: str) -> Task:
    row = conn.execute(select(table).where(table.c.code == code)).mappings().first()
    if row is None:
        raise UsageError(f"没有编号为“{code}”的任务。编号见“督查”页，或运行 zhibiao tasks list。")
    return _task(row)


def steps_of(conn: Connection, code: str) -> list[Step]:
    """Everything that was done with a task, oldest first."""
    query = select(task_step).where(task_step.c.task == code).order_by(task_step.c.sequence)
    return [step_of(dict(row)) for row in conn.execute(query).mappings()]


def tasks(conn: Connection, programme: str = "", until: datetime | None = None) -> list[Task]:
    """All tasks, or those of a programme, as they stand or stood at a moment (naive UTC), by programme and number."""
    query = select(table).order_by(table.c.programme, table.c.number)
    steps = select(task_step).order_by(task_step.c.task, task_step.c.sequence)
    if programme:
        query = query.where(table.c.programme == programme)
        steps = steps.where(task_step.c.task.in_(select(table.c.code).where(table.c.programme == programme)))
    if until is not None:
        query, steps = query.where(table.c.at <= until), steps.where(task_step.c.at <= until)
    taken: dict[str, list[Step]] = defaultdict(list)
    for row in conn.execute(steps).mappings():
        taken[row["task"]].append(step_of(dict(row)))
    return [run(_task(row), taken[row["code"]]) for row in conn.execute(query).mappings()]


def registered(conn: Connection, until: datetime | None = None) -> list[Registered]:
    """The programmes that are followed, or were at a moment."""
    query = select(task_programme).order_by(task_programme.c.code)
    if until is not None:
        query = query.where(task_programme.c.at <= until)
    return [Registered(**row) for row in conn.execute(query).mappings()]


def last_moved(conn: Connection) -> datetime | None:
    """When anything was last registered or done with a task; None when there is no task."""
    moments = [conn.scalar(select(func.max(column))) for column in (table.c.at, task_step.c.at)]
    return max((m for m in moments if m is not None), default=None)


def _task(row: Mapping[Any, Any]) -> Task:
    said = {name: row[name] for name in _FIXED}
    return Task(**said | {"links": links_of(row["links"]), "example": bool(row["example"])})
