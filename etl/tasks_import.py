"""A 任务清单 into the register: tasks taken up and assigned by the bureau, progress reported by their departments.

Everything in a list is taken or nothing: what the machine refuses becomes a finding at its cell, and the transaction
is undone. The list itself is kept in the vault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from etl.codes import finding
from etl.programmes import new_tasks, programmes_of
from etl.tasks import prove_own, step
from etl.tasks_sheet import ListRow, TaskList, read_list
from etl.way import Way
from etl.worker import read_file
from indicators.errors import UsageError, ZhibiaoError
from indicators.findings import Finding, Severity
from indicators.tasks.task import Act, Task
from warehouse import tasks, vault
from warehouse.accounts import may
from warehouse.operations import Connection, operating


@dataclass(slots=True)
class Imported:
    """What came of a list: codes of the tasks taken up, assigned, linked and reported on, and all findings."""

    new: list[str] = field(default_factory=list)
    assigned: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Something must be put right first; nothing was taken."""
        return any(f.severity is Severity.HARD for f in self.findings)


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}\Z")


class _Undo(Exception):
    """Ends the transaction without keeping anything."""


def import_list(
    way: Way, data: bytes, name: str, programme: str, *, title: str = "", year: int = 0, period: str = ""
) -> Imported:
    """Take a list of tasks. The bureau registers and assigns; with `period`, progress is reported for that quarter.

    A department gives only progress, of its own tasks. Raises NotPermitted, UsageError (no programme of that code and
    no title and year to make one).
    """
    bureau = may(way.account.role, "task_assign")
    if not bureau:
        way.may("task_report")
        if not period:
            raise UsageError("报进展要写明报告期，什么也没有导入。请用 --period 写明，如 2026Q3。")
    sha = vault.put(way.folder, data)
    read = read_list(read_file(data, name), way.catalogue.departments, way.catalogue.indicators)
    made = Imported(findings=read.findings)
    if made.blocked:
        return made
    with _all_or_nothing(way, made) as conn:
        known = {t.number: t for t in tasks.tasks(conn, programme)}
        if bureau:
            known = _register(conn, way, read, made, known, programme, title, year, sha)
        for row in read.rows:
            _take_row(conn, way, row, read.sheet, known, made, bureau, period)
        if made.blocked:
            raise _Undo
    return made


@contextmanager
def _all_or_nothing(way: Way, made: Imported) -> Iterator[Connection]:
    try:
        with operating(way.folder) as conn:
            yield conn
    except _Undo:
        made.new, made.assigned, made.linked, made.reported = [], [], [], []


def _register(
    conn: Connection,
    way: Way,
    read: TaskList,
    made: Imported,
    known: dict[int, Task],
    programme: str,
    title: str,
    year: int,
    sha: str,
) -> dict[int, Task]:
    """Take up what is not yet known: of the catalogue's programme whole, of another one what the list holds."""
    document = programmes_of(way).programmes.get(programme)
    if document is None and not known and not (title and year):
        raise UsageError(
            f"还没有工作要点“{programme}”，什么也没有导入。新的工作要点请用 --title 写明标题，--year 写明年份。"
        )
    wanted = new_tasks(document) if document else [
        Task(code=f"{programme}-{row.number:02}", programme=programme, number=row.number, title=row.title)
        for row in read.rows
        if row.number not in known
    ]  # fmt: skip
    if document is None and not _CODE.match(programme):
        raise UsageError(
            f"代码“{programme[:40]}”不能用，什么也没有导入。请用字母、数字、横线，如 XQ2026，不超过24个字。"
        )
    said = (document.title, document.year) if document else (title, year)
    if wanted:
        made.new = tasks.register_programme(
            conn, programme, *said, wanted, way.actor, number=document.number if document else "",
            issuer=document.issuer if document else "", origin="catalogue" if document else sha, place=way.place,
        )  # fmt: skip
    return {t.number: t for t in tasks.tasks(conn, programme)}


def _take_row(
    conn: Connection,
    way: Way,
    row: ListRow,
    sheet: str,
    known: dict[int, Task],
    made: Imported,
    bureau: bool,
    period: str,
) -> None:
    task = known.get(row.number)
    if task is None or task.title != row.title:
        was = f"登记的是“{task.title}”" if task else "还没有登记"
        made.findings.append(
            finding("T807", f"第 {row.number} 项“{row.title}”：{was}。", sheet=sheet, cell=row.cells["title"])
        )
        return
    try:
        if bureau and (said := _said(task, row)):
            tasks.take(conn, task.code, step(way, Act.ASSIGN, **said), way.place)
            made.assigned.append(task.code)
        if bureau and row.links and row.links != task.links:
            tasks.take(conn, task.code, step(way, Act.LINK, links=row.links, text="随任务清单关联"), way.place)
            made.linked.append(task.code)
        if period and row.reports and not _same(task, row, period):
            if not bureau:
                prove_own(way, task)
            said = {n: getattr(row, n) for n in ("text", "progress", "problem", "next_step")}
            tasks.take(conn, task.code, step(way, Act.REPORT, period=period, **said), way.place)
            made.reported.append(task.code)
    except ZhibiaoError as error:
        where = row.cells.get("text") or row.cells.get("due_on") or row.cells["title"]
        made.findings.append(
            finding("T808", f"第 {row.number} 项没有受理：{str(error).split('请用')[0]}", sheet=sheet, cell=where)
        )


def _said(task: Task, row: ListRow) -> dict[str, Any]:
    """Owners and date as they would be after this row; nothing when it changes none. An empty cell leaves what is."""
    held = {"lead": task.lead, "responsible": task.responsible, "due_on": task.due_on}
    said = {name: getattr(row, name) or held[name] for name in held}
    return said if said != held else {}


def _same(task: Task, row: ListRow, period: str) -> bool:
    """The same words for the same quarter again change nothing."""
    held = task.report_for(period)
    return held is not None and (held.text, held.progress, held.problem, held.next_step) == (
        row.text, row.progress, row.problem, row.next_step,
    )  # fmt: skip
