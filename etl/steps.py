"""Steps in the operations database, committed a few at a time: many returns a second, and each one whole or not at all.

Used by loads. A commit waits for the disk, so a transaction is kept open for a moment; a step that fails is undone
alone, and what was settled is on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TypeVar

from warehouse.folder import DataFolder
from warehouse.operations import Connection, operating

T = TypeVar("T")
_HELD = 0.5  # seconds for which others who write may have to wait


class Steps:
    """A context in which steps are taken; `settled` is called after each commit with how many were taken so far."""

    def __init__(self, folder: DataFolder, settled: Callable[[int], None]) -> None:
        self._folder, self._settled = folder, settled
        self._stack, self._conn = ExitStack(), None  # type: tuple[ExitStack, Connection | None]
        self._since, self._taken = 0.0, 0

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.settle()
        self._stack.__exit__(kind, error, at)

    def take(self, act: Callable[[Connection], T]) -> T:
        """Do one step; when it raises, it has changed nothing and the steps before it stand."""
        if self._conn is None:
            self._conn, self._since = self._stack.enter_context(operating(self._folder)), time.monotonic()
        self._taken += 1
        with self._conn.begin_nested():
            done = act(self._conn)
        if time.monotonic() - self._since > _HELD:
            self.settle()
        return done

    def settle(self) -> None:
        """Commit what was done, so that others may write."""
        if self._conn is not None:
            self._conn = None
            self._stack.close()
            self._settled(self._taken)
