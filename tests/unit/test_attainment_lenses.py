"""The second lens and the other published methods on the inputs of one verdict; thresholds as data; small wording."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Status
from indicators.attainment.second_lens import lenses
from indicators.attainment.series import Point, Series, day_at, known_points, years
from indicators.attainment.steps import annual_steps
from indicators.attainment.thresholds import DEFAULT, Thresholds
from indicators.attainment.wording import number, period_of, recent, until
from indicators.methods.open_sdg import open_sdg_2_4
from indicators.periods import Nature, Period
from indicators.targets import Target

_AS_OF = date(2021, 3, 31)


def aim(**fields: object) -> Target:
    given = {
        "code": "T",
        "name": "目标",
        "indicator": "X",
        "area": "CCXQ",
        "kind": "floor",
        "value": Decimal(200),
        "base_on": date(2015, 12, 31),
        "base_value": Decimal(100),
        "due_on": date(2025, 12, 31),
        "status": "example",
    }
    return Target.model_validate(given | fields)


def line(*values: str, last: int = 2020) -> Series:
    points = tuple(
        Point(str(year), date(year, 12, 31), Nature.ANNUAL, Decimal(v))
        for year, v in enumerate(values, start=last - len(values) + 1)
    )
    return Series(indicator="X", name="产值", points=points)


def test_the_second_lens_is_open_sdg_on_the_same_numbers() -> None:
    verdict = evaluate(aim(), line("110", "118", "126", "134", "142", "150"), as_of=_AS_OF)
    theirs = open_sdg_2_4(Decimal(100), 2015, Decimal(150), 2020, 1, target=Decimal(200), target_year=2025)
    assert (verdict.second_status, verdict.second_value) == (theirs.status, theirs.progress_value)
    assert verdict.status is Status.AT_RISK and theirs.status == "substantial_progress"
    assert verdict.methods_disagree is True and "methods_disagree" in verdict.flags


def test_a_met_target_that_falls_back_is_where_the_lenses_part() -> None:
    verdict = evaluate(aim(), line("230", "225", "220", "215", "210", "205"), as_of=_AS_OF)
    assert verdict.status is Status.MET_LOSING and verdict.second_status == "target_achieved"
    assert verdict.methods_disagree is True


def test_every_published_method_that_can_be_asked() -> None:
    series = line("100", "110", "120", "130", "140", "150")
    verdict = evaluate(aim(), series, as_of=_AS_OF)
    steps = annual_steps(series, known_points(series, _AS_OF), 4).steps
    found = {lens.method: lens for lens in lenses(verdict, steps, 1)}
    assert found["destatis_weather"].status == "sun"
    assert found["open_sdg_2_4"].status == verdict.second_status
    assert found["un_progress_2023_eustat"].status == "on_track_or_achieved"
    assert found["cn_consistent_progress"].value == verdict.progress_share == Decimal("0.5")


def test_no_lens_without_a_target_value_and_fewer_without_a_base() -> None:
    series = line("100", "110", "120", "130", "140", "150")
    steps = annual_steps(series, series.points, 4).steps
    assert lenses(evaluate(aim(value=None), series, as_of=_AS_OF), steps, 1) == ()
    without = lenses(evaluate(aim(base_on=None, base_value=None), series, as_of=_AS_OF), steps, 1)
    assert [lens.method for lens in without] == ["destatis_weather"]


def test_thresholds_are_data_and_are_stored() -> None:
    lenient = Thresholds(version="local.1", miss_at_risk=Decimal("0.30"))
    series = line("115", "122", "129", "136", "143", "150")
    usual, local = (evaluate(aim(), series, as_of=_AS_OF, thresholds=t) for t in (DEFAULT, lenient))
    assert (usual.status, local.status) == (Status.OFF_TRACK, Status.AT_RISK)
    assert (usual.components["miss_at_risk"], local.components["miss_at_risk"]) == ("0.20", "0.30")
    assert local.components["thresholds"] == "local.1"


def test_results_do_not_share_their_components() -> None:
    series = line("100", "110", "120", "130", "140", "150")
    one, other = (evaluate(aim(), series, as_of=_AS_OF) for _ in range(2))
    one.components["x"] = "y"
    assert "x" not in other.components and "x" not in evaluate(aim(), series, as_of=_AS_OF).components


def test_flat_is_said_as_standstill() -> None:
    verdict = evaluate(aim(), line("150", "150", "150", "150", "150", "150"), as_of=_AS_OF)
    assert (verdict.status, verdict.label) == (Status.WRONG_WAY, "停滞")


def test_the_weakest_origin_is_carried() -> None:
    series = line("100", "110", "120", "130", "140", "150")
    mixed = Series(
        indicator="X",
        points=(*series.points[:-1], series.points[-1]._replace(origin="simulated")),  # type: ignore[arg-type]
    )
    assert evaluate(aim(), series, as_of=_AS_OF).origin == "returned"
    assert evaluate(aim(), mixed, as_of=_AS_OF).origin == "simulated"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        ("1046.25", 1, "1,046.3"),
        ("-0.04", 1, "-0.040"),
        ("0.00001", 1, "0.0"),
        ("1234567", 0, "1,234,567"),
        ("-0", 1, "0.0"),
    ],
)
def test_numbers_as_said(value: str, decimals: int, said: str) -> None:
    assert number(Decimal(value), decimals) == said


@pytest.mark.parametrize(
    ("code", "nature", "about", "running"),
    [
        ("2026Q3", Nature.YTD, "2026年前三季度", "截至2026年三季度"),
        ("2026Q3", Nature.STOCK, "2026年三季度末", "截至2026年三季度"),
        ("2026Q3", Nature.SINGLE, "2026年三季度", "截至2026年三季度"),
        ("2025Q4", Nature.STOCK, "2025年末", "截至2025年底"),
        ("2021H1", Nature.YTD, "2021年上半年", "截至2021年上半年"),
        ("2026M08", Nature.YTD, "2026年1—8月", "截至2026年8月"),
        ("2014", Nature.ANNUAL, "2014年", "截至2014年底"),
    ],
)
def test_periods_as_said(code: str, nature: Nature, about: str, running: str) -> None:
    point = Point(code, Period.parse(code).end, nature, Decimal(1))
    assert (period_of(point), until(point)) == (about, running)


def test_spans_as_said() -> None:
    assert [recent(Decimal(n)) for n in ("2", "4.75", "5", "11")] == ["近两年", "近五年", "近五年", "近11年"]


def test_a_quarter_is_a_quarter_of_a_year() -> None:
    assert years(date(2026, 9, 30)) == Decimal("2026.75") and years(date(2024, 12, 31)) == 2025
    assert day_at(Decimal("2026.75")) == date(2026, 9, 30) and day_at(Decimal(2025)) == date(2024, 12, 31)
    assert day_at(Decimal(9999)) is None


def test_of_several_vintages_the_last_one_known_counts_whatever_the_order() -> None:
    early = Point("2020", date(2020, 12, 31), Nature.ANNUAL, Decimal(1), recorded_at=datetime(2021, 1, 20))
    late = early._replace(value=Decimal(2), recorded_at=datetime(2021, 3, 20))
    for order in ((early, late), (late, early)):
        series = Series(indicator="X", points=order)
        assert [p.value for p in known_points(series, date(2021, 2, 1))] == [1]
        assert [p.value for p in known_points(series, date(2021, 3, 20))] == [2]


def test_the_case_reads_no_point_after_the_due_date() -> None:
    verdict = evaluate(aim(due_on=date(2019, 12, 31)), line("100", "110", "120", "130", "140", "150"), as_of=_AS_OF)
    assert verdict.latest_on == date(2019, 12, 31)
