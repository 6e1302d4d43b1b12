"""A batch load that dies at its n-th operation: what it had taken is taken, and doing it again doubles nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.simulate import simulated_returns
from etl.batch import load_paths
from etl.template import write_template
from etl.way import enter_way
from indicators.catalogue.facets import edition_for
from indicators.periods import Period
from tests.faults.injury import CLEAN, DIED, hurt
from warehouse import audit
from warehouse.accounts import Role, add_account
from warehouse.doctor import DAMAGED, doctor
from warehouse.folder import DataFolder, open_folder
from warehouse.operations import consulting, operating
from warehouse.submissions import State, submissions
from zhibiao.founding import found_folder

LOADER, WORKBOOKS = "装入员", 3


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has received nothing, and beside it three workbooks of one department."""
    place = tmp_path_factory.mktemp("load")
    folder = found_folder(place / "data", "管理员", None).folder
    with operating(folder) as conn:
        add_account(conn, LOADER, "a long password", Role.FILLER, LOADER, "TJJ", by="管理员")
    way = enter_way(folder, LOADER)
    (folder.root / "workbooks").mkdir()
    wanted = [one for one in simulated_returns(way.catalogue) if one.department == "TJJ"][:WORKBOOKS]
    for one in wanted:
        form = way.catalogue.forms[one.form]
        edition = edition_for(form, one.period)
        assert edition is not None
        content = write_template(
            form, edition, Period.parse(one.period), way.catalogue.departments["TJJ"], way.catalogue,
            values=one.cells, header=one.header, secret=way.secret, simulated=True,
        )  # fmt: skip
        (folder.root / "workbooks" / one.file_name).write_bytes(content)
    return folder.root


def load_all(root: str) -> None:
    """Load the folder's own workbooks."""
    way = enter_way(open_folder(Path(root)), LOADER)
    load_paths(way, [Path(root) / "workbooks"], on_step=lambda *_: None)


def prove(folder: DataFolder) -> int:
    """Each workbook is taken once or not at all, with its records; the number taken."""
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []
    with consulting(folder) as conn:
        held, acts = submissions(conn), [(r["act"], r["object"]) for r in audit.records(conn)]
    assert len({s.file_hash for s in held}) == len(held)
    assert all(acts.count(("submission.received", s.id)) == 1 for s in held)
    assert sum(act == "submission.received" for act, _ in acts) == len(held)
    assert all(s.state in (State.SUBMITTED, State.CHECKED) for s in held)
    return len(held)


def hurt_at(before: Path, tmp_path: Path, at: int) -> bool:
    """Die at the n-th operation, then load again undisturbed; True when nothing died."""
    folder = DataFolder(tmp_path / f"at{at}")
    shutil.copytree(before, folder.root)
    ended = hurt(load_all, folder.root, at, "die")
    assert ended in (CLEAN, DIED)
    taken = prove(folder)
    if ended == DIED:
        assert taken <= WORKBOOKS
        load_all(str(folder.root))
    assert prove(folder) == WORKBOOKS
    shutil.rmtree(folder.root)
    return ended == CLEAN


@pytest.mark.parametrize("at", [4, 11])
def test_a_load_that_died_goes_on_where_it_stopped(before: Path, tmp_path: Path, at: int) -> None:
    assert not hurt_at(before, tmp_path, at)


@pytest.mark.slow
def test_a_load_dies_at_any_operation(before: Path, tmp_path: Path) -> None:
    operations = next(at for at in range(1, 200) if hurt_at(before, tmp_path, at)) - 1
    assert operations >= 12  # fewer would mean that the hook has come loose
