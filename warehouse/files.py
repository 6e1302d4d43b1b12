"""The one place where bytes become durable: write beside, fsync, rename to a new name, fsync the directory.

Everything the warehouse keeps goes through here, so that power loss or a full disk leaves either the old file or the
new one. `fault` is called before each operation with its name and path; tests set it to die, fail or tear there.
This module knows nothing of what the bytes mean.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from warehouse.errors import DiskFull

TEMPORARY = ".tmp-"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_ROOM_WORDS = ("no space left", "disk is full", "file too large", "disk quota", "could not write all bytes")

fault: Callable[[str, Path], None] | None = None


def step(name: str, path: Path) -> None:
    """Announce an operation that is about to happen (`write`, `fsync`, `rename`, `commit` …)."""
    if fault is not None:
        fault(name, path)


@contextmanager
def room(what: str, path: Path) -> Iterator[None]:
    """Turn “no space left” of the system, DuckDB or SQLite into DiskFull; `what` is a Chinese noun."""
    try:
        yield
    except Exception as error:
        if (isinstance(error, OSError) and error.errno in _NO_ROOM) or any(
            w in str(error).lower() for w in _NO_ROOM_WORDS
        ):
            raise DiskFull(
                f"写{what}时磁盘空间不足（{path}）。原有数据没有改动，写了一半的内容已作废；请清出空间后重试。"
            ) from error
        raise


def temporary(folder: Path, name: str) -> Path:
    """A fresh name in `folder` for something being made; it is swept if its maker dies."""
    return folder / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}-{name}"


@contextmanager
def making(path: Path, what: str, read_only: bool = False) -> Iterator[BinaryIO]:
    """A file to write in; when the block ends well it stands durably at `path`, replacing it whole. Raises DiskFull."""
    beside = temporary(path.parent, path.name)
    try:
        with room(what, path):
            step("write", beside)
            with beside.open("xb") as file:
                yield file
                file.flush()
                step("fsync", beside)
                os.fsync(file.fileno())
            if read_only:
                beside.chmod(0o444)
            step("rename", path)
            beside.replace(path)
            sync_directory(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes, what: str, read_only: bool = False) -> None:
    """Write `data` durably at `path`, replacing it whole or not at all. Raises DiskFull."""
    with making(path, what, read_only) as file:
        file.write(data)


def settle(made: Path, path: Path, what: str) -> None:
    """Give a finished file (closed by its maker) its lasting, never before used name."""
    if path.exists():
        raise FileExistsError(errno.EEXIST, "a generation's name is never used twice", str(path))
    with room(what, path):
        step("fsync", made)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.chmod(0o444)
        step("rename", path)
        made.rename(path)
        sync_directory(path.parent)


def copy(source: Path, beside: Path, what: str) -> str:
    """Copy into a temporary file, not yet durable; the SHA-256 of the source tells whether it was sound."""
    with hashing(source) as hashed:
        duplicate(source, beside, what)
        return hashed()


def duplicate(source: Path, beside: Path, what: str) -> None:
    """Copy into a temporary file, not yet durable and not proved.

    Where the file system can (XFS, Btrfs), the copy shares the blocks of the original until one of them is written.
    """
    with room(what, beside):
        step("copy", beside)
        try:
            _share_blocks(source, beside)
        except (OSError, AttributeError):  # not on this file system, or not on this system
            shutil.copyfile(source, beside)


def _share_blocks(source: Path, beside: Path) -> None:
    with source.open("rb") as read, beside.open("wb") as written:
        left = os.fstat(read.fileno()).st_size
        while left:
            done = os.copy_file_range(read.fileno(), written.fileno(), left)
            if not done:
                raise OSError(errno.EIO, "the file became shorter", str(source))
            left -= done


@contextmanager
def hashing(path: Path) -> Iterator[Callable[[], str]]:
    """What gives the SHA-256 of a file as it is now, found while other things are done."""
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        yield beside.submit(lambda: hashlib.file_digest(file, "sha256").hexdigest()).result


@contextmanager
def sinking(path: Path, what: str) -> Iterator[None]:
    """Let a copy reach the disk while it is worked on, so that little is left to write when it has to be durable.

    Raises DiskFull and OSError for what could not be written: the system says so only once, and the last `fsync` might
    not hear of it.
    """
    if not hasattr(os, "fdatasync"):  # where a file that is being written is not open to others
        yield
        return
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        sunk = beside.submit(os.fdatasync, file.fileno())
        yield
        with room(what, path):
            sunk.result()


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_directory(path: Path) -> None:
    """Make a directory, and its parents, durably. Raises DiskFull."""
    if path.is_dir():
        return
    make_directory(path.parent)
    with room("文件夹", path):
        step("mkdir", path)
        path.mkdir(exist_ok=True)
        sync_directory(path.parent)


def remove(path: Path) -> None:
    """Remove a file if it is there."""
    step("remove", path)
    path.unlink(missing_ok=True)


def sync_directory(path: Path) -> None:
    """Make names in a directory durable, where the system has such a thing."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
