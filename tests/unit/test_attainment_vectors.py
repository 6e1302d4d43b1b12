"""The engine's path and keep rules are those of the German strategy: they agree with its published symbols."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Status
from indicators.attainment.series import Point, Series
from indicators.periods import Nature
from indicators.targets import Target

_VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "published.json"
_TARGET = {"sun": "ON_TRACK", "sun_cloud": "AT_RISK", "cloud": "OFF_TRACK", "thunderstorm": "WRONG_WAY"}
_MET = {"sun": "MET", "sun_cloud": "MET_LOSING"}
_MISSED = {"cloud": "OFF_TRACK", "thunderstorm": "WRONG_WAY"}


def _cases() -> list[dict[str, Any]]:
    vectors = json.loads(_VECTORS.read_text(encoding="utf-8"), parse_float=Decimal)["vectors"]
    return [v for v in vectors if v["method"] == "destatis_weather" and v["inputs"]["rule"] != "direction"]


def _judged(inputs: dict[str, Any]) -> tuple[Status, bool, bool]:
    """Our status on these inputs, whether the goal is met, and whether the rule is one of keeping."""
    values = {int(y): Decimal(v) for y, v in inputs["points"].items() if v is not None}
    values = {y: v for y, v in values.items() if y <= inputs["eval_year"]}
    direction, goal, latest = inputs["direction"], Decimal(inputs["target"]), values[max(values)]
    keeping = inputs["rule"] == "keep" or inputs["target_year"] <= inputs["eval_year"]
    due = 2100 if keeping else inputs["target_year"]
    base = goal + direction if keeping else goal - direction * 10**6
    aim = Target(
        code="T",
        name="T",
        indicator="X",
        area="DE",
        kind="floor" if direction > 0 else "lower",  # type: ignore[arg-type]
        value=goal,
        base_on=date(1990, 12, 31),
        base_value=base,
        due_on=date(due, 12, 31),
        tolerance=Decimal(0),
        status="official",  # type: ignore[arg-type]
    )
    points = tuple(Point(str(y), date(y, 12, 31), Nature.ANNUAL, v) for y, v in values.items())
    series = Series(indicator="X", points=points, nature="rate")
    verdict = evaluate(aim, series, as_of=date(max(values) + 1, 6, 30))
    return verdict.status, direction * (latest - goal) >= 0, keeping


@pytest.mark.skipif(not _VECTORS.exists(), reason="the published vectors stand beside the project, not in it")
def test_published_symbols_come_out_as_our_statuses() -> None:
    compared, differing = 0, []
    for case in _cases():
        status, met, keeping = _judged(case["inputs"])
        words = _MET if met else _MISSED if keeping else _TARGET
        if status is Status.INSUFFICIENT or case["expected"]["status"] is None:
            continue
        compared += 1
        if words.get(case["expected"]["status"]) != status.value:
            differing.append((case["id"], case["expected"]["status"], status.value))
    assert compared >= 80
    assert not differing
