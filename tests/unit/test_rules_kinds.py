"""Named checks on returns made for them: each is silent on what is usual and speaks on what is not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

import data
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.findings import Severity
from indicators.observations import Measure, Observation, ObsStatus
from indicators.periods import Nature, Period
from indicators.rules.facts import Facts, Precision, Suspicion
from indicators.rules.judge import suspicions
from indicators.rules.parser import parse
from indicators.rules.tree import Kind

PERIOD = Period.parse("2026Q3")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(data.catalogue_folder())


class Past:
    """Earlier values of one series by period code, or by (department or area, period)."""

    def __init__(self, values: dict[str, str], others: dict[tuple[str, str], str] | None = None) -> None:
        self._values, self._others = values, others or {}

    def value(
        self, indicator: str, area: str, department: str, period: str, nature: Nature, measure: Measure, *rest: str
    ) -> Decimal | None:
        if department != "ZRJ":
            found = self._others.get((department, period))
        else:
            found = self._values.get(period) if area == "CCXQ" else self._others.get((area, period))
        return None if found is None or measure is not Measure.LEVEL else Decimal(found)


NOTHING = Past({})


def one(value: str | None, indicator: str = "LAND_NEW", **more: object) -> Observation:
    number = None if value is None else Decimal(value)
    made = Observation(
        indicator=indicator, area="CCXQ", department="ZRJ", form="LAND-Q", edition="2016", period=PERIOD.code,
        period_start=PERIOD.start, period_end=PERIOD.end, nature=Nature.YTD, value=number, canonical_value=number,
        unit="平方公里", canonical_unit="平方公里", decimals=2, sheet="表", cell=f"{indicator}{more}",
        raw_text=value or "", status=ObsStatus.NORMAL if value else ObsStatus.MISSING,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def found(
    rule: str, cells: list[Observation], past: Past, catalogue: Catalogue, required: frozenset[str] = frozenset()
) -> list[Suspicion]:
    kind = parse(rule)
    assert isinstance(kind, Kind)
    reporters = {"LAND_NEW": ("ZRJ", "FGJ")}
    facts = Facts(cells, catalogue, past, cells={}, names={}, required=required, reporters=reporters)
    return list(suspicions(kind, facts))


@pytest.mark.parametrize(
    ("value", "before", "suspicious"),
    [("5.00", "4.00", False), ("250", "4.00", True), ("0.05", "4.00", True), ("200", "4.00", False), ("5", "0", False)],
)
def test_jump_sees_a_slip_of_unit(catalogue: Catalogue, value: str, before: str, suspicious: bool) -> None:
    assert bool(found("jump(50)", [one(value)], Past({"2026Q2": before}), catalogue)) is suspicious


def test_jump_compares_with_last_year_or_the_return_itself_where_there_is_no_period_before(
    catalogue: Catalogue,
) -> None:
    cells = [one("4000"), one("4.00", measure=Measure.LEVEL_PREVIOUS_YEAR)]
    (own,) = found("jump(50)", cells, NOTHING, catalogue)
    assert "本表上年同期" in own.sentence
    (stored,) = found("jump(50)", cells, Past({"2025Q3": "8.00"}), catalogue)
    assert "上年同期 8.00 的 500 倍" in stored.sentence
    first = replace(one("4.00"), period="2026Q1")
    assert not found("jump(50)", [first], Past({"2025Q4": "900", "2025Q1": "5.00"}), catalogue)


def test_a_negative_number_is_asked_about_unless_it_is_usual(catalogue: Catalogue) -> None:
    assert found("sign()", [one("-1.00")], NOTHING, catalogue)
    assert not found("sign()", [one("-1.00")], Past({"2026Q2": "-0.50"}), catalogue)
    limited = next(i.code for i in catalogue.indicators.values() if i.natural_min is not None)
    assert not found("sign()", [one("-1.00", limited)], NOTHING, catalogue), "its limits are the business of range()"


def test_range_speaks_in_the_unit_of_the_return(catalogue: Catalogue) -> None:
    share = one("104.2", "GOOD_AIR_DAYS", unit="%", canonical_unit="%", decimals=1)
    (high,) = found("range()", [share], NOTHING, catalogue)
    assert "104.2 %，大于上限 100.0 %" in high.sentence
    assert not found("range()", [replace(share, canonical_value=Decimal(100))], NOTHING, catalogue)
    growth = replace(share, measure=Measure.GROWTH_YOY, value=Decimal(-101), canonical_value=Decimal(-101))
    assert found("range()", [growth], NOTHING, catalogue)


def test_unchanged_is_the_very_same_number(catalogue: Catalogue) -> None:
    assert found("unchanged()", [one("4.00")], Past({"2026Q2": "4"}), catalogue)
    assert not found("unchanged()", [one("4.01")], Past({"2026Q2": "4"}), catalogue)
    assert not found("unchanged()", [one("0")], Past({"2026Q2": "0"}), catalogue), "nothing happened twice"
    assert not found("unchanged(GDP)", [one("4.00")], Past({"2026Q2": "4"}), catalogue), "restricted to others"


def quarters(growth: list[str]) -> Past:
    """Sixteen quarters: a year of 100 and then growth by so many per cent on the year before, latest last."""
    codes = [PERIOD.shift(-steps).code for steps in range(len(growth) + 4, 0, -1)]
    values = {code: Decimal(100) for code in codes[:4]}
    for code, percent in zip(codes[4:], growth, strict=True):
        values[code] = values[Period.parse(code).same_last_year().code] * (1 + Decimal(percent) / 100)
    return Past({code: str(value) for code, value in values.items()})


def test_outlier_needs_a_history_and_a_distance(catalogue: Catalogue) -> None:
    usual = quarters(["7", "8", "9", "6", "7", "8", "9", "7", "8", "6", "7", "8"])
    last = usual.value("", "CCXQ", "ZRJ", "2025Q3", Nature.YTD, Measure.LEVEL)
    assert last is not None
    (far,) = found("outlier()", [one(str(last * 2))], usual, catalogue)
    assert "100.0%" in far.sentence and "7.5%" in far.sentence
    assert not found("outlier()", [one(str(last * Decimal("1.11")))], usual, catalogue)
    assert not found("outlier(50)", [one(str(last * 2))], usual, catalogue), "the threshold counts"
    assert not found("outlier()", [one("900")], quarters(["7", "8", "9", "6", "7"]), catalogue), "too little history"


def test_roundness_looks_where_the_other_numbers_end(catalogue: Catalogue) -> None:
    def written(texts: list[str]) -> list[Observation]:
        return [one(text, code) for text, code in zip(texts, catalogue.indicators, strict=False)]

    assert not found("roundness(60)", written([f"{n}.37" for n in range(20)]), NOTHING, catalogue)
    assert not found("roundness(60)", written([str(n) for n in range(1231, 1251)]), NOTHING, catalogue), "whole numbers"
    assert found("roundness(60)", written([f"{n}00" for n in range(1, 21)]), NOTHING, catalogue)
    assert not found("roundness(60)", written(["100", "200", "300"]), NOTHING, catalogue), "too few to tell"
    (some,) = found("roundness(60)", written([f"{n}00" for n in range(1, 16)] + ["1.25"] * 5), NOTHING, catalogue)
    assert some.found == "15"


def test_required_is_about_blanks_only(catalogue: Catalogue) -> None:
    blank, dash = one(None), replace(one(None), status=ObsStatus.CANNOT_EXIST, raw_text="—")
    assert found("required()", [blank], NOTHING, catalogue, frozenset({blank.cell}))
    assert not found("required()", [blank], NOTHING, catalogue)
    assert not found("required()", [dash], NOTHING, catalogue, frozenset({dash.cell}))


def test_zones_add_up_and_no_part_exceeds_the_whole(catalogue: Catalogue) -> None:
    codes = [a.code for a in catalogue.areas.values() if a.parent == "CCXQ" and a.additive]
    assert len(codes) >= 2
    shares = [one(f"{n + 1}.25", area=code) for n, code in enumerate(codes)]
    whole = sum((o.value for o in shares if o.value), Decimal(0))
    assert not found("zones(LAND_NEW)", [one(str(whole)), *shares], NOTHING, catalogue)
    rounded = one(str(whole + Decimal("0.02")))
    assert not found("zones(LAND_NEW)", [rounded, *shares], NOTHING, catalogue), "each part is rounded"
    (apart,) = found("zones(LAND_NEW)", [one(str(whole + 1)), *shares], NOTHING, catalogue)
    assert f"{len(codes)} 个组成部分之和" in apart.sentence
    assert not found("zones(LAND_NEW)", [one("99"), *shares[1:]], NOTHING, catalogue), "a part is not known"
    (too_large,) = found("zones(LAND_NEW)", [replace(shares[0], value=Decimal(9), canonical_value=Decimal(9))],
                         Past({PERIOD.code: "5.00"}), catalogue)  # fmt: skip
    assert "大于长春新区的 5.00" in too_large.sentence


def test_two_departments_must_agree(catalogue: Catalogue) -> None:
    theirs = Past({}, {("FGJ", PERIOD.code): "4.30"})
    (differs,) = found("departments()", [one("4.00")], theirs, catalogue)
    assert "填报的是 4.30" in differs.sentence
    assert not found("departments()", [one("4.30")], theirs, catalogue)
    assert not found("departments()", [one("4.31")], theirs, catalogue), "both are rounded"


def test_growth_at_prices_that_are_not_comparable_only_informs(catalogue: Catalogue) -> None:
    def row(basis: str, growth_basis: str) -> list[Observation]:
        level = one("110.00", price_basis=basis)
        before = one("100.00", price_basis=basis, measure=Measure.LEVEL_PREVIOUS_YEAR)
        return [level, before, one("5.0", price_basis=growth_basis, measure=Measure.GROWTH_YOY, unit="%",
                                   canonical_unit="%", decimals=1)]  # fmt: skip

    assert [s.severity for s in found("rate()", row("现价", "可比价"), NOTHING, catalogue)] == [Severity.INFO]
    assert [s.severity for s in found("rate()", row("2025年不变价", "可比价"), NOTHING, catalogue)] == [None]
    assert [s.severity for s in found("rate()", row("现价", "现价"), NOTHING, catalogue)] == [None]
    right = row("现价", "现价")
    right[2] = replace(right[2], value=Decimal("10.0"), canonical_value=Decimal("10.0"))
    assert not found("rate()", right, NOTHING, catalogue)


def test_running_totals_added_up_are_told_from_large_ones(catalogue: Catalogue) -> None:
    past = Past({"2026Q1": "100", "2026Q2": "210", "2025Q3": "300"})
    assert found("ytd_not_summed()", [one("620")], past, catalogue), "100 + 210 + 310"
    assert not found("ytd_not_summed()", [one("320")], past, catalogue)
    single = one("110", nature=Nature.SINGLE)
    assert found("ytd_not_summed()", [one("420"), single], past, catalogue), "100 + 210 + 110"
    assert found("ytd_not_summed()", [one("630"), single], past, catalogue), "100 + 210 + 320"
    assert not found("ytd_not_summed()", [one("500"), single], past, catalogue), "wrong, but not in this way"


def test_in_the_first_quarter_the_running_total_is_the_quarter(catalogue: Catalogue) -> None:
    first = replace(one("100"), period="2026Q1")
    single = replace(one("90", nature=Nature.SINGLE), period="2026Q1")
    (differs,) = found("ytd_difference()", [first, single], NOTHING, catalogue)
    assert "减上期累计" not in differs.sentence
    assert not found("ytd_difference()", [first, replace(single, canonical_value=Decimal(100))], NOTHING, catalogue)


def test_numbers_are_as_precise_as_the_return_writes_them() -> None:
    whole = [one(str(n), code) for n, code in zip(range(101, 107), "ABCDEF", strict=True)]
    assert Precision(whole).half_unit(whole[0]) == Decimal("0.5"), "whole numbers in a form that asks for two decimals"
    assert Precision([*whole, one("1.5", "G")]).half_unit(whole[0]) == Decimal("0.05")
    assert Precision(whole[:2]).half_unit(whole[0]) == Decimal("0.005"), "two numbers say nothing about the rest"
    fine = [one(f"{n}.12345", code) for n, code in zip(range(6), "ABCDEF", strict=True)]
    assert Precision(fine).half_unit(fine[0]) == Decimal("0.005"), "pasted with more decimals than the form prints"
