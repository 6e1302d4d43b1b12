"""The page that explains verdicts names every status, reason, threshold and flag with the engine's own words."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.thresholds import DEFAULT

_PAGE = (Path(__file__).resolve().parents[2] / "docs" / "attainment.md").read_text(encoding="utf-8")
_ROWS = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in _PAGE.splitlines() if line[:1] == "|"}


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_explained(status: Status) -> None:
    assert any(status.label in row[0] and status.value in row[1] for row in _ROWS)


def test_every_reason_stands_with_its_wording() -> None:
    assert {(f"`{reason.value}`", reason.label) for reason in Reason} <= _ROWS


def test_every_threshold_stands_with_its_value() -> None:
    assert DEFAULT.version in _PAGE
    named = {row[:2] for row in _ROWS if len(row) == 3}
    wanted = {(f"`{f.name}`", str(getattr(DEFAULT, f.name))) for f in fields(DEFAULT) if f.name != "version"}
    assert wanted <= named


def test_every_flag_that_the_code_sets_is_explained() -> None:
    folder = Path(__file__).resolve().parents[2] / "indicators" / "attainment"
    code = "\n".join(p.read_text(encoding="utf-8") for p in folder.glob("*.py"))
    flags = set(re.findall(r'flags\.append\("(\w+)"\)|flags\["(\w+)"\]|: "(imputed|provisional|series_break)"', code))
    named = {name for found in flags for name in found if name} | {"revision_flipped"}
    assert len(named) >= 8
    assert named <= {row[0].strip("`") for row in _ROWS}
