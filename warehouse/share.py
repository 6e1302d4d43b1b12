"""A copy of the current generation for other programs: DBeaver, the DuckDB CLI, R, a notebook on another machine.

A program that opens a DuckDB file to write locks everybody else out, so nobody is given the generation itself. Each
copy has its generation's name, is made whole or not at all, and is read-only; the newest few are kept.
"""

from __future__ import annotations

from pathlib import Path

from warehouse import files, seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder

KEPT = 3


def share(folder: DataFolder) -> Path:
    """The shared copy of the current generation, made now unless it is there. Raises Damaged, DiskFull."""
    number = seal.pointed(folder)
    if number is None:
        raise Damaged("现行代号 CURRENT 读不出，没有可共享的数据。请先运行 zhibiao doctor。")
    place = folder.root / "share"
    files.make_directory(place)
    copy = place / f"zhibiao-g{number:06d}.duckdb"
    if not copy.exists():
        _copy(folder, number, copy)
    for old in sorted(place.glob("zhibiao-g*.duckdb"))[:-KEPT]:
        _give_up(old)
    return copy


def _copy(folder: DataFolder, number: int, copy: Path) -> None:
    beside = files.temporary(copy.parent, copy.name)
    try:
        if files.copy(seal.file_of(folder, number), beside, "共享副本") != seal.read_manifest(folder, number).sha256:
            raise Damaged(f"第 {number} 代的数据文件已损坏，没有共享。请运行 zhibiao doctor。")
        beside.chmod(0o444)
        beside.replace(copy)
    finally:
        beside.unlink(missing_ok=True)


def _give_up(old: Path) -> None:
    try:
        files.remove(old)
    except PermissionError:
        return  # open in a reader on Windows; the next sharing tries again
