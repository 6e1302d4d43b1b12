"""What is known, by column and by pair of indicator and area, and as the series that targets are judged on.

First step of the derivation: Arrow rows of observations come in, sorted by indicator and area; plain lists and
`indicators.attainment` series go out. It knows which observations belong together and nothing of how they are judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import pyarrow as pa

from indicators.attainment.series import Point, Series
from indicators.catalogue.model import Catalogue, Indicator, ScopeBreak
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.targets import Target, TargetKind
from indicators.units import convert

Pair = tuple[str, str]
SeriesName = tuple[str, str, str, str, str, str]  # indicator, area, department, scope, price basis, measure

COLUMNS = (
    "indicator", "area", "department", "scope", "price_basis", "measure", "nature", "period", "period_end",
    "canonical_value", "comment", "status", "origin", "recorded_at",
)  # fmt: skip
GROWTH = (TargetKind.GROWTH_YEAR, TargetKind.GROWTH_AVERAGE)
_BOUND = re.compile(r"“\s*([>＞<＜])\s*(\d+(?:\.\d+)?)\s*[%％]?\s*”")  # a limit, quoted in the remark of a blank cell
_SIGNS = {"＞": ">", "＜": "<"}
_MONTHS = {"M": 1, "Q": 3, "H": 6, "A": 12}
_READ: dict[str, Callable[[Any], Any]] = {"nature": Nature, "status": ObsStatus, "origin": Origin}


class Known:
    """Observations by column; `spans` says where those of each pair lie. A blank value is None."""

    def __init__(self, table: pa.Table) -> None:
        self.columns = {name: _listed(table.column(name), _READ.get(name)) for name in table.column_names}
        self.size = table.num_rows

    @cached_property
    def spans(self) -> dict[Pair, range]:
        """The rows of each pair."""
        found: dict[Pair, range] = {}
        pairs = list(zip(self.columns["indicator"], self.columns["area"], strict=True))
        start = 0
        for at in range(1, len(pairs) + 1):
            if at == len(pairs) or pairs[at] != pairs[start]:
                found[pairs[start]] = range(start, at)
                start = at
        return found

    def name(self, row: int) -> str:
        """The name by which a verdict cites an observation."""
        column = self.columns
        parts = (column[n][row] for n in ("indicator", "area", "period"))
        return "|".join((*parts, column["nature"][row].value, column["recorded_at"][row].isoformat()))


def _listed(column: pa.ChunkedArray, read: Callable[[Any], Any] | None) -> list[Any]:
    """The values of a column; what recurs is made once, which is most of it."""
    if pa.types.is_decimal(column.type):
        return list(column.to_pylist())
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    values = encoded.dictionary.to_pylist()
    if read:
        values = [read(value) for value in values]
    return [values[index] for index in encoded.indices.to_pylist()]


class Ground:
    """What the catalogue says of series: who owns an indicator, when returns are due, where scopes break."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.due_days: dict[str, int] = {}
        for form in catalogue.forms.values():
            for department in form.departments:
                self.due_days[department] = max(self.due_days.get(department, 0), form.due_days)
        self.breaks: dict[Pair, tuple[ScopeBreak, ...]] = {}
        for broken in catalogue.scope_breaks.values():
            pair = (broken.indicator, broken.area)
            self.breaks[pair] = (*self.breaks.get(pair, ()), broken)

    def called(self, indicator: Indicator, area: str) -> str:
        """How a sentence calls an indicator: with its area where that is not the New Area itself."""
        entry = self.catalogue.areas.get(area)
        home = entry is None or entry.kind == "new_area"
        return indicator.name if home else f"{self.area_name(area)}{indicator.name}"

    def area_name(self, area: str) -> str:
        """How a sentence calls an area: the country is 全国."""
        entry = self.catalogue.areas.get(area)
        if entry is None:
            return area
        return "全国" if entry.kind == "country" else entry.name


def series_for(target: Target, area: str, known: Known, ground: Ground, noise: Mapping[SeriesName, Decimal]) -> Series:
    """What a target is judged on: its indicator, area and 口径, by the department that owns it, in the target's unit.

    The series compared with (another area) may have another 口径. Point ids are row numbers of `known`.
    """
    indicator = ground.catalogue.indicators[target.indicator]
    growth = target.kind in GROWTH
    measure = Measure.GROWTH_YOY if growth else Measure.LEVEL
    scope = target.scope or indicator.scope
    rows = _chosen(target, area, scope, measure, known)
    departments = known.columns["department"]
    owners = {departments[row] for row in rows}
    owner = indicator.department if indicator.department in owners else min(owners, default="")
    unit = "%" if growth else indicator.unit
    rows = [row for row in rows if departments[row] == owner]
    points = _points(rows, known, unit, target.unit or unit)
    basis = known.columns["price_basis"][rows[-1]] if rows else ""
    return Series(
        indicator=target.indicator,
        area=area,
        name=ground.called(indicator, target.area),
        area_name=ground.area_name(area),
        points=points,
        unit=target.unit or unit,
        decimals=indicator.decimals,
        nature=indicator.nature,
        measure=measure,
        scope=scope,
        months=min((_months(p.period) for p in points), default=12),
        due_days=ground.due_days.get(owner, 0),
        noise=noise.get((target.indicator, area, owner, scope, basis, measure.value)),
        breaks=ground.breaks.get((target.indicator, area), ()),
    )


def _chosen(target: Target, area: str, scope: str, measure: Measure, known: Known) -> list[int]:
    measures, scopes, bases = (known.columns[name] for name in ("measure", "scope", "price_basis"))
    basis = "" if measure is Measure.GROWTH_YOY else target.price_basis
    return [
        row
        for row in known.spans.get((target.indicator, area), ())
        if measures[row] == measure.value
        and (scopes[row] == scope or area != target.area)
        and (not basis or not bases[row] or bases[row] == basis)
    ]


def _points(rows: list[int], known: Known, unit: str, wanted: str) -> tuple[Point, ...]:
    periods, ends, natures, values, recorded, statuses, origins, scopes, comments = (
        known.columns[name]
        for name in (
            "period", "period_end", "nature", "canonical_value", "recorded_at", "status", "origin", "scope", "comment",
        )
    )  # fmt: skip
    found = []
    for row in rows:
        value, bound, status = values[row], "", statuses[row]
        if value is None:
            said = _BOUND.search(comments[row] or "")
            if not said:
                continue
            bound, value, status = _SIGNS.get(said[1], said[1]), Decimal(said[2]), ObsStatus.NORMAL
        if unit != wanted:
            value = convert(value, unit, wanted)
        place = (periods[row], ends[row], natures[row], value, str(row), recorded[row], status, origins[row])
        found.append(Point(*place, scopes[row], bound))  # type: ignore[arg-type]
    return tuple(found)


@lru_cache(maxsize=4096)
def _months(period: str) -> int:
    """Months that a report period covers."""
    return _MONTHS[Period.parse(period).freq]
