"""The glossary has one word for each thing, and the product uses it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def entries() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    return [(term.strip(), english.strip()) for term, english in rows if term.strip() not in ("词", "---")]


def test_each_term_stands_once() -> None:
    terms = [term for term, _ in entries()]
    assert len(terms) > 30 and len(terms) == len(set(terms))


def test_what_may_be_done_with_a_task_is_in_the_glossary_by_its_word() -> None:
    from indicators.tasks.task import Act

    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    plain = [
        act.label for act in Act if not act.name.startswith(("NODE_", "EXTENSION_", "SEND", "QUESTION", "EXPLAIN"))
    ]
    words = {"报进展": "进展", "报完成": "完成"}
    assert [word for word in plain if words.get(word, word) not in page] == []


def test_the_words_of_states_and_verdicts_are_in_the_glossary() -> None:
    from indicators.attainment.result import Status
    from indicators.findings import Severity
    from indicators.observations import Origin

    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    words = [*(s.label for s in Status), *(s.label for s in Severity), *(o.label for o in Origin)]
    assert [word for word in words if word not in page] == []
