"""The life of a task as people live it, the list as they send it, and what a generation says of both."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from etl import tasks as way_of
from etl.flow import approve_submission, publish_approved, submit_file
from etl.programmes import new_tasks, programmes_of
from etl.tasks_derive import with_tasks
from etl.tasks_import import Imported, import_list
from etl.tasks_rows import Numbers, task_rows
from etl.tasks_seen import task_list, task_shown, to_remind
from etl.tasks_sheet import read_list
from etl.tasks_template import list_template
from etl.way import Way, enter_way
from etl.worker import read_file
from indicators.errors import UsageError
from indicators.findings import Severity
from indicators.tasks.duties import quarter_of
from indicators.tasks.errors import SamePerson, StepRefused
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Task, TaskState
from warehouse import audit, schema, tasks, vault
from warehouse.accounts import Role, add_account
from warehouse.arrow import arrow_of
from warehouse.errors import NotPermitted
from warehouse.folder import DataFolder
from warehouse.generations import Generation
from warehouse.operations import consulting, operating
from warehouse.rebuild import rebuild
from warehouse.task_board import Wanted, lights, listed
from warehouse.tasks_tables import newest_growth
from zhibiao.founding import found_folder

People = Callable[[str], Way]
Fill = Callable[..., bytes]
PEOPLE = (
    ("填报甲", Role.FILLER, "TJJ"),
    ("填报乙", Role.FILLER, "CZJ"),
    ("审核员", Role.REVIEWER, ""),
    ("发布员", Role.PUBLISHER, ""),
    ("领导", Role.LEADER, ""),
)
SOON = date.today() + timedelta(days=400)
HEAD = ("序号", "任务", "牵头单位", "责任单位", "完成时限", "序时进度", "进展情况", "存在问题", "下步措施")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A folder with its people, made once: the hashing of passwords is slow on purpose."""
    folder = found_folder(tmp_path_factory.mktemp("tasks") / "数据", "管理员", None).folder
    with operating(folder) as conn:
        for name, role, department in PEOPLE:
            add_account(conn, name, "correct horse", role, name, department, by="管理员")
    return folder


@pytest.fixture
def way(founded: DataFolder, tmp_path: Path) -> People:
    """The way through a copy of that folder, as the account named."""
    folder = DataFolder(Path(shutil.copytree(founded.root, tmp_path / "数据")))
    return lambda name: enter_way(folder, name)


def published(way: People) -> Generation:
    made = publish_approved(way("发布员"))
    assert made is not None
    return made


def taken_up(way: People, *, lead: str = "TJJ", code: str = "CJT2014-25") -> str:
    way_of.take_up(way("发布员"), "CJT2014")
    way_of.assign(way("发布员"), code, lead, SOON, ("CZJ",), [NodePlan("开工", SOON - timedelta(days=30))])
    return code


def done(way: People, code: str) -> None:
    way_of.say_done(way("填报甲"), code, "节点完成", node=1)
    way_of.say_done(way("填报甲"), code, "全部完成")


def test_the_whole_life_of_a_task(way: People) -> None:
    code = taken_up(way)
    photo = way_of.Evidence("照片.jpg", b"\xff\xd8\xff what was built")
    way_of.report(
        way("填报甲"), code, "2026Q3", "开工两个项目", progress=Decimal(40), quantity="2 个", evidence=[photo]
    )
    way_of.ask_extension(way("填报甲"), code, SOON + timedelta(days=60), "征地推迟")
    way_of.decide_extension(way("领导"), code, True)
    reminded = way_of.remind(way("领导"), code, "请抓紧")
    assert reminded.last is not None and set(reminded.last.to) == {"填报甲", "填报乙", "审核员"}, "the whole chain"
    done(way, code)
    way_of.verify(way("审核员"), code, "现场未见", send_back=True)
    way_of.say_done(way("填报甲"), code, "已整改")
    way_of.verify(way("审核员"), code, "看过")
    way_of.close(way("领导"), code)
    with pytest.raises(SamePerson, match="须由另一人再签"):
        way_of.close(way("领导"), code)
    closed = way_of.close(way("发布员"), code)
    assert closed.state is TaskState.CLOSED and closed.due_on == SOON + timedelta(days=60)
    way_of.reopen(way("领导"), code, "产值下降")
    shown = task_shown(way("领导"), code)
    acts = ["分解", "报进展", "申请延期", "准予延期", "催办", "节点报完成", "报完成", "核查退回", "报完成", "核查"]
    acts += ["销号", "销号", "重开"]
    assert [s["act"] for s in shown["steps"]] == acts and shown["state_label"] == "重开"
    sha, name = shown["report_list"][0]["evidence"].split(" ")
    assert name == "照片.jpg" and vault.get(way("领导").folder, sha) == b"\xff\xd8\xff what was built"
    with consulting(way("领导").folder) as conn:
        recorded = [r["act"] for r in audit.records(conn) if r["object"] == code]
    assert len(recorded) == len(acts) and audit.verify(way("领导").folder) == []


DEEDS: list[tuple[str, Callable[[Way, str], object]]] = [
    ("填报甲", lambda way, code: way_of.verify(way, code)),
    ("填报甲", lambda way, code: way_of.assign(way, code, "TJJ", SOON)),
    ("审核员", lambda way, code: way_of.report(way, code, "2026Q3", "代报")),
    ("领导", lambda way, code: way_of.verify(way, code)),
    ("填报甲", lambda way, code: way_of.remind(way, code, "催")),
    ("填报甲", lambda way, code: way_of.report(way, code, "2026Q3", "替别家报")),
    ("没有的人", lambda way, code: way_of.close(way, code)),
]


def test_everybody_does_only_what_is_theirs(way: People) -> None:
    code = taken_up(way)
    way_of.assign(way("发布员"), "CJT2014-16", "SWJ", SOON)
    for who, deed in DEEDS:
        with pytest.raises(NotPermitted, match=r"没有.*改动"):
            deed(way(who), "CJT2014-16" if who == "填报甲" else code)
    with consulting(way("管理员").folder) as conn:
        assert [len(tasks.steps_of(conn, one)) for one in (code, "CJT2014-16")] == [1, 1]


def test_a_generation_holds_the_tasks_as_they_stood_and_is_made_again_the_same(way: People) -> None:
    code = taken_up(way)
    held = published(way)
    assert publish_approved(way("发布员")) is None, "nothing moved, nothing to publish"
    (row,) = held.rows("SELECT * FROM task WHERE code = :c", {"c": code})
    assert (row["number"], row["chapter"], row["lead"], row["state_label"]) == (25, 6, "TJJ", "在办")
    assert row["clause"] == "六（二十五）" and row["indicators"].startswith("ABOVE_SCALE_OUTPUT:up")
    (programme,) = held.rows("SELECT * FROM programme")
    assert (programme["code"], programme["tasks"], programme["number"]) == ("CJT2014", 45, "吉政办明电〔2014〕38号")
    count = "SELECT count(*) AS n FROM task WHERE lead = '' AND due_on IS NULL AND state = 'unset'"
    assert held.rows(count) == [{"n": 44}], "no owner and no date that nobody set"
    way_of.report(way("填报甲"), code, "2026Q3", "后来报的")
    admin = way("管理员")
    again = rebuild(admin.folder, admin.catalogue, with_tasks(admin, lambda b: _nothing()), who="管理员")
    assert not {"programme", "task", "task_node", "task_report", "task_light"} & set(again.differing), again
    assert published(way).rows("SELECT task, text, stands FROM task_report") == [
        {"task": code, "text": "后来报的", "stands": True}
    ]


def _nothing() -> object:
    from warehouse.generations import Derived

    return Derived()


def test_done_on_paper_only_is_doubted_and_both_sides_are_seen(way: People, fill: Fill) -> None:
    code = taken_up(way)
    done(way, code)
    (row,) = published(way).rows("SELECT 存疑, 存疑理由, 任务一方的话 FROM 任务督查 WHERE 存疑")
    assert "数据不足" in row["存疑理由"] and row["任务一方的话"] == "全部完成"
    way_of.question(way("领导"), code, "没有一个数，请说明")
    way_of.verify(way("审核员"), code)
    with pytest.raises(StepRefused, match="说明还没有答复"):
        way_of.close(way("领导"), code)
    way_of.explain(way("填报甲"), code, "数在省里，下季可得")
    assert way_of.close(way("领导"), code).state is TaskState.CLOSING
    (seen,) = task_list(way("领导"), doubted=True)
    assert (seen["code"], seen["said"]) == (code, "数在省里，下季可得")
    held, asked = published(way), Wanted(programme="CJT2014")
    cells = lights(held, asked)
    assert (sum(c["tasks"] for c in cells), sum(c["doubted"] for c in cells)) == (45, 1)
    assert listed(held, asked, 1, worst_first=True)[0]["code"] == code
    assert {c["word"]: c["tasks"] for c in cells if c["part"] == 6} == {"已核查": 1, "未分解": 3}


def test_what_is_published_decides_whether_a_task_is_doubted(way: People, fill: Fill) -> None:
    """Other services have no target to miss, so their newest growth speaks: first there is none, then there is.

    It says nothing of a task that began after it.
    """
    task = Task(
        code="T-01",
        programme="T",
        number=1,
        title="做大经济",
        links=(Link(indicator="GDP_OTHER_SERVICES", direction="up"),),
    )
    down = replace(task, code="T-02", number=2, links=(Link(indicator="GDP_OTHER_SERVICES", direction="down"),))
    later = replace(task, code="T-03", number=3)
    begun = way_of.step(way("发布员"), Act.ASSIGN, lead="TJJ", due_on=SOON)
    with operating(way("管理员").folder) as conn:
        tasks.register_programme(conn, "T", "要点", 2026, [task, down, later], "发布员")
        for code, on in (("T-01", date(2025, 1, 6)), ("T-02", date(2025, 1, 6)), ("T-03", begun.on)):
            tasks.take(conn, code, replace(begun, on=on))
    for code in ("T-01", "T-02", "T-03"):
        way_of.say_done(way("填报甲"), code, "完成了")
    asked = "SELECT task, doubt_words FROM task_light WHERE doubt ORDER BY task"
    silent = [{"task": code, "doubt_words": "数据不足"} for code in ("T-01", "T-02", "T-03")]
    assert published(way).rows(asked) == silent
    for period in ("2024Q1", "2025Q1"):
        receipt = submit_file(way("填报甲"), fill("GDP-Q", period), "报表.xlsx")
        approve_submission(way("审核员"), receipt.id)
    held = published(way)
    with held.engine.connect() as conn:
        (grown,) = newest_growth(conn, ["GDP_OTHER_SERVICES"], "CCXQ")
    (newest,) = held.rows("SELECT max(period_end) AS day FROM growth WHERE indicator = 'GDP' AND kind = 'yoy_ytd'")
    assert grown["period"] == "2025Q1" and newest["day"] == date(2025, 3, 31) and grown["value"] > 0
    assert held.rows(asked) == [
        {"task": "T-02", "doubt_words": "背离"}, {"task": "T-03", "doubt_words": "数据不足"},
    ], "what rises bears out the first alone"  # fmt: skip
    (row,) = held.rows("SELECT doubt_text FROM task_light WHERE task = 'T-03'")
    assert "最新的数是2025年一季度的" in row["doubt_text"] and "还看不出" in row["doubt_text"]


def book(*rows: tuple[object, ...], head: tuple[str, ...] = HEAD) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "任务清单"
    sheet.append(("新区2026年重点任务清单",))
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


GOOD = (1, "建设甲园区", "统计局", "财政局、发改局", "2026年12月底", "60%", "开工三个项目", "缺资金", "申请专项债")
NEXT = (2, "建设乙园区", "CZJ", None, date(2026, 9, 30), None, None, None, None)


def sent(way: Way, data: bytes, **more: object) -> Imported:
    said: dict[str, object] = {"title": "要点", "year": 2026, "period": "2026Q3"} | more
    return import_list(way, data, "清单.xlsx", "XQ2026", **said)  # type: ignore[arg-type]


def test_a_list_registers_assigns_and_reports_and_the_same_again_changes_nothing(way: People) -> None:
    made = sent(way("发布员"), book(GOOD, NEXT))
    assert not made.findings and made.new == ["XQ2026-01", "XQ2026-02"] == made.assigned
    assert made.reported == ["XQ2026-01"]
    shown = task_shown(way("发布员"), "XQ2026-01")
    assert (shown["lead"], shown["responsible"], shown["due_on"]) == ("TJJ", "CZJ,FGJ", date(2026, 12, 31))
    (report,) = shown["report_list"]
    assert (report["progress"], report["problem"], report["next_step"]) == (Decimal(60), "缺资金", "申请专项债")
    again = sent(way("发布员"), book(GOOD, NEXT))
    assert (again.new, again.assigned, again.reported, again.findings) == ([], [], [], [])


MISTAKES: list[tuple[tuple[object, ...], str, str, str]] = [
    ((1, "建设甲园区", "水利局"), "T803", "C3", "C3 的单位“水利局”不在目录中"),
    ((1, "建设甲园区", "统计局", None, "明年"), "T804", "E3", "E3 的时限“明年”看不懂"),
    ((1, "建设甲园区", "统计局", None, "2026-02-30"), "T804", "E3", "看不懂"),
    ((1, "建设甲园区", "统计局", None, "2026-12-31", 0.6, "做了"), "T805", "F3", "说不清"),
    ((1, "建设甲园区", "统计局", None, "2026-12-31", "正常推进", "做了"), "T805", "F3", "不是百分数"),
    ((1, "建设甲园区", "统计局", None, "2026-12-31", "120%", "做了"), "T805", "F3", "不在 0 到 100 之间"),
    ((1, "建设甲园区", "统计局", None, "2026-12-31", "50%"), "T811", "F3", "没有写进展情况"),
    (("甲", "建设甲园区", "统计局"), "T802", "A3", "不是正整数"),
    ((1, None, "统计局"), "T802", "A3", "没有写任务"),
]


def test_each_mistake_is_found_at_its_cell_and_nothing_is_taken(way: People) -> None:
    for row, code, cell, said in MISTAKES:
        made = sent(way("发布员"), book(row, NEXT))
        found = [f for f in made.findings if f.code == code]
        assert made.blocked and [(f.cell, f.severity, f.sheet) for f in found] == [(cell, Severity.HARD, "任务清单")]
        assert said in found[0].message and found[0].hint, row
    with consulting(way("发布员").folder) as conn:
        assert tasks.tasks(conn) == [] and tasks.registered(conn) == []


def test_a_cell_merged_over_rows_is_meant_for_each_or_asked_about(way: People) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(GOOD[:5], (2, "建设乙园区"))))
    made.active.merge_cells("C3:C4")
    made.active.merge_cells("E3:E4")
    out = io.BytesIO()
    made.save(out)
    assert sent(way("发布员"), out.getvalue()).assigned == ["XQ2026-01", "XQ2026-02"]
    assert task_shown(way("领导"), "XQ2026-02")["lead"] == "TJJ"
    made.active["G3"] = "两项都开工了"
    made.active.merge_cells("G3:G4")
    out = io.BytesIO()
    made.save(out)
    (found,) = sent(way("发布员"), out.getvalue()).findings
    assert (found.code, found.cell) == ("T802", "G3") and "合并到了第 4 行" in found.message
    two = sent(way("发布员"), book((1, "建设甲园区", "统计局、财政局")))
    assert [(f.code, f.cell) for f in two.findings] == [("T803", "C3")] and "只能有一个" in two.findings[0].message


def test_twice_the_same_number_an_unknown_column_and_no_table(way: People) -> None:
    twice = sent(way("发布员"), book(GOOD, (1, "别的任务", "统计局")))
    assert [(f.code, f.cell) for f in twice.findings] == [("T806", "A4")]
    extra = sent(way("发布员"), book((*GOOD, "甲"), head=(*HEAD, "备注")))
    assert [(f.code, f.cell, f.severity) for f in extra.findings] == [("T809", "J2", Severity.INFO)]
    assert extra.new == ["XQ2026-01"]
    none = sent(way("发布员"), book(head=("姓名", "电话")))
    assert [f.code for f in none.findings] == ["T801"] and none.blocked
    assert [f.code for f in sent(way("发布员"), b"%PDF-1.7").findings] == ["F103"]


def test_a_refused_step_undoes_the_whole_list(way: People) -> None:
    sent(way("发布员"), book(GOOD, NEXT))
    moved = (*GOOD[:4], "2027-12-31", *GOOD[5:])
    third = (3, "建设丙园区", "统计局", None, "2026-12-31")
    made = sent(way("发布员"), book(moved, NEXT, third))
    assert [(f.code, f.cell) for f in made.findings] == [("T808", "G3")] and "只能经申请延期改变" in made.findings[
        0
    ].message
    renamed = sent(way("发布员"), book((1, "建设丁园区", *GOOD[2:])))
    assert [(f.code, f.cell) for f in renamed.findings] == [("T807", "B3")]
    with consulting(way("发布员").folder) as conn:
        assert [t.number for t in tasks.tasks(conn)] == [1, 2], "the third was undone with the rest"


def test_a_department_reports_by_the_list_and_only_on_its_own(way: People) -> None:
    sent(way("发布员"), book(GOOD, NEXT), period="")
    mine = sent(way("填报甲"), book(GOOD))
    assert mine.reported == ["XQ2026-01"] and mine.new == mine.assigned == []
    other = sent(way("填报甲"), book((*NEXT[:5], "10%", "替别家报")))
    assert [f.code for f in other.findings] == ["T808"] and "不能代报" in other.findings[0].message
    with pytest.raises(UsageError, match="请用 --period 写明"):
        sent(way("填报甲"), book(GOOD), period="")
    with pytest.raises(NotPermitted):
        sent(way("领导"), book(GOOD))


def test_the_template_is_a_list_that_is_read_back(way: People) -> None:
    taken_up(way)
    data = list_template(way("发布员"), "CJT2014")
    known = way("发布员").catalogue
    read = read_list(read_file(data, "任务清单.xlsx"), known.departments, known.indicators)
    assert read.findings == [] and [r.title for r in read.rows] == [
        t.title for t in new_tasks(programmes_of(way("发布员")).programmes["CJT2014"])
    ]
    row = read.rows[24]
    assert (row.lead, row.responsible, row.due_on) == ("TJJ", ("CZJ",), SOON)
    assert import_list(way("发布员"), data, "任务清单.xlsx", "CJT2014") == Imported()


def test_silence_is_seen_in_light_assessment_and_reminders(way: People) -> None:
    """A quarter passes in which one of two departments says nothing."""
    way_of.take_up(way("发布员"), "CJT2014", example=True)
    spring = date.today() + timedelta(days=365)
    rows = task_list(way("领导"), department="TJJ", today=spring)
    assert {r["word"] for r in rows} <= {"滞后于序时进度", "逾期"} and all(r["example"] for r in rows)
    assert set(to_remind(way("领导"), today=spring)) == {r["code"] for r in task_list(way("领导"), today=spring)}
    assert task_list(way("领导"), word="没有这盏灯") == []
    with consulting(way("领导").folder) as conn:
        found = tasks.tasks(conn)
    quiet = Numbers({}, {}, {}, {("SWJ", quarter_of(date.today()).code): Decimal("2.5")})
    owed = task_rows(found, (), programmes_of(way("领导")), quiet, date.today() + timedelta(days=120))["assessment"]
    arrow_of(schema.assessment, owed, derived=True)
    (first,) = [row for row in owed if row["department"] == "SWJ" and row["revision_size"] is not None]
    assert (first["reports_asked"], first["reports_made"]) == (first["tasks"], 0) and first["reports_asked"] > 10
    assert (first["completeness"], first["revisions"]) == (Decimal(0), Decimal("0.5"))


def test_the_commands_say_what_happened_and_refuse_with_their_exit_codes(
    way: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibiao.__main__ import app

    monkeypatch.setenv("ZHIBIAO_DATA", str(way("管理员").folder.root))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["tasks", *words])
        code = getattr(result.exception, "exit_code", result.exit_code)
        return code, result.output + str(result.exception or "")

    assert run("import", "CJT2014", "--user", "发布员") == (0, "工作要点 CJT2014 登记了 45 项新任务。\n")
    assert run("import", "CJT2014", "--user", "填报甲")[0] == 4
    code, said = run("assign", "CJT2014-25", "--lead", "TJJ", "--due", SOON.isoformat(), "--node",
                     f"{SOON.isoformat()}=开工", "--user", "发布员")  # fmt: skip
    assert code == 0 and "现为“在办”" in said
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"\xff\xd8\xff what was built")
    report = ("report", "CJT2014-25", "--text", "开工", "--user", "填报甲")
    assert run(*report, "--period", "2026Q3", "--progress", "60", "--evidence", str(photo))[0] == 0
    assert run(*report, "--period", "2026Q3", "--progress", "六成")[0] == 2
    assert run(*report, "--done", "--node", "1")[0] == run(*report, "--done")[0] == 0
    assert run("close", "CJT2014-25", "--user", "领导")[0] == 3, "nobody has checked"
    assert run("verify", "CJT2014-25", "--user", "审核员")[0] == 0
    assert run("explain", "CJT2014-25", "--ask", "--text", "请说明", "--user", "领导")[0] == 0
    assert run("explain", "CJT2014-25", "--text", "已附材料", "--user", "填报甲")[0] == 0
    assert run("close", "CJT2014-25", "--user", "领导")[0] == 0
    assert run("close", "CJT2014-25", "--user", "领导")[0] == 4, "two have to sign"
    assert run("close", "CJT2014-25", "--user", "审核员")[0] == 0
    code, said = run("show", "CJT2014-25")
    assert code == 0 and "已销号" in said and "存疑。任务一方：已附材料" in said
    assert run("reopen", "CJT2014-25", "--text", "指标不支持", "--user", "领导")[0] == 0
    assert run("extend", "CJT2014-25", "--to", "2030-01-01", "--text", "征地", "--user", "填报甲")[0] == 0
    assert run("extend", "CJT2014-25", "--refuse", "--text", "不行", "--user", "领导")[0] == 0
    assert "填报甲" in run("remind", "CJT2014-25", "--user", "领导")[1]
    listed = run("list", "--light", "未分解", "--json")[1]
    assert listed.count("CJT2014-") >= 44 and "CJT2014-25" not in listed
    made = tmp_path / "任务清单.xlsx"
    assert run("template", "-o", str(made), "--programme", "CJT2014")[0] == 0
    assert run("import", str(made), "--programme", "CJT2014", "--user", "发布员")[1].startswith("登记 0 项，分解 0 项")
    made.write_bytes(book((1, "建设甲园区", "水利局")))
    code, said = run("import", str(made), "--programme", "X", "--title", "要点", "--year", "2026", "--user", "发布员")
    assert code == 1 and "T803" in said
