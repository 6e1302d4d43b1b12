"""A backup that dies, is torn, refused or finds no room at its n-th operation: never a file that passes for a backup.

The folder it was made of stays as it was and works on; the next backup is whole, and restores to the same numbers.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from indicators.errors import ZhibiaoError
from tests.faults.deeds import AFTER, BEFORE, prepared, review_and_publish, shown
from tests.faults.injury import CLEAN, DIED, EACH, hurt, refusing
from warehouse import backup
from warehouse.doctor import DAMAGED, doctor
from warehouse.folder import DataFolder, open_folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("backup") / "before").root


def back_up(root: str) -> None:
    """A backup of the folder, beside it."""
    backup.create(open_folder(Path(root)), _into(Path(root)), who="admin")


def _into(root: Path) -> Path:
    return root.with_name(root.name + "-backups")


def prove(folder: DataFolder) -> None:
    """What stands as a backup is one; the folder is sound, and works on; the next backup gives the same numbers."""
    into = _into(folder.root)
    assert all(backup.verify(made.path) == [] for made in backup.listed(into))
    assert shown(folder) == BEFORE and [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []
    made = backup.create(folder, into, who="admin")
    assert backup.listed(into)[0] == made and backup.verify(made.path) == []
    place = folder.root.with_name(folder.root.name + "-restored")
    backup.restore(made.path, place)
    assert shown(DataFolder(place)) == BEFORE
    review_and_publish(str(folder.root))
    assert shown(folder) == AFTER


@EACH
@pytest.mark.parametrize("how", ["die", "tear", "refuse", "full"])
def test_a_hurt_backup_never_passes_for_one(before: Path, tmp_path: Path, how: str, step: int) -> None:
    for at in range(1, 40, step):
        folder = DataFolder(tmp_path / f"at{at}")
        shutil.copytree(before, folder.root)
        if how in ("die", "tear"):
            ended = hurt(back_up, folder.root, at, how)
            assert ended in (CLEAN, DIED)
            clean = ended == CLEAN
        else:
            with refusing(at, how) as injury, contextlib.suppress(OSError, ZhibiaoError):
                back_up(str(folder.root))
            clean = injury.seen < at
        prove(folder)
        if clean:
            assert at > (1 if how in ("tear", "full") else 5)  # fewer would mean that the hook has come loose
            return
    raise AssertionError("no run was clean")
