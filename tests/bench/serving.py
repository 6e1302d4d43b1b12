"""A server over a folder as people start it, for the benchmarks that look at it from outside."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Served(NamedTuple):
    """Where it answers, and its process."""

    address: str
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """Resident memory of the server with its workers, in MB, shared pages counted once for each."""
        held = [self.process.pid]
        for pid in held:
            held += [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return sum(_resident(pid) for pid in held) // 1024


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
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
