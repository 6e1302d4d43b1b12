"""What became of an upload, in words for a page: state, colour, what to do next. Made from a receipt."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from etl.receipts import Receipt, tally
from indicators.findings import Finding, RuleState, Severity
from warehouse.submissions import State

_LISTED = 12
_TONES = {
    State.SUBMITTED: "good", State.APPROVED: "good", State.PUBLISHED: "good",
    State.SUPERSEDED: "quiet",
}  # fmt: skip


class Outcome(NamedTuple):
    """A state word with its tone, and the sentence that says what it means and what to do next."""

    word: str
    tone: str
    sentence: str


def outcome(receipt: Receipt) -> Outcome:
    """What became of a workbook that was handed in."""
    if receipt.state is None:
        first = receipt.findings[0].message if receipt.findings else "没有认出是哪张报表。"
        return Outcome("没有收下", "bad", f"{first}原件已保存，什么也没有读入。")
    if receipt.state is State.RETURNED:
        return Outcome(receipt.state.label, "bad", "审核人员已退回，理由见下。请按理由改正工作簿后重新报送。")
    if receipt.held and receipt.held.withdrawn:
        return Outcome("已撤回", "warn", receipt.next_step)
    if receipt.state in _TONES:
        return Outcome(receipt.state.label, _TONES[receipt.state], receipt.next_step)
    if any(f.severity is Severity.HARD and f.state is not RuleState.PASSED for f in receipt.findings):
        return Outcome("要改正", "bad", receipt.next_step)
    left = unexplained(receipt)
    return Outcome("要说明", "warn", f"还有 {left} 条核实性发现没有说明，没有提交。请写明原因，或改正后重新报送。")


def unexplained(receipt: Receipt) -> int:
    """How many 核实性 findings still wait for an explanation."""
    return len(open_bindings(receipt))


def open_bindings(receipt: Receipt) -> set[str]:
    """The bindings of the 核实性 findings that still wait for an explanation."""
    asked = {f.binding for f in receipt.findings if f.severity is Severity.SOFT and f.state is not RuleState.PASSED}
    return asked - receipt.explained


def page_of(submission: str) -> str:
    """Where the page of a submission is."""
    return f"/submission?{urlencode({'id': submission})}"


def line(receipt: Receipt) -> dict[str, Any]:
    """An upload as one line of the list, for the script that sent it."""
    said, failed = outcome(receipt), [f for f in receipt.findings if f.state is not RuleState.PASSED]
    return {
        "id": receipt.id,
        "name": receipt.file_name,
        "word": said.word,
        "tone": said.tone,
        "sentence": said.sentence,
        "tally": tally(receipt.findings),
        "href": page_of(receipt.id) if receipt.id else "",
        "findings": [_told(f) for f in failed[:_LISTED]] if not receipt.id else [],
    }


def _told(found: Finding) -> dict[str, str]:
    where = " ".join(filter(None, (found.sheet, found.cell)))
    return {
        "code": found.code,
        "level": found.severity.label,
        "where": where,
        "message": found.message,
        "hint": found.hint,
    }
