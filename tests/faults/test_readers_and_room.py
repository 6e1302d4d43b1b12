"""Readers in other processes while somebody publishes and is killed; a disk really full; several publishers at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from tests.faults.deeds import AFTER, BEFORE, prepared, review_and_publish, shown
from tests.faults.injury import PRELOADED
from tests.warehouse_world import approve_return, derive_levels, fresh, publish_all
from warehouse import seal
from warehouse.doctor import DAMAGED, doctor
from warehouse.errors import DiskFailed, DiskFull, OperationsBusy, SubmissionConflict, WriterBusy
from warehouse.folder import DataFolder, open_folder
from warehouse.read import current

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(PRELOADED)


def _read_until(root: str, stop: object, told: object) -> None:
    """Each answer must be one whole generation: both numbers of one return, and never an older one than before."""
    folder, newest, answers = open_folder(Path(root)), 0, 0
    while not stop.is_set():  # type: ignore[attr-defined]
        held = current(folder)
        rows = held.rows("SELECT indicator, canonical_value AS v FROM observation_current ORDER BY 1")
        growth = held.rows("SELECT indicator, value AS v FROM growth ORDER BY 1")
        values = {r["v"] for r in rows}
        if held.notice or rows != growth or len(values) > 1 or held.number < newest:
            told.put(("torn", held.number, newest, str(rows), str(growth), held.notice))  # type: ignore[attr-defined]
            return
        newest, answers = held.number, answers + 1
        time.sleep(0.01)
    told.put(("whole", newest, answers))  # type: ignore[attr-defined]


def _publish_for_ever(root: str, begin: int) -> None:
    folder = open_folder(Path(root))
    for value in range(begin, begin + 1000):
        approve_return(folder, {"GDP": str(value), "REV": str(value)}, mark=str(os.getpid()))
        with contextlib.suppress(SubmissionConflict):  # the dead one had published it, and this one has told so
            publish_all(folder, derive_levels)


def _race(tmp_path: Path, crowd: int, kills: int) -> None:
    """Readers beside publishers, each of which is killed somewhere in the middle of something."""
    folder = fresh(tmp_path / "data")
    stop, told = _processes.Event(), _processes.Queue()
    readers = [_processes.Process(target=_read_until, args=(str(folder.root), stop, told)) for _ in range(crowd)]
    for reader in readers:
        reader.start()
    for turn in range(kills):
        publisher = _processes.Process(target=_publish_for_ever, args=(str(folder.root), 1 + turn * 1000))
        publisher.start()
        begun, patience = seal.pointed(folder), time.monotonic() + 30
        while seal.pointed(folder) == begun and time.monotonic() < patience:
            time.sleep(0.05)
        time.sleep(0.1 + turn % 7 * 0.13)
        assert publisher.pid is not None and publisher.is_alive()
        os.kill(publisher.pid, signal.SIGKILL)
        publisher.join()
    stop.set()
    answers = [told.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join(30)
    assert [a[0] for a in answers] == ["whole"] * crowd, answers
    assert all(count > 5 for *_, count in answers) and current(folder).number >= kills
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []


def test_readers_see_whole_generations_while_publishers_are_killed(tmp_path: Path) -> None:
    _race(tmp_path, crowd=2, kills=3)


@pytest.mark.slow
def test_eight_readers_while_forty_publishers_are_killed(tmp_path: Path) -> None:
    _race(tmp_path, crowd=8, kills=40)


def _publish_with_little_room(root: str, limit: int, told: object) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        review_and_publish(root)
        told.put(("published", 0))  # type: ignore[attr-defined]
    except (DiskFull, DiskFailed) as error:
        told.put(("full", error.exit_code))  # type: ignore[attr-defined]
    except BaseException as error:
        told.put((repr(error), -1))  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", [0, 300_000, 2_000_000])
def test_no_room_is_said_and_nothing_half_done_is_left(tmp_path: Path, limit: int) -> None:
    folder = prepared(tmp_path / "data")
    told = _processes.Queue()
    child = _processes.Process(target=_publish_with_little_room, args=(str(folder.root), limit, told))
    child.start()
    assert told.get(timeout=60) == ("full", 6)
    child.join(10)
    assert shown(folder) == BEFORE
    assert [p.name for p in folder.root.rglob("*.tmp-*")] == []
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []
    review_and_publish(str(folder.root))
    assert shown(folder) == AFTER


def _publish_once(root: str, told: object) -> None:
    try:
        review_and_publish(root)
        told.put("published")  # type: ignore[attr-defined]
    except (WriterBusy, OperationsBusy):
        told.put("busy")  # type: ignore[attr-defined]


def test_of_several_publishers_at_once_the_work_is_done_once(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "data")
    told = _processes.Queue()
    publishers = [_processes.Process(target=_publish_once, args=(str(folder.root), told)) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    ended = [told.get(timeout=60) for _ in publishers]
    for publisher in publishers:
        publisher.join(10)
    assert "published" in ended and set(ended) <= {"published", "busy"}
    assert shown(folder) == AFTER
    versions = current(DataFolder(folder.root)).rows("SELECT count(*) AS n FROM observation_version")
    assert versions == [{"n": 3}]
