"""The SQL page's routes: each question is recorded once, comes again to the same byte, and may be kept and shared."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse import audit, sessions
from warehouse.accounts import Account, add_account
from warehouse.folder import DataFolder, writing
from warehouse.operations import consulting, operating

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "SELECT indicator, canonical_value AS v, period_end AS d FROM observation_current ORDER BY indicator"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """One generation, and two accounts who may keep questions."""
    made = fresh(tmp_path_factory.mktemp("sql") / "data")
    approve_return(made, {"GDP": "1046.3", "REV": "7.3", "POP": None}, known_at=datetime(2026, 10, 15))
    publish_all(made)
    with operating(made) as conn:
        for name in ("分析甲", "分析乙"):
            add_account(conn, name, "correct horse", "analyst", by="test")
    return made


def enter(folder: DataFolder, name: str = "", guest: bool = False) -> FlaskClient:
    """A browser on the service: of an account that is logged in, or of nobody."""
    client = create_app(folder, guest=guest).server.test_client()
    if name:
        with operating(folder) as conn:
            token = sessions.open_session(conn, Account(name, name, "analyst", "", True), "test", "test")  # type: ignore[arg-type]
        client.set_cookie("zb_session", token)
        client.environ_base["HTTP_X_CSRF_TOKEN"] = client.get("/session").json["csrf"]
    return client


def recorded(folder: DataFolder, since: int) -> list[dict[str, Any]]:
    with consulting(folder) as conn:
        return audit.records(conn, since)


def head(folder: DataFolder) -> int:
    with consulting(folder) as conn:
        return audit.head(conn)[0]


def test_each_question_is_recorded_once_with_what_became_of_it(folder: DataFolder) -> None:
    client = enter(folder, "分析甲")
    before = head(folder)
    answered = client.post("/sql/run", json={"sql": QUESTION}).json
    client.post("/sql/download", json={"sql": QUESTION, "format": "csv"})
    client.post("/sql/run", json={"sql": "DROP TABLE indicator"})
    client.post("/sql/run", json={"sql": "SELECT nothing FROM indicator"})
    found = recorded(folder, before)
    assert [(r["act"], r["who"], r["result"]) for r in found] == [
        ("query.run", "分析甲", "ok"),
        ("query.downloaded", "分析甲", "ok"),
        ("query.run", "分析甲", "refused"),
        ("query.run", "分析甲", "failed"),
    ]
    run, downloaded, *_ = (json.loads(r["detail"]) for r in found)
    assert found[0]["object"] == found[1]["object"] == answered["hash"]
    assert (run["generation"], run["rows"], downloaded["format"]) == (answered["generation"], 3, "csv")
    assert all("ms" in json.loads(r["detail"]) and "SELECT" not in r["detail"] for r in found)
    assert audit.verify(folder) == []


def test_a_question_does_not_wait_for_a_writer_and_is_recorded_when_the_writer_is_done(folder: DataFolder) -> None:
    client = enter(folder, guest=True)
    client.post("/sql/run", json={"sql": "SELECT 1"})
    before, held, done = head(folder), threading.Event(), threading.Event()

    def write() -> None:
        with writing(folder, "装入", "装入"), operating(folder):
            held.set()
            done.wait(60)

    writer = threading.Thread(target=write)
    writer.start()
    held.wait(10)
    assert client.post("/sql/run", json={"sql": "SELECT 2 AS n"}).json["count"] == 1
    assert not done.is_set() and recorded(folder, before) == [], "the writer still holds everything"
    done.set()
    writer.join()
    deadline = time.monotonic() + 30
    while not recorded(folder, before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [r["result"] for r in recorded(folder, before)] == ["ok"]


def test_a_guest_asks_and_is_recorded_as_a_guest_but_keeps_nothing(folder: DataFolder) -> None:
    client = enter(folder, guest=True)
    before = head(folder)
    assert client.post("/sql/run", json={"sql": "SELECT 1"}).json["count"] == 1
    assert [r["who"] for r in recorded(folder, before)] == ["访客"]
    assert client.get("/sql/facts").json["keeps"] is False
    assert client.post("/sql/save", json={"title": "甲", "sql": "SELECT 1"}).status_code == 401


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/sql/run", {"sql": "SELECT 1", "asOf": "9999-12-31"}, 200),
        ("/sql/run", {"sql": "SELECT 1", "asOf": "0001-01-01"}, 200),
        ("/sql/run", {"sql": "SELECT 1", "generation": True}, 410),
        ("/sql/run", {"sql": "SELECT '\ud800'"}, 400),
        ("/sql/run", {"sql": "SELECT $a", "params": {"a": "\ud800"}}, 400),
        ("/sql/run", {"sql": ["SELECT 1"]}, 200),
        ("/take/book", {}, 400),
        ("/take/book", {"chart": {"along": [1], "lines": "abc"}}, 400),
        ("/take/book", {"chart": {"along": [1], "lines": [1]}}, 400),
        ("/take/book", {"columns": [{"name": "a", "values": [10**400]}]}, 400),
    ],
)
def test_what_no_page_of_ours_sends_is_answered_in_the_one_shape(
    folder: DataFolder, path: str, asked: dict[str, Any], status: int
) -> None:
    sent = enter(folder, guest=True).post(path, json=asked)
    assert sent.status_code == status, sent.text
    if "error" in sent.json:
        assert {"status", "code", "message"} <= set(sent.json["error"]) and sent.json["error"]["code"] != "unforeseen"
    assert enter(folder, guest=True).get("/sql/saved/99999999999999999999").status_code == 400


@pytest.mark.parametrize("format_", ["csv", "json", "parquet", "xlsx"])
def test_the_same_question_of_the_same_generation_gives_the_same_bytes(folder: DataFolder, format_: str) -> None:
    client = enter(folder, guest=True)
    asked = {"sql": "SELECT range % 97 AS k, sum(sin(range)) AS s FROM range(300000) GROUP BY ALL", "format": format_}
    one, two = (client.post("/sql/download", json=asked) for _ in range(2))
    assert one.status_code == 200 and one.data == two.data


def test_columns_are_summed_up(folder: DataFolder) -> None:
    columns = enter(folder, guest=True).post("/sql/run", json={"sql": QUESTION}).json["columns"]
    words, numbers, days = (column["summary"] for column in columns)
    assert words["distinct"] == 3 and words["common"][0] == ["GDP", 1] and "bins" not in words
    assert (numbers["count"], numbers["missing"], numbers["least"], numbers["most"]) == (2, 1, "7.3", "1046.3")
    assert sum(numbers["bins"]) == 2 and numbers["bins"][0] == numbers["bins"][-1] == 1
    assert days["least"] == days["most"] == "2026-09-30" and sum(days["bins"]) == 3


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT [1, 2] AS l, {a: 1} AS s, NULL AS n, INTERVAL 1 DAY AS i, TRUE AS b",
        "SELECT 'nan'::DOUBLE AS x, 'inf'::DOUBLE AS y UNION ALL SELECT 1, 2",
        "SELECT 1 AS a WHERE FALSE",
        "SELECT 1 AS a, 2 AS a, {i: INTERVAL 1 DAY} AS s",
        "SELECT 'x'::BLOB AS b, uuid '00000000-0000-0000-0000-000000000001' AS u, time '01:02:03' AS t",
    ],
)
def test_a_result_of_any_kind_is_shown_and_taken_along(folder: DataFolder, sql: str) -> None:
    client = enter(folder, guest=True)
    assert "error" not in client.post("/sql/run", json={"sql": sql}).json
    for format_ in ("csv", "json", "parquet", "xlsx"):
        assert client.post("/sql/download", json={"sql": sql, "format": format_}).status_code == 200, format_


def test_a_question_is_kept_shared_changed_and_forgotten(folder: DataFolder) -> None:
    mine, other = enter(folder, "分析甲"), enter(folder, "分析乙")
    said = {
        "title": " 余量 ", "sql": QUESTION, "params": {"期": "2026Q3"}, "asOf": "2026-10-20",
        "chart": {"x": "d", "z": 1},
    }  # fmt: skip
    kept = mine.post("/sql/save", json=said).json
    assert (kept["title"], kept["params"], kept["asOf"], kept["chart"]) == (
        "余量",
        {"期": "2026Q3"},
        "2026-10-20",
        {"x": "d"},
    )
    assert other.get(f"/sql/saved/{kept['number']}").status_code == 400
    assert other.get("/sql/saved").json["saved"] == []
    mine.post("/sql/save", json={**said, "title": "余量二", "shared": True, "number": kept["number"]})
    (seen,) = other.get("/sql/saved").json["saved"]
    assert (seen["title"], seen["own"], seen["account"]) == ("余量二", False, "分析甲")
    assert other.post("/sql/save", json={**said, "number": kept["number"]}).status_code == 403
    assert other.post("/sql/forget", json={"number": kept["number"]}).status_code == 403
    assert mine.post("/sql/forget", json={"number": kept["number"]}).json["saved"] == []
    assert other.get(f"/sql/saved/{kept['number']}").status_code == 400
    assert mine.post("/sql/save", json={**said, "title": "字" * 81}).status_code == 400


def test_a_chart_and_a_table_of_a_page_become_a_workbook(folder: DataFolder) -> None:
    client = enter(folder, guest=True)
    asked = {
        "title": "=走势", "source": "第 1 代\n含模拟数据",
        "chart": {"kind": "bar", "along": ["2026Q1", "2026Q2"], "lines": [{"name": "=1+1", "values": [-7.3, None]}]},
        "columns": [{"name": "单位", "values": ["=cmd()", None]}, {"name": "数", "values": [-7.3, 2]}],
    }  # fmt: skip
    before = head(folder)
    sent = client.post("/take/book", json=asked)
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    assert [[c.value for c in row] for row in book["结果"].iter_rows()] == [["单位", "数"], ["=cmd()", -7.3], [None, 2]]
    assert book["结果"]["A2"].data_type == "s" and book["图"]["B1"].data_type == "s"
    assert [c.value for c in book["图"][2]][:2] == ["2026Q1", -7.3] and len(book["图"]._charts) == 1
    assert "含模拟数据" in [row[0].value for row in book["出处"].iter_rows()]
    assert [r["act"] for r in recorded(folder, before)] == ["page.exported"]
    assert client.post("/take/book", json={"title": "空", "chart": {"along": [1], "lines": []}}).status_code == 400


@pytest.mark.parametrize(("sql", "result"), [("SELECT 1", "ok"), ("DROP TABLE indicator", "refused")])
def test_a_question_on_the_command_line_is_recorded_once(folder: DataFolder, sql: str, result: str) -> None:
    before = head(folder)
    command = [sys.executable, "-m", "zhibiao", "sql", sql, "--data", str(folder.root)]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert [(r["act"], r["result"]) for r in recorded(folder, before)] == [("query.run", result)]


def test_a_mistake_says_line_and_column_and_no_path(folder: DataFolder, tmp_path: Path) -> None:
    said = enter(folder, guest=True).post("/sql/run", json={"sql": "SELECT 1,\n  nope\nFROM indicator"}).json["error"]
    assert (said["line"], said["column"]) == (2, 3) and "nope" in said["message"]
    assert str(folder.root) not in said["message"] and "duckdb" not in said["message"]
