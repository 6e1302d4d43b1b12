"""The tables that may be asked, with their Chinese comments: for the tree of the page and for completion."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dashboard.edition import Edition

_RELATIONS = """
SELECT table_name AS name, coalesce(comment, '') AS about FROM duckdb_tables()
WHERE NOT internal AND NOT temporary AND schema_name = 'main'
UNION ALL SELECT view_name, coalesce(comment, '') FROM duckdb_views() WHERE NOT internal AND NOT temporary
"""
_COLUMNS = """
SELECT table_name, column_name AS name, data_type AS kind, coalesce(comment, '') AS about
FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' ORDER BY table_name, column_index
"""
_FIRST = (
    "最新值", "历史版本", "目标达成", "同比", "报送情况",
    "observation_current", "observation_version", "indicator", "attainment", "growth", "target", "submission",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its type and comment."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view with its comment."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def tree(edition: Edition) -> tuple[Relation, ...]:
    """Tables and views of an edition: those that answer most questions first, the others by name."""
    return edition.once("sql tree", lambda: _read(edition))


def _read(edition: Edition) -> tuple[Relation, ...]:
    columns: dict[str, list[Column]] = {}
    for row in edition.generation.rows(_COLUMNS):
        columns.setdefault(row["table_name"], []).append(Column(row["name"], _short(row["kind"]), row["about"]))
    found = [
        Relation(row["name"], row["about"], tuple(columns.get(row["name"], ())))
        for row in edition.generation.rows(_RELATIONS)
    ]
    order = {name: place for place, name in enumerate(_FIRST)}
    return tuple(sorted(found, key=lambda one: (order.get(one.name, len(order)), one.name)))


def _short(kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return "小数"
    words = {
        "VARCHAR": "文本",
        "DATE": "日期",
        "TIMESTAMP": "时刻",
        "INTEGER": "整数",
        "BIGINT": "整数",
        "BOOLEAN": "是否",
    }
    return words.get(kind, kind)
