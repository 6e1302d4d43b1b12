"""The simulated departments: one seed one world, plausible numbers, and returns that the real rules accept."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from data import catalogue_folder
from data.simulate import BrokenReturn, SimulatedReturn, broken_return, simulated_returns
from etl.check import check_return
from etl.returned import ParsedReturn, ReadCell
from indicators.catalogue.facets import address, cell_facet, edition_for, open_cells
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding, RuleState, Severity
from indicators.observations import Measure, Observation, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.targets import TargetStatus
from indicators.units import convert

Key = tuple[object, ...]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(catalogue_folder())


@pytest.fixture(scope="module")
def returns(catalogue: Catalogue) -> list[SimulatedReturn]:
    return list(simulated_returns(catalogue))


@pytest.fixture(scope="module")
def latest(catalogue: Catalogue, returns: list[SimulatedReturn]) -> dict[Key, Decimal]:
    """The last reported level of each series in the indicator's unit, by indicator, area, nature and period."""
    found: dict[Key, Decimal] = {}
    for sent in returns:
        for one in observations(catalogue, sent):
            if one.measure is Measure.LEVEL and one.price_basis in ("", "现价") and one.canonical_value is not None:
                found[one.indicator, one.area, one.nature, one.period, one.department] = one.canonical_value
    return {key[:4]: value for key, value in found.items() if key[4] == catalogue.indicators[str(key[0])].department}


def observations(catalogue: Catalogue, sent: SimulatedReturn) -> Iterator[Observation]:
    """What a faultless reader makes of a return."""
    form = catalogue.forms[sent.form]
    edition = next(e for e in form.editions if e.edition == sent.edition)
    for row, column in open_cells(edition):
        facet, key = cell_facet(form, edition, row, column), address(row, column)
        said = sent.cells.get(key)
        number = said if isinstance(said, Decimal) else None
        unit = "%" if facet.measure is Measure.GROWTH_YOY else catalogue.indicators[facet.indicator].unit
        assert facet.nature and facet.measure and facet.price_basis is not None and facet.scope is not None
        start, end = Period.parse(sent.period).span(facet.nature)
        yield Observation(
            indicator=facet.indicator, area=facet.area, department=sent.department, form=sent.form,
            edition=sent.edition, period=sent.period, period_start=start, period_end=end, nature=facet.nature,
            measure=facet.measure, price_basis=facet.price_basis, scope=facet.scope, value=number,
            canonical_value=None if number is None else convert(number, facet.unit, unit), unit=facet.unit,
            canonical_unit=unit, decimals=facet.decimals or 0, sheet=edition.sheet, cell=key,
            status=ObsStatus.NORMAL if number is not None else ObsStatus.CANNOT_EXIST if said else ObsStatus.MISSING,
        )  # fmt: skip


class Known:
    """The values of earlier returns."""

    def __init__(self) -> None:
        self._values: dict[Key, Decimal] = {}

    def add(self, one: Observation) -> None:
        if one.canonical_value is not None:
            series = (one.indicator, one.area, one.department, one.period, one.nature, one.measure)
            self._values[*series, one.price_basis, one.scope] = one.canonical_value

    def value(
        self, indicator: str, area: str, department: str, period: str,
        nature: Nature, measure: Measure, price_basis: str, scope: str,
    ) -> Decimal | None:  # fmt: skip
        return self._values.get((indicator, area, department, period, nature, measure, price_basis, scope))


def findings(catalogue: Catalogue, sent: SimulatedReturn, known: Known) -> list[Finding]:
    found = tuple(observations(catalogue, sent))
    parsed = ParsedReturn(
        sent.form, sent.edition, sent.period, sent.department, sent.origin, "template", sent.file_name, "", found,
        cells={o.cell: ReadCell(o.sheet, o.cell, o.raw_text, o.value, o.canonical_value, o.status) for o in found},
    )  # fmt: skip
    failed = [f for f in check_return(parsed, catalogue, known) if f.state is RuleState.FAILED]
    for one in found:
        known.add(one)
    return failed


def test_one_seed_one_world(catalogue: Catalogue, returns: list[SimulatedReturn]) -> None:
    assert returns == list(simulated_returns(catalogue))
    assert returns != list(simulated_returns(catalogue, seed=7))


def test_every_form_and_quarter_is_there(catalogue: Catalogue, returns: list[SimulatedReturn]) -> None:
    sent = Counter((r.form, r.period) for r in returns if not r.revision_reason)
    assert set(sent.values()) == {1}
    quarters = [f"{year}Q{quarter}" for year in range(2016, 2027) for quarter in (1, 2, 3, 4)][:-1]
    for form in catalogue.forms.values():
        if form.frequency == "Q":
            asked = {q for q in quarters if int(q[-1]) not in form.exempt_quarters}
            missing = asked - {period for code, period in sent if code == form.code}
            assert missing == ({"2026Q3"} if form.code == "LAB-Q" else set()), form.code


def test_everything_says_simulated(returns: list[SimulatedReturn]) -> None:
    for sent in returns:
        assert sent.origin is Origin.SIMULATED and "模拟数据" in sent.file_name
        assert all("模拟" in sent.header[key] for key in ("head", "statistician", "respondent", "phone", "note"))
        assert not (sent.revision_reason and "模拟" not in sent.revision_reason)
        assert all("模拟" in text for text in sent.explanations.values())


def test_cells_are_those_of_the_edition(catalogue: Catalogue, returns: list[SimulatedReturn]) -> None:
    for sent in returns:
        form = catalogue.forms[sent.form]
        edition = edition_for(form, sent.period)
        assert edition and edition.edition == sent.edition and (sent.department,) == form.departments
        asked = {address(row, column) for row, column in open_cells(edition)}
        assert asked - set(edition.optional_cells) <= set(sent.cells) <= asked
        for value in sent.cells.values():
            assert value == "—" if isinstance(value, str) else value.is_finite()


def test_returns_come_in_the_order_of_filing_and_are_late_once(
    catalogue: Catalogue, returns: list[SimulatedReturn]
) -> None:
    days = [sent.filed_on for sent in returns]
    assert days == sorted(days)
    first = [sent for sent in returns if not sent.revision_reason]
    due = {r.file_name: Period.parse(r.period).end + timedelta(days=catalogue.forms[r.form].due_days) for r in first}
    late = [(r.form, r.period) for r in first if r.filed_on > due[r.file_name]]
    assert late == [("SCI-Q", "2024Q2")]
    assert all(r.filed_on > Period.parse(r.period).end for r in returns)


def test_states_of_the_last_quarter(returns: list[SimulatedReturn]) -> None:
    states = {(r.form, r.state) for r in returns if r.state != "published"}
    assert states == {("SCI-Q", "submitted"), ("COM-Q", "returned")}
    assert {r.period for r in returns if r.state != "published"} == {"2026Q3"}
    assert all(bool(r.return_reason) == (r.state == "returned") for r in returns)


def test_revisions_change_an_earlier_quarter_and_say_why(returns: list[SimulatedReturn]) -> None:
    revised = [r for r in returns if r.revision_reason]
    assert len(revised) >= 5
    for later in revised:
        first = next(r for r in returns if (r.form, r.period) == (later.form, later.period))
        assert later.filed_on > first.filed_on
        changed = {cell for cell in first.cells if first.cells[cell] != later.cells[cell]}
        assert 0 < len(changed) < len(first.cells)


def test_the_next_year_compares_with_the_revised_value(returns: list[SimulatedReturn]) -> None:
    revised = next(r for r in returns if r.form == "GDP-Q" and r.period == "2017Q4" and r.revision_reason)
    year_later = next(r for r in returns if r.form == "GDP-Q" and r.period == "2018Q4")
    assert year_later.cells["01:2"] == revised.cells["01:1"]


def test_rules_accept_every_return_or_it_carries_the_explanation(
    catalogue: Catalogue, returns: list[SimulatedReturn]
) -> None:
    known, explained = Known(), Counter[str]()
    for sent in returns:
        asked = {f.rule for f in findings(catalogue, sent, known) if f.severity is not Severity.INFO}
        assert asked == set(sent.explanations), (sent.form, sent.period, asked)
        explained.update(asked)
        if asked:
            hard = {code for code in asked if catalogue.rules[code].severity is Severity.HARD}
            assert not hard
    assert explained["INV-FLUCTUATION"] == 2


def test_gdp_is_of_the_right_size_and_rises_within_the_year(latest: dict[Key, Decimal]) -> None:
    for year in range(2021, 2026):
        gdp = [latest["GDP", "CCXQ", Nature.YTD, f"{year}Q{quarter}"] for quarter in (1, 2, 3, 4)]
        assert gdp == sorted(gdp)
        assert 850 < gdp[-1] < 1100
        assert Decimal("0.2") < gdp[0] / gdp[-1] < Decimal("0.25")


def test_land_used_stays_below_the_cap_and_comes_near_it(latest: dict[Key, Decimal]) -> None:
    by_year = {year: latest["LAND_NEW", "CCXQ", Nature.YTD, f"{year}Q4"] for year in range(2016, 2026)}
    by_2020 = sum(by_year[year] for year in range(2016, 2021))
    now = sum(by_year.values()) + latest["LAND_NEW", "CCXQ", Nature.YTD, "2026Q3"]
    assert 60 < by_2020 < 62
    assert Decimal("78.5") < now < Decimal("87.5")


def test_districts_add_up_to_the_new_area(catalogue: Catalogue, latest: dict[Key, Decimal]) -> None:
    parts = catalogue.areas["CCXQ"].members
    for indicator, area, nature, period in list(latest):
        if area == "CCXQ" and nature is Nature.YTD and str(indicator).startswith("LAND_"):
            summed = sum(latest[indicator, part, nature, period] for part in parts)
            assert summed == latest[indicator, area, nature, period], (indicator, period)


def test_growth_is_that_of_the_constant_price_columns(returns: list[SimulatedReturn]) -> None:
    for sent in returns:
        if sent.form == "GDP-Q":
            now, before, growth = (sent.cells[f"01:{column}"] for column in (3, 4, 5))
            assert isinstance(now, Decimal) and isinstance(before, Decimal) and isinstance(growth, Decimal)
            assert abs((now / before - 1) * 100 - growth) <= Decimal("0.05")


def test_bases_of_example_targets_are_the_simulated_values(catalogue: Catalogue, latest: dict[Key, Decimal]) -> None:
    examples = [t for t in catalogue.targets if t.status is TargetStatus.EXAMPLE and t.base_value is not None]
    assert len(examples) >= 20
    for target in examples:
        assert target.base_on == date(2020, 12, 31)
        stands = [latest.get((target.indicator, target.area, n, "2020Q4")) for n in (Nature.YTD, Nature.STOCK)]
        assert target.base_value in stands, target.code


def test_the_broken_return_breaks_what_it_says(catalogue: Catalogue) -> None:
    broken = broken_return(catalogue)
    assert isinstance(broken, BrokenReturn) and "模拟数据" in broken.file_name and "坏表" in broken.file_name
    sent = broken.sent
    edition = edition_for(catalogue.forms[sent.form], sent.period)
    assert edition
    labels = {row.code: row.label for row in edition.rows}
    assert all(labels[code] != label for code, label in broken.labels.items())
    assert sent.cells["05:1"] == "约3.2亿" and broken.errors == {"14:1": "#REF!"}
    assert {f.rule for f in findings(catalogue, sent, Known())} >= {"IND-TOTAL"}
    assert len(broken.lessons) == 4
