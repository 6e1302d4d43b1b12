"""Reading what is published: a generation opened read-only, once per process, verified against its manifest.

`current` looks at CURRENT on every call and answers with the generation it names, or, when that one is damaged, with
the last good one and a notice to show. A generation never changes, so whatever is computed from it may be cached by
its number. Readers cannot write, cannot reach files, and cannot change their settings.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, text
from sqlalchemy.exc import DBAPIError

from indicators.errors import ZhibiaoError
from warehouse import instance, recovery, seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.seal import Manifest

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

HASH_AT_OPEN = 32 << 20  # larger files are hashed in the background; DuckDB proves each block it reads anyway
_PATIENCE = 5.0  # seconds before that, for a generation that is soon followed by another need not be hashed
_KEEP_OPEN = 4
_SIGNS_OF_DAMAGE = ("orrupt", "checksum", "Could not read", "INTERNAL Error", "Cannot open file", "No magic bytes")
_BEFORE = "现在显示的是上一份完好的数据（第 {number} 代），请系统管理员运行 zhibiao doctor。"
_LATEST = "现在显示的是最近一份完好的数据（第 {number} 代），请系统管理员运行 zhibiao doctor。"


@dataclass(slots=True)
class Generation:
    """A published generation, open for reading by any number of threads."""

    folder: DataFolder
    manifest: Manifest
    engine: Engine = field(repr=False)
    notice: str = ""

    @property
    def number(self) -> int:
        """Its number; never used twice."""
        return self.manifest.number

    def rows(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a select as dicts by column name; DECIMAL as Decimal, moments naive UTC. Raises Damaged."""
        with self._cursor() as conn:
            found: list[dict[str, Any]] = self._ask(lambda: dicts(conn.execute(_said(query), dict(params or {}))))
            return found

    def frame(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Rows of a select as a DataFrame, DECIMAL as float64: for drawing, not for printing. Raises Damaged."""
        with self._cursor() as conn:
            made: pd.DataFrame = self._ask(lambda: conn.execute(_said(query), dict(params or {})).cursor.df())
            return made

    def arrow(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Rows of a select as an Arrow table, DECIMAL exact: for handing out many rows. Raises Damaged."""
        with self._cursor() as conn:
            made: pa.Table = self._ask(lambda: conn.execute(_said(query), dict(params or {})).cursor.to_arrow_table())
            return made

    def file(self) -> Path:
        """A file with what is in it: its own, or of a generation in a DuckLake a copy on this machine, made once."""
        if not self.folder.on_lake:
            return seal.file_of(self.folder, self.number)
        from warehouse.lake_copy import copy_of

        return copy_of(self.folder, self.number)

    def _cursor(self) -> Connection:
        return self.engine.connect()

    def _ask(self, answer: Any) -> Any:
        try:
            return answer()
        except DBAPIError as error:
            if self.folder.on_lake:
                from warehouse.lake import lake_of, silent, unreachable

                if silent(error):
                    raise unreachable(lake_of(self.folder)) from error
            if any(sign in str(error.orig) for sign in _SIGNS_OF_DAMAGE):
                _condemn(self)
                raise Damaged(
                    f"第 {self.number} 代的数据文件已损坏，没有给出任何数字。"
                    "请重新打开页面（将显示上一代），并运行 zhibiao doctor。"
                ) from error
            raise


_Key = tuple[int, str, int]
_Answer = TypeVar("_Answer")
_open: dict[_Key, Generation] = {}
_condemned: dict[_Key, str] = {}
_leads: dict[tuple[int, str], int] = {}  # which generation of a folder was proved to be the newest published
_opening = threading.Lock()


def current(folder: DataFolder) -> Generation:
    """The generation that CURRENT names now; the last good one, with a notice, when that one is damaged or when CURRENT
    was set back to an earlier one.

    Raises Damaged when no generation can be read.
    """
    number, place = seal.pointed(folder), _key(folder, 0)[:2]
    held = _open.get(_key(folder, number)) if number is not None else None
    if held and _leads.get(place) == number:
        return held
    notice = ""
    last, logged = _asked(lambda: recovery.newest_published(folder)) or (0, "")
    if wrong := _asked(lambda: recovery.set_back(folder, last)):
        notice, number = f"{wrong}{_LATEST}", last
    for candidate in _candidates(folder, number):
        try:
            found = generation(folder, candidate, logged if candidate == last else None)
        except Damaged as error:
            notice = notice or f"{error}{_BEFORE}"
            continue
        if candidate == number and not notice:
            _leads[place] = candidate
            return found
        notice = notice or f"现行代号 CURRENT 读不出。{_LATEST}"
        return Generation(folder, found.manifest, found.engine, notice.replace("{number}", str(candidate)))
    raise Damaged(f"{folder.generations} 里没有一代数据是完好的，什么也不能显示。请运行 zhibiao doctor，再从备份恢复。")


def _asked(question: Callable[[], _Answer | None]) -> _Answer | None:
    """What the operations database has to say; what is published is shown also where that cannot be asked."""
    try:
        return question()
    except ZhibiaoError:
        return None


def generation(folder: DataFolder, number: int, logged: str | None = None) -> Generation:
    """A generation by its number, opened and verified once per process. Raises Damaged.

    `logged` is its seal in the log where the caller has asked for that.
    """
    key = _key(folder, number)
    with _opening:
        if held := _open.get(key):
            return held
        if key in _condemned:
            raise Damaged(_condemned[key])
        path = seal.file_of(folder, number)
        large = path.is_file() and path.stat().st_size > HASH_AT_OPEN
        wrong = seal.damage(folder, number, deep=not (large or folder.on_lake))
        if wrong := wrong or _asked(lambda: recovery.disowned(folder, number, logged)):
            _condemned[key] = wrong
            raise Damaged(wrong)
        try:
            made = Generation(folder, seal.read_manifest(folder, number), _engine(folder, number))
            made.rows("SELECT number FROM generation LIMIT 1")
        except DBAPIError as error:
            raise Damaged(f"第 {number} 代的数据文件打不开。") from error
        _open[key] = made
        _close_old(folder)
    if large:
        later = threading.Timer(_PATIENCE, _verify, (made,))
        later.daemon = True
        later.start()
    return made


def _verify(held: Generation) -> None:
    """Hash the whole file of a generation that is still shown."""
    if _open.get(_key(held.folder, held.number)) is held and seal.damage(held.folder, held.number):
        _condemn(held)


def _condemn(held: Generation) -> None:
    """Never show this generation again in this process."""
    key = _key(held.folder, held.number)
    _condemned[key] = f"第 {held.number} 代的数据文件内容与清单不符。"
    _open.pop(key, None)


def _candidates(folder: DataFolder, number: int | None) -> Iterator[int]:
    """What to try, best first. An unpublished leftover can only be newer than CURRENT, so it is never tried, and
    neither is a generation that was taken back by a later rollback.
    """
    taken_back: set[int] = set()
    for n in reversed(seal.numbers(folder)):
        if number is not None and n > number:
            continue
        if n not in taken_back:
            yield n
        try:
            kept = seal.read_manifest(folder, n).rolled_back_to
        except Damaged:
            continue
        if kept is not None:
            taken_back |= set(range(kept + 1, n))


def _close_old(folder: DataFolder) -> None:
    mine = [k for k in _open if k[:2] == _key(folder, 0)[:2]]
    for key in mine[:-_KEEP_OPEN]:
        instance.put_away(_open.pop(key).engine)


def _engine(folder: DataFolder, number: int) -> Engine:
    if folder.on_lake:
        from warehouse.lake_writing import reading_lake

        return reading_lake(folder, number)
    return instance.attached(seal.file_of(folder, number), f"g{number:06d}")


def _key(folder: DataFolder, number: int) -> _Key:
    return os.getpid(), str(folder.root), number


def dicts(result: CursorResult[Any]) -> list[dict[str, Any]]:
    """Rows as DuckDB gives them, by column name; its values need no conversion, and SQLAlchemy's rows cost as much
    again as the query.
    """
    names = [str(key) for key in result.keys()]  # noqa: SIM118
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]  # type: ignore[union-attr]


def _said(query: Executable | str) -> Executable:
    return text(query) if isinstance(query, str) else query
