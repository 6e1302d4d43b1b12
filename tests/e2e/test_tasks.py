"""Supervision in a browser: the whole life of one task by four people, its pages at three widths, light and dark."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.flow import publish_approved
from etl.tasks import take_up
from etl.tasks_seen import task_shown
from tests.e2e.conftest import Open, picture
from tests.e2e.test_pages import barriers
from tests.e2e.working import Working
from tests.tasks_world import task_list_book
from warehouse import audit
from warehouse.generations import Generation
from warehouse.operations import consulting
from warehouse.task_board import one_task

CODE = "CJT2014-28"
TASK = f"/task?code={CODE}"
DUE = date.today() + timedelta(days=300)
XSS = "<img src=x onerror=alert(1)>签约三个项目"


def take(page: Any, act: str, button: str, **typed: str) -> None:
    """Unfold a form of the task's page, fill it in and send it."""
    page.click(f"#act-{act} > summary")
    form = page.locator(f"#act-{act} form")
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.locator(f"button:has-text('{button}')").click()


def told(page: Any) -> str:
    return str(page.inner_text(".told"))


def test_the_whole_life_of_a_task_in_a_browser(working: Working, tmp_path: Path) -> None:
    take_up(working.way("发布员"), "CJT2014")
    assert publish_approved(working.way("发布员")) is not None
    bureau = working.person("发布员", TASK)
    assert "未分解" in bureau.inner_text(".facts-row") and "未定" in bureau.inner_text(".facts-row")
    soon = (date.today() + timedelta(days=90)).isoformat()
    take(bureau, "assign", "分解", lead="TJJ", responsible="财政局", due_on=DUE.isoformat(), nodes=f"{soon} 签约大会")
    assert "已办理“分解”，现为“在办”" in told(bureau)

    own = working.person("填报甲", TASK, 390)
    assert own.locator("#act-verify, #act-close, #act-assign").count() == 0, "nobody checks what is their own"
    picture(own, "task-forms-390")
    assert barriers(own) == []
    photo = tmp_path / "签约照片.png"
    photo.write_bytes(b"\x89PNG what was signed")
    own.set_input_files("#evidence-report", photo)
    take(own, "report", "报进展", text=XSS, progress="62", quantity="3个项目", problem="用地", next_step="报批")
    assert "已办理“报进展”" in told(own)
    report = own.locator(".report").first
    assert XSS in report.inner_text() and "完成62%" in report.inner_text() and own.locator("img[src=x]").count() == 0
    stale = working.person("填报甲", TASK)
    take(own, "node_done", "节点报完成", text="大会已开")
    take(stale, "report", "报进展", text="旧页面上的话", progress="70")
    assert "打开这一页之后" in told(stale) and "已由“填报甲”于" in told(stale)
    assert stale.input_value("#text-report") == "旧页面上的话", "what was typed is still there"
    take(own, "done", "报完成", text="全部完成")
    assert "现为“报完成”" in told(own)

    reviewer = working.person("审核员", TASK)
    assert "存疑" in reviewer.inner_text(".task-head") and reviewer.locator(".two-sides").count() == 1
    with reviewer.expect_download() as got:
        reviewer.click(".report a:has-text('签约照片.png')")
    assert Path(got.value.path()).read_bytes() == photo.read_bytes() and got.value.suggested_filename == photo.name
    take(reviewer, "verify", "核查属实", text="现场看过")
    assert "现为“已核查”" in told(reviewer)
    leader = working.person("领导", TASK)
    take(leader, "close", "签字销号")
    assert "现为“待销号”" in told(leader) and leader.locator("#act-close").count() == 0
    assert "须由另一人再签" in leader.inner_text(".acts")
    bureau.goto(working.address + TASK)
    take(bureau, "close", "签字销号")
    assert "现为“已销号”" in told(bureau)
    leader.goto(working.address + TASK)
    take(leader, "reopen", "重开", text="外资没有数")
    assert "现为“重开”" in told(leader)
    picture(leader, "task-life-1366")
    acts = ["分解", "报进展", "节点报完成", "报完成", "核查", "销号", "销号", "重开"]
    assert leader.locator(".trail b").all_inner_texts() == acts[::-1]
    assert [s["act"] for s in task_shown(working.way("领导"), CODE)["steps"]] == acts
    with consulting(working.folder) as conn:
        by = [(r["act"], r["who"]) for r in audit.records(conn) if r["object"] == CODE]
    assert by[-4:-1] == [("task.verify", "审核员"), ("task.close", "领导"), ("task.close", "发布员")]
    publish_approved(working.way("发布员"))
    leader.goto(working.address + "/tasks")
    assert "扩大招商引资" in leader.inner_text("section:has(#changes-title)")
    assert [w for w in working.wrong if "409" not in w] == [], "the old form alone was refused"


def test_a_list_with_a_mistake_is_shown_beside_its_sheet_and_then_taken(working: Working, tmp_path: Path) -> None:
    own = working.person("填报甲", "/tasklist", 390)
    assert "本单位牵头或负责1项任务" in own.inner_text("h1") and barriers(own) == []
    place = tmp_path / "任务清单.xlsx"
    for share, said in (("六成", "有1处要改正，一项也没有导入"), ("66%", "报进展1项")):
        place.write_bytes(task_list_book((28, "扩大招商引资", "", "", "", share, "又签约两个")))
        own.goto(working.address + "/tasklist")
        own.set_input_files("#task-list-file", place)
        with own.expect_navigation():
            own.click("button:has-text('导入')")
        assert said in own.inner_text("#main")
        if share == "六成":
            own.click(".found-list a:has-text('F2')")
            assert "F2 的序时进度“六成”不是百分数" in own.inner_text(".found-list") and own.url.split("#")[1]
            assert barriers(own) == []
            picture(own, "task-list-findings-390")
    assert task_shown(working.way("领导"), CODE)["report_list"][-1]["text"] == "又签约两个"
    picture(working.person("发布员", "/tasklist"), "task-list-1366")
    assert [w for w in working.wrong if not any(status in w for status in ("409", "422"))] == []


def expected(held: Generation, name: str) -> list[str]:
    """Texts that must stand on a page because the generation says so."""
    if name == "calendar":
        return ["2026年10月到期", "在办任务报2026年三季度进展", "财政收支季报表"]
    row = one_task(held, CODE)
    assert row is not None
    if name == "task":
        said = [row[n] for n in ("title", "clause", "because", "said", "doubt_text")]
        return [*said, "存疑", "示例", "模拟数据"]
    counts = held.rows("SELECT word, count(*) AS n FROM task_light GROUP BY ALL")
    (total,) = held.rows("SELECT count(*) AS n, count(*) FILTER (WHERE doubt) AS d FROM task_light")
    (scored,) = held.rows("SELECT score FROM assessment WHERE department = 'SWJ' AND period = '2026Q3'")
    said = [f"共{total['n']}项任务", f"（存疑）的{total['d']}项", *(f"{row['word']}{row['n']}项" for row in counts)]
    return [
        *said,
        f"{scored['score']:.1f}",
        row["doubt_text"],
        "权重30",
        "比上一代有什么变化",
        "谁没有作声",
        "示例",
        "模拟数据",
    ]


PAGES = {"tasks": "/tasks", "task": TASK, "calendar": "/calendar?month=2026-10"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_supervision_says_what_was_published_and_fits(visit: Open, published: Generation, name: str) -> None:
    for width in (1440, 1366, 390):
        page = visit(PAGES[name], width)
        labels = page.eval_on_selector_all("[data-form]", "all => all.map(e => e.dataset.form).join(' ')")
        shown = "".join((page.inner_text("#page") + labels).split())  # on a phone a cell says its column's name
        assert [text for text in expected(published, name) if "".join(text.split()) not in shown] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 390:
            assert barriers(page) == []
        picture(page, f"{name}-{width}")
    dark = visit(PAGES[name], scheme="dark", account="领导")
    assert barriers(dark) == []
    picture(dark, f"{name}-dark")
    plain = visit(PAGES[name], scripts=False)
    assert plain.locator("main h1").count() == 1, "it needs no script"


def test_the_board_is_narrowed_by_clicking(visit: Open, published: Generation) -> None:
    page = visit("/tasks")
    page.click(".band a:has-text('逾期')")
    page.wait_for_url("**/tasks?*light=*")
    (late,) = published.rows("SELECT count(*) AS n FROM task_light WHERE word = '逾期'")
    assert page.locator(".task-list tbody tr").count() == late["n"]
    page.select_option("#choose-doubt", "1")
    page.select_option("#choose-light", "")
    page.click(".plain-filters button")
    (doubted,) = published.rows("SELECT count(*) AS n FROM task_light WHERE doubt")
    page.wait_for_url("**doubt=1**")
    assert page.locator(".task-list tbody tr").count() == doubted["n"] > 0
    page.click(".task-list a")
    page.wait_for_selector(".page-task")
    with page.expect_download() as got:
        page.goto(page.url.split("/task?")[0] + "/tasks", wait_until="commit")
        page.click("a:has-text('下载督查通报')")
    assert got.value.suggested_filename.startswith("督查通报_第")


def test_the_tasks_stand_behind_the_indicator_and_beside_the_goal(visit: Open) -> None:
    page = visit("/indicator?code=FOREIGN_CAPITAL")
    assert "扩大招商引资" in page.inner_text("section[aria-labelledby=tasks-behind-title]")
    page = visit("/")
    goals = page.inner_text("section[aria-labelledby=goals-title]")
    assert "扩大招商引资：已完成，存疑" in goals and "实际使用外资：背离" in goals
    page = visit("/department?code=SWJ")
    assert "扩大招商引资" in page.inner_text("section[aria-labelledby=department-tasks-title]")
