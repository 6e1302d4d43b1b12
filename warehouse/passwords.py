"""Passwords: which are good enough, how they are kept, and after how long they are too old.

What is good enough is a profile chosen by the setting ZHIBIAO_POLICY; the profiles are data. Only argon2id hashes are
kept. Whose password it is, and what a change of it ends, is known by `accounts`.
"""

from __future__ import annotations

import os
import secrets
import string
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from indicators.errors import UsageError

SETTING = "ZHIBIAO_POLICY"
LONGEST = 200
_FEWEST = 4  # different characters
_AT_ONCE = threading.BoundedSemaphore(2)  # each proof takes 64 MB on purpose: many at once must not take it all
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


@dataclass(frozen=True, slots=True)
class Profile:
    """How strict logins are: passwords, sessions, failures."""

    name: str
    shortest: int  # characters of a password
    classes: int  # kinds of characters in it, of four: small, capital, digits, others
    lifetime: timedelta | None  # after which it must be changed
    history: int  # earlier passwords that must not come again, the present one included
    idle: timedelta  # after which a session that is not used ends
    longest: timedelta  # after which any session ends
    attempts: int  # failures of an account before the next attempt has to wait
    patience: timedelta  # the longest wait


PROFILES = {
    one.name: one
    for one in (
        Profile("普通", 8, 1, None, 1, timedelta(hours=1), timedelta(hours=12), 5, timedelta(minutes=15)),
        Profile(
            "等保三级", 10, 3, timedelta(days=90), 5, timedelta(minutes=15), timedelta(hours=8), 5,
            timedelta(minutes=30),
        ),
    )
}  # fmt: skip


def profile() -> Profile:
    """The profile in force. Raises UsageError when the setting names none."""
    asked = os.environ.get(SETTING, "") or "普通"
    if asked not in PROFILES:
        raise UsageError(f"没有“{asked}”这种口令策略，什么也没有改动。{SETTING} 可以是：{'、'.join(PROFILES)}。")
    return PROFILES[asked]


def prove(password: str, name: str) -> None:
    """Raise UsageError unless a password is good enough for the account `name`."""
    rules, kinds = profile(), {_kind(letter) for letter in password}
    if not rules.shortest <= len(password) <= LONGEST:
        raise UsageError(f"口令要 {rules.shortest} 至 {LONGEST} 个字符。没有改动；请换一个。")
    if len(kinds) < rules.classes:
        raise UsageError(f"口令要有小写字母、大写字母、数字、其他字符中的至少 {rules.classes} 种。没有改动；请换一个。")
    if _first_guess(password):
        raise UsageError("口令太容易猜：只有一两个字符在重复，或是 12345678 这样连着的。没有改动；请换一个。")
    if name and name.casefold() in password.casefold():
        raise UsageError("口令里不能有账户名。没有改动；请换一个。")


def _first_guess(password: str) -> bool:
    """Whether it consists of very few characters, or mostly of neighbours such as 1234 or aaaa."""
    steps = [abs(ord(one) - ord(other)) for one, other in pairwise(password)]
    return len(set(password)) < _FEWEST or sum(step <= 1 for step in steps) * 3 >= len(steps) * 2


def new_password() -> str:
    """A random password that any profile takes, to be told to its owner once."""
    letters = "".join(_CLASSES)
    while True:
        made = "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))
        if all(set(made) & set(kind) for kind in _CLASSES):
            return made


def hashed(password: str) -> str:
    """What is kept of a password."""
    from argon2 import PasswordHasher

    with _AT_ONCE:
        return PasswordHasher().hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether this is the password of which `kept` was kept."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    try:
        with _AT_ONCE:
            return PasswordHasher().verify(kept, password[:LONGEST])
    except VerificationError:
        return False


@cache
def nobody() -> str:
    """A hash that no password matches, so that an unknown name takes as long as a known one."""
    return hashed(secrets.token_urlsafe(32))


def due(given: bool, since: datetime | None, now: datetime) -> bool:
    """Whether a password has to be replaced: it was given by somebody else, or is older than the profile allows."""
    lifetime = profile().lifetime
    return given or bool(lifetime and (since is None or now - since > lifetime))


def _kind(letter: str) -> str:
    return next((kind for kind in _CLASSES if letter in kind), "others")
