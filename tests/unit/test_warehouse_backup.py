"""A backup is the whole folder or nothing; a restored folder is proved equal and goes on living."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from indicators.errors import UsageError
from tests.faults.injury import refusing
from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, publish_all
from warehouse import audit, backup
from warehouse.doctor import OK, doctor
from warehouse.errors import Damaged, WriterBusy
from warehouse.folder import DataFolder, writing
from warehouse.generations import current
from warehouse.operations import consulting
from warehouse.rebuild import rebuild
from warehouse.submissions import submissions


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = fresh(tmp_path / "data")
    for values in ({"GDP": "1", "REV": "5"}, {"GDP": "2"}):
        approve_return(folder, values)
        publish_all(folder, derive_levels)
    return folder


def test_restored_folder_says_the_same_and_goes_on(folder: DataFolder, tmp_path: Path) -> None:
    made = backup.create(folder, tmp_path / "backups", who="admin")
    assert backup.verify(made.path) == []
    assert [b.hashes for b in backup.listed(tmp_path / "backups")] == [made.hashes]
    restored = backup.restore(made.path, tmp_path / "elsewhere" / "data")
    query = "SELECT * FROM observation_version ORDER BY ALL"
    assert current(restored).rows(query) == current(folder).rows(query)
    with consulting(folder) as old, consulting(restored) as new:
        assert submissions(new) == submissions(old)
        assert audit.records(new)[:-1] == audit.records(old)
        assert audit.records(new)[-1]["act"] == "backup.restored"
    assert {d.level for d in doctor(restored, deep=True)} == {OK}
    assert rebuild(restored, CATALOGUE, derive_levels, who="admin").equal
    approve_return(restored, {"GDP": "3"})
    assert publish_all(restored, derive_levels).number == 3
    assert current(folder).number == 2


def test_restoring_over_something_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    made = backup.create(folder, tmp_path / "backups", who="admin")
    before = {p: p.stat().st_mtime_ns for p in folder.root.rglob("*")}
    with pytest.raises(UsageError, match="不是空文件夹"):
        backup.restore(made.path, folder.root)
    assert {p: p.stat().st_mtime_ns for p in folder.root.rglob("*")} == before


def test_a_backup_lies_outside_the_folder_and_waits_for_the_writer(folder: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="里面"):
        backup.create(folder, folder.root / "backups", who="admin")
    with writing(folder, "王五", "发布"), pytest.raises(WriterBusy, match="王五"):
        backup.create(folder, tmp_path / "backups", who="admin")
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("how", ["flip", "truncate", "empty"])
def test_damaged_backup_is_found_and_nothing_is_restored_from_it(folder: DataFolder, tmp_path: Path, how: str) -> None:
    path = backup.create(folder, tmp_path / "backups", who="admin").path
    data = bytearray(path.read_bytes())
    if how == "flip":
        data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data) if how == "flip" else bytes(data[: len(data) // 2 if how == "truncate" else 0]))
    if how != "empty":
        assert backup.verify(path) != []
    with pytest.raises(Damaged, match="损坏"):
        backup.restore(path, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_backup_that_would_write_outside_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    path = backup.create(folder, tmp_path / "backups", who="admin").path
    evil = tmp_path / "evil.tar"
    with tarfile.open(path) as source, tarfile.open(evil, "w") as target:
        head = source.extractfile("backup.json").read()  # type: ignore[union-attr]
        head = head.replace(b'"generations/CURRENT"', b'"../escaped"')
        for member in source:
            if member.name == "backup.json":
                member.size, data = len(head), head
            else:
                data = source.extractfile(member).read()  # type: ignore[union-attr]
            member.name = "../escaped" if member.name == "generations/CURRENT" else member.name
            target.addfile(member, io.BytesIO(data))
    with pytest.raises(Damaged, match="没有恢复"):
        backup.restore(evil, tmp_path / "place" / "data")
    assert not (tmp_path / "place" / "escaped").exists() and not (tmp_path / "place" / "data").exists()


def test_backup_and_restore_refused_at_any_operation_leave_nothing_half_done(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    for at in range(1, 200):
        into, target = tmp_path / f"backups{at}", tmp_path / f"target{at}"
        with refusing(at, "refuse") as injury:
            try:
                backup.restore(backup.create(folder, into, who="admin").path, target)
            except OSError:
                assert not target.exists()
        if injury.seen < at:
            break
        assert all(backup.verify(path) == [] for path in into.glob("*.tar"))
        assert list(folder.root.rglob("*.tmp-*")) == [] and (not into.exists() or list(into.glob(".tmp-*")) == [])
    assert 20 < at < 199 and {d.level for d in doctor(DataFolder(target), deep=True)} == {OK}
