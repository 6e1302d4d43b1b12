"""The grounds of a proposal: each thing read with its cell, its text and how sure it is, and every open question."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.mapping.anchors import shown
from indicators.mapping.block import Block, Line, place

CERTAIN, INFERRED, OPEN = "确定", "推定", "待定"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something stands in the draft: where it was read, what stood there, and how sure it is."""

    about: str
    value: str
    sheet: str
    cell: str
    text: str
    confidence: str


@dataclass(slots=True)
class Grounds:
    """What was found while a draft is made: evidence in order, remarks by path for the YAML, questions."""

    evidence: list[Evidence] = field(default_factory=list)
    remarks: dict[Path, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)

    def prove(self, path: Path, about: str, value: str, block: Block, at: Line, sure: str, how: str = "") -> None:
        """Note why `value` stands at `path`; `how` tells what an inference rests on."""
        cell = place(at.row, at.col)
        self.evidence.append(Evidence(about, value, block.sheet, cell, at.text, sure))
        why = f"（{how}）" if how else ""
        self.remarks[path] = f"{cell}“{shown(at.text)[:40]}”{why}；{sure}"

    def ask(self, text: str, at: Line | None = None) -> None:
        """Put a question, at a cell where there is one."""
        self.questions.append(f"{place(at.row, at.col)}：{text}" if at else text)

    def share(self, part: str) -> None:
        """Remarks of the first table's columns or rows also stand behind those of the whole mapping."""
        first = [(path, told) for path, told in self.remarks.items() if path[:3] == ("tables", 0, part)]
        self.remarks |= {path[2:]: told for path, told in first}
