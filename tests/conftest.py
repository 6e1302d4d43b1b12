"""What holds for all tests: how far the property tests look (at the same examples each time; `make torture` looks at
others), how much work a password is, and which files come first: with several processes the long ones, so that none is
left alone with one at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import argon2
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("explore"), derandomize=True)
settings.load_profile("steady")

_LONG = (
    "e2e/test_pages", "unit/test_warehouse_lake", "flow/test_work_review", "e2e/test_sql_page", "faults/", "e2e/",
    "unit/test_warehouse", "flow/", "docs/", "security/",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files by how long they take, each whole; `--no-loadscope-reorder` keeps this order."""
    items.sort(key=lambda item: _place(item.path.relative_to(Path(__file__).parent).as_posix()))


def _place(file: str) -> int:
    return next((n for n, part in enumerate(_LONG) if file.startswith(part)), len(_LONG))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hundreds of accounts log in: that a password is much work is proved once, in test_access."""
    light = partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argon2, "PasswordHasher", light)
        yield
