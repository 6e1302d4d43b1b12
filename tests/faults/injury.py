"""How a process is hurt at its n-th operation: it dies, its write is torn and it dies, or the system refuses.

These run in children (`hurt`) or in place (`refusing`); the operations are those that `warehouse.files` announces.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse import files

DIED = 9
CLEAN = 0
_AT = {
    "tear": ("fsync",),
    "full": ("write", "copy", "mkdir", "commit", "checkpoint"),
}  # where the harm can happen at all
# Every operation is hurt by `make torture`; of long deeds `make test` hurts each fourth.
EACH = pytest.mark.parametrize(
    "step", [pytest.param(4, id="fourth"), pytest.param(1, id="every", marks=pytest.mark.slow)]
)
_spawn = multiprocessing.get_context("forkserver")
PRELOADED = [
    "tests.faults.deeds",
    "warehouse.doctor",
    "duckdb_sqlalchemy",
    "sqlalchemy.dialects.sqlite",
    "pyarrow.parquet",
]
_spawn.set_forkserver_preload(PRELOADED)


class Injury:
    """Counts operations and does harm at the n-th."""

    def __init__(self, at: int, how: str) -> None:
        self.at, self.how, self.seen = at, how, 0

    def __call__(self, name: str, path: Path) -> None:
        if name not in _AT.get(self.how, (name,)):
            return
        self.seen += 1
        if self.seen != self.at:
            return
        if self.how == "refuse":
            raise OSError(errno.EIO, "injected", str(path))
        if self.how == "full":
            raise OSError(errno.ENOSPC, "injected", str(path))
        if self.how == "tear":
            os.truncate(path, path.stat().st_size // 2)  # written, not yet on the disk: any part of it may be missing
        os._exit(DIED)


def hurt(action: Callable[[str], None], root: Path, at: int, how: str) -> int:
    """Run `action(root)` in a child hurt at its `at`-th operation; CLEAN, DIED, or another exit code for a failure."""
    child = _spawn.Process(target=_child, args=(action, str(root), at, how))
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child hangs"
    return child.exitcode


@contextmanager
def refusing(at: int, how: str) -> Iterator[Injury]:
    """The same in this process: the `at`-th operation is refused (`refuse`) or finds no room (`full`)."""
    files.fault = injury = Injury(at, how)
    try:
        yield injury
    finally:
        files.fault = None


def _child(action: Callable[[str], None], root: str, at: int, how: str) -> None:
    files.fault = Injury(at, how)
    action(root)
    os._exit(CLEAN)
