"""Web sessions: who is logged in from which browser, until when. Only hashes of what browsers hold are kept.

What a browser holds is 32 random bytes, so a plain SHA-256 keeps it as well as a slow hash would. A session ends when
it was idle too long, when it is too old, at logout, at a change of password, and when its account is closed. What a
cookie is and which page asks for one is known by the dashboard.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from warehouse import audit, passwords
from warehouse.accounts import Account, account_of
from warehouse.moments import utc_now
from warehouse.operations_schema import account as account_table
from warehouse.operations_schema import session as table

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One login: whose, since when and last seen when (UTC), from which address and browser."""

    hash: str
    account: Account
    opened_at: datetime
    seen_at: datetime
    place: str
    browser: str
    must_change: bool

    def over(self, idle: timedelta, longest: timedelta, now: datetime) -> bool:
        """Whether it has been idle or open for too long."""
        return now - self.seen_at > idle or now - self.opened_at > longest

    def unseen(self, now: datetime) -> bool:
        """Whether it is time to note that it is still in use."""
        return now - self.seen_at > SEEN_EVERY


def open_session(conn: Connection, account: Account, place: str, browser: str, method: str = "password") -> str:
    """Log an account in and return what its browser shall hold."""
    token = renew(conn, account, place, browser, method)
    audit.append(conn, account.name, "session.opened", account.name, place=place, detail={"method": method})
    return token


def renew(conn: Connection, account: Account, place: str, browser: str, method: str = "password") -> str:
    """A further session of an account that just proved who it is, as a part of another act."""
    token, now = secrets.token_urlsafe(32), utc_now()
    conn.execute(
        table.insert().values(
            hash=digest(token), account=account.name, opened_at=now, seen_at=now, place=place,
            browser=browser[:200], method=method,
        )
    )  # fmt: skip
    return token


def find_session(conn: Connection, hash_: str) -> Session | None:
    """The session of this hash if its account is open; whether it is over is for the caller to ask."""
    found = select(table, account_table).join(account_table, account_table.c.name == table.c.account)
    row = conn.execute(found.where(table.c.hash == hash_)).mappings().first()
    if row is None or not row["active"]:
        return None
    aged = passwords.due(bool(row["must_change"]), row["password_at"] or row["created_at"], utc_now())
    return Session(
        row[table.c.hash], account_of(row), row["opened_at"], row["seen_at"], row["place"], row["browser"],
        aged and row["method"] == "password",
    )  # fmt: skip


def see(conn: Connection, hash_: str) -> None:
    """Note that a session is in use."""
    conn.execute(table.update().where(table.c.hash == hash_).values(seen_at=utc_now()))


def close_session(conn: Connection, one: Session, place: str) -> None:
    """Log out."""
    if conn.execute(table.delete().where(table.c.hash == one.hash)).rowcount:
        audit.append(conn, one.account.name, "session.closed", one.account.name, place=place)


def sessions(conn: Connection, name: str) -> list[Session]:
    """The sessions of an account, the one last used first."""
    held = select(table.c.hash).where(table.c.account == name).order_by(table.c.seen_at.desc())
    return [one for hash_ in conn.scalars(held) if (one := find_session(conn, hash_)) is not None]


def forget_old(conn: Connection, idle: timedelta, longest: timedelta) -> None:
    """Remove sessions that are over."""
    now = utc_now()
    conn.execute(table.delete().where((table.c.seen_at < now - idle) | (table.c.opened_at < now - longest)))


def digest(token: str) -> str:
    """The hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
