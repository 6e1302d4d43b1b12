"""What a sealed generation says of its tasks, as the board of supervision, the bulletin and a department's page ask it.

Every question is bounded: counts, or at most so many rows, so that fifty thousand tasks cost what forty-five do. What a
light means was decided when the generation was made (`etl.tasks_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, true

from warehouse.generations import generation
from warehouse.read import Generation
from warehouse.schema import assessment, programme, task, task_light, task_node, task_report

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
_LISTED = (
    task.c.code, task.c.programme, task.c.number, task.c.chapter, task.c.chapter_title, task.c.title, task.c.lead,
    task.c.responsible, task.c.due_on, task.c.state_label, task.c.progress, task.c.indicators, task.c.example,
    task.c.last_act, task.c.last_by, task.c.last_on, task_light.c.word, task_light.c.colour, task_light.c.because,
    task_light.c.needs_leader, task_light.c.doubt, task_light.c.doubt_words, task_light.c.doubt_text, task_light.c.said,
    task_light.c.as_of,
)  # fmt: skip
_WORST = (task_light.c.doubt.desc(), (task_light.c.colour == "red").desc(), task_light.c.due_on, task_light.c.task)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for; a field at its default does not narrow. `indicator`: one that the task should move."""

    programme: str = ""
    chapter: int | None = None
    word: str = ""
    department: str = ""
    doubted: bool = False
    urgent: bool = False
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A task that shows something else than in the generation before; what is "" was not there before."""

    task: str
    title: str
    lead: str
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
    ours = "SELECT count(*) AS n FROM duckdb_columns() WHERE table_name = 'task_light' AND column_name = 'number'"
    return held.rows(ours)[0]["n"] == 1 and bool(held.rows(select(task.c.code).limit(1)))


def programmes(held: Generation) -> list[Row]:
    """The programmes that are followed, newest first."""
    return held.rows(select(programme).order_by(programme.c.year.desc(), programme.c.code))


def lights(held: Generation, wanted: Wanted) -> list[Row]:
    """Counts of tasks by chapter of the programme (by programme, when none is asked for) and light."""
    part = task_light.c.chapter if wanted.programme else task_light.c.programme
    query = (
        select(
            part.label("part"),
            task_light.c.word,
            task_light.c.colour,
            func.count().label("tasks"),
            func.count().filter(task_light.c.doubt).label("doubted"),
            func.count().filter(task_light.c.needs_leader != "").label("urgent"),
        )
        .where(_light(wanted))
        .group_by(literal_column("ALL"))
        .order_by(literal_column("ALL"))
    )
    if wanted.department:
        query = query.join(task, task.c.code == task_light.c.task).where(_owned(wanted.department))
    return held.rows(query)


def chapters(held: Generation, code: str) -> dict[int, str]:
    """Titles of the chapters of a programme by number."""
    query = select(task.c.chapter, func.any_value(task.c.chapter_title).label("title"))
    rows = held.rows(query.where(task.c.programme == code).group_by(task.c.chapter).order_by(task.c.chapter))
    return {row["chapter"]: row["title"] for row in rows}


def any_example(held: Generation, code: str = "") -> bool:
    """Whether owners and dates of any of these tasks are 示例."""
    query = select(task.c.code).where(task.c.example)
    return bool(held.rows((query.where(task.c.programme == code) if code else query).limit(1)))


def listed(held: Generation, wanted: Wanted, limit: int, offset: int = 0, worst_first: bool = False) -> list[Row]:
    """Tasks with their lights, by programme and number, or what needs a leader most first."""
    order = _WORST if worst_first else (task_light.c.programme, task_light.c.number, task_light.c.task)
    codes = select(task_light.c.task).where(_light(wanted)).order_by(*order).limit(limit).offset(offset)
    if _asks_task(wanted):
        codes = codes.join(task, task.c.code == task_light.c.task).where(_task(wanted))
    found = [row["task"] for row in held.rows(codes)]
    if not found:
        return []
    rows = held.rows(
        select(*_LISTED)
        .join(task_light, task_light.c.task == task.c.code)
        .where(task.c.code.in_(found), task_light.c.task.in_(found))
    )
    place = {code: at for at, code in enumerate(found)}
    return sorted(rows, key=lambda row: place[row["code"]])


def counted(held: Generation, wanted: Wanted) -> int:
    """How many tasks are asked for."""
    query = select(func.count().label("n")).select_from(task_light).where(_light(wanted))
    if _asks_task(wanted):
        query = query.join(task, task.c.code == task_light.c.task).where(_task(wanted))
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
            row["code"], row["title"], row["lead"], was[row["code"]]["word_before"] or "", row["word"], row["colour"],
            bool(was[row["code"]]["doubt_before"]), row["doubt"], was[row["code"]]["state_before"] or "",
            row["state_label"], row["last_by"], row["last_on"], row["example"],
        )
        for row in listed_codes(held, sorted(was))
    ]  # fmt: skip
    return sorted(found, key=lambda c: (not c.doubt or c.doubt_before, c.colour != "red", c.task))


def listed_codes(held: Generation, codes: list[str]) -> list[Row]:
    """These tasks with their lights, by programme and number."""
    query = select(*_LISTED).join(task_light, task_light.c.task == task.c.code)
    both = and_(task.c.code.in_(codes), task_light.c.task.in_(codes))
    return held.rows(query.where(both).order_by(task.c.programme, task.c.number)) if codes else []


def linked(held: Generation, limit: int = 5000) -> list[Row]:
    """Tasks that name indicators, doubted and overdue ones first."""
    query = select(*_LISTED).join(task_light, task_light.c.task == task.c.code)
    return held.rows(query.where(task.c.indicators != "").order_by(*_WORST).limit(limit))


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
    mine = _owned(department) if department else true()
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
    query = select(task_light.c.task, task_light.c.word, task_light.c.doubt, task.c.state_label.label("state"))
    query = query.join(task, task.c.code == task_light.c.task)
    return held.arrow(query.where(task_light.c.programme == code) if code else query)


def _asks_task(wanted: Wanted) -> bool:
    return bool(wanted.department or wanted.indicator)


def _light(wanted: Wanted) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [true()]
    if wanted.programme:
        asked.append(task_light.c.programme == wanted.programme)
    if wanted.chapter is not None:
        asked.append(task_light.c.chapter == wanted.chapter)
    if wanted.word:
        asked.append(task_light.c.word == wanted.word)
    if wanted.doubted:
        asked.append(task_light.c.doubt)
    if wanted.urgent:
        asked.append(task_light.c.needs_leader != "")
    return and_(*asked)


def _task(wanted: Wanted) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [true()]
    if wanted.department:
        asked.append(_owned(wanted.department))
    if wanted.indicator:
        asked.append(("," + task.c.indicators).contains(f",{wanted.indicator}:", autoescape=True))
    return and_(*asked)


def _owned(department: str) -> ColumnElement[bool]:
    shared = ("," + task.c.responsible + ",").contains(f",{department},", autoescape=True)
    return or_(task.c.lead == department, shared)
