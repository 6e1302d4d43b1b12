"""What a page says and draws, without a browser: numbers in words, the number that stands for an indicator, lines that
never cross a scope, caps that end, and an escaped first paint."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from dash import dcc, html

from dashboard import prerender, security, states, view, wording
from dashboard.figures import ground, quarters
from dashboard.figures.land import land
from dashboard.figures.trend import trend
from dashboard.headline import headline, leading
from dashboard.ledger import Ledger, year_amount
from dashboard.parts.chart import legend
from dashboard.parts.marks import origin_mark, target_mark
from dashboard.parts.strokes import bullet, sparkline
from dashboard.past import Line, Past, lines_of
from indicators.attainment.result import Status
from indicators.observations import Origin
from indicators.periods import Period
from indicators.targets import TargetStatus
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry, Names

GDP = Entry(
    code="GDP", name="地区生产总值", unit="亿元", decimals=1, nature="ytd", scope="DEPT", price_basis="现价", part_of=""
)
NAMES = Names(
    themes={},
    indicators={"GDP": GDP},
    areas={"A": Entry(code="A", name="甲片区"), "B": Entry(code="B", name="乙片区")},
    departments={},
    scopes={"OLD": Entry(code="OLD", name="旧口径"), "NEW": Entry(code="NEW", name="新口径")},
    sources={},
    forms={},
    goals={},
    targets={("T", 1): Entry(code="T", version=1, path="linear")},
    breaks=(),
)


def reading(period: str, value: str | None, nature: str = "ytd", **more: Any) -> Reading:
    start, end = Period.parse(period).span(nature)  # type: ignore[arg-type]
    known = datetime(end.year, end.month, end.day)
    said: dict[str, Any] = {name: "" for name, kind in Reading.__annotations__.items() if kind == "str"}
    said |= {
        "indicator": "GDP", "area": "CCXQ", "department": "TJJ", "period": period, "period_start": start,
        "period_end": end, "nature": nature, "measure": "level", "price_basis": "现价", "scope": "DEPT",
        "canonical_value": None if value is None else Decimal(value), "origin": "simulated", "recorded_at": known,
        "status": "A", "submission": "S1", "superseded_at": None,
    }  # fmt: skip
    return Reading(**(said | more))


def verdict(**more: Any) -> Verdict:
    said: dict[str, Any] = dict.fromkeys(Verdict.__annotations__)
    said |= {
        "target": "T", "target_version": 1, "indicator": "GDP", "area": "CCXQ", "kind": "floor", "unit": "亿元",
        "target_status": "official", "status": "ON_TRACK", "due_on": date(2030, 12, 31), "target_value": Decimal(1290),
    }  # fmt: skip
    return Verdict(**(said | more))


def past(*readings: Reading, replaced: tuple[Reading, ...] = ()) -> Past:
    return Past((*readings, *replaced), lines_of(readings, replaced), ())


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        ("1046.25", 1, "1,046.3"),
        ("-7.25", 1, "−7.3"),
        ("-0.04", 1, "0.0"),
        ("0", 2, "0.00"),
        ("1234567", 0, "1,234,567"),
    ],
)
def test_a_number_is_rounded_half_up_and_grouped(value: str, decimals: int, said: str) -> None:
    assert wording.number(Decimal(value), decimals) == said


def test_a_missing_number_is_a_dash_and_never_zero() -> None:
    assert wording.number(None) == wording.signed(None) == wording.percent(None) == "—"
    assert wording.scaled(None, "亿元", 1) == ("—", "亿元")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("13531.2", "亿元", ("1.35", "万亿元")),
        ("9999.9", "亿元", ("9,999.9", "亿元")),
        ("1234567", "人", ("123.46", "万人")),
        ("49073", "元", ("49,073.0", "元")),
        ("-20000", "万人", ("−2.00", "亿人")),
        ("69", "万人", ("69.0", "万人")),
    ],
)
def test_large_numbers_are_said_in_wan_and_yi(value: str, unit: str, said: tuple[str, str]) -> None:
    assert wording.scaled(Decimal(value), unit, 1) == said


@pytest.mark.parametrize(
    ("period", "nature", "said"),
    [
        ("2026Q3", "ytd", "2026年前三季度累计"),
        ("2025Q4", "ytd", "2025年全年"),
        ("2026Q3", "stock", "2026年三季度末"),
        ("2025Q4", "stock", "2025年末"),
        ("2014", "annual", "2014年"),
        ("2026Q3", "single", "2026年三季度"),
    ],
)
def test_a_period_is_said_with_what_it_covers(period: str, nature: str, said: str) -> None:
    assert wording.span(period, nature) == said


def test_a_moment_is_told_as_its_day_in_beijing() -> None:
    assert wording.day(datetime(2026, 10, 17, 16, 30)) == "2026年10月18日"


def test_the_returned_series_stands_before_the_published_one() -> None:
    found = headline(
        GDP,
        [
            reading("2025Q4", "1056.8"),
            reading("2026Q3", "811.1"),
            reading("2026Q3", "790.0", price_basis="2020年不变价"),
            reading("2026Q3", "3.7", measure="growth_yoy", price_basis="可比价"),
            reading("2026Q3", "9.9", measure="growth_yoy", scope="NEW"),
            reading("2027", "5000", "annual", origin="published", scope="NEW"),
        ],
        (),
    )
    assert found.reading and found.reading.canonical_value == Decimal("811.1")
    assert found.growth and found.growth.canonical_value == Decimal("3.7")
    assert found.published and found.published.canonical_value == Decimal("5000")
    assert found.trail == ((date(2025, 12, 31), Decimal("1056.8")),)


def test_a_period_in_the_past_hides_what_came_after() -> None:
    found = headline(GDP, [reading("2025Q4", "1056.8"), reading("2026Q3", "811.1")], (), date(2025, 12, 31))
    assert found.reading and found.reading.period == "2025Q4"


def test_a_blank_is_no_headline() -> None:
    assert headline(GDP, [reading("2026Q3", None)], ()).reading is None


def test_a_verdict_that_could_be_given_stands_before_one_that_could_not() -> None:
    told = verdict(status="AT_RISK", target_status="example")
    assert leading([verdict(status="INSUFFICIENT", kind="growth_average"), told]) is told
    assert leading([]) is None


def test_lines_never_join_two_scopes() -> None:
    figure = trend(
        past(
            reading("2018", "966", "annual", scope="OLD", origin="published"),
            reading("2019", "732", "annual", scope="NEW", origin="published"),
            reading("2020", "823.9", "annual", scope="NEW", origin="published"),
        ),
        NAMES, GDP, (), (),
    )  # fmt: skip
    drawn = {trace["name"]: [v for v in trace["y"] if v is not None] for trace in figure["data"]}
    assert drawn == {"公开发布·旧口径": [966.0], "公开发布·新口径": [732.0, 823.9]}


def test_a_missing_year_is_a_gap() -> None:
    figure = trend(past(*(reading(f"{y}Q4", "9") for y in (2019, 2020, 2022))), NAMES, GDP, (), ())
    assert figure["data"][0]["y"] == [9.0, 9.0, None, 9.0]


def test_a_scope_break_is_a_line_of_its_own() -> None:
    entry = Entry(on_date=date(2019, 1, 1), reason="census", text="普查")
    figure = trend(past(reading("2020Q4", "9")), NAMES, GDP, (), (entry,))
    assert [s["x0"] for s in figure["layout"]["shapes"]] == ["2019-01-01"]
    assert "普查口径调整" in [a["text"] for a in figure["layout"]["annotations"]]


def test_replaced_values_stay_as_faint_points_that_can_be_traced() -> None:
    old = reading("2020Q4", "8", superseded_at=datetime(2021, 6, 1))
    figure = trend(past(reading("2020Q4", "9"), replaced=(old,)), NAMES, GDP, (), ())
    faint = next(t for t in figure["data"] if t["name"] == "修订前的数值")
    assert faint["customdata"][0] == old.id and faint["opacity"] < 0.5


def test_the_running_year_is_a_mark_beside_the_line() -> None:
    figure = trend(past(reading("2025Q4", "1000"), reading("2026Q3", "811")), NAMES, GDP, (), ())
    line, mark = figure["data"]
    assert line["y"] == [1000.0] and mark["y"] == [811.0]
    assert mark["name"] == "2026年前三季度累计"


def test_a_target_is_a_diamond_with_its_path_and_an_example_is_hollow() -> None:
    aim = verdict(target_status="example", base_on=date(2020, 12, 31), base_value=Decimal(850))
    figure = trend(past(reading("2020Q4", "850")), NAMES, GDP, (aim,), ())
    path, diamond = figure["data"][:2]
    assert (path["y"][0], path["y"][-1]) == (850.0, 1290.0) and path["x"][-1] == "2030-12-31"
    assert diamond["marker"]["symbol"] == "diamond-open"


def test_growth_as_reported_and_growth_computed_are_two_series() -> None:
    sent = reading("2026Q3", "3.7", measure="growth_yoy", price_basis="可比价")
    figure = quarters.growth(past(reading("2026Q3", "811"), sent), NAMES)
    assert [t["y"] for t in figure["data"]] == [[3.7]]
    assert figure["data"][0]["name"].startswith("填报或公布")


def test_a_years_amount_is_its_running_total_not_the_sum_of_running_totals() -> None:
    totals = [reading(f"2020Q{q}", str(v)) for q, v in ((1, 2), (2, 5), (3, 8), (4, 10))]
    assert year_amount(totals) == Decimal(10)
    assert year_amount([reading(f"2020Q{q}", "2.5", "single") for q in (1, 2, 3, 4)]) == Decimal(10)


def cap(year: int, status: str) -> Entry:
    return Entry(
        value=Decimal("87.5"), unit="平方公里", due_on=date(year, 12, 31), status=status, source="P", clause="一"
    )


def test_a_cap_that_ran_out_is_not_drawn_forward() -> None:
    sums = (Decimal(40), Decimal(61), Decimal(70))
    book = Ledger(
        cap(2020, "official"), (), (2019, 2020, 2021), date(2021, 9, 30), (("A", sums), ("B", sums)), frozenset(), {}
    )
    figure = land(book, NAMES)
    (line,) = figure["layout"]["shapes"]
    assert line["x1"] == 2020.5 and line["y0"] == 87.5
    assert book.total == (80, 122, 140)
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "2021<br>至9月"


def test_an_example_cap_is_dashed_and_named_as_one() -> None:
    later = (cap(2030, "example"),)
    book = Ledger(
        cap(2020, "official"), later, (2020, 2021), date(2021, 12, 31), (("A", (Decimal(1),) * 2),), frozenset(), {}
    )
    figure = land(book, NAMES)
    assert [s["line"]["dash"] for s in figure["layout"]["shapes"]] == ["solid", "dash"]
    assert any("示例目标" in a["text"] for a in figure["layout"]["annotations"])


def test_every_status_has_a_word_a_tone_and_a_place() -> None:
    looks = [states.look(status) for status in Status]
    assert [one.word for one in looks] == [status.label for status in Status]
    assert len({one.rank for one in looks}) == len(Status)
    assert {one.tone for one in looks} <= {"good", "warn", "bad", "over", "quiet"}


def test_every_origin_and_kind_of_target_has_its_mark() -> None:
    assert [origin_mark(o).children for o in Origin] == ["公开发布", "部门报送", "模拟数据"]
    assert [target_mark(s).children for s in TargetStatus] == ["正式目标", "本局采用", "示例目标"]


def test_a_bullet_stays_in_its_box_and_says_when_it_runs_over() -> None:
    over, tick = bullet(Decimal("1.26"), Decimal("0.5"), "good", "走完126%"), "50.0%"
    assert over.children[0].style == {"width": "100.0%"} and over.children[1].style == {"left": tick}
    assert "bullet-over" in over.className
    assert bullet(Decimal("-1.5"), None, "bad", "倒退").children[0].style == {"width": "0.0%"}


def test_a_sparkline_needs_three_points() -> None:
    assert sparkline([Decimal(1), Decimal(2)], "") is None
    assert sparkline([Decimal(1)] * 3, "不变") is not None


def test_a_legend_names_each_line_once_and_takes_plotlys_away() -> None:
    figure = trend(past(reading("2019Q4", "1"), reading("2020Q4", "2")), NAMES, GDP, (), ())
    assert [li.children[1] for li in legend(figure).children] == ["模拟数据·DEPT"]
    assert figure["layout"]["showlegend"] is False


def test_charts_cannot_send_anything_anywhere() -> None:
    config = ground.config()
    assert config["showSendToCloud"] is False and config["plotlyServerURL"] == "" and config["displaylogo"] is False
    assert config["modeBarButtons"] == [["toImage", "resetScale2d"]]


def test_an_address_is_read_without_trust() -> None:
    asked = view.read(period="2025Q4", target="2020", theme="land", department="ZRJ", area="A", asof="2026-01-31")
    assert asked == view.View("2025Q4", 2020, "land", "ZRJ", "A", date(2026, 1, 31))
    assert view.read() == view.View()
    odd = view.read(period="<script>", target="9999", asof="31.12.")
    assert (odd.period, odd.target, odd.as_of) == ("", 2030, None)
    assert "期间“<script>”" in odd.complaint and "日期" in odd.complaint and "目标年" in odd.complaint


def test_a_view_writes_the_address_it_came_from() -> None:
    asked = view.read(period="2025Q4", target="2020", area="A", asof="2026-01-31")
    assert asked.query() == "?period=2025Q4&target=2020&area=A&asof=2026-01-31"
    assert asked.query(target=2030, period="", area=view.HOME, department="ZRJ") == "?department=ZRJ&asof=2026-01-31"
    assert view.View().query() == ""


def test_the_first_paint_escapes_everything() -> None:
    hostile = '<img src=x onerror=alert(1)>"&'
    tree = html.Div([html.P(hostile, title=hostile), dcc.Link(hostile, href="/?a=1&b=2")], **{"aria-label": hostile})
    painted = prerender.to_html([tree, None, 3])
    assert "<img" not in painted and "onerror=alert(1)&gt;&quot;&amp;" in painted
    assert 'href="/?a=1&amp;b=2"' in painted and painted.endswith("3")


def test_the_first_paint_leaves_out_ids_and_holds_room_for_charts() -> None:
    painted = prerender.to_html(html.Div(dcc.Graph(id="g", className="wide"), id="page", style={"maxWidth": "3px"}))
    assert "id=" not in painted and 'class="hold hold-graph wide"' in painted and "max-width:3px" in painted


def test_the_content_policy_names_only_this_server_and_hashes_what_is_inline() -> None:
    page = '<script src="/a.js"></script><script>let a;</script><script type="application/json">{"x":1}</script>'
    made = security.policy(security.inline(page))
    assert made.count("sha256-") == 1 and "http" not in made and "unsafe-eval" not in made
    assert "script-src 'self' 'sha256-" in made and "unsafe-inline" not in made.split("style-src")[0]


def test_lines_of_another_price_basis_do_not_share_a_chart() -> None:
    found = past(reading("2020Q4", "9"), reading("2020Q4", "8", price_basis="2015年不变价"))
    assert [x.price_basis for x in found.usual("现价").lines] == ["现价"]
    assert isinstance(found.lines[0], Line) and len(found.lines) == 2
