"""What leaders' pages work out before it is drawn: parts that add up to their total, areas that may stand side by side,
bands only where something is projected, a land cap that is never drawn past its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dashboard import states
from dashboard.areas import compared
from dashboard.contribution import REST, Breakdown, taken_apart
from dashboard.figures.land import land, yearly
from dashboard.figures.outlook import BAND, YEAR_END, fan, furthest
from dashboard.figures.quarters import QUARTER
from dashboard.figures.trend import spaced
from dashboard.figures.waterfall import REMAINDER, TOTAL, steps, waterfall
from dashboard.ledger import Ledger
from dashboard.office import Filing, filings
from dashboard.parts.beside import areas_panel, contribution_panel
from dashboard.parts.targets import lenses
from dashboard.prerender import to_html
from dashboard.view import HOME
from etl.outlook import Outlook
from indicators.attainment.projection import FanPoint
from indicators.periods import Period
from tests.unit.test_figures import GDP, NAMES, reading, verdict
from warehouse.board import Reading
from warehouse.board_names import Entry
from warehouse.board_returns import Return

CONSTANT = "2020年不变价"


def part(code: str) -> Entry:
    return Entry(code=code, name=f"{code}业", unit="亿元", part_of="GDP", decimals=1, nature="ytd")


PARTS = [part("I"), part("II")]


def years(values: dict[str, tuple[str, str]], basis: str = CONSTANT, **more: Any) -> list[Reading]:
    """Each indicator's value of 2025Q3 and 2026Q3."""
    return [
        reading(period, value, indicator=code, price_basis=basis, **more)
        for code, pair in values.items()
        for period, value in zip(("2025Q3", "2026Q3"), pair, strict=True)
    ]


def made(readings: Sequence[Reading]) -> Breakdown:
    found = taken_apart(GDP, PARTS, readings)
    assert found is not None
    return found


def test_the_bars_of_a_waterfall_add_up_to_the_total_also_when_a_part_falls() -> None:
    found = made(years({"GDP": ("100", "104"), "I": ("60", "67"), "II": ("40", "37")}))
    assert [p.code for p in found.pieces] == ["I", "II"]
    assert sum(move for _, _, move in steps(found)) == found.change == 4
    assert [(start, move) for _, start, move in steps(found)] == [(0, 7), (7, -3)]
    assert [p.share for p in found.pieces] == [175, -75]
    assert sum(p.pull for p in found.pieces) == found.growth == 4
    (drawn,) = waterfall(found, NAMES)["data"]
    assert drawn["y"][-1] == TOTAL and drawn["x"] == [7, -3, 4] and drawn["base"] == [0, 7, 0]


def test_what_the_parts_leave_over_is_a_piece_of_its_own() -> None:
    found = made(years({"GDP": ("100", "110"), "I": ("60", "63"), "II": ("30", "31")}))
    assert [(p.code, p.change) for p in found.pieces] == [("I", 3), ("II", 1), (REST, 6)]
    assert sum(p.change for p in found.pieces) == found.change
    assert REMAINDER in waterfall(found, NAMES)["data"][0]["y"]


def test_rounded_parts_are_not_given_a_remainder() -> None:
    found = made(years({"GDP": ("100.0001", "110"), "I": ("60", "63"), "II": ("40", "47")}))
    assert REST not in [p.code for p in found.pieces]


def test_constant_prices_come_before_current_ones_and_take_the_reported_rate() -> None:
    values = {"GDP": ("100", "104"), "I": ("60", "63"), "II": ("40", "41")}
    rate = reading("2026Q3", "4.2", measure="growth_yoy", price_basis="可比价")
    both = [*years(values), *years(values, "现价"), rate]
    found = made(both)
    assert (found.basis, found.constant, found.reported, found.growth) == (CONSTANT, True, True, Decimal("4.2"))
    assert sum(p.pull for p in found.pieces) == Decimal("4.2")
    nominal = made([*years(values, "现价"), rate])
    assert (nominal.constant, nominal.reported, nominal.growth) == (False, False, 4)


@pytest.mark.parametrize(
    "left_out",
    [("GDP", "2025Q3"), ("II", "2026Q3"), ("II", "2025Q3")],
)
def test_nothing_is_taken_apart_while_a_value_is_missing(left_out: tuple[str, str]) -> None:
    readings = years({"GDP": ("100", "104"), "I": ("60", "63"), "II": ("40", "41")})
    assert taken_apart(GDP, PARTS, [r for r in readings if (r.indicator, r.period) != left_out]) is None


def test_a_total_that_hardly_moves_has_pulls_and_no_shares() -> None:
    found = made(years({"GDP": ("1000", "1002"), "I": ("600", "612"), "II": ("400", "390")}))
    assert [p.share for p in found.pieces] == [None, None]
    assert "贡献率没有意义" in to_html(contribution_panel(found, GDP, NAMES, HOME))


def test_areas_of_one_period_and_scope_are_ranked_and_the_others_only_named() -> None:
    readings = [
        reading("2026Q3", "3", area="A"),
        reading("2026Q3", "5", area="B"),
        reading("2026Q3", "8", area="CCXQ"),
        reading("2026Q2", "9", area="C"),
        reading("2026Q3", "70", area="D", scope="NBS"),
    ]
    found = compared(GDP, readings, frozenset({"A", "B"}))
    assert [s.reading.area for s in found.standings] == ["B", "A"]
    assert found.whole is not None and found.whole.reading.canonical_value == 8
    assert {r.area for r in found.others} == {"C", "D"}
    said = to_html(areas_panel(found, GDP, NAMES))
    assert said.index("乙片区") < said.index("甲片区") and "占62.5%" in said and "只列出，不排位" in said


def test_an_area_alone_is_not_compared() -> None:
    found = compared(GDP, [reading("2026Q3", "8", area="CCXQ"), reading("2023", "9", area="D")], frozenset())
    assert found.standings == () and {r.area for r in found.others} == {"CCXQ", "D"}


def outlook(*ends: tuple[int, str], **more: Any) -> Outlook:
    points = tuple(FanPoint(date(year, 12, 31), Decimal(v), Decimal(v) - 5, Decimal(v) + 5) for year, v in ends)
    return Outlook("T", date(2025, 12, 31), Decimal(100), points, **more)


def test_a_band_is_drawn_only_from_the_last_known_value_on_and_only_where_projected() -> None:
    assert fan([outlook(reason="window_sparse")], GDP) == []
    low, high, centre = fan([outlook((2026, "104"), (2030, "116"))], GDP)
    assert low["x"] == high["x"] == centre["x"] == ["2025-12-31", "2026-12-31", "2030-12-31"]
    assert low["y"] == [100, 99, 111] and high["y"] == [100, 109, 121]
    assert high["fill"] == "tonexty" and high["name"] == BAND


def test_the_furthest_projection_is_drawn_and_the_running_year_is_an_estimate() -> None:
    near, far = outlook((2027, "104")), outlook((2030, "116"))
    year = outlook((2026, "102"), estimate=True)
    assert furthest([near, far, year]) is far
    assert [t["name"] for t in fan([near, year], GDP)][-1] == YEAR_END
    assert furthest([year]) is None


def test_lines_are_broken_where_a_quarter_is_missing() -> None:
    quarters = [reading(p, "1") for p in ("2025Q1", "2025Q2", "2025Q4")]
    assert [r and r.period for r in spaced(quarters, QUARTER)] == ["2025Q1", "2025Q2", None, "2025Q4"]


def cap(year: int, status: str) -> Entry:
    return Entry(
        code=f"CAP{year}",
        indicator="LAND_NEW",
        value=Decimal("87.5"),
        unit="平方公里",
        due_on=date(year, 12, 31),
        status=status,
        source="P",
    )


BOOK = Ledger(
    cap(2020, "official"), (cap(2030, "example"),), (2019, 2020, 2021), date(2021, 9, 30),
    (("A", (Decimal(40), Decimal(61), Decimal(70))),), frozenset(), {("A", 2020): "abc"},
)  # fmt: skip


def test_the_land_band_never_falls_and_the_expired_cap_ends_with_its_year() -> None:
    ahead = Outlook(
        "T", date(2021, 9, 30), Decimal(70), (FanPoint(date(2030, 12, 31), Decimal(80), Decimal(60), Decimal(99)),)
    )
    figure = land(BOOK, NAMES, ahead=ahead)
    low = figure["data"][1]
    assert low["y"] == [70, 70] and low["x"] == [2020.75, 2030.0]
    expired, example = figure["layout"]["shapes"]
    assert expired["x1"] == 2020.5 and example["x1"] == 2030.5 and example["line"]["dash"] == "dash"
    (bars,) = land(BOOK, NAMES)["data"]
    assert bars["type"] == "bar" and bars["customdata"] == [None, "/indicator?code=LAND_NEW&area=A&at=abc#origin", None]


def test_each_year_shows_what_it_added_and_what_the_coming_ones_may_add() -> None:
    found = yearly(BOOK, verdict(allowed_pace=Decimal("2.1"), due_on=date(2023, 12, 31)))
    added, allowed = found["data"]
    assert added["y"] == [40, 21, 9]
    assert allowed["x"] == [2022, 2023] and allowed["y"] == [2.1, 2.1]
    assert len(yearly(BOOK, None)["data"]) == 1


def test_two_lenses_that_disagree_are_flagged_and_a_doubtful_projection_too() -> None:
    both = verdict(
        second_status="moderate_progress", second_value=Decimal("0.7"), methods_disagree=True,
        projection_value=Decimal(1212), projection_low=Decimal(1165), projection_high=Decimal(1262),
        probability=Decimal("0.05"), projection_word="不大可能",
    )  # fmt: skip
    said = to_html(lenses(both, GDP))
    assert "两种方法不一致" in said and "与判定不一致" in said and "八成区间1,165.0—1,262.0" in said
    assert "达成的可能性5%" in said
    assert lenses(verdict(), GDP) is None
    assert not states.doubtful("OFF_TRACK", 0.05) and not states.doubtful("ON_TRACK", None)


def test_only_the_first_return_of_a_period_counts_for_timeliness() -> None:
    quarter = Period.parse("2026Q2")
    sent = [
        returned("2026Q2", datetime(2026, 8, 15, 7, 30), date(2026, 7, 12)),
        returned("2026Q2", datetime(2026, 7, 13, 16, 30), date(2026, 7, 12)),  # the 14th in Beijing
        returned("2025Q1", datetime(2025, 4, 1), date(2025, 4, 12)),
    ]
    assert filings(sent, (quarter,)) == (Filing("F", "2026Q2", 2),)
    assert filings([returned("2026Q2", datetime(2026, 7, 8), None)], (quarter,)) == (Filing("F", "2026Q2", None),)


def returned(period: str, at: datetime, due: date | None) -> Return:
    said: dict[str, Any] = dict.fromkeys(Return.__annotations__, "")
    return Return(**(said | {"form": "F", "period": period, "submitted_at": at, "due_on": due}))
