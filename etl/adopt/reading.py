"""Reading a hand-made workbook by its confirmed mapping: the third way of recognition, after template and codes.

Called by `parse` for a workbook without any mark of ours. Exactly one mapping must fit without a question; then every
cell becomes an observation with its true address. Otherwise nothing is read, and the findings are what has to be asked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from etl.adopt.shape import blocks_of
from etl.cellvalue import CellReader, Reading
from etl.codes import finding
from etl.explanations import read_explanations
from etl.hidden import hidden_parts
from etl.identify import Expected
from etl.plan import canonical_unit
from etl.returned import ParsedReturn, ReadCell
from etl.workbook import Workbook, address
from indicators.catalogue.model import Catalogue, Facet, Form, Indicator
from indicators.findings import Finding
from indicators.mapping.anchors import EACH, LAST_YEAR, shown
from indicators.mapping.block import Block
from indicators.mapping.fit import Fit, Note, Placed, PlacedColumn
from indicators.mapping.match import match
from indicators.mapping.model import MappedEdition, MappedRow, Mapping
from indicators.mapping.names import Names
from indicators.observations import Measure, Observation, Origin
from indicators.periods import Nature, Period

RECOGNISED = "mapping"
_GROWTH_DECIMALS = 1


def mapped_editions(form: Form) -> list[MappedEdition]:
    """The editions of a form that are mappings, oldest first; empty for a form with a template."""
    return [edition for edition in form.editions if isinstance(edition, MappedEdition)]


def fit_to(mapping: Mapping, book: Workbook, names: Names) -> Fit:
    """How a mapping fits a workbook."""
    return match(mapping, blocks_of(book, mapping.notes), names)


def read_mapped(book: Workbook, catalogue: Catalogue, expected: Expected | None = None) -> ParsedReturn | None:
    """The return that a confirmed mapping reads in the workbook; None when none resembles it.

    With a question, or where two mappings fit, the return has no form, no observation, and findings that block.
    """
    wanted = expected.form if expected else ""
    forms = [f for f in catalogue.forms.values() if mapped_editions(f) and wanted in ("", f.code)]
    if not forms:
        return None
    names, shapes = Names(catalogue), dict[tuple[str, ...], list[Block]]()
    fits = [_best(mapped_editions(form), book, names, shapes) for form in forms]
    complete = [fit for fit in fits if fit.complete]
    if len(complete) == 1:
        return _Reading(complete[0], book, catalogue).parsed()
    if complete:
        told = "、".join(f"《{fit.mapping.name}》（{fit.mapping.code}）" for fit in complete)
        message = f"这个工作簿同时符合几份对照表：{told}。不知道按哪一份读，数字没有读取。"
        return _unread(book, [finding("S228", message, found=told)])
    alike = sorted(
        (fit for fit in fits if fit.placed or fit.alike), key=lambda fit: (-len(fit.placed), len(fit.questions))
    )
    return _unread(book, [*told_of(alike[0])]) if alike else None


def told_of(fit: Fit) -> Iterator[Finding]:
    """The questions and notes of a fit as findings at their places."""
    for note in (*fit.questions, *fit.notes):
        yield _finding(note, f"对照表《{fit.mapping.name}》（{fit.mapping.code}）：{note.text}")


def _finding(note: Note, message: str) -> Finding:
    cell = address(note.row, note.col) if note.row and note.col else ""
    return finding(
        note.kind, message, sheet=note.sheet, cell=cell, found=note.found[:200], expected=note.expected[:200]
    )


def _best(
    editions: Sequence[MappedEdition], book: Workbook, names: Names, shapes: dict[tuple[str, ...], list[Block]]
) -> Fit:
    """The newest edition that fits; the newest of all when none does."""
    fits = []
    for edition in reversed(editions):
        mapping = edition.mapping
        if mapping.notes not in shapes:
            shapes[mapping.notes] = blocks_of(book, mapping.notes)
        fits.append(match(mapping, shapes[mapping.notes], names))
        if fits[-1].complete:
            return fits[-1]
    return fits[0]


def _unread(book: Workbook, findings: Iterable[Finding]) -> ParsedReturn:
    told = tuple(_in_file(f, book) for f in (*book.findings, *findings))
    return ParsedReturn("", "", "", "", Origin.RETURNED, "", book.name, book.sha256, findings=told)


def _in_file(one: Finding, book: Workbook) -> Finding:
    return one if one.file else replace(one, file=book.name)


class _Reading:
    """A workbook while it is read by the mapping that fits it."""

    def __init__(self, fit: Fit, book: Workbook, catalogue: Catalogue) -> None:
        assert fit.period is not None
        self.fit, self.book, self.catalogue, self.period = fit, book, catalogue, fit.period
        self.mapping = fit.mapping
        self.origin = catalogue.departments[self.mapping.department].origin
        source = catalogue.sources.get(self.mapping.source)
        self.grade = source.grade if source else ""
        self.readers: dict[str, CellReader] = {}
        self.blank: dict[str, list[str]] = defaultdict(list)
        self.cells: dict[str, ReadCell] = {}
        self.seen: dict[object, str] = {}
        self.findings: list[Finding] = []

    def parsed(self) -> ParsedReturn:
        observations = tuple(one for placed in self.fit.placed for one in self._table(placed))
        told = [*self.book.findings, self._by(len(observations)), *told_of(self.fit), *self.findings]
        told += [f for reader in self.readers.values() for f in reader.finish()]
        told += [f for placed in self.fit.placed for f in self._hidden(placed)]
        told += [self._blanks(sheet, cells) for sheet, cells in self.blank.items()]
        return ParsedReturn(
            self.mapping.form, self.mapping.edition, self.period.code, self.mapping.department, self.origin,
            RECOGNISED, self.book.name, self.book.sha256, observations, tuple(_in_file(f, self.book) for f in told),
            explanations=read_explanations(self.book), cells=self.cells, mapping=digest(self.mapping),
        )  # fmt: skip

    def _hidden(self, placed: Placed) -> Iterator[Finding]:
        sheet = self.book.sheet(placed.block.sheet)
        if sheet:
            yield from hidden_parts(sheet, (line for line, _ in placed.rows), (c.col for c in placed.columns))

    def _by(self, count: int) -> Finding:
        tables, by = self.fit.placed, f"对照表《{self.mapping.name}》（{self.mapping.code}）"
        message = f"按{by}读取：{self.period.label}，{len(tables)} 个表，{count} 个数。"
        return finding("S219", message, sheet=tables[0].block.sheet, found=self.period.code)

    def _blanks(self, sheet: str, cells: list[str]) -> Finding:
        where = cells[0] if len(cells) == 1 else f"{cells[0]} 等 {len(cells)} 格"
        return finding("V313", f"{where}空白，记为未报，不是 0。", sheet=sheet, cell=cells[0], cells=tuple(cells))

    def _table(self, placed: Placed) -> Iterator[Observation]:
        for line, row in placed.rows:
            for column in placed.columns:
                one = self._observation(placed, line, row, column)
                if one is not None:
                    yield one

    def _observation(self, placed: Placed, line: int, row: MappedRow, at: PlacedColumn) -> Observation | None:
        facet = self.mapping.cell(placed.table, row, at.column)
        indicator = self.catalogue.indicators[facet.indicator]
        measure = facet.measure or Measure.LEVEL
        period = self._period(at, measure)
        nature = nature_of(facet, indicator, at, period)
        where, sheet = address(line, at.col), placed.block.sheet
        if nature is None:
            self._contradiction(placed, at, where)
            return None
        kept = canonical_unit(indicator, measure)
        read = self._read(sheet, line, at.col, facet.unit, kept, f"{row.label} {shown(placed.block.headers[at.col])}")
        start, end = period.span(nature)
        usual = _GROWTH_DECIMALS if measure is Measure.GROWTH_YOY else indicator.decimals
        one = Observation(
            indicator=indicator.code,
            area=facet.area,
            department=self.mapping.department,
            form=self.mapping.form,
            edition=self.mapping.edition,
            period=period.code,
            period_start=start,
            period_end=end,
            nature=nature,
            measure=measure,
            price_basis=facet.price_basis or indicator.price_basis,
            scope=facet.scope or "",
            value=read.value,
            raw_text=read.raw,
            unit=facet.unit,
            canonical_value=read.canonical,
            canonical_unit=kept,
            decimals=usual if facet.decimals is None else facet.decimals,
            status=read.status,
            origin=self.origin,
            source=self.mapping.source,
            grade=self.grade,
            file_hash=self.book.sha256,
            sheet=sheet,
            cell=where,
        )
        return None if self._twice(one) else one

    def _period(self, at: PlacedColumn, measure: Measure) -> Period:
        """What the number is about; 上年同期数 keeps the return's own period, as in a form."""
        if at.reading and at.reading.period:
            return at.reading.period
        before = LAST_YEAR in at.column.header and measure is not Measure.LEVEL_PREVIOUS_YEAR
        return self.period.same_last_year() if before else self.period

    def _read(self, sheet: str, row: int, col: int, unit: str, kept: str, label: str) -> Reading:
        found = self.book.sheet(sheet)
        hidden = found is not None and found.zeros_hidden
        reader = self.readers.setdefault(sheet, CellReader(sheet, hidden))
        cell = found.cells.get((row, col)) if found else None
        read = reader.read(cell, unit, kept, label)
        where = address(row, col)
        if read.blank:
            self.blank[sheet].append(where)
        self.cells[f"{sheet}!{where}"] = ReadCell(sheet, where, read.raw, read.value, read.canonical, read.status)
        return read

    def _contradiction(self, placed: Placed, at: PlacedColumn, where: str) -> None:
        header = placed.block.headers[at.col]
        message = f"{where}：表头“{header}”与对照表写的性质（累计、本期、全年）说的不是一回事，没有读取。"
        self.findings.append(finding("S225", message, sheet=placed.block.sheet, cell=where, found=header))

    def _twice(self, one: Observation) -> bool:
        identity = (one.series, one.period)
        if first := self.seen.get(identity):
            message = f"{one.cell} 与 {first} 是同一个指标、地区、报告期的数，重复了。"
            self.findings.append(finding("V311", message, sheet=one.sheet, cell=one.cell, found=one.raw_text[:200]))
            return True
        self.seen[identity] = one.cell
        return False


def digest(mapping: Mapping) -> str:
    """Short SHA-256 of what a mapping says: the observations of another mapping are kept apart."""
    return hashlib.sha256(mapping.model_dump_json().encode()).hexdigest()[:12]


def nature_of(facet: Facet, indicator: Indicator, at: PlacedColumn, period: Period) -> Nature | None:
    """What the number covers: as the mapping says, a whole year always 全年; None when the header contradicts it."""
    said = facet.nature or (Nature.STOCK if indicator.nature == "stock" else None)
    year = period.freq == "A"
    if said is Nature.ANNUAL and not year and facet.measure is not Measure.PLAN:
        return None
    if year and said in (None, Nature.YTD, Nature.SINGLE):
        return Nature.ANNUAL
    reading = at.reading if EACH in at.column.header else None
    if reading is None or reading.nature is None:
        return said
    if said is None or said is Nature.STOCK:
        return said or reading.nature
    if said is Nature.SINGLE and reading.nature is Nature.YTD and not reading.fits(Nature.SINGLE):
        return None
    return None if reading.nature is Nature.STOCK else said
