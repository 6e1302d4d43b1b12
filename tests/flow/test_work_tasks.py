"""Tasks on the web: the life of one by its forms, who may do what, whose it is, forms grown old, evidence, pages."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.endpoints import ENDPOINTS
from dashboard.work import tasks as work_tasks
from etl import tasks as way_of
from etl.flow import publish_approved
from etl.tasks_next import standing
from etl.tasks_seen import task_shown
from etl.way import Way, enter_way
from indicators.tasks.task import Act, NodePlan
from tests.tasks_world import PAGE, PEOPLE, Visitor, copied, peopled, task_list_book
from warehouse import audit, vault
from warehouse.accounts import MAY
from warehouse.folder import DataFolder
from warehouse.operations import consulting

CODE = "CJT2014-28"
SOON = date.today() + timedelta(days=400)
Enter = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The programme of 2014, of which one task is assigned, in a generation."""
    folder = peopled(tmp_path_factory.mktemp("work") / "数据")
    way = enter_way(folder, "发布员")
    way_of.take_up(way, "CJT2014")
    way_of.assign(way, CODE, "TJJ", SOON, ("CZJ",), [NodePlan("签约", SOON - timedelta(days=90))])
    assert publish_approved(way) is not None
    return folder


@pytest.fixture
def folder(founded: DataFolder, tmp_path: Path) -> DataFolder:
    return copied(founded, tmp_path / "数据")


@pytest.fixture
def server(folder: DataFolder) -> Flask:
    return create_app(folder, guest=True).server


@pytest.fixture
def enter(server: Flask) -> Enter:
    """Each logs in once."""
    return functools.cache(lambda name="": Visitor(server, name))


def seen(folder: DataFolder) -> str:
    return str(len(task_shown(enter_way(folder, "领导"), CODE)["steps"]))


def text(page: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", page)))


def test_the_life_of_a_task_by_its_forms(enter: Enter, folder: DataFolder) -> None:
    photo = (io.BytesIO(b"\xff\xd8\xff what was signed"), "签约 照片.jpg")
    life: list[tuple[str, Act, dict[str, object], str]] = [
        ("填报甲", Act.REPORT, {"period": "2026Q3", "text": "签约三个", "progress": "60", "evidence": photo}, "在办"),
        ("填报甲", Act.EXTENSION_ASK, {"due_on": (SOON + timedelta(days=30)).isoformat(), "text": "等批复"}, "在办"),
        ("领导", Act.EXTENSION_GRANT, {}, "在办"),
        ("领导", Act.REMIND, {"text": "抓紧"}, "在办"),
        ("填报甲", Act.NODE_DONE, {"node": "1", "text": "签了"}, "在办"),
        ("审核员", Act.NODE_VERIFY, {"node": "1"}, "在办"),
        ("填报甲", Act.DONE, {"text": "全部完成"}, "报完成"),
        ("审核员", Act.SEND_BACK, {"text": "现场没有"}, "在办"),
        ("填报甲", Act.DONE, {"text": "已整改"}, "报完成"),
        ("领导", Act.QUESTION, {"text": "外资没有数，请说明"}, "报完成"),
        ("填报甲", Act.EXPLAIN, {"text": "年底到账"}, "报完成"),
        ("审核员", Act.VERIFY, {"text": "看过"}, "已核查"),
        ("发布员", Act.LINK, {"links": "实际使用外资；GDP", "text": "任务书写明"}, "已核查"),
        ("审核员", Act.CLOSE, {}, "待销号"),
        ("领导", Act.CLOSE, {}, "已销号"),
        ("领导", Act.REOPEN, {"text": "外资下降"}, "重开"),
    ]
    for who, act, typed, state in life:
        answer = enter(who).send(f"/work/tasks/{CODE}/{act.value}", seen=seen(folder), **typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/task?code={CODE}"), (act, answer.text)
        assert f"已办理“{act.label}”，现为“{state}”" in text(enter(who).look(f"/task?code={CODE}"))
    assert "已办理“" not in text(enter("领导").look(f"/task?code={CODE}")), "it is said once"
    shown = task_shown(enter_way(folder, "领导"), CODE)
    assert [s["act"] for s in shown["steps"][1:]] == [act.label for _, act, _, _ in life]
    assert shown["indicators"] == "FOREIGN_CAPITAL:up,GDP:up" and shown["due_on"] == SOON + timedelta(days=30)
    with consulting(folder) as conn:
        mine = [r for r in audit.records(conn) if r["object"] == CODE][1:]
    assert len(mine) == len(life) and all(r["place"].startswith("网页") for r in mine)
    page = enter("领导").look(f"/task?code={CODE}")
    for words in ("签约三个", "完成60%", "年底到账", "等批复", "原定", "现场没有", "重开"):
        assert words in text(page), words
    (href,) = set(re.findall(r'href="(/work/tasks/[^"]+/evidence/[0-9a-f]{64})"', page))
    saved = enter("领导").client.get(href)
    assert saved.data == b"\xff\xd8\xff what was signed" and saved.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        saved.headers["Content-Disposition"].startswith("attachment;") and saved.mimetype == "application/octet-stream"
    )


def test_every_step_needs_what_the_table_says_and_a_token_of_the_session(enter: Enter, folder: DataFolder) -> None:
    before = seen(folder)
    for name, role, _ in PEOPLE:
        one_of_each = {way_of.ACTIONS[act]: act for act in Act}.values()
        for act in one_of_each:
            if role in MAY[way_of.ACTIONS[act]]:
                answer = enter(name).send(f"/work/tasks/{CODE}/{act.value}", token="", seen=before, text="试")
                assert answer.status_code == 403 and "不是从本系统的页面发出的" in answer.text, act
            else:
                answer = enter(name).send(f"/work/tasks/{CODE}/{act.value}", seen=before, text="试")
                assert answer.status_code == 403 and "不能做这一步" in answer.text, (name, act)
    assert {f"tasks.{act.value}": way_of.ACTIONS[act] for act in Act}.items() <= ENDPOINTS.items()
    guest = enter("").client.post(f"/work/tasks/{CODE}/remind", data={"text": "试"}, headers=PAGE)
    assert guest.status_code in (401, 403)
    enter("领导").look(f"/work/tasks/{CODE}/remind?text=抓紧&seen={before}")
    assert enter("领导").send(f"/work/tasks/{CODE}/destroy", text="试").status_code in (403, 404, 405)
    assert seen(folder) == before


def test_a_department_sees_and_does_only_its_own(enter: Enter, folder: DataFolder) -> None:
    shown = (io.BytesIO(b"%PDF secret"), "内部.pdf")
    own = {"period": "2026Q3", "text": "内部进展甲乙丙", "evidence": shown, "seen": seen(folder)}
    assert enter("填报乙").send(f"/work/tasks/{CODE}/report", **own).status_code == 303, "who shares it may report too"
    page = enter("填报甲").look(f"/task?code={CODE}")
    assert "内部进展甲乙丙" in page and "现在的情况" in page
    (href,) = set(re.findall(r'href="(/work/tasks/[^"]+/evidence/[0-9a-f]{64})"', page))
    for name in ("填报丙", "分析员", ""):
        other = enter(name).look(f"/task?code={CODE}")
        assert "扩大招商引资" in other and "内部进展甲乙丙" not in other and "内部.pdf" not in other, name
        assert "可以办理" not in other and "发布时的情况" in text(other)
        assert enter(name).client.get(href, headers=PAGE).status_code in (303, 401, 403), name
    for name in ("填报甲", "审核员", "发布员", "领导"):
        assert enter(name).client.get(href).data == b"%PDF secret", name
    mine = {"period": "2026Q3", "text": "代报的话", "seen": seen(folder)}
    refused = enter("填报丙").send(f"/work/tasks/{CODE}/report", **mine)
    assert (
        refused.status_code == 403 and "不能代报" in refused.text and "代报的话" not in refused.text.split("<main")[0]
    )
    assert enter("填报甲").client.get(href.replace(CODE, "CJT2014-01")).status_code in (400, 403)
    assert enter("领导").client.get(f"/work/tasks/{CODE}/evidence/{'0' * 64}").status_code == 400
    assert enter("领导").client.get(f"/work/tasks/{CODE}/evidence/secret.key").status_code == 400


def test_a_form_that_has_grown_old_is_refused_with_who_and_when_and_keeps_what_was_typed(
    enter: Enter, folder: DataFolder
) -> None:
    old = seen(folder)
    enter("领导").send(f"/work/tasks/{CODE}/remind", text="抓紧", seen=old)
    typed = {"period": "2026Q3", "text": '<b>开工</b> "三个"', "problem": "缺地", "progress": "35", "seen": old}
    answer = enter("填报甲").send(f"/work/tasks/{CODE}/report", **typed)
    assert answer.status_code == 409 and "已由“领导”于" in text(answer.text) and "任务没有任何改动" in answer.text
    assert '&lt;b&gt;开工&lt;/b&gt; "三个"' in answer.text.replace("&quot;", '"') and "<b>开工</b>" not in answer.text
    assert ">缺地</textarea>" in answer.text and 'value="35"' in answer.text, "what was typed is there still"
    (fresh,) = set(re.findall(r'name="seen"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="seen"', answer.text))
    assert enter("填报甲").send(f"/work/tasks/{CODE}/report", **typed | {"seen": "".join(fresh)}).status_code == 303
    assert "&lt;b&gt;开工&lt;/b&gt;" in enter("领导").look(f"/task?code={CODE}"), "text of people is only text"
    none = enter("填报甲").send(f"/work/tasks/{CODE}/report", period="2026Q3", text="没有写看到第几步")
    assert none.status_code == 409


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("report", {"period": "2026Q3", "text": ""}, "必须写明做了什么"),
    ("report", {"period": "2026", "text": "做了"}, "不是季度"),
    ("report", {"period": "<script>", "text": "做了"}, "看不懂报告期"),
    ("report", {"period": "2026Q3", "text": "做了", "progress": "六成"}, "不是数"),
    ("report", {"period": "2026Q3", "text": "做了", "progress": "NaN"}, "不是数"),
    ("report", {"period": "2026Q3", "text": "做了", "progress": "160"}, "不在 0 到 100 之间"),
    ("extension_ask", {"due_on": "明年", "text": "等"}, "看不懂"),
    ("extension_ask", {"due_on": "2000-01-01", "text": "等"}, "要写明晚于"),
    ("done", {"text": "完成"}, "节点没有完成"),
    ("node_done", {"node": "9", "text": "完成"}, "没有第 9 个节点"),
]


def test_what_is_wrong_is_said_above_the_form_and_nothing_is_taken(enter: Enter, folder: DataFolder) -> None:
    before = seen(folder)
    for act, typed, said in WRONG:
        answer = enter("填报甲").send(f"/work/tasks/{CODE}/{act}", seen=before, **typed)
        assert answer.status_code in (400, 409, 422) and said.replace(" ", "") in text(answer.text), (act, typed)
        assert "<script>" not in re.sub(r"<script src=[^>]*></script>", "", answer.text)
        assert "zhibiao tasks" not in answer.text and "--" not in text(answer.text).split("可以办理")[0]
    assigned = {"lead": "TJJ", "due_on": SOON.isoformat(), "seen": before}
    for more, said in (({"responsible": "水利局"}, "没有单位“水利局”"), ({"nodes": "明天开工"}, "看不懂"),
                       ({"lead": ""}, "没有选牵头单位"), ({"due_on": "2031-01-01"}, "只能经申请延期改变")):  # fmt: skip
        answer = enter("发布员").send(f"/work/tasks/{CODE}/assign", **assigned | more)
        assert answer.status_code in (400, 409) and said in text(answer.text), more
    good = {"responsible": "财政局、商务局", "nodes": f"{SOON.isoformat()} 签约"}
    assert enter("发布员").send(f"/work/tasks/{CODE}/assign", **assigned | good).status_code == 303
    assert task_shown(enter_way(folder, "领导"), CODE)["responsible"] == "CZJ,SWJ"


def test_evidence_is_bounded(enter: Enter, folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sum(1 for _ in vault.verify(folder))
    monkeypatch.setattr(way_of, "EVIDENCE_BYTES", 1000)
    files = [
        ([(io.BytesIO(b"x" * 1001), "大.pdf")], "超过"),
        ([(io.BytesIO(b"MZ"), "工具.exe")], "不是可以收的文件"),
        ([(io.BytesIO(b"MZ"), "批文.pdf")], "内容和名称的后缀不符"),
        ([(io.BytesIO(b""), "照片.jpg")], "是空的"),
        ([(io.BytesIO(b" \r\n"), "台账.txt")], "是空的"),
        ([(io.BytesIO(bytes([n])), f"{n}.pdf") for n in range(11)], "最多附10份"),
    ]
    for evidence, said in files:
        typed = {"period": "2026Q3", "text": "做了", "seen": seen(folder), "evidence": evidence}
        answer = enter("填报甲").send(f"/work/tasks/{CODE}/report", **typed)
        assert answer.status_code == 400 and said in text(answer.text)
    assert sum(1 for _ in vault.verify(folder)) == kept, "nothing was kept"
    large = {"period": "2026Q3", "text": "做了", "seen": seen(folder)} | {
        "evidence": (io.BytesIO(bytes(2000)), "x.pdf")
    }
    monkeypatch.setattr(work_tasks, "LARGEST", 1000)
    refused = enter("填报甲").send(f"/work/tasks/{CODE}/report", **large)
    assert refused.status_code == 413 and "最多10份" in text(refused.text), "not even read"


def test_two_people_close_and_a_page_offers_only_what_would_be_taken(enter: Enter, folder: DataFolder) -> None:
    def offered(name: str) -> set[str]:
        page = enter(name).look(f"/task?code={CODE}")
        return set(re.findall(r'action="/work/tasks/[^"]+/(\w+)"', page))

    assert offered("填报甲") == {"report", "node_done", "extension_ask"} and offered("审核员") == {"remind"}
    assert offered("领导") == {"remind"} and offered("发布员") == {"assign", "link", "remind"}
    enter("填报甲").send(f"/work/tasks/{CODE}/node_done", node="1", text="签了", seen=seen(folder))
    assert "还有1个节点没有完成" not in text(enter("填报甲").look(f"/task?code={CODE}"))
    enter("填报甲").send(f"/work/tasks/{CODE}/done", text="完成", seen=seen(folder))
    assert {"verify", "send_back"} <= offered("审核员") and "verify" not in offered("领导")
    enter("审核员").send(f"/work/tasks/{CODE}/verify", seen=seen(folder))
    enter("领导").send(f"/work/tasks/{CODE}/close", seen=seen(folder))
    assert "close" not in offered("领导") and "须由另一人再签" in text(enter("领导").look(f"/task?code={CODE}"))
    again = enter("领导").send(f"/work/tasks/{CODE}/close", seen=seen(folder))
    assert again.status_code == 403 and "须由另一人再签" in text(again.text)
    assert "close" in offered("发布员")
    way: Way = enter_way(folder, "填报甲")
    assert standing(way, CODE).next == (), "a department has nothing to do with what waits for a signature"


def test_the_board_is_narrowed_by_its_address_and_counts_what_the_generation_holds(enter: Enter) -> None:
    board = text(enter("").look("/tasks"))
    assert "共45项任务" in board and "未分解44项" in board and "正常1项" in board
    assert "第6章着力推进产业创新发展" in board and "全部，共45项" in board
    narrowed = text(enter("").look("/tasks?programme=CJT2014&chapter=6&light=正常"))
    assert "第6章、灯号为“正常”，共1项" in narrowed and "扩大招商引资" in narrowed
    assert "统计局，共1项" in text(enter("").look("/tasks?department=TJJ"))
    wrong = text(enter("").look("/tasks?programme=<script>&department=x&chapter=9999999999999&page=-1&light=x"))
    assert "没有工作要点“<script>”、单位“x”，没有采用" in wrong and "没有这样的任务" in wrong
    assert "未定" in enter("").look("/task?code=CJT2014-01") and "原文" in enter("").look("/task?code=CJT2014-01")
    missing = text(enter("领导").look("/task?code=<b>no</b>"))
    assert "没有编号为“<b>no</b>”的任务" in missing
    month = f"{SOON:%Y-%m}"
    assert "扩大招商引资" in text(enter("").look(f"/calendar?month={month}&department=TJJ"))
    assert "扩大招商引资" not in text(enter("").look(f"/calendar?month={month}&department=SWJ"))
    assert "看不懂，显示的是本月" in text(enter("").look("/calendar?month=2026-99"))
    assert "季度" in text(enter("").look("/calendar?month=2026-10"))


def test_the_bulletin_is_a_workbook_of_values(enter: Enter) -> None:
    answer = enter("").client.get("/tasks/bulletin.xlsx?programme=CJT2014")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["通报", "逾期", "存疑", "漏报", "考核"]
    front = [[cell.value for cell in row] for row in book["通报"].iter_rows()]
    assert "共45项任务" in str(front[1][0]) and front[4][0] == "章" and front[-1][0] == "合计"
    head, total = front[4], front[-1]
    assert total[head.index("合计")] == 45 == sum(row[head.index("合计")] for row in front[5:-1])
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert enter("").client.get("/tasks/bulletin.xlsx?programme=nix", headers=PAGE).status_code == 400


def test_a_button_pressed_twice_does_nothing_twice(enter: Enter, folder: DataFolder) -> None:
    typed = {"period": "2026Q3", "text": "签约三个", "seen": seen(folder)}
    for _ in range(2):
        answer = enter("填报甲").send(f"/work/tasks/{CODE}/report", **typed)
        assert answer.status_code == 303
    assert len(task_shown(enter_way(folder, "领导"), CODE)["report_list"]) == 1
    other = enter("填报甲").send(f"/work/tasks/{CODE}/report", **typed | {"text": "签约四个"})
    assert other.status_code == 409, "another text is another report, by a form grown old"


def listed(*rows: tuple[object, ...]) -> tuple[io.BytesIO, str]:
    return io.BytesIO(task_list_book(*rows)), "三季度 任务清单.xlsx"


TITLE = "扩大招商引资"


def test_a_department_fetches_its_list_fills_it_in_and_sends_it(enter: Enter, folder: DataFolder) -> None:
    mine = enter("填报甲").client.get("/work/tasklist/template.xlsx?programme=CJT2014")
    sheet = openpyxl.load_workbook(io.BytesIO(mine.data))["任务清单"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2) if row[1].value] == [TITLE], "its own tasks alone"
    assert sheet["C2"].value == "统计局" and "attachment" in mine.headers["Content-Disposition"]
    page = text(enter("填报甲").look("/tasklist"))
    assert "本单位牵头或负责1项任务" in page and "随目录" not in page
    row = (28, TITLE, "", "", "", "60%", "签约三个", "缺地", "报批")
    typed = {"programme": "CJT2014", "period": "2026Q3"}
    taken = enter("填报甲").send("/work/tasklist/take", file=listed(row), **typed)
    assert taken.status_code == 303 and "报进展1项" in text(enter("填报甲").look("/tasklist"))
    again = enter("填报甲").send("/work/tasklist/take", file=listed(row), **typed)
    assert again.status_code == 303 and "没有新的内容，什么也没有改动" in text(enter("填报甲").look("/tasklist"))
    (report,) = task_shown(enter_way(folder, "领导"), CODE)["report_list"]
    assert (report["text"], report["progress"], report["problem"]) == ("签约三个", 60, "缺地")


def test_a_list_with_mistakes_comes_back_beside_its_sheet_and_nothing_is_taken(
    enter: Enter, folder: DataFolder
) -> None:
    before = seen(folder)
    bad = listed(
        (28, TITLE, "水利局", "", "明年", "六成", "<b>做了</b>"), (40, "加大金融对长吉图战略的支撑力度", "TJJ、CZJ")
    )
    answer = enter("发布员").send("/work/tasklist/take", file=bad, programme="CJT2014", period="2026Q3")
    page = text(answer.text)
    assert answer.status_code == 422 and "有4处要改正，一项也没有导入" in page
    for said in (
        "C2的单位“水利局”不在目录中",
        "E2的时限“明年”看不懂",
        "F2的序时进度“六成”不是百分数",
        "C3写了2个牵头单位",
    ):
        assert said in page, said
    assert "<b>做了</b>" not in answer.text and "--" not in page and seen(folder) == before
    foreign = (16, "积极拓展陆海联运航线", "", "", "", "9%", "替别家报")
    other = enter("填报甲").send("/work/tasklist/take", file=listed(foreign), programme="CJT2014", period="2026Q3")
    assert other.status_code == 422 and "不能代报" in text(other.text)
    for typed, said in (
        ({"programme": "CJT2014", "period": ""}, "报进展要写明报告期"),
        ({"programme": "XX", "period": "2026Q3"}, "还没有"),
        ({"programme": "CJT2014", "period": "2199Q1"}, "还没有开始"),
    ):
        answer = enter("填报甲").send("/work/tasklist/take", file=listed((28, TITLE, "", "", "", "9%", "x")), **typed)
        assert answer.status_code in (400, 422) and said in text(answer.text), typed
    assert enter("填报甲").send("/work/tasklist/take", programme="CJT2014").status_code == 400, "no file"
    junk = (io.BytesIO(b"%PDF-1.7"), "扫描件.pdf")
    answer = enter("填报甲").send("/work/tasklist/take", file=junk, programme="CJT2014", period="2026Q3")
    assert answer.status_code == 422 and "F103" in answer.text and seen(folder) == before
    for name in ("审核员", "领导", "分析员"):
        assert enter(name).send("/work/tasklist/take", file=listed((28, TITLE))).status_code == 403
        assert "任务清单</a>" not in enter(name).look("/tasks")


def test_the_bureau_takes_up_another_years_programme_by_browser(enter: Enter, folder: DataFolder) -> None:
    typed = {"programme": "+", "code": "XQ2026", "title": "新区2026年工作要点", "year": "2026", "period": ""}
    row = (1, "建设甲园区", "统计局", "财政局", "2027年底", "", "", "", "", "实际使用外资")
    for wrong, said in (({"code": "a/../b"}, "不能用"), ({"year": "二〇二六"}, "看不懂"), ({"title": ""}, "标题")):
        answer = enter("发布员").send("/work/tasklist/take", file=listed(row), **typed | wrong)
        assert answer.status_code == 400 and said in text(answer.text), wrong
        assert 'value="新区2026年工作要点"' in answer.text or wrong == {"title": ""}, "what was typed is there still"
    assert enter("发布员").send("/work/tasklist/take", file=listed(row), **typed).status_code == 303
    assert "登记1项，分解1项，关联指标1项" in text(enter("发布员").look("/tasklist"))
    shown = task_shown(enter_way(folder, "领导"), "XQ2026-01")
    assert (shown["lead"], shown["responsible"], shown["due_on"]) == ("TJJ", "CZJ", date(2027, 12, 31))
    partly = (1, "建设甲园区", "", "", "", "", "", "", "")
    more = {"programme": "XQ2026", "period": ""}
    assert enter("发布员").send("/work/tasklist/take", file=listed(partly), **more).status_code == 303
    assert task_shown(enter_way(folder, "领导"), "XQ2026-01")["responsible"] == "CZJ", "an empty cell leaves what is"
