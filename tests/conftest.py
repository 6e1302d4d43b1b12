"""How tests share the processes of one run, and how far the property tests look.

A file's tests stay together, for they share what it set up; so do all that need the browser. Property tests look at the
same examples each time, however busy the machine; `make torture` looks at others.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("explore"), derandomize=True)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test, by which `--dist loadgroup` hands them out."""
    for item in items:
        place = Path(item.path).relative_to(ROOT)
        group = "browser" if place.parts[0] == "e2e" else str(place)
        item.add_marker(pytest.mark.xdist_group(group))
