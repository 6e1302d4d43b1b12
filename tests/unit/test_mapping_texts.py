"""Texts of hand-made tables: anchors with periods replaced, names looked up, headers and labels understood."""

import pytest

from indicators.mapping.anchors import anchor_of, each_anchor, key, period_at, stands
from indicators.mapping.headers import read_header, read_label, read_title
from indicators.mapping.match_cells import begins
from indicators.mapping.model import Mapping
from indicators.mapping.names import Names
from indicators.periods import Period
from tests.adopt_world import catalogue

Q1, H1, YEAR = Period.parse("2016Q1"), Period.parse("2016Q2"), Period.parse("2016")


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(catalogue())


@pytest.mark.parametrize(
    ("text", "own", "anchor"),
    [
        ("2016年一季度分市州居民收入", Q1, "{本期}分市州居民收入"),
        ("２０１６年上半年（元）", H1, "{本期}(元)"),
        ("2015年一季度（元）", Q1, "{上年同期}(元)"),
        ("2016年1—3月|增 速", Q1, "{本期}|增速"),
        ("2010年不变价", Q1, "2010年不变价"),
        ("2016年比2015年增长", YEAR, "{本期}比{上年同期}增长"),
        ("到位资金", Q1, "到位资金"),
        ("地 区①", Q1, "地区"),
    ],
)
def test_an_anchor_holds_for_other_periods_too(text: str, own: Period, anchor: str) -> None:
    assert anchor_of(text, own, "Q") == anchor
    assert stands(anchor, text, own, "Q")


def test_an_anchor_stands_only_for_the_returns_own_period() -> None:
    assert stands("{本期}(元)", "2016年上半年（元）", H1, "Q")
    assert not stands("{本期}(元)", "2016年一季度（元）", H1, "Q"), "the header was not brought up to date"
    assert not stands("{本期}(元)", "2016年上半年（万元）", H1, "Q"), "another unit is another header"
    assert not stands("{上年同期}(元)", "2014年上半年（元）", H1, "Q")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2016年一季度收入", "2016Q1"),
        ("2016年上半年收入", "2016Q2"),
        ("2016年前三季度收入", "2016Q3"),
        ("2016年收入", "2016"),
    ],
)
def test_a_title_tells_the_period_in_the_returns_frequency(text: str, code: str) -> None:
    reading = period_at("{本期}收入", text, "Q")
    assert reading and reading.period and reading.period.code == code


def test_a_title_with_other_words_is_another_title() -> None:
    assert period_at("{本期}城镇居民收入", "2016年一季度农村居民收入", "Q") is None


@pytest.mark.parametrize("text", ["2019年", "2019", "2022年第一季度", "2022年|一季度"])
def test_a_column_of_many_periods(text: str) -> None:
    assert key(each_anchor(text, "Q")) == "{各期}"


@pytest.mark.parametrize(
    ("label", "code", "certain"),
    [
        ("延边州", "222400", True), ("四 平", "220300", True), ("白山市", "220600", True), ("吉林", "220000", True),
        ("吉林市", "220200", True), ("恩施州", "422800", True), ("朝阳", "220104", False), ("内蒙古", "150000", True),
    ],
)  # fmt: skip
def test_areas_by_name_and_alias(names: Names, label: str, code: str, certain: bool) -> None:
    found = names.area(label)
    assert found and (found.code, found.certain) == (code, certain)


@pytest.mark.parametrize("label", ["合计", "全省", "州", "甲乙丙丁市", ""])
def test_what_is_no_area_is_none(names: Names, label: str) -> None:
    assert names.area(label) is None


def test_the_longest_name_in_a_title_is_its_indicator(names: Names) -> None:
    said = {
        "2016年分市州全体居民人均可支配收入": "HOUSEHOLD_INCOME",
        "2016年分市州城镇常住居民人均可支配收入": "URBAN_INCOME",
        "2016年分市州农村常住居民人均可支配收入": "RURAL_INCOME",
    }
    for title, code in said.items():
        found = read_title(title, names)
        assert found and found.code == code and not found.certain, "inferred, so a person looks at it"
    named = read_title("指标：地区生产总值(亿元)", names)
    assert named and named.code == "GDP" and named.certain


@pytest.mark.parametrize(
    ("header", "measure", "nature", "unit", "certain"),
    [
        ("2016年一季度（元）", "level", None, "元", True),
        ("2015年一季度（元）", "level_previous_year", None, "元", True),
        ("增速（%）", "growth_yoy", None, "%", True),
        ("增速", "growth_yoy", None, "%", False),
        ("1—本季|本年", "level", "ytd", "", False),
        ("1—本季|上年同期", "level_previous_year", "ytd", "", True),
        ("本季", "level", "single", "", True),
        ("本年累计(万元)", "level", "ytd", "万元", True),
        ("比上年同期增长%", "growth_yoy", None, "%", True),
        ("全年计划", "plan", None, "", True),
        ("期末数", "level", "stock", "", True),
    ],
)
def test_headers_say_measure_nature_and_unit(
    names: Names, header: str, measure: str, nature: str | None, unit: str, certain: bool
) -> None:
    read = read_header(header, Q1, False, "Q", names)
    assert (read.measure, read.nature, read.unit) == (measure, nature, unit) and not read.doubt
    assert read.certain is certain


@pytest.mark.parametrize("header", ["增长额（亿元）", "占比（%）", "位次", "备案情况"])
def test_a_header_that_is_not_understood_is_asked(names: Names, header: str) -> None:
    assert read_header(header, Q1, False, "Q", names).doubt


def test_a_header_may_name_an_area_or_indicator(names: Names) -> None:
    assert read_header("长春市", Q1, False, "Q", names).area == "220100"
    assert read_header("工业增加值(亿元)", Q1, False, "Q", names).indicator == "GDP_INDUSTRY"


def test_labels_lose_unit_lead_and_word_of_nature(names: Names) -> None:
    read = read_label("国内生产总值当季值(亿元)", names)
    assert read.indicator and (read.indicator.code, read.nature, read.unit) == ("GDP", "single", "亿元")
    for label in ("其中：工业增加值", "一、工业增加值", "（二）工业增加值", "#工业增加值"):
        found = read_label(label, names).indicator
        assert found and found.code == "GDP_INDUSTRY", label


@pytest.mark.parametrize(
    ("text", "note"),
    [("注：1.本表", True), ("注1", True), ("数据来源：国家统计局", True), ("说明", True), ("说明书产量", False),
     ("来源地人口", False), ("注册资本", False)],
)  # fmt: skip
def test_notes_begin_with_their_word(text: str, note: bool) -> None:
    assert begins(text, Mapping().notes) is note
