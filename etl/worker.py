"""Reading untrusted files in child processes that have limits, die alone and are replaced.

The way in for everybody: `read_return`, `read_returns`, `read_file`. A parent never opens a workbook itself; it gets
plain data back, or a finding that says why there is none. What a child may do is `confined`'s business. Children are
long-lived. Windows has no limits of memory and CPU: there the deadline alone holds.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from etl.codes import finding
from etl.confined import DONE, NO_MEMORY, receive, send
from etl.errors import WorkerError
from etl.guard import MAX_BYTES, printable, too_large
from etl.identify import Expected
from etl.parse import parse_return, unread
from etl.plaindata import read_plain
from etl.reader import read_workbook, refused
from etl.returned import ParsedReturn
from etl.workbook import Workbook
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding

MEMORY, CPU_SECONDS, DEADLINE, START = 2**30, 30, 9.0, 60.0
_TICK = 0.1  # seconds between two looks at who is late
T = TypeVar("T")
Task = Callable[..., T]
_log = logging.getLogger(__name__)


class Arrival(NamedTuple, Generic[T]):
    """A file of `read_returns` with its bytes and what was read in it."""

    path: Path
    data: bytes
    result: T


class _Died(Exception):
    """The child is gone; the finding says why."""


class _Child:
    """One child process and its two pipes."""

    def __init__(self) -> None:
        known = ("SYSTEMROOT", "TEMP", "TMP", "PATH", "LANG", "LC_ALL", "TZ")
        env = {key: os.environ[key] for key in known if key in os.environ}
        env["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        command = [sys.executable, "-c", "from etl.confined import serve; serve()"]
        try:
            self.process = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise WorkerError("读取进程无法启动，没有读取任何文件。请检查内存和进程数限制后重试。") from error
        self.late = self.foul = False

    def ask(self, message: bytes) -> tuple[str, Any]:
        """Send one message and wait for its answer; _Died when none comes."""
        try:
            send(self.process.stdin, message)  # type: ignore[arg-type]
            answer = receive(self.process.stdout)  # type: ignore[arg-type]
        except OSError:
            answer = None
        if answer is None:
            raise _Died
        try:
            kind, value = read_plain(answer)
        except (pickle.UnpicklingError, EOFError, ValueError) as error:
            _log.error("a reading process gave an answer that is no plain data: %s", error)
            self.foul = True
            raise _Died from None
        return kind, value

    def end(self) -> None:
        """End it because it is late."""
        self.late = True
        self.process.kill()

    def cause(self) -> str:
        """Why it died: late · memory · unknown. A process out of memory aborts, or the kernel ends it."""
        if self.foul:
            return "unknown"
        code = self.process.wait()
        if self.late or code == -getattr(signal, "SIGXCPU", 0):
            return "late"
        return "memory" if code in (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9)) else "unknown"

    def close(self) -> None:
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()


class _Deadlines:
    """Ends children that do not answer in time; one thread watches them all, for as long as any is asked.

    A timer for each file would be a thread for each file, and a load has thousands.
    """

    def __init__(self) -> None:
        self._lock, self._due = threading.Lock(), dict[_Child, float]()
        self._watched = False

    @contextmanager
    def within(self, seconds: float, child: _Child) -> Iterator[None]:
        """A context in which the child is asked something that may take so long."""
        with self._lock:
            self._due[child] = time.monotonic() + seconds
            if not self._watched:
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
                self._watched = True
        try:
            yield
        finally:
            with self._lock:
                self._due.pop(child, None)

    def _watch(self) -> None:
        while True:
            time.sleep(_TICK)
            with self._lock:
                now = time.monotonic()
                for child in [child for child, due in self._due.items() if due <= now]:
                    del self._due[child]
                    child.end()
                if not self._due:
                    self._watched = False
                    return


_spare: list[_Child] = []


def prepare() -> None:
    """Start a child now, so that it loads while the caller does something else (reads the catalogue, say)."""
    if not _spare:
        _spare.append(_Child())


class Pool(Generic[T]):
    """Children that all do one task: `task(data, name, …)`, a picklable function that returns plain data.

    `failed(data, name, finding)` makes the result of a file whose child died. Thread-safe; children start when needed.
    """

    def __init__(
        self, task: Task[T], failed: Callable[[bytes, str, Finding], T], *, size: int = 0, deadline: float = DEADLINE
    ) -> None:
        self.size = size or os.cpu_count() or 1
        self._hello = pickle.dumps((task, MEMORY, CPU_SECONDS), pickle.HIGHEST_PROTOCOL)
        self._failed, self._deadline, self._deadlines = failed, deadline, _Deadlines()
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(self.size):
            self._idle.put(None)

    def run(self, data: bytes, name: str, *more: Any) -> T:
        """Do the task on one file; waits while every child is busy. Never raises for what is in the file."""
        child, kept = self._idle.get(), None
        try:
            child = child or self._started()
            with self._deadlines.within(self._deadline, child):
                kind, value = child.ask(pickle.dumps((data, name, *more)))
            if kind == DONE:
                kept = child
                return value  # type: ignore[no-any-return]
            _log.error("reading %s failed: %s\n%s", printable(name), kind, value)
            cause = "memory" if kind == NO_MEMORY else "unknown"
        except _Died:
            cause = child.cause() if child else "unknown"
        finally:
            if child and not kept:
                child.close()
            self._idle.put(kept)
        return self._failed(data, name, _why(cause, name, self._deadline))

    def over(self, paths: Iterable[Path]) -> Iterator[Arrival[T]]:
        """Do the task on many files with all children, in the order given; at most a few files are held at a time."""
        with ThreadPoolExecutor(self.size, "reading") as threads:
            waiting: deque[Future[Arrival[T]]] = deque()
            for path in paths:
                waiting.append(threads.submit(self._arrival, path))
                if len(waiting) > 2 * self.size:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """End all idle children."""
        for _ in range(self.size):
            try:
                child = self._idle.get_nowait()
            except queue.Empty:
                return
            if child:
                child.close()

    def _started(self) -> _Child:
        child = _spare.pop() if _spare else _Child()
        try:
            with self._deadlines.within(START, child):
                child.ask(self._hello)
        except _Died:
            child.close()
            raise WorkerError("读取进程启动后立即退出，没有读取任何文件。请检查可用内存，或重新安装程序。") from None
        return child

    def _arrival(self, path: Path) -> Arrival[T]:
        name = printable(path.name)
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= MAX_BYTES else b""
        except OSError:
            return Arrival(path, b"", self._failed(b"", name, finding("F133", f"文件“{name}”打不开，没有读取。")))
        if size > MAX_BYTES:
            return Arrival(path, b"", self._failed(b"", name, too_large(name, size)))
        return Arrival(path, data, self.run(data, path.name))


_pools: dict[tuple[int, str], tuple[object, Pool[Any]]] = {}


def read_file(data: bytes, name: str) -> Workbook:
    """What stands in the cells of a file of any accepted kind; a refused file is a Workbook without sheets."""
    return pool("file", read_workbook, _unread).run(data, name)


def pool(use: str, task: Task[T], failed: Callable[[bytes, str, Finding], T], size: int = 0) -> Pool[T]:
    """The children of this process for a use that needs nothing but the file; the other arguments as in Pool."""
    kept = _pools.get((os.getpid(), use))
    return kept[1] if kept else _keep(use, None, Pool(task, failed, size=size))


def read_return(
    data: bytes, name: str, catalogue: Catalogue, secret: bytes, expected: Expected | None = None
) -> ParsedReturn:
    """Read and parse one return; whatever is wrong with it is among its findings."""
    return returns_pool(catalogue, secret).run(data, name, expected)


def read_returns(paths: Iterable[Path], catalogue: Catalogue, secret: bytes) -> Iterator[Arrival[ParsedReturn]]:
    """Read and parse many returns on all cores, yielded in the order given."""
    return returns_pool(catalogue, secret).over(paths)


def returns_pool(catalogue: Catalogue, secret: bytes) -> Pool[ParsedReturn]:
    """The pool of this process that parses returns of this catalogue and key; another replaces it."""
    kept = _pools.get((os.getpid(), "return"))
    if kept and kept[0] == (id(catalogue), secret):
        return kept[1]
    return _keep("return", (id(catalogue), secret), Pool(partial(read_and_parse, catalogue, secret), _unparsed))


def read_and_parse(
    catalogue: Catalogue, secret: bytes, data: bytes, name: str, expected: Expected | None = None
) -> ParsedReturn:
    """The task of a child: one file to one parsed return."""
    return parse_return(read_workbook(data, name), catalogue, secret=secret, expected=expected)


def close() -> None:
    """End every child of this process; the next file starts new ones."""
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key)[1].close()
    while _spare:
        _spare.pop().close()


atexit.register(close)


def _keep(use: str, of: object, pool: Pool[Any]) -> Pool[Any]:
    before = _pools.pop((os.getpid(), use), None)
    if before:
        before[1].close()
    _pools[os.getpid(), use] = (of, pool)
    return pool


def _unread(data: bytes, name: str, why: Finding) -> Workbook:
    return refused(printable(name), hashlib.sha256(data).hexdigest(), why)


def _unparsed(data: bytes, name: str, why: Finding) -> ParsedReturn:
    return unread(_unread(data, name, why))


def _why(cause: str, name: str, deadline: float) -> Finding:
    name = printable(name)
    if cause == "late":
        return finding("F130", f"文件“{name}”在 {deadline:.0f} 秒内没有读完，已经停止，没有读取。")
    if cause == "memory":
        return finding("F131", f"文件“{name}”读取时占用内存过多，已经停止，没有读取。")
    return finding("F132", f"文件“{name}”无法读取，读取进程中途退出，没有读取。")
