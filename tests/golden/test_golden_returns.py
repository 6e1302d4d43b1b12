"""A golden folder for one form: what a department fills in, and what must come of it, as tables that open in Excel.

Each folder of `returns/` is one return of the shipped form GDP-Q, 2021 edition, 2026Q3: `filled.csv` says what is typed
into which cell, `observations.csv` and `findings.csv` what is read. Change them together, by hand.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import data
from etl.parse import parse_return
from etl.reader import read_workbook
from etl.returned import ParsedReturn
from etl.template import write_template
from indicators.catalogue.load import load_catalogue
from indicators.observations import Measure
from indicators.periods import Nature, Period

FOLDER = Path(__file__).with_name("returns")
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
SECRET = b"golden"
HEADER = {"head": "王主任", "statistician": "李科长", "respondent": "张三", "phone": "0431-1", "sent_on": "2026-10-15"}
MEASURES = {
    Measure.LEVEL: "本年",
    Measure.LEVEL_PREVIOUS_YEAR: "上年同期",
    Measure.GROWTH_YOY: "同比增长",
    Measure.PLAN: "计划",
}
NATURES = {Nature.SINGLE: "本季", Nature.YTD: "累计", Nature.STOCK: "期末", Nature.ANNUAL: "全年"}


def table(case: str, name: str) -> list[dict[str, str]]:
    with (FOLDER / case / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def returned(case: str) -> ParsedReturn:
    catalogue = load_catalogue(data.catalogue_folder())
    form = catalogue.forms["GDP-Q"]
    edition = next(e for e in form.editions if e.edition == "2021")
    values: dict[str, Decimal | str] = {}
    for line in table(case, "filled"):
        text, kind = line["填写"], line["类型"]
        values[f"{line['行']}:{line['栏']}"] = Decimal(text) if kind == "数值" else text
    workbook = write_template(
        form, edition, Period.parse("2026Q3"), catalogue.departments[form.departments[0]], catalogue,
        values=values, header=HEADER, secret=SECRET,
    )  # fmt: skip
    return parse_return(read_workbook(workbook, f"{case}.xlsx"), catalogue, secret=SECRET)


def observed(result: ParsedReturn) -> list[dict[str, str]]:
    place = {(cell.sheet, cell.address): key.split(":") for key, cell in result.cells.items()}
    return [
        {
            "行": place[o.sheet, o.cell][0],
            "栏": place[o.sheet, o.cell][1],
            "单元格": o.cell,
            "指标": o.indicator,
            "内容": MEASURES[o.measure],
            "性质": NATURES[o.nature],
            "价格": o.price_basis,
            "起": o.period_start.isoformat(),
            "止": o.period_end.isoformat(),
            "报送值": "" if o.value is None else f"{o.value:f}",
            "单位": o.unit,
            "入库值": "" if o.canonical_value is None else f"{o.canonical_value:f}",
            "入库单位": o.canonical_unit,
            "状态": o.status.value,
        }
        for o in result.observations
    ]


def found(result: ParsedReturn) -> list[dict[str, str]]:
    return [{"代码": f.code, "程度": f.severity.label, "单元格": f.cell, "意见": f.message} for f in result.findings]


@pytest.mark.parametrize("case", CASES)
def test_the_return_gives_exactly_these_observations_and_findings(case: str) -> None:
    result = returned(case)
    assert observed(result) == table(case, "observations")
    assert found(result) == table(case, "findings")


def test_there_are_golden_returns() -> None:
    assert set(CASES) == {"careless", "sound"}
