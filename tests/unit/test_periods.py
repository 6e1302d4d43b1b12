"""The calendar of returns: codes, labels, days, order."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.errors import UsageError
from indicators.periods import Nature, Period


@pytest.mark.parametrize(
    ("code", "start", "end", "label", "ytd"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31), "2014年", "2014年全年"),
        ("2021H1", date(2021, 1, 1), date(2021, 6, 30), "2021年上半年", "2021年上半年"),
        ("2021H2", date(2021, 7, 1), date(2021, 12, 31), "2021年下半年", "2021年全年"),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "2026年一季度", "2026年一季度"),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), "2026年三季度", "2026年前三季度"),
        ("2024M02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月", "2024年1—2月"),
        ("2024M01", date(2024, 1, 1), date(2024, 1, 31), "2024年1月", "2024年1月"),
    ],
)
def test_a_period_has_days_and_chinese_names(code: str, start: date, end: date, label: str, ytd: str) -> None:
    period = Period.parse(code)
    assert (period.start, period.end, period.label, period.ytd_label, str(period)) == (start, end, label, ytd, code)


@pytest.mark.parametrize("code", ["2026-Q3", " 2026q3 ", "2026Q03"])
def test_spellings_of_one_code(code: str) -> None:
    assert Period.parse(code) == Period(2026, "Q", 3)


@pytest.mark.parametrize(
    "code", ["", "2026Q5", "2026H3", "2026M13", "2026M0", "26Q3", "2026年", "1899", "2201", "２０２６", "2026Q", "٢٠٢٦"]
)
def test_what_is_no_code_is_a_usage_error(code: str) -> None:
    with pytest.raises(UsageError, match="报告期"):
        Period.parse(code)


def test_what_each_nature_covers() -> None:
    third = Period.parse("2026Q3")
    assert third.span(Nature.SINGLE) == (date(2026, 7, 1), date(2026, 9, 30))
    assert third.span(Nature.YTD) == (date(2026, 1, 1), date(2026, 9, 30))
    assert third.span(Nature.STOCK) == (date(2026, 9, 30), date(2026, 9, 30))
    assert third.span(Nature.ANNUAL) == (date(2026, 1, 1), date(2026, 12, 31))


def test_shift_crosses_years_and_stops_at_the_edge() -> None:
    assert Period.parse("2026Q1").shift(-1) == Period.parse("2025Q4")
    assert Period.parse("2025M12").shift(1) == Period.parse("2026M01")
    assert Period.parse("2021H2").shift(3) == Period.parse("2023H1")
    assert Period.parse("2026Q3").same_last_year() == Period.parse("2025Q3")
    with pytest.raises(UsageError):
        Period.parse("2200").shift(1)


def test_periods_are_ordered_by_their_end_then_by_their_start() -> None:
    mixed = [Period.parse(code) for code in ("2014M12", "2014Q4", "2014", "2014H1", "2014Q2", "2013M12")]
    assert [p.code for p in sorted(mixed)] == ["2013M12", "2014H1", "2014Q2", "2014", "2014Q4", "2014M12"]
    assert Period.parse("2014Q1") <= Period.parse("2014Q1") < Period.parse("2014Q2")
    assert Period.parse("2014Q2") >= Period.parse("2014Q1")
