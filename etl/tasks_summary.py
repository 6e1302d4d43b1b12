"""The tasks of a generation in one sentence and one table: chapters (or programmes) by lights, the gravest light first.

The board and the bulletin say the same because both say it from here. It reads a sealed generation and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.tasks.rules import COMPONENTS
from warehouse import task_board
from warehouse.read import Generation
from warehouse.task_board import Wanted

GRAVEST = ("red", "orange", "yellow", "grey", "green", "blue")  # a colour's place in the table
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table: a chapter or a programme, with its counts by light."""

    key: str
    title: str
    counts: Mapping[str, int]
    doubted: int
    urgent: int
    silent: int

    @property
    def tasks(self) -> int:
        """How many tasks it has."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """Everything that the head of the board says. `words` are the lights there are, with their colours."""

    programme: str
    title: str
    as_of: date | None
    words: Mapping[str, str]
    parts: Sequence[Part]
    example: bool

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(part.tasks for part in self.parts)

    @property
    def doubted(self) -> int:
        """How many are on paper only."""
        return sum(part.doubted for part in self.parts)

    @property
    def urgent(self) -> int:
        """How many need a leader."""
        return sum(part.urgent for part in self.parts)

    @property
    def silent(self) -> int:
        """Of how many the last reports of progress never came."""
        return sum(part.silent for part in self.parts)

    def count(self, word: str) -> int:
        """How many show this light."""
        return sum(part.counts.get(word, 0) for part in self.parts)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        said = "，".join(f"{word}{self.count(word)}项" for word in self.words)
        doubt = f"；说已完成而指标不支持（存疑）的{self.doubted}项" if self.doubted else ""
        urgent = f"；需要领导过问的{self.urgent}项" if self.urgent else ""
        silent = f"；连续漏报进展的{self.silent}项" if self.silent else ""
        return f"{self.title}共{self.tasks}项任务：{said}{doubt}{silent}{urgent}。"


def task_summary(held: Generation, wanted: Wanted, programmes: Mapping[str, Row]) -> TaskSummary:
    """The tasks asked for, counted; `wanted.programme` makes the lines chapters, else they are `programmes`."""
    known = {code: row["title"] for code, row in programmes.items()}
    cells = task_board.lights(held, wanted)
    colours = {cell["word"]: cell["colour"] for cell in cells}
    words = sorted(colours, key=lambda word: (_rank(colours[word]), word))
    parts = []
    for key in dict.fromkeys(cell["part"] for cell in cells):
        mine = [cell for cell in cells if cell["part"] == key]
        counts = {cell["word"]: cell["tasks"] for cell in mine}
        title = _chapter(key, mine[0]["title"]) if wanted.programme else known.get(key, str(key))
        parts.append(Part(str(key), title, counts, *(sum(c[n] for c in mine) for n in ("doubted", "urgent", "silent"))))
    return TaskSummary(
        programme=wanted.programme,
        title=f"《{known[wanted.programme]}》" if wanted.programme in known else "各工作要点",
        as_of=max((cell["as_of"] for cell in cells), default=None),
        words={word: colours[word] for word in words},
        parts=parts,
        example=any(cell["example"] for cell in cells),
    )


def weights_said(row: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    """The components of an assessment by name: its Chinese name, its share in %, its weight; all as text."""
    import json

    weights = json.loads(row["weights"])
    return {
        name: (COMPONENTS[name], "" if row[name] is None else f"{100 * row[name]:.1f}", weight)
        for name, weight in weights.items()
    }


def _rank(colour: str) -> int:
    return GRAVEST.index(colour) if colour in GRAVEST else len(GRAVEST)


def _chapter(number: int, title: str) -> str:
    return f"第{number}章 {title}".strip() if number else "未分章"
