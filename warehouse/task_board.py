"""What a sealed generation says of its tasks, as the board of supervision, the bulletin and a department's page ask it.

Every question is bounded: counts, or at most so many rows, so that fifty thousand tasks cost what forty-five do. Lists
and counts are asked of `task_light` alone, which holds what they show; what a light means was decided when the
generation was made (`etl.tasks_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, true
from sqlalchemy.exc import ProgrammingError

from warehouse.generations import generation
from warehouse.read import Generation
from warehouse.schema import assessment, programme, task, task_light, task_node, task_report

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
_LIGHT = task_light.c
_LISTED = (_LIGHT.task.label("code"), *(c for c in _LIGHT if c.name not in ("task", "rule", "rests_by", "rests_on")))
_IN_ORDER = (_LIGHT.programme, _LIGHT.number, _LIGHT.task)
_WORST = (_LIGHT.doubt.desc(), (_LIGHT.colour == "red").desc(), _LIGHT.due_on, _LIGHT.task)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for; a field at its default does not narrow."""

    programme: str = ""
    chapter: int | None = None
    word: str = ""
    department: str = ""
    doubted: bool = False
    urgent: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A task that shows something else than in the generation before; what is "" was not there before."""

    task: str
    title: str
    lead: str
    responsible: str
    before: str
    word: str
    colour: str
    doubt_before: bool
    doubt: bool
    state_before: str
    state: str
    by: str
    on: date | None
    example: bool


def has_tasks(held: Generation) -> bool:
    """False for a generation without tasks, or of a program that published them in another form."""
    try:
        return bool(held.rows(select(*_LISTED).limit(1)))
    except ProgrammingError:  # the table or one of the columns is not there
        return False


def programmes(held: Generation) -> dict[str, Row]:
    """The programmes that are followed by code, newest first."""
    return {
        row["code"]: row for row in held.rows(select(programme).order_by(programme.c.year.desc(), programme.c.code))
    }


def lights(held: Generation, wanted: Wanted) -> list[Row]:
    """Counts of tasks by chapter of the programme (by programme, when none is asked for) and light.

    `title` is the chapter's; `example` whether owners and dates of any of them are 示例.
    """
    query = (
        select(
            (_LIGHT.chapter if wanted.programme else _LIGHT.programme).label("part"),
            _LIGHT.word,
            _LIGHT.colour,
            func.any_value(_LIGHT.chapter_title).label("title"),
            func.count().label("tasks"),
            func.count().filter(_LIGHT.doubt).label("doubted"),
            func.count().filter(_LIGHT.needs_leader != "").label("urgent"),
            func.count().filter(_LIGHT.missed_in_a_row > 0).label("silent"),
            func.bool_or(_LIGHT.example).label("example"),
            func.max(_LIGHT.as_of).label("as_of"),
        )
        .where(_asked(wanted))
        .group_by(literal_column("ALL"))
        .order_by(literal_column("part"), _LIGHT.word)
    )
    return held.rows(query)


def listed(held: Generation, wanted: Wanted, limit: int, offset: int = 0, worst_first: bool = False) -> list[Row]:
    """Tasks with their lights, by programme and number, or what needs a leader most first."""
    order = _WORST if worst_first else _IN_ORDER
    return held.rows(select(*_LISTED).where(_asked(wanted)).order_by(*order).limit(limit).offset(offset))


def silent(held: Generation, wanted: Wanted, limit: int) -> list[Row]:
    """Tasks in hand of which the last reports never came, the longest silence first."""
    order = (_LIGHT.missed_in_a_row.desc(), _LIGHT.silent_days.desc(), *_IN_ORDER)
    return held.rows(select(*_LISTED).where(_asked(wanted), _LIGHT.missed_in_a_row > 0).order_by(*order).limit(limit))


def counted(held: Generation, wanted: Wanted) -> int:
    """How many tasks are asked for."""
    query = select(func.count().label("n")).select_from(task_light).where(_asked(wanted))
    return int(held.rows(query)[0]["n"])


def changed(held: Generation, code: str = "") -> list[Changed] | None:
    """Tasks whose light, doubt or state is another than in the generation before, worst first; None: there is none."""
    before = held.manifest.previous
    if not before:
        return None
    old = generation(held.folder, before)
    if not has_tasks(old):
        return None
    was = {row["task"]: row for row in _other(held, old, code)}
    found = [
        Changed(
            row["code"], row["title"], row["lead"], row["responsible"] or "",
            was[row["code"]]["word_before"] or "", row["word"], row["colour"],
            bool(was[row["code"]]["doubt_before"]), row["doubt"], was[row["code"]]["state_before"] or "",
            row["state_label"], row["last_by"], row["last_on"], row["example"],
        )
        for row in listed_codes(held, sorted(was))
    ]  # fmt: skip
    return sorted(found, key=lambda c: (not c.doubt or c.doubt_before, c.colour != "red", c.task))


def listed_codes(held: Generation, codes: list[str]) -> list[Row]:
    """These tasks with their lights, by programme and number."""
    return held.rows(select(*_LISTED).where(_LIGHT.task.in_(codes)).order_by(*_IN_ORDER)) if codes else []


def linked(held: Generation, limit: int = 5000) -> list[Row]:
    """Tasks that name indicators, doubted and overdue ones first."""
    return held.rows(select(*_LISTED).where(_LIGHT.indicators != "").order_by(*_WORST).limit(limit))


def one_task(held: Generation, code: str) -> Row | None:
    """A task as it was published: its row and light, with `nodes` and `report_list`; None when there is none."""
    rows = held.rows(
        select(task, *(c for c in task_light.c if c.name not in task.c and c.name != "task"))
        .join(task_light, task_light.c.task == task.c.code)
        .where(task.c.code == code, task_light.c.task == code)
    )
    if not rows:
        return None
    nodes = held.rows(select(task_node).where(task_node.c.task == code).order_by(task_node.c.number))
    reports = held.rows(select(task_report).where(task_report.c.task == code).order_by(task_report.c.sequence))
    return rows[0] | {"nodes": nodes, "report_list": reports}


def due_between(held: Generation, first: date, last: date, department: str = "") -> list[Row]:
    """What is due in these days: tasks in hand and their open milestones, by day."""
    in_hand = task.c.state.in_(("active", "reopened"))
    mine = _owned(task.c, department) if department else true()
    shown = (task.c.code, task.c.title, task.c.lead, task.c.example)
    whole = select(*shown, task.c.due_on.label("day"), literal_column("''").label("node")).where(
        in_hand, mine, task.c.due_on.between(first, last)
    )
    parts = (
        select(*shown, task_node.c.due_on.label("day"), task_node.c.title.label("node"))
        .join(task_node, task_node.c.task == task.c.code)
        .where(in_hand, mine, task_node.c.state == "open", task_node.c.due_on.between(first, last))
    )
    return sorted(held.rows(whole) + held.rows(parts), key=lambda row: (row["day"], row["code"], row["node"]))


def assessments(held: Generation, department: str = "", period: str = "") -> list[Row]:
    """Assessments, newest quarter first; of one department or quarter when asked for."""
    query = select(assessment).order_by(assessment.c.period.desc(), assessment.c.department)
    for column, asked in ((assessment.c.department, department), (assessment.c.period, period)):
        query = query.where(column == asked) if asked else query
    return held.rows(query)


def _other(held: Generation, old: Generation, code: str) -> list[Row]:
    """What each task showed before, for those that show something else now; compared by column, not row by row."""
    import pyarrow.compute as pc

    both = _shown(held, code).join(_shown(old, code), "task", join_type="left outer", right_suffix="_before")
    same = [pc.equal(both[name], both[f"{name}_before"]) for name in ("word", "doubt", "state")]
    kept = pc.invert(pc.fill_null(pc.and_(pc.and_(same[0], same[1]), same[2]), False))
    rows: list[Row] = both.filter(kept).to_pylist()
    return rows


def _shown(held: Generation, code: str) -> pa.Table:
    """What each task shows: light, doubt, state."""
    query = select(_LIGHT.task, _LIGHT.word, _LIGHT.doubt, _LIGHT.state_label.label("state"))
    return held.arrow(query.where(_LIGHT.programme == code) if code else query)


def _asked(wanted: Wanted) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [true()]
    if wanted.programme:
        asked.append(_LIGHT.programme == wanted.programme)
    if wanted.chapter is not None:
        asked.append(_LIGHT.chapter == wanted.chapter)
    if wanted.word:
        asked.append(_LIGHT.word == wanted.word)
    if wanted.department:
        asked.append(_owned(_LIGHT, wanted.department))
    if wanted.doubted:
        asked.append(_LIGHT.doubt)
    if wanted.urgent:
        asked.append(_LIGHT.needs_leader != "")
    if wanted.silent:
        asked.append(_LIGHT.missed_in_a_row > 0)
    return and_(*asked)


def _owned(columns: Any, department: str) -> ColumnElement[bool]:
    shared = ("," + columns.responsible + ",").contains(f",{department},", autoescape=True)
    return or_(columns.lead == department, shared)
