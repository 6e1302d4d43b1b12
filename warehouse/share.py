"""A copy of the current generation for other programs: DBeaver, the DuckDB CLI, R, a notebook on another machine.

A program that opens a DuckDB file to write locks everybody else out, so nobody is given the generation itself, nor a
hard link to it, which shares its locks. Each copy has its generation's name, is made whole or not at all, and is
read-only; the newest few are kept.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from warehouse import files, seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder

LOG = logging.getLogger("zhibiao.share")
KEPT = 3
_STALE_SECONDS = 3600


def share_published(folder: DataFolder) -> None:
    """Copy what has just been published and hashed; what fails is logged, for the publication stands without it.

    A warehouse on servers is copied only when somebody wants it, by `zhibiao share`.
    """
    if folder.on_lake:
        return
    try:
        share(folder, proved=True)
    except Exception as error:
        LOG.warning("no shared copy was made: %s", error)


def share(folder: DataFolder, proved: bool = False) -> Path:
    """The shared copy of the current generation, made now unless it is there; `proved`: its file was just hashed.

    Raises Damaged, DiskFull.
    """
    number = seal.pointed(folder)
    if number is None:
        raise Damaged("现行代号 CURRENT 读不出，没有可共享的数据。请先运行 zhibiao doctor。")
    place = folder.root / "share"
    files.make_directory(place)
    copy = place / f"zhibiao-g{number:06d}.duckdb"
    if not copy.exists():
        _copy(folder, number, copy, proved)
    for dead in place.glob(f"{files.TEMPORARY}*"):  # of a program that was killed while it copied
        if dead.stat().st_mtime < time.time() - _STALE_SECONDS:
            _give_up(dead)
    for old in sorted(place.glob("zhibiao-g*.duckdb"))[:-KEPT]:
        _give_up(old)
        _give_up_beside(old.with_suffix(""))
    return copy


def _copy(folder: DataFolder, number: int, copy: Path, proved: bool) -> None:
    beside = files.temporary(copy.parent, copy.name)
    try:
        if folder.on_lake:
            from warehouse.lake_copy import copy_out

            copy_out(folder, number, beside)
        elif proved:
            files.duplicate(seal.file_of(folder, number), beside, "共享副本")
        elif files.copy(seal.file_of(folder, number), beside, "共享副本") != seal.read_manifest(folder, number).sha256:
            raise Damaged(f"第 {number} 代的数据文件已损坏，没有共享。请运行 zhibiao doctor。")
        beside.chmod(0o444)
        beside.replace(copy)
    finally:
        beside.unlink(missing_ok=True)


def _give_up_beside(views: Path) -> None:
    """Give up the files that stand beside a copy, and their folder once it is empty."""
    for old in views.glob("*"):
        _give_up(old)
    if views.is_dir() and not any(views.iterdir()):
        views.rmdir()


def _give_up(old: Path) -> None:
    try:
        files.remove(old)
    except PermissionError:
        return  # open in a reader on Windows; the next sharing tries again
