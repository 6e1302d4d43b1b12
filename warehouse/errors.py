"""Every error the warehouse raises on purpose. Each says what happened, what state is left and what to do next."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from indicators.errors import UsageError, ZhibiaoError

_BEIJING = timezone(timedelta(hours=8))


def told(moment: datetime | str | None) -> str:
    """A UTC moment as people here read it: `2026-10-15 08:30` Beijing time; an unknown one in words."""
    if moment is None:
        return "时间不详"
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)  # noqa: UP017
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


class FolderMissing(UsageError):
    """There is no data folder where one was expected."""


class FolderTooNew(ZhibiaoError):
    """The data folder was written by a newer program."""

    exit_code = 6


class FolderTooOld(ZhibiaoError):
    """The data folder needs a migration first."""

    exit_code = 6


class DiskFull(ZhibiaoError):
    """There was no room; nothing half done is left behind."""

    exit_code = 6


class DiskFailed(ZhibiaoError):
    """The disk refused to read or write; what was begun is undone."""

    exit_code = 6


class WriterBusy(ZhibiaoError):
    """Another process holds the writer lock; `who`, `since`, `what` say which."""

    exit_code = 3

    def __init__(self, who: str, since: str, what: str) -> None:
        self.who, self.since, self.what = who, since, what
        begun = told(since) if since else "不久前"
        super().__init__(
            f"数据文件夹正由“{who or '另一个进程'}”写入（{what or '写入'}，自 {begun} 起）。"
            "这一次什么也没有改动；请等它结束后再试。"
        )


class OperationsBusy(ZhibiaoError):
    """The operations database stayed locked for longer than its timeout."""

    exit_code = 3


class OperationsUnreachable(ZhibiaoError):
    """The PostgreSQL that holds the operations database does not answer."""

    exit_code = 6


class LakeUnreachable(ZhibiaoError):
    """The PostgreSQL that holds the catalog of a DuckLake does not answer."""

    exit_code = 6


class EnvironmentLacks(ZhibiaoError):
    """Something that must be installed for this is not."""

    exit_code = 6


class SubmissionConflict(ZhibiaoError):
    """Somebody else was first; `who` and `when` (UTC) say who and when."""

    exit_code = 3

    def __init__(self, message: str, who: str = "", when: datetime | None = None) -> None:
        self.who, self.when = who, when
        super().__init__(message)


class TermNotOver(ZhibiaoError):
    """Records must stay where they are for some years more."""

    exit_code = 3


class VintageConflict(ZhibiaoError):
    """A value would become known earlier than the value it replaces."""

    exit_code = 3


class NotPermitted(ZhibiaoError):
    """This account may not do this."""

    exit_code = 4


class TooManyAttempts(ZhibiaoError):
    """Logins failed too often; `left` is how long the next has to wait."""

    exit_code = 4

    def __init__(self, left: timedelta) -> None:
        self.left = left
        seconds = int(left.total_seconds()) + 1
        wait = f"{seconds} 秒" if seconds < 100 else f"{seconds // 60 + 1} 分钟"
        super().__init__(f"试错的次数太多，这一次没有核对口令。请过 {wait}再试；忘了口令请系统管理员重设。")


class ReasonMissing(ZhibiaoError):
    """A published value would change without a reason; `cells` names where."""

    exit_code = 1

    def __init__(self, message: str, cells: tuple[str, ...] = ()) -> None:
        self.cells = cells
        super().__init__(message)


class GateFailed(ZhibiaoError):
    """A generation did not pass the gates and was not published; `failures` has one sentence each."""

    exit_code = 5

    def __init__(self, message: str, failures: tuple[str, ...] = ()) -> None:
        self.failures = failures
        super().__init__(message)


class Damaged(ZhibiaoError):
    """Stored bytes are not what was once written."""

    exit_code = 5


class QueryError(ZhibiaoError):
    """A question that got no answer; `place` is line and column (from 1) of the mistake, where it has one."""

    def __init__(self, message: str, place: tuple[int, int] | None = None) -> None:
        self.place = place
        super().__init__(message)


class QueryRefused(QueryError):
    """The statement is not a plain question; the message says why and what to write instead."""

    exit_code = 4


class QueryFailed(QueryError):
    """The question was allowed but could not be answered: DuckDB's words, or a limit that was reached."""

    exit_code = 1
