"""The gates before publishing: every promise of a generation, asked as SQL that must find nothing.

There are no keys or constraints on the big tables, so this is where keys are proved: for the identities just touched
when a submission is added (`touched`), for everything when a generation is made again or examined. A gate that finds
something stops the publication whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from warehouse import schema
from warehouse.errors import GateFailed
from warehouse.vintages import IDENTITY, identity

_V, _C = "{versions}", "{currents}"
_EMPTY = " OR ".join(f"{n} IS NULL" for n in IDENTITY)
_SHARED = "{shared}"
_OPEN = f"SELECT {_SHARED} FROM {_V} WHERE superseded_at IS NULL"


@dataclass(frozen=True, slots=True)
class Gate:
    """One promise: `finds` selects a text for each offender; `promise` says in Chinese what must hold."""

    code: str
    promise: str
    finds: str


_NAMED = "concat_ws(' ', indicator, area, department, form, period, nature, measure)"
GATES = (
    Gate(
        "identity_complete",
        "每个观测的标识完整",
        f"SELECT {_NAMED} FROM {_V} WHERE {_EMPTY} OR indicator = '' OR period = ''",
    ),
    Gate(
        "one_current",
        "每个观测恰有一个现行值",
        f"SELECT min({_NAMED}) FROM {_C} GROUP BY {identity} HAVING count(*) <> 1",
    ),
    Gate(
        "one_open_version",
        "每个观测恰有一个未被取代的版本",
        f"SELECT min({_NAMED}) FROM {_V} GROUP BY {identity} HAVING count(*) FILTER (WHERE superseded_at IS NULL) <> 1",
    ),
    Gate(
        "intervals_meet",
        "各版本的知晓时间首尾相接，不重叠、不倒退",
        f"SELECT {_NAMED} FROM (SELECT *, lead(recorded_at) OVER (PARTITION BY {identity} "
        f"ORDER BY recorded_at, superseded_at NULLS LAST) AS next_at FROM {_V}) "
        "WHERE superseded_at IS DISTINCT FROM next_at OR superseded_at < recorded_at OR recorded_at IS NULL",
    ),
    Gate(
        "current_is_open",
        "现行值就是未被取代的版本",
        f"SELECT {_NAMED} FROM (({_OPEN} EXCEPT SELECT {_SHARED} FROM {_C}) "
        f"UNION ALL (SELECT {_SHARED} FROM {_C} EXCEPT {_OPEN}))",
    ),
    Gate(
        "provenance",
        "每个数值都有来处：报送、文件、工作表、单元格",
        f"SELECT {_NAMED} FROM {_V} WHERE coalesce(submission, '') = '' OR coalesce(file_hash, '') = '' "
        "OR coalesce(sheet, '') = '' OR coalesce(cell, '') = '' OR submission NOT IN (SELECT id FROM submission)",
    ),
    Gate(
        "missing_is_missing",
        "缺报没有数值，有数值的不是缺报",
        f"SELECT {_NAMED} FROM {_V} WHERE (canonical_value IS NOT NULL AND status IN ('O', 'M', 'L')) "
        "OR (canonical_value IS NULL AND status = 'A')",
    ),
    Gate(
        "known_codes",
        "指标、地区、填报单位都在目录里",
        f"SELECT {_NAMED} FROM {_C} WHERE indicator NOT IN (SELECT code FROM indicator) "
        "OR area NOT IN (SELECT code FROM area) OR department NOT IN (SELECT code FROM department)",
    ),
    Gate(
        "natural_range",
        "数值在指标的自然范围内",
        f"SELECT {_NAMED} || ' = ' || canonical_value FROM {_C} c "
        "JOIN (SELECT code, natural_min, natural_max FROM indicator) i ON c.indicator = i.code "
        "WHERE c.measure <> 'growth_yoy' AND (canonical_value < natural_min OR canonical_value > natural_max)",
    ),
)
ALWAYS = (
    Gate("one_submission", "每份报送只有一行", "SELECT id FROM submission GROUP BY id HAVING count(*) > 1"),
    Gate(
        "one_verdict",
        "每个目标的每一版只有一个判定",
        "SELECT target FROM attainment GROUP BY target, target_version HAVING count(*) > 1",
    ),
    Gate(
        "growth_explained",
        "派生速度要么有数值，要么有原因",
        "SELECT concat_ws(' ', indicator, area, period, kind) FROM growth "
        "WHERE (value IS NULL) = (coalesce(reason, '') = '')",
    ),
)


def failures(conn: Connection, touched: str | None = None) -> list[str]:
    """What the gates find, as Chinese sentences; `touched` names a table of identities, None examines everything."""
    versions, currents = (
        ("touched_versions", "touched_currents") if touched else ("observation_version", "observation_current")
    )
    if touched:
        for name, whole in ((versions, "observation_version"), (currents, "observation_current")):
            conn.exec_driver_sql(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {whole} SEMI JOIN {touched} USING ({identity})"
            )
    shared = ", ".join(c.name for c in schema.observation_current.columns)
    found = []
    for gate in (*GATES, *ALWAYS):
        sql = gate.finds.replace(_V, versions).replace(_C, currents).replace(_SHARED, shared)
        offenders = conn.exec_driver_sql(f"SELECT * FROM ({sql}) ORDER BY 1 LIMIT 4").scalars().all()
        if offenders:
            shown = "；".join(str(o) for o in offenders[:3]) + ("……" if len(offenders) > 3 else "")
            found.append(f"不满足“{gate.promise}”（{gate.code}）：{shown}")
    if touched:
        conn.exec_driver_sql(f"DROP TABLE {versions}; DROP TABLE {currents}")
    return found


def control_totals(conn: Connection) -> dict[str, str]:
    """Counts and exact sums of all versions, of those not superseded, and of what is current, as decimal text."""
    row = conn.exec_driver_sql(
        "SELECT v.*, c.* FROM (SELECT count(*) AS versions, sum(canonical_value) AS versions_sum, "
        "count(*) FILTER (WHERE superseded_at IS NULL) AS open, "
        "sum(canonical_value) FILTER (WHERE superseded_at IS NULL) AS open_sum FROM observation_version) v, "
        "(SELECT count(*) AS current, sum(canonical_value) AS current_sum FROM observation_current) c"
    ).one()
    return {name: str(value) if value is not None else "0" for name, value in row._mapping.items()}


def unequal(totals: dict[str, str]) -> list[str]:
    """What control totals say against each other, in Chinese; empty when they agree."""
    if (totals["open"], totals["open_sum"]) == (totals["current"], totals["current_sum"]):
        return []
    return [f"不满足“现行值与未被取代的版本个数、合计一致”（totals_agree）：{totals}"]


def prove(conn: Connection, touched: str | None = None) -> dict[str, str]:
    """The control totals of a generation that passes every gate, or GateFailed."""
    totals = control_totals(conn)
    if found := failures(conn, touched) + unequal(totals):
        raise GateFailed(f"新一代没有通过发布前的检验，没有发布，现行数据不变：{'。'.join(found)}。", tuple(found))
    return totals
