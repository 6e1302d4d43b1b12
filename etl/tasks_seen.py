"""Looking at tasks as they stand this day: the list with lights and doubts, and one task with everything done to it.

Lights are of today; what the numbers say is of the current generation, so a doubt here is one on published figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from etl.programmes import programmes_of
from etl.tasks_derive import numbers_for
from etl.tasks_rows import task_rows
from etl.way import Way
from indicators.tasks.task import Task
from warehouse import tasks
from warehouse.errors import told
from warehouse.generations import current
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import consulting
from warehouse.task_steps import detail

Row = dict[str, Any]


def task_list(
    way: Way,
    programme: str = "",
    *,
    word: str = "",
    department: str = "",
    doubted: bool = False,
    today: date | None = None,
) -> list[Row]:
    """Tasks with their lights, narrowed to a programme, a light's word, a department, or those in doubt."""
    found = _seen(way, programme, today)
    return [
        row
        for row in found
        if word in ("", row["word"])
        and department in ("", row["lead"], *row["responsible"].split(","))
        and (row["doubt"] or not doubted)
    ]


def task_shown(way: Way, code: str, today: date | None = None) -> Row:
    """One task with milestones, reports, every step, its light and what speaks against it. Raises UsageError."""
    with consulting(way.folder) as conn:
        task, steps = tasks.get_task(conn, code), tasks.steps_of(conn, code)
    rows = _rows(way, [task], today or beijing_day(utc_now()))
    said = [{"at": told(s.at), "act": s.act.label, "by": s.by, "text": s.text, "detail": detail(s)} for s in steps]
    light = {k: v for k, v in rows["task_light"][0].items() if k != "task"}
    return rows["task"][0] | light | {"nodes": rows["task_node"], "report_list": rows["task_report"], "steps": said}


def to_remind(way: Way, programme: str = "", today: date | None = None) -> list[str]:
    """Codes of the tasks in hand that are late, behind or near their date."""
    words = ("逾期", "滞后于序时进度", "质量差", "临近")
    return [row["code"] for row in _seen(way, programme, today) if row["word"] in words]


def _seen(way: Way, programme: str, today: date | None) -> list[Row]:
    with consulting(way.folder) as conn:
        found = tasks.tasks(conn, programme)
    rows = _rows(way, found, today or beijing_day(utc_now()))
    lights = {row["task"]: row for row in rows["task_light"]}
    return [row | {k: v for k, v in lights[row["code"]].items() if k != "task"} for row in rows["task"]]


def _rows(way: Way, found: Sequence[Task], today: date) -> dict[str, list[Row]]:
    with current(way.folder).engine.connect() as conn:
        numbers = numbers_for(way, conn, list(found))
    return task_rows(found, (), programmes_of(way), numbers, today)
