"""The data folder: made whole, found by the right rule, refused when newer, written by one at a time."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indicators.errors import UsageError
from tests.warehouse_world import fresh
from warehouse import operations
from warehouse.errors import Damaged, FolderMissing, FolderTooNew, FolderTooOld, WriterBusy
from warehouse.folder import create_folder, open_folder, resolve_folder, writer, writing
from warehouse.generations import current
from warehouse.operations import migrate, operating


def test_created_folder_opens_with_empty_generation_zero(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "data")
    assert open_folder(tmp_path / "data") == folder
    held = current(folder)
    assert (held.number, held.notice) == (0, "")
    assert held.rows("SELECT count(*) AS n FROM observation_version") == [{"n": 0}]
    with operating(folder) as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_creating_again_changes_nothing(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "data")
    before = {p: p.stat().st_mtime_ns for p in folder.root.rglob("*") if p.is_file()}
    assert create_folder(tmp_path / "data") == folder
    assert {p: p.stat().st_mtime_ns for p in folder.root.rglob("*") if p.is_file()} == before


def test_creating_does_not_move_into_somebody_elses_folder(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="换一个空文件夹"):
        create_folder(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_missing_folder_names_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match="zhibiao init") as told:
        open_folder(tmp_path / "none")
    assert told.value.exit_code == 2


def test_newer_folder_is_refused_and_a_broken_marker_is_damage(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    (folder.root / "zhibiao.json").write_text(json.dumps({"layout": 99}))
    with pytest.raises(FolderTooNew, match="升级") as told:
        open_folder(folder.root)
    assert told.value.exit_code == 6
    (folder.root / "zhibiao.json").write_text("{")
    with pytest.raises(Damaged, match="doctor"):
        open_folder(folder.root)


def test_operations_of_another_level_are_refused(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    with operating(folder) as conn:
        conn.exec_driver_sql("INSERT INTO migration VALUES (99, 'from the future', '2030-01-01 00:00:00.000000')")
    with pytest.raises(FolderTooNew, match="99"), operating(folder):
        pass


def test_an_old_database_asks_for_a_migration(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    with operating(folder) as conn:
        conn.exec_driver_sql("DROP TABLE migration")
    with pytest.raises(FolderTooOld, match="migrate"), operating(folder):
        pass


def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    assert migrate(fresh(tmp_path / "data")).applied == []


def _add_table(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE TABLE newer (n INTEGER)")


def test_an_older_database_is_copied_and_then_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fresh(tmp_path / "data")
    monkeypatch.setattr(operations, "MIGRATIONS", (*operations.MIGRATIONS, ("newer table", _add_table)))
    assert operations.pending(folder) == ["newer table"]
    with pytest.raises(FolderTooOld, match="migrate"), operating(folder):
        pass
    assert migrate(folder).applied == ["newer table"] and operations.pending(folder) == []
    with operating(folder) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM newer").scalar() == 0
    before = len(operations.MIGRATIONS) - 1
    with sqlite3.connect(folder.root / f"operations.sqlite.level{before}") as kept:
        assert kept.execute("SELECT max(number) FROM migration").fetchall() == [(before,)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(conn: Connection) -> None:
        _add_table(conn)
        raise RuntimeError("halfway")

    folder = fresh(tmp_path / "data")
    monkeypatch.setattr(operations, "MIGRATIONS", (*operations.MIGRATIONS, ("newer table", fail)))
    with pytest.raises(RuntimeError):
        migrate(folder)
    assert operations.pending(folder) == ["newer table"]
    with sqlite3.connect(folder.operations) as raw:
        assert raw.execute("SELECT name FROM sqlite_master WHERE name = 'newer'").fetchall() == []


def test_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZHIBIAO_DATA", raising=False)
    assert resolve_folder() == Path("zhibiao-data")
    (tmp_path / "zhibiao.toml").write_text('data = "beside"\n')
    assert resolve_folder() == Path("beside")
    monkeypatch.setenv("ZHIBIAO_DATA", "/from/environment")
    assert resolve_folder() == Path("/from/environment")
    assert resolve_folder("option") == Path("option")
    monkeypatch.delenv("ZHIBIAO_DATA")
    (tmp_path / "zhibiao.toml").write_text("data = [")
    with pytest.raises(UsageError, match=r"zhibiao\.toml"):
        resolve_folder()


def test_second_writer_is_told_who_and_since_when(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    with writing(folder, "王五", "发布"):
        assert writer(folder)["who"] == "王五"
        with pytest.raises(WriterBusy, match="王五") as told, writing(folder, "赵六", "备份"):
            pass
        assert (told.value.exit_code, told.value.what) == (3, "发布")
        assert told.value.since
    with writing(folder, "赵六", "备份"):
        pass
    assert writer(folder) == {}


def _hold(root: str, ready: object) -> None:
    with writing(open_folder(Path(root)), "孙七", "发布"):
        ready.set()  # type: ignore[attr-defined]
        signal.pause()


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    child = spawn.Process(target=_hold, args=(str(folder.root), ready))
    child.start()
    assert ready.wait(20)
    with pytest.raises(WriterBusy, match="孙七"), writing(folder, "我", "发布"):
        pass
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(10)
    with writing(folder, "我", "发布"):
        assert writer(folder)["who"] == "我"
