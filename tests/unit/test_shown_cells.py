"""Cells drawn as a spreadsheet program shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.shown import shown
from etl.workbook import Cell


def text(value: object, code: str = "General", kind: str = "n", date1904: bool = False) -> str:
    return shown(Cell(1, 1, kind, value, code), date1904)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (5, "General", "5"),
        (6.273333333333333, "General", "6.2733333333"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-12, "General", "1.00000E-12"),
        (1e21, "0.00", "1.00000E+21"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234567.005, "#,##0.00", "-1,234,567.01"),
        (0.053, "0.0%", "5.3%"),
        (-0.004, "0.0", "0.0"),
        (2.5, "0", "3"),
        (7, "000", "007"),
        (0.5, "#.##", ".5"),
        (12, "0.0#", "12.0"),
        (1234567, '0!.0,"万"', "123.5万"),
        (1234567, "0.0,", "1234.6"),
        (-3, "0.0;(0.0)", "(3.0)"),
        (0, '0.0;-0.0;"—"', "—"),
        (12, '0"个"', "12个"),
        (12, "[$¥-804]#,##0.00", "¥12.00"),
        (12, "[红色]0.0", "12.0"),
        (150, '[>=100]0"高";0"低"', "150高"),
        (50, '[>=100]0"高";0"低"', "50低"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.5, "# ?/?", "0.5"),
        (8612345678, "000-0000-0000", "086-1234-5678"),
        (5, ";;;", "5"),
        (5, '_ * #,##0_ ;_ * "-"_ ', "5"),
    ],
)
def test_numbers(value: float, code: str, expected: str) -> None:
    assert text(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (45536, 'yyyy"年"m"月"', "2024年9月"),
        (45536, "yyyy/m/d", "2024/9/1"),
        (45536.75, "yyyy-mm-dd hh:mm:ss", "2024-09-01 18:00:00"),
        (45536.75, '上午/下午h"时"mm"分"', "下午6时00分"),
        (45536, "dddd", "星期日"),
        (0.5, "mm:ss", "00:00"),
        (1.5, "[h]:mm", "36:00"),
        (1, "yyyy/m/d", "1900/1/1"),
        (-3, "yyyy/m/d", "-3"),
    ],
)
def test_dates(value: float, code: str, expected: str) -> None:
    assert text(value, code) == expected


def test_the_calendar_of_1904() -> None:
    assert text(0, "yyyy/m/d", date1904=True) == "1904/1/1"


def test_what_is_no_number_stays_as_it_is() -> None:
    assert text("=1+1<script>", "0.0", "s") == "=1+1<script>"
    assert text("#REF!", "0.0", "e") == "#REF!"
    assert text(True, "0.0", "b") == "TRUE"
    assert text(None, "0.0") == ""


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15),
    st.text(alphabet='0#?.,;%"[]<>=yYmMdDhHsSaeE+-/\\!_*@G万年上午下$ ', max_size=24),
)
def test_any_format_gives_some_text(value: float, code: str) -> None:
    assert isinstance(text(value, code), str)
