"""A folder with a large generation on top of the demonstration, and a return to publish there, for the benchmarks.

The observations are made in DuckDB, into the real schema, sorted as publishing sorts them, beside the catalogue's own
codes with 84 further indicators for every form that is needed; one generation is sealed and pointed to as any other.
Numbers are smooth; one in ten was revised once. Its growth rows stand for what the derivation would give.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from data import catalogue_folder
from etl.parse import PARSER_VERSION
from etl.way import Way, enter_way
from indicators.observations import Measure, Observation, Origin
from indicators.periods import Nature, Period
from warehouse import catalogue_rows, files, gates, growth_rows, seal, vault
from warehouse.accepted import Accepted, approved
from warehouse.build import Built, count_rows, writing_file
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.operations import consulting, operating
from warehouse.recovery import begin_number, finish
from warehouse.stamp import Stamp, program_version, seal_built
from warehouse.submissions import State, add_submission, move
from warehouse.vintages import ORDERED

PUBLISHER, REVIEWER, FILLER = "统计局发布", "统计局审核", "统计填报"  # accounts of the demonstration
INDICATORS, QUARTERS, COLUMNS = 84, 58, 12  # of a form: 84 rows by 12 columns are a return of 1,008 observations
FIRST = Period.parse("2012Q1")
KINDS = [
    (area, nature, measure)
    for area in ("CCXQ", "220103")
    for nature in (Nature.YTD, Nature.SINGLE)
    for measure in (Measure.LEVEL, Measure.LEVEL_PREVIOUS_YEAR, Measure.GROWTH_YOY)
]
ROW = INDICATORS * COLUMNS
AT_ONCE = 20  # forms that are made together: a million observations
_ALIKE = {
    "theme": "economy", "definition": "压测用。", "unit": "亿元", "decimals": "2", "nature": "ytd", "direction": "up",
    "price_basis": "现价", "scope": "DEPT", "department": "TJJ", "source": "SELF",
}  # fmt: skip


class Large(NamedTuple):
    """The folder as its publisher, and how many returns of how many forms were made."""

    way: Way
    forms: int


def founded(place: Path) -> DataFolder:
    """The demonstration, made through the real flow."""
    from zhibiao.demonstration import fill_demo
    from zhibiao.founding import found_folder

    folder = found_folder(place, "管理员", None).folder
    fill_demo(folder)
    return folder


def large(base: Path, place: Path, observations: int) -> Large:
    """A copy of the demonstration in `base` with about so many further observations, published as one generation."""
    shutil.copytree(base, place, ignore=shutil.ignore_patterns("workbooks"))
    folder, forms = DataFolder(place), round(observations / (ROW * QUARTERS))
    _widen_catalogue(place / "catalogue", forms)
    way = enter_way(folder, PUBLISHER)
    with operating(folder) as conn:
        number = begin_number(folder, conn, way.actor, "large")
    making, base_number = files.temporary(folder.generations, "large.duckdb"), seal.pointed(folder)
    assert base_number is not None
    files.copy(seal.file_of(folder, base_number), making, "")
    now = utc_now()
    with writing_file(making) as conn:
        catalogue_rows.refill(conn, way.catalogue)
        _observe(conn, forms)
        stamp = (
            f"({number}, TIMESTAMP '{now}', TIMESTAMP '2026-07-20', 'bench', 0, 0, '{way.catalogue.digest}', '', '')"
        )
        conn.exec_driver_sql(f"INSERT INTO generation VALUES {stamp}")
        totals = gates.prove(conn) if observations <= 10**6 else gates.control_totals(conn)
        built = Built(count_rows(conn), totals, datetime(2026, 7, 20), [])
    seal_built(making, built, Stamp(folder, number, base_number, way.actor, "", way.catalogue.digest, now))
    seal.point(folder, number)
    finish(folder, seal.read_manifest(folder, number))
    assert program_version() == seal.read_manifest(folder, number).program_version
    return Large(way, forms)


def _widen_catalogue(place: Path, forms: int) -> None:
    shutil.copytree(Path(str(catalogue_folder())), place)
    with (place / "indicators-bench.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [code for form in range(forms) for code in codes(form)]
        writer = csv.writer(file)
        writer.writerow(["code", "name", "name_en", *_ALIKE])
        writer.writerows((code, f"压测{code}", code, *_ALIKE.values()) for code in rows)


def codes(form: int) -> list[str]:
    """The indicators of a form of the benchmark."""
    return [f"B{form:04}{row:02}" for row in range(INDICATORS)]


def _observe(conn: Connection, forms: int) -> None:
    """The observations of all forms, some forms at a time so that ten millions need little memory; sorted as a whole,
    for the codes of forms follow each other and lie between the other codes.
    """
    run = conn.exec_driver_sql
    for table in ("observation_version", "observation_current"):
        run(f"CREATE TEMP TABLE others_{table} AS SELECT * FROM {table}")
        run(f"DELETE FROM {table}")
        run(f"INSERT INTO {table} SELECT * FROM others_{table} WHERE indicator < 'B0' ORDER BY {ORDERED}")
    for first in range(0, forms, AT_ONCE):
        run(_made(first, min(first + AT_ONCE, forms)))
        run(f"INSERT INTO observation_version BY NAME SELECT * FROM ({_VERSIONS}) ORDER BY {ORDERED}")
        current = f"SELECT * EXCLUDE superseded_at FROM ({_VERSIONS}) WHERE superseded_at IS NULL ORDER BY {ORDERED}"
        run(f"INSERT INTO observation_current BY NAME {current}")
        grown = run(
            "SELECT indicator, area, department, scope, price_basis, period, period_end, "
            "'yoy_' || nature AS kind, 3.5::DECIMAL(28, 10) AS value, '%' AS unit, '' AS reason, origin FROM made "
            "WHERE measure = 'level' ORDER BY ALL"
        )
        growth_rows.fill(conn, grown.cursor.to_arrow_table())
        run(
            "INSERT INTO submission BY NAME SELECT submission AS id, any_value(form) AS form, '1' AS edition, "
            "any_value(period) AS period, 'TJJ' AS department, 'simulated' AS origin, any_value(file_hash) AS "
            "file_hash, min(recorded_at) AS recorded_at, count(*) AS observations FROM made GROUP BY submission"
        )
    for table in ("observation_version", "observation_current"):
        run(f"INSERT INTO {table} SELECT * FROM others_{table} WHERE indicator >= 'B0' ORDER BY {ORDERED}")
        run(f"DROP TABLE others_{table}")
    run("DROP TABLE made")


def _made(first: int, last: int) -> str:
    """The statement that makes the first versions of the observations of forms from `first` to before `last`."""
    periods = [FIRST.shift(n) for n in range(QUARTERS)]
    spans = ", ".join(
        f"('{p.code}', {n}, '{nature}', DATE '{p.span(nature)[0]}', DATE '{p.span(nature)[1]}')"
        for n, p in enumerate(periods) for nature in (Nature.YTD, Nature.SINGLE)
    )  # fmt: skip
    kinds = ", ".join(f"('{a}', '{n}', '{m}', {i})" for i, (a, n, m) in enumerate(KINDS))
    return f"""
    CREATE OR REPLACE TEMP TABLE made AS
    SELECT 'B' || lpad(f::VARCHAR, 4, '0') || lpad(r::VARCHAR, 2, '0') AS indicator, area, 'TJJ' AS department,
      'BENCH' || f AS form, '1' AS edition, period, period_start, period_end, nature, measure, '现价' AS price_basis,
      'DEPT' AS scope, v AS value, v::VARCHAR AS raw_text, '亿元' AS unit, v AS canonical_value,
      '亿元' AS canonical_unit, 2 AS decimals, 'A' AS status, 'F' AS conf_status, '' AS comment,
      'simulated' AS origin, 'SELF' AS source, 'C' AS grade, md5(f || period) || md5(period) AS file_hash,
      '表一' AS sheet, 'D' || (r + 8) AS cell, '压测' AS respondent,
      'Z' || f || period AS submission, '审核' AS approver,
      known AS recorded_at, CASE WHEN changed THEN known + INTERVAL 90 DAY END AS superseded_at, '' AS revision_reason,
      changed
    FROM (SELECT *, (1000 + 137 * r + 61 * f % 997 + 53 * t + k * 7 + (r * t) % 29)::DECIMAL(28, 10) AS v,
        period_end + INTERVAL 20 DAY AS known, (r + t + k) % 10 = 0 AS changed
      FROM range({first}, {last}) x(f), range({INDICATORS}) y(r), (VALUES {kinds}) z(area, nature, measure, k)
      JOIN (VALUES {spans}) s(period, t, nature, period_start, period_end) USING (nature))
    """


_VERSIONS = (
    "SELECT * EXCLUDE changed FROM made UNION ALL BY NAME SELECT * EXCLUDE changed REPLACE "
    "(canonical_value + 1 AS canonical_value, value + 1 AS value, superseded_at AS recorded_at, "
    "NULL AS superseded_at, '更正' AS revision_reason) FROM made WHERE changed"
)


def returned(form: int, period: str, add: int) -> list[Observation]:
    """A return of 1,000 observations of a form, with values of its own."""
    at, sha, made = Period.parse(period), hashlib.sha256(f"{form}{period}{add}".encode()).hexdigest(), []
    for row, code in enumerate(codes(form)):
        for place, (area, nature, measure) in enumerate(KINDS):
            start, end = at.span(nature)
            value = Decimal(1000 + 137 * row + place + add) + Decimal("0.25")
            made.append(
                Observation(
                    indicator=code, area=area, department="TJJ", form=f"BENCH{form}", edition="1", period=period,
                    period_start=start, period_end=end, nature=nature, measure=measure, price_basis="现价",
                    scope="DEPT",
                    value=value, raw_text=str(value), unit="亿元", canonical_value=value, canonical_unit="亿元",
                    decimals=2, origin=Origin.SIMULATED, source="SELF", grade="C", file_hash=sha, sheet="表一",
                    cell=f"{chr(68 + place)}{row + 8}", respondent="压测",
                )
            )  # fmt: skip
    return made[:1000]


def awaiting(way: Way, form: int, period: str, add: int) -> list[Accepted]:
    """A return of 1,000 observations, received, checked, submitted and approved by others: what publishing takes."""
    read = returned(form, period, add)
    folder, sha = way.folder, vault.put(way.folder, f"{form}{period}{add}".encode())
    vault.put_parsed(folder, sha, PARSER_VERSION, read)
    with operating(folder) as conn:
        one = add_submission(
            conn, form=f"BENCH{form}", edition="1", period=period, department="TJJ", origin=Origin.SIMULATED,
            file_hash=sha, file_name="bench.xlsx", parser_version=PARSER_VERSION,
            catalogue_digest=way.catalogue.digest, actor=FILLER,
        )  # fmt: skip
        for state in (State.PARSED, State.CHECKED, State.SUBMITTED):
            move(conn, one.id, state, FILLER)
        move(conn, one.id, State.APPROVED, REVIEWER)
    with consulting(folder) as conn:
        return approved(folder, conn, [one.id])
