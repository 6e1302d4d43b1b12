"""What a sender gets to hear: what a check found (Checked), and what became of a return (Receipt, 回执).

Made by `flow`, shown by the command line and the pages. They hold words and counts, and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from etl import changes as diff
from etl.returned import ParsedReturn
from indicators.findings import Finding, RuleState, Severity, blocks
from warehouse.errors import told
from warehouse.submissions import State, Submission


@dataclass(frozen=True, slots=True)
class Checked:
    """A workbook read and checked, nothing written: what stands in it, what is wrong, what would change."""

    parsed: ParsedReturn
    findings: tuple[Finding, ...]
    changes: tuple[diff.Change, ...]

    @property
    def blocked(self) -> bool:
        """True when it could not be submitted as it is."""
        return blocks(self.findings, frozenset(self.parsed.explanations))

    @property
    def summary(self) -> str:
        """One line for the sender."""
        parsed = self.parsed
        if not parsed.form:
            return f"{parsed.file_name}：没有认出是哪张报表，什么也没有读入。"
        state = "未通过" if self.blocked else "通过"
        counted = diff.counted(self.changes) or "没有数据"
        about = f"{parsed.form} {parsed.period} {parsed.department}"
        return f"{parsed.file_name}：{about}，{state}（{tally(self.findings)}；{counted}）。"

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "file": self.parsed.file_name,
            "file_hash": self.parsed.file_hash,
            "form": self.parsed.form,
            "edition": self.parsed.edition,
            "period": self.parsed.period,
            "department": self.parsed.department,
            "blocked": self.blocked,
            "findings": [asdict(f) for f in self.findings],
            "observations": len(self.parsed.observations),
            "changes": diff.counted(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """回执: what became of a workbook that was handed in. `id` is "" when it was not recognised as a return.

    `held` is the submission it became, `explained` the bindings of the findings that `explanations` answers.
    """

    id: str
    file_name: str
    file_hash: str
    state: State | None
    findings: tuple[Finding, ...]
    explained: frozenset[str]
    observations: int
    received_at: datetime | None
    repeated: bool = False
    held: Submission | None = None
    explanations: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """True when it did not get as far as review."""
        return self.state in (None, State.RECEIVED, State.PARSED, State.CHECKED)

    @property
    def text(self) -> str:
        """The receipt in words: what it was, what state is left, what to do next."""
        head = f"回执　{self.id or '未受理'}　{self.file_name}　SHA-256 {self.file_hash[:12]}…　{tally(self.findings)}"
        return f"{head}\n{self.next_step}"

    @property
    def next_step(self) -> str:
        """What state is left, and what to do next."""
        if not self.id:
            return "没有认出是哪张报表，原件已保存，什么也没有读入。请按上面的发现处理后重新报送。"
        if self.repeated:
            generation = f"，在第 {self.held.generation} 代" if self.held and self.held.generation else ""
            return f"这个文件已经报过，什么也没有改变；现为“{self.state.label if self.state else ''}”{generation}。"
        if not self.blocked:
            return f"读入 {self.observations} 个数，现为“{self.state.label if self.state else ''}”。"
        if self.held and self.held.withdrawn:
            why = self.held.return_reason.rstrip("。")
            return (
                f"于 {told(self.held.state_at)} 由{self.held.state_by}撤回：{why}。没有提交；"
                "请改好后重新上传，或用同一份文件再报一次。"
            )
        if any(f.severity is Severity.HARD for f in self.findings):
            return "有强制性发现，没有提交；原件已保存。请改正工作簿后重新报送。"
        left = sum(f.severity is Severity.SOFT and f.binding not in self.explained for f in self.findings)
        return f'还有 {left} 条核实性发现没有说明，没有提交。请改正，或写明原因：zhibiao explain {self.id} --text "…"'

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "id": self.id,
            "file": self.file_name,
            "file_hash": self.file_hash,
            "state": self.state.value if self.state else "",
            "blocked": self.blocked,
            "repeated": self.repeated,
            "observations": self.observations,
            "received_at": self.received_at,
            "submitted_at": self.held.submitted_at if self.held else None,
            "approved_at": self.held.approved_at if self.held else None,
            "generation": self.held.generation if self.held else None,
            "findings": [
                asdict(f) | {"binding": f.binding, "explained": f.binding in self.explained} for f in self.findings
            ],
        }


def repeated(held: Submission) -> Receipt:
    """The receipt of a workbook that is handed in again."""
    return Receipt(
        id=held.id, file_name=held.file_name, file_hash=held.file_hash, state=held.state, findings=(),
        explained=frozenset(), observations=0, received_at=held.received_at, repeated=True, held=held,
    )  # fmt: skip


def tally(findings: Sequence[Finding]) -> str:
    """`强制性 1，核实性 2`; `没有发现问题` when there is nothing."""
    failed = [f for f in findings if f.state is not RuleState.PASSED]
    counted = [(s.label, sum(f.severity is s for f in failed)) for s in Severity]
    return "，".join(f"{label} {n}" for label, n in counted if n) or "没有发现问题"
