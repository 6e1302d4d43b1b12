"""A rule on numbers: where it applies, what it tolerates, and what it refuses to judge."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.catalogue.model import FormColumn, FormEdition, FormRow, Rule
from indicators.findings import RuleState, Severity
from indicators.observations import Measure, SeriesKey
from indicators.periods import Nature, Period
from indicators.rules.arithmetic import Quantity
from indicators.rules.binding import Check, bind
from indicators.rules.errors import RuleError
from indicators.rules.evaluation import RuleOutcome, evaluate, period_of
from indicators.rules.sql import compile_sql
from indicators.rules.tree import Reference

PASSED, FAILED, OPEN = RuleState.PASSED, RuleState.FAILED, RuleState.NOT_EVALUABLE
EDITION = FormEdition(
    edition="2024",
    valid_from="2014",
    sheet="表",
    rows=(
        FormRow(code="00", label="合计", heading=True),
        FormRow(code="01", label="总计"),
        FormRow(code="02", label="甲", indent=1),
        FormRow(code="03", label="其中：甲一", indent=2),
        FormRow(code="04", label="乙", indent=1),
        FormRow(code="05", label="丙", indent=1),
    ),
    columns=(
        FormColumn(code="1", header=("本年",), measure=Measure.LEVEL),
        FormColumn(code="2", header=("上年",), measure=Measure.LEVEL_PREVIOUS_YEAR),
        FormColumn(code="3", header=("同比",), measure=Measure.GROWTH_YOY),
    ),
    closed_cells=("05:2",),
)
HALF = Decimal("0.05")


def bound(expression: str, **more: object) -> Check:
    return bind(
        Rule(
            code="R", version="1", form="F", severity=Severity.HARD, expression=expression, message="应当成立", **more
        ),  # type: ignore[arg-type]
        EDITION,
    )


def judged(expression: str, numbers: dict[str, str | None], **more: object) -> list[RuleOutcome]:
    cells = {
        tuple(place.split(":")): None if value is None else Quantity(Decimal(value), HALF)
        for place, value in numbers.items()
    }
    return evaluate(bound(expression, **more), cells, lambda reference: None)  # type: ignore[arg-type]


def state(expression: str, numbers: dict[str, str | None], **more: object) -> RuleState:
    (outcome,) = judged(expression, numbers, **more)
    return outcome.state


def test_an_open_column_means_every_column_of_values() -> None:
    assert [a.at for a in bound("[01] = [02] + [04]").applications] == ["1", "2"]
    assert [a.at for a in bound("[01] ≥ -100", columns=("3",)).applications] == ["3"]
    assert [a.at for a in bound("[01] ≥ [05]").applications] == ["1"], "05 is closed in column 2"


def test_an_open_row_means_every_row_with_values() -> None:
    assert [a.at for a in bound("[:1] ≥ 0").applications] == ["01", "02", "03", "04", "05"]
    assert [a.at for a in bound("[:1] ≥ [:2]").applications] == ["01", "02", "03", "04"]


def test_a_span_leaves_out_what_is_of_which() -> None:
    (first, _) = bound("[01] = sum([02]..[04])").applications
    assert first.cells == (Reference("01", "1"), Reference("02", "1"), Reference("04", "1"))
    (only,) = bound("sum([01:1]..[01:3]) > 0").applications
    assert [cell.column for cell in only.cells] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("[77] = 1", "没有第 77 行"),
        ("[01:9] = 1", "没有第 9 列"),
        ("[00] = 1", "标题"),
        ("[01] = [:1]", "省略"),
        ("[05:2] = 1", "×"),
        ("sum([04]..[02]) = [01]", "首格"),
        ("sum([02:1]..[04:2]) = [01:1]", "同一列或同一行"),
        ("sum([02]@上期..[04]) = [01]", "同一部门"),
        ("1 = 1", "没有提到任何单元格"),
    ],
)
def test_what_the_form_has_not_is_refused_by_name(expression: str, why: str) -> None:
    with pytest.raises(RuleError, match="审核关系“R”不能用于报表 F 的 2024 版") as caught:
        bound(expression)
    assert why in str(caught.value)


def test_tolerances_must_be_numbers_that_can_be_kept() -> None:
    for wrong in (Decimal(-1), Decimal("1e18"), Decimal("1e-11")):
        with pytest.raises(RuleError, match="容许误差"):
            bound("[01] = [02]", tolerance_abs=wrong)


def test_the_published_sectors_of_2021_pass_because_each_is_rounded() -> None:
    sectors = {"01:1": "869.7", "02:1": "0.3", "04:1": "631.3", "05:1": "238.0"}
    (outcome,) = judged("[01] = [02] + [04] + [05]", sectors)
    assert outcome.state is PASSED
    assert (outcome.diff, outcome.tolerance) == (Decimal("0.1"), Decimal("0.2"))
    assert state("[01] = [02] + [04] + [05]", sectors | {"01:1": "869.9"}) is FAILED


def test_the_largest_of_three_tolerances_counts() -> None:
    numbers = {"01:1": "103", "02:1": "100"}
    assert state("[01:1] = [02:1]", numbers) is FAILED
    assert state("[01:1] = [02:1]", numbers, tolerance_abs=Decimal(3)) is PASSED
    assert state("[01:1] = [02:1]", numbers, tolerance_rel=Decimal("0.03")) is PASSED
    assert state("[01:1] = [02:1]", numbers, tolerance_rel=Decimal("0.029")) is FAILED


def test_rounding_is_carried_through_a_rate() -> None:
    numbers = {"01:1": "103.0", "01:2": "97.0", "01:3": "6.2"}
    (outcome,) = judged("[01:3] = ([01:1] / [01:2] - 1) * 100", numbers)
    assert outcome.right == Decimal("6.18556701")
    assert outcome.tolerance is not None
    assert Decimal("0.15") < outcome.tolerance < Decimal("0.16")  # 0.05 of the rate, 0.106 of the quotient


@pytest.mark.parametrize(
    ("sign", "equal", "a_little_less"),
    [
        ("=", PASSED, PASSED),
        ("≥", PASSED, PASSED),
        ("≤", PASSED, PASSED),
        (">", FAILED, FAILED),
        ("<", FAILED, PASSED),
        ("≠", FAILED, PASSED),
    ],
)
def test_strict_comparisons_are_exact(sign: str, equal: RuleState, a_little_less: RuleState) -> None:
    assert state(f"[01:1] {sign} [02:1]", {"01:1": "5.0", "02:1": "5.0"}) is equal
    assert state(f"[01:1] {sign} [02:1]", {"01:1": "4.9", "02:1": "5.0"}) is a_little_less


def test_conditions_are_exact_and_their_consequence_is_not() -> None:
    rule = "若 [01:1] = 0 则 [02:1] = 0"
    assert state(rule, {"01:1": "0", "02:1": "0.1"}) is FAILED
    assert state(rule, {"01:1": "0", "02:1": "0.05"}) is PASSED
    assert state(rule, {"01:1": "0.05", "02:1": "9"}) is PASSED, "0.05 is not 0, so nothing is asked"
    assert state("not ([01:1] = [02:1])", {"01:1": "5.0", "02:1": "5.05"}) is PASSED


def test_a_blank_is_never_a_pass_not_even_behind_a_false_condition() -> None:
    assert state("若 [01:1] > 0 则 [02:1] > 0", {"01:1": "0", "02:1": None}) is OPEN
    assert state("[01:1] > 0 或 [02:1] > 0", {"01:1": "1", "02:1": None}) is OPEN
    (outcome,) = judged("[01:1] = [02:1]@上期", {"01:1": "1"})
    assert (outcome.state, outcome.lacking) == (OPEN, (Reference("02", "1", "上期"),))
    assert outcome.left is None and outcome.tolerance is None


def test_what_cannot_be_computed_is_not_judged() -> None:
    (outcome,) = judged("[01:1] / [02:1] ≤ 1", {"01:1": "1", "02:1": "0"})
    assert (outcome.state, outcome.reason) == (OPEN, "除数为零")
    (outcome,) = judged("[01:1] * [02:1] > 0", {"01:1": "1e12", "02:1": "1e12"})
    assert (outcome.state, outcome.reason) == (OPEN, "数值超过 18 位")


def test_below_the_unit_counts_as_zero_with_half_a_unit() -> None:
    cells = {("01", "1"): Quantity(Decimal("5.0"), HALF), ("02", "1"): Quantity(Decimal(0), HALF)}
    (outcome,) = evaluate(bound("[01:1] = 4.9 + [02:1]"), cells, lambda reference: None)
    assert (outcome.state, outcome.tolerance) == (PASSED, Decimal("0.1"))


@pytest.mark.parametrize(
    ("when", "nature", "code", "then"),
    [
        ("上期", Nature.YTD, "2026Q3", "2026Q2"),
        ("上期", Nature.YTD, "2026Q1", None),
        ("上期", Nature.SINGLE, "2026Q1", "2025Q4"),
        ("上期", Nature.STOCK, "2026M01", "2025M12"),
        ("上期", Nature.ANNUAL, "2026Q4", "2025Q4"),
        ("上年同期", Nature.YTD, "2026Q1", "2025Q1"),
        ("", Nature.YTD, "2026Q1", "2026Q1"),
    ],
)
def test_the_period_before_depends_on_what_a_number_covers(when: str, nature: Nature, code: str, then: str) -> None:
    found = period_of(when, nature, Period.parse(code))  # type: ignore[arg-type]
    assert (found.code if found else None) == then


def test_sql_takes_no_codes_as_text_and_no_table_that_is_not_a_name() -> None:
    series = {
        (r, "1"): SeriesKey("A", "B", Measure.LEVEL, Nature.YTD, "", "'; DROP TABLE x --", "") for r in ("01", "02")
    }
    statement = compile_sql([bound("[01:1] = [02:1]")], series, "F'", "2024")
    assert "DROP" not in statement.sql and "F'" not in statement.sql
    for wrong in ("staging; DROP TABLE x", "read_csv('x')", ""):
        with pytest.raises(RuleError):
            compile_sql([], {}, "F", "2024", facts=wrong)
