"""The commands of the way, as a person types them: what they print, what they leave, and how they end."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from data import catalogue_folder
from data.simulate import SimulatedReturn
from etl.flow import approve_submission, make_template, publish_approved, submit_file
from etl.identity import Identity
from etl.way import Way
from indicators.observations import Origin
from tests.faults.injury import refusing
from warehouse.folder import writing
from warehouse.operations import consulting, operating
from warehouse.period_locks import lock_period
from warehouse.submissions import submissions

People = Callable[[str], Way]
Fill = Callable[..., bytes]
Returns = Mapping[tuple[str, str], SimulatedReturn]


class Said(NamedTuple):
    """How a command ended, its results and its talk."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(way: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `zhibiao` in this process, in a folder of its own, as the account named."""
    from zhibiao.__main__ import main

    monkeypatch.setenv("ZHIBIAO_DATA", str(way("管理员").folder.root))
    monkeypatch.chdir(tmp_path)

    def said(*words: str, user: str = "填报甲") -> Said:
        monkeypatch.setenv("ZHIBIAO_USER", user)
        monkeypatch.setattr(sys, "argv", ["zhibiao", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return said


@pytest.fixture
def shell(way: People, tmp_path: Path) -> Run:
    """Run `zhibiao` as a program of its own."""
    root = way("管理员").folder.root

    def said(*words: str, user: str = "填报甲") -> Said:
        environment = os.environ | {"ZHIBIAO_DATA": str(root), "ZHIBIAO_USER": user}
        done = subprocess.run(
            [sys.executable, "-m", "zhibiao", *words], cwd=tmp_path, env=environment, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return said


def write(tmp_path: Path, name: str, data: bytes) -> str:
    (tmp_path / name).write_bytes(data)
    return name


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    book, buffer = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    change(book)
    book.save(buffer)
    return buffer.getvalue()


def test_the_whole_way_by_command(
    shell: Run, run: Run, fill: Fill, simulated: Returns, way: People, tmp_path: Path
) -> None:
    """The first half in programs of their own, as people run them; the rest in this one, to spare the starts."""
    assert shell("template", "GDP-Q", "--period", "2024Q1", "-o", "空表.xlsx").out.strip() == "空表.xlsx"
    assert openpyxl.load_workbook(tmp_path / "空表.xlsx").sheetnames[0] == "填报说明"

    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1"))
    checked = shell("check", sent)
    assert checked.code == 0 and "通过" in checked.err
    with consulting(way("管理员").folder) as conn:
        assert submissions(conn) == [], "a check leaves nothing"

    handed = shell("submit", sent, "--receipt", "回执.txt")
    assert handed.code == 0 and "待审核" in handed.out
    receipt = (tmp_path / "回执.txt").read_text("utf-8")
    assert sha256((tmp_path / sent).read_bytes()).hexdigest() in receipt
    for part in ("报送回执", "GDP-Q", "2024年一季度", "填报甲", "待审核", "北京时间"):
        assert part in receipt

    number = next(line.split("　")[1] for line in handed.out.splitlines() if line.startswith("回执"))
    shown = run("diff", number)
    assert shown.code == 0 and "地区生产总值" in shown.out and "新增" in shown.err
    assert run("approve", number).code == 4, "not by the one who submitted"
    approved = run("approve", number, user="审核员")
    assert approved.code == 0 and "变动：新增" in approved.out
    assert run("publish").code == 4
    published = shell("publish", user="发布员")
    assert published.code == 0 and "第 1 代" in published.out
    again = run("submit", sent, "--receipt", "回执.txt")
    assert again.code == 0 and "什么也没有改变" in again.out
    assert "发布　　　第 1 代" in (tmp_path / "回执.txt").read_text("utf-8")
    found = run("status", "--period", "2024Q1", "--json").json
    assert next(row for row in found["rows"] if row["form"] == "GDP-Q")["state"] == "已发布"


def test_a_revision_is_seen_explained_and_returned(
    run: Run, fill: Fill, simulated: Returns, way: People, tmp_path: Path
) -> None:
    first = submit_file(way("填报甲"), fill("GDP-Q", "2024Q1"), "报表.xlsx")
    approve_submission(way("审核员"), first.id)
    publish_approved(way("发布员"))
    value = simulated["GDP-Q", "2024Q1"].cells["13:1"]
    sent = write(tmp_path, "修订.xlsx", fill("GDP-Q", "2024Q1", {"13:1": value - 100}))  # type: ignore[operator]
    handed = run("submit", sent)
    assert handed.code == 1 and "zhibiao explain" in handed.out
    number = handed.out.split("zhibiao explain ")[1].split()[0]
    seen = run("diff", number, "--json").json
    changed = next(row for row in seen["rows"] if row["kind"] == "revised")
    assert (changed["difference"].rstrip("0"), changed["unit"], changed["reason"]) == ("-0.01", "亿元", "")
    assert changed["name"].startswith("[13]") and seen["tally"].startswith("修订 1（0 个写明了原因）")
    assert run("explain", number, "--text", "年报核实后更正").code == 0
    assert run("diff", number, "--json").json["rows"][0]["reason"] == "年报核实后更正"
    assert run("return", number, "--reason", " ", user="审核员").code == 2
    back = run("return", number, "--reason", "请附核实依据", user="审核员")
    assert back.code == 0 and "请附核实依据" in back.out


def test_the_annotated_workbook_by_command(run: Run, fill: Fill, tmp_path: Path) -> None:
    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"}))
    checked = run("check", sent, "--annotate", "批注.xlsx")
    assert checked.code == 1 and "V302" in checked.out and "批注.xlsx" in checked.err
    assert openpyxl.load_workbook(tmp_path / "批注.xlsx").sheetnames[0] == "审核结果"
    assert run("check", sent, sent, "--annotate", "批注.xlsx").code == 2
    assert run("check", sent, "--annotate", "没有这个文件夹/批注.xlsx").code == 2


def test_inspect_says_what_the_reader_saw(run: Run, fill: Fill, tmp_path: Path) -> None:
    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"}))
    seen = run("inspect", sent, "--json").json
    cells = [cell for sheet in seen["sheets"] for cell in sheet["cells"]]
    assert any(cell["raw"] == "约3.2亿" and cell["address"] for cell in cells)
    assert run("inspect", sent).code == 0


def test_load_by_command(run: Run, fill: Fill, tmp_path: Path) -> None:
    place = tmp_path / "历史"
    place.mkdir()
    for quarter in ("2016Q1", "2016Q2"):
        (place / f"{quarter}.xlsx").write_bytes(fill("FIN-Q", quarter))
    (place / "~$2016Q1.xlsx").write_bytes(b"lock")
    words = ("load", "历史", "--known-on", "2019-01-31", "--publish", "--reviewer", "审核员")
    done = run(*words, user="发布员")
    assert done.code == 0 and done.out.count("已审核") == 2 and "未理会" in done.out
    assert "第 1 代" in done.err and "校验并提交" in done.err, "progress, then the summary"
    assert run(*words[:-2], user="发布员").code == 2
    again = run(*words, "--json", user="发布员")
    assert again.code == 0 and {row["state"] for row in again.json["files"]} == {"已有", "未理会"}
    assert run("load", "没有的文件夹", user="发布员").code == 2


BAD: dict[str, tuple[Callable[[Fill, Way], bytes], str, str]] = {
    "no workbook": (lambda fill, way: b"%PDF-1.4 something", "F103", "PDF"),
    "a foreign workbook": (lambda fill, way: edited(_blank(), lambda book: book.active.append(["x", 1])), "S201", ""),
    "another edition": (lambda fill, way: _of_edition(fill, way), "S205", "2016"),
    "a changed label": (
        lambda fill, way: edited(fill("GDP-Q", "2024Q1"), lambda book: _relabel(book)), "S211", "被改动",
    ),
    "a period not open": (lambda fill, way: make_template(way, "GDP-Q", "2099Q1").content, "P601", "还没有开放"),
}  # fmt: skip


def _blank() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def _relabel(book: Any) -> None:
    sheet = book["地区生产总值"]
    cell = next(c for row in sheet.iter_rows() for c in row if str(c.value).strip() == "第一产业")
    cell.value = "农业"


def _of_edition(fill: Fill, way: Way) -> bytes:
    """The form of 2016, signed as a return of 2024, as an old program would have made it."""

    def sign(book: Any) -> None:
        identity = Identity("GDP-Q", "2016", "2024Q1", "TJJ", Origin.SIMULATED)
        told = {"period": "2024Q1", "signature": identity.sign(way.secret)}
        for key, value in book["_meta"].iter_rows():
            value.value = told.get(key.value, value.value)

    return edited(fill("GDP-Q", "2018Q1"), sign)


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_a_sentence_and_leaves_nothing_half_done(
    run: Run, fill: Fill, way: People, tmp_path: Path, kind: str
) -> None:
    made, code, words = BAD[kind]
    sent = write(tmp_path, "报表.xlsx", made(fill, way("管理员")))
    handed = run("submit", sent, "--json")
    assert handed.code == 1
    (receipt,) = handed.json
    found = next(f for f in receipt["findings"] if f["code"] == code)
    assert found["severity"] == "hard" and words in found["message"] and found["message"].endswith("。")
    assert found["hint"].endswith("。")
    assert run("check", sent, "--annotate", "批注.xlsx").code == 1
    listed = openpyxl.load_workbook(tmp_path / "批注.xlsx")["审核结果"]
    assert any(cell.value == code for row in listed.iter_rows() for cell in row)
    with consulting(way("管理员").folder) as conn:
        assert {one.state.value for one in submissions(conn)} <= {"checked"}


def test_a_locked_period_a_wrong_department_a_missing_file(run: Run, fill: Fill, way: People, tmp_path: Path) -> None:
    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1"))
    wrong = run("submit", sent, user="填报乙")
    assert wrong.code == 4 and "不能报送长春新区统计局" in wrong.err and "什么也没有提交" in wrong.err
    nobody = run("submit", sent, user="路人")
    assert nobody.code == 4 and "没有账户" in nobody.err
    missing = run("submit", "没有.xlsx")
    assert missing.code == 2 and "打不开文件" in missing.err and "什么也没有改动" in missing.err
    assert run("diff", "S999999").code == 2
    assert run("template", "没有这张表", "--period", "2024Q1").code == 2
    with operating(way("管理员").folder) as conn:
        lock_period(conn, "2024Q1", "发布员", "年报已定")
    locked = run("check", sent)
    assert locked.code == 1 and "年报已定" in locked.out
    with consulting(way("管理员").folder) as conn:
        assert submissions(conn) == []


def test_what_the_machine_refuses_is_a_sentence_and_changes_nothing(
    run: Run, fill: Fill, way: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = way("管理员").folder
    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1"))

    def state() -> list[Path]:
        return sorted(path for path in folder.root.rglob("*") if path.is_file() and path.parent != folder.locks)

    before = state()
    for words in (
        ("template", "GDP-Q", "--period", "2024Q1", "-o"), ("sql", "SELECT 1", "--format", "csv", "-o"),
        ("export", "generations", "--format", "csv,json", "-o"), ("targets", "template", "-o"),
    ):  # fmt: skip
        refused = run(*words, str(tmp_path / "没有这个文件夹" / "出.csv"), user="发布员")
        assert refused.code == 2 and "没有这个文件或文件夹" in refused.err, words
    with writing(folder, "别人", "发布"):
        busy = run("publish", user="发布员")
    assert busy.code == 3 and "别人" in busy.err and "什么也没有改动" in busy.err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port), user="管理员")
    assert refused.code == 6 and f"--port {port + 1}" in refused.err and "数据没有改动" in refused.err
    for at in (1, 3):
        with refusing(at, "full"):
            full = run("submit", sent)
        assert full.code == 6 and "磁盘空间不足" in full.err and "清出空间" in full.err, at
    with consulting(folder) as conn:
        assert submissions(conn) == []
    assert {path for path in state() if folder.vault not in path.parents} == set(before)
    assert run("doctor", "--deep").code == 0
    assert run("submit", sent).code == 0, "with room again it goes through"

    marker = folder.root / "zhibiao.json"
    marker.write_text(marker.read_text("utf-8").replace('"layout": 1', '"layout": 2'), "utf-8")
    for words in (("status",), ("submit", sent), ("publish",), ("doctor",)):
        newer = run(*words)
        assert newer.code == 6 and "升级本程序" in newer.err and "什么也没有改动" in newer.err, words
    monkeypatch.setenv("ZHIBIAO_DATA", str(tmp_path))
    missing = run("status")
    assert missing.code == 2 and "zhibiao init" in missing.err


def test_each_step_tells_programs_what_it_did(run: Run, fill: Fill, tmp_path: Path) -> None:
    (handed,) = run("submit", write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1")), "--json").json
    (approved,) = run("approve", handed["id"], "--json", user="审核员").json
    assert approved["submission"] == handed["id"] and approved["tally"].startswith("新增")
    done = run("publish", "--json", user="发布员").json
    assert (
        done["generation"] == 1 and done["submissions"] == [handed["id"]] and done["rows"]["observation_version"] > 80
    )
    assert run("publish", "--json", user="发布员").json["generation"] is None
    (other,) = run("submit", write(tmp_path, "二.xlsx", fill("GDP-Q", "2024Q2")), "--json").json
    back = run("return", other["id"], "--reason", "请核对", "--json", user="审核员").json
    assert (back["submission"], back["reason"]) == (other["id"], "请核对")


def test_a_return_is_taken_back_by_command_and_sent_again(run: Run, fill: Fill, tmp_path: Path) -> None:
    sent = write(tmp_path, "报表.xlsx", fill("GDP-Q", "2024Q1"))
    (handed,) = run("submit", sent, "--json").json
    assert run("withdraw", handed["id"], "--reason", " ").code == 2
    assert run("withdraw", handed["id"], "--reason", "错了", user="填报乙").code == 4
    assert run("withdraw", handed["id"], "--reason", "错了", user="审核员").code == 4
    back = run("withdraw", handed["id"], "--reason", "填成了上月的数", "--json").json
    assert (back["submission"], back["reason"]) == (handed["id"], "填成了上月的数")
    row = next(r for r in run("status", "--period", "2024Q1", "--json").json["rows"] if r["form"] == "GDP-Q")
    assert (row["state"], row["withdrawn"], row["filed_on"]) == ("已校验", True, None)
    refused = run("approve", handed["id"], user="审核员")
    assert refused.code == 3 and "已撤回" in refused.err and "填报甲" in refused.err
    (again,) = run("submit", sent, "--json").json
    assert (again["id"], again["state"], again["repeated"]) == (handed["id"], "submitted", False)
    assert run("approve", handed["id"], user="审核员").code == 0
    late = run("withdraw", handed["id"], "--reason", "又错了")
    assert late.code == 3 and "已审核" in late.err and "请审核人员退回" in late.err
    assert run("doctor", "--deep", user="管理员").code == 0


def test_the_official_notation_and_vtl(run: Run, tmp_path: Path) -> None:
    (tmp_path / "关系.txt").write_bytes(
        "审核关系：\n01≥02+03；\n（2）０１＝０２＋０３＋０６\n1栏=99栏\n".encode("gb18030")
    )
    read = run("rules", "import", "关系.txt", "--form", "GDP-Q", "-o", "新.csv")
    assert read.code == 1 and "[01] = [02] + [03] + [06]" in read.out and "第 4 行没有读懂" in read.err
    assert (tmp_path / "新.csv").read_text("utf-8-sig").count("\n") == 3
    catalogue = tmp_path / "目录"
    shutil.copytree(Path(str(catalogue_folder())), catalogue)
    shutil.copy(tmp_path / "新.csv", catalogue / "rules-new.csv")
    assert run("catalogue", "check", str(catalogue)).code == 0, "what was written is what the catalogue takes"
    script = run("rules", "vtl", "--form", "GDP-Q")
    assert script.code == 0 and "define datapoint ruleset" in script.out
    assert run("rules", "vtl", "--form", "没有").code == 2
