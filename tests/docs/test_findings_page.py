"""docs/reference/findings.md says of every code in the source what it means, how much it stops and what to do."""

import re
from pathlib import Path

from etl.codes import CODES
from indicators.rules.kinds import CODES as KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "findings.md"
IN_SOURCE = re.compile(r"[\"']([A-Z][1-9][0-9]{2})[\"']")


def rows() -> dict[str, tuple[str, str, str]]:
    lines = [
        line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")
    ]
    cells = [[cell.strip() for cell in line] for line in lines]
    found = [row for row in cells if re.fullmatch("[A-Z][0-9]{3}", row[0])]
    assert len({row[0] for row in found}) == len(found), "a code has two rows"
    return {code: (severity, meaning, advice) for code, severity, meaning, advice in found}


def codes_in_source() -> set[str]:
    folders = ("indicators", "warehouse", "etl", "zhibiao")  # pages show findings and make none
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {code for text in texts for code in IN_SOURCE.findall(text)} | set(KINDS.values())


def test_every_code_of_the_source_has_a_row_and_every_row_a_code() -> None:
    assert codes_in_source() == set(rows())


def test_severity_and_advice_are_those_that_people_get() -> None:
    page = rows()
    for code, (severity, hint) in CODES.items():
        assert page[code][0] == severity.label, code
        assert page[code][2] == hint, code


def test_every_row_says_something() -> None:
    for code, texts in rows().items():
        assert all(len(text) >= 2 for text in texts), code
