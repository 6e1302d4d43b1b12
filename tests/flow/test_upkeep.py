"""Looking after a folder from the command line: each command as a process of its own, with its exit code and record."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from etl.derive import derive
from etl.way import enter_way
from warehouse import audit, migrations
from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder, open_folder
from warehouse.generations import current, publish
from warehouse.operations import consulting, operating
from zhibiao.founding import found_folder

ADMIN, PUBLISHER, FILLER = "管理员", "发布员", "填报甲"


def zhibiao(*words: str, data: Path | None, user: str = ADMIN) -> subprocess.CompletedProcess[str]:
    known = os.environ | {"ZHIBIAO_USER": user} | ({"ZHIBIAO_DATA": str(data)} if data else {})
    return subprocess.run(
        [sys.executable, "-m", "zhibiao", *words], env=known, capture_output=True, text=True, timeout=60
    )


def told(*words: str, data: Path | None, user: str = ADMIN) -> Any:
    done = zhibiao(*words, "--json", data=data, user=user)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def records(folder: DataFolder) -> list[tuple[str, str, str]]:
    with consulting(folder) as conn:
        return [(r["who"], r["act"], r["result"]) for r in audit.records(conn)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two generations that say different things."""
    folder = found_folder(tmp_path_factory.mktemp("upkeep") / "数据", ADMIN, None).folder
    with operating(folder) as conn:
        add_account(conn, PUBLISHER, "a long password", Role.PUBLISHER, by=ADMIN)
        add_account(conn, FILLER, "a long password", Role.FILLER, department="TJJ", by=ADMIN)
    known = enter_way(folder, PUBLISHER).catalogue
    for note in ("先", "后"):
        publish(folder, [], known, derive(known), who=PUBLISHER, note=note)
    return folder.root


def test_a_backup_is_made_listed_verified_and_restored(made: Path, tmp_path: Path) -> None:
    kept = told("backup", "create", "--into", str(tmp_path / "备份"), data=made)
    assert kept["generation"] == 2 and kept["files"] > 5
    assert [b["file"] for b in told("backup", "list", str(tmp_path / "备份"), data=None)] == [kept["file"]]
    assert told("backup", "verify", kept["file"], data=None)["problems"] == []
    back = told("restore", kept["file"], "--into", str(tmp_path / "新处"), data=None)
    assert current(open_folder(Path(back["folder"]))).number == 2
    again = zhibiao("restore", kept["file"], "--into", back["folder"], data=None)
    assert again.returncode == 2 and "不是空文件夹" in again.stderr
    torn = Path(kept["file"])
    torn.chmod(0o600)
    torn.write_bytes(torn.read_bytes()[:-30_000])
    spoilt = zhibiao("backup", "verify", str(torn), data=None)
    assert spoilt.returncode == 5 and "不要用它恢复" in spoilt.stderr
    assert records(DataFolder(made))[-1] == (ADMIN, "backup.created", "ok")


def test_rebuild_proves_and_rollback_shows_an_earlier_generation(made: Path) -> None:
    proved = told("rebuild", data=made)
    assert proved["number"] == 2 and proved["differing"] == [] and len(proved["compared"]) > 10
    bare = zhibiao("rollback", "--to", "1", "--reason", " ", data=made, user=PUBLISHER)
    assert bare.returncode == 2 and "理由" in bare.stderr
    assert told("rollback", "--to", "1", "--reason", "装错了", data=made, user=PUBLISHER)["generation"] == 3
    assert current(DataFolder(made)).manifest.rolled_back_to == 1
    ends = records(DataFolder(made))[-3:]
    assert ends == [
        (ADMIN, "command.rebuild", "ok"),
        (PUBLISHER, "command.rollback", "failed"),
        (PUBLISHER, "generation.rolled_back", "ok"),
    ]


def test_a_refusal_changes_nothing_and_is_recorded_once(made: Path) -> None:
    folder, before = DataFolder(made), records(DataFolder(made))
    refused = zhibiao("rollback", "--to", "1", "--reason", "试试", data=made, user=FILLER)
    assert refused.returncode == 4 and "不能做这一步" in refused.stderr
    assert records(folder)[len(before) :] == [(FILLER, "command.rollback", "refused")]
    stranger = zhibiao("backup", "create", "--into", str(made.parent), data=made, user="路人")
    assert stranger.returncode == 4
    assert records(folder)[len(before) + 1 :] == [("路人", "command.backup", "refused")]


def test_the_chain_is_shown_to_the_auditor_and_a_forged_record_is_told(made: Path) -> None:
    folder = DataFolder(made)
    shown = told("audit", "show", "--by", PUBLISHER, "--last", "1", data=made)
    assert [r["who"] for r in shown] == [PUBLISHER]
    assert zhibiao("audit", "show", data=made, user=PUBLISHER).returncode == 4
    assert told("audit", "verify", data=made)["problems"] == []
    with operating(folder) as conn:
        conn.exec_driver_sql("DROP TRIGGER audit_never_update")
        conn.exec_driver_sql("UPDATE audit SET who = '别人' WHERE sequence = 2")
    forged = zhibiao("audit", "verify", data=made)
    assert forged.returncode == 5 and "第 2 号" in forged.stdout and "断裂" in forged.stderr


def test_migration_is_planned_then_applied_with_a_copy(tmp_path: Path) -> None:
    folder = found_folder(tmp_path / "旧", ADMIN, None).folder
    assert told("migrate", "--plan", data=folder.root) == {"applied": False, "steps": [], "copy": ""}
    with operating(folder) as conn:
        conn.exec_driver_sql(f"INSERT INTO migration VALUES ({len(migrations.MIGRATIONS) + 1}, 'x', '2026-01-01')")
    newer = zhibiao("migrate", "--apply", data=folder.root)
    assert newer.returncode == 6 and "更新的程序" in newer.stderr
