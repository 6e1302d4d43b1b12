"""Figures of returns: a warm and a cold check of one of 60 by 12, loads of 500 and of 2,000 (1.44 million cells).

The peer is pandas.read_excel on the same files in the same run, which only reads; ours reads, recognises, checks, keeps
and submits. Loads run as the command does, in a process of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from etl.way import Way
from etl.worker import read_and_parse
from tests.bench import Figure
from tests.bench.world import COLUMNS, FILER, ROWS, found, returns, write_workbooks

FORMS, DEPARTMENTS, QUARTERS, FEW = 40, 8, 50, 500


def measure() -> Iterator[Figure]:
    """All figures; about as long as it takes to write 2,000 workbooks and to load them."""
    yield _help()
    with tempfile.TemporaryDirectory(prefix="bench-returns-") as place:
        one = Path(place) / "one"
        way = found(one, 1, 1)
        paths = write_workbooks(one / "in", one / "catalogue", way.secret, list(returns(1, 1, 16)))
        yield _warm(way, paths)
        yield _cold(way, paths[-1])
        many = Path(place) / "many"
        bulk = found(many, FORMS, DEPARTMENTS)
        wanted = list(returns(FORMS, DEPARTMENTS, QUARTERS))
        files = write_workbooks(many / "in", many / "catalogue", bulk.secret, wanted)
        few = many / "few"
        few.mkdir()
        for path in files[:FEW]:
            os.link(path, few / path.name)
        again = shutil.copytree(bulk.folder.root, many / "again")
        yield _load(bulk.folder.root, few, files[:FEW], "≤ 30 s, ≤ 1 GB")
        yield _load(again, many / "in", files, "≤ 60 s, ≤ 500 MB")


def _help() -> Figure:
    ours, theirs = (
        min(_wall([sys.executable, *words]) for _ in range(5))
        for words in (["-m", "zhibiao", "--help"], ["-c", "import pandas"])
    )
    return Figure("zhibiao --help", "≤ 0.3 s", f"{ours:.2f} s", f"importing pandas: {theirs:.2f} s")


def _warm(way: Way, paths: Sequence[Path]) -> Figure:
    from etl.check import check_return
    from etl.published import Published

    contents, known = [path.read_bytes() for path in paths], Published()

    def check() -> None:
        for data in contents:
            parsed = read_and_parse(way.catalogue, way.secret, data, "报表.xlsx")
            check_return(parsed, way.catalogue, known)
            known.learn(parsed.observations)

    check()
    ours = _cpu(check) / len(paths)
    theirs = _cpu(lambda: [_pandas(path) for path in paths]) / len(paths)
    return Figure(
        f"warm check of one {ROWS}×{COLUMNS} return (read, parse, all rules), CPU", "≤ 60 ms",
        f"{ours * 1000:.0f} ms", f"pandas.read_excel, reading only: {theirs * 1000:.0f} ms",
    )  # fmt: skip


def _cold(way: Way, path: Path) -> Figure:
    words = [sys.executable, "-m", "zhibiao", "check", str(path), "--data", str(way.folder.root)]
    naive = [sys.executable, "-c", "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=None)", str(path)]
    ours, theirs = (min(_wall(command) for _ in range(5)) for command in (words, naive))
    return Figure(
        f"zhibiao check of one {ROWS}×{COLUMNS} return, cold", "≤ 1.5 s",
        f"{ours:.2f} s", f"a pandas script, reading only: {theirs:.2f} s",
    )  # fmt: skip


def _load(root: Path, place: Path, files: Sequence[Path], target: str) -> Figure:
    command = [sys.executable, "-m", "zhibiao", "load", str(place), "--known-on", "2026-01-31"]
    command += ["--user", FILER, "--data", str(root)]
    start = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    took, running.returncode = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, "a return of the benchmark did not get through"
    with ProcessPoolExecutor() as pool:
        peer = _timed(lambda: list(pool.map(_pandas, files, chunksize=20)))
    return Figure(
        f"zhibiao load, {len(files):,} returns ({len(files) * ROWS * COLUMNS:,} cells), {os.cpu_count()} cores", target,
        f"{took:.0f} s (CPU {used.ru_utime + used.ru_stime:.0f} s), {used.ru_maxrss / 1024:.0f} MB",
        f"pandas.read_excel, reading only, as many processes: {peer:.0f} s",
    )  # fmt: skip


def _pandas(path: Path) -> int:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(pd.read_excel(path, sheet_name=None, engine="openpyxl"))


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _wall(command: Sequence[str]) -> float:
    return _timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
