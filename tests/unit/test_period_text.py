"""What the golden table of periods can not say: periods inside titles, what fits which series, odd types."""

from __future__ import annotations

import timeit
from datetime import date, datetime

import pytest

from indicators.period_text import PeriodStatus, periods_in, read_period
from indicators.periods import Nature, Period


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("2016年一季度分市州全体居民人均可支配收入", ["2016Q1"]),
        ("附件1  2016年前三季度分市州居民收入核定结果", ["2016Q3"]),
        ("2016年上半年（元）", ["2016H1"]),
        ("2016年（元）", ["2016"]),
        ("2022年第一季度", ["2022Q1"]),
        ("报告期：2026年三季度", ["2026Q3"]),
        ("2016年一季度比2015年一季度增长", ["2016Q1", "2015Q1"]),
        ("截至2019年9月末，2019年9月末常住人口", ["2019Q3"]),
        ("到2020年新增建设用地", ["2020"]),
        ("2015—2020年长春新区主要指标", []),
        ("2018年10月—2019年3月", []),
        ("2019年9月30日印发", []),
        ("最近5年", []),
        ("增速（%）", []),
        ("19年三季度", []),
        ("三季度", []),
        ("", []),
    ],
)
def test_titles_and_headers_name_their_periods(title: str, codes: list[str]) -> None:
    assert [r.period.code for r in periods_in(title) if r.period] == codes


def test_a_title_is_read_in_the_frequency_of_the_return() -> None:
    (reading,) = periods_in("2026年上半年主要指标", report_period=Period.parse("2026Q2"))
    assert (reading.period, reading.nature, reading.raw) == (Period.parse("2026Q2"), Nature.YTD, "2026年上半年")


def test_one_stretch_of_time_has_one_reading_and_says_which_series_it_fits() -> None:
    quarter, months = read_period("2019年一季度"), read_period("2019年1—3月")
    assert (quarter.period, quarter.nature, quarter.start, quarter.end) == (
        months.period,
        months.nature,
        months.start,
        months.end,
    )
    assert quarter.fits(Nature.SINGLE) and quarter.fits(Nature.YTD)
    assert not quarter.fits(Nature.STOCK) and not quarter.fits(Nature.ANNUAL)
    second = read_period("2019年二季度")
    assert second.fits(Nature.SINGLE) and not second.fits(Nature.YTD)
    assert not read_period("2019.09").fits(Nature.SINGLE)


def test_the_days_that_a_reading_covers() -> None:
    assert (read_period("2024年2月").start, read_period("2024年2月").end) == (date(2024, 2, 1), date(2024, 2, 29))
    stock = read_period("2026年9月末")
    assert stock.start == stock.end == date(2026, 9, 30)


def test_the_same_period_last_year_leaves_the_nature_to_the_column_beside() -> None:
    reading = read_period("上年同期", report_period=Period.parse("2026Q3"))
    assert reading.period == Period.parse("2025Q3")
    assert (reading.nature, reading.start, reading.end) == (None, None, None)
    assert not reading.fits(Nature.YTD)


def test_a_period_later_than_the_return_is_doubted_whatever_the_words() -> None:
    own = Period.parse("2026Q1")
    for text in ("三季度", "9月", "1-9月", "上半年", "年末", "今年二季度"):
        assert read_period(text, report_period=own).status is PeriodStatus.AMBIGUOUS, text


@pytest.mark.parametrize("odd", [True, -5, 10**5000, 1e300, float("nan"), float("inf"), 3, "9" * 500], ids=type)
def test_odd_values_are_errors_with_a_sentence(odd: object) -> None:
    reading = read_period(odd)  # type: ignore[arg-type]
    assert (reading.status, reading.period) == (PeriodStatus.ERROR, None)
    assert reading.reason.endswith("。")


def test_the_edges_of_the_calendar_are_no_exception() -> None:
    first = Period.parse("1900")
    assert read_period("上年", report_period=first).status is PeriodStatus.ERROR
    assert read_period("上期", report_period=first).status is PeriodStatus.ERROR
    assert read_period(date(1, 1, 1)).status is PeriodStatus.ERROR
    assert read_period(datetime(9999, 12, 31)).status is PeriodStatus.ERROR


def test_a_long_title_is_read_at_once() -> None:
    for text in ("2019年" * 10000, "1" * 32000, "1 " * 16000, "二" * 32000, "2019年1-" * 8000):
        assert timeit.timeit(lambda text=text: (periods_in(text), read_period(text)), number=1) < 0.5
