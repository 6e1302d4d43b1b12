"""The tables of tasks in a generation: filled whole at each publication, and asked for the board of supervision.

`fill` is called inside the transaction that builds a generation; `board` reads a sealed one. What the rows mean is
made elsewhere (`etl.tasks_rows`); nothing here decides a light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from warehouse import schema
from warehouse.arrow import pour
from warehouse.read import Generation

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def fill(conn: Connection, rows: Rows) -> None:
    """Replace every task table by these rows, by table name; a table that is not named becomes empty."""
    for table in schema.TASKS:
        conn.execute(table.delete())
        pour(conn, table, rows.get(table.name, ()), derived=True)


def verdicts(conn: Connection, indicators: Sequence[str]) -> list[dict[str, Any]]:
    """Verdicts on the targets of these indicators."""
    return _asked(conn, "SELECT indicator, target, status, sentence FROM attainment", indicators, "ORDER BY ALL")


def newest_growth(conn: Connection, indicators: Sequence[str], area: str) -> list[dict[str, Any]]:
    """The newest growth over the same time of last year of each indicator in an area, by its own department first."""
    return _asked(
        conn,
        "SELECT g.indicator, g.period, g.value, g.unit, g.reason FROM growth g "
        "JOIN indicator i ON i.code = g.indicator",
        indicators,
        f"AND g.area = '{area}' AND g.kind IN ('yoy_ytd', 'yoy_stock', 'yoy_annual', 'difference') "
        "QUALIFY row_number() OVER (PARTITION BY g.indicator ORDER BY g.period_end DESC, "
        "g.department = i.department DESC, g.scope = i.scope DESC, g.kind = 'difference', g.kind, g.department, "
        "g.scope, g.price_basis) = 1 ORDER BY g.indicator",
        "g.indicator",
    )


def revision_sizes(conn: Connection, departments: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """Mean size, in %, by which the values that these departments returned were revised since, by period.

    A value never revised counts as 0; a department and period without values is not there.
    """
    identity = "indicator, area, department, form, period, nature, measure, price_basis, scope"
    first = (
        f"SELECT {identity}, arg_min(canonical_value, recorded_at) AS value FROM observation_version "
        "WHERE measure = 'level' AND canonical_value IS NOT NULL GROUP BY ALL"
    )
    rows = _asked(
        conn,
        "SELECT c.department, c.period, avg((abs(c.canonical_value / nullif(f.value, 0) - 1) * 100)::DECIMAL(18, 4)) "
        f"AS size FROM observation_current c JOIN ({first}) f USING ({identity})",
        departments,
        "AND c.canonical_value IS NOT NULL GROUP BY ALL",
        "c.department",
    )
    sizes = ((r["department"], r["period"], r["size"]) for r in rows)
    return {(d, p): Decimal(repr(size)).quantize(Decimal("0.0001")) for d, p, size in sizes if size is not None}


def _asked(
    conn: Connection, query: str, codes: Sequence[str], rest: str, column: str = "indicator"
) -> list[dict[str, Any]]:
    if not codes:
        return []
    names = ", ".join(f"${n}" for n in range(1, len(codes) + 1))
    found = conn.exec_driver_sql(f"{query} WHERE {column} IN ({names}) {rest}", tuple(codes))
    return [dict(row) for row in found.mappings()]


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """The board. `cells`: counts of tasks by light and chapter of the programme, or by light and programme.

    `urgent`: what needs a leader, worst first; `moved`: what moved last; `total`: how many there are and are doubted.
    """

    cells: list[dict[str, Any]]
    urgent: list[dict[str, Any]]
    moved: list[dict[str, Any]]
    total: dict[str, Any]


_LISTED = (
    "SELECT t.code, t.title, t.chapter, t.lead, t.due_on, t.state_label, l.word, l.colour, l.because, l.needs_leader, "
    "l.doubt, l.doubt_text, l.said, t.last_act, t.last_by, t.last_on, t.example FROM picked "
    "JOIN task t USING (code) JOIN task_light l ON l.task = t.code ORDER BY"
)


def task_board(held: Generation, programme: str = "", listed: int = 20) -> TaskBoard:
    """The board of one programme, or of all with a line each, from a sealed generation; `listed` limits both lists."""
    where, params = ("WHERE programme = :p", {"p": programme}) if programme else ("WHERE true", {})
    by = "programme, chapter" if programme else "programme"
    cells = held.rows(
        f"SELECT {by}, word, colour, count(*) AS tasks, count(*) FILTER (WHERE doubt) AS doubted FROM task_light "
        f"{where} GROUP BY ALL ORDER BY ALL",
        params,
    )
    urgent = held.rows(
        f"WITH picked AS (SELECT task AS code FROM task_light {where} AND needs_leader <> '' "
        "ORDER BY doubt DESC, colour = 'red' DESC, due_on, task "
        f"LIMIT {int(listed)}) {_LISTED} l.doubt DESC, l.colour = 'red' DESC, t.due_on, t.code",
        params,
    )
    moved = held.rows(
        f"WITH picked AS (SELECT code FROM task {where} AND last_on IS NOT NULL ORDER BY last_on DESC, code "
        f"LIMIT {int(listed)}) {_LISTED} t.last_on DESC, t.code",
        params,
    )
    total = {"tasks": sum(c["tasks"] for c in cells), "doubted": sum(c["doubted"] for c in cells)}
    return TaskBoard(cells, urgent, moved, total)
