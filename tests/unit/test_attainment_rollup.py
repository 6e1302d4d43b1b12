"""Verdicts by group: worst-of, counts, examples apart; and the 实现程度 view that is no verdict."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from indicators.attainment.result import Attainment, Status
from indicators.attainment.rollup import REALIZATION_LABEL, Judged, realization_view, roll_up, worst
from indicators.targets import Target


def judged(code: str, verdict_status: str, **fields: object) -> Judged:
    given = {"code": code, "name": code, "indicator": code, "area": "CCXQ", "kind": "floor", "status": "official"}
    values = {k: fields.pop(k) for k in ("latest_value", "target_value") if k in fields}
    target = Target.model_validate(given | fields)
    verdict = Attainment(
        target=code,
        target_version=1,
        as_of=date(2026, 6, 30),
        status=Status(verdict_status),
        reason="",
        sentence="",
        **{k: Decimal(str(v)) for k, v in values.items()},  # type: ignore[arg-type]
    )
    return Judged(target, verdict)


ITEMS = [
    judged("LAND", "AT_RISK", binding=True),
    judged("ENERGY", "MET", binding=True),
    judged("GDP", "ON_TRACK", binding=False),
    judged("REVENUE", "OFF_TRACK"),
    judged("OUTPUT", "ON_TRACK"),
    judged("POPULATION", "INSUFFICIENT"),
    judged("EXAMPLE", "BREACHED", binding=True, status="example"),
]


def test_worst_of_for_binding_counts_for_the_rest_examples_apart() -> None:
    (found,) = roll_up(ITEMS, lambda item: ["全部"])
    assert (found.worst_binding, found.worst_targets) == (Status.AT_RISK, ("LAND",))
    assert found.counts == {Status.OFF_TRACK: 1, Status.INSUFFICIENT: 1, Status.ON_TRACK: 2}
    assert list(found.counts) == [Status.OFF_TRACK, Status.INSUFFICIENT, Status.ON_TRACK]
    assert found.examples == {Status.BREACHED: 1}
    assert (found.judged, found.total) == (5, 6)
    assert found.sentence == (
        "约束性目标2项，最差为需加力；其余4项：滞后1项、数据不足1项、进度正常2项；另有示例目标1项：突破约束1项。"
    )


def test_an_item_may_stand_in_several_groups() -> None:
    goals = {"LAND": ["g1"], "GDP": ["g1", "g2"]}
    found = roll_up(ITEMS, lambda item: goals.get(item.target.code, []))
    assert [group.key for group in found] == ["g1", "g2"]
    assert found[0].worst_binding is Status.AT_RISK and found[1].worst_binding is None
    assert found[1].sentence == "目标1项：进度正常1项。"


def test_worst_of_nothing_is_nothing() -> None:
    assert worst([]) is None
    assert worst([Status.MET, Status.SUSPENDED, Status.ON_TRACK]) is Status.SUSPENDED
    assert worst(list(Status)) is Status.BREACHED


@pytest.mark.parametrize(
    ("fields", "view", "percent"),
    [
        ({"latest_value": 90, "target_value": 100}, "正", "90"),
        ({"latest_value": 120, "target_value": 100}, "正", "100"),
        ({"latest_value": -5, "target_value": 100}, "正", None),
        ({"kind": "lower", "latest_value": 80, "target_value": 60}, "逆", "75"),
        ({"kind": "range", "low": 3, "high": 6, "outer_low": 0, "outer_high": 12, "latest_value": 9}, "区间", "50"),
        ({"kind": "range", "low": 3, "high": 6, "latest_value": 9}, "区间", None),
        ({"kind": "growth_year", "latest_value": 6, "target_value": 8}, "正", None),
    ],
)
def test_realization_view(fields: dict[str, object], view: str, percent: str | None) -> None:
    item = judged("X", "ON_TRACK", **fields)
    found = realization_view(item.target, item.verdict)
    assert (found.view, found.percent) == (view, None if percent is None else Decimal(percent))
    assert found.label == REALIZATION_LABEL and "不作判定" in found.label
