"""Tokens by which a program acts as an account towards the HTTP API; only their hashes are kept.

A token is 32 random bytes, so a plain SHA-256 keeps it as well as a slow hash would and answers in microseconds. An
account has one token or none: a new one ends the one before. A closed account's token opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Connection, select

from indicators.errors import UsageError
from warehouse import audit
from warehouse.accounts import Account, find_account
from warehouse.moments import utc_now
from warehouse.operations_schema import api_token as table

PREFIX = "zb_"


def issue_token(conn: Connection, name: str, by: str, place: str = "") -> str:
    """A new token of an account, told this once; the one before it ends. Raises UsageError (no such open account)."""
    account = find_account(conn, name)
    if account is None or not account.active:
        raise UsageError(f"没有可用的账户“{name}”，没有产生令牌。请用 zhibiao user list 查看。")
    token = PREFIX + secrets.token_urlsafe(32)
    conn.execute(table.delete().where(table.c.account == name))
    conn.execute(table.insert().values(account=name, hash=_hash(token), issued_by=by, issued_at=utc_now()))
    audit.append(conn, by, "token.issued", name, place=place)
    return token


def revoke_token(conn: Connection, name: str, by: str, place: str = "") -> bool:
    """End the token of an account; False when it had none."""
    ended = conn.execute(table.delete().where(table.c.account == name)).rowcount > 0
    if ended:
        audit.append(conn, by, "token.revoked", name, place=place)
    return ended


def issued_at(conn: Connection, name: str) -> datetime | None:
    """Since when (UTC) an account has its token, None when it has none."""
    return conn.scalar(select(table.c.issued_at).where(table.c.account == name))


def bearer(conn: Connection, token: str) -> Account | None:
    """The open account that a token belongs to, if any."""
    name = conn.scalar(select(table.c.account).where(table.c.hash == _hash(token)))
    account = find_account(conn, name) if name else None
    return account if account and account.active else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
