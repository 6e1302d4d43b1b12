"""The shipped catalogue: what is in it, and that every part of it says completely what it means."""

import random
import re
import shutil
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data import catalogue_folder
from indicators.catalogue.facets import address, cell_facet, edition_for, open_cells
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.catalogue.schema import schema_text
from indicators.findings import Severity
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from indicators.targets import TargetKind, TargetStatus

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(catalogue_folder())


@pytest.fixture
def catalogue_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "catalogue"))


def document(name: str) -> str:
    """A founding document without its line breaks and spaces."""
    found = sorted((SHARED / "documents").glob(f"{name}-*.txt"))
    if not found:
        pytest.skip(f"没有 shared/documents/{name}：不核对原文")
    return re.sub(r"\s", "", found[0].read_text(encoding="utf-8"))


def test_themes_are_those_of_the_plan(catalogue: Catalogue) -> None:
    names = [theme.name for theme in sorted(catalogue.themes.values(), key=lambda theme: theme.order)]
    assert names == ["综合经济", "创新", "产业", "土地与空间", "绿色智慧", "开放合作", "长吉图联动", "民生"]
    used = {indicator.theme for indicator in catalogue.indicators.values()}
    assert used == set(catalogue.themes)


def test_at_least_forty_indicators_are_complete(catalogue: Catalogue) -> None:
    assert len(catalogue.indicators) >= 60
    for one in catalogue.indicators.values():
        assert one.name and one.name_en and one.name_en.isascii(), one.code
        assert len(one.definition) >= 12 and one.definition.endswith("。"), one.code
        assert one.scope and one.department and one.source and one.unit, one.code
    assert len({one.name for one in catalogue.indicators.values()}) == len(catalogue.indicators)


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("gdp", {"GDP", "GDP_PRIMARY", "GDP_SECONDARY", "GDP_TERTIARY"}),
        ("revenue", {"LOCAL_FISCAL_REVENUE", "GENERAL_BUDGET_REVENUE"}),
        ("industry", {"INDUSTRIAL_OUTPUT", "ABOVE_SCALE_OUTPUT"}),
        ("population", {"POPULATION"}),
        (
            "land",
            {
                "LAND_NEW",
                "LAND_NEW_FARMLAND",
                "LAND_NEW_CULTIVATED",
                "LAND_CULTIVATED_OFFSET",
                "LAND_LINKED_RECLAIMED",
                "LAND_MINE_RECLAIMED",
                "LAND_STOCK_REVIVED",
                "LAND_IDLE_DISPOSED",
            },
        ),
    ],
)
def test_core_groups_are_full(catalogue: Catalogue, group: str, codes: set[str]) -> None:
    members = {one.code for one in catalogue.indicators.values() if one.core_group == group}
    assert codes <= members


def test_two_revenues_and_two_outputs_stay_two(catalogue: Catalogue) -> None:
    names = {catalogue.indicators[code].name for code in ("LOCAL_FISCAL_REVENUE", "GENERAL_BUDGET_REVENUE")}
    assert names == {"地方财政收入", "一般公共预算收入"}
    names = {catalogue.indicators[code].name for code in ("INDUSTRIAL_OUTPUT", "ABOVE_SCALE_OUTPUT")}
    assert names == {"工业总产值", "规上工业产值"}


OFFICIAL_CODES = {
    "220100": "长春市", "220102": "南关区", "220103": "宽城区", "220104": "朝阳区", "220105": "二道区",
    "220106": "绿园区", "220112": "双阳区", "220113": "九台区", "220122": "农安县", "220182": "榆树市",
    "220183": "德惠市", "220184": "公主岭市", "220000": "吉林省", "000000": "中国",
}  # fmt: skip


def test_areas(catalogue: Catalogue) -> None:
    for code, name in OFFICIAL_CODES.items():
        assert catalogue.areas[code].name == name
        assert catalogue.areas[code].official_code
    new_area = catalogue.areas["CCXQ"]
    assert not new_area.official_code and not new_area.additive
    assert {catalogue.areas[code].name for code in new_area.members} == {
        "新区朝阳部分", "新区宽城部分", "新区二道部分", "新区九台部分",
    }  # fmt: skip
    for code, short in {"220171": "经开", "220172": "净月", "220173": "高新", "220174": "汽开"}.items():
        zone = catalogue.areas[code]
        assert zone.kind == "zone" and not zone.additive and short in zone.aliases
    roles = {role: {a.name for a in catalogue.areas.values() if role in a.roles} for role in ("腹地", "前沿", "窗口")}
    assert roles == {"腹地": {"长春市", "吉林市"}, "前沿": {"延吉市", "龙井市", "图们市"}, "窗口": {"珲春市"}}
    assert {code for role in roles.values() for code in role} == {
        catalogue.areas[code].name for code in catalogue.areas["CJT"].members
    }


def test_a_sum_over_changchun_does_not_count_a_zone_twice(catalogue: Catalogue) -> None:
    summed = {a.code for a in catalogue.areas.values() if a.parent == "220100" and a.additive}
    assert summed == {code for code in OFFICIAL_CODES if code.startswith("2201") and code != "220100"}


def test_departments_and_forms(catalogue: Catalogue) -> None:
    assert catalogue.departments["PUB"].origin is Origin.PUBLISHED
    quarterly = [form for form in catalogue.forms.values() if form.frequency == "Q"]
    assert {form.departments for form in quarterly} == {(code,) for code in catalogue.departments if code != "PUB"}
    for form in quarterly:
        assert form.table_number and form.authority and form.valid_until and "示例" in form.document_number
    assert [form.code for form in quarterly if form.exempt_quarters == (4,)] == ["LAB-Q"]
    assert len(catalogue.forms["GDP-Q"].editions) == 2
    record = catalogue.forms["PUB"].editions[0]
    headers = [column.header for column in record.records]
    assert record.layout == "record"
    for header in (
        "指标代码",
        "地区代码",
        "报告期",
        "性质",
        "价格口径",
        "口径",
        "数值",
        "计量单位",
        "来源代码",
        "等级",
    ):
        assert header in headers


def test_every_open_cell_says_completely_what_it_is(catalogue: Catalogue) -> None:
    cells = 0
    for form in catalogue.forms.values():
        for edition in form.editions:
            for row, column in open_cells(edition):
                facet = cell_facet(form, edition, row, column)
                where = f"{form.code} {edition.edition} {address(row, column)}"
                assert facet.indicator in catalogue.indicators, where
                assert facet.area in catalogue.areas and facet.scope in catalogue.scopes, where
                assert facet.measure and facet.nature and facet.unit, where
                assert (facet.unit == "%") == (
                    facet.measure is Measure.GROWTH_YOY or catalogue.indicators[facet.indicator].unit == "%"
                ), where
                cells += 1
    assert cells > 500


def test_edition_changes_with_the_base_year_of_constant_prices(catalogue: Catalogue) -> None:
    form = catalogue.forms["GDP-Q"]
    old, new = edition_for(form, "2020Q4"), edition_for(form, "2021Q1")
    assert old and new and (old.edition, new.edition) == ("2016", "2021")
    assert {c.price_basis for c in old.columns} ^ {c.price_basis for c in new.columns} == {
        "2015年不变价", "2020年不变价",
    }  # fmt: skip
    assert edition_for(form, "2015Q4") is None


def test_the_land_form_has_the_districts_as_columns(catalogue: Catalogue) -> None:
    form = catalogue.forms["LAND-Q"]
    edition = form.editions[-1]
    areas = [c.area for c in edition.columns if c.nature is Nature.YTD and c.measure is Measure.LEVEL]
    assert areas == ["CCXQ", *catalogue.areas["CCXQ"].members]
    assert form.scope == "APPROVED_499"


def test_rules_of_every_severity(catalogue: Catalogue) -> None:
    assert len(catalogue.rules) >= 40
    assert {rule.severity for rule in catalogue.rules.values()} == set(Severity)
    matrix = {form.code for form in catalogue.forms.values() if form.editions[0].layout == "matrix"}
    assert {rule.form for rule in catalogue.rules.values()} == {"*", *matrix}


def test_sources_follow_the_rule_of_known_from(catalogue: Catalogue) -> None:
    compiled = date(2026, 9, 30)
    for source in catalogue.sources.values():
        known = source.known_from
        assert known <= compiled, source.code
        match source.known_precision:
            case "day" if source.grade:
                assert source.published_on == known, source.code
            case "day":
                assert not source.published_on, source.code
            case "month":
                assert (known.replace(day=28).month, source.published_on) == (known.month, None), source.code
                assert known.day >= 28
            case _:
                assert not source.published_on, source.code
                assert (known.month, known.day) == (12, 31) or known == compiled, source.code


def test_scope_breaks_of_the_fourth_census(catalogue: Catalogue) -> None:
    found = {(b.indicator, b.area, b.on): b for b in catalogue.scope_breaks.values()}
    assert set(found) == {("GDP", "CCXQ", date(2019, 1, 1)), ("GDP", "220000", date(2018, 1, 1))}
    assert all(b.reason == "census" and b.link_factor is None for b in found.values())


def test_goals_stand_verbatim_in_the_plan(catalogue: Catalogue) -> None:
    plan = document("P")
    for year in (2020, 2030):
        goals = [goal for goal in catalogue.goals.values() if goal.year == year]
        assert len(goals) == 6
        for goal in goals:
            assert goal.text in plan, goal.code
            assert goal.indicators


def test_quotations_of_the_plan_are_verbatim(catalogue: Catalogue) -> None:
    plan = document("P")
    quoted = [target for target in catalogue.targets if target.source == "P"]
    assert len(quoted) == 5
    for target in quoted:
        assert target.text in plan, target.code


def test_example_targets_are_visibly_examples(catalogue: Catalogue) -> None:
    examples = [target for target in catalogue.targets if target.status is TargetStatus.EXAMPLE]
    assert len(examples) >= 20
    for target in examples:
        assert target.name.startswith("示例：") and target.source == "EXAMPLE" and not target.grade
    kinds = {target.kind for target in examples}
    assert {TargetKind.FLOOR, TargetKind.LOWER, TargetKind.CAP_CUMULATIVE, TargetKind.RANGE} <= kinds
    land = [t for t in examples if t.indicator == "LAND_NEW" and t.due_on == date(2030, 12, 31)]
    assert [t.value for t in land] == [Decimal("87.5")]


def test_it_loads_quickly() -> None:
    load_catalogue(catalogue_folder())
    took = []
    for _ in range(3):
        begun = time.process_time()
        load_catalogue(catalogue_folder())
        took.append(time.process_time() - begun)
    assert min(took) <= 0.15


def test_digest_is_of_the_content_not_of_its_layout(catalogue: Catalogue, catalogue_copy: Path) -> None:
    assert load_catalogue(catalogue_copy).digest == catalogue.digest
    rules = catalogue_copy / "rules.csv"
    header, *lines = rules.read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    rules.write_text("\r\n".join([header, *lines]) + "\r\n", encoding="utf-8-sig", newline="")
    themes = catalogue_copy / "themes.yaml"
    themes.write_text("# 注释不算内容\n\n" + themes.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_catalogue(catalogue_copy).digest == catalogue.digest
    rules.write_text(rules.read_text(encoding="utf-8-sig").replace("jump(50)", "jump(40)"), encoding="utf-8")
    assert load_catalogue(catalogue_copy).digest != catalogue.digest


def test_schema_in_the_documentation_is_fresh() -> None:
    kept = (ROOT / "docs" / "reference" / "catalogue.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "运行 python -m indicators.catalogue.schema > docs/reference/catalogue.schema.json"
