"""When a return may come: not before its period is nearly over, not after the bureau locked it; and when it is due."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

from etl.returned import ParsedReturn
from etl.way import Way
from indicators.findings import Finding, Severity
from indicators.periods import Period
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import Connection, consulting
from warehouse.period_locks import period_locked

OPENS_BEFORE_END = timedelta(days=10)


def today() -> date:
    """The day in Changchun."""
    return beijing_day(utc_now())


def due_day(way: Way, form: str, period: str) -> date | None:
    """The last day on which this return is on time; None for forms that are not due."""
    asked = way.catalogue.forms[form]
    return None if asked.frequency == "any" else Period.parse(period).end + timedelta(days=asked.due_days)


def opening_findings(way: Way, parsed: ParsedReturn, conn: Connection | None = None) -> list[Finding]:
    """A finding that blocks when the period is not open yet or is locked; asked in the caller's transaction, if any."""
    if way.catalogue.forms[parsed.form].frequency == "any":
        return []
    period = Period.parse(parsed.period)
    opens = period.end - OPENS_BEFORE_END
    if today() < opens:
        return [
            Finding(
                code="P601",
                severity=Severity.HARD,
                message=f"{period.label}的报表从 {opens.isoformat()} 起才能报送，现在还没有开放。",
                file=parsed.file_name,
                found=today().isoformat(),
                expected=f"不早于 {opens.isoformat()}",
                hint="请核对报告期是否填错；确实是这一期的，请到开放日再报。",
            )
        ]
    with nullcontext(conn) if conn else consulting(way.folder) as asked:
        lock = period_locked(asked, parsed.period, parsed.form)
    if lock is None:
        return []
    return [
        Finding(
            code="P602",
            severity=Severity.HARD,
            message=f"{period.label}已由“{lock['by']}”锁定（{lock['reason']}），不再接收报表。",
            file=parsed.file_name,
            hint="需要更正的，请与统计局联系，由统计局重新开放这一期。",
        )
    ]
