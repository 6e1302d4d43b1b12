"""Each act of each command is in the audit chain exactly once, also when it only looks, is refused or does not end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.test_upkeep import ADMIN, FILLER, PUBLISHER, zhibiao
from warehouse import audit
from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating
from zhibiao.founding import found_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = found_folder(tmp_path_factory.mktemp("audited") / "数据", ADMIN, None).folder
    with operating(folder) as conn:
        add_account(conn, PUBLISHER, "a long password", Role.PUBLISHER, by=ADMIN)
        add_account(conn, FILLER, "a long password", Role.FILLER, department="TJJ", by=ADMIN)
    return folder


def new(folder: DataFolder, since: int) -> list[tuple[str, str, str]]:
    with consulting(folder) as conn:
        return [(r["who"], r["act"], r["result"]) for r in audit.records(conn, since=since)]


def head(folder: DataFolder) -> int:
    with consulting(folder) as conn:
        return audit.head(conn)[0]


def test_commands_that_only_look_leave_one_record_each(folder: DataFolder, tmp_path: Path) -> None:
    for words, act, code in (
        (("doctor",), "command.doctor", 0),
        (("migrate", "--plan"), "command.migrate", 0),
        (("backup", "list", str(tmp_path)), "command.backup", 0),
        (("audit", "archive", "--until", "2024", "--plan"), "command.audit", 0),
    ):
        before = head(folder)
        done = zhibiao(*words, data=folder.root)
        assert done.returncode == code, done.stderr
        assert new(folder, before) == [(ADMIN, act, "ok")], words
    before = head(folder)
    assert zhibiao("backup", "verify", str(tmp_path / "none.tar"), data=folder.root).returncode == 2
    assert zhibiao("audit", "archive", "--until", "2024", data=folder.root, user=FILLER).returncode == 4
    assert zhibiao("audit", "archive", "--until", "2900", data=folder.root).returncode == 2
    assert new(folder, before) == [
        (ADMIN, "command.backup", "failed"), (FILLER, "command.audit", "refused"), (ADMIN, "command.audit", "failed"),
    ]  # fmt: skip
    assert zhibiao("backup", "list", str(tmp_path), data=None).returncode == 0, "without any folder it works too"


def test_every_refused_file_of_a_load_is_recorded_once(folder: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "坏的.xlsx").write_bytes(b"PK\x03\x04 not really PK\x05\x06" + bytes(18))
    (tmp_path / "别的.csv").write_text("a,b\n1,2\n")
    (tmp_path / "一半.xlsx").write_bytes(b"PK\x03\x04 torn")
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    before = head(folder)
    done = zhibiao("load", str(tmp_path), "--known-on", "2020-01-01", data=folder.root, user=PUBLISHER)
    assert done.returncode == 1 and done.stdout.count("未受理") == 2, done.stdout
    with consulting(folder) as conn:
        told = audit.records(conn, since=before)
    refused = [r for r in told if r["act"] == "submission.refused"]
    assert sorted(name for r in refused for name in ("坏的.xlsx", "别的.csv") if name in r["detail"]) == [
        "别的.csv", "坏的.xlsx",
    ]  # fmt: skip
    assert {r["result"] for r in refused} == {"refused"} and len(told) == 2
    assert audit.verify(folder) == []


def test_a_service_is_recorded_when_it_begins_and_when_it_cannot(folder: DataFolder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        before = head(folder)
        assert zhibiao("serve", "--port", str(port), data=folder.root).returncode != 0
        assert new(folder, before) == [(ADMIN, "command.serve", "failed")]
    before = head(folder)
    words = [sys.executable, "-m", "zhibiao", "serve", "--port", str(port), "--data", str(folder.root)]
    known = os.environ | {"ZHIBIAO_USER": ADMIN}
    with subprocess.Popen(words, env=known, stderr=subprocess.PIPE, text=True, start_new_session=True) as service:
        assert service.stderr is not None and "看板已打开" in service.stderr.readline()
        os.killpg(service.pid, signal.SIGTERM)
        service.wait(60)
    assert new(folder, before) == [(ADMIN, "command.serve", "ok")]
