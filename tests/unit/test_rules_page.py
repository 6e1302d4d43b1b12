"""docs/rules.md is true: its examples are in the language, its worked table is what the program computes."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.catalogue.model import FormColumn, FormEdition, FormRow, Rule
from indicators.findings import Severity
from indicators.rules.arithmetic import Quantity
from indicators.rules.binding import bind
from indicators.rules.evaluation import evaluate
from indicators.rules.kinds import CODES
from indicators.rules.parser import parse

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
ROWS = ("01", "02", "03", "04")
EDITION = FormEdition(
    edition="1",
    valid_from="2014",
    sheet="表",
    rows=tuple(FormRow(code=code, label=code) for code in ROWS),
    columns=(FormColumn(code="1", header=("本年",)),),
)
STATES = {"passed": "成立", "failed": "不成立", "not_evaluable": "无法判断"}


def table(head: str) -> list[list[str]]:
    lines = PAGE.split(head)[1].splitlines()[2:]
    kept = []
    for line in lines:
        if not line.startswith("|"):
            break
        kept.append([cell.strip() for cell in line.strip("|").split("|")])
    return kept


WORKED = table("| 关系 | 01 | 02 | 03 | 04 | 结论 | 为什么 |")


@pytest.mark.parametrize("line", WORKED, ids=[f"{n}" for n in range(len(WORKED))])
def test_the_worked_table_is_what_the_program_computes(line: list[str]) -> None:
    rule = Rule(
        code="R", version="1", form="F", severity=Severity.HARD, expression=line[0].strip("`"), message="应当成立"
    )
    half = Decimal("0.05")
    numbers = {
        (code, "1"): None if text in ("空", "—") else Quantity(Decimal(0 if text == "…" else text), half)
        for code, text in zip(ROWS, line[1:5], strict=True)
    }
    (outcome,) = evaluate(bind(rule, EDITION), numbers, lambda reference: None)
    assert STATES[outcome.state.value] == line[5], line[6]


def test_the_examples_are_in_the_language() -> None:
    block = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert block
    examples = block[1].splitlines()
    assert len(examples) >= 8
    for example in examples:
        parse(example)


def test_every_named_check_is_told_with_its_code() -> None:
    told = {line[0].strip("`").split("(")[0]: line[1] for line in table("| 写法 | 代码 | 查什么 |")}
    assert told == CODES
