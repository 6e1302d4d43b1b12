"""The text of a rule: what it may say, how it may be spelled, and how a mistake in it is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

import data
import indicators.rules
from indicators.catalogue.load import load_catalogue
from indicators.periods import Period
from indicators.rules.binding import bind
from indicators.rules.errors import RuleSyntaxError
from indicators.rules.parser import parse
from indicators.rules.tree import Comparison, Kind, Number, Reference, text_of


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("［０１］＝［０２］＋［０３］", "[01] = [02] + [03]"),
        ("[01] >= [02]", "[01] ≥ [02]"),
        ("[01] ≧ [02] × 60%", "[01] ≥ [02] * 0.6"),
        ("[01:1] <> [01:2] ÷ 2", "[01:1] ≠ [01:2] / 2"),
        ("如果[07]＞0那么[08]＞0", "if [07] > 0 then [08] > 0"),
        (
            "若 [07] > 0 且 非 [06] = 0 则 [08] > 0 或者 [09] > 0",
            "if [07] > 0 and not [06] = 0 then [08] > 0 or [09] > 0",
        ),
        ("sum([02]～[09]) − abs([10]) ≤ [01]", "sum([02]..[09]) - abs([10]) ≤ [01]"),
        ("[:1] = [:2] + [:3]", "[:1] = [:2] + [:3]"),
        ("[01:1] ≥ [01:1] @上期", "[01:1] ≥ [01:1]@上期"),
        ("部门.FGJ.地区.CCXQ-CY[01]@上年同期 = [01]", "dept.FGJ.area.CCXQ-CY[01]@上年同期 = [01]"),
        ("[01] - ([02] - [03]) = -[04] * ([05] + 1)", "[01] - ([02] - [03]) = -[04] * ([05] + 1)"),
        ("([01] = 1)", "[01] = 1"),
        ("zones(GDP,LAND_NEW)", "zones(GDP, LAND_NEW)"),
        ("outlier(GDP, 3.5)", "outlier(GDP, 3.5)"),
    ],
)
def test_every_spelling_comes_to_one(spelled: str, canonical: str) -> None:
    assert text_of(parse(spelled)) == canonical


def test_a_percent_is_a_hundredth_and_a_kind_keeps_its_threshold() -> None:
    tree = parse("[01] ≥ 5%")
    assert isinstance(tree, Comparison)
    assert (tree.left, tree.right) == (Reference("01"), Number(Decimal("0.05")))
    assert parse("jump(GDP, 20)") == Kind("jump", ("GDP",), Decimal(20))
    assert parse("required()") == Kind("required")


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("[01] = ", 7, "操作数"),
        ("[01] = [02] [03]", 13, "运算符"),
        ("[01] ≥ [02] ≥ [03]", 13, "比较不能连写"),
        ("[01] + [02]", 1, "比较关系"),
        ("[01] = ([02] = [03])", 8, "操作数"),
        ("[01] = [02", 8, "行号"),
        ("[] = 1", 1, "行号"),
        ("[01] = foo", 8, "操作数"),
        ("[01] = [01]@前年", 12, "@上期"),
        ("[01] = dept.[02]", 8, "操作数"),
        ("area.A.dept.B[01] = 1", 7, "单元格"),
        ("sum([01]..3) = 1", 11, "连续区间"),
        ("abs([01], [02]) = 1", 9, "）"),
        ("[01] = 1234567890123456789", 8, "18 位"),
        ("required(5)", 10, "指标代码"),
        ("jump(50, GDP)", 10, "阈值"),
        ("jump(50) and [01] = 1", 10, "不能与其他关系连写"),
        ("[01] = 1; DROP TABLE x", 9, "数、操作数"),
        ("", 1, "操作数"),
    ],
)
def test_a_mistake_is_named_with_rule_place_and_what_was_expected(text: str, position: int, expected: str) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text, "GDP-TOTAL")
    assert caught.value.position == position
    assert expected.replace("）", ")") in caught.value.expected
    assert f"“GDP-TOTAL”第 {position} 个字符处" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["(" * 5000, "not " * 900 + "[01]=1", "-" * 900 + "[01]=1", "[01]+" * 300 + "1=2", "["]
)
def test_hostile_text_is_refused_and_not_followed(text: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse(text)


def test_the_examples_of_the_grammar_are_in_the_grammar() -> None:
    told = (indicators.rules.__doc__ or "").split("Examples::")[1]
    examples = [line.strip() for line in told.splitlines() if line.strip()]
    assert len(examples) >= 6
    for example in examples:
        parse(example)


def test_every_shipped_rule_fits_every_edition_it_meets() -> None:
    catalogue = load_catalogue(data.catalogue_folder())
    bound = 0
    for rule in catalogue.rules.values():
        for form in catalogue.forms.values():
            for edition in form.editions if rule.form in ("*", form.code) else ():
                begun = not rule.valid_from or not edition.valid_to
                if begun or Period.parse(rule.valid_from).start <= Period.parse(edition.valid_to).end:
                    check = bind(rule, edition)
                    assert check.applications or isinstance(check.tree, Kind) or edition.layout == "record", rule.code
                    bound += 1
    assert bound > len(catalogue.rules)
