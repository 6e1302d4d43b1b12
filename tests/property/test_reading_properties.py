"""Laws of reading: what was written comes back, arbitrary text raises nothing, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.cell_formats import cell_format
from indicators.marks import NumberStatus
from indicators.numbers import read_number
from indicators.period_text import PeriodStatus, periods_in, read_period
from indicators.periods import Nature, Period
from indicators.units import Unit, convert, find_unit, magnitude_slip, read_unit, unit, units

usual = settings(max_examples=200, deadline=None, derandomize=True)

numbers = st.decimals(min_value=-(10**15), max_value=10**15, places=6).map(lambda d: d.normalize() + 0)
written_places = st.integers(0, 6)
# Texts made of the pieces that readers care about find more than texts of all Unicode; both are tried.
PIECES = [
    *("1", "23", "456", "2019", "09", "nan", "季度", "半年", "累计", "增长", "下降", "上年", "同期", "单位：", "[注"),
    *".,， -−—%％①²…年月上末前三十〇QH(（）亿万元人约~/\u200b\u202e\x00eE+本、]",
]
pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
anything = st.one_of(st.text(max_size=60), pieces)
periods = st.one_of(
    st.builds(Period, st.integers(1950, 2099), st.just("A"), st.just(1)),
    st.builds(Period, st.integers(1950, 2099), st.just("H"), st.integers(1, 2)),
    st.builds(Period, st.integers(1950, 2099), st.just("Q"), st.integers(1, 4)),
    st.builds(Period, st.integers(1950, 2099), st.just("M"), st.integers(1, 12)),
)
values = st.decimals(min_value=-(10**12), max_value=10**12, places=4)

FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789.-"}


@usual
@given(numbers, written_places, st.sampled_from(["", ",", " ", "\u00a0", "\u202f", "，"]), st.booleans(), st.data())
def test_a_number_comes_back_however_it_was_typed(
    value: Decimal, places: int, group: str, wide: bool, data: st.DataObject
) -> None:
    value = round(value, places)
    text = f"{value:,.{places}f}".replace(",", group)
    if wide:
        text = text.translate(FULL_WIDTH)
    elif value < 0:
        text = text.replace("-", data.draw(st.sampled_from("-−–—")))
    text = data.draw(st.sampled_from(["", " ", "\u3000", "\ufeff"])) + text
    text += data.draw(st.sampled_from(["", "①", "①②", "*", "[注1]", "³", " "]))
    reading = read_number(text)
    assert (reading.status, reading.value) == (NumberStatus.VALUE, value), text


@usual
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_float_comes_back_to_fifteen_digits_without_noise(number: float) -> None:
    reading = read_number(number)
    assert reading.value is not None
    assert f"{float(reading.value):.15g}" == f"{number + 0.0:.15g}"
    assert float(reading.value) == number or "digits_rounded" in reading.notes
    assert len(reading.value.normalize().as_tuple().digits) <= 15


@usual
@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False))
def test_a_percent_format_multiplies_by_exactly_a_hundred(number: float) -> None:
    plain, percent = read_number(number), read_number(number, number_format="0.00%")
    assert plain.value is not None and percent.value == plain.value * 100
    assert percent.unit_text == "%"


@usual
@given(anything, st.booleans(), st.sampled_from(["General", "0.0%", "0,"]))
def test_any_text_is_read_without_an_exception_and_never_to_anything_but_a_finite_number(
    text: str, percent: bool, shape: str
) -> None:
    reading = read_number(text, percent_column=percent, number_format=shape)
    assert (reading.value is not None) == (reading.status is NumberStatus.VALUE)
    assert all(number.is_finite() for number in (reading.value, *reading.candidates) if number is not None)
    assert reading.reason.endswith("。") or not (reading.cause or reading.notes)
    assert bool(reading.cause) == (reading.status in (NumberStatus.ERROR, NumberStatus.CONFIRM))
    if reading.value is not None:
        assert any(c in "0123456789０１２３４５６７８９" for c in text)
        assert not reading.unit_text or find_unit(reading.unit_text)


@usual
@given(st.one_of(st.integers(), st.floats(), st.decimals(), st.booleans(), st.dates(), st.none()), anything)
def test_any_typed_cell_with_any_format_is_read_without_an_exception(raw: object, code: str) -> None:
    reading = read_number(raw, number_format=code)
    assert (reading.value is not None) == (reading.status is NumberStatus.VALUE)
    assert reading.value is None or (reading.value.is_finite() and abs(reading.value) < 10**18)
    assert not (cell_format(code).percent and cell_format(code).rescaled)


def terminates(number: Fraction) -> bool:
    return 10**60 % number.denominator == 0


@usual
@given(values, st.sampled_from(units()), st.data())
def test_units_convert_exactly_there_and_back_and_over_a_third(
    value: Decimal, start: Unit, data: st.DataObject
) -> None:
    kin = [u for u in units() if u.dimension == start.dimension]
    over, goal = data.draw(st.sampled_from(kin)), data.draw(st.sampled_from(kin))
    there, expected = convert(value, start, over), Fraction(value) * start.factor / over.factor
    assert convert(-value, start, over) == -there
    if not terminates(expected):
        assert abs(Fraction(there) - expected) < Fraction(1, 2 * 10**10)
        return
    assert Fraction(there) == expected
    assert convert(there, over, start) == value
    assert convert(there, over, goal) == convert(value, start, goal)


@usual
@given(anything)
def test_any_text_about_units_is_read_without_an_exception_and_fixes_only_a_registered_unit(text: str) -> None:
    reading = read_unit(text)
    assert (reading.unit is not None) == (reading.status.value == "unit")
    assert reading.unit is None or unit(reading.unit.name) == reading.unit
    assert reading.unit is not None or reading.reason.endswith("。")


@usual
@given(values.filter(bool), st.sampled_from([Decimal("0.0001"), Decimal("0.01"), Decimal(100), Decimal(10**4)]))
def test_a_slip_of_two_magnitudes_or_more_never_passes_and_signs_play_no_part(value: Decimal, slip: Decimal) -> None:
    assert magnitude_slip(value * slip, value)
    assert magnitude_slip(value, -value * slip)
    assert not magnitude_slip(value * 50, value) and not magnitude_slip(value, value * 50)


@usual
@given(periods, st.integers(-20, 20), st.integers(-20, 20))
def test_shift_is_addition_and_last_year_is_a_shift(period: Period, a: int, b: int) -> None:
    per_year = {"A": 1, "H": 2, "Q": 4, "M": 12}[period.freq]
    assert period.shift(a).shift(-a) == period
    assert period.shift(a).shift(b) == period.shift(a + b)
    assert period.same_last_year() == period.shift(-per_year)
    assert (period.shift(1) > period) and (period.shift(1).start - period.end).days == 1


@usual
@given(periods)
def test_code_and_label_lead_back_to_the_period(period: Period) -> None:
    assert Period.parse(period.code) == period
    for text in (period.label, period.code):
        reading = read_period(text)
        assert reading.status is PeriodStatus.VALUE
        assert (reading.start, reading.end) == period.span(Nature.SINGLE)
        assert reading.fits(Nature.SINGLE)
        assert periods_in(f"表1 {period.label}主要指标")[0].period == read_period(period.label).period


@usual
@given(periods, st.sampled_from(list(Nature)))
def test_the_cumulative_label_is_read_as_its_span_in_the_frequency_of_the_return(p: Period, nature: Nature) -> None:
    reading = read_period(p.ytd_label, report_period=p)
    assert reading.fits(Nature.YTD)
    assert (reading.start, reading.end) == p.span(Nature.YTD)
    stock = read_period(f"{p.year}年{p.end.month}月末", report_period=p)
    assert (stock.period, stock.nature) == (p, Nature.STOCK)
    assert stock.fits(nature) == (nature is Nature.STOCK)


@usual
@given(st.one_of(anything, st.integers(), st.floats(), st.dates(), st.none()), st.one_of(st.none(), periods))
def test_any_cell_is_read_as_a_period_without_an_exception_and_all_agrees(cell: object, own: Period | None) -> None:
    reading = read_period(cell, report_period=own)  # type: ignore[arg-type]
    assert (reading.period is not None) == (reading.status is PeriodStatus.VALUE)
    assert reading.period is not None or reading.reason.endswith("。")
    if reading.period is not None and reading.nature is not None:
        assert reading.fits(reading.nature)
    if own is None and isinstance(cell, str) and reading.period:
        assert any(c in "0123456789０１２３４５６７８９〇一二三四五六七八九" for c in cell)


@usual
@given(
    st.integers(1950, 2099), st.integers(1, 12), st.sampled_from(["{y}.{m:02d}", "{y}-{m}", "{y}/{m}", "{y}{m:02d}"])
)
def test_year_and_bare_month_are_ambiguous_whoever_asks(year: int, month: int, form: str) -> None:
    text = form.format(y=year, m=month)
    for own in (None, Period(year, "M", month), Period(year, "A", 1)):
        assert read_period(text, report_period=own).status is PeriodStatus.AMBIGUOUS
    assert read_period(f"{year % 100:02d}年{month}月").status is PeriodStatus.AMBIGUOUS
    assert periods_in(text) == ()


@usual
@given(st.integers(1, 12), st.sampled_from("—–－~～至到-"), periods)
def test_every_dash_joins_months_alike(last: int, dash: str, own: Period) -> None:
    text = f"{own.year}年1{dash}{last}月"
    assert read_period(text).period == read_period(f"{own.year}年1-{last}月").period
    assert read_period(f"1{dash}{last}月").status is PeriodStatus.RELATIVE
    assert read_period(text, report_period=own).start == read_period(text).start
