"""Since the earlier upload: what a department changed when it sent a return again, and which findings that mended.

Compares a submission with the one of the same form, period and department before it, whatever became of that. What is
published plays no part here (`differences`).
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.changes import Kind
from etl.differences import Difference, compared
from etl.published import Published
from etl.way import Way
from indicators.findings import Finding, RuleState
from warehouse import remarks, submissions, vault
from warehouse.operations import consulting
from warehouse.submissions import Submission


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since `earlier`: the cells that differ, the findings that are gone, the bindings that are new."""

    earlier: Submission
    rows: tuple[Difference, ...]
    mended: tuple[Finding, ...]
    fresh: frozenset[str]


def since_earlier(way: Way, submission: str) -> Since | None:
    """What changed since the earlier upload; None when this is the first. Raises UsageError (no such submission)."""
    with consulting(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
        slot = submissions.submissions(conn, held.period, None, held.department)
        earlier = [one for one in slot if one.form == held.form and one.id < held.id]
        if not earlier:
            return None
        before, now = (_open(remarks.findings(conn, one.id)) for one in (earlier[-1], held))
    kept = [vault.get_parsed(way.folder, one.file_hash, one.parser_version) for one in (earlier[-1], held)]
    known = Published()
    known.learn(kept[0] or ())
    rows = compared(way, held, kept[1] or (), known, {}).rows
    changed = tuple(row for row in rows if row.kind is not Kind.UNCHANGED)
    mended = tuple(one for binding, one in before.items() if binding not in now)
    return Since(earlier[-1], changed, mended, frozenset(now.keys() - before.keys()))


def _open(findings: list[Finding]) -> dict[str, Finding]:
    return {one.binding: one for one in findings if one.state is not RuleState.PASSED}
