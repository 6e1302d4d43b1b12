"""Many workbooks at once: all of them told, in the order of their periods, none twice, and none half."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.simulate import SimulatedReturn
from etl.arrivals import take
from etl.batch import Incoming, LoadReport, load, load_paths
from etl.changes import CODE as REVISED
from etl.flow import approve_submission, publish_approved, withdraw_submission
from etl.way import Way
from indicators.errors import UsageError
from warehouse import audit
from warehouse.doctor import DAMAGED, doctor
from warehouse.errors import NotPermitted
from warehouse.generations import current
from warehouse.moments import day_begins
from warehouse.operations import consulting
from warehouse.submissions import State, submissions

People = Callable[[str], Way]
Fill = Callable[..., bytes]
Returns = Mapping[tuple[str, str], SimulatedReturn]
KNOWN = date(2019, 1, 31)
# Each return in a transaction of its own, and a moment between two, in which the load can be killed.
EACH_ALONE = """
import time
from etl.steps import Steps
from zhibiao.__main__ import main
settle, take = Steps.settle, Steps.take
Steps.take = lambda self, act: (take(self, act), settle(self), time.sleep(0.05))[0]
main()
"""
QUARTERS = [f"{year}Q{quarter}" for year in (2016, 2017, 2018) for quarter in (1, 2, 3, 4)]


def put(place: Path, name: str, data: bytes) -> Path:
    """A file as if it had been written some time ago."""
    place.mkdir(exist_ok=True)
    path = place / name
    path.write_bytes(data)
    os.utime(path, (time.time() - 60,) * 2)
    return path


def loaded(way: Way, place: Path, **more: Any) -> LoadReport:
    return load_paths(way, [place], on_step=more.pop("on_step", lambda *_: None), **more)


def told(report: LoadReport) -> Counter[str]:
    return Counter(row["state"] for row in report.rows)


def held(way: Way) -> list[Any]:
    with consulting(way.folder) as conn:
        return submissions(conn)


def test_every_file_gets_one_line_and_one_bad_file_stops_nothing(way: People, fill: Fill, tmp_path: Path) -> None:
    place = tmp_path / "待装"
    for quarter in QUARTERS[:3]:
        put(place, f"{quarter}.xlsx", fill("FIN-Q", quarter))
    put(place, "坏的.xlsx", b"PK\x03\x04" + b"\0" * 300 + b"PK\x05\x06" + b"\0" * 18)
    put(place, "空的.csv", b"")
    put(place, "不通过.xlsx", fill("FIN-Q", QUARTERS[3], {"02:1": "约3.2亿"}))
    put(place, "~$2016Q1.xlsx", b"lock")
    put(place, "说明.txt", b"not a workbook")
    put(place, ".隐藏.xlsx", b"hidden")
    report = loaded(way("发布员"), place, known_on=KNOWN)
    assert told(report) == {"已提交": 3, "未受理": 2, "未通过": 1, "未理会": 1} and report.blocked
    assert all(row["message"].endswith(("。", "个数")) or "zhibiao" in row["message"] for row in report.rows)
    assert "共 7 个文件" in report.summary and "已提交 3" in report.summary
    assert sorted(one.state for one in held(way("管理员"))) == ["checked", *["submitted"] * 3]


def test_a_return_that_was_taken_back_is_submitted_by_the_next_load(way: People, fill: Fill, tmp_path: Path) -> None:
    put(tmp_path / "待装", "2016Q1.xlsx", fill("FIN-Q", "2016Q1"))
    assert told(loaded(way("填报乙"), tmp_path / "待装")) == {"已提交": 1}
    (one,) = held(way("管理员"))
    withdraw_submission(way("填报乙"), one.id, "报错了")
    assert told(loaded(way("填报乙"), tmp_path / "待装")) == {"已提交": 1}
    (again,) = held(way("管理员"))
    assert (again.id, again.state, again.withdrawn) == (one.id, State.SUBMITTED, False)
    assert again.submitted_at > one.submitted_at, "timeliness counts when it was sent again"


def test_later_periods_are_checked_against_earlier_ones_of_the_same_run(
    way: People, fill: Fill, simulated: Returns, tmp_path: Path
) -> None:
    place = tmp_path / "待装"
    low = {key: value / 100 for key, value in simulated["FIN-Q", "2016Q2"].cells.items() if isinstance(value, Decimal)}
    put(place, "a.xlsx", fill("FIN-Q", "2016Q2", low))  # its name comes first, its period second
    put(place, "b.xlsx", fill("FIN-Q", "2016Q1"))
    report = loaded(way("发布员"), place, known_on=KNOWN)
    states = {row["file"]: row["state"] for row in report.rows}
    assert states == {"b.xlsx": "已提交", "a.xlsx": "未通过"}
    with consulting(way("管理员").folder) as conn:
        from warehouse import remarks

        late = next(one for one in submissions(conn) if one.period == "2016Q2")
        assert "ALL-YTD-RISES" in {f.rule for f in remarks.findings(conn, late.id)}


def test_a_second_run_changes_nothing_and_the_same_bytes_are_one_return(
    way: People, fill: Fill, tmp_path: Path
) -> None:
    place = tmp_path / "待装"
    for quarter in QUARTERS[:3]:
        put(place, f"{quarter}.xlsx", fill("FIN-Q", quarter))
    shutil.copy(place / "2016Q1.xlsx", place / "再来一份.xlsx")
    first = loaded(way("发布员"), place, known_on=KNOWN)
    assert told(first) == {"已提交": 3, "已有": 1} and not first.blocked
    with consulting(way("管理员").folder) as conn:
        before = len(audit.records(conn))
    again = loaded(way("发布员"), place, known_on=KNOWN)
    assert told(again) == {"已有": 4} and not again.blocked
    assert all("什么也没有改变" in row["message"] for row in again.rows)
    with consulting(way("管理员").folder) as conn:
        assert len(audit.records(conn)) == before


def test_torn_and_growing_files_are_left_alone(
    way: People, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, data = tmp_path / "待装", fill("FIN-Q", "2016Q1")
    put(place, "一半.xlsx", data[: len(data) // 2])
    growing = put(place, "在写.xlsx", data)
    growing.write_bytes(data[:-10])
    monkeypatch.setattr("etl.arrivals.time.sleep", lambda _: growing.write_bytes(data))
    report = loaded(way("发布员"), place, known_on=KNOWN)
    said = {row["file"]: row["message"] for row in report.rows}
    assert told(report) == {"未装入": 2} and report.blocked
    assert "不完整" in said["一半.xlsx"] and "正在写入" in said["在写.xlsx"]
    assert not list(way("管理员").folder.vault.rglob("?" * 64)), "nothing of them was kept"
    assert "打不开" in take(place / "没有.xlsx").why
    monkeypatch.undo()
    put(place, "一半.xlsx", data)
    assert told(loaded(way("发布员"), place, known_on=KNOWN)) == {"已提交": 1, "已有": 1}


def test_who_may_load_what(way: People, fill: Fill, tmp_path: Path) -> None:
    place = tmp_path / "待装"
    put(place, "财政.xlsx", fill("FIN-Q", "2016Q1"))
    with pytest.raises(UsageError, match="没有"):
        load_paths(way("发布员"), [place / "没有"], known_on=KNOWN, on_step=lambda *_: None)
    with pytest.raises(NotPermitted):
        loaded(way("领导"), place, known_on=KNOWN)
    with pytest.raises(NotPermitted):
        loaded(way("发布员"), place, known_on=KNOWN, reviewer=way("领导"))
    assert not held(way("管理员")), "who may not load has changed nothing"
    report = loaded(way("填报甲"), place)
    assert told(report) == {"未受理": 1} and "不能报送长春新区财政局" in report.rows[0]["message"]
    assert told(loaded(way("填报乙"), place)) == {"已提交": 1}


def test_history_with_explanations_is_approved_and_published_at_once(
    way: People, fill: Fill, simulated: Returns, tmp_path: Path
) -> None:
    value = simulated["FIN-Q", "2016Q1"].cells["12:1"]
    assert isinstance(value, Decimal)
    first = put(tmp_path / "待装", "初报.xlsx", fill("FIN-Q", "2016Q1"))
    revised = put(tmp_path / "待装", "修订.xlsx", fill("FIN-Q", "2016Q1", {"12:1": value - 1}))
    early, late = day_begins(date(2016, 4, 20)), day_begins(date(2017, 3, 1))
    said = {REVISED: "决算后核减", "ALL-RATE": "按决算口径"}
    report = load(
        way("发布员"),
        [Incoming(revised, late, late, said), Incoming(first, early, early)],
        reviewer=way("审核员"),
        on_step=lambda *_: None,
    )
    assert told(report) == {"已审核": 2} and "第 1 代" in report.published, report.rows
    changed = current(way("管理员").folder).rows(
        "SELECT revision_reason FROM observation_version WHERE revision_reason <> ''"
    )
    assert {row["revision_reason"] for row in changed} == {"决算后核减"}


def test_the_moments_of_a_return_filed_on_a_day_follow_each_other(way: People, fill: Fill, tmp_path: Path) -> None:
    path, filed = put(tmp_path / "待装", "报送.xlsx", fill("FIN-Q", "2016Q1")), day_begins(date(2016, 4, 20))
    sent = Incoming(path, None, filed, {"ALL-RATE": "按决算口径"})
    report = load(way("填报乙"), [sent], on_step=lambda *_: None)
    approve_submission(way("审核员"), report.rows[0]["id"])
    publish_approved(way("发布员"), "")
    (one,) = held(way("管理员"))
    moments = [one.received_at, one.submitted_at, one.approved_at, one.recorded_at]
    assert moments == sorted(moments) and one.received_at == one.submitted_at


@pytest.fixture(scope="module")
def history(founded: Path, simulated: Returns, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the returns of nine forms over two years."""
    from etl.template import write_template
    from etl.way import enter_way
    from indicators.catalogue.facets import edition_for
    from indicators.periods import Period
    from warehouse.folder import open_folder

    way, place = enter_way(open_folder(founded), "管理员"), tmp_path_factory.mktemp("history")
    for (form, period), one in simulated.items():
        if period in QUARTERS[:8]:
            asked = way.catalogue.forms[form]
            edition = edition_for(asked, period)
            assert edition is not None
            data = write_template(
                asked, edition, Period.parse(period), way.catalogue.departments[one.department], way.catalogue,
                values=one.cells, header=one.header, secret=way.secret, simulated=True,
            )  # fmt: skip
            put(place, f"{form}_{period}.xlsx", data)
    return place


def test_a_load_that_is_killed_goes_on_where_it_stopped_and_doubles_nothing(way: People, history: Path) -> None:
    folder, total = way("管理员").folder, len(list(history.iterdir()))
    command = [sys.executable, "-c", EACH_ALONE, "load", str(history), "--known-on", "2019-01-31"]
    command += ["--user", "发布员", "--data", str(folder.root)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline, done = time.monotonic() + 60, 0
    while running.poll() is None and time.monotonic() < deadline:
        with sqlite3.connect(f"file:{folder.operations}?mode=ro", uri=True) as conn:
            done = conn.execute("SELECT count(*) FROM submission").fetchone()[0]
        if done:
            running.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    running.wait(10)
    assert running.returncode == -signal.SIGKILL, "it was killed, it did not end by itself"
    taken = held(way("管理员"))
    assert 0 < len(taken) < total, f"{len(taken)} of {total}: the kill came in the middle"
    assert {one.state for one in taken} <= {State.SUBMITTED, State.CHECKED}, "none half taken"
    assert not [d for d in doctor(folder) if d.level == DAMAGED]
    report = loaded(way("发布员"), history, known_on=KNOWN)
    after = held(way("管理员"))
    assert len(after) == len({one.file_hash for one in after}) == total
    assert told(report)["已有"] == sum(one.state is State.SUBMITTED for one in taken)
    assert {one.id for one in taken} <= {one.id for one in after}
    assert audit.verify(folder) == []


def test_a_resumed_load_finds_what_a_load_in_one_go_finds(way: People, history: Path, tmp_path: Path) -> None:
    names = sorted(history.iterdir())
    half = tmp_path / "前一半"
    for path in names[::2]:
        put(half, path.name, path.read_bytes())
    whole = way("发布员")
    other_root = tmp_path / "另一处"
    shutil.copytree(whole.folder.root, other_root)
    loaded(whole, history, known_on=KNOWN)

    from etl.way import enter_way
    from warehouse.folder import open_folder

    other = enter_way(open_folder(other_root), "发布员")
    loaded(other, half, known_on=KNOWN)
    seen: list[str] = []
    report = loaded(other, history, known_on=KNOWN, on_step=lambda what, done, total: seen.append(f"{what} {done}"))
    assert told(report)["已有"] > 0 and "读取 1" in seen and f"读取 {len(names)}" in seen
    assert states(other) == states(whole)


def states(way: Way) -> dict[tuple[str, str], str]:
    return {(one.form, one.period): one.state.value for one in held(way)}
