"""An accepted submission with all that a generation keeps of it, from the operations database and the vault.

What `approved` gives is what `generations.publish` takes; `published` gives the same for what was published before, in
the order in which it was applied, so that a generation can be made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, select

from indicators.findings import Finding
from indicators.observations import Observation, Origin
from warehouse import remarks, vault
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.operations_schema import submission as table
from warehouse.remarks import Explanation
from warehouse.submissions import State, Submission, get_submission, submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is published of one submission. Moments are naive UTC.

    `recorded_at` is the vintage: None for a live return, which becomes known when it is published; the day on which
    a backfilled figure was known otherwise. `revision_reasons` is keyed by `sheet!cell`.
    """

    submission: str
    form: str
    edition: str
    period: str
    department: str
    origin: Origin
    file_hash: str
    file_name: str = ""
    catalogue_digest: str = ""
    submitted_by: str = ""
    submitted_at: datetime | None = None
    approver: str = ""
    approved_at: datetime | None = None
    recorded_at: datetime | None = None
    due_on: date | None = None
    observations: Sequence[Observation] = ()
    findings: Sequence[Finding] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    revision_reasons: Mapping[str, str] = field(default_factory=dict)
    generation: int | None = None


def approved(folder: DataFolder, conn: Connection, ids: Sequence[str] | None = None) -> list[Accepted]:
    """Everything approved and not yet published (or only `ids`), in the order received. Raises Damaged, UsageError."""
    held = submissions(conn, state=State.APPROVED) if ids is None else [get_submission(conn, i) for i in ids]
    return [_accepted(folder, conn, one, one.known_at) for one in held]


def published(folder: DataFolder, conn: Connection, until: int) -> list[Accepted]:
    """Everything published up to generation `until`, in the order in which it was applied. Raises Damaged."""
    query = select(table.c.id).where(table.c.generation <= until).order_by(table.c.recorded_at, *_APPLIED)
    held = [get_submission(conn, i) for i in conn.scalars(query).all()]
    return [_accepted(folder, conn, one, one.recorded_at) for one in held]


_APPLIED = (table.c.generation, table.c.position)


def _accepted(folder: DataFolder, conn: Connection, one: Submission, recorded_at: datetime | None) -> Accepted:
    observations = vault.get_parsed(folder, one.file_hash, one.parser_version)
    if observations is None:
        raise Damaged(
            f"报送 {one.id} 的解析结果不在库中或已损坏（解析程序 {one.parser_version}）。没有发布任何内容；"
            "请从备份恢复，或对该文件重新运行 zhibiao check。"
        )
    return Accepted(
        submission=one.id,
        form=one.form,
        edition=one.edition,
        period=one.period,
        department=one.department,
        origin=one.origin,
        file_hash=one.file_hash,
        file_name=one.file_name,
        catalogue_digest=one.catalogue_digest,
        submitted_by=one.submitted_by or "",
        submitted_at=one.submitted_at,
        approver=one.approved_by or "",
        approved_at=one.approved_at,
        recorded_at=recorded_at,
        due_on=one.due_on,
        observations=observations,
        findings=remarks.findings(conn, one.id),
        explanations=remarks.explanations(conn, one.id),
        revision_reasons=remarks.reasons(conn, one.id),
        generation=one.generation,
    )
