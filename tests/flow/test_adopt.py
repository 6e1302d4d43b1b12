"""Hand-made tables walked through the way: proposed, confirmed by a person, then read, checked, submitted, published.

The real files are public ones that statistical offices made. They are not part of the project: without the folder
beside it these tests are skipped, saying so. Every number is compared with the file as calamine or csv reads it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from typer.testing import CliRunner

from etl.adopt.proposing import draft_for
from etl.adopt.store import confirm_mapping, with_mappings
from etl.errors import MappingConflict, MappingIncomplete, TemplateError
from etl.flow import approve_submission, check_file, make_template, publish_approved, submit_file
from etl.questions import trace_value
from etl.returned import ParsedReturn
from etl.status import reporting_status
from etl.way import Way, enter_way
from indicators.errors import CatalogueError, UsageError
from indicators.findings import Severity
from indicators.mapping.model import Mapping as Mapped
from indicators.mapping.text import write_mapping
from indicators.observations import Measure, Observation, ObsStatus, Origin
from indicators.periods import Nature, Period
from tests.adopt_world import INCOME, PROVINCE, QUARTER, REAL, catalogue, confirmed
from tests.golden.adopted import workbooks as made
from warehouse import audit
from warehouse.accounts import Role, add_account
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.generations import current
from warehouse.operations import consulting, operating
from warehouse.submissions import State
from zhibiao.__main__ import app
from zhibiao.founding import found_folder

People = Callable[[str], Way]
Files = list[tuple[bytes, str]]
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real workbooks are not beside the project: no {REAL}")
RETURNS = {
    "2016年分市州居民可支配收入（1季度）.xls": "2016Q1",
    "2016年分市州居民可支配收入（半年报）.xls": "2016Q2",
    "2016年分市州居民可支配收入（前3季度）.xls": "2016Q3",
    "2016年分市州居民可支配收入（年报）.xls": "2016",
}
CITIES = {
    "武汉市": "420100", "黄石市": "420200", "十堰市": "420300", "宜昌市": "420500", "襄阳市": "420600",
    "鄂州市": "420700", "荆门市": "420800", "孝感市": "420900", "荆州市": "421000", "黄冈市": "421100",
    "咸宁市": "421200", "随州市": "421300", "恩施州": "422800", "仙桃市": "429004", "潜江市": "429005",
    "天门市": "429006", "神农架": "429021",
}  # fmt: skip
DOWNLOADS = {
    "分省年度数据.xls": PROVINCE,
    "主要城市年度数据.xls": PROVINCE | {"form": "NBS-CITY", "name": "主要城市年度数据", "scope": "NBS_CITY"},
    "季度数据.csv": QUARTER,
}
PEOPLE = {"全体": "HOUSEHOLD_INCOME", "城镇": "URBAN_INCOME", "农村": "RURAL_INCOME"}
MEASURES = (Measure.LEVEL, Measure.LEVEL_PREVIOUS_YEAR, Measure.GROWTH_YOY)


def real_files(*names: str) -> Files:
    return [((REAL / name).read_bytes(), name) for name in names]


def a_folder(root: Path) -> People:
    """A new data folder with the people that a hand-made table passes."""
    folder = found_folder(root / "数据", "管理员", None).folder
    roles = {"整理员": Role.FILLER, "审核员": Role.REVIEWER, "发布员": Role.PUBLISHER, "领导": Role.LEADER}
    with operating(folder) as conn:
        for name, role in roles.items():
            department = "PUB" if role is Role.FILLER else ""
            add_account(conn, name, "correct horse", role, name, department, by="管理员")
    return lambda name: enter_way(folder, name)


def written(path: Path, draft: Mapped, said: Mapping[str, Any]) -> Path:
    """The draft as a person completes it, in a file."""
    path.write_text(write_mapping(draft.model_copy(update={"questions": (), **said})), encoding="utf-8")
    return path


def put_in_force(way: People, path: Path, files: Files, said: Mapping[str, Any]) -> None:
    """Propose from the first file, complete, confirm on all."""
    draft = draft_for(files[:1], way("审核员").catalogue).proposal.mapping
    confirm_mapping(way("审核员"), written(path, draft, said), files)


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Way:
    """One who sends, where the mappings of all seven real files are in force."""
    root = tmp_path_factory.mktemp("真")
    way = a_folder(root)
    put_in_force(way, root / "1.yaml", real_files(*RETURNS), INCOME)
    for number, (name, said) in enumerate(DOWNLOADS.items(), 2):
        put_in_force(way, root / f"{number}.yaml", real_files(name), said)
    return way("整理员")


def by_identity(parsed: ParsedReturn) -> dict[tuple[str, str, str, Measure, Nature], Observation]:
    found = {(o.indicator, o.area, o.period, o.measure, o.nature): o for o in parsed.observations}
    assert len(found) == len(parsed.observations), "one number under each identity"
    return found


def grid(name: str, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet at their true rows and columns, read without the project."""
    book = python_calamine.CalamineWorkbook.from_path(str(REAL / name))
    source = book.get_sheet_by_index(sheet)
    left = source.start[1]
    return [[None] * left + [None if v == "" else v for v in row] for row in source.iter_rows()]


def exactly(value: float) -> Decimal:
    """A double as a generation keeps it: fifteen digits, ten decimals."""
    return round(Decimal(f"{value:.15g}"), 10)


@real
def test_one_mapping_reads_the_four_real_returns_of_income(sender: Way) -> None:
    for name, period in RETURNS.items():
        parsed = check_file(sender, (REAL / name).read_bytes(), name).parsed
        assert (parsed.form, parsed.edition, parsed.period, parsed.department) == ("CITY-INCOME", "1", period, "PUB")
        found, when = by_identity(parsed), Period.parse(period)
        nature = Nature.ANNUAL if when.freq == "A" else Nature.YTD
        compared, indicator = 0, ""
        for number, cells in enumerate(grid(name), 1):
            texts = [c for c in cells if isinstance(c, str)]
            group = [p for p in PEOPLE if texts and f"分市州{p}" in texts[0]]
            indicator = PEOPLE[group[0]] if group else indicator
            if not texts or texts[0] not in CITIES:
                continue
            for measure, letter, value in zip(MEASURES, "CDE", cells[-3:], strict=True):
                one = found[indicator, CITIES[texts[0]], period, measure, nature]
                assert one.value == one.canonical_value == exactly(value), (name, number, measure)
                assert (one.sheet, one.cell) == ("Sheet1", f"{letter}{number}")
                assert one.unit == one.canonical_unit == ("%" if measure is Measure.GROWTH_YOY else "元")
                assert (one.period_start.month, one.period_end) == (1, when.end)
                assert (one.origin, one.status) == (Origin.PUBLISHED, ObsStatus.NORMAL)
                compared += 1
        assert compared == len(found) == 3 * 17 * 3


@real
def test_the_drift_of_the_real_returns_is_told(sender: Way) -> None:
    moved = {"2016Q1": "", "2016Q2": "上移 1 行", "2016Q3": "上移 2 行", "2016": "上移 1 行"}
    for name, period in RETURNS.items():
        checked = check_file(sender, (REAL / name).read_bytes(), name)
        told = "".join(f.message for f in checked.findings if f.code == "S220")
        assert (moved[period] in told) and bool(told) is bool(moved[period])
        assert not checked.blocked, [f.message for f in checked.findings if f.severity is not Severity.INFO]


@real
@pytest.mark.parametrize(
    ("name", "form", "count", "blanks"),
    [("分省年度数据.xls", "NBS-PROVINCE", 31 * 5, 0), ("主要城市年度数据.xls", "NBS-CITY", 36 * 5, 32)],
)
def test_the_real_downloads_of_the_national_bureau(sender: Way, name: str, form: str, count: int, blanks: int) -> None:
    parsed = check_file(sender, (REAL / name).read_bytes(), name).parsed
    assert parsed.form == form
    found, areas = by_identity(parsed), sender.catalogue.areas
    named = {text: code for code, area in areas.items() for text in (area.name, *area.aliases)}
    compared = missing = 0
    for number, cells in enumerate(grid(name), 1):
        if number < 5 or cells[0] not in named:
            continue
        for letter, year, value in zip("BCDEF", range(2019, 2014, -1), cells[1:], strict=True):
            one = found["GDP", named[cells[0]], str(year), Measure.LEVEL, Nature.ANNUAL]
            assert one.value == (None if value is None else Decimal(repr(value))), (number, year)
            assert (one.unit, one.canonical_unit, one.cell) == ("亿元", "亿元", f"{letter}{number}")
            assert one.status is (ObsStatus.MISSING if value is None else ObsStatus.NORMAL)
            compared, missing = compared + 1, missing + (value is None)
    assert (compared, missing, parsed.period) == (count, blanks, "2019") and len(found) == count


@real
def test_the_real_download_in_gb18030(sender: Way) -> None:
    name = "季度数据.csv"
    parsed = check_file(sender, (REAL / name).read_bytes(), name).parsed
    assert parsed.form == "NBS-QUARTER"
    found = by_identity(parsed)
    lines = list(csv.reader(io.StringIO((REAL / name).read_bytes().decode("gb18030"))))
    periods = ("2022Q1", "2021Q4", "2021Q3", "2021Q2", "2021Q1", "2020Q4")
    assert [head[:4] for head in lines[2][1:]] == [period[:4] for period in periods], "newest first"
    codes = {
        "国内生产总值": "GDP", "第一产业增加值": "GDP_PRIMARY", "第二产业增加值": "GDP_SECONDARY",
        "第三产业增加值": "GDP_TERTIARY", "农林牧渔业增加值": "GDP_AGRICULTURE", "工业增加值": "GDP_INDUSTRY",
    }  # fmt: skip
    compared = 0
    for number, line in enumerate(lines, 1):
        bare = line[0].removesuffix("(亿元)") if line else ""
        if bare[:-3] not in codes:
            continue
        nature = {"当季值": Nature.SINGLE, "累计值": Nature.YTD}[bare[-3:]]
        for letter, period, text in zip("BCDEFG", periods, line[1:], strict=True):
            one = found[codes[bare[:-3]], "000000", period, Measure.LEVEL, nature]
            assert (one.value, one.raw_text, one.cell) == (Decimal(text), text, f"{letter}{number}")
            first = 1 if nature is Nature.YTD else Period.parse(period).start.month
            assert (one.period_start.month, one.period_end) == (first, Period.parse(period).end)
            compared += 1
    assert compared == len(found) == 11 * 6


# with invented numbers: the way itself


ONE = [(made.income(1, lines_before=3), "一季度.xlsx")]


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> People:
    """A folder in which the table of income is known."""
    root = tmp_path_factory.mktemp("仿")
    way = a_folder(root)
    put_in_force(way, root / "收入.yaml", ONE, INCOME)
    return way


def test_a_hand_made_table_becomes_published_numbers(adopted: People) -> None:
    for quarter, period in made.PERIODS.items():
        receipt = submit_file(adopted("整理员"), made.income(quarter, lines_before=2), f"{period}.xlsx")
        assert receipt.state is State.SUBMITTED, [(f.code, f.message) for f in receipt.findings]
        approve_submission(adopted("审核员"), receipt.id)
    published = publish_approved(adopted("发布员"))
    assert published is not None
    rows = current(adopted("领导").folder).rows(
        "SELECT period, nature, canonical_value, cell, form FROM observation_current "
        "WHERE indicator = 'RURAL_INCOME' AND area = '222400' AND measure = 'level' ORDER BY period_end, nature"
    )
    assert [(r["period"], r["nature"], r["canonical_value"]) for r in rows] == [
        (made.PERIODS[q], "annual" if q == 4 else "ytd", made.income_value(2, 8, q)) for q in made.PERIODS
    ]
    growth = current(adopted("领导").folder).rows(
        "SELECT canonical_value, raw_text FROM observation_current WHERE measure = 'growth_yoy' AND area = '220100'"
        " AND indicator = 'URBAN_INCOME' AND period = '2031Q3'"
    )[0]
    assert len(growth["raw_text"]) > 15, "the cell's own digits are kept"
    assert growth["canonical_value"] == exactly(made.income_growth(1, 0, 3))
    traced = trace_value(adopted("领导"), "RURAL_INCOME", "2031Q3", "222400")
    assert any(t["单元格"] == f"Sheet1!{rows[2]['cell']}" for t in traced)


def test_a_missing_row_is_explained_in_the_list_of_findings(adopted: People) -> None:
    labels = tuple(name for name, _ in made.AREAS[:-1])
    book = openpyxl.load_workbook(io.BytesIO(made.income(3, labels=labels, lines_before=2)))
    open_ = [f for f in check_file(adopted("整理员"), made.saved(book), "三季度.xlsx").findings if f.code == "S226"]
    assert len(open_) == 3
    sheet = book.create_sheet("审核结果")
    sheet.append(["核对码", "说明"])
    for one in open_:
        sheet.append([one.binding, "延边州本期由州局另报"])
    assert not check_file(adopted("整理员"), made.saved(book), "三季度.xlsx").blocked


def test_there_is_no_template_of_a_hand_made_table(adopted: People) -> None:
    with pytest.raises(TemplateError, match="没有模板"):
        make_template(adopted("整理员"), "CITY-INCOME", "2031Q3")
    assert reporting_status(adopted("审核员"), "2031Q3")["rows"], "and nobody is said to owe one"
    assert not any(row["form"] == "CITY-INCOME" for row in reporting_status(adopted("审核员"), "2031Q3")["rows"])


def test_an_unknown_label_loads_nothing(adopted: People) -> None:
    labels = ("新设市", *(name for name, _ in made.AREAS[1:]))
    receipt = submit_file(adopted("整理员"), made.income(2, labels=labels), "半年.xlsx")
    assert (receipt.id, receipt.observations, receipt.blocked) == ("", 0, True)
    assert any(f.code == "S224" and f.found == "新设市" for f in receipt.findings)
    with consulting(adopted("整理员").folder) as conn:
        assert audit.records(conn)[-1]["act"] == "submission.refused"


def test_confirming_is_audited_and_repeats_change_nothing(adopted: People) -> None:
    folder = adopted("审核员").folder
    kept = folder.root / "mappings" / "CITY-INCOME.1.yaml"
    assert kept.read_bytes() == (folder.root.parent / "收入.yaml").read_bytes()
    again = confirm_mapping(adopted("审核员"), kept, [(made.income(3), "三季度.xlsx")])
    assert again.repeated and again.numbers == {"三季度.xlsx": 81}
    with consulting(folder) as conn:
        told = [r for r in audit.records(conn) if r["act"] == "mapping.confirmed"]
    assert [(r["who"], r["object"]) for r in told] == [("审核员", "CITY-INCOME.1")]


def test_a_confirmed_edition_never_changes_and_a_newer_one_takes_over(tmp_path: Path) -> None:
    way, path = a_folder(tmp_path), tmp_path / "收入.yaml"
    put_in_force(way, path, ONE, INCOME)
    labels = tuple(name for name, _ in made.AREAS[:-1])
    held = made.income(2, lines_before=3, labels=labels)  # a row is missing: held until somebody explains
    assert submit_file(way("整理员"), *ONE[0]).state is State.SUBMITTED
    assert submit_file(way("整理员"), held, "缺一行.xlsx").state is State.CHECKED
    before, text = way("审核员").catalogue.digest, path.read_text(encoding="utf-8").replace("HOUSEHOLD_SURVEY", "DEPT")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingConflict):
        confirm_mapping(way("审核员"), path, ONE)
    assert way("审核员").catalogue.digest == before
    path.write_text(text.replace("edition: 1", "edition: 2"), encoding="utf-8")
    confirm_mapping(way("审核员"), path, ONE)
    assert way("审核员").catalogue.digest != before
    checked = check_file(way("整理员"), made.income(3), "三季度.xlsx")
    assert (checked.parsed.edition, {o.scope for o in checked.parsed.observations}) == ("2", {"DEPT"})
    assert submit_file(way("整理员"), *ONE[0]).repeated, "what was submitted stays as the first edition read it"
    with pytest.raises(SubmissionConflict, match="重新保存"):
        submit_file(way("整理员"), held, "缺一行.xlsx")


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path) -> None:
    way, path = a_folder(tmp_path), tmp_path / "m.yaml"
    draft = draft_for(ONE, way("审核员").catalogue)
    path.write_text(draft.yaml, encoding="utf-8")
    with pytest.raises(MappingIncomplete) as caught:
        confirm_mapping(way("审核员"), path, ONE)
    assert len(caught.value.gaps) >= 8 and caught.value.exit_code == 1
    less = draft.proposal.mapping.model_copy(update={"rows": draft.proposal.mapping.rows[1:]})
    with pytest.raises(MappingIncomplete) as caught:
        confirm_mapping(way("审核员"), written(path, less, INCOME), ONE)
    assert any("长春市" in gap for gap in caught.value.gaps)
    with pytest.raises(NotPermitted):
        confirm_mapping(way("整理员"), written(path, draft.proposal.mapping, INCOME), ONE)
    assert not (way("审核员").folder.root / "mappings").exists()
    with consulting(way("审核员").folder) as conn:
        assert not any(r["act"] == "mapping.confirmed" for r in audit.records(conn))


def test_a_kept_mapping_that_no_longer_fits_the_catalogue_is_told(tmp_path: Path) -> None:
    mapping = confirmed(ONE[0][0], INCOME)
    assert (
        "CITY-INCOME" in with_mappings(catalogue(), written(tmp_path / "CITY-INCOME.1.yaml", mapping, {}).parent).forms
    )
    rows = (mapping.rows[0].model_copy(update={"area": "990300"}),)
    written(tmp_path / "CITY-INCOME.1.yaml", mapping, {"rows": rows})
    with pytest.raises(CatalogueError, match=r"CITY-INCOME\.1\.yaml"):
        with_mappings(catalogue(), tmp_path)


# the command


def run(way: Way, *args: str | Path) -> Any:
    return CliRunner().invoke(app, [str(a) for a in args] + ["--data", str(way.folder.root)], catch_exceptions=False)


def test_the_command_proposes_confirms_and_the_check_knows_the_table(tmp_path: Path) -> None:
    way = a_folder(tmp_path)
    first, second, draft = tmp_path / "一季度.xlsx", tmp_path / "半年.xlsx", tmp_path / "对照表.yaml"
    first.write_bytes(made.income(1, lines_before=3))
    second.write_bytes(made.income(2, lines_before=1))
    proposed = run(way("审核员"), "adopt", first, second, "-o", draft)
    assert proposed.exit_code == 0 and "推定" in proposed.stdout and "HOUSEHOLD_INCOME" in proposed.stdout
    assert "问题：form" in proposed.stderr and "试读 半年.xlsx" in proposed.stderr and "上移 2 行" in proposed.stderr
    refused = run(way("审核员"), "adopt", first, "--confirm", draft, "--user", "审核员")
    assert refused.exit_code == 1 and "还不完整" in refused.stderr and refused.stderr.count("问题还没有回答") == 4
    text = draft.read_text(encoding="utf-8").partition("questions:")[0] + "questions: []\n"
    for field, value in INCOME.items():
        text = text.replace(f"\n{field}:\n", f"\n{field}: {value}\n")
    draft.write_text(text, encoding="utf-8")
    confirmed = run(way("审核员"), "adopt", first, "--confirm", draft, "--user", "审核员")
    assert confirmed.exit_code == 0 and "81 个数" in confirmed.stdout, confirmed.stderr
    checked = run(way("审核员"), "check", second)
    assert checked.exit_code == 0 and "CITY-INCOME 2031Q2 PUB，通过" in checked.stderr
    assert "CITY-INCOME.1" in run(way("审核员"), "adopt", second).stderr
    letter = tmp_path / "函.csv"
    letter.write_text("关于报送数据的函\n请于月底前报送\n", encoding="utf-8")
    with pytest.raises(UsageError, match="没有提出对照表"):
        run(way("审核员"), "adopt", letter)
