"""A mistake in the catalogue is named with file, line, what is wrong and what is allowed, and all are named at once."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.catalogue.check import check_catalogue
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.references import target_mistakes
from indicators.errors import CatalogueError, UsageError
from indicators.targets import Target

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "catalogue"))


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` in a file; the line on which it stood."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def line_of(folder: Path, name: str, text: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_shipped_catalogue_has_none(folder: Path) -> None:
    assert check_catalogue(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("indicators.csv", ",economy,", ",econmy,", ("theme", "econmy", "economy")),
        ("indicators.csv", ",stock,up,", ",stok,up,", ("nature", "stok", "single", "ytd", "stock", "rate", "index")),
        ("indicators.csv", ",亿元,1,ytd", ",亿圆,1,ytd", ("亿圆", "units.csv")),
        ("indicators.csv", ",亿元,1,ytd", ",亿元,一,ytd", ("decimals", "一", "整数")),
        ("areas.csv", ",Nanguan,", ",Nanguan,,", ("12 个单元格", "表头有 11 个")),
        ("sources.yaml", "grade: A", "grade: D", ("grade", "D", "A、B、C")),
        ("sources.yaml", "known_from: 2016-12-31", "known_from: 2016年", ("known_from", "2016年", "日期，如")),
        ("sources.yaml", "issuer:", "isuer:", ("没有字段 isuer", "issuer")),
        ("goals.yaml", "year: 2020", "year: 2025", ("year", "2025", "2020、2030")),
        ("goals.yaml", "ROAD_LENGTH", "ROAD_LENGHT", ("indicators", "ROAD_LENGHT", "ROAD_LENGTH")),
        ("scope_breaks.yaml", "reason: census", "reason: cencus", ("cencus", "census、boundary、definition")),
        ("targets.yaml", "value: 87.5", "value: 约87.5", ("value", "约87.5", "数字")),
        ("targets.yaml", "unit: 平方公里", "unit: 亿元", ("亿元", "平方公里", "不能换算")),
        ("targets.yaml", "binding: \"true\"", "binding: 是", ("binding", "是", "true 或 false")),
        ("targets.yaml", "due_on: 2020-12-31", "due_on: 2015-12-31", ("start_on", "2016-01-01", "应早于")),
        ("targets.yaml", "source: P", "source: Q", ("source", "Q")),
        ("targets-example.yaml", "name: 示例：", "name: ", ("示例：",)),
        ("targets-example.yaml", "base_value: ", "# ", ("base_on", "base_value", "从不推定")),
        ("forms/FIN-Q.yaml", '"09:5"', '"19:5"', ("optional_cells", "19:5")),
        ("forms/FIN-Q.yaml", "due_days: 12", "due_days: 十二", ("due_days", "十二", "整数")),
        ("forms/GDP-Q.yaml", "valid_to: 2020Q4", "valid_to: 2021Q1", ("有效期重叠",)),
        ("forms/FIN-Q.2016.csv", "TAX_REVENUE", "TAXREVENUE", ("TAXREVENUE", "TAX_REVENUE")),
        ("forms/FIN-Q.2016.csv", "NON_TAX_REVENUE", "OTHER_TAXES", ("同一个观测",)),
        ("forms/FIN-Q.2016.csv", "08,", "07,", ("代码 07 用了两次",)),
        ("rules.csv", "sum([07]..[12])", "sum([07]..[14])", ("14",)),
        ("rules.csv", "[01] = [02] + [03] + [06]", "[01] = [02] + ", ("第", "个字符处应为")),
        ("rules.csv", "zones(LAND_NEW,", "zones(LAND_NWE,", ("LAND_NWE", "LAND_NEW")),
        ("rules.csv", "GDP-TOTAL,1,GDP-Q", "GDP-TOTAL,1,GDP-K", ("form", "GDP-K", "GDP-Q")),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(
    folder: Path, name: str, old: str, new: str, said: tuple[str, ...]
) -> None:
    line = spoil(folder, name, old, new)
    mistakes = [mistake for mistake in check_catalogue(folder) if all(word in mistake for word in said)]
    assert mistakes, check_catalogue(folder)
    assert any(mistake.startswith(f"{name} 第 ") for mistake in mistakes), mistakes
    stated = {int(mistake.split(" 第 ")[1].split(" 行")[0]) for mistake in mistakes}
    assert any(abs(line - at) <= 15 for at in stated), (line, mistakes)


@pytest.mark.parametrize(
    ("name", "old", "new", "at"),
    [
        ("indicators.csv", ",economy,", ",econmy,", "GDP,地区生产总值"),
        ("sources.yaml", "grade: A", "grade: D", "grade: A"),
        ("goals.yaml", "year: 2020", "year: 2025", "year: 2020"),
        ("forms/FIN-Q.2016.csv", "TAX_REVENUE", "TAXREVENUE", "03,税收收入"),
        ("rules.csv", "sum([07]..[12])", "sum([07]..[14])", "GDP-TERTIARY"),
        ("targets.yaml", "value: 87.5", "value: 约87.5", "value: 87.5"),
    ],
)
def test_the_line_is_exact(folder: Path, name: str, old: str, new: str, at: str) -> None:
    line = line_of(folder, name, at)
    spoil(folder, name, old, new)
    assert any(mistake.startswith(f"{name} 第 {line} 行") for mistake in check_catalogue(folder))


def test_a_cell_that_does_not_say_what_it_covers_is_named_by_its_row(folder: Path) -> None:
    spoil(folder, "forms/FIN-Q.yaml", "nature: single, ", "")
    line = line_of(folder, "forms/FIN-Q.2016.csv", "01,地方财政收入")
    assert any(m.startswith(f"forms/FIN-Q.2016.csv 第 {line} 行") and "01:4" in m for m in check_catalogue(folder))


def test_every_mistake_is_named_at_once_and_nothing_is_loaded(folder: Path) -> None:
    spoil(folder, "indicators.csv", ",stock,up,", ",stok,up,")
    spoil(folder, "sources.yaml", "grade: A", "grade: D")
    spoil(folder, "rules.csv", "jump(50)", "jumped(50)")
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(folder)
    assert len(raised.value.mistakes) == 3
    assert all(mistake in str(raised.value) for mistake in raised.value.mistakes)
    assert "没有载入" in str(raised.value)


def test_a_broken_entry_does_not_make_its_references_mistakes(folder: Path) -> None:
    spoil(folder, "themes.yaml", "order: 1", "order: 一")
    assert len(check_catalogue(folder)) == 1


def test_a_code_used_twice_names_both_places(folder: Path) -> None:
    first = line_of(folder, "themes.yaml", "code: land")
    line = spoil(folder, "themes.yaml", "code: green", "code: land")
    mistakes = [m for m in check_catalogue(folder) if m.startswith(f"themes.yaml 第 {line} 行")]
    assert len(mistakes) == 1 and f"第 {first} 行" in mistakes[0]


def test_a_field_written_twice_is_a_mistake(folder: Path) -> None:
    line = spoil(folder, "sources.yaml", "grade: A\n", "grade: A\n  grade: B\n") + 1
    assert any(m.startswith(f"sources.yaml 第 {line} 行") and "两次" in m for m in check_catalogue(folder))


def test_broken_yaml_names_the_line(folder: Path) -> None:
    spoil(folder, "goals.yaml", "{code: G2020-1", "{code: [G2020-1")
    assert any(m.startswith("goals.yaml 第 ") and "YAML" in m for m in check_catalogue(folder))


def test_files_that_nobody_reads_are_mistakes(folder: Path) -> None:
    (folder / "indicatorz.csv").write_text("code\n", encoding="utf-8")
    (folder / "forms" / "GDP-Q.2031.csv").write_text("code\n", encoding="utf-8")
    assert [m.split(" ")[0] for m in check_catalogue(folder)] == ["forms/GDP-Q.2031.csv", "indicatorz.csv"]


def test_a_missing_table_and_a_missing_file_of_rows(folder: Path) -> None:
    (folder / "themes.yaml").unlink()
    (folder / "forms" / "LAB-Q.2016.csv").unlink()
    mistakes = check_catalogue(folder)
    assert any(m.startswith("themes 第 1 行") and "themes.yaml" in m for m in mistakes)
    assert any(m.startswith("forms/LAB-Q.2016.csv 第 1 行") and "没有找到" in m for m in mistakes)


def test_a_table_may_go_on_in_a_second_file(folder: Path) -> None:
    (folder / "themes-more.yaml").write_text(
        "- {code: more, name: 另一主题, name_en: Another theme, order: 9}\n", encoding="utf-8"
    )
    assert load_catalogue(folder).themes["more"].name == "另一主题"


def test_a_circle_of_areas_is_found(folder: Path) -> None:
    spoil(
        folder,
        "areas.csv",
        "220000,吉林省,Jilin Province,province,000000",
        "220000,吉林省,Jilin Province,province,220102",
    )
    assert any("绕成了圈" in mistake for mistake in check_catalogue(folder))


def test_a_linked_break_needs_overlap_and_author(folder: Path) -> None:
    spoil(folder, "scope_breaks.yaml", "  reason: census", "  link_factor: 0.82\n  reason: census")
    assert any("link_overlap" in mistake for mistake in check_catalogue(folder))


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    file = folder / "themes.yaml"
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    assert any(m.startswith("themes.yaml 第 1 行") and "UTF-8" in m for m in check_catalogue(folder))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有找到指标目录文件夹"):
        load_catalogue(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"kind": "range", "low": 6, "high": 3}, "low"),
        ({"kind": "range", "low": 3, "high": 6, "outer_low": 4}, "outer_low"),
        ({"kind": "range", "low": 3, "high": 6, "outer_high": 6}, "high"),
        ({"kind": "double_by", "multiple": 0}, "multiple"),
        ({"kind": "double_by", "multiple": 1}, "multiple"),
        ({"kind": "growth_average", "growth": -150}, "growth"),
        ({"kind": "floor", "value": 5, "tolerance": -1}, "tolerance"),
        ({"kind": "floor", "value": 5, "natural_min": 3, "natural_max": 3}, "natural_min"),
        ({"kind": "floor", "value": 101, "natural_max": 100}, "value"),
        ({"kind": "lower", "value": -1, "natural_min": 0}, "value"),
        ({"path": "milestones", "milestones": [{"on": "2031-12-31", "value": 3}]}, "milestones"),
        ({"path": "milestones", "milestones": [{"on": "2020-12-31", "value": 3}]}, "milestones"),
    ],
)
def test_numbers_of_a_target_that_cannot_be_meant_are_mistakes(stated: dict[str, Any], field: str) -> None:
    """Each of them was judged, and with confidence: a range upside down is never met, a multiple of zero always."""
    whole = {"base_on": date(2020, 12, 31), "base_value": 1, "due_on": date(2030, 12, 31), "value": 5, "kind": "floor"}
    usual = {"code": "T", "name": "目标", "indicator": "GDP", "area": "CCXQ", "status": "adopted"}
    found = dict(target_mistakes(Target.model_validate(usual | whole | stated), None))
    assert (field,) in found and found[(field,)].endswith("。")
