"""A data folder whose operations database is a PostgreSQL: published in, backed up into SQLite, missed when gone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from indicators.errors import UsageError
from tests import postgres
from tests.warehouse_world import approve_return, derive_levels, fresh, publish_all
from warehouse import audit, backup, operations
from warehouse.doctor import OK, doctor
from warehouse.errors import OperationsBusy, OperationsUnreachable
from warehouse.folder import DataFolder, create_folder
from warehouse.generations import current
from warehouse.operations import consulting, operating
from warehouse.submissions import State, submissions


def test_a_folder_lives_in_postgresql_and_its_backup_in_sqlite(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data", "postgresql")
    for value in ("1", "2"):
        approve_return(folder, {"GDP": value})
        publish_all(folder, derive_levels)
    assert {d.level for d in doctor(folder, deep=True)} == {OK} and not folder.operations.exists()
    made = backup.create(folder, tmp_path / "backups", who="admin")
    restored = backup.restore(made.path, tmp_path / "restored")
    assert restored.operations.is_file() and not restored.server.exists()
    with consulting(folder) as old, consulting(restored) as new:
        assert [s.state for s in submissions(new)] == [State.SUPERSEDED, State.PUBLISHED]
        assert submissions(new) == submissions(old) and audit.records(new)[:-1] == audit.records(old)
    assert {d.level for d in doctor(restored, deep=True)} == {OK}
    approve_return(restored, {"GDP": "3"})
    assert publish_all(restored, derive_levels).number == 3 and current(folder).number == 2


def test_writers_wait_for_each_other_and_readers_for_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BUSY_SECONDS", 1)
    folder = fresh(tmp_path / "data", "postgresql")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with operating(folder) as conn:
            audit.append(conn, "first", "act", "object")
            held.set()
            done.wait(20)

    writer = threading.Thread(target=hold)
    writer.start()
    assert held.wait(20)
    with consulting(folder) as conn:
        assert audit.head(conn)[0] == 0
    with pytest.raises(OperationsBusy, match="等了"), operating(folder):
        pass
    done.set()
    writer.join()
    with operating(folder) as conn:
        assert audit.append(conn, "second", "act", "object") == 2
    assert audit.verify(folder) == []


def test_the_address_is_kept_without_its_password_and_a_silent_server_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.database()
    if address is None:
        pytest.skip("no PostgreSQL can be started here")
    monkeypatch.setenv(operations.ADDRESS, address.replace("@", ":secret@"))
    folder = create_folder(tmp_path / "data")
    assert "secret" not in folder.server.read_text() and "zhibiao@127.0.0.1" in folder.server.read_text()
    monkeypatch.setenv(operations.ADDRESS, "postgresql://zhibiao@127.0.0.1:9/none")
    operations._engines.clear()
    with pytest.raises(OperationsUnreachable, match="没有应答"), consulting(DataFolder(folder.root)):
        pass
    monkeypatch.setenv(operations.ADDRESS, "mysql://somewhere")
    with pytest.raises(UsageError, match="写法"):
        create_folder(tmp_path / "other")
    assert not (tmp_path / "other" / "zhibiao.json").exists()
