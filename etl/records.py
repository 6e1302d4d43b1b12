"""Reading a record form: one observation a line, each field from the column whose header names it.

Called by `parse` with a complete `Place`. Codes are read as `code`, `code name` (as the list offers them) or a name
that only one entry has; a blank field takes the form's or the indicator's own word, never one from the line above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from etl.cellvalue import CellReader, Reading
from etl.codes import finding
from etl.layout import MEASURES, NATURES
from etl.locate import Place, plain
from etl.plan import Plan, canonical_unit, default_nature
from etl.returned import ReadCell, Sending, Table
from etl.workbook import Cell, address
from indicators.catalogue.model import Area, Indicator
from indicators.cell_formats import cell_format, shows_month
from indicators.errors import UsageError
from indicators.observations import Measure, Observation, ObsStatus, SeriesKey
from indicators.period_text import read_period
from indicators.periods import Nature, Period

T = TypeVar("T")


class _Wrong(Exception):
    """A field that says nothing the catalogue knows."""


@dataclass(slots=True)
class _Line:
    """One filled line: its cells by field, and where a field stands."""

    number: int
    row: int
    cells: dict[str, Cell]

    def text(self, name: str) -> str:
        cell = self.cells.get(name)
        return " ".join(cell.text.split()) if cell else ""


class _Said(NamedTuple):
    """What a line says of its number."""

    indicator: Indicator
    area: str
    period: Period
    measure: Measure
    nature: Nature
    scope: str
    source: str
    status: ObsStatus


def read_records(plan: Plan, place: Place, sending: Sending) -> Table:
    """Observations of all filled lines in order; a line with a wrong field gives findings and no observation."""
    return _Records(plan, place, sending).read()


class _Records:
    """The table of one return while it is being read."""

    def __init__(self, plan: Plan, place: Place, sending: Sending) -> None:
        self.layout, self.place, self.sending = plan.layout, place, sending
        self.catalogue = plan.layout.catalogue
        self.reader = CellReader(place.sheet.name, place.sheet.zeros_hidden)
        self.cols = {record.field: place.cols[i] for i, record in enumerate(plan.layout.edition.records)}
        self.table = Table()
        self.seen: dict[tuple[SeriesKey, str], str] = {}

    def read(self) -> Table:
        observations = [o for line in self._lines() if (o := self._observation(line)) is not None]
        self.table.observations = tuple(observations)
        self.table.findings = [*self.table.findings, *self.reader.finish()]
        return self.table

    def _lines(self) -> Iterable[_Line]:
        rows: dict[int, dict[str, Cell]] = {}
        fields = {col: name for name, col in self.cols.items()}
        for cell in self.place.sheet:
            if cell.row > self.place.anchor and cell.col in fields and cell.text.strip():
                rows.setdefault(cell.row, {})[fields[cell.col]] = cell
        return [_Line(row - self.place.anchor, row, cells) for row, cells in rows.items()]

    def _observation(self, line: _Line) -> Observation | None:
        said = self._said(line)
        if said is None:
            return None
        indicator, period, nature = said.indicator, said.period, said.nature
        unit, kept = self._unit(line, indicator, said.measure), canonical_unit(indicator, said.measure)
        read = self._value(line, indicator, unit, kept)
        start, end = period.span(nature)
        observation = Observation(
            indicator=indicator.code,
            area=said.area,
            period=period.code,
            period_start=start,
            period_end=end,
            nature=nature,
            measure=said.measure,
            price_basis=line.text("price_basis") or indicator.price_basis,
            scope=said.scope,
            value=read.value,
            raw_text=read.raw,
            unit=unit,
            canonical_value=read.canonical,
            canonical_unit=kept,
            decimals=indicator.decimals,
            status=said.status if read.status is ObsStatus.NORMAL else read.status,
            comment=line.text("comment")[:500],
            source=said.source,
            grade=line.text("grade").upper()[:1],
            cell=address(line.row, self.cols["value"]),
            **self.sending.common(self.place.sheet.name),
        )
        return None if self._twice(line, observation) else observation

    def _said(self, line: _Line) -> _Said | None:
        """The line's own words with defaults for what it leaves open; None when one of them is wrong or lacking."""
        before, catalogue, form = len(self.table.findings), self.catalogue, self.layout.form
        for record in self.layout.edition.records:
            if record.required and record.field != "value" and not line.text(record.field):
                self._say("V301", line, record.field, f"没有填“{record.header}”")
        indicator = self._field(line, "indicator", self._indicator)
        if indicator:
            self._named(line, indicator)
        area = self._field(line, "area", self._area)
        period = self._field(line, "period", lambda text: self._period(line, text)) or self.sending.period
        measure = self._field(line, "measure", lambda text: _chosen(text, MEASURES)) or Measure.LEVEL
        nature = self._field(line, "nature", lambda text: _chosen(text, NATURES))
        scope = self._field(line, "scope", lambda text: _code(text, catalogue.scopes, lambda s: (s.name,)))
        source = self._field(line, "source", lambda text: _code(text, catalogue.sources, lambda s: (s.title,)))
        status = self._field(line, "status", lambda text: ObsStatus(text.upper())) or ObsStatus.NORMAL
        if len(self.table.findings) > before or indicator is None:
            return None
        return _Said(
            indicator,
            area.code if area else form.area,
            period,
            measure,
            nature or default_nature(indicator, period.freq),
            scope.code if scope else form.scope or indicator.scope,
            source.code if source else "",
            status,
        )

    def _value(self, line: _Line, indicator: Indicator, unit: str, kept: str) -> Reading:
        read = self.reader.read(line.cells.get("value"), unit, kept, indicator.name)
        required = next(record.required for record in self.layout.edition.records if record.field == "value")
        if read.blank and required:
            self.reader.blank(line.row, self.cols["value"], indicator.name)
        where = address(line.row, self.cols["value"])
        self.table.cells[f"{line.number}:value"] = ReadCell(
            self.place.sheet.name, where, read.raw, read.value, read.canonical, read.status
        )
        return read

    def _unit(self, line: _Line, indicator: Indicator, measure: Measure) -> str:
        return line.text("unit") or self.layout.edition.unit or canonical_unit(indicator, measure)

    def _field(self, line: _Line, name: str, read: Callable[[str], T]) -> T | None:
        """Read one field; None when it is blank or wrong, the latter with a finding."""
        text = line.text(name)
        if not text:
            return None
        try:
            return read(text)
        except (_Wrong, ValueError, OverflowError, UsageError):
            what = {"period": "看不懂报告期", "source": "资料来源表里没有", "scope": "口径表里没有"}
            code = "V308" if name == "period" else "V307"
            self._say(code, line, name, f"{what.get(name, '代码表里没有')}“{text[:40]}”")
            return None

    def _indicator(self, text: str) -> Indicator:
        return _code(text, self.catalogue.indicators, lambda i: (i.name, *i.aliases))

    def _area(self, text: str) -> Area:
        return _code(text, self.catalogue.areas, lambda a: (a.name, *a.aliases))

    def _period(self, line: _Line, text: str) -> Period:
        cell = line.cells["period"]
        if isinstance(cell.value, (int, float)) and cell_format(cell.number_format).date:
            if not shows_month(cell.number_format):
                raise _Wrong(text)
            day = _day(cell.value, self.sending.date1904)
            return Period(day.year, "M", day.month)
        read = read_period(text, report_period=self.sending.period)
        if read.period is None:
            raise _Wrong(text)
        return read.period

    def _named(self, line: _Line, indicator: Indicator) -> None:
        """A name beside the code must be the code's own: the usual slip is a code one line off."""
        name = line.text("indicator_name")
        if name and plain(name) not in {plain(known) for known in (indicator.name, *indicator.aliases)}:
            self._say("V307", line, "indicator_name", f"的名称“{name[:40]}”与代码 {indicator.code} 不符")

    def _twice(self, line: _Line, observation: Observation) -> bool:
        key = (observation.series, observation.period)
        if first := self.seen.get(key):
            self._say("V311", line, "value", f"与 {first} 是同一个指标、地区、报告期的数，重复了")
            return True
        self.seen[key] = observation.cell
        return False

    def _say(self, code: str, line: _Line, name: str, what: str) -> None:
        where = address(line.row, self.cols[name])
        self.table.findings.append(
            finding(
                code,
                f"{where}（第 {line.number} 行）{what}。",
                sheet=self.place.sheet.name,
                cell=where,
                found=line.text(name)[:200],
            )
        )


def _code(text: str, entries: dict[str, T], names: Callable[[T], Iterable[str]]) -> T:
    """The entry of a code, of `code name`, or of a name that one entry alone has."""
    found = entries.get(text) or entries.get(text.split(" ")[0])
    if found is not None:
        return found
    alike = [entry for entry in entries.values() if any(plain(text) == plain(name) for name in names(entry))]
    if len(alike) != 1:
        raise _Wrong(text)
    return alike[0]


def _chosen(text: str, words: dict[T, str]) -> T:
    for entry, word in words.items():
        if text in (str(entry), word, f"{entry} {word}"):
            return entry
    raise _Wrong(text)


def _day(serial: float, date1904: bool) -> date:
    """The day of a spreadsheet's serial number in its date system."""
    return (date(1904, 1, 1) if date1904 else date(1899, 12, 30)) + timedelta(days=int(serial))
