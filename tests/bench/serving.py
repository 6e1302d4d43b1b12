"""A server over a folder as people start it, for the benchmarks that look at it from outside."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Served(NamedTuple):
    """Where it answers, and its process."""

    address: str
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """Memory of the server, its workers and their reading processes, in MB; what they share is counted once."""
        held = [self.process.pid]
        for pid in held:
            held += _children(pid)
        return sum(_held(pid) for pid in held) // 1024


def _children(pid: int) -> list[int]:
    """A child stands with the thread that started it."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in thread.read_text().split()]
    return found


def _held(pid: int) -> int:
    """Proportional set size in kB; 0 for a process that has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """`zhibiao serve --guest` over a folder on a free port, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "zhibiao", "serve", "--data", str(folder), "--port", str(port), "--guest"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(480):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{address}/", timeout=5).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within two minutes")
