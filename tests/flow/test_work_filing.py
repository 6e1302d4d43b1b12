"""Sending returns and adopting tables through the routes: who may, what is said, what is left when it goes wrong."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.work import filing
from data.simulate import SimulatedReturn, simulated_returns
from etl.explanations import RESULT_SHEET
from etl.flow import approve_submission, publish_approved, submit_file
from etl.guard import MAX_BYTES
from etl.template import Value, write_template
from etl.way import catalogue_of, enter_way
from indicators.catalogue.facets import edition_for
from indicators.periods import Period
from tests.adopt_world import INCOME, REAL
from tests.golden.adopted import workbooks as made
from tests.security import corpus
from tests.tasks_world import PASSWORD, Visitor
from warehouse import audit, remarks, vault
from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating
from warehouse.submissions import get_submission, submissions
from zhibiao.founding import found_folder

PEOPLE = {
    "填报甲": (Role.FILLER, "TJJ"), "填报乙": (Role.FILLER, "CZJ"), "整理员": (Role.FILLER, "PUB"),
    "审核员": (Role.REVIEWER, ""), "发布员": (Role.PUBLISHER, ""), "领导": (Role.LEADER, ""),
    "分析员": (Role.ANALYST, ""), "审计员": (Role.AUDITOR, ""),
}  # fmt: skip
XSS = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TELLTALE = re.compile(r"Traceback|site-packages|\.py\b|0x[0-9a-f]{6}|Error\b")
Said = dict[str, Any]


class Desk:
    """A folder, its server and the people before it."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder, self.server = folder, create_app(folder).server
        self.people = {name: Visitor(self.server, name) for name in PEOPLE}
        self.returns: Mapping[tuple[str, str], SimulatedReturn] = {
            (one.form, one.period): one for one in reversed(list(simulated_returns(catalogue_of(folder))))
        }

    def workbook(self, form: str, period: str, changed: Mapping[str, Value] | None = None) -> bytes:
        one, catalogue = self.returns[form, period], catalogue_of(self.folder)
        edition = edition_for(catalogue.forms[form], period)
        assert edition is not None
        return write_template(
            catalogue.forms[form], edition, Period.parse(period), catalogue.departments[one.department], catalogue,
            values={**one.cells, **(changed or {})}, header=one.header, simulated=True,
            secret=enter_way(self.folder, "管理员").secret,
        )  # fmt: skip

    def upload(self, who: str, data: bytes, name: str = "报表.xlsx", path: str = "/work/upload") -> Any:
        """One file, as the script sends it."""
        person = self.people[who]
        return person.client.post(
            path,
            data={"file": (io.BytesIO(data), name)},
            headers={"X-CSRF-Token": person.token(), "Accept": "application/json"},
            content_type="multipart/form-data",
        )

    def sent(self, who: str, data: bytes, name: str = "报表.xlsx") -> Said:
        answer = self.upload(who, data, name)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        line: Said = answer.get_json()
        return line

    def published(self, form: str, period: str) -> str:
        """A return that is published, with what the board of it is about."""
        receipt = submit_file(enter_way(self.folder, "填报甲"), self.workbook(form, period), f"{period}.xlsx")
        approve_submission(enter_way(self.folder, "审核员"), receipt.id)
        assert publish_approved(enter_way(self.folder, "发布员"))
        return receipt.id

    def state(self, id: str) -> str:
        with consulting(self.folder) as conn:
            return get_submission(conn, id).state.value

    def count(self) -> int:
        with consulting(self.folder) as conn:
            return len(submissions(conn))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = found_folder(tmp_path_factory.mktemp("报送") / "数据", "管理员", None).folder
    with operating(folder) as conn:
        for name, (role, department) in PEOPLE.items():
            add_account(conn, name, PASSWORD, role, name, department, by="管理员")
    return Desk(folder)


@pytest.fixture(scope="module")
def faulty(desk: Desk) -> Said:
    """A return with an error in C12, as its sender is told of it."""
    return desk.sent("填报甲", desk.workbook("GDP-Q", "2024Q1", {"02:1": "约3.2亿"}), "一季度.xlsx")


def test_an_error_is_marked_in_the_sheet_and_goes_home_in_the_annotated_workbook(desk: Desk, faulty: Said) -> None:
    assert faulty["word"] == "要改正" and faulty["id"] and "强制性 1" in faulty["tally"]
    page = desk.people["填报甲"].look(faulty["href"])
    cell = re.search(r'<td id="(s0-C12)"[^>]*class="marked hard[^"]*"[^>]*title="([^"]*)"[^>]*>(.*?)</td>', page)
    assert cell and "约数" in cell[2] and "约3.2亿" in cell[3] and "V302" in cell[3]
    target = re.search(r'href="#(f\d+)"', cell[3])
    assert target and f'id="{target[1]}"' in page and 'href="#s0-C12"' in page
    answer = desk.people["填报甲"].client.get(f"/work/annotated/{faulty['id']}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[0] == RESULT_SHEET and "V302" in book["地区生产总值"]["C12"].comment.text
    receipt = desk.people["填报甲"].client.get(f"/work/receipt/{faulty['id']}.txt")
    assert "V302" in receipt.get_data(as_text=True) and "attachment" in receipt.headers["Content-Disposition"]


def test_the_same_bytes_again_change_nothing(desk: Desk, faulty: Said) -> None:
    before = desk.count()
    data = vault.get(desk.folder, file_hash(desk, faulty["id"]))
    assert desk.sent("填报甲", data, "换了名字.xlsx")["id"] == faulty["id"] and desk.count() == before


def file_hash(desk: Desk, id: str) -> str:
    with consulting(desk.folder) as conn:
        return get_submission(conn, id).file_hash


def test_a_new_upload_shows_only_what_changed(desk: Desk, faulty: Said) -> None:
    again = desk.sent("填报甲", desk.workbook("GDP-Q", "2024Q1"), "改好.xlsx")
    assert again["word"] == "待审核" and desk.state(again["id"]) == "submitted"
    page = desk.people["填报甲"].look(again["href"])
    since = page[page.index('id="since-title"') :].partition("</section>")[0]
    assert since.count("<tr>") == 2, "the head, and the one cell that changed"
    assert "新填" in since and "已消除" in since and "V302" in since
    third = desk.upload("填报甲", desk.workbook("GDP-Q", "2024Q1", {"08:1": 1}), "第三次.xlsx")
    said = third.get_json()
    assert said.get("word") == "要改正" or "等待审核" in said["error"]["message"]


def test_departments_do_not_see_each_other_and_nobody_what_is_not_published(desk: Desk, faulty: Said) -> None:
    sha = file_hash(desk, faulty["id"])
    for who in ("填报乙", "领导", "分析员"):
        for path in (f"/submission?id={faulty['id']}", f"/cell?submission={faulty['id']}&sheet=地区生产总值&cell=C12"):
            assert "约3.2亿" not in desk.people[who].look(path), (who, path)
        for path in (f"/work/annotated/{faulty['id']}", f"/work/receipt/{faulty['id']}.txt", f"/work/workbook/{sha}"):
            answer = desk.people[who].client.get(path)
            assert answer.status_code == 403 and sha.encode() not in answer.data, (who, path)
    for who in ("填报甲", "审核员", "发布员", "审计员"):
        assert desk.people[who].client.get(f"/work/workbook/{sha}").data[:2] == b"PK"
    assert desk.people["审核员"].client.get("/work/workbook/" + "0" * 64).status_code == 403
    assert "不能报送" in desk.upload("填报乙", desk.workbook("GDP-Q", "2023Q1")).get_json()["error"]["message"]
    assert desk.upload("审核员", b"x").status_code == 403 and desk.upload("领导", b"x").status_code == 403


def test_a_published_number_leads_everybody_to_its_cell(desk: Desk) -> None:
    id = desk.published("GDP-Q", "2023Q4")
    sha, place = file_hash(desk, id), f"/cell?submission={id}&sheet=地区生产总值&cell=C12"
    raw = desk.returns["GDP-Q", "2023Q4"].cells["02:1"]
    for who in ("领导", "分析员", "审核员", "填报甲"):
        page = desk.people[who].look(place)
        cell = re.search(r'<td id="cell-C12"[^>]*class="marked here[^"]*"[^>]*>(.*?)</td>', page)
        assert cell and f"{raw:,.1f}" in cell[1], who
        assert all(text in page for text in (sha, "填报甲", "审核员", "第一产业增加值", f"“{raw}” 万元"))
        assert desk.people[who].client.get(f"/work/workbook/{sha}").status_code == 200
    assert "不是本单位的" in desk.people["填报乙"].look(place)
    with consulting(desk.folder) as conn:
        assert any(r["act"] == "workbook.taken" and r["object"] == sha for r in audit.latest(conn, 40))
    board = desk.people["领导"].look("/indicator?code=GDP")
    assert f"/cell?submission={id}" in board.replace("&amp;", "&")


@pytest.mark.parametrize("kind", ["not_workbooks", "containers", "broken_xml"])
def test_no_bad_file_gets_further_than_its_sentence(desk: Desk, kind: str) -> None:
    before = desk.count()
    for specimen in getattr(corpus, kind)():
        answer = desk.upload("填报甲", specimen.data, specimen.name)
        said = answer.get_json()
        told = said["sentence"] if answer.status_code == 200 else said["error"]["message"]
        assert re.search("[一-鿿].*[。！？]", told) and not TELLTALE.search(told), (specimen.name, told)
        if specimen.refused:
            assert not said.get("id") and (answer.status_code == 400 or said["findings"]), specimen.name
    assert desk.count() == before
    assert desk.sent("填报甲", desk.workbook("GDP-Q", "2022Q1"), "之后.xlsx")["id"], "the next honest one is read"


def test_a_file_over_the_limit_is_not_kept(desk: Desk) -> None:
    import hashlib

    data = b"PK\x03\x04" + b"\1" * MAX_BYTES
    answer = desk.upload("填报甲", data)
    assert answer.status_code == 400 and "20 MB" in answer.get_json()["error"]["message"]
    assert not vault.holds(desk.folder, hashlib.sha256(data).hexdigest())
    assert "20 MB" in desk.upload("填报甲", b"PK" + b"\1" * (3 * MAX_BYTES)).get_json()["error"]["message"]


def test_scripts_in_cells_names_and_explanations_are_only_text(desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(desk.workbook("GDP-Q", "2022Q2", {"02:1": XSS})))
    buffer = io.BytesIO()
    book.save(buffer)
    line = desk.sent("填报甲", buffer.getvalue(), f"'><b onclick=alert(3)>{XSS[:28]}.xlsx")
    page = desk.people["填报甲"].look(line["href"])
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert not re.search(r"<(img|script)[^>]*(alert|onerror)|<b onclick", page)
    assert not re.search(r"<b onclick|<img", desk.people["填报甲"].look("/returns"))


def test_explanations_are_bound_kept_on_error_and_submit_when_complete(desk: Desk) -> None:
    desk.published("GDP-Q", "2023Q1")
    value = desk.returns["GDP-Q", "2023Q1"].cells["01:1"]
    assert isinstance(value, Decimal)
    line = desk.sent("填报甲", desk.workbook("GDP-Q", "2023Q1", {"01:1": value + 1}), "修订.xlsx")
    assert line["word"] == "要说明"
    page = desk.people["填报甲"].look(line["href"])
    fields = re.findall(r'<textarea[^>]*name="(text-[0-9a-f]{32})"', page)
    assert fields
    kept = desk.people["填报甲"].send(f"/work/explain/{line['id']}", **{fields[0]: f"{XSS}{'长' * 600}"})
    said = kept.get_data(as_text=True)
    assert kept.status_code == 422 and "不要超过" in said and f"&lt;/script&gt;{'长' * 600}</textarea>" in said
    nothing = desk.people["填报甲"].send(f"/work/explain/{line['id']}", **dict.fromkeys(fields, " "))
    assert nothing.status_code == 422 and desk.state(line["id"]) == "checked"
    for who, status in (("填报乙", 403), ("领导", 403), ("审核员", 403)):
        assert desk.people[who].send(f"/work/explain/{line['id']}", **{fields[0]: "不该写"}).status_code == status
    wrong = desk.people["填报甲"].send(f"/work/explain/{line['id']}", **{f"text-{'0' * 32}": "别的"})
    assert wrong.status_code == 422
    done = desk.people["填报甲"].send(f"/work/explain/{line['id']}", **dict.fromkeys(fields, f"年报核实 {XSS}"))
    assert done.status_code == 303 and desk.state(line["id"]) == "submitted"
    page = desk.people["审核员"].look(line["href"])
    assert "年报核实 &lt;img" in page and "<img src=x" not in page


def test_one_text_explains_what_has_no_text_of_its_own(desk: Desk) -> None:
    desk.published("GDP-Q", "2022Q4")
    cells = desk.returns["GDP-Q", "2022Q4"].cells
    raised = {at: value + 1 for at, value in list(cells.items())[:6] if isinstance(value, Decimal)}
    line = desk.sent("填报甲", desk.workbook("GDP-Q", "2022Q4", raised), "普查修订.xlsx")
    assert line["word"] == "要说明"
    page = desk.people["填报甲"].look(line["href"])
    fields = re.findall(r'<textarea[^>]*name="(text-[0-9a-f]{32})"', page)
    assert len(fields) > 3 and f"{len(fields)} 条原因相同" in page and 'name="rest"' in page
    long = desk.people["填报甲"].send(f"/work/explain/{line['id']}", rest="长" * 600)
    assert long.status_code == 422 and "长" * 600 in long.get_data(as_text=True), "what was typed is kept"
    done = desk.people["填报甲"].send(
        f"/work/explain/{line['id']}", **{fields[0]: "更正录入差错"}, rest="按第五次经济普查结果统一修订"
    )
    assert done.status_code == 303 and desk.state(line["id"]) == "submitted"
    with consulting(desk.folder) as conn:
        said = [one.text for one in remarks.explanations(conn, line["id"]).values()]
    assert sorted(said) == ["按第五次经济普查结果统一修订"] * (len(fields) - 1) + ["更正录入差错"]


def test_a_browser_without_scripts_sends_several_files_at_once(desk: Desk) -> None:
    person = desk.people["填报甲"]
    files = [
        (io.BytesIO(desk.workbook("GDP-Q", "2021Q4")), "四季度.xlsx"), (io.BytesIO(b"MZ" * 300), "程序.xlsx"),
    ]  # fmt: skip
    answer = person.client.post(
        "/work/upload", data={"csrf": person.token(), "file": files}, headers={"Accept": "text/html"},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303 and answer.headers["Location"] == "/returns"
    page = person.look("/returns")
    assert "四季度.xlsx：待审核" in page and "程序.xlsx：没有收下" in page and "四季度.xlsx" in page
    missing = person.client.post("/work/upload", data={"csrf": person.token()}, headers={"Accept": "text/html"})
    assert missing.status_code == 400 and "没有收到文件" in missing.get_data(as_text=True)
    forged = person.client.post("/work/upload", data={"file": (io.BytesIO(b"x"), "x.xlsx")})
    assert forged.status_code == 403, "a page elsewhere cannot send one"


def test_more_uploads_than_can_be_read_are_told_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()
    real = filing.submit_file

    def slow(*args: Any) -> Any:
        begun.release()
        assert go_on.wait(30)
        return real(*args)

    monkeypatch.setattr(filing, "submit_file", slow)
    monkeypatch.setattr(filing, "PATIENCE", 0.05)
    data = desk.workbook("GDP-Q", "2021Q3")
    got: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(desk.upload("填报甲", data, f"{n}.xlsx").status_code))
        for n in range(filing.AT_ONCE)
    ]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=30)
    busy = desk.upload("填报甲", data, "等.xlsx")
    go_on.set()
    for thread in threads:
        thread.join()
    assert busy.status_code == 503 and busy.get_json()["error"]["code"] == "busy" and busy.headers["Retry-After"]
    assert got == [200] * filing.AT_ONCE


def test_who_waits_for_a_turn_holds_no_file_in_memory(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from werkzeug.datastructures import FileStorage

    read: list[str] = []

    class Watched(io.BytesIO):
        def read(self, *size: int | None) -> bytes:
            read.append("read")
            return super().read(*size)

    with desk.server.test_request_context():
        sent = FileStorage(Watched(b"x" * 100), "a.xlsx")
        counter = threading.BoundedSemaphore(1)
        monkeypatch.setattr(filing, "PATIENCE", 0.01)
        with counter, pytest.raises(filing._Busy):
            filing._taken(sent, counter)
    assert read == []


def test_a_department_finds_what_it_owes_and_takes_its_own_template(desk: Desk) -> None:
    page = desk.people["填报甲"].look("/returns")
    assert "逾期" in page and "/work/template?form=GDP-Q" in page and "form=FIN-Q" not in page
    answer = desk.people["填报甲"].client.get("/work/template?form=GDP-Q&period=2026Q3")
    assert answer.data[:2] == b"PK" and "GDP-Q_2026Q3_TJJ.xlsx" in answer.headers["Content-Disposition"]
    other = desk.people["填报甲"].client.get("/work/template?form=FIN-Q&period=2026Q3")
    assert other.status_code >= 400
    assert desk.people["领导"].client.get("/work/template?form=GDP-Q&period=2026Q3").status_code == 403
    assert 'id="drop"' not in desk.people["领导"].look("/returns")


# hand-made tables


def proposed(desk: Desk, data: bytes, name: str = "收入.xlsx", who: str = "审核员") -> str:
    answer = desk.people[who].send("/work/mapping/propose", file=(io.BytesIO(data), name))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:800]
    return str(answer.headers["Location"])


def confirmed(desk: Desk, where: str, **chosen: str) -> Any:
    page = desk.people["审核员"].look(where)
    sent = dict(re.findall(r'<input type="hidden" name="(file|called)" value="([^"]*)"', page))
    return desk.people["审核员"].send("/work/mapping/confirm", **sent, **chosen)


def whole(**said: str) -> dict[str, str]:
    return {key: text for key, text in said.items() if key != "area"}


def test_a_hand_made_table_is_confirmed_sent_and_its_drift_told(desk: Desk) -> None:
    for who in ("填报甲", "领导", "审计员"):
        refused = desk.people[who].send("/work/mapping/propose", file=(io.BytesIO(made.income(1)), "a.xlsx"))
        assert refused.status_code == 403
        assert "认一张表" not in desk.people[who].look("/mapping")
    before = desk.sent("整理员", made.income(1), "收入.xlsx")
    assert before["word"] == "没有收下"
    where = proposed(desk, made.income(1, labels=[*(n for n, _ in made.AREAS[:8]), XSS]))
    assert "<img src=x" not in desk.people["审核员"].look(where)
    where = proposed(desk, made.income(1))
    page = desk.people["审核员"].look(where)
    assert re.search(r'<td id="s0-B5"[^>]*class="marked info', page) and "220100" in page and "推定" in page
    blank = confirmed(desk, where, name="分市州居民收入")
    told = blank.get_data(as_text=True)
    assert blank.status_code == 422 and "报表代码" in told and 'value="分市州居民收入"' in told
    bad = confirmed(desk, where, **whole(**INCOME), **{"rows.0.area": "999999"})
    assert bad.status_code == 422 and "999999" in bad.get_data(as_text=True)
    assert confirmed(desk, where, **whole(**INCOME), **{"tables.0.title": "x"}).status_code == 422
    done = confirmed(desk, where, **whole(**INCOME))
    assert done.status_code == 303, done.get_data(as_text=True)[:3000]
    assert "读出 81 个数" in desk.people["审核员"].look("/mapping")
    assert desk.sent("整理员", made.income(1), "收入.xlsx")["word"] == "待审核"
    moved = desk.people["审核员"].look(proposed(desk, made.income(2, lines_before=3), "半年.xlsx"))
    assert "S220" in moved and "可以直接报送" in moved
    odd = made.income(2, labels=("新设市", *(name for name, _ in made.AREAS[1:])))
    asked = desk.people["审核员"].look(proposed(desk, odd, "改名.xlsx"))
    assert "S224" in asked and "新设市" in asked and "一个数也不读" in asked
    assert 'name="edition" value="2"' in asked and 'name="form" value="CITY-INCOME"' in asked


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real workbooks are not beside the project: no {REAL}")
def test_the_real_returns_are_proposed_confirmed_and_sent(desk: Desk) -> None:
    names = ["2016年分市州居民可支配收入（1季度）.xls", "2016年分市州居民可支配收入（半年报）.xls"]
    first, second = ((REAL / name).read_bytes() for name in names)
    said = whole(**INCOME) | {"form": "HUBEI-INCOME", "name": "湖北分市州居民收入"}
    done = confirmed(desk, proposed(desk, first, names[0]), **said)
    assert done.status_code == 303, done.get_data(as_text=True)[:3000]
    assert "可以直接报送" in desk.people["审核员"].look(proposed(desk, second, names[1]))
    line = desk.sent("整理员", second, names[1])
    assert line["word"] in ("待审核", "要说明") and line["id"]
    assert "武汉市" in desk.people["整理员"].look(line["href"])


def test_a_file_without_a_table_gets_a_sentence(desk: Desk) -> None:
    page = desk.people["审核员"].look(proposed(desk, b"MZ" * 300, "程序.xlsx"))
    assert "可执行程序" in page and "没有提出对照表" in page
    assert desk.people["审核员"].client.get("/mapping?file=zz&name=x").status_code < 500


def test_the_server_knows_every_route(desk: Desk) -> None:
    """Every route of work stands in the table of the gate; the gate refuses what does not."""
    from dashboard.endpoints import ENDPOINTS

    server: Flask = desk.server
    ours = {rule.endpoint for rule in server.url_map.iter_rules() if rule.endpoint.startswith(("filing.", "mapping."))}
    assert ours and ours <= set(ENDPOINTS)
