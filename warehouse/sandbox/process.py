"""The processes that answer: each reads one request from its standard input, and begins before anybody waits for it.

What they do stands in `child`, which is run as a file and told where its two libraries lie.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class Standby:
    """One child started ahead of the next question, for all sandboxes of a process; it ends with the process."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, subprocess.Popen[bytes]]] = []
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Start a child unless one is waiting already."""
        with self._lock:
            if not any(owner == os.getpid() for owner, _ in self._waiting):
                self._waiting = [(os.getpid(), start())]

    def take(self) -> subprocess.Popen[bytes] | None:
        """The waiting child, if it is this process's own and still lives."""
        with self._lock:
            while self._waiting:
                owner, child = self._waiting.pop()
                if owner == os.getpid() and child.poll() is None:
                    return child
        return None

    def close(self) -> None:
        """End the waiting child."""
        if child := self.take():
            child.kill()
            child.communicate()


@cache
def _libraries() -> tuple[str, ...]:
    """Where the child's two libraries lie; of the environment it looks nowhere else."""
    places = []
    for name in ("_duckdb", "pyarrow"):
        if (found := find_spec(name)) and found.origin:
            own = Path(found.origin).parent
            places.append(str(own.parent if found.submodule_search_locations else own))
    return tuple(dict.fromkeys(places))


def start() -> subprocess.Popen[bytes]:
    """A child that waits for its request; of our environment it gets no more than it needs to run."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")), *_libraries()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
