"""Who has reported: published submissions of a period, their findings and explanations, and one submission's trail.

States before publication live in the operations database; this module knows only what a generation holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from warehouse import schema
from warehouse.board_rows import Readable, columns, made


@dataclass(frozen=True)
class Return:
    """One published submission; times are UTC."""

    id: str
    form: str
    edition: str
    period: str
    department: str
    file_hash: str
    file_name: str
    origin: str
    submitted_by: str
    submitted_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    recorded_at: datetime | None
    generation: int | None
    observations: int | None
    due_on: date | None
    on_time: bool | None


@dataclass(frozen=True)
class Remark:
    """One published finding with the department's explanation, if any."""

    submission: str
    code: str
    severity: str
    state: str
    rule: str
    sheet: str
    cell: str
    message: str
    explanation: str
    explained_by: str


def returns(generation: Readable, period: str) -> tuple[Return, ...]:
    """Published submissions for one report period, latest submission of a form last."""
    table = schema.submission
    query = select(*columns(Return, table)).where(table.c.period == period)
    return made(Return, generation.rows(query.order_by(table.c.department, table.c.form, table.c.recorded_at)))


def sent_by(generation: Readable, department: str) -> tuple[Return, ...]:
    """Published submissions of one department, newest period first, the first return of a form before later ones."""
    table = schema.submission
    query = select(*columns(Return, table)).where(table.c.department == department)
    return made(Return, generation.rows(query.order_by(table.c.period.desc(), table.c.form, table.c.submitted_at)))


def submissions(generation: Readable, ids: Iterable[str]) -> dict[str, Return]:
    """Published submissions by id."""
    table = schema.submission
    found = made(Return, generation.rows(select(*columns(Return, table)).where(table.c.id.in_(list(ids)))))
    return {one.id: one for one in found}


def remarks(generation: Readable, ids: Iterable[str]) -> tuple[Remark, ...]:
    """Findings of these submissions, in the order of the workbook."""
    table = schema.finding
    query = select(*columns(Remark, table)).where(table.c.submission.in_(list(ids)))
    return made(Remark, generation.rows(query.order_by(table.c.submission, table.c.sheet, table.c.cell)))


def timeliness(generation: Readable, periods: Iterable[str]) -> dict[tuple[str, str, str], bool | None]:
    """Whether the first return of each (form, department, period) was on time; None where no due day was set."""
    table = schema.submission
    query = select(table.c.form, table.c.department, table.c.period, table.c.on_time)
    query = query.where(table.c.period.in_(list(periods))).order_by(table.c.submitted_at.desc())
    return {(r["form"], r["department"], r["period"]): r["on_time"] for r in generation.rows(query)}
