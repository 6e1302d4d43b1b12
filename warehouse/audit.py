"""The audit chain: who did what to which object, when and with what result, each record sealing the one before.

A record's hash is SHA-256 over the hash before it and its own canonical JSON, so an edit, deletion, insertion or
reordering breaks the chain; anchors kept outside the database show a chain that was cut off at its end. Records are
appended inside the transaction of the act they tell of: both are kept or neither. Old ones may lie in archives
(`audit_archive`); the chain goes through them. Where anchors lie is known by `anchors`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from warehouse import anchors
from warehouse.anchors import Anchor
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.operations import HEAD, consulting
from warehouse.operations_schema import audit

START = "0" * 64
ARCHIVED = "audit.archived"  # the act that tells of records that went into a file
_LAST = select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
_APPEND = audit.insert()
_appended: deque[tuple[int, str]] = deque(maxlen=1000)  # by which process, and at which microsecond
_SEALED = ("sequence", "at", "who", "place", "act", "object", "result", "detail")


def append(
    conn: Connection,
    who: str,
    act: str,
    object: str,
    result: str = "ok",
    place: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append one record inside the caller's transaction and return its sequence number.

    `act` is dotted (`submission.approved`), `object` a code, `place` an address or command, `detail` JSON values.
    """
    last = conn.execute(_LAST).first()
    record: dict[str, Any] = {
        "sequence": last.sequence + 1 if last else 1,
        "at": utc_now().isoformat(timespec="microseconds"),
        "who": who,
        "place": place,
        "act": act,
        "object": object,
        "result": result,
        "detail": _canonical(dict(detail or {})),
    }
    previous = last.hash if last else START
    digest = seal(previous, record)
    conn.execute(_APPEND, {**record, "previous": previous, "hash": digest})
    first, _ = conn.info.get(HEAD, (record["sequence"], None))
    conn.info[HEAD] = first, Anchor(record["sequence"], digest, datetime.fromisoformat(record["at"]))
    _appended.append((os.getpid(), record["at"]))
    return int(record["sequence"])


def told_here(conn: Connection, since: int) -> list[dict[str, Any]]:
    """The records after number `since` that this process appended, of the last thousand it did."""
    mine = [at for process, at in _appended if process == os.getpid()]
    query = select(audit).where(audit.c.sequence > since, audit.c.at.in_(mine)).order_by(audit.c.sequence)
    return [dict(row) for row in conn.execute(query).mappings()]


def seal(previous: str, record: Mapping[str, Any]) -> str:
    """The hash of a record that follows the one with hash `previous`."""
    return hashlib.sha256((previous + _canonical({n: record[n] for n in _SEALED})).encode()).hexdigest()


def records(conn: Connection, since: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Records after sequence number `since`, oldest first."""
    query = select(audit).where(audit.c.sequence > since).order_by(audit.c.sequence).limit(limit)
    return [dict(row) for row in conn.execute(query).mappings()]


def latest(
    conn: Connection, count: int, since: int = 0, about: str = "", by: str = "", act: str = ""
) -> list[dict[str, Any]]:
    """The last `count` records after number `since`, of one object, account or act if named, oldest first."""
    query = select(audit).where(audit.c.sequence > since).order_by(audit.c.sequence.desc()).limit(count)
    for column, wanted in ((audit.c.object, about), (audit.c.who, by), (audit.c.act, act)):
        if wanted:
            query = query.where(column == wanted)
    return [{str(k): v for k, v in row.items()} for row in reversed(conn.execute(query).mappings().all())]


@dataclass(frozen=True, slots=True)
class Sought:
    """What records are looked for; "" and None narrow nothing. An `act` that ends in a dot means all of its kind."""

    who: str = ""
    act: str = ""
    object: str = ""
    result: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def find(conn: Connection, sought: Sought, limit: int) -> list[dict[str, Any]]:
    """The newest `limit` records that fit, newest first; `who` and `object` may be parts of a name."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    for column, part in ((audit.c.who, sought.who), (audit.c.object, sought.object)):
        if part:
            query = query.where(column.contains(part, autoescape=True))
    if sought.act:
        kind = sought.act.endswith(".")
        query = query.where(audit.c.act.startswith(sought.act, autoescape=True) if kind else audit.c.act == sought.act)
    if sought.result:
        query = query.where(audit.c.result == sought.result)
    if sought.since:
        query = query.where(audit.c.at >= sought.since.isoformat(timespec="microseconds"))
    if sought.until:
        query = query.where(audit.c.at <= sought.until.isoformat(timespec="microseconds"))
    if sought.before is not None:
        query = query.where(audit.c.sequence < sought.before)
    return [dict(row) for row in conn.execute(query).mappings()]


def acts(conn: Connection) -> list[str]:
    """Every act that the chain tells of, by name."""
    return [str(act) for act in conn.scalars(select(audit.c.act).distinct().order_by(audit.c.act))]


def head(conn: Connection) -> tuple[int, str]:
    """Sequence number and hash of the last record; (0, START) of an empty chain."""
    last = conn.execute(_LAST).first()
    return (int(last.sequence), str(last.hash)) if last else (0, START)


def anchor(folder: DataFolder) -> Path:
    """Keep the head of the chain outside the database, lastingly, as the anchor of today."""
    with consulting(folder) as conn:
        sequence, digest = head(conn)
    return anchors.cast(folder, Anchor(sequence, digest, utc_now()))


def verify(folder: DataFolder) -> list[str]:
    """Every break of the chain, from its first record in the oldest archive to its last in the database, and every
    anchor it does not reach, as Chinese sentences; empty when it is whole.
    """
    from warehouse.audit_archive import archived

    problems: list[str] = []
    walk = _Walk(_anchored(folder, problems), problems)
    with consulting(folder) as conn:
        first = conn.scalar(select(func.min(audit.c.sequence)))
        there = {}
        for name, sha256, rows in archived(folder, first or sys.maxsize):
            there[name] = sha256
            if rows is None:
                problems.append(f"归档文件 {name} 已损坏，读不出。")
            for row in rows or ():
                walk.over(row)
        for found in conn.execute(select(audit).order_by(audit.c.sequence)).mappings():
            walk.over(dict(found))
    for name in sorted(there.keys() | walk.archives.keys()):
        if name not in there:
            problems.append(f"归档文件 {name} 不见了。")
        elif name not in walk.archives:
            problems.append(f"归档文件 {name} 没有登记在审计链上。")
        elif there[name] != walk.archives[name]:
            problems.append(f"归档文件 {name} 与归档时的摘要不符（被改动过）。")
    cut = sorted(n for n in walk.anchors if n)
    return problems + [f"库外锚点记有第 {n} 号审计记录，链上却没有（末尾被截断）。" for n in cut]


class _Walk:
    """One way along the chain: what was seen last, what is wrong, anchors left over, archives it tells of."""

    def __init__(self, anchors: dict[int, set[str]], problems: list[str]) -> None:
        self.anchors, self.problems = anchors, problems
        self.archives: dict[str, str] = {}
        self._previous, self._expected = START, 1

    def over(self, row: Mapping[Any, Any]) -> None:
        """Look at the next record."""
        number, say = int(row["sequence"]), self.problems.append
        if number != self._expected:
            say(f"审计记录第 {self._expected} 号至第 {number - 1} 号缺失（有人删除过，或插入过别的记录）。")
        if row["previous"] != self._previous:
            say(f"审计记录第 {number} 号与前一条接不上（顺序被改动，或前一条被改动、删除）。")
        if seal(str(row["previous"]), row) != row["hash"]:
            say(f"审计记录第 {number} 号的内容被改动过。")
        if number in self.anchors and self.anchors.pop(number) != {row["hash"]}:
            say(f"审计记录第 {number} 号与库外锚点不符（整条链可能被重写过）。")
        if row["act"] == ARCHIVED:
            self.archives[str(row["object"])] = str(json.loads(row["detail"]).get("sha256", ""))
        self._previous, self._expected = str(row["hash"]), number + 1


def _anchored(folder: DataFolder, problems: list[str]) -> dict[int, set[str]]:
    """The hashes that anchors have of a record, by its number: one, unless they contradict each other."""
    found: dict[int, set[str]] = {}
    for path, one in anchors.anchors(folder):
        if one is None:
            problems.append(f"库外锚点 {path.name} 已损坏，读不出。")
        else:
            found.setdefault(one.sequence, set()).add(one.hash)
    return found


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
