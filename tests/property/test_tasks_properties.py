"""What holds of every task, whatever people try: another checks, two others sign, refused steps change nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.errors import ZhibiaoError
from indicators.tasks.machine import MOVES, apply, run
from indicators.tasks.task import Act, NodePlan, NodeState, Step, Task, TaskState

FAR = (Act.ASSIGN, Act.DONE, Act.NODE_DONE, Act.VERIFY, Act.CLOSE, Act.REOPEN)
PEOPLE = ("甲", "乙", "丙", "丁")
START = date(2026, 1, 5)
NEW = Task(code="T-1", programme="T", number=1, title="建设甲园区")


def some_step(chance: Random, act: Act) -> Step:
    day = START + timedelta(days=chance.randrange(300))
    return Step(
        act=act,
        by=chance.choice(PEOPLE),
        on=day,
        at=datetime(day.year, day.month, day.day),
        text=chance.choice(["", "理由", "做了事", "做了事", "做了事"]),
        node=chance.choice([0, 1, 1, 1, 2]),
        period=chance.choice(["2026Q1", "2026Q2", ""]),
        lead="TJJ",
        due_on=START + timedelta(days=chance.randrange(100, 500)),
        nodes=chance.choice([(), (NodePlan("开工", START + timedelta(days=90)),)]),
    )


def life(seed: int) -> list[Step]:
    """Mostly acts that the state allows, so that tasks get far; now and then any act at all."""
    chance, task, steps = Random(seed), NEW, []
    for _ in range(chance.randrange(1, 60)):
        allowed = [act for act in Act if task.state in MOVES[act]]
        far = [act for act in allowed if act in FAR] or allowed
        act = chance.choice([chance.choice(list(Act)), chance.choice(allowed), chance.choice(far), chance.choice(far)])
        steps.append(some_step(chance, act))
        with suppress(ZhibiaoError):
            task = apply(task, steps[-1])
    return steps


LIVES = st.integers(0, 2**32).map(life)


def walk(steps: list[Step]) -> list[tuple[Task, Step, Task | ZhibiaoError]]:
    task, seen = NEW, []
    for one in steps:
        try:
            after: Task | ZhibiaoError = apply(task, one)
        except ZhibiaoError as error:
            after = error
        seen.append((task, one, after))
        if isinstance(after, Task):
            task = after
    return seen


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_a_closed_task_was_checked_by_another_and_signed_by_two_who_did_not_do_it(steps: list[Step]) -> None:
    for _, one, after in walk(steps):
        if not isinstance(after, Task):
            continue
        if after.state in (TaskState.VERIFIED, TaskState.CLOSING, TaskState.CLOSED):
            assert after.verified and after.verified.by not in after.reporters
            assert all(n.state is NodeState.VERIFIED for n in after.nodes)
        if after.state is TaskState.CLOSED:
            assert after.first_signed and after.closed and after.first_signed.by != after.closed.by
            assert not {after.first_signed.by, after.closed.by} & after.reporters
            assert after.question is None or one.act is Act.QUESTION, "a doubt may be asked of a closed task too"
        assert (after.done is not None) == after.state.says_done


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_only_moves_of_the_table_happen_and_a_refusal_says_what_is_left(steps: list[Step]) -> None:
    for before, one, after in walk(steps):
        if isinstance(after, Task):
            assert before.state in MOVES[one.act] and after.last is one
        else:
            assert after.exit_code in (2, 3, 4)
            assert "没有任何改动" in str(after)


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_the_date_moves_only_when_an_extension_is_granted_by_another(steps: list[Step]) -> None:
    for before, one, after in walk(steps):
        if isinstance(after, Task) and before.due_on != after.due_on and before.due_on is not None:
            assert one.act is Act.EXTENSION_GRANT and before.extension is not None
            assert before.extension.by != one.by and after.due_on == before.extension.due_on
            assert after.due_on > before.due_on
        if isinstance(after, Task) and after.state is not TaskState.UNSET:
            assert after.due_on is not None and after.first_due_on is not None


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_the_steps_taken_make_the_same_task_again(steps: list[Step]) -> None:
    seen = walk(steps)
    taken = [one for _, one, after in seen if isinstance(after, Task)]
    last = next((after for _, _, after in reversed(seen) if isinstance(after, Task)), NEW)
    assert run(NEW, taken) == last


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_a_task_is_in_hand_exactly_while_its_last_span_is_open(steps: list[Step]) -> None:
    for _, _, after in walk(steps):
        if isinstance(after, Task):
            assert after.state.in_hand == bool(after.in_hand and after.in_hand[-1].until is None)
            assert all(span.until is not None for span in after.in_hand[:-1])


def test_lives_get_everywhere() -> None:
    """The lives above reach every state, or the properties would say nothing of it."""
    reached = {after.state for seed in range(300) for _, _, after in walk(life(seed)) if isinstance(after, Task)}
    assert reached == set(TaskState), "a task that is only linked is still not assigned"
