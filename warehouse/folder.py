"""The data folder: where it is, what lies in it, and the one writer lock.

    zhibiao.json  vault/  generations/  operations.sqlite  locks/  run/

The marker `zhibiao.json` is written last when a folder is made and read first when it is opened. The lock is the
kernel's, so it goes with the process that held it; the note beside it only tells others who and since when.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from indicators.errors import UsageError
from warehouse import files
from warehouse.errors import Damaged, FolderMissing, FolderTooNew, WriterBusy
from warehouse.moments import utc_now

LAYOUT = 1
MARKER = "zhibiao.json"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A data folder by its root; the stores are beneath it."""

    root: Path

    @property
    def vault(self) -> Path:
        """Original workbooks by SHA-256 and their parsed observations."""
        return self.root / "vault"

    @property
    def generations(self) -> Path:
        """Published generations, their manifests and CURRENT."""
        return self.root / "generations"

    @property
    def operations(self) -> Path:
        """The operations database (SQLite)."""
        return self.root / "operations.sqlite"

    @property
    def server(self) -> Path:
        """Where the operations database is when it is not SQLite: a file with the address of a PostgreSQL."""
        return self.root / "operations.json"

    @property
    def lake(self) -> Path:
        """Where the generations are when they are not files of this folder: a file with the address of a DuckLake."""
        return self.root / "warehouse.json"

    @property
    def on_lake(self) -> bool:
        """Whether the generations are snapshots of a DuckLake."""
        return self.lake.is_file()

    @property
    def locks(self) -> Path:
        """The writer lock and the note of who holds it."""
        return self.root / "locks"

    @property
    def run(self) -> Path:
        """What a running service leaves: process id, port."""
        return self.root / "run"


def resolve_folder(option: str | Path | None = None) -> Path:
    """Which folder is meant: `--data` > `ZHIBIAO_DATA` > `data` in ./zhibiao.toml > ./zhibiao-data."""
    if option:
        return Path(option)
    if named := os.environ.get("ZHIBIAO_DATA"):
        return Path(named)
    settings = Path("zhibiao.toml")
    if settings.is_file():
        try:
            named = tomllib.loads(settings.read_text("utf-8")).get("data")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"看不懂 {settings.resolve()}：{error}。请改正，或用 --data 指明数据文件夹。") from error
        if named:
            return settings.parent / str(named)
    return Path("zhibiao-data")


def create_folder(path: Path) -> DataFolder:
    """Make a data folder with empty stores and generation 0; an existing one is opened and left as it is.

    Raises UsageError where other files are in the way, DiskFull.
    """
    from warehouse.generations import found
    from warehouse.operations import migrate

    root = Path(path).absolute()
    if (root / MARKER).exists():
        return open_folder(root)
    folder = DataFolder(root)
    ours = {"vault", "generations", "operations.json", "operations.sqlite", "operations.sqlite-journal", "locks", "run"}
    ours |= {folder.lake.name}
    if root.exists() and (not root.is_dir() or {p.name for p in root.iterdir() if p.name[0] != "."} - ours):
        raise UsageError(f"{root} 里已有别的文件，没有在其中新建数据文件夹。请换一个空文件夹。")
    for part in (folder.vault, folder.generations, folder.locks, folder.run):
        files.make_directory(part)
    _settle(folder)
    with writing(folder, "zhibiao init", "新建数据文件夹"):
        migrate(folder)
        found(folder)
        marker = {"layout": LAYOUT, "created_at": utc_now().isoformat(timespec="seconds") + "Z"}
        files.write(root / MARKER, json.dumps(marker, indent=1).encode(), "数据文件夹标记")
    return folder


def _settle(folder: DataFolder) -> None:
    """Write down where the stores of a new folder are, if the environment puts them on servers.

    With its generations in a DuckLake, a folder is many machines' own: its operations database goes there too.
    """
    warehouse, operations = addresses()
    if warehouse:
        from warehouse.lake import settle_lake

        settle_lake(folder, warehouse)
    if operations:
        from warehouse.operations import settle_server

        settle_server(folder, operations)


def addresses() -> tuple[str, str]:
    """Where the environment puts the generations and the operations database of a folder that is being made; "" is
    into the folder itself. Raises UsageError.
    """
    warehouse, operations = os.environ.get("ZHIBIAO_WAREHOUSE", ""), os.environ.get("ZHIBIAO_OPERATIONS", "")
    if warehouse and not operations:
        from warehouse.lake import parsed

        operations = parsed(warehouse).catalog.render_as_string(hide_password=False)
    return warehouse, operations


def open_folder(path: Path) -> DataFolder:
    """Open an existing data folder. Raises FolderMissing, FolderTooNew, Damaged."""
    root = Path(path).absolute()
    marker = root / MARKER
    if not marker.is_file():
        raise FolderMissing(f"{root} 不是数据文件夹（没有 {MARKER}）。请先运行 zhibiao init --data {root}。")
    try:
        layout = int(json.loads(marker.read_text("utf-8"))["layout"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{marker} 已损坏，读不出版本。数据没有改动；请运行 zhibiao doctor --data {root}。") from error
    if layout > LAYOUT:
        raise FolderTooNew(
            f"{root} 由更新的程序写成（布局 {layout}，本程序只认到 {LAYOUT}）。什么也没有改动；请升级本程序后再打开。"
        )
    return DataFolder(root)


@contextmanager
def writing(folder: DataFolder, who: str, what: str) -> Iterator[None]:
    """Hold the one writer lock while publishing, migrating, backing up or restoring.

    Raises WriterBusy at once when another process or thread holds it, naming who and since when; writers in a DuckLake,
    who may be on other machines, first wait for their turn.
    """
    note = folder.locks / "writer.json"
    with _turn(folder):
        try:
            said = {"who": who, "since": utc_now().isoformat(), "what": what, "pid": os.getpid()}
            note.write_text(json.dumps(said, ensure_ascii=False), "utf-8")  # a courtesy; it need not survive anything
            yield
        finally:
            note.unlink(missing_ok=True)


def _turn(folder: DataFolder) -> AbstractContextManager[None]:
    if not folder.on_lake:
        return _kernel_lock(folder)
    from warehouse.lake import turn

    return turn(folder)


@contextmanager
def _kernel_lock(folder: DataFolder) -> Iterator[None]:
    with (folder.locks / "writer.lock").open("a+b") as handle:
        if not _lock(handle):
            held = writer(folder)
            raise WriterBusy(held.get("who", ""), held.get("since", ""), held.get("what", ""))
        try:
            yield
        finally:
            _unlock(handle)


def writer(folder: DataFolder) -> dict[str, str]:
    """Who is said to be writing (who, since, what, pid); empty when nobody is."""
    return _read_note(folder.locks / "writer.json")


def _read_note(note: Path) -> dict[str, str]:
    try:
        return {k: str(v) for k, v in json.loads(note.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}


if os.name == "nt":
    import msvcrt

    def _lock(handle: IO[bytes]) -> bool:
        try:
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined, unused-ignore]
else:
    import fcntl

    def _lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
