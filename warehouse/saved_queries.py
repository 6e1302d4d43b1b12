"""Questions that people keep: each belongs to one account, and everybody may open it once it is shared.

What is kept is the question and how its answer is drawn, never the answer. Whether a text may be asked at all is
decided when it is asked, by the sandbox.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from indicators.errors import UsageError
from warehouse import audit
from warehouse.errors import NotPermitted
from warehouse.moments import utc_now
from warehouse.operations_schema import saved_query as table
from warehouse.sandbox.statement import MAX_TEXT

LONGEST_TITLE, MOST = 80, 500
_PAST = 1_000_000  # beyond the numbers that are drawn


@dataclass(frozen=True, slots=True)
class Kept:
    """A question as it is kept: its title, its text, values of its parameters, the day, how its answer is drawn."""

    title: str
    sql: str
    params: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    chart: Mapping[str, Any] = field(default_factory=dict)
    shared: bool = False


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A kept question with its number, whose it is, and when it was last saved."""

    number: int
    account: str
    saved_at: datetime
    kept: Kept


def save_query(conn: Connection, account: str, kept: Kept, number: int | None = None, place: str = "") -> SavedQuery:
    """Keep a question, as a new one or in the place of the own one with this number.

    Raises UsageError (no title, too long, too many, no such question), NotPermitted (somebody else's).
    """
    title = kept.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise UsageError(f"查询的名称要有 1 至 {LONGEST_TITLE} 个字，没有保存。请改名后再存。")
    if not kept.sql.strip() or len(kept.sql) > MAX_TEXT:
        raise UsageError(f"查询是空的，或超过 {MAX_TEXT:,} 个字符，没有保存。请改写后再存。")
    values = {
        "title": title, "sql": kept.sql, "params": json.dumps(dict(kept.params), ensure_ascii=False),
        "as_of": kept.as_of, "chart": json.dumps(dict(kept.chart), ensure_ascii=False), "shared": kept.shared,
        "saved_at": utc_now(),
    }  # fmt: skip
    if number is None:
        held = conn.scalar(select(func.count()).select_from(table).where(table.c.account == account)) or 0
        if held >= MOST:
            raise UsageError(f"已存有 {held} 个查询，达到上限，没有保存。请先删去不用的。")
        number = _free(conn)
        conn.execute(table.insert().values(number=number, account=account, **values))
    else:
        _own(conn, number, account)
        conn.execute(table.update().where(table.c.number == number).values(**values))
    said = {"title": title, "shared": kept.shared}
    audit.append(conn, account, "query.saved", f"Q{number}", place=place, detail=said)
    return find_query(conn, number, account)


def remove_query(conn: Connection, account: str, number: int, place: str = "") -> None:
    """Forget an own question. Raises UsageError, NotPermitted."""
    _own(conn, number, account)
    conn.execute(table.delete().where(table.c.number == number))
    audit.append(conn, account, "query.removed", f"Q{number}", place=place)


def find_query(conn: Connection, number: int, account: str) -> SavedQuery:
    """A question that is the account's own or shared. Raises UsageError; of others' it is not said that they exist."""
    query = select(table).where(table.c.number == number)
    row = conn.execute(query).mappings().first() if number < _PAST else None  # no store holds a number of any length
    if row is None or not (row["shared"] or row["account"] == account):
        raise UsageError(f"没有存着的查询 Q{number}，或它没有共享给您。请向给您链接的人核对。")
    return _made(row)


def saved_queries(conn: Connection, account: str) -> list[SavedQuery]:
    """The account's own questions, then those that others share; the newest first."""
    wanted = select(table).where(or_(table.c.account == account, table.c.shared))
    found = [_made(row) for row in conn.execute(wanted.order_by(table.c.saved_at.desc(), table.c.number)).mappings()]
    return sorted(found, key=lambda one: one.account != account)


def _free(conn: Connection) -> int:
    """A number that no question has; drawn, so that the number of one that was removed does not come back."""
    while True:
        number = 100_000 + secrets.randbelow(_PAST - 100_000)
        if conn.scalar(select(table.c.number).where(table.c.number == number)) is None:
            return number


def _own(conn: Connection, number: int, account: str) -> None:
    if find_query(conn, number, account).account != account:
        raise NotPermitted(f"查询 Q{number} 是别人存的，没有改动。可以另存为自己的一个。")


def _made(row: Any) -> SavedQuery:
    kept = Kept(
        row["title"], row["sql"], json.loads(row["params"]), row["as_of"], json.loads(row["chart"]), bool(row["shared"])
    )
    return SavedQuery(int(row["number"]), row["account"], row["saved_at"], kept)
