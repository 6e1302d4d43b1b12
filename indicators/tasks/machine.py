"""The state machine of tasks: one step takes a task to the next, or is refused and changes nothing.

`MOVES` is the whole machine: from which states an act leads on. What else must hold (a reason, another person, nothing
left open) is said by the function of the act. Pure: who may do what by role is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from indicators.errors import UsageError
from indicators.periods import Period
from indicators.tasks.errors import SamePerson, StepRefused
from indicators.tasks.task import Act, Node, NodeState, Report, Span, Step, Task, TaskState

_HAND = frozenset({TaskState.ACTIVE, TaskState.REOPENED})
_SAID = frozenset(state for state in TaskState if state.says_done)
MOVES: dict[Act, frozenset[TaskState]] = {
    Act.ASSIGN: _HAND | {TaskState.UNSET},
    Act.REPORT: _HAND,
    Act.NODE_DONE: _HAND,
    Act.NODE_VERIFY: _HAND,
    Act.NODE_SEND_BACK: _HAND,
    Act.DONE: _HAND,
    Act.VERIFY: frozenset({TaskState.REPORTED}),
    Act.SEND_BACK: frozenset({TaskState.REPORTED}),
    Act.CLOSE: frozenset({TaskState.VERIFIED, TaskState.CLOSING}),
    Act.REOPEN: _SAID,
    Act.EXTENSION_ASK: _HAND,
    Act.EXTENSION_GRANT: _HAND,
    Act.EXTENSION_REFUSE: _HAND,
    Act.REMIND: _HAND | {TaskState.REPORTED},
    Act.QUESTION: _SAID,
    Act.EXPLAIN: _SAID,
    Act.LINK: frozenset(TaskState) - {TaskState.CLOSED},
}
_REASONED = {
    Act.REPORT: "做了什么",
    Act.SEND_BACK: "退回的理由",
    Act.NODE_SEND_BACK: "退回的理由",
    Act.REOPEN: "重开的理由",
    Act.EXTENSION_ASK: "延期的理由",
    Act.EXTENSION_REFUSE: "不准延期的理由",
    Act.REMIND: "催办什么",
    Act.QUESTION: "要说明什么",
    Act.EXPLAIN: "说明的话",
    Act.LINK: "关联这些指标的理由",
}
_BY_ANOTHER = (
    Act.VERIFY, Act.SEND_BACK, Act.NODE_VERIFY, Act.NODE_SEND_BACK, Act.CLOSE, Act.LINK, Act.EXTENSION_GRANT,
    Act.EXTENSION_REFUSE,
)  # fmt: skip
_UNCHANGED = "任务没有任何改动。"


def apply(task: Task, step: Step) -> Task:
    """The task after a step. Raises StepRefused (not from this state), SamePerson, UsageError (something missing)."""
    name = f"任务 {task.code}"
    if task.state not in MOVES[step.act]:
        last = f"（{task.last.by}，{task.last.on.isoformat()}）" if task.last else ""
        raise StepRefused(
            f"{name}现为“{task.state.label}”{last}，不能{step.act.label}。{_UNCHANGED}"
            f"请用 zhibiao tasks show {task.code} 查看。"
        )
    if (wanted := _REASONED.get(step.act)) and not step.text.strip():
        raise UsageError(f"{name}{step.act.label}必须写明{wanted}。{_UNCHANGED}请用 --text 写明。")
    if step.act in _BY_ANOTHER and step.by in task.reporters:
        raise SamePerson(f"“{step.by}”报过{name}的进展，不能由同一人{step.act.label}。{_UNCHANGED}请由另一人办理。")
    return replace(_DO[step.act](task, step), last=step)


def run(task: Task, steps: Iterable[Step]) -> Task:
    """The task after all these steps, in order."""
    for step in steps:
        task = apply(task, step)
    return task


def _assign(task: Task, step: Step) -> Task:
    if not step.lead or step.due_on is None:
        raise UsageError(f"分解任务 {task.code} 要有牵头单位和完成时限。{_UNCHANGED}请用 --lead 和 --due 写明。")
    if late := [n.title for n in step.nodes if n.due_on > step.due_on]:
        raise UsageError(f"任务 {task.code} 的节点“{late[0]}”晚于完成时限。{_UNCHANGED}请改节点日期或时限。")
    first = task.state is TaskState.UNSET
    if not first and step.due_on != task.due_on:
        raise StepRefused(f"任务 {task.code} 的时限 {task.due_on} 已定，只能经申请延期改变。{_UNCHANGED}")
    return replace(
        task,
        state=TaskState.ACTIVE if first else task.state,
        lead=step.lead,
        responsible=step.responsible,
        due_on=step.due_on,
        first_due_on=task.first_due_on or step.due_on,
        in_hand=(Span(step.on),) if first else task.in_hand,
        nodes=_planned(task, step) if step.nodes else task.nodes,
    )


def _planned(task: Task, step: Step) -> tuple[Node, ...]:
    """The milestones as set anew; what is reached stays reached, and can be neither dropped nor moved."""
    kept = {(n.title, n.due_on): n for n in task.nodes}
    planned = tuple(
        replace(kept.pop((plan.title, plan.due_on), Node(number, plan.title, plan.due_on)), number=number)
        for number, plan in enumerate(step.nodes, 1)
    )
    if lost := [n.title for n in kept.values() if n.state is not NodeState.OPEN]:
        raise StepRefused(f"任务 {task.code} 的节点“{lost[0]}”已报完成，不能去掉或改动。{_UNCHANGED}")
    return planned


def _report(task: Task, step: Step) -> Task:
    if not step.period:
        raise UsageError(f"任务 {task.code} 报进展要写明报告期，如 2026Q3。{_UNCHANGED}请用 --period 写明。")
    period = Period.parse(step.period)
    if period.freq != "Q":
        raise UsageError(
            f"任务 {task.code} 按季报进展，报告期“{step.period}”不是季度。{_UNCHANGED}请写成 2026Q3 这样。"
        )
    if period.start > step.on:
        raise UsageError(f"任务 {task.code} 的{period.label}还没有开始，不能预先报进展。{_UNCHANGED}请核对报告期。")
    if step.progress is not None and not 0 <= step.progress <= 100:
        raise UsageError(f"任务 {task.code} 的完成进度 {step.progress} 不在 0 到 100 之间。{_UNCHANGED}请核对。")
    made = Report(
        period.code, step.by, step.on, step.at, step.text, step.progress, step.quantity, step.problem,
        step.next_step, step.evidence,
    )  # fmt: skip
    return replace(task, reports=(*task.reports, made), reporters=task.reporters | {step.by}, reminders=0)


def _node(task: Task, step: Step, wanted: NodeState) -> Node:
    found = next((n for n in task.nodes if n.number == step.node), None)
    if found is None:
        raise UsageError(f"任务 {task.code} 没有第 {step.node} 个节点（共 {len(task.nodes)} 个）。{_UNCHANGED}")
    if found.state is not wanted:
        raise StepRefused(
            f"任务 {task.code} 的节点“{found.title}”现为“{found.state.label}”，不能{step.act.label}。{_UNCHANGED}"
        )
    return found


def _with(task: Task, node: Node) -> Task:
    return replace(task, nodes=tuple(node if n.number == node.number else n for n in task.nodes))


def _node_done(task: Task, step: Step) -> Task:
    node = _node(task, step, NodeState.OPEN)
    done = replace(node, state=NodeState.REPORTED, done_by=step.by, done_on=step.on)
    return replace(_with(task, done), reporters=task.reporters | {step.by}, reminders=0)


def _node_verify(task: Task, step: Step) -> Task:
    node = _node(task, step, NodeState.REPORTED)
    return _with(task, replace(node, state=NodeState.VERIFIED, verified_by=step.by, verified_on=step.on))


def _node_send_back(task: Task, step: Step) -> Task:
    node = _node(task, step, NodeState.REPORTED)
    return replace(_with(task, Node(node.number, node.title, node.due_on)), times_sent_back=task.times_sent_back + 1)


def _done(task: Task, step: Step) -> Task:
    if left := [n.title for n in task.nodes if n.state is NodeState.OPEN]:
        raise StepRefused(f"任务 {task.code} 还有 {len(left)} 个节点没有完成（{left[0]}），不能报完成。{_UNCHANGED}")
    return replace(
        task,
        state=TaskState.REPORTED,
        done=step,
        reporters=task.reporters | {step.by},
        in_hand=(*task.in_hand[:-1], replace(task.in_hand[-1], until=step.on)),
        sent_back=None,
        extension=None,
        reminders=0,
    )


def _verify(task: Task, step: Step) -> Task:
    proved = tuple(
        n
        if n.state is NodeState.VERIFIED
        else replace(n, state=NodeState.VERIFIED, verified_by=step.by, verified_on=step.on)
        for n in task.nodes
    )
    return replace(task, state=TaskState.VERIFIED, verified=step, nodes=proved)


def _back(task: Task, step: Step, state: TaskState) -> Task:
    """In hand again: what was said and signed after the work no longer counts."""
    return replace(
        task,
        state=state,
        done=None,
        verified=None,
        first_signed=None,
        closed=None,
        question=None,
        in_hand=(*task.in_hand, Span(step.on)),
    )


def _send_back(task: Task, step: Step) -> Task:
    back = _back(task, step, TaskState.REOPENED if task.times_reopened else TaskState.ACTIVE)
    return replace(back, sent_back=step, times_sent_back=task.times_sent_back + 1)


def _reopen(task: Task, step: Step) -> Task:
    return replace(_back(task, step, TaskState.REOPENED), times_reopened=task.times_reopened + 1)


def _close(task: Task, step: Step) -> Task:
    if task.question is not None:
        raise StepRefused(f"任务 {task.code} 存疑，要求的说明还没有答复，不能销号。{_UNCHANGED}请先说明或重开。")
    if task.first_signed is None:
        return replace(task, state=TaskState.CLOSING, first_signed=step)
    if task.first_signed.by == step.by:
        raise SamePerson(f"任务 {task.code} 的销号已由“{step.by}”签过一次，须由另一人再签。{_UNCHANGED}")
    return replace(task, state=TaskState.CLOSED, closed=step)


def _extension_ask(task: Task, step: Step) -> Task:
    if task.extension is not None:
        raise StepRefused(f"任务 {task.code} 已有延期申请（{task.extension.by}），还没有答复。{_UNCHANGED}")
    if step.due_on is None or (task.due_on and step.due_on <= task.due_on):
        raise UsageError(f"任务 {task.code} 申请延期要写明晚于 {task.due_on} 的日期。{_UNCHANGED}请用 --to 写明。")
    return replace(task, extension=step, reporters=task.reporters | {step.by}, reminders=0)


def _asked(task: Task, step: Step) -> Step:
    if task.extension is None:
        raise StepRefused(f"任务 {task.code} 没有待答复的延期申请。{_UNCHANGED}")
    return task.extension


def _extension_grant(task: Task, step: Step) -> Task:
    until = _asked(task, step).due_on
    return replace(task, due_on=until, extension=None, extensions_granted=task.extensions_granted + 1)


def _extension_refuse(task: Task, step: Step) -> Task:
    _asked(task, step)
    return replace(task, extension=None, extensions_refused=task.extensions_refused + 1)


def _remind(task: Task, step: Step) -> Task:
    return replace(task, reminders=task.reminders + 1, times_reminded=task.times_reminded + 1)


def _question(task: Task, step: Step) -> Task:
    return replace(task, question=step, explanation=None)


def _explain(task: Task, step: Step) -> Task:
    if task.question is None:
        raise StepRefused(f"任务 {task.code} 没有待说明的存疑。{_UNCHANGED}")
    return replace(task, question=None, explanation=step)


def _link(task: Task, step: Step) -> Task:
    """Nobody who did the work says by which numbers it is judged, or a doubt could be linked away."""
    codes = [link.indicator for link in step.links]
    if twice := [code for code in codes if codes.count(code) > 1]:
        raise UsageError(f"任务 {task.code} 关联的指标 {twice[0]} 写了两次。{_UNCHANGED}请只写一次。")
    return replace(task, links=step.links)


_DO: dict[Act, Callable[[Task, Step], Task]] = {
    Act.ASSIGN: _assign,
    Act.REPORT: _report,
    Act.NODE_DONE: _node_done,
    Act.NODE_VERIFY: _node_verify,
    Act.NODE_SEND_BACK: _node_send_back,
    Act.DONE: _done,
    Act.VERIFY: _verify,
    Act.SEND_BACK: _send_back,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
    Act.EXTENSION_ASK: _extension_ask,
    Act.EXTENSION_GRANT: _extension_grant,
    Act.EXTENSION_REFUSE: _extension_refuse,
    Act.REMIND: _remind,
    Act.QUESTION: _question,
    Act.EXPLAIN: _explain,
    Act.LINK: _link,
}
