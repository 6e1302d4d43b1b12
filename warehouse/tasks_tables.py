"""The tables of tasks in a generation, filled whole at each publication, and what is asked of its numbers for them.

All of it happens inside the transaction that builds a generation; a sealed one is read by `task_board`. What the rows
mean is made elsewhere (`etl.tasks_rows`); nothing here decides a light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from warehouse import schema
from warehouse.arrow import pour

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def fill(conn: Connection, rows: Rows) -> None:
    """Replace every task table by these rows, by table name; a table that is not named becomes empty."""
    for table in schema.TASKS:
        conn.execute(table.delete())
        pour(conn, table, rows.get(table.name, ()), derived=True)


def verdicts(conn: Connection, indicators: Sequence[str], area: str) -> list[dict[str, Any]]:
    """Verdicts on the targets of these indicators in an area."""
    query = "SELECT indicator, target, status, sentence, latest_on FROM attainment"
    return _asked(conn, query, indicators, f"AND area = '{area}' ORDER BY ALL")


def newest_growth(conn: Connection, indicators: Sequence[str], area: str) -> list[dict[str, Any]]:
    """The newest growth over the same time of last year of each indicator in an area, by its own department first."""
    return _asked(
        conn,
        "SELECT g.indicator, g.period, g.value, g.unit, g.reason FROM growth g "
        "JOIN indicator i ON i.code = g.indicator",
        indicators,
        f"AND g.area = '{area}' AND g.kind IN ('yoy_ytd', 'yoy_stock', 'yoy_annual', 'difference') "
        "QUALIFY row_number() OVER (PARTITION BY g.indicator ORDER BY g.period_end DESC, "
        "g.department = i.department DESC, g.scope = i.scope DESC, g.value IS NULL, g.kind = 'difference', g.kind, "
        "g.department, g.scope, g.price_basis) = 1 ORDER BY g.indicator",
        "g.indicator",
    )


def revision_sizes(conn: Connection, departments: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """Mean size, in %, by which the values that these departments returned were revised since, by quarter (`2026Q3`).

    A month counts for its quarter, a half or whole year for its last. A value never revised counts as 0; a department
    and quarter without values is not there.
    """
    identity = "indicator, area, department, form, period, nature, measure, price_basis, scope"
    first = (
        f"SELECT {identity}, arg_min(canonical_value, recorded_at) AS value FROM observation_version "
        "WHERE measure = 'level' AND canonical_value IS NOT NULL GROUP BY ALL"
    )
    rows = _asked(
        conn,
        "SELECT c.department, year(c.period_end) || 'Q' || quarter(c.period_end) AS quarter, "
        "avg((abs(c.canonical_value / nullif(f.value, 0) - 1) * 100)::DECIMAL(18, 4)) "
        f"AS size FROM observation_current c JOIN ({first}) f USING ({identity})",
        departments,
        "AND c.canonical_value IS NOT NULL GROUP BY ALL",
        "c.department",
    )
    sizes = ((r["department"], r["quarter"], r["size"]) for r in rows)
    return {(d, q): Decimal(repr(size)).quantize(Decimal("0.0001")) for d, q, size in sizes if size is not None}


def _asked(
    conn: Connection, query: str, codes: Sequence[str], rest: str, column: str = "indicator"
) -> list[dict[str, Any]]:
    if not codes:
        return []
    names = ", ".join(f"${n}" for n in range(1, len(codes) + 1))
    found = conn.exec_driver_sql(f"{query} WHERE {column} IN ({names}) {rest}", tuple(codes))
    return [dict(row) for row in found.mappings()]
