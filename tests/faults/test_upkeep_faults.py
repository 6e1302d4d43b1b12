"""Rolling back and making a damaged generation again, hurt at the n-th operation: the old generation or the new one.

Doing it again undisturbed ends where an undisturbed run ends, with nothing left lying about.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.errors import UsageError, ZhibiaoError
from tests.faults.injury import CLEAN, DIED, EACH, hurt, refusing
from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, publish_all
from warehouse import seal
from warehouse.doctor import DAMAGED, doctor
from warehouse.folder import DataFolder, open_folder
from warehouse.operations import consulting
from warehouse.read import current
from warehouse.rebuild import rebuild
from warehouse.rollback import roll_back
from warehouse.submissions import State, submissions


def take_back(root: str) -> None:
    """Show the first generation again, unless that was done."""
    folder = open_folder(Path(root))
    with contextlib.suppress(UsageError):  # once it is done there is nothing between the two
        if current(folder).manifest.rolled_back_to is None:
            roll_back(folder, 1, "装错了", who="publisher")


def make_again(root: str) -> None:
    """Make the newest generation again, in whose place comes another if it is damaged."""
    rebuild(open_folder(Path(root)), CATALOGUE, derive_levels, who="admin")


def spoil(folder: DataFolder) -> None:
    path = seal.file_of(folder, 2)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-4096])


# What is done, to what, and the value of GDP before and after it; before a rebuild the generation before is shown.
DEEDS: dict[str, tuple[Callable[[str], None], Callable[[DataFolder], None], Decimal, Decimal, int]] = {
    "rollback": (take_back, lambda folder: None, Decimal(2), Decimal(1), 12),
    "rebuild": (make_again, spoil, Decimal(1), Decimal(2), 10),
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = fresh(tmp_path_factory.mktemp("upkeep") / "before")
    for value in "12":
        approve_return(folder, {"GDP": value})
        publish_all(folder, derive_levels)
    return folder.root


def shown(folder: DataFolder) -> Decimal:
    (row,) = current(folder).rows("SELECT canonical_value AS v FROM observation_current")
    value: Decimal = row["v"]
    return value


def is_clean(deed: Callable[[str], None], folder: DataFolder, at: int, how: str) -> bool:
    """Hurt the deed at its `at`-th operation; whether it ended before that."""
    if how in ("die", "tear"):
        ended = hurt(deed, folder.root, at, how)
        assert ended in (CLEAN, DIED)
        return ended == CLEAN
    with refusing(at, how) as injury, contextlib.suppress(OSError, ZhibiaoError):
        deed(str(folder.root))
    return injury.seen < at


@EACH
@pytest.mark.parametrize("how", ["refuse", *(pytest.param(how, marks=pytest.mark.slow) for how in ("die", "full"))])
@pytest.mark.parametrize("name", DEEDS)
def test_a_hurt_deed_leaves_old_or_new(before: Path, tmp_path: Path, name: str, how: str, step: int) -> None:
    deed, prepare, old, new, fewest = DEEDS[name]
    for at in range(1, 60, step):
        folder = DataFolder(tmp_path / f"at{at}")
        shutil.copytree(before, folder.root)
        prepare(folder)
        clean = is_clean(deed, folder, at, how)
        assert shown(folder) in (old, new) and (not clean or shown(folder) == new)
        deed(str(folder.root))
        assert shown(folder) == new and current(folder).notice == ""
        found = [d.message for d in doctor(folder, deep=True) if d.level == DAMAGED]
        assert all(name == "rebuild" and "第 2 代" in said for said in found), found  # the spoilt file is kept
        assert [p.name for p in folder.generations.iterdir() if ".tmp" in p.name] == []
        with consulting(folder) as conn:
            states = [s.state for s in submissions(conn)]
        kept = [State.PUBLISHED, State.APPROVED] if name == "rollback" else [State.SUPERSEDED, State.PUBLISHED]
        assert states == kept
        if clean:
            assert at > (fewest if how != "full" else 2)  # fewer would mean that the hook has come loose
            return
        shutil.rmtree(folder.root)
    raise AssertionError("no run was clean")
