"""What an edition keeps is bounded by what it weighs, not by how many things there are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import pytest

from dashboard import edition
from dashboard.edition import Edition, weight
from warehouse.folder import DataFolder
from warehouse.generations import Generation


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    value: Decimal


class Numbered:
    number = 1


def fresh() -> Edition:
    return Edition(cast(Generation, Numbered()), cast(DataFolder, None))


def test_it_is_made_once_and_the_least_used_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "ROOM", 10_000)
    held, made = fresh(), []

    def get(key: str, size: int = 4_000) -> Any:
        return held.once(key, lambda: made.append(key) or "x" * size)  # type: ignore[func-returns-value]

    assert get("a") is get("a") and made == ["a"]
    get("b")
    get("a")
    get("c")  # one too many: b was used least lately
    get("a")
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]
    get("whole", 50_000)
    get("whole", 50_000)
    assert made[4:] == ["whole"], "what is larger than all the room is still made only once"


def test_as_many_days_as_anybody_asks_for_take_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "ROOM", 2**20)
    held = fresh()
    for day in range(200):
        held.once(("readings", day), lambda: tuple(Row(f"指标{n}", Decimal(n)) for n in range(500)))
    assert 0 < held._held <= 2**20 and len(held._kept) < 20


def test_a_weight_is_about_what_is_held() -> None:
    import tracemalloc

    tracemalloc.start()
    rows = {f"i{n}": tuple(Row(f"name {n} {m}", Decimal(m) / 7) for m in range(200)) for n in range(50)}
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held / 3 < weight(rows) < held * 3
    assert weight("x" * 1000) > 1000 and weight([]) < 200 and weight(None) < 100
