"""催报: what each department still owes for a period, the words to remind it with, and the trail of what was sent.

A reminder is a text that somebody sends by the office's own means; here it is written, and marked as sent in the audit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.opening import today
from etl.status import reporting_status
from etl.way import Way
from indicators.errors import UsageError
from indicators.findings import Finding, Severity
from indicators.periods import Period
from warehouse import audit, remarks
from warehouse.operations import Connection, consulting, operating

SENT = "reminder.sent"
RETURNED, WITHDRAWN = "已退回，待重报", "已撤回，待重报"
LONGEST = 4000
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Owed:
    """One return that is owed: not filed, sent back, taken back, or waiting for explanations (`open_` names them)."""

    form: str
    form_name: str
    word: str
    due_on: date | None
    submission: str
    return_reason: str
    open_: tuple[Finding, ...]
    filed_on: date | None = None  # when it was first filed; what is owed then is its correction

    @property
    def days(self) -> int | None:
        """Days left until it is due, negative when that is past; None when nothing is due."""
        return (self.due_on - today()).days if self.due_on else None

    @property
    def overdue(self) -> bool:
        """Whether its day is past; a correction of a return that stands has no day of its own."""
        return self.days is not None and self.days < 0 and (self.filed_on is None or self.word == RETURNED)


@dataclass(frozen=True, slots=True)
class Debt:
    """All that one department owes for a period."""

    department: str
    name: str
    short: str
    items: tuple[Owed, ...]

    @property
    def overdue(self) -> int:
        """How many are past their day."""
        return sum(one.overdue for one in self.items)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that somebody says to have sent."""

    department: str
    text: str
    by: str
    at: datetime


def debts(way: Way, period: str = "") -> tuple[Period, list[Debt]]:
    """Who owes what for a period (the last one that ended), those most overdue first."""
    status = reporting_status(way, period)
    found: dict[str, list[Owed]] = {}
    with consulting(way.folder) as conn:
        for row in status["rows"]:
            if (one := _owed(conn, row)) is not None:
                found.setdefault(row["department"], []).append(one)
    units = way.catalogue.departments
    made = [Debt(code, units[code].name, units[code].short, tuple(items)) for code, items in found.items()]
    made.sort(key=lambda debt: min((o.days for o in debt.items if o.days is not None and o.overdue), default=0))
    return Period.parse(status["period"]), made


def _owed(conn: Connection, row: dict[str, Any]) -> Owed | None:
    word = {"未报": "未报", "已退回": RETURNED, "已收到": "未报", "已读取": "未报"}.get(row["state"])
    open_: tuple[Finding, ...] = ()
    if row["withdrawn"]:
        word = WITHDRAWN
    elif row["state"] == "已校验":
        said = remarks.explanations(conn, row["id"])
        blocking = [f for f in remarks.findings(conn, row["id"]) if f.severity is not Severity.INFO]
        open_ = tuple(f for f in blocking if f.severity is Severity.HARD or f.binding not in said)
        word = "待改正" if any(f.severity is Severity.HARD for f in open_) else "待说明"
        word = f"更正{word}" if row["filed_on"] else word
    if word is None:
        return None
    return Owed(
        row["form"], row["form_name"], word, row["due_on"], row["id"], row["return_reason"], open_, row["filed_on"]
    )


def reminder(debt: Debt, period: Period) -> str:
    """The text to send to one department: what it owes, by when, what is open and what to do."""
    lines = [f"{debt.name}：", f"贵单位{period.label}统计报表尚有 {len(debt.items)} 份未完成："]
    for number, one in enumerate(debt.items, 1):
        lines.append(f"{number}. 《{one.form_name}》（{one.form}）：{one.word}。{_deadline(one)}")
        if one.word == RETURNED and one.return_reason:
            lines.append(f"   退回原因：{one.return_reason.rstrip('。')}。请改正后重新报送。")
        for finding in one.open_[:_LISTED]:
            lines.append(f"   · {finding.severity.label}　{finding.sheet} {finding.cell}：{finding.message}")
        if len(one.open_) > _LISTED:
            lines.append(f"   · 另有 {len(one.open_) - _LISTED} 条，见报送 {one.submission} 的审核发现。")
    lines.append("请登录长春新区统计指标体系，在“报送”页下载报表、上传或写明说明；已报出的请忽略本提醒。")
    lines.append(f"长春新区统计局　{today().year}年{today().month}月{today().day}日")
    return "\n".join(lines)


def _deadline(one: Owed) -> str:
    if one.due_on is None or one.days is None:
        return ""
    if one.filed_on and not one.overdue:
        return f"原报送已于 {one.filed_on.month}月{one.filed_on.day}日报出，这次的更正还没有提交。"
    said = f"报送期限 {one.due_on.year}年{one.due_on.month}月{one.due_on.day}日，"
    if one.days < 0:
        return f"{said}已逾期 {-one.days} 天。"
    return f"{said}今天到期。" if one.days == 0 else f"{said}还有 {one.days} 天。"


def mark_sent(way: Way, period: str, department: str, text: str) -> str:
    """Record that a reminder was sent, with its words. Returns a line that says so. Raises NotPermitted, UsageError."""
    way.may("remind")
    unit = way.catalogue.departments.get(department)
    if unit is None:
        raise UsageError(f"没有代码为“{department[:20]}”的单位，什么也没有记。请刷新页面再试。")
    if not text.strip() or len(text) > LONGEST:
        raise UsageError(f"催报的文字不能为空，也不能超过 {LONGEST} 字，什么也没有记。请改好再标记。")
    code = Period.parse(period).code
    with operating(way.folder) as conn:
        detail = {"department": department, "text": text}
        audit.append(conn, way.actor, SENT, f"{code}/{department}", place=way.place, detail=detail)
    return f"已记下：{Period.parse(code).label}向{unit.short}催报，连同发出的文字，记入审计。"


def sent(way: Way, period: Period) -> Sequence[Sent]:
    """The reminders that were marked as sent for a period, newest first."""
    with consulting(way.folder) as conn:
        records = audit.latest(conn, 500, act=SENT)
    found = []
    for record in reversed(records):
        if record["object"].startswith(f"{period.code}/"):
            said = json.loads(record["detail"])
            at = datetime.fromisoformat(record["at"])
            found.append(Sent(said["department"], said["text"], record["who"], at))
    return found
