"""A generation made again from what it came from: parsed returns of the vault, operations database, catalogue.

When the generation is there, the two are compared table by table; when it is damaged, the one made again takes its
place under a new number, provided that it has the rows and totals that the old manifest promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from indicators.catalogue.model import Catalogue
from indicators.errors import UsageError
from warehouse import files, seal, testimony
from warehouse.accepted import published
from warehouse.build import Built, Derive, build, found_tables, writing_file
from warehouse.content import FROM_RETURNS, TABLES, content_hashes
from warehouse.errors import Damaged
from warehouse.folder import DataFolder, writing
from warehouse.moments import utc_now
from warehouse.operations import consulting, operating
from warehouse.operations_schema import generation_log
from warehouse.read import generation
from warehouse.recovery import begin_number, finish, last_published, recover
from warehouse.seal import Manifest
from warehouse.stamp import Stamp, discard, seal_built


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How making a generation again ended. `compared` are the tables compared, `differing` those that differ.

    `same_catalogue` False: the catalogue has changed since, so only what comes from returns was compared.
    `replaced_by` is the number of the new generation where the old one was damaged; nothing was compared when its
    manifest was lost too.
    """

    number: int
    same_catalogue: bool
    compared: tuple[str, ...]
    differing: tuple[str, ...]
    replaced_by: int | None = None

    @property
    def equal(self) -> bool:
        """Whether everything compared is the same."""
        return not self.differing


def rebuild(
    folder: DataFolder, catalogue: Catalogue, derive: Derive, *, who: str, number: int | None = None
) -> Rebuilt:
    """Make generation `number` (default: the current one) again and compare; replace the current one if it is damaged.

    Raises WriterBusy, UsageError (no such generation), Damaged (what it came from is, too).
    """
    with writing(folder, who, "重建核对"):
        recover(folder)
        last = last_published(folder)
        at = last if number is None else number
        if at not in _known(folder):
            raise UsageError(f"没有第 {at} 代。请用 zhibiao status 查看现有各代。")
        making = files.temporary(folder.generations, f"rebuild-g{at:06d}.duckdb")
        try:
            with _made_again(folder, at, catalogue, derive, making, who) as (conn, built):
                wrong = seal.damage(folder, at) or testimony.swapped(folder, at, testimony.seals(folder))
                result = None if wrong else _compare(folder, at, catalogue, conn)
            if result is None:
                return _replace(folder, at, catalogue, making, built, who)
            if at == last and seal.pointed(folder) != at:  # its seal is that of the audit, whatever is derived today
                seal.point(folder, at)
            return result
        finally:
            discard(making)


def _known(folder: DataFolder) -> set[int]:
    """Generation 0 and all that were ever published."""
    with consulting(folder) as conn:
        query = select(generation_log.c.number).where(generation_log.c.state == "published")
        return {0, *conn.scalars(query)}


@contextmanager
def _made_again(
    folder: DataFolder, number: int, catalogue: Catalogue, derive: Derive, making: Path, who: str
) -> Iterator[tuple[Connection, Built]]:
    with consulting(folder) as operations:
        accepted = published(folder, operations, number)
    stamp = Stamp(folder, number, None, who, f"由第 {number} 代的来源重建", catalogue.digest, utc_now())
    with writing_file(making) as conn:
        found_tables(conn)
        yield conn, build(conn, number, accepted, catalogue, derive, stamp.row(), everything=True)


def _compare(folder: DataFolder, number: int, catalogue: Catalogue, conn: Connection) -> Rebuilt:
    held = generation(folder, number)
    same = held.manifest.catalogue_digest == catalogue.digest
    tables = TABLES if same else FROM_RETURNS
    with held.engine.connect() as old:
        before, after = content_hashes(old, tables), content_hashes(conn, tables)
    return Rebuilt(number, same, tables, tuple(t for t in tables if before[t] != after[t]))


def _replace(folder: DataFolder, number: int, catalogue: Catalogue, making: Path, built: Built, who: str) -> Rebuilt:
    """Seal what was made again in the place of a damaged current generation."""
    if folder.on_lake:
        raise Damaged(
            f"第 {number} 代已损坏。数据仓库（DuckLake）里的一代不能就地替换，什么也没有改动；"
            "请恢复共享文件夹里的数据文件，或从备份恢复（zhibiao restore）。"
        )
    if number != last_published(folder):
        raise Damaged(f"第 {number} 代已损坏，但不是现行的一代，没有替换。现行数据不受影响；可从备份恢复它。")
    promised = _promised(folder, number)
    differing = tuple(t for t in FROM_RETURNS if promised and built.rows[t] != promised.rows[t])
    if promised and (differing or built.totals != promised.totals):
        raise Damaged(
            f"第 {number} 代已损坏，重建所得与它的清单不符（{'、'.join(differing) or '控制合计'}），没有替换。"
            "请从备份恢复（zhibiao restore）。"
        )
    note = f"第 {number} 代损坏，由原始报送重建"
    with operating(folder) as conn:
        new = begin_number(folder, conn, who, note)
    stamp = Stamp(folder, new, number, who, note, catalogue.digest, utc_now())
    manifest = seal_built(making, replace(built, applied=[]), stamp)
    seal.point(folder, new)
    finish(folder, manifest)
    same = bool(promised and promised.catalogue_digest == catalogue.digest)
    return Rebuilt(number, same, FROM_RETURNS if promised else (), (), new)


def _promised(folder: DataFolder, number: int) -> Manifest | None:
    """The manifest of a damaged generation, if that is the one it was published with."""
    try:
        held = seal.read_manifest(folder, number)
    except Damaged:
        return None
    return held if testimony.seals(folder).get(number) == held.sha256 else None
