"""Why a verdict changed: each cause alone, and several together."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from indicators.attainment.change import Change, Factor, Moment, explain
from indicators.attainment.result import Status
from indicators.attainment.series import Point, Series
from indicators.attainment.thresholds import Thresholds
from indicators.periods import Nature
from indicators.targets import Target


def point(year: int, value: str, recorded: datetime | None = None) -> Point:
    return Point(str(year), date(year, 12, 31), Nature.ANNUAL, Decimal(value), recorded_at=recorded)


def aim(value: str = "200", version: int = 1) -> Target:
    return Target(
        code="T",
        version=version,
        name="目标",
        indicator="X",
        area="CCXQ",
        kind="floor",  # type: ignore[arg-type]
        value=Decimal(value),
        base_on=date(2015, 12, 31),
        base_value=Decimal(100),
        due_on=date(2025, 12, 31),
        status="example",  # type: ignore[arg-type]
    )


LINE = tuple(point(year, str(100 + 10 * (year - 2015))) for year in range(2015, 2020))
AFTER_2020 = date(2021, 6, 30)


def changed(
    before: tuple[Point, ...],
    after: tuple[Point, ...],
    targets: tuple[Target, Target] | None = None,
    rules: tuple[Thresholds, Thresholds] = (Thresholds(), Thresholds()),
    days: tuple[date, date] = (date(2020, 6, 30), AFTER_2020),
) -> Change:
    old, new = targets or (aim(), aim())
    return explain(
        Moment(target=old, series=Series(indicator="X", points=before), as_of=days[0], thresholds=rules[0]),
        Moment(target=new, series=Series(indicator="X", points=after), as_of=days[1], thresholds=rules[1]),
    )


def test_a_new_value() -> None:
    found = changed(LINE, (*LINE, point(2020, "142")))
    assert (found.before.status, found.after.status) == (Status.ON_TRACK, Status.OFF_TRACK)
    assert found.factor is Factor.NEW_DATA and found.revised == ()
    assert found.sentence == "判定由“进度正常”变为“滞后”，原因是新数据或时间推移。"


def test_a_revision_is_named_with_its_periods_and_flagged() -> None:
    found = changed(LINE, (*LINE[:-1], point(2019, "131")))
    assert found.factor is Factor.REVISION and found.revised == ("2019",)
    assert "数值修订（2019）" in found.sentence
    assert "revision_flipped" in found.after.flags


def test_a_revision_inside_one_history_of_vintages() -> None:
    early, late = datetime(2020, 3, 1), datetime(2021, 3, 1)
    both = (*LINE[:-1], point(2019, "140", early), point(2019, "131", late))
    found = changed(both, both)
    assert found.factor is Factor.REVISION and found.after.latest_value == 131


def test_a_target_made_harder() -> None:
    found = changed(LINE, LINE, (aim(), aim("260", version=2)), days=(AFTER_2020, AFTER_2020))
    assert found.factor is Factor.TARGET and "目标调整" in found.sentence


def test_a_rule_made_stricter() -> None:
    history = (point(2015, "101"), *LINE[1:])
    strict = Thresholds(version="2027.1", miss_on_track=Decimal("0.01"))
    found = changed(history, history, rules=(Thresholds(), strict), days=(AFTER_2020, AFTER_2020))
    assert (found.before.status, found.after.status) == (Status.ON_TRACK, Status.AT_RISK)
    assert found.factor is Factor.RULE
    assert (found.before.components["thresholds"], found.after.components["thresholds"]) == ("2026.1", "2027.1")


def test_time_alone_makes_it_stale() -> None:
    found = changed(LINE, LINE, days=(date(2020, 6, 30), date(2023, 6, 30)))
    assert found.after.status is Status.INSUFFICIENT and found.factor is Factor.NEW_DATA


def test_the_first_factor_that_flips_is_named_though_another_would_too() -> None:
    found = changed(LINE, (*LINE[:-1], point(2019, "131"), point(2020, "132")), (aim(), aim("260", 2)))
    assert found.factor is Factor.REVISION
    assert found.combinations[()] is Status.ON_TRACK
    assert found.combinations[(Factor.TARGET,)] is not Status.ON_TRACK


def test_nothing_changed() -> None:
    found = changed(LINE, (*LINE, point(2020, "150")))
    assert found.factor is None and found.sentence == "判定仍为“进度正常”。"
