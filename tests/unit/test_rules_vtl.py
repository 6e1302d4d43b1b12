"""VTL text of rules: complete, well formed as far as text can show, and with the tolerance in it."""

from __future__ import annotations

import re
from decimal import Decimal

import data
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import FormColumn, FormEdition, FormRow, Rule
from indicators.findings import Severity
from indicators.observations import Measure
from indicators.rules.binding import Check, bind
from indicators.rules.vtl import to_vtl

EDITION = FormEdition(
    edition="1",
    valid_from="2014",
    sheet="表",
    rows=tuple(FormRow(code=f"0{n}", label=f"第{n}项") for n in range(1, 5)),
    columns=(
        FormColumn(code="1", header=("本年",)),
        FormColumn(code="2", header=("同比",), measure=Measure.GROWTH_YOY),
    ),
)


def check(expression: str, code: str = "K-1", **more: object) -> Check:
    return bind(
        Rule(
            code=code, version="2", form="K", severity=Severity.SOFT, expression=expression, message="应“相等”", **more
        ),  # type: ignore[arg-type]
        EDITION,
    )


def rules_of(script: str) -> list[str]:
    inside = script.split(") is\n")[1].split("\nend datapoint ruleset;")[0]
    return [" ".join(rule.split()) for rule in inside.split(";\n")]


def test_a_total_is_an_equation_within_what_rounding_allows() -> None:
    (rule,) = rules_of(to_vtl([check("[01] = [02] + [03]")], "K 1"))
    assert rule == (
        "K_1_1 : (round(abs(R01_C1 - (R02_C1 + R03_C1)), 10) <= round((E01_C1 + (E02_C1 + E03_C1)), 10)) "
        'errorcode "K-1 2 应“相等”" errorlevel "soft"'
    )


def test_each_kind_of_tolerance_is_an_alternative() -> None:
    (rule,) = rules_of(to_vtl([check("[01:2] ≤ 15", tolerance_abs=Decimal("0.5"), tolerance_rel=Decimal("0.1"))], "K"))
    limits = re.findall(r"<= round\((.*?), 10\)", rule)
    assert limits == ["E01_C2", "0.5", "0.1 * abs(15)"]


def test_conditions_other_times_and_places_and_exact_comparisons() -> None:
    (rule,) = rules_of(to_vtl([check("若 [01] > 0 则 [02]@上期 ≠ dept.FGJ.area.CCXQ-CY[03]@上年同期")], "K"))
    assert "when (R01_C1 > 0) then (R02_C1_PREVIOUS <> D_FGJ_A_CCXQ_CY_R03_C1_LAST_YEAR)" in rule


def test_the_larger_of_two_needs_no_if_that_would_swallow_a_blank() -> None:
    (rule,) = rules_of(to_vtl([check("max([01], [02]) > min([03], [04])")], "K"))
    assert "((R01_C1 + R02_C1 + abs(R01_C1 - R02_C1)) / 2) > ((R03_C1 + R04_C1 - abs(R03_C1 - R04_C1)) / 2)" in rule
    assert " if " not in rule


def test_named_kinds_are_listed_and_not_invented() -> None:
    script = to_vtl([check("jump(50)", "K-2")], "K")
    assert "没有对应的数据点规则：K-2 jump(50)" in script
    assert "define datapoint ruleset" not in script


def test_every_variable_of_a_shipped_ruleset_is_declared_and_brackets_close() -> None:
    catalogue = load_catalogue(data.catalogue_folder())
    for form in catalogue.forms.values():
        own = [rule for rule in catalogue.rules.values() if rule.form == form.code and not rule.valid_to]
        if not own:
            continue
        script = to_vtl([bind(rule, form.editions[-1]) for rule in own], form.code)
        declared = set(re.findall(r"\w+", script.split("(variable ")[1].split(") is")[0]))
        body = re.sub(r'"[^"]*"', "", "".join(rules_of(script)))
        assert set(re.findall(r"\b[A-Z_]*[RE]\d\w*_C\d\w*", body)) <= declared
        assert body.count("(") == body.count(")")
        names = re.findall(r"(\w+) : ", body)
        assert len(set(names)) == len(names)
