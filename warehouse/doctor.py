"""The doctor: looks at every store and says in Chinese what is well, what is not, and what to run next.

It mends only what a dead writer left (see `recovery`) and changes nothing else. `deep` re-hashes every file and asks
every gate about everything.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from indicators.errors import ZhibiaoError
from warehouse import audit, gates, seal, testimony, vault
from warehouse.errors import WriterBusy, told
from warehouse.folder import DataFolder, writing
from warehouse.moments import utc_now
from warehouse.operations import consulting
from warehouse.read import generation
from warehouse.recovery import recover, set_back
from warehouse.submissions import State, submissions

OK, WARNING, DAMAGED = "ok", "warning", "damaged"
_LEAST_FREE = 500 << 20
_READ = {State.SUBMITTED, State.APPROVED, State.PUBLISHED, State.SUPERSEDED}  # what was parsed of them is still needed


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: `level` is ok, warning or damaged; `next_command` is what to run, "" when nothing."""

    level: str
    message: str
    next_command: str = ""


def doctor(folder: DataFolder, deep: bool = False) -> list[Diagnosis]:
    """Everything that was looked at, in order; the folder is sound when no diagnosis is `damaged`."""
    looks: tuple[tuple[str, Callable[[DataFolder, bool], Iterator[Diagnosis]]], ...] = (
        ("版本", _versions),
        ("磁盘", _disk),
        ("业务库", _operations),
        ("未完成的写入", _leftovers),
        ("时钟", _clock),
        ("数据仓库", _lake),
        ("已发布的各代", _generations),
        ("各库是否一致", _agreement),
        ("审计记录", _audit),
        ("原始文件库", _vault),
    )
    found: list[Diagnosis] = []
    for what, look in looks:
        try:
            found += look(folder, deep)
        except ZhibiaoError as error:
            found.append(Diagnosis(DAMAGED if error.exit_code == 5 else WARNING, f"{what}：{error}", ""))
    return found


def _versions(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Diagnosis(
        OK, f"Python {python}，DuckDB {duckdb.__version__}，SQLite {sqlite3.sqlite_version}（回滚日志方式）。"
    )


def _disk(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    free = shutil.disk_usage(folder.root).free
    number = seal.pointed(folder)
    path = seal.file_of(folder, number) if number is not None else None
    needed = max(_LEAST_FREE, 5 * path.stat().st_size if path and path.exists() else 0)
    said = f"磁盘可用 {free >> 20} MB"
    if free < needed:
        yield Diagnosis(WARNING, f"{said}，不足 {needed >> 20} MB，发布可能因空间不足而中止。请清出空间。")
    else:
        yield Diagnosis(OK, f"{said}。")


def _operations(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    if folder.server.is_file():
        with consulting(folder) as conn:
            version = conn.exec_driver_sql("SHOW server_version").scalar()
        yield Diagnosis(OK, f"业务库在 PostgreSQL {version}，连得上，结构是本程序的版本。")
        return
    with consulting(folder) as conn:
        said = conn.exec_driver_sql(f"PRAGMA {'integrity_check' if deep else 'quick_check'}").scalars().all()
        loose = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
    if said != ["ok"] or loose:
        yield Diagnosis(DAMAGED, f"业务库内部不一致：{'；'.join(map(str, said[:3]))}。", "zhibiao restore")
    else:
        yield Diagnosis(OK, "业务库完好。")


def _leftovers(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    """Mend what a dead writer left, unless somebody is writing now."""
    try:
        with writing(folder, "zhibiao doctor", "检查"):
            mended = recover(folder)
    except WriterBusy as busy:
        yield Diagnosis(OK, f"“{busy.who}”正在写入（{busy.what}，自 {told(busy.since or None)} 起），未作清理。")
        return
    yield from (Diagnosis(OK, f"上次写入中断，已处理：{done}") for done in mended)


def _clock(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    with consulting(folder) as conn:
        sequence, _ = audit.head(conn)
        last = audit.records(conn, since=sequence - 1) if sequence else []
    if last and datetime.fromisoformat(str(last[0]["at"])) > utc_now() + timedelta(minutes=5):
        yield Diagnosis(
            WARNING, f"本机时钟早于最近一条审计记录（{told(str(last[0]['at']))}），时钟可能被拨回。请校时。"
        )
    else:
        yield Diagnosis(OK, "时钟没有倒退。")


def _generations(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    current = seal.pointed(folder)
    if current is None:
        yield Diagnosis(DAMAGED, "现行代号 CURRENT 读不出，正在显示最近一份完好的数据。", "zhibiao rebuild")
    if moved := set_back(folder):
        yield Diagnosis(DAMAGED, f"{moved}仍显示登记的最新一代；在改正以前不能发布。", "zhibiao rebuild")
        return
    kept = seal.numbers(folder)
    sealed = testimony.seals(folder)
    wrong = {n: w for n in kept if (w := seal.damage(folder, n, deep) or testimony.swapped(folder, n, sealed))}
    for number, said in wrong.items():
        if number == current:
            next_command = "zhibiao restore" if folder.on_lake else "zhibiao rebuild"
            yield Diagnosis(DAMAGED, f"{said}它是现行的一代，正在显示的是它的上一代。", next_command)
        else:
            yield Diagnosis(DAMAGED, f"{said}现行数据不受影响。", "zhibiao restore")
    if current is not None and current not in kept:
        yield Diagnosis(DAMAGED, f"现行的第 {current} 代不见了。", "zhibiao rebuild")
    elif current is not None and current not in wrong:
        yield from _promises(folder, current, deep)
        yield Diagnosis(OK, f"现行为第 {current} 代；共保留 {len(kept)} 代，{len(kept) - len(wrong)} 代完好。")


def _promises(folder: DataFolder, number: int, deep: bool) -> Iterator[Diagnosis]:
    """What the gates and the manifest say of the current generation."""
    held = generation(folder, number)
    with held.engine.connect() as conn:
        totals = gates.control_totals(conn)
        found = gates.unequal(totals) + (gates.failures(conn) if deep and number else [])
    if totals != held.manifest.totals:
        found.append("控制合计与清单不符")
    yield from (Diagnosis(DAMAGED, f"第 {number} 代：{said}。", "zhibiao rebuild") for said in found)


def _lake(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    """Of a folder whose generations are in a DuckLake: whether it answers, and whether it wants looking after."""
    if not folder.on_lake:
        return
    from warehouse import lake_care

    held = lake_care.extent(folder)
    said = f"数据仓库（DuckLake 格式 {held.version}）连得上，{held.files} 个文件，共 {held.size >> 20} MB"
    if held.small > lake_care.MANY:
        yield Diagnosis(WARNING, f"{said}，其中 {held.small} 个很小，查询会变慢。", "zhibiao warehouse maintain")
    else:
        yield Diagnosis(OK, f"{said}。")


def _agreement(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    current = seal.pointed(folder)
    if current is None or set_back(folder) or seal.damage(folder, current, deep=False):
        return  # told already
    with consulting(folder) as conn:
        held = submissions(conn)
    told_published = {s.id for s in held if s.state in (State.PUBLISHED, State.SUPERSEDED)}
    shown = {r["id"] for r in generation(folder, current).rows("SELECT id FROM submission")}
    if told_published != shown:
        odd = "、".join(sorted(told_published ^ shown)[:5])
        yield Diagnosis(DAMAGED, f"业务库登记的已发布报送与第 {current} 代不一致：{odd}。", "zhibiao rebuild")
    else:
        yield Diagnosis(OK, f"业务库与第 {current} 代一致，已发布 {len(shown)} 份报送。")


def _audit(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    problems = audit.verify(folder)
    yield from (Diagnosis(DAMAGED, said, "zhibiao audit verify") for said in problems)
    if not problems:
        yield Diagnosis(OK, "审计记录首尾相接，与库外锚点一致。")
    against = testimony.contradictions(folder, deep)
    yield from (Diagnosis(DAMAGED, said, f"zhibiao audit show --about {about}") for about, said in against)
    if not against:
        yield Diagnosis(OK, "报送、审核和账户的登记与审计链所记相同。")


def _vault(folder: DataFolder, deep: bool) -> Iterator[Diagnosis]:
    with consulting(folder) as conn:
        held = submissions(conn)
    lost = sorted({s.file_hash for s in held if not vault.holds(folder, s.file_hash)})
    needed = [s for s in held if s.state in _READ]
    unread = [s.id for s in needed if deep and vault.get_parsed(folder, s.file_hash, s.parser_version) is None]
    spoilt = [sha for sha, sound in vault.verify(folder) if not sound] if deep else []
    for sha in lost:
        yield Diagnosis(DAMAGED, f"原始文件 {sha[:12]}… 不见了。", "zhibiao restore")
    for sha in spoilt:
        yield Diagnosis(DAMAGED, f"原始文件 {sha[:12]}… 的内容与其摘要不符。", "zhibiao restore")
    for id in unread:
        yield Diagnosis(DAMAGED, f"报送 {id} 的解析结果不在库中或已损坏，不能据以重建。", "zhibiao restore")
    if not (lost or spoilt or unread):
        yield Diagnosis(OK, f"原始文件库完好，{len(held)} 份报送的文件都在{'，摘要逐个核对过' if deep else ''}。")
