"""Asking as of a day: views that lie over the observation tables and show only what was known then.

The Chinese views of observations are laid over them again. What a generation derives or holds of its own making
(attainment, growth, submissions, tasks) belongs to the generation and not to a day, and is not offered; the command and
the page for attainment recompute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from warehouse.views import VIEWS

_OVER_THEM = ("最新值", "历史版本")
_OF_ANY_DAY = {
    "observation_version", "observation_current", "indicator", "theme", "area", "department", "scope", "source", "form",
    "target", "goal", "scope_break", *_OVER_THEM,
}  # fmt: skip


def tables_as_of(tables: Sequence[str]) -> list[str]:
    """Those of a generation's tables that can be asked about as of a day."""
    return [name for name in tables if name in _OF_ANY_DAY]


def as_of_views(until: datetime, database: str) -> list[str]:
    """Statements that restrict the observation tables and views of `database` to what was known at `until` (UTC)."""
    moment = f"TIMESTAMP '{until.isoformat(sep=' ')}'"
    known = f"recorded_at <= {moment}"
    valid = f"(superseded_at IS NULL OR superseded_at > {moment})"
    then = f"CASE WHEN superseded_at <= {moment} THEN superseded_at END AS superseded_at"
    version = f"SELECT * REPLACE ({then}) FROM {database}.main.observation_version WHERE {known}"
    current = f"SELECT * EXCLUDE (superseded_at) FROM {database}.main.observation_version WHERE {known} AND {valid}"
    return [
        f"CREATE TEMP VIEW observation_version AS {version}",
        f"CREATE TEMP VIEW observation_current AS {current}",
        *(f'CREATE TEMP VIEW "{name}" AS {VIEWS[name][1]}' for name in _OVER_THEM),
    ]
