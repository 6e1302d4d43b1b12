"""check_return: rules of the catalogue become findings at the sender's cells, bound to what they looked at."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

import data
from etl.check import check_return
from etl.plan import plan_of
from etl.returned import ParsedReturn, ReadCell
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue, Rule
from indicators.findings import Finding, RuleState, Severity
from indicators.observations import Measure, Observation, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.units import convert

GDP = {"01": "10463000", "02": "3000", "03": "6313000", "06": "4085000"}  # the parts are 10,401,000


class NothingKnown:
    def value(self, *series: object) -> Decimal | None:
        return None


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(data.catalogue_folder())


def catalogue(shipped: Catalogue, *rules: Rule) -> Catalogue:
    return shipped.model_copy(update={"rules": {rule.code: rule for rule in rules}})


def rule(expression: str = "[01] = [02] + [03] + [06]", **more: object) -> Rule:
    made = {
        "code": "GDP-TOTAL", "version": "1", "form": "GDP-Q", "severity": Severity.HARD, "columns": ("1",),
        "message": "地区生产总值应等于三次产业之和", "hint": "核对三次产业",
    }  # fmt: skip
    return Rule(expression=expression, **(made | more))  # type: ignore[arg-type]


def returned(catalogue: Catalogue, amounts: dict[str, str], period: str = "2026Q3") -> ParsedReturn:
    """A GDP return with these amounts in column 1."""
    form, when = catalogue.forms["GDP-Q"], Period.parse(period)
    edition = form.editions[-1]
    observations, cells = [], {}
    for cell in plan_of(form, edition, catalogue).cells:
        row, _, column = cell.key.partition(":")
        text = amounts.get(row, "") if column == "1" else ""
        mark = {"": ObsStatus.MISSING, "…": ObsStatus.NOT_SIGNIFICANT, "—": ObsStatus.CANNOT_EXIST}.get(text)
        value = Decimal(text) if mark is None else None
        kept = None if value is None else convert(value, cell.unit, cell.canonical_unit)
        address = f"{'ABCDEFGHIJKL'[int(column) + 1]}{int(row) + 6}"
        cells[cell.key] = ReadCell("表", address, text, value, kept, mark or ObsStatus.NORMAL)
        observations.append(
            Observation(
                indicator=cell.indicator, area=cell.area, department="TJJ", form="GDP-Q", edition=edition.edition,
                period=period, period_start=when.start, period_end=when.end, nature=cell.nature, measure=cell.measure,
                price_basis=cell.price_basis, scope=cell.scope, value=value, raw_text=text, unit=cell.unit,
                canonical_value=kept, canonical_unit=cell.canonical_unit, decimals=1, sheet="表", cell=address,
                status=mark or ObsStatus.NORMAL,
            )
        )  # fmt: skip
    return ParsedReturn(
        "GDP-Q", edition.edition, period, "TJJ", Origin.RETURNED, "template", "九月.xlsx", "", tuple(observations),
        cells=cells,
    )  # fmt: skip


def findings(shipped: Catalogue, amounts: dict[str, str], *rules: Rule, **more: object) -> list[Finding]:
    known = catalogue(shipped, *(rules or (rule(),)))
    return check_return(returned(known, amounts, **more), known, NothingKnown())  # type: ignore[arg-type]


def test_a_broken_total_is_told_in_the_unit_of_the_return_at_the_cell_of_the_total(shipped: Catalogue) -> None:
    (finding,) = findings(shipped, GDP)
    assert finding.message == (
        "第 1 栏：[01]地区生产总值 10,463,000.0 ≠ [02]+[03]+[06] 之和 10,401,000.0，相差 62,000.0 万元，"
        "超出容许误差 0.2 万元（GDP-TOTAL：地区生产总值应等于三次产业之和）。"
    )
    assert (finding.code, finding.severity, finding.state) == ("R401", Severity.HARD, RuleState.FAILED)
    assert (finding.file, finding.sheet, finding.cell) == ("九月.xlsx", "表", "C7")
    assert finding.cells == ("C7", "C8", "C9", "C12")
    assert finding.values == ("1046.3", "0.3", "631.3", "408.5")
    assert finding.hint == "核对三次产业"
    assert (finding.rule, finding.rule_version) == ("GDP-TOTAL", "1")


def test_the_same_numbers_keep_an_explanation_and_others_void_it(shipped: Catalogue) -> None:
    def binding(amounts: dict[str, str], *rules: Rule, **more: object) -> str:
        (finding,) = findings(shipped, amounts, *rules, **more)
        return finding.binding

    first = binding(GDP)
    assert binding({**GDP, "01": "10463000.00"}) == first, "written otherwise, the same number"
    assert binding({**GDP, "02": "3001"}) != first
    assert binding(GDP, rule(version="2")) != first
    assert binding(GDP, rule(message="同一条关系，换了说法")) == first


def test_a_return_that_keeps_the_rules_has_no_finding(shipped: Catalogue) -> None:
    assert findings(shipped, {**GDP, "06": "4147000"}) == []


def test_what_cannot_be_judged_is_said_once_and_blocks_nothing(shipped: Catalogue) -> None:
    (finding,) = findings(shipped, {"01": "10463000", "02": "3000"})
    assert (finding.code, finding.severity, finding.state) == ("R499", Severity.INFO, RuleState.NOT_EVALUABLE)
    assert "[03]第二产业（第 1 栏）、[06]第三产业（第 1 栏）没有可用的数，无法判断" in finding.message
    assert finding.cell == "C9"


def test_nothing_is_said_of_a_rule_that_the_sender_has_not_begun_or_cannot_mend(shipped: Catalogue) -> None:
    assert findings(shipped, {}) == []
    assert findings(shipped, GDP, rule("[01] ≥ [01]@上期")) == [], "nothing is known of the period before"
    assert findings(shipped, GDP, rule("[01] = dept.FGJ[01]")) == []


def test_below_the_unit_takes_part_and_not_applicable_does_not(shipped: Catalogue) -> None:
    assert findings(shipped, {**GDP, "01": "10398000", "02": "…"}) == []
    (finding,) = findings(shipped, {**GDP, "01": "10398000", "02": "—"})
    assert finding.state is RuleState.NOT_EVALUABLE


def test_rules_are_in_force_from_and_to_a_period(shipped: Catalogue) -> None:
    assert findings(shipped, GDP, rule(valid_from="2026Q4")) == []
    assert len(findings(shipped, GDP, rule(valid_from="2026Q3", valid_to="2026Q3"))) == 1
    assert findings(shipped, GDP, rule(valid_to="2026Q2")) == []


def test_a_rule_of_every_form_and_a_rule_of_another(shipped: Catalogue) -> None:
    everywhere = rule("range()", code="ALL", form="*")
    elsewhere = rule("[01] = 1", code="OTHER", form="FIN-Q")
    assert findings(shipped, GDP, everywhere, elsewhere) == []


def test_values_of_other_times_take_part_in_the_binding(shipped: Catalogue) -> None:
    class Known:
        def __init__(self, value: str) -> None:
            self._value = Decimal(value)

        def value(self, indicator: str, area: str, department: str, period: str, *rest: object) -> Decimal | None:
            return self._value if (indicator, period) == ("GDP", "2026Q2") else None

    known = catalogue(shipped, rule("[01] ≥ [01]@上期", severity=Severity.SOFT))
    (finding,) = check_return(returned(known, GDP), known, Known("1100"))
    (other,) = check_return(returned(known, GDP), known, Known("1200"))
    assert "上期[01]地区生产总值 11,000,000.0" in finding.message
    assert finding.cells == ("C7",)
    assert finding.binding != other.binding


def test_a_return_that_was_not_recognised_has_no_findings_of_rules(shipped: Catalogue) -> None:
    parsed = replace(returned(shipped, GDP), form="", period="")
    assert check_return(parsed, shipped, NothingKnown()) == []  # type: ignore[arg-type]


def test_measures_are_not_mixed_up(shipped: Catalogue) -> None:
    """The level of a year ago that a rule asks for is a level, whatever the column beside it says."""

    class Asked:
        def __init__(self) -> None:
            self.about: set[tuple[str, Nature, Measure]] = set()

        def value(self, *series: object) -> Decimal | None:
            self.about.add((str(series[3]), series[4], series[5]))  # type: ignore[arg-type]
            return None

    known, asked = catalogue(shipped, rule("last_year()", form="*")), Asked()
    sent = returned(known, GDP)
    second = next(o for o in sent.observations if o.measure is Measure.LEVEL_PREVIOUS_YEAR)
    observations = (replace(second, canonical_value=Decimal(1), value=Decimal(1)),)
    check_return(replace(sent, observations=observations, cells={}), known, asked)  # type: ignore[arg-type]
    assert asked.about == {("2025Q3", Nature.YTD, Measure.LEVEL)}
