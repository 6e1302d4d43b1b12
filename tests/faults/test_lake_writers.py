"""Three processes publish into one DuckLake at once, and are killed at any moment: nothing acknowledged is lost.

Each writer submits and approves returns of series of its own and publishes what is approved; what was acknowledged it
writes down. Versions never go back, every acknowledged return is there once, and the doctor is silent.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults.injury import PRELOADED
from tests.warehouse_world import approve_return, derive_levels, on_lake, publish_all
from warehouse import files, lake_generations
from warehouse.doctor import DAMAGED, doctor
from warehouse.errors import SubmissionConflict, WriterBusy
from warehouse.folder import DataFolder, open_folder
from warehouse.operations import consulting
from warehouse.read import current
from warehouse.submissions import State, submissions

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(PRELOADED)


def _write(root: str, name: str, turns: int, told: Path) -> None:
    """Bring `turns` returns to publication, one after the other, and note each that was approved."""
    folder = open_folder(Path(root))
    for turn in range(turns):
        one = approve_return(folder, {"GDP": f"{turn}", "REV": f"{turn}"}, mark=name, price_basis=name)
        with told.open("a") as noted:
            noted.write(one.id + "\n")
        with contextlib.suppress(SubmissionConflict, WriterBusy):  # another writer took it along
            publish_all(folder, derive_levels, who=name)


def _watch(root: str, stop: object, answers: object) -> None:
    """Each answer is one whole generation, its number and the number of versions never going back."""
    folder, newest, most, counted = open_folder(Path(root)), 0, 0, 0
    while not stop.is_set():  # type: ignore[attr-defined]
        held = current(folder)
        rows = held.rows("SELECT price_basis, indicator, canonical_value AS v FROM observation_current ORDER BY ALL")
        growth = held.rows("SELECT price_basis, indicator, value AS v FROM growth ORDER BY ALL")
        versions = held.rows("SELECT count(*) AS n FROM observation_version")[0]["n"]
        if held.notice or rows != growth or held.number < newest or versions < most:
            answers.put(("torn", held.number, newest, versions, most, held.notice))  # type: ignore[attr-defined]
            return
        newest, most, counted = held.number, versions, counted + 1
        time.sleep(0.02)
    answers.put(("whole", newest, counted))  # type: ignore[attr-defined]


def _prove(folder: DataFolder, noted: list[Path]) -> None:
    """Everything that was acknowledged is there, once, in generations that follow each other."""
    publish_left(folder)
    acknowledged = [line for path in noted if path.exists() for line in path.read_text().split()]
    shown = [row["id"] for row in current(folder).rows("SELECT id FROM submission")]
    assert set(acknowledged) <= set(shown) and len(shown) == len(set(shown))
    numbers = lake_generations.numbers(folder)
    at = lake_generations.versions(folder)
    assert [at[n] for n in numbers] == sorted(at.values())
    moments = current(folder).rows("SELECT recorded_at FROM submission ORDER BY generation, recorded_at")
    assert [r["recorded_at"] for r in moments] == sorted(r["recorded_at"] for r in moments)
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []


def publish_left(folder: DataFolder) -> None:
    with consulting(folder) as conn:
        left = submissions(conn, state=State.APPROVED)
    if left:
        publish_all(folder, derive_levels)


def test_three_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = on_lake(tmp_path / "data")
    noted = [tmp_path / f"told-{n}" for n in range(3)]
    stop, answers = _processes.Event(), _processes.Queue()
    reader = _processes.Process(target=_watch, args=(str(folder.root), stop, answers))
    writers = [
        _processes.Process(target=_write, args=(str(folder.root), f"w{n}", 3, noted[n])) for n in range(3)
    ]  # fmt: skip
    for process in (reader, *writers):
        process.start()
    for writer in writers:
        writer.join(240)
        assert writer.exitcode == 0
    stop.set()
    assert answers.get(timeout=60)[0] == "whole"
    reader.join(30)
    _prove(folder, noted)
    assert len(current(folder).rows("SELECT id FROM submission")) == 9


def _kill(tmp_path: Path, kills: int, seed: int) -> None:
    """Writers that never end, of which one is killed at a random moment and another takes its place."""
    folder, chance = on_lake(tmp_path / "data"), random.Random(seed)
    noted: list[Path] = []

    def begin() -> multiprocessing.process.BaseProcess:
        noted.append(tmp_path / f"told-{len(noted)}")
        name = f"w{len(noted)}"
        writer = _processes.Process(target=_write, args=(str(folder.root), name, 1000, noted[-1]))
        writer.start()
        return writer

    writers = [begin() for _ in range(3)]
    for _ in range(kills):
        before, patience = current(folder).number, time.monotonic() + 60
        while current(folder).number == before and time.monotonic() < patience:
            time.sleep(0.05)
        assert current(folder).number > before, "the survivors did not go on"
        time.sleep(chance.random() * 1.5)
        victim = writers.pop(chance.randrange(3))
        assert victim.pid is not None and victim.is_alive()
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        writers.append(begin())
    for writer in writers:
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    _prove(folder, noted)


def test_a_killed_writer_takes_nothing_with_it(tmp_path: Path) -> None:
    _kill(tmp_path, kills=3, seed=7)


@pytest.mark.slow
def test_forty_killed_writers_take_nothing_with_them(tmp_path: Path) -> None:
    _kill(tmp_path, kills=40, seed=8)


def _die_at(root: str, step: str) -> None:
    """Publish what is approved, and die at the lake's commit: just before it, or when nobody has been told of it."""
    folder = open_folder(Path(root))

    def die(name: str, path: Path) -> None:
        if name == step and path == folder.lake:
            os._exit(9)

    files.fault = die
    publish_all(folder, derive_levels)


@pytest.mark.parametrize(("step", "published"), [("commit", False), ("committed", True)])
def test_a_death_around_the_commit_leaves_the_old_generation_or_the_new_one(
    tmp_path: Path, step: str, published: bool
) -> None:
    folder = on_lake(tmp_path / "data")
    one = approve_return(folder, {"GDP": "1"})
    child = _processes.Process(target=_die_at, args=(str(folder.root), step))
    child.start()
    child.join(60)
    assert child.exitcode == 9
    assert lake_generations.pointed(folder) == (1 if published else 0)
    mended = [d.message for d in doctor(folder, deep=True)]
    assert any(("补登记" if published else "作废") in said for said in mended), mended
    with consulting(folder) as conn:
        assert submissions(conn)[0].state is (State.PUBLISHED if published else State.APPROVED)
    publish_left(folder)
    assert current(folder).rows("SELECT id FROM submission") == [{"id": one.id}]
    assert current(folder).number == (1 if published else 2)
    assert [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []
