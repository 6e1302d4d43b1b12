"""What an account may do with a task next: asked of the machine itself, so that no page offers what would be refused.

A step that the role may take and the state allows is tried on the task as it stands, and its refusal kept: "another
person must sign" is worth reading before a form is filled in. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from etl.tasks import ACTIONS, prove_own, step
from etl.way import Way
from indicators.errors import ZhibiaoError
from indicators.tasks.duties import quarter_of
from indicators.tasks.machine import MOVES, apply
from indicators.tasks.task import Act, NodeState, Task
from warehouse import tasks
from warehouse.accounts import Role, may
from warehouse.errors import NotPermitted
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import consulting

_WAITS_FOR = {  # these make sense only when something is there to be answered
    Act.NODE_DONE: NodeState.OPEN,
    Act.NODE_VERIFY: NodeState.REPORTED,
    Act.NODE_SEND_BACK: NodeState.REPORTED,
}


@dataclass(frozen=True, slots=True)
class Next:
    """A step that may be taken next, at which milestones; `refused` says why it cannot be by this account, or now."""

    act: Act
    nodes: tuple[int, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A task as it stands now, how many steps it has, and what this account may do next."""

    task: Task
    seen: int
    next: tuple[Next, ...]


def follows(way: Way, lead: str, responsible: str) -> bool:
    """Whether this account sees a task before it is published: the bureau, leaders, auditors, and whose task it is."""
    if way.known is None or not may(way.known.role, "task_follow"):
        return False
    mine = way.known.department
    return way.known.role is not Role.FILLER or mine in (lead, *responsible.split(","))


def standing(way: Way, code: str) -> Standing:
    """The task as it stands for who follows it. Raises UsageError (no such task), NotPermitted."""
    with consulting(way.folder) as conn:
        task, taken = tasks.get_task(conn, code), len(tasks.steps_of(conn, code))
    prove_follows(way, task)
    return Standing(task, taken, tuple(_next(way, task)))


def prove_follows(way: Way, task: Task) -> None:
    """Raise NotPermitted unless this account follows the task."""
    if not follows(way, task.lead, ",".join(task.responsible)):
        raise NotPermitted(
            f"任务 {task.code} 未发布的办理情况和佐证材料，只有责任单位、统计局、领导和审计可以看。什么也没有改动。"
        )


def _next(way: Way, task: Task) -> list[Next]:
    found = []
    for act in Act:
        if task.state not in MOVES[act] or not may(way.account.role, ACTIONS[act]):
            continue
        if act in (Act.EXTENSION_GRANT, Act.EXTENSION_REFUSE) and task.extension is None:
            continue
        if (act is Act.EXTENSION_ASK and task.extension) or (act is Act.EXPLAIN and task.question is None):
            continue
        nodes = tuple(n.number for n in task.nodes if n.state is _WAITS_FOR.get(act))
        if nodes or act not in _WAITS_FOR:
            found.append(Next(act, nodes, _refusal(way, task, act, nodes)))
    return found


def _refusal(way: Way, task: Task, act: Act, nodes: tuple[int, ...]) -> str:
    """What the machine says to this step, filled in with something that would do; "" when it would be taken."""
    today = beijing_day(utc_now())
    said: dict[str, Any] = {"text": "试", "period": quarter_of(today).code, "node": nodes[0] if nodes else 0}
    if act is Act.EXTENSION_ASK:
        said["due_on"] = (task.due_on or today) + timedelta(days=1)
    if act is Act.ASSIGN:
        said |= {"lead": task.lead or "试", "due_on": task.due_on or today}
    try:
        if ACTIONS[act] == "task_report":
            prove_own(way, task)
        apply(task, step(way, act, **said))
    except ZhibiaoError as error:
        return str(error)
    return ""
