"""Golden folders of check rules: a return, what was known before, the rules, and the findings that must come of them.

Each folder holds tables that open in Excel: `form.csv` (rows), `columns.csv`, `return.csv` (what is typed, by row and
column), `history.csv` (earlier values by period, row, column, department), `rules.csv`, and `expected.csv`. Change them
together, by hand.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import data
from etl.check import check_return
from etl.plan import CellPlan, plan_of
from etl.returned import ParsedReturn, ReadCell
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue, Form, FormColumn, FormEdition, FormRow, Rule
from indicators.findings import Finding
from indicators.numbers import read_number
from indicators.observations import Measure, Observation, Origin
from indicators.periods import Nature, Period
from indicators.units import convert

FOLDER = Path(__file__).parent
CASES = sorted(path.name for path in FOLDER.iterdir() if (path / "expected.csv").exists())


def table(case: str, name: str) -> list[dict[str, str]]:
    path = FOLDER / case / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def form_of(case: str) -> Form:
    rows = [
        FormRow(code=r["行"], label=r["名称"], indent=int(r["缩进"] or 0), indicator=r["指标"])
        for r in table(case, "form")
    ]
    columns = [
        FormColumn(
            code=c["栏"], header=(c["表头"],), measure=Measure(c["内容"]), nature=Nature(c["性质"]),
            price_basis=c["价格"], unit=c["单位"], decimals=int(c["小数"]),
        )
        for c in table(case, "columns")
    ]  # fmt: skip
    edition = FormEdition(edition="1", valid_from="2014", sheet="表", rows=tuple(rows), columns=tuple(columns))
    return Form(
        code="CASE", name="例表", name_en="case", table_number="1", authority="局", document_number="1",
        valid_until="2030", frequency="Q", departments=("TJJ",), due_days=1, area="CCXQ", scope="DEPT",
        editions=(edition,),
    )  # fmt: skip


def rules_of(case: str) -> dict[str, Rule]:
    return {
        r["代码"]: Rule(
            code=r["代码"], version="1", form="CASE", severity=r["级别"], expression=r["关系"], message=r["要求"],
            columns=tuple(filter(None, r["栏"].split(";"))), tolerance_abs=Decimal(r["容许误差"] or 0),
        )
        for r in table(case, "rules")
    }  # fmt: skip


class Known:
    """The earlier values of `history.csv`, in the unit of the cell."""

    def __init__(self, case: str, cells: dict[str, CellPlan]) -> None:
        self._values = {}
        for line in table(case, "history"):
            cell = cells[f"{line['行']}:{line['栏']}"]
            value = convert(Decimal(line["数值"]), cell.unit, cell.canonical_unit)
            key = (cell.indicator, line["地区"] or "CCXQ", line["单位"] or "TJJ", line["报告期"])
            self._values[*key, cell.nature, cell.measure, cell.price_basis, cell.scope] = value

    def value(self, *series: object) -> Decimal | None:
        return self._values.get(series)


def findings(case: str) -> list[Finding]:
    form = form_of(case)
    shipped = load_catalogue(data.catalogue_folder())
    catalogue: Catalogue = shipped.model_copy(update={"forms": shipped.forms | {"CASE": form}, "rules": rules_of(case)})
    plan = plan_of(form, form.editions[0], catalogue)
    cells = {cell.key: cell for cell in plan.cells}
    period = Period.parse("2026Q3")
    observations, read = [], {}
    for line in table(case, "return"):
        for column in form.editions[0].columns:
            key = f"{line['行']}:{column.code}"
            cell, number = cells[key], read_number(line[column.code])
            canonical = None if number.value is None else convert(number.value, cell.unit, cell.canonical_unit)
            read[key] = ReadCell("表", key, line[column.code], number.value, canonical, number.obs_status)
            start, end = period.span(cell.nature)
            observations.append(
                Observation(
                    indicator=cell.indicator, area=cell.area, department="TJJ", form="CASE", edition="1",
                    period=period.code, period_start=start, period_end=end, nature=cell.nature, measure=cell.measure,
                    price_basis=cell.price_basis, scope=cell.scope, value=number.value, raw_text=line[column.code],
                    unit=cell.unit, canonical_value=canonical, canonical_unit=cell.canonical_unit,
                    decimals=cell.decimals, status=number.obs_status, sheet="表", cell=key,
                )
            )  # fmt: skip
    parsed = ParsedReturn(
        "CASE", "1", period.code, "TJJ", Origin.RETURNED, "template", "表.xlsx", "", tuple(observations), cells=read
    )
    return check_return(parsed, catalogue, Known(case, cells))


def told(found: list[Finding]) -> list[dict[str, str]]:
    return [
        {"规则": f.rule, "级别": f.severity.value, "状态": f.state.value, "单元格": f.cell, "发现": f.message}
        for f in found
    ]


@pytest.mark.parametrize("case", CASES)
def test_the_rules_find_what_the_table_says_and_nothing_else(case: str) -> None:
    assert told(findings(case)) == table(case, "expected")


def test_there_are_cases() -> None:
    assert len(CASES) >= 4
