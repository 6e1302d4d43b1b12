"""The child's side of reading: a process that may read what it is handed and answer, and nothing else.

Started by `worker`. It gets one task, then files one at a time; each answer is plain data. It can open no connection,
start no program and write no file; on POSIX its memory and its seconds of CPU are limited, on Windows only the
parent's deadline limits it.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

MAX_MESSAGE = 2**29
_COLLECT = 2**20  # bytes of jobs after which rubbish is collected: a large file at once, returns by the dozen
LENGTH = struct.Struct(">Q")
DONE, NO_MEMORY, FAILED = "done", "no_memory", "failed"
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.system", "os.startfile")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def send(stream: BinaryIO, payload: bytes) -> None:
    """Write one message."""
    stream.write(LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one message; None when the other side is gone or sends more than any return holds."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    if size > MAX_MESSAGE:
        return None
    payload = stream.read(size)
    return payload if len(payload) == size else None


def serve() -> None:
    """Live until the parent closes the pipe: task first, then one answer for each file."""
    answers, jobs = os.fdopen(os.dup(1), "wb"), sys.stdin.buffer
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not look like an answer
    sys.dont_write_bytecode = True
    import etl.parse  # noqa: F401 - while the parent is still reading its catalogue

    hello = receive(jobs)
    if hello is None:
        return
    task, memory, seconds = pickle.loads(hello)
    gc.freeze()  # the catalogue is large and stays: no collection needs to look at it again
    gc.disable()  # one file at a time makes few cycles, and looking for them is a fifth of the time
    _confine(memory)
    send(answers, pickle.dumps((DONE, None)))
    since = 0
    while (job := receive(jobs)) is not None:
        _allow_seconds(seconds)
        send(answers, _answer(task, pickle.loads(job)))
        since += len(job)
        if since > _COLLECT:
            since = 0
            gc.collect()
            gc.freeze()  # what is left are caches: the next collection need not look at them


def _answer(task: Callable[..., Any], job: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((DONE, task(*job)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((NO_MEMORY, ""))
    except Exception:  # the parent logs it and starts another child
        return pickle.dumps((FAILED, traceback.format_exc(limit=-8)))


def _confine(memory: int) -> None:
    """Give up what reading does not need, for ever."""
    sys.addaudithook(_refuse)
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _allow_seconds(seconds: int) -> None:
    """Let this job use so many seconds of CPU from now; past them the kernel ends the process."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, hard))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN) or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES):
        raise PermissionError(f"reading must not {event}")
