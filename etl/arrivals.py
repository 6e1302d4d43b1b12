"""Files that are to be loaded: found in folders, and taken only when they are whole.

First station of `batch`. What a file means is not known here; it is only told apart from the lock files of a
spreadsheet program and from a file that somebody is still copying or saving.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from etl.guard import MAX_BYTES, printable, too_large
from indicators.errors import UsageError

SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"}
_FRESH, _PAUSE = 2.0, 0.3  # seconds: a file touched so lately may still grow; how long to wait before looking again
_TAIL = 65_557  # the longest end of a zip: its last record and a comment of 65,535 bytes
_AGAIN = "没有装入，也没有保存；等它写完后再运行同一命令即可。"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to load, and for history: from when its figures count as known, when it was filed, what its sender says.

    `explanations` answer 核实性 findings by rule code; under `changes.CODE` stands why published values change.
    """

    path: Path
    known_at: datetime | None = None
    filed_at: datetime | None = None
    explanations: Mapping[str, str] = field(default_factory=dict)


class Taken(NamedTuple):
    """The bytes of a file, or why there are none; `refused` when it was looked at and will not do."""

    data: bytes = b""
    why: str = ""
    refused: bool = False


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The workbooks at these paths, folders searched through; and the `~$` lock files beside them, left alone.

    Raises UsageError for a path that is not there.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"没有 {path} 这个文件或文件夹。什么也没有装入；请核对路径。")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found |= dict.fromkeys(p for p in inside if p.is_file() and p.suffix.lower() in SUFFIXES)
    locks = [path for path in found if path.name.startswith("~$")]
    return [path for path in found if path.name[0] not in "~."], locks


def take(path: Path) -> Taken:
    """The bytes of a file that is whole; one that is being written, is torn or too large is left where it is."""
    name = printable(path.name)
    try:
        before = path.stat()
        if before.st_size > MAX_BYTES:
            return Taken(why=too_large(name, before.st_size).message, refused=True)
        if time.time() - before.st_mtime < _FRESH:
            time.sleep(_PAUSE)
        data, after = path.read_bytes(), path.stat()
    except OSError as error:
        return Taken(why=f"文件打不开（{os.strerror(error.errno or 0)}），没有装入。请核对权限后再运行。")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        return Taken(why=f"文件正在写入，{_AGAIN}")
    if data[:4] == b"PK\x03\x04" and b"PK\x05\x06" not in data[-_TAIL:]:
        return Taken(why=f"文件不完整（结尾缺失，可能还没有复制完），{_AGAIN}")
    return Taken(data)
