"""The overview page's server time at 1e6 observations: the index as a browser asks for it, after a warm-up."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from etl.way import Way
from tests.bench import Figure
from tests.bench.large import founded, large

_ADDRESSES = (
    "/",
    "/?period=2026Q2",
    "/?period=2025Q4",
    "/?period=2020Q4&target=2030",
    "/?asof=2021-08-10",
    "/?target=2020",
)


def measure() -> Iterator[Figure]:
    """First and further requests."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        yield from figures(large(founded(place / "base").root, place / "1e6", 10**6).way)


def figures(way: Way) -> Iterator[Figure]:
    """The page of one folder."""
    from dashboard.app import create_app

    client = create_app(way.folder, guest=True).server.test_client()
    first = [_ask(client, address) for address in _ADDRESSES]
    later = sorted(_ask(client, address) for _ in range(20) for address in _ADDRESSES)
    p95 = later[int(len(later) * 0.95)]
    yield Figure(
        "overview page, server, 1e6", "p95 ≤ 50 ms", f"p95 {p95:.0f} ms, median {later[len(later) // 2]:.0f} ms"
    )
    worst = f"{max(first):.0f} ms, median {sorted(first)[len(first) // 2]:.0f} ms"
    yield Figure("overview page, first time for each address and generation, 1e6", "", f"worst {worst}")


def _ask(client: object, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.status
    return (time.perf_counter() - began) * 1000
