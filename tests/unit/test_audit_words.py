"""Every act that the program records has a Chinese word on the page 审计."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.parts.audit_words import ACTS, act, details
from indicators.tasks.task import Act
from warehouse.submissions import MOVES

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[一-鿿]")
APPENDED = re.compile(r"(?:audit\.append|audited|_change)\((?:[^()]|\([^()]*\))*?\"([a-z]+\.[a-z_]+)\"", re.DOTALL)


def test_every_recorded_act_has_a_word() -> None:
    written = {
        code
        for package in ("warehouse", "etl", "dashboard", "zhibiao")
        for path in (ROOT / package).rglob("*.py")
        for code in APPENDED.findall(path.read_text("utf-8"))
    }
    assert {"account.added", "session.refused", "request.refused"} <= written, "the pattern finds them"
    moves = {f"submission.{state.value}" for state in MOVES} | {"submission.withdrawn"}
    tasks = {f"task.{one.value}" for one in Act}
    unnamed = {code for code in written | moves | tasks if code not in ACTS and not code.startswith("web.")}
    assert unnamed == set()
    assert all(CHINESE.search(act(code)) for code in written | {"command.check", "web.filing.upload"})


def test_details_are_told_in_words_and_cut_where_nobody_reads_on() -> None:
    said = {"file": "报表.xlsx", "sha256": "a" * 64, "submissions": [f"S{n:06d}" for n in range(40)], "reason": ""}
    told = details(said)
    assert told.startswith("文件：报表.xlsx；摘要：aaaaaaaaaaaa…；报送：S000000、") and "等 40 项" in told
    assert "原因" not in told and details({"method": "password"}) == "方式：口令"
