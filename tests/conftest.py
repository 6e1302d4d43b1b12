"""How tests share the processes of one run: those of a file stay together, and all that need the browser do.

A file's tests share what it set up; the browser tests share one server and one demonstration folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test, by which `--dist loadgroup` hands them out."""
    for item in items:
        place = Path(item.path).relative_to(ROOT)
        group = "browser" if place.parts[0] == "e2e" else str(place)
        item.add_marker(pytest.mark.xdist_group(group))
