"""What the golden tables of units can not say: exactness, the order of strength, the register itself."""

from __future__ import annotations

import timeit
from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.errors import UsageError
from indicators.units import (
    MAGNITUDES,
    UnitChoice,
    UnitStatus,
    convert,
    find_unit,
    magnitude_slip,
    read_unit,
    strongest_unit,
    unit,
    units,
)


def test_factors_are_exact_fractions() -> None:
    assert unit("亿元").factor == 10**8
    assert unit("亩").factor == Fraction(2000, 3)
    assert unit("吨标准煤/万元").factor == Fraction(1, 10**4)
    assert unit("微克/立方米").factor == Fraction(1, 10**12)


def test_the_register_has_the_units_of_the_returns_and_each_name_finds_its_unit() -> None:
    registered = units()
    assert all(find_unit(u.name) == u for u in registered)
    assert {u.name for u in registered} >= {"亿元", "亿美元", "万人", "万人次", "千公顷", "万吨标准煤", "亿千瓦时"}
    assert all(u.factor > 0 for u in registered)


def test_dollars_persons_visits_and_the_three_rates_are_dimensions_of_their_own() -> None:
    names = ("元", "美元", "人", "人次", "平方米", "吨", "吨标准煤", "千瓦时", "%", "百分点", "‰", "家", "户")
    assert len({unit(name).dimension for name in names}) == len(names)


def test_an_unknown_unit_is_a_usage_error_that_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="没有“箩筐”这个计量单位"):
        unit("箩筐")
    with pytest.raises(UsageError):
        convert(Decimal(1), "亿元", "箩筐")
    with pytest.raises(UsageError, match="有限"):
        convert(Decimal("NaN"), "亿元", "元")


def test_a_rate_is_no_part_of_a_ratio_and_a_magnitude_no_unit() -> None:
    assert find_unit("%/万人") is None
    assert find_unit("亿元/%") is None
    assert all(find_unit(magnitude) is None for magnitude in MAGNITUDES)


def test_a_conversion_that_terminates_is_exact_and_another_is_rounded_at_ten_places() -> None:
    assert convert(Decimal("0.0000000001"), "元", "亿元") == Decimal("1E-18")
    assert convert(Decimal("123456789012345678.123456"), "亿元", "元") == Decimal("12345678901234567812345600.00")
    assert convert(Decimal(1), "亩", "公顷") == Decimal("0.0666666667")
    assert convert(Decimal("0.0015"), "亩", "百万平方公里") == Decimal("1E-12")  # this one terminates
    assert convert(Decimal(-2), "亩", "公顷") == Decimal("-0.1333333333")
    assert str(convert(Decimal("5.30"), "亿元", "亿元")) == "5.30"


def test_one_conversion_takes_microseconds() -> None:
    best = min(timeit.repeat(lambda: convert(Decimal("3.2"), "万元", "亿元"), number=2000, repeat=5)) / 2000
    assert best < 40e-6


def test_a_reading_of_several_units_names_them_and_fixes_none() -> None:
    reading = read_unit("单位：亿元、%、万人")
    assert reading.unit is None
    assert [u.name for u in reading.units] == ["亿元", "%", "万人"]
    assert read_unit(None).status is UnitStatus.NONE
    assert read_unit("很长的说明，" * 100).status is UnitStatus.NONE


def test_units_are_taken_by_strength_of_who_says_them() -> None:
    wan, yi, percent, square = map(unit, ("万元", "亿元", "%", "平方公里"))
    assert strongest_unit(wan, yi, yi, yi) == UnitChoice(wan, "row", (("header", yi), ("line", yi), ("template", yi)))
    assert strongest_unit(None, wan, None, wan) == UnitChoice(wan, "header")
    assert strongest_unit(line_unit=yi, template_unit=wan) == UnitChoice(yi, "line", (("template", wan),))
    assert strongest_unit(template_unit=yi) == UnitChoice(yi, "template")
    assert strongest_unit() == UnitChoice(None)
    # a line for the other cells of the table does not contradict a percentage row …
    assert strongest_unit(row_unit=percent, line_unit=yi, template_unit=percent).conflicts == ()
    # … but a template of another dimension does
    assert strongest_unit(row_unit=square, template_unit=yi).conflicts == (("template", yi),)


@pytest.mark.parametrize(
    ("value", "previous", "slip"),
    [
        ("930", "913", False),
        ("9300000", "930", True),
        ("0.093", "930", True),
        ("50", "1", False),
        ("50.0001", "1", True),
        ("1", "50", False),
        ("1", "50.0001", True),
        ("-930", "913", False),
        ("0", "913", False),
        ("913", "0", False),
        (None, "913", False),
        ("913", None, False),
    ],
)
def test_a_ratio_outside_a_fiftieth_and_fifty_is_a_slip(value: str | None, previous: str | None, slip: bool) -> None:
    now, then = (None if text is None else Decimal(text) for text in (value, previous))
    assert magnitude_slip(now, then) is slip
