"""量一量数据本身: how projections would have fared on what the warehouse holds, and how much published values moved.

Back-test and revision measures, both computed when asked from the current generation. They are measures of methods and
of data quality, never of departments' merit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from statistics import median
from typing import Any

from etl.derive_known import COLUMNS, SERIES, Ground, Known, Pair, points_of
from etl.way import Way
from indicators.attainment.backtest import METHODS, Score, backtest
from indicators.attainment.series import Point, Series
from indicators.attainment.steps import annual_steps
from indicators.derived.revisions import FEWEST_PERIODS, revision_report
from indicators.observations import Measure
from warehouse.read import current

METHOD_NAMES = {"damped": "阻尼趋势（本系统）", "last": "末值不变", "drift": "平均变化", "cagr": "年均增速"}
PAIR = "首次→最新"
_TRAINS, _HORIZONS = (5, 8, 10), (1, 2, 3, 5)
_LEAST = 4  # steps of a season before year ends take their place, as in the verdict rules


def backtested(way: Way) -> list[dict[str, Any]]:
    """Error and coverage of each method on every annual series of levels that the warehouse holds.

    `train` and `horizon` 0 mean all together; `series` counts those long enough to be scored at all.
    """
    series = [values for values in annual_series(way) if len(values) > min(_TRAINS)]
    scores = backtest(series, trains=_TRAINS, horizons=_HORIZONS)
    order = {method: place for place, method in enumerate(METHODS)}
    scores.sort(key=lambda s: (s.horizon, s.train, order[s.method]))
    return [_scored(score, len(series)) for score in scores if score.forecasts]


def _scored(score: Score, series: int) -> dict[str, Any]:
    return asdict(score) | {"method_name": METHOD_NAMES[score.method], "series": series}


def annual_series(way: Way) -> Iterable[list[tuple[int, Decimal]]]:
    """Every series of levels as (year, value), oldest first, inside one 口径 and price basis."""
    rows = current(way.folder).arrow(
        f"SELECT {', '.join(COLUMNS)} FROM observation_current WHERE measure = 'level' AND canonical_value IS NOT NULL "
        f"ORDER BY {', '.join(SERIES)}, period_end"
    )
    known, ground = Known(rows), Ground(way.catalogue)
    for pair, runs in known.runs.items():
        grouped: dict[tuple[str, ...], list[Point]] = defaultdict(list)
        for run in runs:
            grouped[run.department, run.scope, run.price_basis] += points_of(run, known)
        for points in grouped.values():
            yield _annual(pair, points, ground)


def _annual(pair: Pair, points: list[Point], ground: Ground) -> list[tuple[int, Decimal]]:
    indicator = ground.catalogue.indicators[pair[0]]
    series = Series(indicator=pair[0], area=pair[1], nature=indicator.nature, breaks=ground.breaks.get(pair, ()))
    return [(step.on.year, step.value) for step in annual_steps(series, points, _LEAST).steps]


_REVISED = """
SELECT department, indicator, area, scope, price_basis, measure, nature, period, count(*) AS versions,
  arg_min(canonical_value, recorded_at) AS early, arg_max(canonical_value, recorded_at) AS late
FROM observation_version WHERE measure IN ('level', 'growth_yoy') AND canonical_value IS NOT NULL
GROUP BY ALL ORDER BY ALL
"""
_NAME = ("department", "indicator", "area", "scope", "price_basis", "measure", "nature")


def revisions(way: Way) -> list[dict[str, Any]]:
    """Revision measures of every series that was revised at all: first value against the latest, by department.

    With at least eight revised periods bias, mean absolute revision and the rest; `revised` lists the single revisions
    always.
    """
    rows = current(way.folder).rows(_REVISED)
    grouped: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[tuple(row[name] for name in _NAME)].append(row)
    return [_measured(way, name, held) for name, held in grouped.items() if any(r["early"] != r["late"] for r in held)]


def _measured(way: Way, name: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, Any]:
    report = revision_report({r["period"]: r["early"] for r in rows}, {r["period"]: r["late"] for r in rows}, PAIR)
    moved = [r for r in report.revisions if r.revision]
    said = dict(zip(_NAME, name, strict=True))
    catalogue = way.catalogue
    return said | {
        "department_name": catalogue.departments[said["department"]].name,
        "indicator_name": catalogue.indicators[said["indicator"]].name,
        "unit": "百分点" if said["measure"] == Measure.GROWTH_YOY else catalogue.indicators[said["indicator"]].unit,
        "pair": PAIR,
        "periods": len(report.revisions),
        "revised_periods": len(moved),
        "largest": max((r.revision for r in moved), key=abs),
        "revised": [asdict(r) | {"revision": r.revision} for r in moved],
        "metrics": asdict(report.metrics) if report.metrics and len(moved) >= FEWEST_PERIODS else None,
    }


def revisions_by_department(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same as one line for each department: how many values moved, and by how much of their size in the middle."""
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["department"]].append(row)
    return [
        {
            "department": department,
            "department_name": held[0]["department_name"],
            "series": len(held),
            "indicators": len({row["indicator"] for row in held}),
            "revised_values": sum(row["revised_periods"] for row in held),
            "median_relative_pct": _middle(held),
        }
        for department, held in grouped.items()
    ]


def _middle(rows: Iterable[Mapping[str, Any]]) -> Decimal | None:
    """Median size of the revisions of levels in percent of the first value."""
    sizes = [
        abs(one["revision"] / one["early"]) * 100
        for row in rows
        if row["measure"] == Measure.LEVEL
        for one in row["revised"]
        if one["early"]
    ]
    return Decimal(median(sizes)).quantize(Decimal("0.01")) if sizes else None
