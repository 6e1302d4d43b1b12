"""Tasks of other years tied to indicators, a past taken in afterwards, and a step that comes too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import tasks as way_of
from etl.flow import publish_approved
from etl.tasks_history import take_history
from etl.tasks_import import Imported, import_list
from etl.tasks_links import links_said, read_links
from etl.tasks_seen import task_list, task_shown
from etl.tasks_template import list_template
from etl.way import Way, enter_way
from indicators.errors import UsageError, ZhibiaoError
from indicators.tasks.errors import SamePerson, StepRefused
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, Step
from tests.tasks_world import copied, peopled, task_list_book
from warehouse import audit, vault
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.operations import consulting

People = Callable[[str], Way]
SOON = date.today() + timedelta(days=400)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return peopled(tmp_path_factory.mktemp("links") / "数据")


@pytest.fixture
def way(founded: DataFolder, tmp_path: Path) -> People:
    folder = copied(founded, tmp_path / "数据")
    return lambda name: enter_way(folder, name)


def sent(way: Way, *links: str) -> Imported:
    rows = [
        (n, f"任务{n}", "统计局", "财政局", SOON.isoformat(), None, None, None, None, text)
        for n, text in enumerate(links, 1)
    ]
    return import_list(way, task_list_book(*rows), "清单.xlsx", "XQ2026", title="要点", year=2026)


READ = [
    ("实际使用外资", "FOREIGN_CAPITAL:up"),
    ("FOREIGN_CAPITAL:down", "FOREIGN_CAPITAL:down"),
    ("进口总额↑、 进口总额（下降）", "IMPORTS:down"),
    ("交通运输、仓储和邮政业增加值（上升）", "GDP_TRANSPORT:up"),
    ("交通运输、仓储和邮政业增加值（下降）；进口总额(上升)、GDP", "GDP_TRANSPORT:down IMPORTS:up GDP:up"),
]


def test_links_are_read_as_people_write_them(way: People) -> None:
    indicators = way("发布员").catalogue.indicators
    code_of = {one.name: code for code, one in indicators.items()}
    transport = code_of["交通运输、仓储和邮政业增加值"]
    for text, wanted in READ:
        found = read_links(text, indicators)
        said = " ".join(f"{one.indicator}:{one.direction}" for one in found)
        assert said == wanted.replace("GDP_TRANSPORT", transport), text
        assert read_links(links_said(found, indicators), indicators) == found, "what is said is read back"
    neither = next(one for one in indicators.values() if one.direction == "none")
    with pytest.raises(UsageError, match="请写明方向"):
        read_links(neither.name, indicators)
    with pytest.raises(UsageError, match="没有指标“水利投资”"):
        read_links("GDP、水利投资", indicators)


def test_a_list_ties_its_tasks_to_indicators_and_a_task_done_on_paper_is_doubted(way: People) -> None:
    made = sent(way("发布员"), "实际使用外资", "")
    assert made.linked == ["XQ2026-01"] and not made.findings
    assert sent(way("发布员"), "实际使用外资", "").linked == [], "the same list again changes nothing"
    bad = sent(way("发布员"), "水利投资", "")
    assert [(f.code, f.cell) for f in bad.findings] == [("T812", "J2")] and bad.blocked
    for code in ("XQ2026-01", "XQ2026-02"):
        way_of.say_done(way("填报甲"), code, "完成了")
    assert [row["code"] for row in task_list(way("领导"), doubted=True)] == ["XQ2026-01"], "only what is tied is asked"
    held = publish_approved(way("发布员"))
    assert held is not None
    assert held.rows("SELECT code, indicators FROM task ORDER BY code") == [
        {"code": "XQ2026-01", "indicators": "FOREIGN_CAPITAL:up"},
        {"code": "XQ2026-02", "indicators": ""},
    ]
    again = import_list(way("发布员"), list_template(way("发布员"), "XQ2026"), "清单.xlsx", "XQ2026")
    assert again == Imported(), "the template carries the indicators and is read back"


def test_who_did_the_work_does_not_choose_its_judges(way: People) -> None:
    sent(way("发布员"), "实际使用外资")
    link = [Link(indicator="IMPORTS", direction="up")]
    for name in ("填报甲", "审核员", "领导", "分析员"):
        with pytest.raises(NotPermitted):
            way_of.link(way(name), "XQ2026-01", link, "换一个")
    with pytest.raises(UsageError, match="必须写明关联这些指标的理由"):
        way_of.link(way("发布员"), "XQ2026-01", link, " ")
    with pytest.raises(UsageError, match="目录里没有指标“NIX”"):
        way_of.link(way("发布员"), "XQ2026-01", [Link(indicator="NIX", direction="up")], "试")
    with pytest.raises(UsageError, match="写了两次"):
        way_of.link(way("发布员"), "XQ2026-01", link * 2, "试")
    assert way_of.link(way("发布员"), "XQ2026-01", link, "任务书写明").links == tuple(link)
    shown = task_shown(way("领导"), "XQ2026-01")
    assert shown["steps"][-1]["act"] == "关联指标" and shown["indicators"] == "IMPORTS:up"
    assert way_of.link(way("发布员"), "XQ2026-01", (), "没有可比的指标").links == ()


def test_a_step_on_a_page_that_has_grown_old_is_refused_with_who_and_when(way: People) -> None:
    sent(way("发布员"), "实际使用外资")
    seen = len(task_shown(way("填报甲"), "XQ2026-01")["steps"])
    way_of.remind(way("领导"), "XQ2026-01", "请抓紧")
    with pytest.raises(
        SubmissionConflict, match=r"已由“领导”于\d{4}-\d\d-\d\d \d\d:\d\d办理“催办”.*没有任何改动"
    ) as told:
        way_of.take_step(way("填报甲"), "XQ2026-01", Act.DONE, seen, text="完成")
    assert told.value.who == "领导" and told.value.when is not None
    assert len(task_shown(way("填报甲"), "XQ2026-01")["steps"]) == seen + 1
    way_of.take_step(way("填报甲"), "XQ2026-01", Act.DONE, seen + 1, text="完成")


def past(act: Act, by: str, day: date, **said: object) -> tuple[str, Step]:
    return "XQ2026-01", Step(act=act, by=by, on=day, at=datetime(day.year, day.month, day.day, 2), **said)  # type: ignore[arg-type]


def test_a_past_is_taken_in_whole_or_not_at_all_and_the_audit_says_by_whom(way: People) -> None:
    sent(way("发布员"), "实际使用外资")
    spring = date.today() - timedelta(days=200)
    good = [
        past(Act.REPORT, "填报甲", spring, text="开工", period="2026Q1", progress=Decimal(20)),
        past(Act.REMIND, "领导", spring + timedelta(days=30), text="抓紧"),
        past(Act.DONE, "填报甲", spring + timedelta(days=60), text="完成"),
    ]
    refused: list[tuple[tuple[str, Step], type[ZhibiaoError]]] = [
        (past(Act.VERIFY, "填报乙", spring + timedelta(days=70)), NotPermitted),
        (past(Act.VERIFY, "没有的人", spring + timedelta(days=70)), NotPermitted),
        (past(Act.CLOSE, "领导", spring + timedelta(days=70)), StepRefused),
        (past(Act.EXPLAIN, "填报丙", spring + timedelta(days=70), text="代说"), NotPermitted),
    ]
    for bad, error in refused:
        with pytest.raises(error):
            take_history(way("发布员"), [*good, bad])
    with pytest.raises(NotPermitted):
        take_history(way("填报甲"), good)
    assert len(task_shown(way("领导"), "XQ2026-01")["steps"]) == 2, "assigned and linked, nothing of the past"
    assert take_history(way("发布员"), good) == 3
    steps = task_shown(way("领导"), "XQ2026-01")["steps"]
    assert steps[-1]["at"].startswith((spring + timedelta(days=60)).isoformat())
    assert set(steps[-2]["detail"]["to"]) == {"填报甲", "填报乙", "审核员"}
    with consulting(way("领导").folder) as conn:
        assert audit.records(conn)[-1]["place"] == "命令行（发布员补录）"
    alone = [past(Act.VERIFY, "审核员", spring), *[past(Act.CLOSE, "领导", spring)] * 2]
    with pytest.raises(SamePerson):
        take_history(way("发布员"), alone)


def test_evidence_is_kept_only_of_ones_own_task_and_only_what_shows_something(way: People) -> None:
    sent(way("发布员"), "实际使用外资")
    for who, name, error in (("填报丙", "照片.jpg", NotPermitted), ("填报甲", "工具.exe", UsageError)):
        shown = way_of.Evidence(name, name.encode())
        with pytest.raises(error):
            way_of.report(way(who), "XQ2026-01", "2026Q3", "做了", evidence=[shown])
    large = way_of.Evidence("大.pdf", bytes(way_of.EVIDENCE_BYTES + 1))
    small = way_of.Evidence("小.pdf", b"%PDF small")
    with pytest.raises(UsageError, match="大"):
        way_of.report(way("填报甲"), "XQ2026-01", "2026Q3", "做了", evidence=[small, large])
    many = [replace(small, name=f"{n}.pdf", data=bytes([n])) for n in range(way_of.EVIDENCE_FILES + 1)]
    with pytest.raises(UsageError, match="最多附 10 份"):
        way_of.report(way("填报甲"), "XQ2026-01", "2026Q3", "做了", evidence=many)
    held = sum(1 for _ in vault.verify(way("填报甲").folder))
    assert held == 1, "only the list itself is in the vault"
    made = way_of.report(way("填报甲"), "XQ2026-01", "2026Q3", "做了", evidence=[replace(small, name="../小\n.pdf")])
    assert made.latest is not None and made.latest.evidence[0].endswith(" 小.pdf")


def test_the_command_ties_and_unties(way: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhibiao.__main__ import app

    sent(way("发布员"), "")
    monkeypatch.setenv("ZHIBIAO_DATA", str(way("管理员").folder.root))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["tasks", "link", "XQ2026-01", *words])
        code = getattr(result.exception, "exit_code", result.exit_code)
        return code, result.output + str(result.exception or "")

    code, said = run("--indicator", "实际使用外资", "--indicator", "IMPORTS:down", "--text", "定", "--user", "发布员")
    assert code == 0 and "应推动的指标：实际使用外资（上升）；进口总额（下降）" in said
    assert run("--user", "发布员")[0] == run("--none", "--indicator", "GDP", "--user", "发布员")[0] == 2
    assert run("--none", "--text", "撤", "--user", "发布员")[1].endswith("应推动的指标：没有\n")
    assert run("--none", "--text", "撤", "--user", "领导")[0] == 4
