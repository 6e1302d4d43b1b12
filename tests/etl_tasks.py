"""What a hostile file might make a reading process do; run in children by the tests of the worker."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path


def act(data: bytes, name: str) -> str:
    """Do what the name says and tell how it went."""
    return _ACTS[name](data)


def failed(data: bytes, name: str, finding: object) -> str:
    """The result of a file whose child died: the finding's code."""
    return f"died {getattr(finding, 'code', '')}"


def _eat(_: bytes) -> str:
    return str(len(b"x" * 3 * 2**30))


def _abort(_: bytes) -> str:
    os.abort()


def _sleep(_: bytes) -> str:
    time.sleep(60)
    return "woke"


def _fail(_: bytes) -> str:
    raise ValueError("a secret path /etc/x")


def _reach(_: bytes) -> str:
    return _denied(lambda: socket.create_connection(("127.0.0.1", 9), 1))


def _write(_: bytes) -> str:
    target = Path("zhibiao-child-wrote-this")
    return _denied(lambda: target.write_text("x")) + str(target.exists())


def _start(_: bytes) -> str:
    return _denied(lambda: subprocess.run([sys.executable, "-V"], check=False))


def _denied(deed) -> str:  # type: ignore[no-untyped-def]
    try:
        deed()
    except PermissionError:
        return "denied"
    return "allowed"


def _print(_: bytes) -> str:
    sys.stdout.write("noise")
    sys.stdout.flush()
    os.write(1, b"more noise")
    return "quiet"


def _live(_: bytes) -> str:
    return str(os.getpid())


class Sly:
    """An answer that would act where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("echo broken out > /tmp/zhibiao-broke-out",)


def _sly(_: bytes) -> Sly:
    return Sly()


_ACTS = {
    "eat": _eat, "abort": _abort, "sleep": _sleep, "fail": _fail, "reach": _reach, "write": _write, "start": _start,
    "print": _print, "live": _live, "sly": _sly,
}  # fmt: skip
