"""Failed logins: after some of them the next has to wait, longer each time, for the account and for the address.

Nobody is locked out for good: the wait ends by itself, is never longer than the profile says, and what is older than a
day is forgotten. An attempt is counted before its password is looked at, so that many at once don't slip through. It
makes no difference whether an account of that name exists.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import Connection, select

from warehouse import passwords
from warehouse.errors import TooManyAttempts
from warehouse.moments import utc_now
from warehouse.operations_schema import login_failure as table

SHARED = 6  # an office shares an address: so many times the failures of one account
FORGOTTEN = timedelta(days=1)


def begin(conn: Connection, name: str, address: str) -> None:
    """Count an attempt to log in. Raises TooManyAttempts, which counts nothing, while it has to wait."""
    now, rules = utc_now(), passwords.profile()
    conn.execute(table.delete().where(table.c.last_at < now - FORGOTTEN))
    subjects = _subjects(name, address)
    held = {
        kind: conn.execute(select(table).where(table.c.kind == kind, table.c.subject == subject)).mappings().first()
        for kind, subject in subjects.items()
    }
    for kind, row in held.items():
        free = rules.attempts * (SHARED if kind == "address" else 1)
        if row is not None and row["count"] >= free:
            wait = min(rules.patience, timedelta(seconds=2 ** min(row["count"] - free + 2, 20)))
            if (left := row["last_at"] + wait - now) > timedelta(0):
                raise TooManyAttempts(left)
    for kind, subject in subjects.items():
        row = held[kind]
        if row is None:
            conn.execute(table.insert().values(kind=kind, subject=subject, count=1, last_at=now))
        else:
            counted = table.update().where(table.c.kind == kind, table.c.subject == subject)
            conn.execute(counted.values(count=row["count"] + 1, last_at=now))


def succeed(conn: Connection, name: str, address: str) -> None:
    """The attempt was the owner's: the account's failures are forgotten, the address's are one fewer."""
    subjects = _subjects(name, address)
    conn.execute(table.delete().where(table.c.kind == "account", table.c.subject == subjects["account"]))
    mine = (table.c.kind == "address") & (table.c.subject == subjects["address"])
    conn.execute(table.update().where(mine).values(count=table.c.count - 1))
    conn.execute(table.delete().where(mine, table.c.count <= 0))


def _subjects(name: str, address: str) -> dict[str, str]:
    """What is counted; names as hashes, for people type passwords into the field for names."""
    return {"account": hashlib.sha256(name.encode()).hexdigest(), "address": address}
