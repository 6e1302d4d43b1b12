"""Closed report periods: no new return is taken for a period (of one form, or of all) that the bureau has locked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from warehouse import audit
from warehouse.errors import SubmissionConflict, told
from warehouse.moments import utc_now
from warehouse.operations_schema import period_lock

_LOCKED = select(period_lock).where(
    period_lock.c.period == bindparam("period"),
    or_(period_lock.c.form == "*", period_lock.c.form == bindparam("form")),
)  # made once: a load asks for every return


def lock_period(conn: Connection, period: str, actor: str, reason: str, form: str = "*", place: str = "") -> None:
    """Close a report period for new returns, of one form or all.

    Raises SubmissionConflict when it is closed already.
    """
    if held := period_locked(conn, period, form):
        raise SubmissionConflict(
            f"报告期 {period} 已由“{held['by']}”于 {told(held['at'])} 锁定（{held['reason']}）。什么也没有改动。",
            held["by"],
            held["at"],
        )
    conn.execute(period_lock.insert().values(period=period, form=form, by=actor, at=utc_now(), reason=reason))
    audit.append(conn, actor, "period.locked", f"{period}/{form}", place=place, detail={"reason": reason})


def open_period(conn: Connection, period: str, actor: str, reason: str, form: str = "*", place: str = "") -> None:
    """Take a lock away again."""
    conn.execute(period_lock.delete().where(period_lock.c.period == period, period_lock.c.form == form))
    audit.append(conn, actor, "period.opened", f"{period}/{form}", place=place, detail={"reason": reason})


def period_locked(conn: Connection, period: str, form: str = "*") -> dict[str, Any] | None:
    """The lock (by, at, reason) that closes this period for this form, or None."""
    row = conn.execute(_LOCKED, {"period": period, "form": form}).mappings().first()
    return dict(row) if row else None


def locks(conn: Connection) -> list[dict[str, Any]]:
    """All locks (period, form, by, at, reason), newest period first."""
    query = select(period_lock).order_by(period_lock.c.period.desc(), period_lock.c.form)
    return [{str(k): v for k, v in row.items()} for row in conn.execute(query).mappings()]
