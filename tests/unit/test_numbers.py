"""What the golden table of numbers can not say: shapes of the result, sources with other marks, speed, odd types."""

from __future__ import annotations

import timeit
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from indicators.cell_formats import CellFormat, cell_format
from indicators.marks import YEARBOOK_MARKS, NumberStatus, cut_footnotes, drop_invisible, fold_width
from indicators.numbers import read_number
from indicators.observations import ObsStatus


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("930", ObsStatus.NORMAL),
        ("…", ObsStatus.NOT_SIGNIFICANT),
        ("—", ObsStatus.CANNOT_EXIST),
        ("", ObsStatus.MISSING),
        ("3.2亿", ObsStatus.UNVALIDATED),
        ("约100", ObsStatus.MISSING),
    ],
)
def test_each_status_has_its_sdmx_status(raw: str, status: ObsStatus) -> None:
    reading = read_number(raw)
    assert reading.obs_status is reading.status.obs_status is status


def test_nothing_but_a_value_carries_a_value_and_no_mark_is_zero() -> None:
    for raw in ("…", "—", "", None, "3.2亿", "约100", "(5)", True, date(2024, 9, 1), float("nan")):
        assert read_number(raw).value is None, raw


def test_a_source_may_say_what_its_marks_mean() -> None:
    hanzhong = {**YEARBOOK_MARKS, "—": NumberStatus.BLANK, "空": NumberStatus.NO_DATA}
    assert read_number("—", marks=hanzhong).status is NumberStatus.BLANK
    assert read_number("空", marks=hanzhong).status is NumberStatus.NO_DATA
    assert read_number("…", marks=hanzhong).status is NumberStatus.BELOW_UNIT
    assert read_number("空").status is NumberStatus.ERROR


def test_candidates_begin_with_the_number_that_stands_in_the_cell() -> None:
    assert read_number(0.053, percent_column=True).candidates == (Decimal("0.053"), Decimal("5.3"))
    assert read_number("3.2亿").candidates == (Decimal("3.2"), Decimal(320000000))
    assert read_number("(5.3)").candidates == (Decimal("5.3"), Decimal("-5.3"))
    assert read_number("5.3").candidates == ()


def test_footnotes_sign_word_and_raw_text_are_kept_with_the_value() -> None:
    reading = read_number("下降 2.1％①[注2]")
    assert (reading.value, reading.unit_text, reading.sign_word) == (Decimal("-2.1"), "%", "下降")
    assert (reading.footnotes, reading.raw) == (("①", "[注2]"), "下降 2.1％①[注2]")
    assert reading.notes == ("footnotes_cut", "width_folded", "sign_from_word", "own_unit")
    assert reading.reason.count("。") == 4


def test_decimals_that_were_written_are_kept_and_a_float_gives_its_shortest_form() -> None:
    assert str(read_number("5.30").value) == "5.30"
    assert str(read_number(0.1).value) == "0.1"
    assert str(read_number(869.7).value) == "869.7"
    assert str(read_number(0.07, number_format="0%").value) == "7"
    assert str(read_number(1e16).value) == "10000000000000000"


def test_only_a_float_loses_digits_beyond_the_fifteenth_and_it_is_said() -> None:
    noisy, long = read_number(1 / 3), read_number(12345678901234567)
    assert (noisy.value, noisy.notes) == (Decimal("0.333333333333333"), ("digits_rounded",))
    assert (long.value, long.notes) == (Decimal(12345678901234567), ("digits_kept",))
    assert read_number(Decimal("1.2345678901234567")).value == Decimal("1.2345678901234567")


@pytest.mark.parametrize(
    "raw", [[1], object(), time(12, 30), datetime(2024, 9, 1), b"5", 10**5000, -(10**18)], ids=type
)
def test_anything_else_is_an_error_with_a_sentence(raw: object) -> None:
    reading = read_number(raw)
    assert reading.status is NumberStatus.ERROR
    assert reading.reason.endswith("。")


def test_a_number_format_of_a_text_cell_changes_nothing() -> None:
    assert read_number("5.3", number_format="0.0%").value == Decimal("5.3")


def test_a_long_text_is_cut_in_the_sentence_and_kept_whole_in_raw() -> None:
    story = "本单位今年未开展此项业务，" * 5
    reading = read_number(story)
    assert reading.raw == story
    assert story[:40] + "…" in reading.reason and story not in reading.reason


def test_a_cell_of_thirty_thousand_blanks_is_read_at_once() -> None:
    for text in ("1" + " " * 32000 + "2", "\u200b" * 32000, "①" * 32000 + "x", "1," * 16000, "(" * 32000):
        assert timeit.timeit(lambda text=text: read_number(text), number=1) < 0.5


def test_a_plain_cell_takes_microseconds() -> None:
    """1.4 million of them are read in one backfill; the bound is ten times what was measured (about 2 µs)."""
    for raw in (1234.5, 12, "1234.5", None):
        best = min(timeit.repeat(lambda raw=raw: read_number(raw), number=2000, repeat=5)) / 2000
        assert best < 20e-6, raw


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", CellFormat()),
        ("@", CellFormat()),
        ("", CellFormat()),
        ("0.0%", CellFormat(percent=True, unit_text="%")),
        ('0.0"%"', CellFormat(unit_text="%")),
        ("#,##0.00", CellFormat()),
        ("#,##0,", CellFormat(rescaled=True)),
        ("#,##0.0,,", CellFormat(rescaled=True)),
        ('0!.0,"万"', CellFormat(rescaled=True)),
        ('[>=100000000]0.00,,"亿";[>=10000]0!.0,"万";0', CellFormat(rescaled=True)),
        ('0.0"万元"', CellFormat(unit_text="万元")),
        ('0.0" 万元"', CellFormat(unit_text="万元")),
        ("[Red]0.0;[蓝色]-0.0", CellFormat()),
        ('yyyy"年"m"月"', CellFormat(date=True)),
        ("m/d/yyyy h:mm", CellFormat(date=True)),
        ("[mm]:ss", CellFormat(date=True)),
        ("0.00E+00", CellFormat()),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', CellFormat(zero="—")),
        ("[$￥-804]#,##0.00", CellFormat()),
        (";;;", CellFormat(rescaled=True)),
        ('0;-0;"—"', CellFormat(zero="—")),
        ("0.0;0.0;", CellFormat(minus_lost=True, zero="")),
        ('"下降"0.0', CellFormat(minus_added=True)),
        ("[>=100]0.0;0.00", CellFormat()),
        ('0.0"未闭合', CellFormat(unit_text="未闭合")),
        ("0\\", CellFormat()),
    ],
)
def test_a_number_format_is_read_for_what_it_does_to_the_number(code: str, expected: CellFormat) -> None:
    assert cell_format(code) == expected


def test_footnotes_are_cut_before_width_is_folded() -> None:
    assert cut_footnotes("7.8①") == ("7.8", ("①",))
    assert cut_footnotes("35m²①") == ("35m²", ("①",))
    assert cut_footnotes("7①8") == ("7①8", ())
    assert fold_width("７．８％　½…㎡①") == "7.8% ½…㎡①"
    assert drop_invisible("\ufeff1\u200b2\u00ad3") == "123"
