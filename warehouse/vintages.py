"""Vintages: how accepted values become versions, and how a table is read as of a day.

An observation's identity says which number it is; its versions are closed-open intervals of the time in which it was
what was known. A value that is already current makes no version; a changed one closes the version before it; a blank
where a value was is a version too (status O). All of it is done in sets, in one pass, whatever is published.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Select, Table, or_, select

from warehouse import schema
from warehouse.errors import GateFailed, ReasonMissing, VintageConflict, told
from warehouse.moments import as_utc, day_ends

IDENTITY = ("indicator", "area", "department", "form", "period", "nature", "measure", "price_basis", "scope")
# What makes a new version of an observation; the same number again, from another cell or in another unit, does not.
COMPARED = ("canonical_value", "status", "conf_status", "origin")

identity = ", ".join(IDENTITY)
_stored = ", ".join(c.name for c in schema.observation_version.columns)
_current = ", ".join(c.name for c in schema.observation_current.columns)
_same = " AND ".join(f"v.{n} = k.{n}" for n in IDENTITY)
_differs = " OR ".join(f"{n} IS DISTINCT FROM held_{n}" for n in COMPARED)
_held = ", ".join(f"lag({n}) OVER w AS held_{n}" for n in COMPARED)
ORDERED = "indicator, area, measure, scope, department, period_end, recorded_at"

_TURNS = f"""
CREATE TEMP TABLE turns AS
WITH everything AS (
  SELECT * FROM (SELECT o.*, -1 AS turn FROM observation_current o SEMI JOIN incoming USING ({identity}))
  UNION ALL BY NAME SELECT * FROM incoming)
SELECT *, lag(turn) OVER w AS held_turn, {_held},
  max(recorded_at) OVER (PARTITION BY {identity} ORDER BY turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    AS held_recorded_at
FROM everything WINDOW w AS (PARTITION BY {identity} ORDER BY turn)
"""
_FRESH = f"""
CREATE TEMP TABLE fresh AS
SELECT * REPLACE (CASE WHEN held_turn IS NULL THEN '' ELSE revision_reason END AS revision_reason),
  lead(recorded_at) OVER (PARTITION BY {identity} ORDER BY turn) AS superseded_at
FROM turns WHERE turn >= 0 AND (held_turn IS NULL OR {_differs})
"""
_CLOSE = f"""
UPDATE observation_version v SET superseded_at = k.known
FROM (SELECT {identity}, min(recorded_at) AS known FROM fresh GROUP BY ALL) k WHERE {_same} AND v.superseded_at IS NULL
"""
_FORGET = f"DELETE FROM observation_current v USING (SELECT DISTINCT {identity} FROM fresh) k WHERE {_same}"


def apply(conn: Connection) -> int:
    """Turn the registered `incoming` rows into versions; the number of new ones. `fresh` keeps them for the gates.

    `incoming` has the columns of `observation_version` and `turn`, the order in which submissions apply.
    Raises GateFailed (one identity twice in a submission), VintageConflict, ReasonMissing.
    """
    for name in ("turns", "fresh"):
        conn.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    _prove_one_value_each(conn)
    conn.exec_driver_sql(_TURNS)
    conn.exec_driver_sql(_FRESH)
    _prove_time_goes_on(conn)
    _prove_reasons(conn)
    conn.exec_driver_sql(_CLOSE)
    conn.exec_driver_sql(f"INSERT INTO observation_version SELECT {_stored} FROM fresh ORDER BY {ORDERED}")
    conn.exec_driver_sql(_FORGET)
    conn.exec_driver_sql(
        f"INSERT INTO observation_current SELECT {_current} FROM fresh WHERE superseded_at IS NULL ORDER BY {ORDERED}"
    )
    return int(conn.exec_driver_sql("SELECT count(*) FROM fresh").scalar_one())


def as_of(moment: date | datetime, table: Table = schema.observation_version) -> Select[tuple[object, ...]]:
    """The versions known at a moment, or at the end of a day in Beijing, as a select on `observation_version`.

    Narrow it with `.where(table.c.…)` or use it as `.subquery()`. What was not known yet is simply not among them.
    """
    known = as_utc(moment) if isinstance(moment, datetime) else day_ends(moment)
    open_then = or_(table.c.superseded_at.is_(None), table.c.superseded_at > known)
    return select(table).where(table.c.recorded_at <= known, open_then)


def _prove_one_value_each(conn: Connection) -> None:
    twice = conn.exec_driver_sql(
        f"SELECT submission, string_agg(sheet || '!' || cell, '、' ORDER BY cell) AS cells FROM incoming "
        f"GROUP BY turn, submission, {identity} HAVING count(*) > 1 ORDER BY ALL LIMIT 5"
    ).all()
    if twice:
        said = tuple(f"报送 {r.submission}：{r.cells} 是同一个观测" for r in twice)
        raise GateFailed(f"同一份报送里一个数出现了两次，没有发布：{'；'.join(said)}。请退回并要求更正。", said)


def _prove_time_goes_on(conn: Connection) -> None:
    late = conn.exec_driver_sql(
        "SELECT submission, sheet || '!' || cell AS address, recorded_at, held_recorded_at FROM fresh "
        "WHERE recorded_at < held_recorded_at ORDER BY ALL LIMIT 1"
    ).first()
    if late:
        raise VintageConflict(
            f"报送 {late.submission} 的 {late.address} 知晓时间 {told(late.recorded_at)} 早于现行数值的知晓时间 "
            f"{told(late.held_recorded_at)}，没有发布。历史数据须按先后顺序装入；请核对它的知晓日期。"
        )


def _prove_reasons(conn: Connection) -> None:
    bare = conn.exec_driver_sql(
        "SELECT submission, sheet || '!' || cell AS address, indicator, period FROM fresh "
        "WHERE held_canonical_value IS NOT NULL AND canonical_value IS DISTINCT FROM held_canonical_value "
        "AND coalesce(trim(revision_reason), '') = '' ORDER BY ALL"
    ).all()
    if bare:
        cells = tuple(f"{r.submission} {r.address}（{r.indicator} {r.period}）" for r in bare)
        more = f"等 {len(cells)} 处" if len(cells) > 5 else ""
        raise ReasonMissing(
            f"已发布的数值要改动，却没有写明修订原因：{'、'.join(cells[:5])}{more}。没有发布；请补写原因后再发布。",
            cells,
        )
