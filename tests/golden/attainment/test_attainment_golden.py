"""Worked cases that a statistician can read and edit: a CSV per kind of target, input on the left, verdict right.

Points are `period[:nature][~scope][!status][@recorded]=[>|<]value`; expectations are compared after rounding to the
decimals that are written, `-` means none.
"""

from __future__ import annotations

import csv
import re
from dataclasses import fields
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from indicators.attainment.evaluate import evaluate
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Attainment, Status
from indicators.attainment.series import Point, Series
from indicators.catalogue.model import ScopeBreak
from indicators.observations import Measure, ObsStatus
from indicators.periods import Nature, Period
from indicators.targets import Milestone, Target

_HERE = Path(__file__).parent
_POINT = re.compile(
    r"(?P<period>[^:~!@=]+)(:(?P<nature>\w+))?(~(?P<scope>\w+))?(!(?P<status>\w))?(@(?P<recorded>[\d-]+))?"
    r"=(?P<bound>[<>]?)(?P<value>-?[\d.]+)"
)
_BREAK = re.compile(r"(?P<on>[\d-]+)(:link=(?P<link>[\d.]+))?")
_CASES = [
    pytest.param(row, id=f"{path.stem}-{row['case']}")
    for path in sorted(_HERE.glob("*.csv"))
    for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
]


def _pairs(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


def _points(text: str, nature: str) -> tuple[Point, ...]:
    found = []
    for part in text.split():
        match = _POINT.fullmatch(part)
        assert match, part
        period = Period.parse(match["period"])
        usual = "annual" if period.freq == "A" else {"single": "single", "stock": "stock"}.get(nature, "ytd")
        found.append(
            Point(
                period=period.code,
                period_end=period.end,
                nature=Nature(match["nature"] or usual),
                value=Decimal(match["value"]),
                id=part,
                recorded_at=datetime.fromisoformat(match["recorded"]) if match["recorded"] else None,
                status=ObsStatus(match["status"] or "A"),
                scope=match["scope"] or "",
                bound=match["bound"],
            )
        )
    return tuple(found)


def _breaks(text: str) -> tuple[ScopeBreak, ...]:
    found = []
    for part in text.split():
        match = _BREAK.fullmatch(part)
        assert match, part
        found.append(
            ScopeBreak(
                code=part,
                indicator="X",
                area="CCXQ",
                on=date.fromisoformat(match["on"]),
                reason="census",
                from_scope="OLD",
                to_scope="NEW",
                text="普查",
                source="S",
                link_factor=Decimal(match["link"]) if match["link"] else None,
            )
        )
    return tuple(found)


def _target(text: str) -> Target:
    given: dict[str, object] = dict(_pairs(text))
    if "milestones" in given:
        parts = (p.split(":") for p in str(given["milestones"]).split(";"))
        given["milestones"] = tuple(Milestone(on=date.fromisoformat(on), value=Decimal(v)) for on, v in parts)
    if "direction" in given:
        given["direction"] = int(str(given["direction"]))
    return Target.model_validate(
        {"code": "T", "name": "目标", "indicator": "X", "area": "CCXQ", "status": "example"} | given
    )


def _series(row: dict[str, str], points: str) -> Series:
    given = _pairs(row["series"])
    nature = given.get("nature", "ytd")
    return Series(
        indicator="X",
        area="CCXQ",
        name=given.get("name", ""),
        points=_points(points, nature),
        unit=given.get("unit", ""),
        nature=nature,  # type: ignore[arg-type]
        measure=Measure(given.get("measure", "level")),
        price_basis=given.get("price_basis", ""),
        scope=given.get("scope", ""),
        months=int(given.get("months", "12")),
        due_days=int(given.get("due_days", "0")),
        noise=Decimal(given["noise"]) if "noise" in given else None,
        breaks=_breaks(row["breaks"]),
    )


def _judge(row: dict[str, str]) -> Attainment:
    series = _series(row, row["points"])
    other = None
    if row["benchmark"]:
        other = Series(
            indicator="X", area="CN", area_name="全国", points=_points(row["benchmark"], "rate"), nature="rate"
        )
    return evaluate(_target(row["target"]), series, as_of=date.fromisoformat(row["as_of"]), benchmark=other)


def _shown(verdict: Attainment, name: str, wanted: str) -> str:
    own = {f.name for f in fields(verdict)}
    value = getattr(verdict, name) if name in own else verdict.components.get(name)
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]+(E[+-]?\d+)?", value):
        value = Decimal(value)
    if isinstance(value, Decimal):
        if not re.fullmatch(r"-?[\d.]+", wanted):
            return str(value)
        rounded = value.quantize(Decimal(wanted), ROUND_HALF_UP)
        return str(rounded if rounded else abs(rounded))
    return "-" if value is None else str(value)


@pytest.mark.parametrize("row", _CASES)
def test_case(row: dict[str, str]) -> None:
    verdict = _judge(row)
    assert (verdict.status.value, verdict.reason) == (row["status"], row["reason"]), verdict.sentence
    found = {name: _shown(verdict, name, wanted) for name, wanted in _pairs(row["expect"]).items()}
    assert found == {name: wanted or "" for name, wanted in _pairs(row["expect"]).items()}
    assert row["sentence"] in verdict.sentence
    if row["flags"]:
        assert sorted(verdict.flags) == sorted(row["flags"].split())


def test_every_status_and_reason_has_a_case() -> None:
    seen = {(param.values[0]["status"], param.values[0]["reason"]) for param in _CASES}
    assert {status for status, _ in seen} == {s.value for s in Status}
    assert {reason for _, reason in seen} >= {r.value for r in Reason} - {"sign_change"}
