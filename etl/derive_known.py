"""What is known, by column and by pair of indicator and area, and as the series that targets are judged on.

First step of the derivation: Arrow rows of observations come in, sorted by indicator and area; plain lists and
`indicators.attainment` series go out. It knows which observations belong together and nothing of how they are judged.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from indicators.attainment.series import Point, Series
from indicators.catalogue.model import Catalogue, Indicator, ScopeBreak
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.targets import Target, TargetKind
from indicators.units import convert
from warehouse.arrow import encoded_column

Pair = tuple[str, str]
SeriesName = tuple[str, str, str, str, str, str]  # indicator, area, department, scope, price basis, measure

SERIES = ("indicator", "area", "department", "scope", "price_basis", "measure", "nature")
COLUMNS = (*SERIES, "period", "period_end", "canonical_value", "comment", "status", "origin", "recorded_at")
GROWTH = (TargetKind.GROWTH_YEAR, TargetKind.GROWTH_AVERAGE)
COMPARABLE = "可比价"  # what growth is stated in, unless its target says otherwise
_BOUND = re.compile(r"“\s*([>＞<＜])\s*(\d+(?:\.\d+)?)\s*[%％]?\s*”")  # a limit, quoted in the remark of a blank cell
_SIGNS = {"＞": ">", "＜": "<"}
_MONTHS = {"M": 1, "Q": 3, "H": 6, "A": 12}
_EXACT = Context(prec=60)
_READ: dict[str, Callable[[Any], Any]] = {"status": ObsStatus, "origin": Origin}


class Run(NamedTuple):
    """Rows that follow each other and belong together: one nature of one series, from `start` up to `stop`."""

    indicator: str
    area: str
    department: str
    scope: str
    price_basis: str
    measure: str
    nature: Nature
    start: int
    stop: int


class Known:
    """Observations by column, sorted by the columns of `SERIES`: `runs` by pair. A blank value is None."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.has_blanks = "canonical_value" in table.column_names and table.column("canonical_value").null_count > 0
        self.runs: dict[Pair, list[Run]] = {}
        self._read: dict[str, list[Any]] = {}
        self._in_order = list(_runs(table))
        self._starts = [run.start for run in self._in_order]
        for run in self._in_order:
            self.runs.setdefault((run.indicator, run.area), []).append(run)

    def column(self, name: str) -> list[Any]:
        """The values of a column that differs from row to row."""
        if name not in self._read:
            self._read[name] = _listed(self.table.column(name), _READ.get(name))
        return self._read[name]

    def name(self, row: int) -> str:
        """The name by which a verdict cites an observation."""
        run = self._in_order[bisect_right(self._starts, row) - 1]
        recorded = self.column("recorded_at")[row].isoformat()
        return "|".join((run.indicator, run.area, self.column("period")[row], run.nature, recorded))


def _runs(table: pa.Table) -> Iterator[Run]:
    """Where one series or nature ends and the next begins."""
    if not table.num_rows:
        return
    columns = [encoded_column(table.column(name)) for name in SERIES]
    codes = [column.indices.to_numpy(zero_copy_only=False) for column in columns]
    moved = np.zeros(table.num_rows - 1, dtype=bool)
    for code in codes:
        moved |= code[1:] != code[:-1]
    starts = [0, *(np.flatnonzero(moved) + 1).tolist()]
    named: list[list[Any]] = []
    for column, code in zip(columns, codes, strict=True):
        values = column.dictionary.to_pylist()
        named.append([values[at] for at in code[starts].tolist()])
    named[-1] = [Nature(nature) for nature in named[-1]]
    yield from map(Run, *named, starts, [*starts[1:], table.num_rows])


def encoded(table: pa.Table) -> pa.Table:
    """The same rows with every column but numbers as indices, which is little to hand to another process."""
    columns = {n: table.column(n) for n in table.column_names}
    return pa.table({n: c if pa.types.is_decimal(c.type) else encoded_column(c) for n, c in columns.items()})


def _listed(column: pa.ChunkedArray, read: Callable[[Any], Any] | None) -> list[Any]:
    """The values of a column."""
    if pa.types.is_decimal(column.type):
        return _numbers(column)
    encoded = encoded_column(column)
    values = encoded.dictionary.to_pylist()
    if read:
        values = [read(value) for value in values]
    return [values[index] for index in encoded.indices.to_numpy(zero_copy_only=False).tolist()]


def _numbers(column: pa.ChunkedArray) -> list[Decimal | None]:
    """Decimals, by way of whole numbers where each fits into the lower half of its sixteen bytes: six times faster."""
    whole, places = column.combine_chunks(), -column.type.scale
    words = np.frombuffer(whole.buffers()[1] or b"", dtype="<i8").reshape(-1, 2)[whole.offset :][: len(whole)]
    valid = whole.is_valid().to_numpy(zero_copy_only=False)
    if (words[:, 1] != words[:, 0] >> 63)[valid].any():
        return list(column.to_pylist())
    found: list[Decimal | None] = [*map(_EXACT.scaleb, map(Decimal, words[:, 0].tolist()), repeat(places))]
    for at in np.flatnonzero(~valid).tolist():
        found[at] = None
    return found


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
    runs = _chosen(target, area, scope, measure, known)
    runs = _of_one_basis(runs, target.price_basis, COMPARABLE if growth else indicator.price_basis)
    owners = {run.department for run in runs}
    owner = indicator.department if indicator.department in owners else min(owners, default="")
    runs = [run for run in runs if run.department == owner]
    unit = "%" if growth else indicator.unit
    points = tuple(chain.from_iterable(_points(run, known, unit, target.unit or unit) for run in runs))
    basis = runs[-1].price_basis if runs else ""
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
        price_basis=target.price_basis if growth and _real(basis) and _real(target.price_basis) else basis,
        scope=scope,
        months=_interval(tuple([p.period for p in points if p.status is not ObsStatus.FORECAST])),
        due_days=ground.due_days.get(owner, 0),
        noise=noise.get((target.indicator, area, owner, scope, basis, measure.value)),
        breaks=ground.breaks.get((target.indicator, area), ()),
    )


def _chosen(target: Target, area: str, scope: str, measure: Measure, known: Known) -> list[Run]:
    basis = "" if measure is Measure.GROWTH_YOY else target.price_basis
    runs = [
        run
        for run in known.runs.get((target.indicator, area), ())
        if run.measure == measure and (not basis or run.price_basis in ("", basis))
    ]
    if area != target.area and len({run.scope for run in runs}) == 1:
        return runs
    return [run for run in runs if run.scope == scope]


def _real(basis: str) -> bool:
    """True for comparable prices and those of any one year: a rate is the same in all of them."""
    return "可比" in basis or "不变" in basis


def _of_one_basis(runs: list[Run], *wanted: str) -> list[Run]:
    """The runs of the first wanted price basis that there is, where there are several: two are never one series."""
    held = {run.price_basis for run in runs if run.price_basis}
    if len(held) < 2:
        return runs
    basis = next((basis for basis in wanted if basis in held), "")
    return [run for run in runs if run.price_basis in ("", basis)]


def _points(run: Run, known: Known, unit: str, wanted: str) -> list[Point]:
    found = points_of(run, known)
    if unit == wanted:
        return found
    return [point._replace(value=convert(point.value, unit, wanted)) for point in found]


def points_of(run: Run, known: Known) -> list[Point]:
    """The points of a run in the indicator's unit; a blank value is none, unless its remark quotes a limit."""
    rows = slice(run.start, run.stop)
    periods, ends, values, recorded, statuses, origins = (known.column(name)[rows] for name in _OF_A_POINT)
    names, scope = map(str, range(run.start, run.stop)), repeat(run.scope)
    every = zip(periods, ends, repeat(run.nature), values, names, recorded, statuses, origins, scope, repeat(""))
    found: list[Point] = [*map(_point, every)]
    if not known.has_blanks:
        return found
    remarks = known.column("comment")[rows]
    stated = (p if v is not None else _stated(p, said) for p, v, said in zip(found, values, remarks, strict=True))
    return [point for point in stated if point is not None]


_point = partial(tuple.__new__, Point)  # without a check of each that would find nothing
_OF_A_POINT = ("period", "period_end", "canonical_value", "recorded_at", "status", "origin")


def _stated(point: Point, remark: str | None) -> Point | None:
    """A point whose value was blank: the limit that its remark quotes, or none."""
    said = _BOUND.search(remark or "")
    if not said:
        return None
    bound = _SIGNS.get(said[1], said[1])
    return point._replace(value=Decimal(said[2]), status=ObsStatus.NORMAL, bound=bound)  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def _interval(periods: tuple[str, ...]) -> int:
    """Months from one report to the next as it is now: the shortest of these periods that ends within that of the
    latest; 12 where there is none. A series that once came each month and now comes each quarter comes each quarter.
    """
    found = [Period.parse(period) for period in {*periods}]
    latest = max((period.end for period in found), default=date.min)
    opened = min((period.start for period in found if period.end == latest), default=latest)
    return min((_MONTHS[period.freq] for period in found if period.end >= opened), default=12)
