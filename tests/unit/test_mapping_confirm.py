"""A mapping before it is used: its YAML read with line numbers, and everything that is missing in it told."""

from pathlib import Path
from typing import Any

import pytest

from indicators.errors import UsageError
from indicators.mapping.complete import missing
from indicators.mapping.model import MappedColumn, MappedRow, MappedTable, Mapping
from indicators.mapping.text import read_mapping, write_mapping
from indicators.observations import Measure
from indicators.periods import Nature
from tests.adopt_world import catalogue

SOUND = Mapping(
    form="CITY-GDP",
    name="分市州生产总值",
    department="PUB",
    scope="DEPT",
    nature=Nature.YTD,
    tables=(MappedTable(title="{本期}分市州生产总值", stub="地区", seen_at="Sheet1!A3", indicator="GDP"),),
    columns=(
        MappedColumn(header="{本期}(万元)", measure=Measure.LEVEL, unit="万元"),
        MappedColumn(header="增速(%)", measure=Measure.GROWTH_YOY, unit="%"),
    ),
    rows=(MappedRow(label="长春市", area="220100"), MappedRow(label="延边州", area="222400")),
    aliases={"延边朝鲜族州": "延边州"},
)


def changed(**said: Any) -> Mapping:
    return SOUND.model_copy(update=said)


def test_a_sound_mapping_lacks_nothing() -> None:
    assert missing(SOUND, catalogue()) == []


def test_yaml_and_back(tmp_path: Path) -> None:
    path = tmp_path / "对照表.yaml"
    path.write_text(write_mapping(SOUND, {("rows", 0): "A5“长春市”；确定\n# 不许跨行"}), encoding="utf-8")
    assert read_mapping(path) == SOUND


@pytest.mark.parametrize("label", ["a: b", "- x", "#注", "{x}", "“引号”\"'", "1", "是", "|", "控\x07制", "true"])
def test_any_text_survives_the_yaml(tmp_path: Path, label: str) -> None:
    mapping = changed(rows=(MappedRow(label=label, area="220100"),), ignore=(label,), aliases={label: label})
    path = tmp_path / "m.yaml"
    path.write_text(write_mapping(mapping, {("rows", 0): label}), encoding="utf-8")
    assert read_mapping(path) == mapping


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"questions": ("哪个口径？",)}, "问题还没有回答"),
        ({"form": ""}, "报表代码 form"),
        ({"form": "GDP-Q"}, "有自己的模板"),
        ({"edition": "第一版"}, "版本 edition"),
        ({"name": " "}, "报表名称 name"),
        ({"department": "XXX"}, "填报单位 department“XXX”不在目录中"),
        ({"source": "XXX"}, "来源 source“XXX”不在目录中"),
        ({"scope": None}, "口径 scope"),
        ({"scope": "NOWHERE"}, "口径代码“NOWHERE”不在目录中"),
        ({"nature": None}, "没有写性质 nature"),
        ({"tables": ()}, "tables 里没有表"),
        ({"rows": ()}, "没有行 rows"),
        ({"columns": ()}, "没有列 columns"),
        ({"period_from": "columns"}, "报告期无从读出"),
        ({"tables": (MappedTable(title="表", stub="地区"),)}, "没有写指标 indicator"),
        ({"tables": (MappedTable(indicator="GDP"),)}, "找不到表的位置"),
        ({"tables": (*SOUND.tables, *SOUND.tables)}, "分不清哪个是哪个"),
        ({"rows": (*SOUND.rows, MappedRow(label="长 春 市", area="220100"))}, "写了两次"),
        ({"rows": (*SOUND.rows, MappedRow(label="长春", area="220100"))}, "写进 aliases"),
        ({"rows": (*SOUND.rows, MappedRow(label="合计"))}, "没有写地区 area"),
        ({"aliases": {"春城": "长春"}}, "不在 rows 里"),
        ({"rows": (MappedRow(label="某市", area="999999"),)}, "地区代码“999999”不在目录中"),
        ({"columns": (MappedColumn(header="本期", measure=Measure.LEVEL),)}, "没有写计量单位 unit"),
        ({"columns": (MappedColumn(header="本期", unit="万元"),)}, "没有写计量内容 measure"),
        ({"columns": (MappedColumn(header="本期", measure=Measure.LEVEL, unit="万人"),)}, "不能换算为指标 GDP"),
        ({"columns": (MappedColumn(header="增速", measure=Measure.GROWTH_YOY, unit="万元"),)}, "不能换算为同比增长"),
        ({"columns": (MappedColumn(header="本期", measure=Measure.LEVEL, unit="万元", first="2016"),)}, "只用于含"),
        (
            {"columns": (MappedColumn(header="本期", measure=Measure.LEVEL, unit="万元", area="220200"),)},
            "对 area 说得不一样",
        ),
    ],
)
def test_what_is_missing_is_told(said: dict[str, Any], told: str) -> None:
    sentences = missing(changed(**said), catalogue())
    assert any(told in sentence for sentence in sentences), sentences


def test_everything_missing_is_told_at_once() -> None:
    bare = Mapping(tables=SOUND.tables, columns=SOUND.columns, rows=SOUND.rows, questions=("甲？", "乙？"))
    sentences = missing(bare, catalogue())
    for told in ("甲？", "乙？", "form", "name", "department", "scope", "nature"):
        assert any(told in sentence for sentence in sentences), told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("form: A\nforms: B\n", ("m.yaml 第 2 行", "没有字段 forms")),
        ("form: A\nform: B\n", ("m.yaml 第 2 行", "写了两次")),
        ("columns:\n  - {header: 本期, measure: 数量}\n", ("m.yaml 第 2 行", "measure", "growth_yoy")),
        ("rows:\n  - {label: 长春市\n", ("YAML 写法有误",)),
        ("period_from: 标题\n", ("period_from", "title、columns")),
        ("- form: A\n- form: B\n", ("应是一份对照表",)),
        ("", ("应是一份对照表",)),
    ],
)
def test_a_slip_in_the_yaml_is_told_with_its_line(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_mapping(path)
    assert all(part in str(caught.value) for part in told), caught.value
    assert "没有使用" in str(caught.value)


def test_the_mapping_in_the_guide_is_complete(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "adopt.md").read_text(encoding="utf-8")
    example, scopes = [part.partition("```")[0] for part in guide.split("```yaml\n")[1:]]
    path = tmp_path / "guide.yaml"
    path.write_text(example, encoding="utf-8")
    assert missing(read_mapping(path), catalogue()) == []
    path.write_text(scopes, encoding="utf-8")
    assert [column.scope for column in read_mapping(path).columns] == ["NBS_POST4", "NBS_PRE4"]


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有找到这个文件"):
        read_mapping(tmp_path / "没有.yaml")
