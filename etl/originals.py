"""原件: the workbook behind a submission, for those who may look into it, and what was read from one of its cells.

Who reads submissions reads originals, a filler those of the own department and public documents. Everybody else sees
an original once it is published, because then its numbers are: they may look at the sheet, and take the file along
when they may export.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.way import Way
from indicators.observations import Observation, Origin
from warehouse import remarks, submissions, vault
from warehouse.accounts import may
from warehouse.errors import NotPermitted
from warehouse.operations import consulting
from warehouse.submissions import State, Submission

_OUT = (State.PUBLISHED, State.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class CellStory:
    """What was read from one cell of a submission's workbook, and why it changed what was published, if it did."""

    held: Submission
    read: tuple[Observation, ...]
    reason: str


def may_look(way: Way, held: Submission) -> bool:
    """Whether the account of this way may see the workbook of a submission."""
    account = way.account
    if not may(account.role, "read_submission"):
        return held.state in _OUT and may(account.role, "view")
    return account.department in ("", held.department) or (held.origin is Origin.PUBLISHED and held.state in _OUT)


def original(way: Way, submission: str) -> Submission:
    """The submission, for one who may see its workbook. Raises UsageError (no such), NotPermitted."""
    with consulting(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
    if not may_look(way, held):
        raise NotPermitted(f"报送 {held.id} 不是本单位的，或还没有发布，不能查看它的工作簿。")
    return held


def own_submission(way: Way, submission: str) -> Submission:
    """The submission with its findings and explanations, for the own department, the bureau and the auditor.

    Raises UsageError (no such), NotPermitted.
    """
    way.may("read_submission")
    with consulting(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
    if way.account.department not in ("", held.department):
        raise NotPermitted(f"报送 {held.id} 不是本单位的，不能查看。")
    return held


def workbook_of(way: Way, sha: str) -> tuple[str, bytes]:
    """Name and bytes of a workbook, for one who may take it along. Raises UsageError, NotPermitted, Damaged."""
    with consulting(way.folder) as conn:
        found = submissions.of_file(conn, sha)
    role = way.account.role
    for held in found:
        if may_look(way, held) and (may(role, "read_submission") or may(role, "export")):
            return held.file_name, vault.get(way.folder, sha)
    raise NotPermitted("没有这个工作簿，或这个账户不能下载它。")


def sheets_read(way: Way, held: Submission) -> tuple[str, ...]:
    """The sheets of its workbook from which something was read."""
    kept = vault.get_parsed(way.folder, held.file_hash, held.parser_version) or ()
    return tuple(dict.fromkeys(one.sheet for one in kept if one.sheet))


def cell_story(way: Way, held: Submission, sheet: str, cell: str) -> CellStory:
    """What was read from a cell of this submission; `read` is empty where the cell gave no number."""
    kept = vault.get_parsed(way.folder, held.file_hash, held.parser_version) or []
    with consulting(way.folder) as conn:
        reasons = remarks.reasons(conn, held.id)
    read = tuple(one for one in kept if (one.sheet, one.cell) == (sheet, cell))
    return CellStory(held, read, reasons.get(f"{sheet}!{cell}", ""))
