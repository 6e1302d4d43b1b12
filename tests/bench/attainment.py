"""Attainment and growth of 100 indicators × 150 areas × 60 quarters, derived in a publication; pandas doing CAGR only.

Indicators come in the natures of the shipped catalogue (two thirds cumulative flows, the rest stocks and rates), one
target for each pair: 15,000 verdicts with projection and components, and growth for 900,000 observations. One value in
fifty was revised once. The observations are made in DuckDB, in the real schema; the publication is a real one, of a
changed catalogue, with and without a derivation, and the difference is what deriving costs in it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from data import catalogue_folder
from etl.derive import derive
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Area, Catalogue, Indicator
from indicators.periods import Nature, Period
from indicators.targets import Target, TargetKind, TargetStatus
from tests.bench import Figure
from warehouse import files, gates, seal
from warehouse.build import Built, count_rows, writing_file
from warehouse.folder import DataFolder
from warehouse.generations import Generation, nothing_derived, publish
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.recovery import begin_number, finish
from warehouse.stamp import Stamp, seal_built
from warehouse.vintages import ORDERED
from zhibiao.founding import found_folder

INDICATORS, AREAS, QUARTERS = 100, 150, 60
FIRST = Period.parse("2011Q1")
_KINDS = (TargetKind.FLOOR, TargetKind.FLOOR, TargetKind.LOWER, TargetKind.CAP_STOCK, TargetKind.RANGE)
_NATURES = {"ytd": 67, "stock": 23, "rate": 10}


def measure() -> Iterator[Figure]:
    """The publication with everything derived, and the peer."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, catalogue = made(Path(temporary) / "数据")
        bare, _ = _published(folder, catalogue, "a", nothing_derived)
        whole, held = _published(folder, catalogue, "b", derive(catalogue))
        rows = held.rows("SELECT (SELECT count(*) FROM attainment) AS a, (SELECT count(*) FROM growth) AS g")[0]
        yield Figure(
            f"attainment and growth within a publish, {INDICATORS}×{AREAS}×{QUARTERS}",
            "≤ 5 s on 2 cores",
            f"{whole.wall - bare.wall:.1f} s ({whole.busy - bare.busy:.1f} s of CPU) for {rows['a']:,} verdicts and "
            f"{rows['g']:,} growth rows (the publication {whole.wall:.1f} s, without deriving {bare.wall:.1f} s)",
            f"pandas, CAGR ratios only: {_pandas(held, catalogue):.1f} s",
        )


def made(place: Path) -> tuple[DataFolder, Catalogue]:
    """A folder whose generation 1 holds the observations, and the catalogue that names them."""
    catalogue = _catalogue()
    folder = found_folder(place, "管理员", None).folder
    with operating(folder) as conn:
        number = begin_number(folder, conn, "bench", "")
    making, now = files.temporary(folder.generations, "bench.duckdb"), utc_now()
    files.copy(seal.file_of(folder, 0), making, "")
    with writing_file(making) as conn:
        _observe(conn, catalogue)
        built = Built(count_rows(conn), gates.control_totals(conn), datetime(2026, 1, 20), [])
    seal_built(making, built, Stamp(folder, number, 0, "bench", "", "", now))
    seal.point(folder, number)
    finish(folder, seal.read_manifest(folder, number))
    return folder, catalogue


class Spent(NamedTuple):
    """Seconds by the clock, and of the processor in this process and its children."""

    wall: float
    busy: float

    @classmethod
    def until_now(cls) -> Spent:
        """Since some moment in the past."""
        own = os.times()
        return cls(time.perf_counter(), own.user + own.system + own.children_user + own.children_system)


def _published(folder: DataFolder, catalogue: Catalogue, digest: str, how: Any) -> tuple[Spent, Generation]:
    """Publish the catalogue under another digest, so that everything is derived; the seconds it took."""
    changed = catalogue.model_copy(update={"digest": digest})
    began = Spent.until_now()
    held = publish(folder, [], changed, how, who="bench")
    ended = Spent.until_now()
    return Spent(ended.wall - began.wall, ended.busy - began.busy), held


def _catalogue() -> Catalogue:
    shipped = load_catalogue(Path(str(catalogue_folder())))
    natures = [nature for nature, count in _NATURES.items() for _ in range(count)]
    indicators = {f"B{n:03}": _indicator(f"B{n:03}", nature) for n, nature in enumerate(natures)}
    areas = {f"A{n:03}": Area(code=f"A{n:03}", name=f"第{n}区", name_en="", kind="part") for n in range(AREAS)}
    targets = tuple(_target(i, a, indicators[i].nature) for i in indicators for a in areas)
    return shipped.model_copy(update={"indicators": indicators, "areas": areas, "targets": targets, "digest": "bench"})


def _indicator(code: str, nature: str) -> Indicator:
    return Indicator(
        code=code, name=f"指标{code}", name_en=code, theme="economy", definition="压测用", nature=nature,  # type: ignore[arg-type]
        unit="%" if nature == "rate" else "亿元", decimals=1, direction="up", scope="DEPT", department="TJJ",
        source="SELF",
    )  # fmt: skip


def _target(indicator: str, area: str, nature: str) -> Target:
    kind = _KINDS[(int(indicator[1:]) + int(area[1:])) % len(_KINDS)]
    base = Decimal(40 if nature == "rate" else 400)
    return Target(
        code=f"{indicator}-{area}", name="压测", indicator=indicator, area=area, kind=kind, unit="",
        value=base * Decimal("1.7"), low=base, high=base * 2, base_on=date(2015, 12, 31), base_value=base,
        due_on=date(2030, 12, 31), natural_min=Decimal(0), status=TargetStatus.EXAMPLE,
        direction=-1 if kind in (TargetKind.LOWER, TargetKind.CAP_STOCK) else 1,
    )  # fmt: skip


def _observe(conn: Any, catalogue: Catalogue) -> None:
    """900,000 current values and 18,000 that were replaced: levels that grow, with a season and some noise."""
    run = conn.exec_driver_sql
    periods = [FIRST.shift(n) for n in range(QUARTERS)]
    own = {"ytd": Nature.YTD, "stock": Nature.STOCK, "rate": Nature.YTD}
    spans = ", ".join(
        f"('{p.code}', {n}, {p.index}, '{nature}', DATE '{p.span(nature)[0]}', DATE '{p.span(nature)[1]}')"
        for n, p in enumerate(periods) for nature in (Nature.YTD, Nature.STOCK)
    )  # fmt: skip
    coded = ", ".join(
        f"('{i.code}', {int(i.code[1:])}, '{own[i.nature]}', '{i.nature}', '{i.unit}')"
        for i in catalogue.indicators.values()
    )
    areas = ", ".join(f"('{code}', {int(code[1:])})" for code in catalogue.areas)
    level = "(300 + 3 * k + a + (5 + k % 7) * t // 4 * 4 + hash(k * 1000003 + a * 1009 + t) % 100 / 10)"
    run(
        f"""
        CREATE TEMP TABLE made AS
        SELECT indicator, area, 'TJJ' AS department, 'BENCH' AS form, '1' AS edition, period, period_start, period_end,
          nature, 'level' AS measure, '' AS price_basis, 'DEPT' AS scope, v AS value, '' AS raw_text, unit,
          v AS canonical_value, unit AS canonical_unit, 1 AS decimals, 'A' AS status, 'F' AS conf_status,
          '' AS comment, 'simulated' AS origin, 'SELF' AS source, '' AS grade, md5(period) || md5(period) AS file_hash,
          '表' AS sheet, 'A' || k AS cell, '' AS respondent, 'Z' || period AS submission, '' AS approver,
          (period_end + INTERVAL 20 DAY)::TIMESTAMP AS recorded_at, '' AS revision_reason, (k + a + t) % 50 = 0 AS moved
        FROM (SELECT *, (CASE own WHEN 'ytd' THEN {level} * q / 4 WHEN 'rate' THEN {level} / 10 ELSE {level} END)
            ::DECIMAL(28, 10) AS v
          FROM (VALUES {coded}) i(indicator, k, nature, own, unit) CROSS JOIN (VALUES {areas}) r(area, a)
          JOIN (VALUES {spans}) s(period, t, q, nature, period_start, period_end) USING (nature))
        """
    )
    versions = (
        "SELECT * EXCLUDE moved, NULL::TIMESTAMP AS superseded_at FROM made WHERE NOT moved UNION ALL BY NAME "
        "SELECT * EXCLUDE moved, recorded_at + INTERVAL 90 DAY AS superseded_at FROM made WHERE moved "
        "UNION ALL BY NAME SELECT * EXCLUDE moved REPLACE (canonical_value + 1 AS canonical_value, "
        "recorded_at + INTERVAL 90 DAY AS recorded_at), NULL::TIMESTAMP AS superseded_at FROM made WHERE moved"
    )
    run(f"INSERT INTO observation_version BY NAME SELECT * FROM ({versions}) ORDER BY {ORDERED}")
    run(
        "INSERT INTO observation_current BY NAME SELECT * EXCLUDE superseded_at FROM observation_version "
        "WHERE superseded_at IS NULL"
    )
    run(
        "INSERT INTO submission BY NAME SELECT submission AS id, 'BENCH' AS form, any_value(period) AS period, "
        "'TJJ' AS department, max(recorded_at) AS recorded_at FROM made GROUP BY submission"
    )
    run("DROP TABLE made")


def _pandas(held: Generation, catalogue: Catalogue) -> float:
    """A plain script: last year-end value against base and target, as a ratio of growth rates; nothing else."""
    began = time.perf_counter()
    values = held.frame(
        "SELECT indicator, area, period_end, canonical_value AS value FROM observation_current "
        "WHERE period LIKE '%Q4' ORDER BY indicator, area, period_end"
    )
    targets = held.frame("SELECT indicator, area, value AS goal, base_value FROM target")
    latest = values.groupby(["indicator", "area"], as_index=False).last()
    joined = latest.merge(targets, on=["indicator", "area"])
    actual = (joined.value / joined.base_value) ** (1 / 10) - 1
    needed = (joined.goal / joined.base_value) ** (1 / 15) - 1
    assert len(actual / needed) == INDICATORS * AREAS
    return time.perf_counter() - began
