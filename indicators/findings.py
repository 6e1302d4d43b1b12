"""审核发现: data about data. Every reader and rule collects Findings; none is ever raised.

A finding stands where its cause stands (file, sheet, cell), says what was found and expected, and what to do.
`hard` (强制性) blocks, `soft` (核实性) asks for an explanation, `info` never blocks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding stops."""

    HARD = "hard"
    SOFT = "soft"
    INFO = "info"

    @property
    def label(self) -> str:
        """The field's own word."""
        return {"hard": "强制性", "soft": "核实性", "info": "提示"}[self.value]


class RuleState(StrEnum):
    """How a check rule ended on one set of cells."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `code` is stable and documented in docs/reference; `message` is a whole Chinese sentence.

    `cells` lists every address involved, the marked one first (`cell`). A finding by a check rule carries
    `rule`, `rule_version` and `values`, the operands as text, to which an explanation is bound.
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    found: str = ""
    expected: str = ""
    hint: str = ""
    rule: str = ""
    rule_version: str = ""
    state: RuleState = RuleState.FAILED
    cells: tuple[str, ...] = ()
    values: tuple[str, ...] = field(default=())

    @property
    def binding(self) -> str:
        """What an explanation is bound to: rule version, cells and values; other numbers give another hash."""
        parts = (self.code, self.rule, self.rule_version, self.sheet, self.cell, *self.cells, "|", *self.values)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def blocks(findings: Sequence[Finding], explained: frozenset[str] = frozenset()) -> bool:
    """True when these findings stop a submission: a hard one, or a soft one whose binding is not `explained`."""
    return any(
        f.severity is Severity.HARD or (f.severity is Severity.SOFT and f.binding not in explained)
        for f in findings
        if f.state is not RuleState.PASSED
    )
