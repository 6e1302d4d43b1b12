"""The publisher's other acts: an earlier generation shown again, periods closed and opened; and the log of generations.

Publishing itself is `flow.publish_approved`, what it would change is `preview`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl.way import Way
from indicators.errors import UsageError
from indicators.periods import Period
from warehouse import period_locks
from warehouse.log import Logged, generations_logged
from warehouse.operations import consulting, operating
from warehouse.read import Generation
from warehouse.rollback import roll_back
from warehouse.share import share_published


def show_again(way: Way, number: int, reason: str, seen: int | None = None) -> Generation:
    """Publish the content of an earlier generation again; `seen`: the current one when this was decided.

    Raises NotPermitted, UsageError, SubmissionConflict (another is current now), Damaged, WriterBusy, DiskFull.
    """
    way.may("publish")
    made = roll_back(way.folder, number, reason, who=way.actor, place=way.place, seen=seen)
    share_published(way.folder)
    return made


def close_period(way: Way, period: str, reason: str) -> str:
    """Take no more returns for a period. Returns a line that says so. Raises NotPermitted, UsageError, conflict."""
    way.may("lock_period")
    asked = _period(period, reason, "锁定")
    with operating(way.folder) as conn:
        period_locks.lock_period(conn, asked.code, way.actor, reason, place=way.place)
    return f"{asked.label}已锁定，不再接收报送：{reason}"


def reopen_period(way: Way, period: str, reason: str, form: str = "*") -> str:
    """Take returns for a period again. Returns a line that says so. Raises NotPermitted, UsageError."""
    way.may("lock_period")
    asked = _period(period, reason, "重新开放")
    with operating(way.folder) as conn:
        if period_locks.period_locked(conn, asked.code, form) is None:
            raise UsageError(f"{asked.label}没有锁定，什么也没有改动。请刷新页面再看。")
        period_locks.open_period(conn, asked.code, way.actor, reason, form, place=way.place)
    return f"{asked.label}已重新开放，可以再报送：{reason}"


def _period(period: str, reason: str, word: str) -> Period:
    if not reason.strip():
        raise UsageError(f"{word}报告期必须写明理由，什么也没有改动。请写明后再试。")
    return Period.parse(period)


def closed_periods(way: Way) -> list[dict[str, Any]]:
    """All locks (period, form, by, at, reason), newest period first."""
    with consulting(way.folder) as conn:
        return period_locks.locks(conn)


def generations(way: Way, limit: int = 50) -> Sequence[Logged]:
    """The last generations with who made them, when and why, newest first."""
    with consulting(way.folder) as conn:
        return generations_logged(way.folder, conn, limit)
