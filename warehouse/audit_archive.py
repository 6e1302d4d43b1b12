"""Archives of the audit chain: old records in sealed files outside the database, of which the chain goes on to tell.

A segment of whole years leaves the database when every class of acts in it is past its term (`audit_terms.csv`). Its
file has a line for each record as it was hashed; the record `audit.archived`, which stays in the chain, has the file's
SHA-256. Nothing is ever deleted: the file stands, proved whole, before the rows go in the transaction that says so.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files as package
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from indicators.errors import UsageError
from warehouse import audit, files
from warehouse.errors import Damaged, TermNotOver
from warehouse.folder import DataFolder, writing
from warehouse.migrations import unguarded
from warehouse.moments import beijing_day, day_begins, utc_now
from warehouse.operations import consulting, operating
from warehouse.operations_schema import audit as table

_NAME = re.compile(r"audit-(\d{9})-(\d{9})\.jsonl\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """How many full years after its own the records of a class of acts stay in the database."""

    name: str
    acts: tuple[str, ...]
    years: int
    basis: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Records that may be, or were, archived together: `counted` by class, `file` where they are."""

    first: int
    last: int
    until: int
    counted: dict[str, int]
    file: str = ""
    sha256: str = ""

    @property
    def records(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


@cache
def terms() -> tuple[Term, ...]:
    """The classes of acts, most particular first; the last takes every act that no other names."""
    text = package("warehouse").joinpath("audit_terms.csv").read_text("utf-8")
    return tuple(
        Term(row["class"], tuple(row["acts"].split()), int(row["years"]), row["basis"])
        for row in csv.DictReader(text.splitlines())
    )


def term_of(act: str) -> Term:
    """The class that an act belongs to."""
    return next(term for term in terms() if not term.acts or act.startswith(term.acts))


def due(folder: DataFolder, until: int, today: date | None = None) -> Segment | None:
    """The segment of all records up to the end of the year `until` (Beijing); None when there is none.

    Raises UsageError for a year that is not over, TermNotOver naming the classes whose term is not.
    """
    today = today or beijing_day(utc_now())
    if until >= today.year:
        raise UsageError(f"{until} 年还没有结束，不能归档。什么也没有改动；最晚可到 {today.year - 1} 年。")
    cut = day_begins(date(until + 1, 1, 1)).isoformat(timespec="microseconds")
    with consulting(folder) as conn:
        later = conn.scalar(select(table.c.sequence).where(table.c.at >= cut).order_by(table.c.sequence).limit(1))
        query = select(table.c.sequence, table.c.at, table.c.act).order_by(table.c.sequence)
        rows = conn.execute(query if later is None else query.where(table.c.sequence < later)).all()
    if not rows:
        return None
    young = {}
    for row in rows:
        term, year = term_of(row.act), beijing_day(datetime.fromisoformat(row.at)).year
        if year + term.years >= today.year:
            young[term.name] = f"“{term.name}”须在库满 {term.years} 年（{year} 年的记录到 {year + term.years} 年底）"
    if young:
        raise TermNotOver(
            f"到 {until} 年底的审计记录还不能归档：{'；'.join(young.values())}。什么也没有改动；"
            "期限见 docs/warehouse.md。"
        )
    counted = Counter(term_of(row.act).name for row in rows)
    return Segment(rows[0].sequence, rows[-1].sequence, until, dict(counted))


def archive(folder: DataFolder, until: int, *, who: str, place: str = "", today: date | None = None) -> Segment | None:
    """Move the segment to a sealed file; None when there is nothing to move. Raises as `due`, WriterBusy, Damaged."""
    with writing(folder, who, "审计归档"):
        meant = due(folder, until, today)
        if meant is None:
            return None
        if problems := audit.verify(folder):
            raise Damaged(f"审计链有断裂，没有归档，什么也没有改动：{problems[0]}请运行 zhibiao audit verify。")
        path = place_of(folder) / f"audit-{meant.first:09d}-{meant.last:09d}.jsonl"
        with consulting(folder) as conn:
            query = select(table).where(table.c.sequence.between(meant.first, meant.last)).order_by(table.c.sequence)
            lines = [_line(row) for row in conn.execute(query).mappings()]
        content = "".join(lines).encode()
        files.make_directory(path.parent)
        files.write(path, content, "审计归档", read_only=True)
        sha = hashlib.sha256(content).hexdigest()
        if files.sha256(path) != sha:
            raise Damaged(f"归档文件 {path.name} 写出后读回不符，没有归档，库内记录不变。请检查磁盘。")
        done = Segment(meant.first, meant.last, until, meant.counted, path.name, sha)
        with operating(folder) as conn:
            said = {"first": done.first, "last": done.last, "until": until, "sha256": sha, "classes": done.counted}
            audit.append(conn, who, audit.ARCHIVED, path.name, place=place, detail=said)
            with unguarded(conn):
                conn.execute(table.delete().where(table.c.sequence <= meant.last))
        audit.anchor(folder)
    return done


def place_of(folder: DataFolder) -> Path:
    """Where archives lie."""
    return folder.root / "audit-archive"


def archived(folder: DataFolder, before: int) -> Iterator[tuple[str, str, list[dict[str, Any]] | None]]:
    """Each archive with records before number `before`, in order: name, SHA-256 as it is, records (None: unreadable).

    A file that the chain in the database still covers was left by a death before its archiving counted, and is no part.
    """
    for path in sorted(place_of(folder).glob("audit-*.jsonl")):
        named = _NAME.match(path.name)
        if named is None or int(named[1]) >= before:
            continue
        yield path.name, files.sha256(path), _read(path)


def whole(folder: DataFolder, conn: Connection) -> Iterator[Mapping[Any, Any]]:
    """Every record of the chain, from the oldest archive to the last in the database; unreadable archives are none."""
    first = conn.scalar(select(func.min(table.c.sequence)))
    for _name, _sha, rows in archived(folder, first or sys.maxsize):
        yield from rows or ()
    yield from conn.execute(select(table).order_by(table.c.sequence)).mappings()


def _line(record: Mapping[Any, Any]) -> str:
    return json.dumps(dict(record), ensure_ascii=False, sort_keys=True) + "\n"


def _read(path: Path) -> list[dict[str, Any]] | None:
    try:
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [{c.name: record[c.name] for c in table.columns} for record in found]
    except (OSError, ValueError, KeyError, TypeError):
        return None
