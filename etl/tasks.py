"""The way of a task: taken up, assigned, reported, checked by another, signed by two; each step one function.

The machine (`indicators.tasks.machine`) says what may follow what; here it is said who may do it (`accounts.MAY`, and a
department only its own tasks), evidence goes into the vault, reminders to the whole chain. Looking is in `tasks_seen`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from etl.programmes import new_tasks, programmes_of
from etl.way import Way
from indicators.errors import UsageError
from indicators.tasks.task import Act, NodePlan, Step, Task
from warehouse import tasks, vault
from warehouse.accounts import Role, accounts
from warehouse.errors import NotPermitted
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import Connection, operating

EVIDENCE_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what was done."""

    name: str
    data: bytes


def take_up(way: Way, code: str, example: bool = False) -> list[str]:
    """Take up a programme of the catalogue; `example` sets its owners and dates from the shipped 示例 too.

    Returns the codes of the tasks that are new. Raises UsageError (no such programme), NotPermitted.
    """
    way.may("task_assign")
    known = programmes_of(way).programmes
    if code not in known:
        raise UsageError(
            f"目录里没有代码为“{code}”的工作要点，什么也没有登记。可用：{'、'.join(known)}；别的年份请用任务清单导入。"
        )
    one = known[code]
    made = [_marked(task, example) for task in new_tasks(one)]
    plans = _example(code) if example else {}
    with operating(way.folder) as conn:
        new = tasks.register_programme(
            conn, code, one.title, one.year, made, way.actor, number=one.number, issuer=one.issuer, place=way.place
        )
        for task in made:
            if task.code in new and task.number in plans:
                tasks.take(conn, task.code, step(way, Act.ASSIGN, **plans[task.number]), way.place)
    return new


def assign(
    way: Way, code: str, lead: str, due_on: date, responsible: Sequence[str] = (), nodes: Sequence[NodePlan] = ()
) -> Task:
    """Say who leads a task, who shares it, by when, and its milestones."""
    known = way.catalogue.departments
    if wrong := [d for d in (lead, *responsible) if d not in known]:
        raise UsageError(f"没有单位“{wrong[0]}”，任务 {code} 没有任何改动。可用：{'、'.join(known)}。")
    more: dict[str, Any] = {"lead": lead, "due_on": due_on, "responsible": tuple(responsible), "nodes": tuple(nodes)}
    return _taken(way, "task_assign", code, Act.ASSIGN, **more)


def report(
    way: Way,
    code: str,
    period: str,
    text: str,
    *,
    progress: Decimal | None = None,
    quantity: str = "",
    problem: str = "",
    next_step: str = "",
    evidence: Iterable[Evidence] = (),
) -> Task:
    """Report a quarter's progress, with files that show it."""
    way.may("task_report")
    kept = tuple(f"{_kept(way, one)} {one.name}" for one in evidence)
    return _taken(
        way, "task_report", code, Act.REPORT, text=text, period=period, progress=progress, quantity=quantity,
        problem=problem, next_step=next_step, evidence=kept,
    )  # fmt: skip


def say_done(way: Way, code: str, text: str, node: int = 0) -> Task:
    """Say that a task, or one of its milestones, is done."""
    return _taken(way, "task_report", code, Act.NODE_DONE if node else Act.DONE, text=text, node=node)


def verify(way: Way, code: str, text: str = "", node: int = 0, send_back: bool = False) -> Task:
    """Check what is said to be done: it is so, or it goes back with a reason. Never by who did it."""
    acts = ((Act.VERIFY, Act.NODE_VERIFY), (Act.SEND_BACK, Act.NODE_SEND_BACK))
    return _taken(way, "task_verify", code, acts[send_back][bool(node)], text=text, node=node)


def close(way: Way, code: str, text: str = "") -> Task:
    """Sign a verified task off; two people have to."""
    return _taken(way, "task_close", code, Act.CLOSE, text=text)


def reopen(way: Way, code: str, reason: str) -> Task:
    """Take a task back that was said to be done."""
    return _taken(way, "task_supervise", code, Act.REOPEN, text=reason)


def ask_extension(way: Way, code: str, until: date, reason: str) -> Task:
    """Ask for a later date."""
    return _taken(way, "task_report", code, Act.EXTENSION_ASK, due_on=until, text=reason)


def decide_extension(way: Way, code: str, grant: bool, reason: str = "") -> Task:
    """Grant or refuse the later date that was asked for."""
    act = Act.EXTENSION_GRANT if grant else Act.EXTENSION_REFUSE
    return _taken(way, "task_supervise", code, act, text=reason)


def question(way: Way, code: str, text: str) -> Task:
    """Ask the owner of a doubted task to explain."""
    return _taken(way, "task_supervise", code, Act.QUESTION, text=text)


def explain(way: Way, code: str, text: str) -> Task:
    """Answer a question about a doubted task."""
    return _taken(way, "task_report", code, Act.EXPLAIN, text=text)


def remind(way: Way, code: str, text: str) -> Task:
    """催办: remind the whole chain of a task; to whom it went is kept with it."""
    way.may("task_supervise")
    with operating(way.folder) as conn:
        to = chain(conn, tasks.get_task(conn, code))
        return tasks.take(conn, code, step(way, Act.REMIND, text=text, to=to), way.place)


def chain(conn: Connection, task: Task) -> tuple[str, ...]:
    """The accounts that answer for a task: of its departments, and those who check."""
    departments = {task.lead, *task.responsible} - {""}
    return tuple(
        one.name
        for one in accounts(conn)
        if one.active and (one.role is Role.REVIEWER or (one.role is Role.FILLER and one.department in departments))
    )


def _taken(way: Way, action: str, code: str, act: Act, **said: Any) -> Task:
    way.may(action)
    with operating(way.folder) as conn:
        if action == "task_report":
            prove_own(way, tasks.get_task(conn, code))
        return tasks.take(conn, code, step(way, act, **said), way.place)


def prove_own(way: Way, task: Task) -> None:
    """Raise NotPermitted unless the account's department leads or shares the task."""
    own = way.account.department
    if own not in (task.lead, *task.responsible):
        raise NotPermitted(
            f"任务 {task.code} 由 {task.lead or '尚未确定的单位'} 牵头，账户“{way.actor}”属于 {own or '统计局'}，"
            "不能代报。任务没有任何改动。"
        )


def step(way: Way, act: Act, **said: Any) -> Step:
    """A step that this account takes now."""
    now = utc_now()
    return Step(act=act, by=way.actor, on=beijing_day(now), at=now, **said)


def _kept(way: Way, one: Evidence) -> str:
    if len(one.data) > EVIDENCE_BYTES:
        raise UsageError(
            f"佐证材料“{one.name}”超过 {EVIDENCE_BYTES // 2**20} MB，没有收下，进展也没有报。请压缩后再报。"
        )
    return vault.put(way.folder, one.data)


def _marked(task: Task, example: bool) -> Task:
    from dataclasses import replace

    return replace(task, example=example)


def _example(code: str) -> dict[int, dict[str, Any]]:
    """Owners and dates of the demonstration, by the number of the item; they are nobody's decision."""
    from data import catalogue_folder

    path = catalogue_folder() / "programmes" / f"{code}.example.csv"
    if not path.is_file():
        raise UsageError(f"工作要点 {code} 没有随附示例的责任单位和时限，什么也没有登记。请去掉 --example。")
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return {
        int(row["number"]): {
            "lead": row["lead"],
            "responsible": tuple(code for code in row["responsible"].split(";") if code),
            "due_on": date.fromisoformat(row["due_on"]),
        }
        for row in rows
    }
