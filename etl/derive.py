"""What a generation derives: growth of every touched series and the verdict on every target.

`warehouse.generations.publish` calls this while it builds; the rules are those of `indicators.derived` and
`indicators.attainment`. Here observations become series, and verdicts become rows of `attainment`. As of a day the
same code runs on what was known then, so the board of the past is computed, never remembered.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Attainment
from indicators.attainment.series import Point, Series
from indicators.catalogue.model import Catalogue
from indicators.derived.rows import GrowthSeries, derive_growth
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.targets import Target, TargetKind
from warehouse.generations import Building, Derive, Derived, Generation
from warehouse.moments import beijing_day, day_ends

Row = Mapping[str, Any]
Ask = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]

_POINTS = (
    "indicator, area, department, period, period_end, nature, measure, price_basis, scope, canonical_value, comment, "
    "status, origin, recorded_at"
)
_IDENTITY = ("indicator", "area", "department", "scope", "price_basis")
_BOUND = re.compile(r"“\s*([>＞<＜])\s*(\d+(?:\.\d+)?)\s*[%％]?\s*”")  # a limit, quoted in the remark of a blank cell
_WEAKEST = (Origin.SIMULATED, Origin.RETURNED, Origin.PUBLISHED)
_MONTHS = {"Q": 3, "A": 12, "any": 12}


def derive(catalogue: Catalogue) -> Derive:
    """The derivation of generations under this catalogue."""

    def derived(building: Building) -> Derived:
        as_of = beijing_day(building.known_at) if building.known_at else date.min
        return Derived(
            attainment=_verdicts(building.rows, "observation_current", {}, catalogue, as_of),
            growth=_growth(building.rows, building.touched, building.span, catalogue),
        )

    return derived


def attainment_as_of(held: Generation, catalogue: Catalogue, as_of: date) -> list[dict[str, Any]]:
    """The board as it would have been seen at the end of a day: today's targets and rules, that day's numbers."""
    valid = "recorded_at <= :cut AND (superseded_at IS NULL OR superseded_at > :cut)"
    known = f"(SELECT * FROM observation_version WHERE {valid})"
    return _verdicts(held.rows, known, {"cut": day_ends(as_of)}, catalogue, as_of)


def _verdicts(ask: Ask, table: str, params: Row, catalogue: Catalogue, as_of: date) -> list[dict[str, Any]]:
    targets = [t for t in catalogue.targets if _in_force(t, catalogue.targets)]
    wanted = sorted({t.indicator for t in targets})
    names = ", ".join(f":i{n}" for n in range(len(wanted)))
    query = (
        f"SELECT {_POINTS} FROM {table} AS o WHERE indicator IN ({names}) AND measure IN ('level', 'growth_yoy') "
        "ORDER BY indicator, area, period_end"
    )
    rows = ask(query, dict(params) | {f"i{n}": code for n, code in enumerate(wanted)}) if wanted else []
    return [_verdict(target, rows, catalogue, as_of) for target in targets]


def _in_force(target: Target, targets: Sequence[Target]) -> bool:
    """The newest version of a target stands for it."""
    return target.version == max(t.version for t in targets if t.code == target.code)


def _verdict(target: Target, rows: Sequence[Row], catalogue: Catalogue, as_of: date) -> dict[str, Any]:
    series = series_for(target, target.area, rows, catalogue)
    benchmark = series_for(target, target.benchmark_area, rows, catalogue) if target.benchmark_area else None
    found = evaluate(target, series, as_of=as_of, benchmark=benchmark)
    used = {point.id: point for point in (*series.points, *(benchmark.points if benchmark else ()))}
    origins = {used[i].origin for i in found.inputs if i in used}
    return _row(target, found, next((o for o in _WEAKEST if o in origins), None))


def _row(target: Target, found: Attainment, origin: Origin | None) -> dict[str, Any]:
    row = asdict(found)
    row["flags"] = ",".join(found.flags)
    row["inputs"] = "\n".join(found.inputs)
    row["components"] = json.dumps(found.components, ensure_ascii=False, sort_keys=True)
    row["status"], row["status_label"] = found.status.value, found.status.label
    return row | {
        "indicator": target.indicator,
        "area": target.area,
        "scope": target.scope,
        "kind": target.kind.value,
        "target_status": target.status.value,
        "unit": target.unit,
        "origin": origin.value if origin else "",
    }


def series_for(target: Target, area: str, rows: Iterable[Row], catalogue: Catalogue) -> Series:
    """What a target is judged on: its indicator, area and 口径, by the department that owns the indicator."""
    indicator = catalogue.indicators[target.indicator]
    growth = target.kind in (TargetKind.GROWTH_YEAR, TargetKind.GROWTH_AVERAGE)
    measure = Measure.GROWTH_YOY if growth else Measure.LEVEL
    scope = target.scope or indicator.scope
    chosen = [
        row
        for row in rows
        if row["indicator"] == target.indicator and row["area"] == area and row["measure"] == measure.value
        and (row["scope"] == scope or area != target.area)
        and (not target.price_basis or not row["price_basis"] or growth or row["price_basis"] == target.price_basis)
    ]  # fmt: skip
    owners = {row["department"] for row in chosen}
    owner = indicator.department if indicator.department in owners else min(owners, default="")
    points = tuple(p for row in chosen if row["department"] == owner and (p := _point(row)) is not None)
    return Series(
        indicator=target.indicator,
        area=area,
        name=indicator.name,
        points=points,
        unit=indicator.unit if not growth else "%",
        decimals=indicator.decimals,
        nature=indicator.nature,
        measure=measure,
        scope=scope,
        months=_interval(points),
        due_days=max((f.due_days for f in catalogue.forms.values() if owner in f.departments), default=0),
        breaks=tuple(b for b in catalogue.scope_breaks.values() if (b.indicator, b.area) == (target.indicator, area)),
    )


def _interval(points: Sequence[Point]) -> int:
    """Months between reports, from the finest period reported."""
    return min((_MONTHS.get(Period.parse(p.period).freq, 6) for p in points), default=12)


def _point(row: Row) -> Point | None:
    value, bound = row["canonical_value"], ""
    if value is None:
        said = _BOUND.search(row["comment"] or "")
        if not said:
            return None
        bound, value = {"＞": ">", "＜": "<"}.get(said[1], said[1]), Decimal(said[2])
    recorded: datetime = row["recorded_at"]
    identity = (row["indicator"], row["area"], row["period"], row["nature"], recorded.isoformat())
    return Point(
        period=row["period"],
        period_end=row["period_end"],
        nature=Nature(row["nature"]),
        value=value,
        id="|".join(identity),
        recorded_at=recorded,
        status=ObsStatus(row["status"]) if not bound else ObsStatus.NORMAL,
        origin=Origin(row["origin"]),
        scope=row["scope"],
        bound=bound,  # type: ignore[arg-type]
    )


def _growth(
    ask: Ask, touched: frozenset[tuple[str, str]] | None, span: tuple[date, date] | None, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """Growth of the touched series; of a span only that span is right, and what a base can be is read before it."""
    where = "measure IN ('level', 'growth_yoy') AND canonical_value IS NOT NULL"
    params: dict[str, Any] = {}
    if touched is not None:
        if not touched:
            return []
        pairs = sorted(touched)
        params = {f"p{n}": f"{indicator}|{area}" for n, (indicator, area) in enumerate(pairs)}
        params |= {f"i{n}": indicator for n, (indicator, _) in enumerate(pairs)}
        codes, names = (", ".join(f":{k}{n}" for n in range(len(pairs))) for k in "ip")
        where += f" AND indicator IN ({codes}) AND indicator || '|' || area IN ({names})"
    marks: dict[tuple[str, ...], set[Origin]] = defaultdict(set)
    columns = ", ".join(_IDENTITY)
    for row in ask(f"SELECT DISTINCT {columns}, origin FROM observation_current WHERE {where}", params):
        marks[tuple(row[k] for k in _IDENTITY)].add(Origin(row["origin"]))
    if span is not None:
        where += " AND period_end BETWEEN :since AND :until"
        params |= {"since": date(span[0].year - 2, span[0].month, 1), "until": date(span[1].year, 12, 31)}
    query = (
        f"SELECT {columns}, measure, nature, period, canonical_value "
        f"FROM observation_current WHERE {where} ORDER BY ALL"
    )
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in ask(query, params):
        grouped[tuple(row[k] for k in _IDENTITY)].append(row)
    made = []
    for key, rows in grouped.items():
        series = _growth_series(key, rows, marks[key], catalogue)
        identity = {name: getattr(series, name) for name in (*_IDENTITY, "origin")}
        made += [identity | row._asdict() for row in derive_growth(series)]
    return made


def _growth_series(
    key: tuple[str, ...], rows: Sequence[Row], origins: set[Origin], catalogue: Catalogue
) -> GrowthSeries:
    levels: dict[Nature, dict[str, Decimal | None]] = defaultdict(dict)
    reported: dict[str, Decimal | None] = {}
    for row in rows:
        if row["measure"] == Measure.LEVEL.value:
            levels[Nature(row["nature"])][row["period"]] = row["canonical_value"]
        else:
            reported[row["period"]] = row["canonical_value"]
    indicator = catalogue.indicators[key[0]]
    breaks = [b for b in catalogue.scope_breaks.values() if (b.indicator, b.area) == key[:2] and b.link_factor is None]
    return GrowthSeries(
        indicator=key[0],
        area=key[1],
        department=key[2],
        scope=key[3],
        price_basis=key[4],
        unit=indicator.unit,
        origin=next(o for o in _WEAKEST if o in origins).value,
        levels=levels,
        reported=reported,
        breaks=tuple(b.on for b in breaks) if len({b.from_scope for b in breaks} & {key[3]}) else (),
        is_rate=indicator.nature == "rate",
    )
