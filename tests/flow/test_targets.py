"""The bureau's target table: filled in, imported whole or not at all, revised without overwriting, published."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data import catalogue_folder
from etl import targets as importing
from etl.flow import publish_approved
from etl.reader import read_workbook
from etl.target_columns import COLUMNS
from etl.target_rows import blocking, read_targets
from etl.target_template import write_target_template
from etl.target_versions import settle
from etl.targets import import_targets, listed_targets, make_target_template
from etl.way import Way, catalogue_of, enter_way, targets_place
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.errors import CatalogueError
from indicators.findings import Finding
from indicators.targets import Target, TargetKind, in_force
from warehouse import audit, backup, files, vault
from warehouse.accounts import Role, add_account
from warehouse.errors import DiskFull, NotPermitted, WriterBusy
from warehouse.folder import DataFolder, open_folder, writing
from warehouse.generations import current
from warehouse.operations import consulting, operating
from zhibiao.founding import found_folder

PEOPLE = (
    ("填报甲", Role.FILLER, "TJJ"),
    ("审核员", Role.REVIEWER, ""),
    ("发布员", Role.PUBLISHER, ""),
    ("领导", Role.LEADER, ""),
)
People = Callable[[str], Way]
GDP = {
    "目标名称": "2030年地区生产总值达到1300亿元",
    "指标": "GDP 地区生产总值",
    "目标类型": "达到",
    "目标值": 1300,
    "基期": "2020年",
    "基期值": Decimal("856.1"),
    "基期来源": "统计局内部台账",
    "到期日": date(2030, 12, 31),
    "约束性": "预期性",
    "路径": "等速增长",
    "依据文件": "《长春新区发展规划（2021—2030年）》",
    "条款": "第三条",
    "测算规则": "2020年起年均增长4.3%",
}
LAND = {
    "目标代码": "LAND-CAP",
    "目标名称": "2021—2030年新增建设用地不超过30平方公里",
    "指标": "LAND_NEW",
    "目标类型": "累计不超过",
    "目标值": 30,
    "计量单位": "平方公里",
    "起算日": "2021年",
    "到期日": "2030年12月31日",
    "约束性": "约束性",
    "预警档（%）": "75、90",
}


def table(template: bytes, *rows: Mapping[str, Any], top: int = 4) -> bytes:
    """The template as a clerk fills it in and saves it."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book["目标表"]
    titles = {str(cell.value).removesuffix("*"): cell.column for cell in sheet[top] if cell.value}
    for number, row in enumerate(rows, top + 1):
        for title, value in row.items():
            sheet.cell(number, titles[title]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its people, made once and copied for each test."""
    root = tmp_path_factory.mktemp("targets") / "数据"
    folder = found_folder(root, "管理员", None).folder
    with operating(folder) as conn:
        for name, role, department in PEOPLE:
            add_account(conn, name, "correct horse", role, name, department, by="管理员")
    return root


@pytest.fixture
def way(founded: Path, tmp_path: Path) -> People:
    shutil.copytree(founded, tmp_path / "数据")
    folder = open_folder(tmp_path / "数据")
    return lambda name: enter_way(folder, name)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Path(str(catalogue_folder())))


@pytest.fixture(scope="module")
def blank(catalogue: Catalogue) -> bytes:
    return write_target_template(catalogue)


def found_in(data: bytes, catalogue: Catalogue) -> list[Finding]:
    """What an import of this table would find."""
    read = read_targets(read_workbook(data, "目标.xlsx"), catalogue)
    return [*read.findings, *settle(read.drafts, catalogue.targets).findings]


def test_every_field_of_a_target_can_be_given() -> None:
    given = {column.field for column in COLUMNS}
    assert set(Target.model_fields) - given == {"version", "status", "grade"}, "what only the system may say"


def test_a_filled_table_becomes_adopted_targets(way: People, blank: bytes) -> None:
    before = way("发布员").catalogue
    done = import_targets(way("发布员"), table(blank, GDP, LAND), "目标.xlsx")
    assert not done.blocked, done.findings
    assert [f.code for f in done.findings] == ["T712", "T712"], "the two documents that no list of sources has"
    after = catalogue_of(way("领导").folder)
    gdp, cap = (next(t for t in after.targets if t.code == code) for code in ("GDP-CCXQ-FLOOR-2030", "LAND-CAP"))
    assert (gdp.version, gdp.status, gdp.area, gdp.unit) == (1, "adopted", "CCXQ", "亿元")
    assert (gdp.value, gdp.base_on, gdp.base_value) == (Decimal(1300), date(2020, 12, 31), Decimal("856.1"))
    assert (gdp.due_on, gdp.binding, gdp.path) == (date(2030, 12, 31), False, "cagr")
    assert gdp.source == "" and gdp.clause == "《长春新区发展规划（2021—2030年）》 第三条"
    assert gdp.note == "基期来源：统计局内部台账" and gdp.rule_text == "2020年起年均增长4.3%"
    assert (cap.kind, cap.start_on, cap.due_on) == (TargetKind.CAP_CUMULATIVE, date(2021, 1, 1), date(2030, 12, 31))
    assert (cap.direction, cap.binding, cap.warning_steps) == (-1, True, (Decimal(75), Decimal(90)))
    assert after.digest != before.digest and len(after.targets) == len(before.targets) + 2
    assert vault.get(way("领导").folder, done.file_hash).startswith(b"PK"), "the original workbook is kept"
    with consulting(way("领导").folder) as conn:
        record = next(r for r in audit.records(conn) if r["act"] == "targets.imported")
    detail = json.loads(record["detail"])
    assert record["who"] == "发布员" and detail["sha256"] == done.file_hash
    assert detail["targets"] == ["GDP-CCXQ-FLOOR-2030 第 1 版", "LAND-CAP 第 1 版"]


def test_the_next_generation_judges_by_them(way: People, blank: bytes) -> None:
    assert import_targets(way("发布员"), table(blank, GDP), "目标.xlsx").added
    made = publish_approved(way("发布员"))
    assert made is not None, "a changed catalogue is something to publish"
    row = made.rows("SELECT * FROM attainment WHERE target = 'GDP-CCXQ-FLOOR-2030'")[0]
    assert (row["target_status"], row["target_version"], row["reason"]) == ("adopted", 1, "no_value")
    kept = made.rows("SELECT * FROM target WHERE code = 'GDP-CCXQ-FLOOR-2030'")[0]
    assert kept["value"] == 1300 and kept["status"] == "adopted"
    assert publish_approved(way("发布员")) is None, "and then there is nothing more"
    assert current(made.folder).number == made.number


@pytest.mark.parametrize(
    ("change", "code", "title"),
    [
        ({"目标名称": None}, "T703", "目标名称"),
        ({"指标": "国民幸福指数"}, "T704", "指标"),
        ({"地区": "火星"}, "T704", "地区"),
        ({"口径": "随便"}, "T704", "口径"),
        ({"计量单位": "亿块"}, "T704", "计量单位"),
        ({"目标类型": "尽量"}, "T705", "目标类型"),
        ({"约束性": "都行"}, "T705", "约束性"),
        ({"到期日": "将来"}, "T706", "到期日"),
        ({"到期日": "2030年2月30日"}, "T706", "到期日"),
        ({"目标值": "约1300"}, "V302", "目标值"),
        ({"目标值": "1300万元"}, "V306", "目标值"),
        ({"目标值": None}, "T707", "目标值"),
        ({"基期值": None}, "T707", "基期"),
        ({"基期": "2031年"}, "T707", "基期"),
        ({"计量单位": "平方公里"}, "T707", "计量单位"),
        ({"路径": "分年"}, "T707", "路径"),
        ({"分年目标": "2025年1000"}, "T707", "分年目标"),
        ({"小数位数": "许多"}, "T707", "小数位数"),
        ({"目标名称": "示例：不是示例"}, "T707", "目标名称"),
        ({"替代目标": "NO-SUCH"}, "T704", "替代目标"),
        ({"目标代码": "CAP-LAND-2020"}, "T709", "目标代码"),
        ({"目标代码": "EX-GDP-2030"}, "T709", "目标代码"),
    ],
)
def test_one_wrong_cell_stops_everything_and_is_named(
    catalogue: Catalogue, blank: bytes, change: dict[str, object], code: str, title: str
) -> None:
    data = table(blank, LAND, GDP | change)
    findings = found_in(data, catalogue)
    found = [f for f in blocking(findings) if f.code == code]
    assert found, [(f.code, f.message) for f in findings]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["目标表"]
    column = next(c.column_letter for c in sheet[4] if str(c.value).removesuffix("*") == title)
    assert found[0].cell == f"{column}6", "the second line, in the column that is wrong"
    assert not any(name in found[0].message for name in ("base_on", "due_on", "milestones", "floor")), found[0].message


def test_a_table_with_one_wrong_cell_changes_nothing(way: People, blank: bytes) -> None:
    done = import_targets(way("发布员"), table(blank, LAND, GDP | {"到期日": "将来"}), "目标.xlsx")
    assert done.blocked and not done.added and "一个目标也没有导入" in done.text
    assert not targets_place(way("领导").folder).exists()
    with consulting(way("领导").folder) as conn:
        assert [r["act"] for r in audit.records(conn)][-1] == "targets.refused"


def test_the_same_target_twice_in_a_table(catalogue: Catalogue, blank: bytes) -> None:
    found = found_in(table(blank, GDP, GDP | {"目标值": 1400}), catalogue)
    assert [f.code for f in blocking(found)] == ["T708"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"<html></html>"])
def test_a_file_that_is_no_workbook_is_refused_by_the_guard(way: People, data: bytes) -> None:
    done = import_targets(way("发布员"), data, "目标.xlsx")
    assert done.blocked and done.findings[0].code.startswith("F1")


def test_a_workbook_without_the_table_or_without_a_line_says_so(catalogue: Catalogue, blank: bytes) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "会议纪要"
    book.save(out)
    assert [f.code for f in found_in(out.getvalue(), catalogue)] == ["T701"]
    assert [f.code for f in found_in(blank, catalogue)] == ["T711"]


def test_a_column_nobody_knows_is_not_passed_over(catalogue: Catalogue, blank: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(table(blank, GDP)))
    book["目标表"]["BA4"], book["目标表"]["BA5"] = "责任领导", "张三"
    out = io.BytesIO()
    book.save(out)
    found = blocking(found_in(out.getvalue(), catalogue))
    assert [(f.code, f.cell) for f in found] == [("T702", "BA4")] and "责任领导" in found[0].message


def test_a_revision_is_a_new_version_that_names_its_rule_and_its_day(way: People, blank: bytes) -> None:
    publisher = way("发布员")
    import_targets(publisher, table(blank, GDP), "目标.xlsx")
    first = sorted(targets_place(publisher.folder).iterdir())
    content = first[0].read_bytes()
    bare = import_targets(publisher, table(blank, GDP | {"目标值": 1250, "测算规则": None}), "目标.xlsx")
    assert sorted((f.code, f.cell[:2]) for f in bare.findings if f.severity == "hard") == [
        ("T710", "AF"),
        ("T710", "AK"),
    ]
    revised = GDP | {"目标值": 1250, "测算规则": "中期评估后调低", "生效日期": "2026-07-01"}
    done = import_targets(publisher, table(blank, revised), "目标2.xlsx")
    assert [(t.code, t.version, t.predecessor) for t in done.revised] == [
        ("GDP-CCXQ-FLOOR-2030", 2, "GDP-CCXQ-FLOOR-2030")
    ]
    assert first[0].read_bytes() == content and len(list(targets_place(publisher.folder).iterdir())) == 2
    versions = {t.version: t for t in catalogue_of(publisher.folder).targets if t.code == "GDP-CCXQ-FLOOR-2030"}
    assert (versions[1].value, versions[2].value, versions[2].rule_text) == (1300, 1250, "中期评估后调低")
    for day, value in ((date(2026, 6, 30), 1300), (date(2026, 7, 1), 1250)):
        held = {t.code: t for t in in_force(catalogue_of(publisher.folder).targets, day)}
        assert held["GDP-CCXQ-FLOOR-2030"].value == value
    again = import_targets(way("发布员"), table(blank, revised), "目标2.xlsx")
    assert again.unchanged == ("GDP-CCXQ-FLOOR-2030",) and not again.kept_in and "什么也没有改变" in again.text


def test_the_template_gives_back_what_was_adopted(way: People, blank: bytes) -> None:
    stages = {"目标代码": "OUTPUT", "目标名称": "产值", "指标": "ABOVE_SCALE_OUTPUT", "目标类型": "达到",
              "目标值": 1500, "基期": "2020年", "基期值": 900, "到期日": "2030年", "路径": "分年",
              "分年目标": "2023年=1050；2027-12-31=1300.5", "容差": 0.5, "自然下限": 0}  # fmt: skip
    band = {"目标名称": "失业率", "指标": "城镇登记失业率", "目标类型": "保持区间", "区间下限": 2.5, "区间上限": 4.5,
            "到期日": "2030年"}  # fmt: skip
    import_targets(way("发布员"), table(blank, GDP, LAND, stages, band), "目标.xlsx")
    held = way("发布员").catalogue.targets
    made = next(t for t in held if t.code == "OUTPUT")
    assert [(m.on, m.value) for m in made.milestones] == [
        (date(2023, 12, 31), Decimal(1050)), (date(2027, 12, 31), Decimal("1300.5")),
    ]  # fmt: skip
    again = import_targets(way("发布员"), make_target_template(way("发布员")), "目标.xlsx")
    assert not again.blocked and len(again.unchanged) == 4, [f.message for f in again.findings]


def test_a_target_may_replace_another(way: People, blank: bytes) -> None:
    row = LAND | {"目标代码": "CAP-LAND-NEW", "替代目标": "CAP-LAND-2020", "生效日期": "2026-10-01"}
    assert import_targets(way("发布员"), table(blank, row), "目标.xlsx").added
    codes = {
        day: {t.code for t in in_force(way("领导").catalogue.targets, day)}
        for day in (date(2026, 9, 30), date(2026, 10, 1))
    }
    assert [("CAP-LAND-2020" in held, "CAP-LAND-NEW" in held) for held in codes.values()] == [
        (True, False),
        (False, True),
    ]


def test_only_who_may_imports_and_never_beside_a_writer(way: People, blank: bytes) -> None:
    for name in ("填报甲", "审核员", "领导", "管理员"):
        with pytest.raises(NotPermitted):
            import_targets(way(name), table(blank, GDP), "目标.xlsx")
    with writing(way("发布员").folder, "别人", "发布"), pytest.raises(WriterBusy):
        import_targets(way("发布员"), table(blank, GDP), "目标.xlsx")
    assert not targets_place(way("发布员").folder).exists()


@pytest.mark.parametrize("at", ["write", "rename", "commit"])
def test_an_import_that_fails_half_way_leaves_nothing(
    way: People, blank: bytes, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    before = catalogue_of(way("领导").folder).digest

    def full(step: str, path: Path) -> None:
        if step == at and targets_place(way("领导").folder) in path.parents:
            raise OSError(28, "No space left on device")

    def unprovable(folder: DataFolder) -> Catalogue:
        if any(targets_place(folder).glob("*")):
            raise CatalogueError("不能载入")
        return catalogue_of(folder)

    monkeypatch.setattr(files, "fault", full)
    if at == "commit":  # written, but what was written is no catalogue
        monkeypatch.setattr(importing, "catalogue_of", unprovable)
    with pytest.raises((DiskFull, CatalogueError)):
        import_targets(way("发布员"), table(blank, GDP), "目标.xlsx")
    assert catalogue_of(way("领导").folder).digest == before and not list(targets_place(way("领导").folder).iterdir())
    with consulting(way("领导").folder) as conn:
        assert not any(r["act"] == "targets.imported" for r in audit.records(conn))


def test_adopted_targets_are_in_the_backup(way: People, blank: bytes, tmp_path: Path) -> None:
    folder = way("领导").folder
    import_targets(way("发布员"), table(blank, GDP), "目标.xlsx")
    made = backup.create(folder, tmp_path / "备份", who="管理员")
    restored = backup.restore(made.path, tmp_path / "恢复")
    assert catalogue_of(restored).digest == catalogue_of(folder).digest


def test_a_damaged_file_of_adopted_targets_is_named(way: People, blank: bytes) -> None:
    import_targets(way("发布员"), table(blank, GDP), "目标.xlsx")
    path = next(targets_place(way("领导").folder).iterdir())
    path.chmod(0o644)
    path.write_text(path.read_text("utf-8").replace("indicator: GDP", "indicator: GONE"), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue_of(way("发布员").folder)
    assert "targets-0001.yaml" in caught.value.mistakes[0] and "GONE" in caught.value.mistakes[0]


def test_the_list_shows_every_version_and_which_holds(way: People, blank: bytes) -> None:
    import_targets(way("发布员"), table(blank, GDP), "目标.xlsx")
    revised = GDP | {"目标值": 1250, "测算规则": "调低", "生效日期": "2026-07-01"}
    import_targets(way("发布员"), table(blank, revised), "目标.xlsx")
    rows = [r for r in listed_targets(way("领导"), date(2026, 11, 1)) if r["code"] == "GDP-CCXQ-FLOOR-2030"]
    assert [(r["version"], r["in_force"], r["goal"]) for r in rows] == [(2, True, "1250亿元"), (1, False, "1300亿元")]
    assert {r["status_label"] for r in rows} == {"本局采用"}


def test_the_shipped_targets_fit_the_table(catalogue: Catalogue) -> None:
    """What the catalogue holds can be written in the bureau's table and is read back the same."""
    official = [t for t in catalogue.targets if t.status == "official"]
    read = read_targets(read_workbook(write_target_template(catalogue, official), "目标.xlsx"), catalogue)
    assert [f.message for f in blocking(read.findings)] == []
    drop = {"status", "grade", "unit", "decimals"}  # a blank unit is that of the indicator
    assert [d.target.model_dump(exclude=drop) for d in read.drafts] == [t.model_dump(exclude=drop) for t in official]
