"""Backups: the whole data folder in one tar file, with the SHA-256 of every file in it; and the way back.

A backup is taken under the writer lock, the operations database first and by its own means, so that everything it names
is in the copy; what is on servers is copied into files: a PostgreSQL into SQLite, a generation of a DuckLake into its
own file. A restored folder is proved equal, file by file, before its marker makes it a data folder; where the
environment names servers, it goes on with those.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indicators.errors import UsageError
from warehouse import anchors, audit, files, seal
from warehouse.errors import Damaged
from warehouse.folder import MARKER, DataFolder, addresses, open_folder, writing
from warehouse.moments import utc_now
from warehouse.operations import copy_database, operating
from warehouse.recovery import recover
from warehouse.stamp import program_version

_LIST = "backup.json"  # first in the tar: what is in it
_SUFFIX = ".zhibiao-backup.tar"
_LEFT_OUT = {"share", "locks", "run"}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup by its file; `hashes` has the SHA-256 of each file in it by its path in the data folder."""

    path: Path
    created_at: datetime
    by: str
    program_version: str
    generation: int | None
    hashes: dict[str, str]


def create(folder: DataFolder, into: Path, *, who: str, place: str = "") -> Backup:
    """Write a backup of the folder into the directory `into`. Raises WriterBusy, DiskFull, UsageError."""
    into = Path(into).absolute()
    if into.is_relative_to(folder.root):
        raise UsageError("备份不能放在数据文件夹里面（磁盘损坏时会一起丢失）。什么也没有改动；请另选位置。")
    with writing(folder, who, "备份"):
        recover(folder)
        files.make_directory(into)
        now = utc_now()
        path = into / f"{now:%Y%m%dT%H%M%SZ}{_SUFFIX}"
        copied = files.temporary(folder.root, "operations.sqlite")
        beside = files.temporary(folder.run, "backup")
        try:
            with operating(folder) as conn:
                audit.append(conn, who, "backup.created", path.name, place=place)
            anchored = _anchors_now(folder, beside)
            copy_database(folder, copied)
            members = {**dict(_members(folder)), **anchored, folder.operations.name: copied}
            if folder.on_lake:
                members |= _from_lake(folder, copied, beside)
            made = Backup(
                path, now, who, program_version(), seal.pointed(folder),
                {name: files.sha256(source) for name, source in sorted(members.items())},
            )  # fmt: skip
            _write(made, members)
        finally:
            copied.unlink(missing_ok=True)
            shutil.rmtree(beside, ignore_errors=True)
    return made


def read_backup(path: Path) -> Backup:
    """What a backup says is in it. Raises UsageError, Damaged."""
    if not Path(path).is_file():
        raise UsageError(f"没有备份文件 {path}。请用 zhibiao backup list 查看。")
    try:
        with tarfile.open(path) as tar:
            first = tar.next()
            if first is None or first.name != _LIST:
                raise KeyError(_LIST)
            said = json.loads(_bytes(tar, first))
        moment = datetime.fromisoformat(said["created_at"])
        return Backup(Path(path), moment, said["by"], said["program_version"], said["generation"], dict(said["hashes"]))
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path} 不是备份文件，或已损坏，没有使用。请换一份备份。") from error


def verify(path: Path) -> list[str]:
    """What is wrong with a backup, in Chinese; empty when every file is what it was. Raises UsageError, Damaged."""
    made = read_backup(path)
    missing, problems = dict(made.hashes), []
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name == _LIST:
                    continue
                if hashlib.sha256(_bytes(tar, member)).hexdigest() != missing.pop(member.name, ""):
                    problems.append(f"备份中的 {member.name} 与清单不符。")
    except (tarfile.TarError, OSError) as error:
        problems.append(f"备份文件读不完整：{error}。")
    return problems + [f"备份中缺少 {name}。" for name in missing]


def listed(directory: Path) -> list[Backup]:
    """The readable backups in a directory, newest first; what a dead maker left half written is none."""
    found = []
    whole = (p for p in Path(directory).glob(f"*{_SUFFIX}") if not p.name.startswith(files.TEMPORARY))
    for path in sorted(whole, reverse=True):
        try:
            found.append(read_backup(path))
        except Damaged:
            continue
    return found


def restore(path: Path, target: Path, *, who: str = "zhibiao") -> DataFolder:
    """Unpack a backup into a folder that is empty or not there yet, and prove it equal. Raises UsageError, Damaged."""
    made, target = read_backup(path), Path(target).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} 不是空文件夹，没有恢复到那里。请另选一个空文件夹。")
    if problems := verify(path):
        raise Damaged(f"备份已损坏，没有恢复：{problems[0]}请换一份备份。")
    files.make_directory(target)
    try:
        with tarfile.open(path) as tar, files.room("恢复的数据", target):
            for member in tar:
                if member.name not in (_LIST, MARKER):
                    _unpack(tar, member, target)
            marker = _bytes(tar, tar.getmember(MARKER))
        unequal = [n for n, sha in made.hashes.items() if n != MARKER and files.sha256(target / n) != sha]
        if unequal:
            raise Damaged(f"恢复后 {unequal[0]} 与备份不符，恢复作废。请检查磁盘后重试。")
        for part in (*_LEFT_OUT, "vault", "generations"):
            files.make_directory(target / part)
        _settle(DataFolder(target))
        with operating(DataFolder(target)) as conn:
            taken = {"created_at": made.created_at.isoformat()}
            audit.append(conn, who, "backup.restored", made.path.name, detail=taken)
        files.write(target / MARKER, marker, "数据文件夹标记")
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return open_folder(target)


def _settle(folder: DataFolder) -> None:
    """Where the environment says so, a restored folder goes on with its stores on servers."""
    warehouse, operations = addresses()
    if warehouse:
        from warehouse.lake_moving import move_in

        move_in(folder, warehouse, operations)


def _members(folder: DataFolder) -> Iterator[tuple[str, Path]]:
    """Every file of the folder but the database, anchors, locks and what is being made, by its path within."""
    for path in sorted(folder.root.rglob("*")):
        name = path.relative_to(folder.root)
        passing = name.parts[0] in (*_LEFT_OUT, "anchors") or files.TEMPORARY in path.name
        left = name.parts[0].startswith("operations.") or path == folder.lake
        if path.is_file() and not passing and not left:
            yield name.as_posix(), path


def _anchors_now(folder: DataFolder, place: Path) -> dict[str, Path]:
    """Copies of the lasting anchors, made before that of the database, whose chain then reaches each of them."""
    made = {}
    for path, one in anchors.anchors(folder):
        if one and path.name != anchors.HEAD:
            copy = place / anchors.place_of(folder).name / path.name
            files.make_directory(copy.parent)
            copy.write_bytes(one.text())
            made[copy.relative_to(place).as_posix()] = copy
    return made


def _from_lake(folder: DataFolder, operations: Path, place: Path) -> dict[str, Path]:
    """The current generation of a DuckLake as the files that a folder by itself has, made in `place`."""
    from warehouse.lake_moving import out_of_lake

    number = seal.pointed(folder)
    if number is None:
        raise Damaged("数据仓库里没有现行的一代，没有备份。请先运行 zhibiao doctor。")
    alone = DataFolder(place)
    files.make_directory(alone.generations)
    seal.write_manifest(alone, out_of_lake(folder, number, seal.file_of(alone, number), operations))
    seal.point(alone, number)
    return {path.relative_to(place).as_posix(): path for path in alone.generations.iterdir()}


def _write(made: Backup, members: dict[str, Path]) -> None:
    said = {
        "created_at": made.created_at.isoformat(),
        "by": made.by,
        "program_version": made.program_version,
        "generation": made.generation,
        "hashes": made.hashes,
    }
    head = json.dumps(said, ensure_ascii=False).encode()
    with files.making(made.path, "备份") as file, tarfile.open(fileobj=file, mode="w") as tar:
        info = tarfile.TarInfo(_LIST)
        info.size = len(head)
        tar.addfile(info, io.BytesIO(head))
        for name, source in sorted(members.items()):
            tar.add(source, arcname=name, recursive=False)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    path = target / member.name
    if not member.isfile() or not path.resolve().is_relative_to(target.resolve()):
        raise Damaged(f"备份中的 {member.name} 不是普通文件，没有恢复。请换一份备份。")
    files.make_directory(path.parent)
    read: Any = tar.extractfile(member)
    with files.making(path, "恢复的数据", read_only=path.suffix != ".sqlite") as file:
        shutil.copyfileobj(read, file, 1 << 20)


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    read = tar.extractfile(member)
    return read.read() if read else b""
