"""What is said about a submission: findings of the check, explanations bound to them, reasons for revised figures.

Findings are saved and read as `indicators.findings.Finding`, unchanged. Rules and numbers are not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, select

from indicators.errors import UsageError
from indicators.findings import Finding, RuleState, Severity
from warehouse import audit
from warehouse.errors import SubmissionConflict
from warehouse.moments import utc_now
from warehouse.operations_schema import explanation, revision_reason
from warehouse.operations_schema import finding as finding_table
from warehouse.submissions import State, get_submission

# Statements of every step, made once: loads take thousands of steps.
_FINDINGS = select(finding_table).where(finding_table.c.submission == bindparam("id"))
_FINDINGS = _FINDINGS.order_by(finding_table.c.position)
_FORGET = finding_table.delete().where(finding_table.c.submission == bindparam("id"))
_KEEP = finding_table.insert()
_EXPLANATIONS = select(explanation).where(explanation.c.submission == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the department says to a finding, bound to the rule version and the values it was about."""

    text: str
    by: str


def save_findings(conn: Connection, id: str, findings: Sequence[Finding]) -> None:
    """Replace the findings of a submission by these (a new check); their order is kept."""
    conn.execute(_FORGET, {"id": id})
    rows = []
    for position, found in enumerate(findings):
        row = asdict(found)
        row |= {"severity": found.severity.value, "state": found.state.value}
        row |= {"cells": _json(found.cells), "operands": _json(row.pop("values"))}
        rows.append({"submission": id, "position": position, **row})
    if rows:
        conn.execute(_KEEP, rows)


def findings(conn: Connection, id: str) -> list[Finding]:
    """The findings of a submission, as they were saved."""
    found = []
    for row in conn.execute(_FINDINGS, {"id": id}).mappings():
        said = {n: row[n] for n in row if n not in ("submission", "position", "operands")}
        said |= {"severity": Severity(row["severity"]), "state": RuleState(row["state"])}
        said |= {"cells": tuple(json.loads(row["cells"])), "values": tuple(json.loads(row["operands"]))}
        found.append(Finding(**said))
    return found


def tally(conn: Connection, ids: Iterable[str]) -> dict[str, dict[Severity, int]]:
    """How many findings of each severity stand against these submissions; rules that were kept don't count."""
    table, counted = finding_table, dict[str, dict[Severity, int]]()
    query = select(table.c.submission, table.c.severity, func.count()).where(table.c.submission.in_(list(ids)))
    query = query.where(table.c.state != RuleState.PASSED.value).group_by(table.c.submission, table.c.severity)
    for id, severity, count in conn.execute(query):
        counted.setdefault(id, {})[Severity(severity)] = count
    return counted


def explain(conn: Connection, id: str, binding: str, text: str, actor: str, place: str = "") -> None:
    """Keep an explanation of the finding with this binding; a later one replaces it.

    Raises UsageError, SubmissionConflict.
    """
    held = get_submission(conn, id)
    if held.state is not State.CHECKED:
        raise SubmissionConflict(
            f"报送 {id} 现为“{held.state.label}”，说明只能在提交之前写。什么也没有改动。", held.state_by, held.state_at
        )
    if not text.strip():
        raise UsageError("说明不能为空。什么也没有改动；请写明数字为何如此。")
    if binding not in {f.binding for f in findings(conn, id)}:
        raise UsageError(f"报送 {id} 没有这一条发现（数字或审核关系已变）。什么也没有改动；请重新校验后再写说明。")
    conn.execute(explanation.delete().where(explanation.c.submission == id, explanation.c.binding == binding))
    conn.execute(explanation.insert().values(submission=id, binding=binding, text=text, by=actor, at=utc_now()))
    audit.append(conn, actor, "submission.explained", id, place=place, detail={"binding": binding, "text": text})


def explanations(conn: Connection, id: str) -> dict[str, Explanation]:
    """Explanations of a submission by the binding of their finding."""
    rows = conn.execute(_EXPLANATIONS, {"id": id}).mappings()
    return {r["binding"]: Explanation(r["text"], r["by"]) for r in rows}


def give_reasons(conn: Connection, id: str, reasons: Mapping[str, str], actor: str) -> None:
    """Keep why published values change, by cell address `sheet!cell`; a later reason replaces an earlier one."""
    now = utc_now()
    for address, reason in reasons.items():
        conn.execute(
            revision_reason.delete().where(revision_reason.c.submission == id, revision_reason.c.address == address)
        )
        conn.execute(revision_reason.insert().values(submission=id, address=address, reason=reason, by=actor, at=now))


def reasons(conn: Connection, id: str) -> dict[str, str]:
    """Why published values change in this submission, by cell address `sheet!cell`."""
    query = select(revision_reason).where(revision_reason.c.submission == id)
    return {r["address"]: r["reason"] for r in conn.execute(query).mappings()}


def _json(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
