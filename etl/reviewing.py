"""The reviewer's queue: what waits for whom and since when, what was found in it, what it would change; many approved
at once, each for itself. Looked at by the pages of the bureau; every step taken is one of `flow`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from etl.changes import Kind
from etl.flow import approve_submission
from etl.opening import today
from etl.way import Way
from indicators.errors import ZhibiaoError
from indicators.findings import Severity
from warehouse import remarks, submissions
from warehouse.accounts import may
from warehouse.moments import beijing_day
from warehouse.operations import Connection, consulting
from warehouse.submissions import State, Submission

OPEN_STATES = (State.SUBMITTED, State.APPROVED, State.RETURNED, State.CHECKED)
_TOUCHING = (Kind.REVISED, Kind.WITHDRAWN, Kind.DROPPED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submission that is not published: `days` since its last step, `found` by severity, `unexplained` of them."""

    held: Submission
    days: int
    found: Mapping[Severity, int]
    unexplained: int
    changes: Mapping[Kind, int] = field(default_factory=Counter)

    @property
    def word(self) -> str:
        """Its place in the queue: 待说明 and 待改正 are what 已校验 waits for; who takes a return back corrects it."""
        if self.held.state is State.APPROVED:
            return "已审核待发布"
        if self.held.state is not State.CHECKED:
            return self.held.state.label
        return "待改正" if self.held.withdrawn or self.found.get(Severity.HARD) else "待说明"

    @property
    def clean(self) -> bool:
        """True when it awaits review, nothing was found that needed a word, and no published value would change."""
        touched = any(self.changes.get(kind) for kind in _TOUCHING)
        return self.held.state is State.SUBMITTED and not self.found.get(Severity.SOFT) and not touched


def queue(way: Way) -> list[Waiting]:
    """Everything not yet published that somebody has to do something about, longest waiting first.

    A returned, withdrawn or blocked return is left out once a later one of its form, period and department has come.
    """
    with consulting(way.folder) as conn:
        open_ = _open(conn)
        found = remarks.tally(conn, [one.id for one in open_])
        return [_waiting(conn, one, found.get(one.id, {}), today()) for one in open_]


def _open(conn: Connection) -> list[Submission]:
    held = [one for state in OPEN_STATES for one in submissions.submissions(conn, state=state)]
    newest: dict[tuple[str, str, str], str] = {}
    for period in {one.period for one in held}:
        for one in submissions.submissions(conn, period=period):
            newest[one.form, one.period, one.department] = one.id
    asked = (State.RETURNED, State.CHECKED)
    mine = [o for o in held if o.state not in asked or newest[o.form, o.period, o.department] == o.id]
    return sorted(mine, key=lambda one: one.state_at)


def _waiting(conn: Connection, held: Submission, found: Mapping[Severity, int], now: date) -> Waiting:
    unexplained = 0
    if held.state is State.CHECKED:
        said = remarks.explanations(conn, held.id)
        unexplained = sum(
            f.severity is Severity.SOFT and f.binding not in said for f in remarks.findings(conn, held.id)
        )
    return Waiting(held, (now - beijing_day(held.state_at)).days, found, unexplained)


def hindrance(way: Way, held: Submission) -> str:
    """Why this account can't decide on a submission, as a sentence; "" when it can."""
    account = way.known
    if account is None or not may(account.role, "approve"):
        return "审核由统计局的审核人员做，您的账户只能看。"
    if held.state not in (State.SUBMITTED, State.APPROVED):
        return f"它现为“{held.label}”，不在等待审核。"
    if held.submitted_by == account.name:
        return "这份报送是您自己提交的，不能由同一人审核；请由另一名审核人员处理。"
    return ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission of a batch."""

    id: str
    done: bool
    sentence: str


def approve_each(way: Way, seen: Iterable[tuple[str, str]]) -> Sequence[Outcome]:
    """Approve submissions (id and the `stand` they were seen in), each in a transaction of its own; none stops another.

    Raises NotPermitted when the account may not approve at all.
    """
    way.may("approve")
    outcomes = []
    for id, stand in seen:
        try:
            outcomes.append(Outcome(id, True, approve_submission(way, id, seen=stand)))
        except ZhibiaoError as error:
            outcomes.append(Outcome(id, False, str(error)))
    return outcomes
