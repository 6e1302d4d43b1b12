"""Every published number is there with its grade, and nothing is presented as official that is not in the facts.

The tables are this test's own copy of what is known to be published; they are compared with the shipped files.
"""

from datetime import date
from decimal import Decimal

import pytest

from data import catalogue_folder
from data.published import workbooks
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.targets import TargetKind, TargetStatus

# indicator · area · period · measure · value · unit · grade
FACTS = """
GDP CCXQ 2014 level 930 亿元 A
LOCAL_FISCAL_REVENUE CCXQ 2014 level 90.5 亿元 A
INDUSTRIAL_OUTPUT CCXQ 2014 level 3100 亿元 A
POPULATION CCXQ 2014 level 47 万人 A
PLANNED_AREA CCXQ 2014 level 499 平方公里 A
GDP CCXQ 2018 level 966 亿元 B
GDP CCXQ 2018 growth_yoy 8.1 % B
ABOVE_SCALE_OUTPUT CCXQ 2018 level 789.3 亿元 B
ABOVE_SCALE_OUTPUT CCXQ 2018 growth_yoy 13.4 % B
FIXED_INVESTMENT CCXQ 2018 level 351.9 亿元 B
FIXED_INVESTMENT CCXQ 2018 growth_yoy 25.2 % B
GENERAL_BUDGET_REVENUE CCXQ 2018 level 16.65 亿元 B
GENERAL_BUDGET_REVENUE CCXQ 2018 growth_yoy 24.2 % B
GDP CCXQ 2019 level 732 亿元 B
FIXED_INVESTMENT CCXQ 2019 level 408.1 亿元 B
FIXED_INVESTMENT CCXQ 2019 growth_yoy 16 % B
GDP CCXQ 2020 level 823.9 亿元 B
GDP CCXQ 2020 growth_yoy 8.9 % B
POPULATION CCXQ 2020M06 level 55 万人 B
POPULATION CCXQ 2020M07 level 60 万人 B
GDP CCXQ 2021H1 level 420 亿元 B
GDP CCXQ 2021H1 growth_yoy 13 % B
GDP CCXQ 2021H1 level 441.2 亿元 B
GDP CCXQ 2021H1 growth_yoy 14.9 % B
ABOVE_SCALE_OUTPUT CCXQ 2021H1 level 434.7 亿元 B
ABOVE_SCALE_OUTPUT CCXQ 2021H1 growth_yoy 23.8 % B
FIXED_INVESTMENT CCXQ 2021H1 level 133.7 亿元 B
FIXED_INVESTMENT CCXQ 2021H1 growth_yoy 7.5 % B
GDP CCXQ 2021 level 869.7 亿元 A
GDP CCXQ 2021 growth_yoy 6.5 % A
GDP_PRIMARY CCXQ 2021 level 0.3 亿元 A
GDP_PRIMARY CCXQ 2021 growth_yoy 0.4 % A
GDP_SECONDARY CCXQ 2021 level 631.3 亿元 A
GDP_SECONDARY CCXQ 2021 growth_yoy 6.3 % A
GDP_TERTIARY CCXQ 2021 level 238.0 亿元 A
GDP_TERTIARY CCXQ 2021 growth_yoy 7.1 % A
ABOVE_SCALE_OUTPUT CCXQ 2021 level 831.1 亿元 A
ABOVE_SCALE_OUTPUT CCXQ 2021 growth_yoy 6.3 % A
ABOVE_SCALE_COUNT CCXQ 2021 level 168 户 A
AUTO_OUTPUT CCXQ 2021 level 429.4 亿元 A
AUTO_OUTPUT CCXQ 2021 growth_yoy -7.3 % A
PHARMACEUTICAL_OUTPUT CCXQ 2021 level 220.0 亿元 A
PHARMACEUTICAL_OUTPUT CCXQ 2021 growth_yoy 44.9 % A
ABOVE_SCALE_REVENUE CCXQ 2021 level 803.6 亿元 A
ABOVE_SCALE_REVENUE CCXQ 2021 growth_yoy -3.6 % A
ABOVE_SCALE_PROFIT CCXQ 2021 level 65.9 亿元 A
ABOVE_SCALE_PROFIT CCXQ 2021 growth_yoy 30.1 % A
FIXED_INVESTMENT CCXQ 2021 growth_yoy 16 % C
RETAIL_SALES CCXQ 2021 growth_yoy 14.5 % C
GDP CCXQ 2023 level 913 亿元 B
GDP CCXQ 2023 growth_yoy 7.2 % B
GDP CCXQ 2025 growth_yoy 6.1 % C
ABOVE_SCALE_VALUE_ADDED CCXQ 2025 growth_yoy 9.9 % C
GDP 220000 2015 level 14063.13 亿元 A
GDP 220000 2016 level 14776.80 亿元 A
GDP 220000 2017 level 14944.53 亿元 A
GDP 220000 2018 level 11253.81 亿元 A
GDP 220000 2019 level 11726.82 亿元 A
GDP 220000 2015 level 10018.0 亿元 A
GDP 220000 2016 level 10427.0 亿元 A
GDP 220000 2017 level 10922.0 亿元 A
GDP 220000 2018 level 11253.8 亿元 A
GDP 220000 2019 level 11726.8 亿元 A
GDP 220000 2020 level 12256.0 亿元 A
GDP 220000 2021 level 13163.8 亿元 A
GDP 220000 2022 level 12818.1 亿元 A
GDP 220000 2023 level 13531.2 亿元 A
GDP 220100 2015 level 5530.03 亿元 A
GDP 220100 2016 level 5986.42 亿元 A
GDP 220100 2017 level 6530.03 亿元 A
GDP 220100 2018 level 7175.71 亿元 A
GDP 000000 2019Q1 level 218062.8 亿元 A
GDP 000000 2019Q2 level 460636.7 亿元 A
GDP 000000 2019Q3 level 712845.4 亿元 A
GDP 000000 2019Q4 level 990865.1 亿元 A
"""

# What was printed as a bound or an approximate count: kept as text, never as a number.
TEXTS = {
    ("GDP", "2019", "growth_yoy", "B"): ">4%",
    ("UNIVERSITIES", "2014", "level", "A"): "20余所",
    ("RESEARCH_INSTITUTES", "2014", "level", "A"): "近200家",
    ("TALENTS", "2014", "level", "A"): "3万多人",
    ("STATE_RESEARCH_INSTITUTES", "2014", "level", "A"): "30余家",
    ("STRATEGIC_OUTPUT", "2014", "growth_yoy", "A"): "20%以上",
    ("HIGHTECH_OUTPUT", "2014", "growth_yoy", "A"): "20%以上",
}

# code · indicator · area · kind · value · due · grade
TARGETS = """
CAP-LAND-2020 LAND_NEW CCXQ cap_cumulative 87.5 2020-12-31 A
GDP-GROWTH-2019 GDP CCXQ growth_year 8 2019-12-31 B
GDP-2023 GDP CCXQ floor 900 2023-12-31 B
ABOVE-SCALE-2023 ABOVE_SCALE_OUTPUT CCXQ floor 900 2023-12-31 B
OUTPUT-2024 ABOVE_SCALE_OUTPUT CCXQ floor 1000 2024-12-31 B
SPECIALISED-2024 SPECIALISED_FIRMS CCXQ floor 500 2024-12-31 B
HIGHTECH-FIRMS-2024 HIGHTECH_FIRMS CCXQ floor 900 2024-12-31 B
LISTED-2024 LISTED_FIRMS CCXQ floor 14 2024-12-31 B
CJT-GDP-2020 GDP CJT double_by 4 2020-12-31 B
METRO-GDP-2030 GDP METRO floor 13500 2030-12-31 B
METRO-POPULATION-2030 POPULATION METRO floor 1300 2030-12-31 B
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(catalogue_folder())


def rows() -> list[dict[str, str]]:
    return [dict(row) for sent in workbooks() for row in sent.rows]


def test_every_published_number_is_there_with_its_grade_and_no_other() -> None:
    wanted = sorted(tuple(line.split()) for line in FACTS.split("\n") if line)
    shipped = sorted(
        (r["indicator"], r["area"], r["period"], r["measure"], r["value"], r["unit"], r["grade"])
        for r in rows()
        if r["value"]
    )
    assert shipped == wanted


def test_bounds_and_approximate_counts_stay_text() -> None:
    without = {(r["indicator"], r["period"], r["measure"], r["grade"]): r["comment"] for r in rows() if not r["value"]}
    assert set(without) == set(TEXTS)
    for key, words in TEXTS.items():
        assert words in without[key]


def test_what_the_plan_says_of_the_city_is_not_said_of_the_new_area() -> None:
    """[P] 一(三): 长春……拥有高等院校20余所、科研机构近200家、高端创新人才3万多人."""
    plan = {r["indicator"]: (r["area"], r["scope"]) for s in workbooks() if s.source.code == "P" for r in s.rows}
    city = {code for code, where in plan.items() if where == ("220100", "PLAN_CITY")}
    assert city == {"UNIVERSITIES", "RESEARCH_INSTITUTES", "TALENTS"}
    assert {where for code, where in plan.items() if code not in city} == {("CCXQ", "APPROVED_499")}


def test_natures_and_prices_are_those_printed() -> None:
    """Years are annual or at their end, parts of a year cumulative; levels of money are at current prices."""
    for r in rows():
        counted = r["unit"] not in ("亿元", "%")
        years = r["period"].isdigit()
        assert r["nature"] == ("stock" if counted else "annual" if years else "ytd"), r
        growth = r["measure"] == "growth_yoy"
        real = r["indicator"].startswith("GDP") or r["indicator"] == "ABOVE_SCALE_VALUE_ADDED"
        wanted = ("可比价" if real else "未说明") if growth else "" if counted else "现价"
        assert r["price_basis"] == wanted, r


def test_grade_of_a_row_is_that_of_its_source(catalogue: Catalogue) -> None:
    for sent in workbooks():
        assert {(r["source"], r["grade"]) for r in sent.rows} == {(sent.source.code, sent.source.grade)}
        assert sent.known_from == catalogue.sources[sent.source.code].known_from


def test_rows_use_the_catalogue(catalogue: Catalogue) -> None:
    fields = [column.field for column in catalogue.forms["PUB"].editions[-1].records]
    for row in rows():
        assert list(row) == fields
        assert row["area"] in catalogue.areas and row["scope"] in catalogue.scopes
        one = catalogue.indicators[row["indicator"]]
        assert row["unit"] == ("%" if row["measure"] == "growth_yoy" else one.unit)
        assert row["indicator_name"] in (one.name, *one.aliases)


def test_both_vintages_of_the_first_half_of_2021() -> None:
    found = [
        (s.known_from, [r["value"] for r in s.rows], s.revision_reason)
        for s in workbooks()
        if "H1_2021" in s.source.code
    ]
    assert found[0][:2] == (date(2021, 8, 4), ["420", "13"]) and not found[0][2]
    assert found[1][:2] == (date(2021, 8, 16), ["441.2", "14.9"]) and found[1][2]


def test_workbooks_come_in_the_order_in_which_they_became_known() -> None:
    days = [sent.known_from for sent in workbooks()]
    assert days == sorted(days) and len(days) == 17


def test_the_census_break_separates_the_scopes() -> None:
    gdp = {r["period"]: r["scope"] for r in rows() if r["indicator"] == "GDP" and r["area"] == "CCXQ"}
    assert gdp["2014"] == "APPROVED_499" and gdp["2018"] == "CCXQ_PRE4"
    assert {gdp[period] for period in ("2019", "2020", "2021H1", "2021", "2023", "2025")} == {"CCXQ_POST4"}
    first = {r["period"]: r["scope"] for s in workbooks() if s.source.code == "NBS_PROVINCE_2020" for r in s.rows}
    assert first == {
        "2015": "NBS_PRE4", "2016": "NBS_PRE4", "2017": "NBS_PRE4", "2018": "NBS_POST4", "2019": "NBS_POST4",
    }  # fmt: skip


def test_published_targets_are_all_there_and_no_other_is_official(catalogue: Catalogue) -> None:
    official = [
        t for t in catalogue.targets if t.status is TargetStatus.OFFICIAL and t.kind is not TargetKind.QUALITATIVE
    ]
    shipped = sorted(
        (
            t.code,
            t.indicator,
            t.area,
            t.kind.value,
            Decimal(t.value or t.growth or t.multiple or 0),
            str(t.due_on),
            t.grade,
        )
        for t in official
    )
    wanted = sorted(
        (code, indicator, area, kind, Decimal(value), due, grade)
        for code, indicator, area, kind, value, due, grade in (line.split() for line in TARGETS.split("\n") if line)
    )
    assert shipped == wanted
    assert {t.status for t in catalogue.targets} <= {TargetStatus.OFFICIAL, TargetStatus.EXAMPLE}


def test_official_targets_name_document_clause_and_words(catalogue: Catalogue) -> None:
    for target in catalogue.targets:
        if target.status is TargetStatus.OFFICIAL:
            assert target.source in catalogue.sources and target.clause and target.text
            assert target.grade == catalogue.sources[target.source].grade
            assert target.base_on is None, "没有一个公开目标写明基期"


def test_the_land_cap(catalogue: Catalogue) -> None:
    cap = next(t for t in catalogue.targets if t.code == "CAP-LAND-2020")
    assert (cap.scope, cap.start_on, cap.binding, cap.netting_allowed) == (
        "APPROVED_499",
        date(2016, 1, 1),
        True,
        False,
    )
    assert "推定" in cap.note


def test_no_numeric_2020_or_2030_target_of_the_new_area_is_official_but_the_cap(catalogue: Catalogue) -> None:
    found = {
        t.code
        for t in catalogue.targets
        if t.status is TargetStatus.OFFICIAL and t.area == "CCXQ" and t.due_on and t.due_on.year in (2020, 2030)
    }
    assert found == {"CAP-LAND-2020"}
