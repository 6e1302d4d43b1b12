"""A migration that dies, is refused or finds no room at its n-th operation leaves the old database or the new one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indicators.errors import ZhibiaoError
from tests.faults.injury import CLEAN, hurt, refusing
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse import audit, operations
from warehouse.doctor import DAMAGED, doctor
from warehouse.folder import DataFolder, open_folder, writing
from warehouse.operations import consulting, migrate, pending


def _newer(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE TABLE newer (n INTEGER)")
    conn.exec_driver_sql("INSERT INTO newer VALUES (1)")


STEP = ("newer table", _newer)


def bring_up(root: str) -> None:
    """The same in a child, which knows one migration more than the folder has had."""
    if STEP not in operations.MIGRATIONS:
        operations.MIGRATIONS = (*operations.MIGRATIONS, STEP)
    folder = open_folder(Path(root))
    with writing(folder, "admin", "升级"):
        migrate(folder, "admin")


@pytest.fixture
def before(tmp_path: Path) -> Path:
    folder = fresh(tmp_path / "before")
    approve_return(folder, {"GDP": "1"})
    publish_all(folder)
    return folder.root


@pytest.mark.parametrize("how", ["die", "tear", "refuse", "full"])
def test_a_hurt_migration_leaves_old_or_new(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(operations, "MIGRATIONS", (*operations.MIGRATIONS, STEP))
    for at in range(1, 20):
        folder = DataFolder(tmp_path / f"at{at}")
        shutil.copytree(before, folder.root)
        if how in ("die", "tear"):
            clean = hurt(bring_up, folder.root, at, how) == CLEAN
        else:
            with refusing(at, how) as injury, contextlib.suppress(OSError, ZhibiaoError):
                bring_up(str(folder.root))
            clean = injury.seen < at
        left = pending(folder)
        assert left in ([], [STEP[0]]) and (not clean or left == [])
        bring_up(str(folder.root))
        assert pending(folder) == [] and [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []
        with consulting(folder) as conn:
            assert [r["act"] for r in audit.records(conn)].count("folder.migrated") == 1
            assert conn.exec_driver_sql("SELECT count(*) FROM newer").scalar() == 1
        if clean:
            assert how == "tear" or at > 2  # fewer would mean that the hook has come loose
            return
    raise AssertionError("no run was clean")
