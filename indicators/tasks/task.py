"""A running task, its milestones, reports and steps: plain frozen values, made by `machine` from the steps alone.

A task is what its steps made of it; nothing else is stored, so its state on any earlier day is the steps up to that
day. Moments are naive UTC, days are days in Beijing given by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from indicators.tasks.programme import Link


class TaskState(StrEnum):
    """Where a task stands."""

    UNSET = "unset"
    ACTIVE = "active"
    REOPENED = "reopened"
    REPORTED = "reported"
    VERIFIED = "verified"
    CLOSING = "closing"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _STATES[self.value]

    @property
    def in_hand(self) -> bool:
        """Work is going on: progress is reported, and the date runs."""
        return self in (TaskState.ACTIVE, TaskState.REOPENED)

    @property
    def says_done(self) -> bool:
        """Somebody has said that it is done."""
        return self in (TaskState.REPORTED, TaskState.VERIFIED, TaskState.CLOSING, TaskState.CLOSED)


_STATES = {
    "unset": "未分解",
    "active": "在办",
    "reopened": "重开",
    "reported": "报完成",
    "verified": "已核查",
    "closing": "待销号",
    "closed": "已销号",
}


class NodeState(StrEnum):
    """Where a milestone stands."""

    OPEN = "open"
    REPORTED = "reported"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"open": "待完成", "reported": "报完成", "verified": "已核查"}[self.value]


class Act(StrEnum):
    """What may be done with a task."""

    ASSIGN = "assign"
    REPORT = "report"
    NODE_DONE = "node_done"
    NODE_VERIFY = "node_verify"
    NODE_SEND_BACK = "node_send_back"
    DONE = "done"
    VERIFY = "verify"
    SEND_BACK = "send_back"
    CLOSE = "close"
    REOPEN = "reopen"
    EXTENSION_ASK = "extension_ask"
    EXTENSION_GRANT = "extension_grant"
    EXTENSION_REFUSE = "extension_refuse"
    REMIND = "remind"
    QUESTION = "question"
    EXPLAIN = "explain"
    LINK = "link"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _ACTS[self.value]


_ACTS = {
    "assign": "分解",
    "report": "报进展",
    "node_done": "节点报完成",
    "node_verify": "节点核查",
    "node_send_back": "节点退回",
    "done": "报完成",
    "verify": "核查",
    "send_back": "核查退回",
    "close": "销号",
    "reopen": "重开",
    "extension_ask": "申请延期",
    "extension_grant": "准予延期",
    "extension_refuse": "不准延期",
    "remind": "催办",
    "question": "要求说明",
    "explain": "说明",
    "link": "关联指标",
}


@dataclass(frozen=True, slots=True)
class NodePlan:
    """A milestone as it is set: what, and by when."""

    title: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody did. `text` is the reason, or what was done; the other fields belong to single acts.

    `node` counts milestones from 1; `progress` is percent of the whole; `evidence` names files as "sha256 name".
    """

    act: Act
    by: str
    on: date
    at: datetime
    text: str = ""
    node: int = 0
    period: str = ""
    progress: Decimal | None = None
    quantity: str = ""
    problem: str = ""
    next_step: str = ""
    evidence: tuple[str, ...] = ()
    lead: str = ""
    responsible: tuple[str, ...] = ()
    due_on: date | None = None
    nodes: tuple[NodePlan, ...] = ()
    to: tuple[str, ...] = ()  # whom a reminder went to
    links: tuple[Link, ...] = ()  # the indicators that the task should move from now on


@dataclass(frozen=True, slots=True)
class Node:
    """A milestone and who said and proved that it is reached."""

    number: int
    title: str
    due_on: date
    state: NodeState = NodeState.OPEN
    done_by: str = ""
    done_on: date | None = None
    verified_by: str = ""
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report of progress; a later one for the same period stands for it, both are kept."""

    period: str
    by: str
    on: date
    at: datetime
    text: str
    progress: Decimal | None
    quantity: str
    problem: str
    next_step: str
    evidence: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """It gives a number or a file, not words alone."""
        return self.progress is not None or bool(self.quantity or self.evidence)


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which the task was in hand; `until` is None while it is."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as its steps left it. `links` are the indicators it should move; `example`: owners and dates are 示例."""

    code: str
    programme: str
    number: int
    title: str
    chapter: int = 0
    chapter_title: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()
    example: bool = False
    state: TaskState = TaskState.UNSET
    lead: str = ""
    responsible: tuple[str, ...] = ()
    due_on: date | None = None
    first_due_on: date | None = None  # as first set, before any extension
    in_hand: tuple[Span, ...] = ()
    nodes: tuple[Node, ...] = ()
    reports: tuple[Report, ...] = ()
    reporters: frozenset[str] = field(default_factory=frozenset)
    done: Step | None = None
    verified: Step | None = None
    first_signed: Step | None = None
    closed: Step | None = None
    sent_back: Step | None = None  # until it is reported done again
    times_sent_back: int = 0
    times_reopened: int = 0
    extension: Step | None = None  # asked and not yet decided
    extensions_granted: int = 0
    extensions_refused: int = 0
    reminders: int = 0  # not yet answered
    times_reminded: int = 0
    question: Step | None = None  # asked and not yet explained
    explanation: Step | None = None
    last: Step | None = None

    @property
    def latest(self) -> Report | None:
        """The newest report."""
        return self.reports[-1] if self.reports else None

    def report_for(self, period: str) -> Report | None:
        """The report that stands for a period."""
        return next((r for r in reversed(self.reports) if r.period == period), None)
