"""Bytes that change by themselves: a flipped bit or a lost end in any store is told of and never becomes a number.

Clocks that are set back, and fifty threads that want the same slot, belong here too: nobody meant any of it.
"""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from indicators.errors import ZhibiaoError
from indicators.observations import Origin
from tests.faults.deeds import AFTER, BEFORE, prepared, review_and_publish, shown
from tests.warehouse_world import approve_return, derive_levels, fresh, publish_all
from warehouse import audit, moments, read, seal, submissions
from warehouse.doctor import DAMAGED, doctor
from warehouse.errors import Damaged, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating
from warehouse.submissions import State

FLIPS = 6  # of a generation, and half as many of each other store; `make torture` asks for more
STORES = {
    "generation": "generations/g{n:06d}.duckdb",
    "manifest": "generations/g{n:06d}.json",
    "pointer": "generations/CURRENT",
    "original": "vault/??/??/" + "?" * 64,
    "parsed": "vault/??/??/*.parquet",
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("damage") / "before").root


BLOCK = 262_144  # DuckDB's


def flip(data: bytearray, chance: random.Random) -> bytearray:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def hurt(folder: DataFolder, store: str, harm: Callable[[bytearray, random.Random], bytearray], seed: int) -> None:
    chance, number = random.Random(seed), seal.pointed(folder)
    path = chance.choice(sorted(folder.root.glob(STORES[store].format(n=number))))
    path.chmod(0o600)
    path.write_bytes(harm(bytearray(path.read_bytes()), chance))


def prove_no_wrong_number(folder: DataFolder) -> None:
    """A reader is shown what was published or a notice with an earlier whole generation, or is refused."""
    try:
        held = read.current(folder)
        rows = held.rows("SELECT indicator, canonical_value AS v FROM observation_current")
    except Damaged:
        return
    values = {r["indicator"]: r["v"] for r in rows}
    assert values == BEFORE if not held.notice else values in ({}, BEFORE)


@pytest.mark.parametrize("harm", [flip, cut])
@pytest.mark.parametrize("store", STORES)
def test_damage_is_told_and_never_shown(
    before: Path, tmp_path: Path, store: str, harm: Callable[..., bytearray]
) -> None:
    for seed in range(FLIPS if store == "generation" else FLIPS // 2):
        folder = DataFolder(tmp_path / f"{seed}")
        shutil.copytree(before, folder.root)
        untouched = seal.pointed(folder)
        hurt(folder, store, harm, seed)
        if store == "pointer" and seal.pointed(folder) == untouched:
            continue  # the line's end only
        prove_no_wrong_number(folder)
        assert any(d.level == DAMAGED for d in doctor(folder, deep=True)), (store, seed)
        try:
            review_and_publish(str(folder.root))
        except ZhibiaoError as error:
            assert error.exit_code == 5, error
        else:
            assert shown(folder) == AFTER


def hurt_unseen(path: Path) -> None:
    """Flip a bit in a block of numbers, which nobody reads at opening: the last block with which DuckDB still opens."""
    sound = path.read_bytes()
    for end in range(len(sound), 3 * 4096, -BLOCK):
        data = bytearray(sound)
        data[end - 1] ^= 1
        path.write_bytes(data)
        try:
            with duckdb.connect(str(path), read_only=True) as held:
                held.execute("SELECT * FROM duckdb_tables(), duckdb_views()").fetchall()
        except duckdb.Error:
            continue
        return
    raise AssertionError("every block is read at opening")


def test_a_large_file_is_hashed_while_it_is_shown(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "HASH_AT_OPEN", 0)
    monkeypatch.setattr(read, "_PATIENCE", 0.2)
    folder = DataFolder(tmp_path / "data")
    shutil.copytree(before, folder.root)
    path = seal.file_of(folder, seal.pointed(folder) or 0)
    path.chmod(0o600)
    hurt_unseen(path)
    assert read.current(folder).notice == ""
    patience = time.monotonic() + 30
    while not read.current(folder).notice and time.monotonic() < patience:
        time.sleep(0.05)
    assert "上一份完好的数据" in read.current(folder).notice


@pytest.mark.slow
def test_a_thousand_flips(before: Path, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    shutil.copytree(before, folder.root)
    number = seal.pointed(folder)
    assert number is not None
    path, sound = seal.file_of(folder, number), seal.file_of(DataFolder(before), number).read_bytes()
    path.chmod(0o600)
    for seed in range(1000):
        path.write_bytes(flip(bytearray(sound), random.Random(seed)))
        assert seal.damage(folder, number), seed
        read._condemned.clear()
        prove_no_wrong_number(folder)


def test_a_clock_set_back_does_not_turn_time_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fresh(tmp_path / "data")
    for step, value in enumerate(("1", "2", "3")):
        now = datetime.now() - timedelta(days=400 * step)
        for module in ("generations", "submissions", "audit", "recovery", "retention"):
            monkeypatch.setattr(f"warehouse.{module}.utc_now", lambda now=now: now, raising=False)
        approve_return(folder, {"GDP": value})
        publish_all(folder, derive_levels)
    rows = read.current(folder).rows("SELECT * FROM observation_version ORDER BY recorded_at")
    assert [r["canonical_value"] for r in rows] == [Decimal(v) for v in "123"]
    assert [r["superseded_at"] for r in rows] == [*[r["recorded_at"] for r in rows][1:], None]
    assert audit.verify(folder) == []
    monkeypatch.undo()
    assert moments.utc_now() and [d for d in doctor(folder, deep=True) if d.level == DAMAGED] == []


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_of_fifty_threads_on_one_slot_one_submits(tmp_path: Path, store: str) -> None:
    folder, threads = fresh(tmp_path / "data", store), 50
    ready, ended = threading.Barrier(threads), []

    def submit(mark: int) -> None:
        ready.wait()
        try:
            with operating(folder) as conn:
                one = submissions.add_submission(
                    conn, form="K01", edition="1", period="2026Q3", department="TJ", origin=Origin.RETURNED,
                    file_hash=f"{mark:064x}", file_name=f"{mark}.xlsx", parser_version="1", catalogue_digest="d",
                    actor=f"filler{mark}",
                )  # fmt: skip
                for state in (State.PARSED, State.CHECKED, State.SUBMITTED):
                    submissions.move(conn, one.id, state, f"filler{mark}")
            ended.append("submitted")
        except SubmissionConflict as conflict:
            assert conflict.who.startswith("filler") and conflict.when is not None
            ended.append("conflict")

    crowd = [threading.Thread(target=submit, args=(mark,)) for mark in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    assert sorted(ended) == ["conflict"] * 49 + ["submitted"]
    with consulting(folder) as conn:
        assert [s.state for s in submissions.submissions(conn)] == [State.SUBMITTED]
        assert len(audit.records(conn)) == 4
    assert audit.verify(folder) == []
