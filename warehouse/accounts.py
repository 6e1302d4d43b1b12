"""Accounts, their roles, and what each role may do. Passwords are kept as argon2id hashes only.

Who may do what is data (`MAY`), asked through `may` and `require`, so that pages, routes and commands say it once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from indicators.errors import UsageError
from warehouse import audit, passwords
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.moments import utc_now
from warehouse.operations_schema import account as table
from warehouse.operations_schema import password_history as history
from warehouse.operations_schema import session


class Role(StrEnum):
    """What an account is for."""

    FILLER = "filler"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    LEADER = "leader"
    ANALYST = "analyst"
    ADMIN = "admin"
    AUDITOR = "auditor"
    GUEST = "guest"  # who looks without logging in, where the service allows it; no account has it

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _LABELS[self.value]


_LABELS = {
    "filler": "填报",
    "reviewer": "审核",
    "publisher": "发布",
    "leader": "领导",
    "analyst": "分析",
    "admin": "系统管理",
    "auditor": "审计",
    "guest": "访客",
}

_ALL = frozenset(Role) - {Role.GUEST}
_BUREAU = frozenset({Role.REVIEWER, Role.PUBLISHER})
MAY: dict[str, frozenset[Role]] = {
    "account": _ALL,  # the own password, sessions and token
    "view": _ALL | {Role.GUEST},  # published figures
    "status": _ALL,  # who has reported
    "submit": frozenset({Role.FILLER}),
    "withdraw": frozenset({Role.FILLER}),  # a return of the own department that awaits review
    "explain": frozenset({Role.FILLER, Role.PUBLISHER}),  # a publisher: of what is backfilled
    "backfill": frozenset({Role.PUBLISHER}),  # departments' old returns and published documents, with their vintage
    "read_submission": frozenset({Role.FILLER}) | _BUREAU | {Role.AUDITOR},  # a filler: of the own department
    "review": _BUREAU | {Role.AUDITOR},  # see what waits for whom
    "approve": frozenset({Role.REVIEWER}),
    "return": frozenset({Role.REVIEWER}),
    "remind": _BUREAU,  # tell departments what they owe
    "publish": frozenset({Role.PUBLISHER}),
    "lock_period": frozenset({Role.PUBLISHER}),
    "sql": frozenset({Role.ANALYST, Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR, Role.GUEST}),
    "keep_query": frozenset({Role.ANALYST, Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR}),  # and share it
    "export": _ALL - {Role.FILLER, Role.ADMIN},
    "import_targets": frozenset({Role.PUBLISHER}),
    "confirm_mapping": _BUREAU,  # how a hand-made table is read
    "task_assign": frozenset({Role.PUBLISHER}),  # take up programmes, set owners and dates
    "task_report": frozenset({Role.FILLER}),  # of tasks that the own department leads or shares
    "task_list": frozenset({Role.FILLER, Role.PUBLISHER}),  # report or assign many by a workbook
    "task_verify": frozenset({Role.REVIEWER}),
    "task_close": _BUREAU | {Role.LEADER},
    "task_supervise": _BUREAU | {Role.LEADER},  # remind, question, decide on extensions, reopen
    "task_follow": frozenset({Role.FILLER, Role.LEADER, Role.AUDITOR}) | _BUREAU,  # a filler: of own tasks
    "manage_accounts": frozenset({Role.ADMIN}),
    "maintain": frozenset({Role.ADMIN}),  # doctor, backup, restore, rebuild
    "read_audit": frozenset({Role.AUDITOR, Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account without its password."""

    name: str
    full_name: str
    role: Role
    department: str
    active: bool


GUEST = Account("访客", "访客", Role.GUEST, "", True)


def may(role: Role | str, action: str) -> bool:
    """Whether a role may do an action of MAY."""
    return Role(role) in MAY[action]


def require(account: Account, action: str) -> None:
    """Raise NotPermitted unless this account is active and its role may do the action."""
    if not account.active:
        raise NotPermitted(f"账户“{account.name}”已停用，什么也没有改动。请联系系统管理员。")
    if not may(account.role, action):
        allowed = "、".join(r.label for r in Role if r in MAY[action])
        raise NotPermitted(
            f"账户“{account.name}”的角色是“{account.role.label}”，不能做这一步（需要：{allowed}）。什么也没有改动。"
        )


def add_account(
    conn: Connection,
    name: str,
    password: str,
    role: Role | str,
    full_name: str = "",
    department: str = "",
    by: str = "zhibiao",
    place: str = "",
    must_change: bool = False,
) -> Account:
    """Add an account; `must_change`: its password is told to its owner, who replaces it at the first login.

    Raises UsageError (no such role, short password, filler without department), SubmissionConflict.
    """
    role = _assignable(role)
    if not name or not name.isprintable() or name != name.strip() or name == GUEST.name:
        raise UsageError("账户名不能为空，不能叫“访客”，也不能含空白以外看不见的字符。请换一个名字。")
    if role is Role.FILLER and not department:
        raise UsageError("填报账户必须属于一个填报单位。请用 --department 指明单位代码。")
    if _row(conn, name) is not None:
        raise SubmissionConflict(f"账户“{name}”已经存在，没有改动。请换一个名字，或用 zhibiao user password 改口令。")
    passwords.prove(password, name)
    conn.execute(
        table.insert().values(
            name=name,
            full_name=full_name or name,
            role=role.value,
            department=department,
            password_hash=passwords.hashed(password),
            active=True,
            created_at=utc_now(),
            password_at=utc_now(),
            must_change=must_change,
        )
    )
    audit.append(conn, by, "account.added", name, place=place, detail={"role": role.value, "department": department})
    return Account(name, full_name or name, role, department, True)


def _assignable(role: Role | str) -> Role:
    known = [r for r in Role if r is not Role.GUEST]
    if role not in known:
        listed = "、".join(f"{r.value}（{r.label}）" for r in known)
        raise UsageError(f"没有“{role}”这个角色。可用：{listed}。")
    return Role(role)


def set_password(conn: Connection, name: str, password: str, by: str, place: str = "") -> None:
    """Replace a password and end the account's sessions; one set by somebody else must be changed at the next login.

    Raises UsageError (no such account, not good enough, used before).
    """
    row, now, rules = _known(conn, name), utc_now(), passwords.profile()
    passwords.prove(password, name)
    earlier = select(history.c.hash).where(history.c.account == name).order_by(history.c.ended_at.desc())
    used = [row["password_hash"], *conn.scalars(earlier.limit(max(rules.history - 1, 0)))][: rules.history]
    if any(passwords.matches(kept, password) for kept in used):
        raise UsageError(f"这个口令用过（不能与最近 {rules.history} 个相同）。没有改动；请换一个。")
    conn.execute(history.insert().values(account=name, ended_at=now, hash=row["password_hash"]))
    given = {"password_hash": passwords.hashed(password), "password_at": now, "must_change": by != name, "demo": False}
    _change(conn, name, by, "account.password", place, **given)
    end_sessions(conn, name)


def mark_demo(conn: Connection, names: Collection[str], password: str) -> None:
    """Give accounts of a demonstration the password that everybody knows, and mark them as such."""
    values = {"password_hash": passwords.hashed(password), "password_at": utc_now(), "must_change": False, "demo": True}
    conn.execute(table.update().where(table.c.name.in_(names)).values(**values))


def demo_accounts(conn: Connection) -> list[str]:
    """Names of the open accounts whose password everybody knows."""
    found = select(table.c.name).where(table.c.demo, table.c.active).order_by(table.c.name)
    return [str(name) for name in conn.scalars(found)]


def set_active(conn: Connection, name: str, active: bool, by: str, place: str = "") -> None:
    """Close an account, or open it again; accounts are never deleted, for what they did refers to them."""
    if not active:
        end_sessions(conn, name)
    _change(conn, name, by, "account.opened" if active else "account.closed", place, active=active)


def check_password(conn: Connection, name: str, password: str) -> Account | None:
    """The account when it is active and the password is right, else None (after the same time)."""
    return claim(conn, name)(password)


def claim(conn: Connection, name: str) -> Callable[[str], Account | None]:
    """`check_password` in two steps, the second without the database.

    A proof is slow on purpose; made within a transaction it would keep everybody from writing.
    """
    row = _row(conn, name)

    def proved(password: str) -> Account | None:
        right = passwords.matches(row["password_hash"] if row else passwords.nobody(), password)
        return account_of(row) if right and row and row["active"] else None

    return proved


def name_subject(conn: Connection, name: str, subject: str, by: str, place: str = "") -> None:
    """Say who an account is to the office's identity provider; "" for nobody. Raises UsageError, SubmissionConflict."""
    other = account_of_subject(conn, subject)
    if other is not None and other.name != name:
        raise SubmissionConflict(f"统一身份标识“{subject}”已属于账户“{other.name}”，没有改动。")
    _change(conn, name, by, "account.subject", place, oidc_subject=subject or None)


def account_of_subject(conn: Connection, subject: str) -> Account | None:
    """The account that an identity provider's subject stands for."""
    row = conn.execute(select(table).where(table.c.oidc_subject == subject)).mappings().first() if subject else None
    return account_of(row) if row else None


def find_account(conn: Connection, name: str) -> Account | None:
    """The account of this name, if there is one."""
    row = _row(conn, name)
    return account_of(row) if row else None


def accounts(conn: Connection) -> list[Account]:
    """All accounts by name."""
    return [account_of(row) for row in conn.execute(select(table).order_by(table.c.name)).mappings()]


@dataclass(frozen=True, slots=True)
class Card:
    """An account as its administrator sees it: moments are UTC, `seen_at` of its sessions that still stand."""

    account: Account
    must_change: bool
    demo: bool
    password_at: datetime | None
    subject: str
    seen_at: datetime | None


def cards(conn: Connection) -> list[Card]:
    """All accounts by name, with what their administrator has to know."""
    seen = select(func.max(session.c.seen_at)).where(session.c.account == table.c.name).scalar_subquery()
    found = select(table, seen.label("seen_at")).order_by(table.c.name)
    return [
        Card(
            account_of(row), bool(row["must_change"]), bool(row["demo"]), row["password_at"],
            row["oidc_subject"] or "", row["seen_at"],
        )
        for row in conn.execute(found).mappings()
    ]  # fmt: skip


def end_sessions(conn: Connection, name: str, but: str = "") -> int:
    """End an account's web sessions, except the one of hash `but`; how many there were."""
    ended = session.delete().where(session.c.account == name, session.c.hash != but)
    return int(conn.execute(ended).rowcount)


def _change(conn: Connection, name: str, by: str, act: str, place: str, **values: object) -> None:
    _known(conn, name)
    conn.execute(table.update().where(table.c.name == name).values(**values))
    audit.append(conn, by, act, name, place=place)


def _known(conn: Connection, name: str) -> Any:
    row = _row(conn, name)
    if row is None:
        raise UsageError(f"没有账户“{name}”，没有改动。请用 zhibiao user list 查看。")
    return row


def _row(conn: Connection, name: str) -> Any:
    return conn.execute(select(table).where(table.c.name == name)).mappings().first()


def account_of(row: Any) -> Account:
    """The account that a row of its table tells of."""
    return Account(row["name"], row["full_name"], Role(row["role"]), row["department"], bool(row["active"]))
