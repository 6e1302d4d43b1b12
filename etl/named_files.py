"""Files that a person named: read and written, and where the system refuses, a sentence that says which and why.

Stands at both ends of the way, beside the commands. What is kept in the data folder is `warehouse.files`' business.
"""

from __future__ import annotations

import errno
from pathlib import Path

from indicators.errors import UsageError

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "它是文件夹，不是文件",
    errno.EACCES: "没有权限，或正被别的程序打开",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘是只读的",
    errno.ENOSPC: "磁盘空间不足",
    errno.ENAMETOOLONG: "文件名太长",
}


def reason_of(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def read_bytes(path: Path) -> bytes:
    """What is in a file. Raises UsageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"打不开文件 {path}：{reason_of(error)}。什么也没有改动；请核对路径和权限。") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, replacing what was there. Raises UsageError."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"写不了文件 {path}：{reason_of(error)}。其余都没有改动；请核对路径和权限。") from error


def make_folder(path: Path) -> None:
    """Make a folder and those it is in. Raises UsageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"建不了文件夹 {path}：{reason_of(error)}。什么也没有改动；请核对路径和权限。") from error
