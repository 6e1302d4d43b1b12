"""Work that must not keep readers waiting: done in a thread of its own, which gives way to all others.

On Linux a priority belongs to a thread, and what it starts inherits it: DuckDB's own threads and the children of a
derivation give way with it. Elsewhere the work is done in such a thread too, at the priority of the process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_LOWER = 5  # a third of the share that a reader has


def aside(do: Callable[[], T]) -> T:
    """What `do` returns or raises; a reader that wants the same core at the same time gets it."""
    with ThreadPoolExecutor(1, "aside", initializer=_give_way) as one:
        return one.submit(do).result()


def _give_way() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # where a system allows none of it, nobody gives way
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, min(19, os.getpriority(os.PRIO_PROCESS, own) + _LOWER))
