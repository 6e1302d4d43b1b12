"""Submissions and their states: received → parsed → checked → submitted → approved → published → superseded.

From submitted or approved a return may also be `returned`, with a reason that its sender sees; while it awaits review
its sender may take it back, with a reason too: it then stands as checked, as if it had not been submitted. Who submits
is not who approves. Every change of state is one row changed and one audit record, in the caller's transaction. What is
said about a submission (findings, explanations, reasons) is in `remarks`; what its numbers are is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from indicators.errors import UsageError
from indicators.observations import Origin
from warehouse import audit
from warehouse.errors import NotPermitted, SubmissionConflict, told
from warehouse.moments import as_utc, utc_now
from warehouse.operations_schema import submission as table


class State(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    PARSED = "parsed"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _LABELS[self.value]


_LABELS = {
    "received": "已收到",
    "parsed": "已读取",
    "checked": "已校验",
    "submitted": "待审核",
    "approved": "已审核",
    "returned": "已退回",
    "published": "已发布",
    "superseded": "已被新报送取代",
}

# The whole state machine: from → to. A re-check leads from checked to checked, a withdrawal from submitted; an approval
# may be taken back until it is published. Rolling a generation back (`retention`) brings what it published back to
# approved.
MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.PARSED}),
    State.PARSED: frozenset({State.CHECKED}),
    State.CHECKED: frozenset({State.CHECKED, State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.APPROVED, State.RETURNED, State.CHECKED}),
    State.APPROVED: frozenset({State.PUBLISHED, State.RETURNED}),
    State.RETURNED: frozenset(),
    State.PUBLISHED: frozenset({State.SUPERSEDED}),
    State.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One receipt. Moments are naive UTC; `known_at` is the vintage of a backfilled return, None for a live one.

    `return_reason` says why it came back: sent back by the reviewer, or taken back by its sender (`withdrawn`).
    """

    id: str
    form: str
    edition: str
    period: str
    department: str
    origin: Origin
    file_hash: str
    file_name: str
    parser_version: str
    catalogue_digest: str
    state: State
    state_by: str
    state_at: datetime
    received_by: str
    received_at: datetime
    due_on: date | None
    known_at: datetime | None
    submitted_by: str | None
    submitted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    return_reason: str
    recorded_at: datetime | None
    generation: int | None

    @property
    def withdrawn(self) -> bool:
        """Whether its sender took it back, `state_by` at `state_at`, and has not sent it again since."""
        return self.state is State.CHECKED and bool(self.return_reason)

    @property
    def label(self) -> str:
        """Where it stands, in Chinese."""
        return f"{self.state.label}（已撤回）" if self.withdrawn else self.state.label

    @property
    def stand(self) -> str:
        """Where it stands and since when, as a text that changes with every step."""
        return f"{self.state.value}@{self.state_at.isoformat()}"


_FIELDS = tuple(f.name for f in fields(Submission))
_MOVED = (
    "state", "state_by", "state_at", "submitted_by", "submitted_at", "approved_by", "approved_at", "return_reason",
)  # fmt: skip
# Statements of every step, made once: loads take thousands of steps.
_SLOT = [table.c[name] == bindparam(name) for name in ("form", "period", "department")]
_ONE = select(table).where(table.c.id == bindparam("id"))
_SAME = select(table).where(*_SLOT, table.c.file_hash == bindparam("file_hash"))
_WAITING = select(table).where(*_SLOT, table.c.state == State.SUBMITTED.value, table.c.id != bindparam("own"))
_NEWEST = select(func.coalesce(func.max(table.c.number), 0))
_ADD = table.insert()
_CHANGE = table.update().where(table.c.id == bindparam("_id")).values({name: bindparam(name) for name in _MOVED})


def add_submission(
    conn: Connection,
    *,
    form: str,
    edition: str,
    period: str,
    department: str,
    origin: Origin,
    file_hash: str,
    file_name: str,
    parser_version: str,
    catalogue_digest: str,
    actor: str,
    due_on: date | None = None,
    known_at: datetime | None = None,
    at: datetime | None = None,
    place: str = "",
) -> Submission:
    """The receipt of a workbook; the same bytes for the same form, period and department give the receipt there is.

    `at`, when it came, is given only when history is loaded.
    """
    slot = {"form": form, "period": period, "department": department}
    if known := conn.execute(_SAME, {**slot, "file_hash": file_hash}).mappings().first():
        return _submission(known)
    number = int(conn.scalar(_NEWEST) or 0) + 1
    moment = as_utc(at) if at else utc_now()
    values: dict[str, Any] = {
        "form": form, "edition": edition, "period": period, "department": department, "origin": origin.value,
        "file_hash": file_hash, "file_name": file_name, "parser_version": parser_version,
        "catalogue_digest": catalogue_digest, "due_on": due_on, "known_at": as_utc(known_at) if known_at else None,
    }  # fmt: skip
    values |= {
        "id": f"S{number:06d}", "number": number, "state": State.RECEIVED.value, "state_by": actor, "state_at": moment,
        "received_by": actor, "received_at": moment, "return_reason": "",
    }  # fmt: skip
    conn.execute(_ADD, values)
    told_of = {"form": form, "period": period, "department": department, "file": file_name, "sha256": file_hash}
    audit.append(conn, actor, "submission.received", f"S{number:06d}", place=place, detail=told_of)
    return _submission({name: values.get(name) for name in _FIELDS})


def get_submission(conn: Connection, id: str) -> Submission:
    """The submission with this id. Raises UsageError."""
    row = conn.execute(_ONE, {"id": id}).mappings().first()
    if row is None:
        raise UsageError(f"没有编号为“{id}”的报送。编号见“报送”页，或运行 zhibiao status。")
    return _submission(row)


def submissions(
    conn: Connection, period: str | None = None, state: State | str | None = None, department: str | None = None
) -> list[Submission]:
    """Submissions in the order received, narrowed by what is given."""
    query = select(table).order_by(table.c.number)
    for column, wanted in ((table.c.period, period), (table.c.state, state), (table.c.department, department)):
        if wanted is not None:
            query = query.where(column == str(wanted))
    return [_submission(row) for row in conn.execute(query).mappings()]


def of_file(conn: Connection, file_hash: str) -> list[Submission]:
    """The submissions that a workbook became, in the order received."""
    query = select(table).where(table.c.file_hash == file_hash).order_by(table.c.number)
    return [_submission(row) for row in conn.execute(query).mappings()]


def move(
    conn: Connection,
    one: str | Submission,
    to_state: State | str,
    actor: str,
    reason: str = "",
    at: datetime | None = None,
    place: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Submission:
    """Bring a submission, by its id or as it was read in this same transaction, to its next state.

    `at` is given only when history is loaded, `detail` is for the audit.

    Raises SubmissionConflict (somebody was first: who and when), NotPermitted (the submitter approves),
    UsageError (no such submission, return or withdrawal without reason).
    """
    to_state, held = State(to_state), get_submission(conn, one) if isinstance(one, str) else one
    id = held.id
    if to_state not in MOVES[held.state]:
        raise SubmissionConflict(
            f"报送 {id} 现为“{held.label}”（{held.state_by}，{told(held.state_at)}），"
            f"不能变为“{to_state.label}”。什么也没有改动；请刷新后再看。",
            held.state_by,
            held.state_at,
        )
    if to_state is State.SUBMITTED:
        _prove_slot_free(conn, held)
    if to_state in (State.APPROVED, State.RETURNED) and actor == held.submitted_by:
        raise NotPermitted(f"报送 {id} 由“{actor}”提交，不能由同一人审核。什么也没有改动；请由另一名审核人员处理。")
    if to_state is State.RETURNED and not reason.strip():
        raise UsageError(f"退回报送 {id} 必须写明理由，填报单位会看到它。什么也没有改动；请用 --reason 写明。")
    withdrawn = to_state is State.CHECKED and held.state is State.SUBMITTED
    if withdrawn and not reason.strip():
        raise UsageError(f"撤回报送 {id} 必须写明理由，审核人员会看到它。什么也没有改动；请写明为什么撤回。")
    moment = as_utc(at) if at else utc_now()
    back = reason if withdrawn or to_state is State.RETURNED else ""
    changed: dict[str, Any] = {"state": to_state.value, "state_by": actor, "state_at": moment, "return_reason": back}
    if to_state is State.SUBMITTED:
        changed |= {"submitted_by": actor, "submitted_at": moment}
    elif withdrawn:
        changed |= {"submitted_by": None, "submitted_at": None}
    elif to_state is State.APPROVED:
        changed |= {"approved_by": actor, "approved_at": moment}
    conn.execute(_CHANGE, {"_id": id, **{n: changed.get(n, getattr(held, n)) for n in _MOVED}})
    said = {**(detail or {}), **({"reason": reason} if reason else {})}
    act = "withdrawn" if withdrawn else to_state.value
    audit.append(conn, actor, f"submission.{act}", id, place=place, detail=said)
    return replace(held, **{**changed, "state": to_state})


def _prove_slot_free(conn: Connection, held: Submission) -> None:
    """One return of a form, period and department awaits review at a time."""
    slot = {"form": held.form, "period": held.period, "department": held.department}
    other = conn.execute(_WAITING, {**slot, "own": held.id}).mappings().first()
    if other:
        raise SubmissionConflict(
            f"同一报表、报告期和单位已有报送 {other['id']} 在等待审核"
            f"（{other['state_by']} 于 {told(other['state_at'])} 提交）。"
            f"报送 {held.id} 仍为“{held.state.label}”；请等审核结果，或撤回那一份，或请审核人员退回它。",
            other["state_by"],
            other["state_at"],
        )


def _submission(row: Mapping[str, Any] | RowMapping) -> Submission:
    said = {n: row[n] for n in _FIELDS}
    return Submission(**(said | {"origin": Origin(row["origin"]), "state": State(row["state"])}))
