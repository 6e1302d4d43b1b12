"""Death, refusal, a torn write or a full disk at the n-th operation of a review and a publication, for every n
(for each fourth in `make test`).

After each, the reader is shown the old generation or the new one, whole; the doctor finds nothing damaged; and after a
death, doing it again ends where an undisturbed run ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.errors import ZhibiaoError
from tests.faults.deeds import AFTER, BEFORE, prepared, review_and_publish, shown
from tests.faults.injury import CLEAN, DIED, EACH, hurt, refusing
from warehouse.doctor import DAMAGED, doctor
from warehouse.errors import DiskFull
from warehouse.folder import DataFolder
from warehouse.generations import current
from warehouse.operations import consulting
from warehouse.submissions import State, submissions

FEWEST = {"die": 20, "tear": 4, "refuse": 20, "full": 8}  # fewer would mean that the hook has come loose


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("faults") / "before").root


def until_clean(before: Path, tmp_path: Path, step: int, run: Callable[[DataFolder, int], bool]) -> int:
    """Run on copies, hurt at 1, 1 + step … until a run is clean; about the number of operations."""
    for at in range(1, 100, step):
        folder = DataFolder(tmp_path / f"at{at}")
        shutil.copytree(before, folder.root)
        if run(folder, at):
            assert shown(folder) == AFTER
            return at - 1
        shutil.rmtree(folder.root)
    raise AssertionError("no run was clean")


def prove_sound(folder: DataFolder) -> None:
    """Whole old or whole new, and nothing damaged."""
    assert shown(folder) in (BEFORE, AFTER)
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []


def prove_it_can_be_done_again(folder: DataFolder) -> None:
    """A second try, undisturbed, ends where a first one would have ended."""
    review_and_publish(str(folder.root))
    assert shown(folder) == AFTER
    with consulting(folder) as conn:
        assert [s.state for s in submissions(conn)] == [State.SUPERSEDED, State.PUBLISHED]
    versions = current(folder).rows("SELECT count(*) AS n FROM observation_version")
    assert versions == [{"n": 3}]
    assert [p.name for p in folder.generations.iterdir() if ".tmp" in p.name] == []


@EACH
@pytest.mark.parametrize("how", ["die", "tear"])
def test_death_at_any_operation(before: Path, tmp_path: Path, how: str, step: int) -> None:
    def run(folder: DataFolder, at: int) -> bool:
        ended = hurt(review_and_publish, folder.root, at, how)
        assert ended in (CLEAN, DIED)
        if ended == DIED:
            prove_sound(folder)
            if at % 3 == 1 or how == "tear":  # each costs a publication
                prove_it_can_be_done_again(folder)
        return ended == CLEAN

    assert until_clean(before, tmp_path, step, run) >= FEWEST[how]


@EACH
@pytest.mark.parametrize("how", ["refuse", "full"])
def test_refusal_at_any_operation(before: Path, tmp_path: Path, how: str, step: int) -> None:
    def run(folder: DataFolder, at: int) -> bool:
        with refusing(at, how) as injury:
            try:
                review_and_publish(str(folder.root))
            except (OSError, ZhibiaoError) as error:
                if how == "full":
                    assert isinstance(error, DiskFull) and error.exit_code == 6 and "空间" in str(error)
        if injury.seen < at:
            return True
        assert [p.name for p in folder.root.rglob("*.tmp-*")] == []
        prove_sound(folder)
        return False

    assert until_clean(before, tmp_path, step, run) >= FEWEST[how]
