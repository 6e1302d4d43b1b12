"""What a submission changes, for the one who reviews it: every cell with its name, before, after and the reason given.

Made from what was parsed and what is published; of a submission that is published already, from what was known before
it. Looked at before approval; nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from etl import changes as diff
from etl.changes import Change, Kind
from etl.known import known_before, known_in
from etl.plan import plan_of
from etl.published import Cell, Page, PageKey, Published, cell_of, pages_of
from etl.way import Way
from indicators.catalogue.model import Catalogue
from indicators.observations import Measure, Observation
from indicators.periods import Period
from warehouse import remarks, submissions, vault
from warehouse.errors import Damaged
from warehouse.operations import consulting
from warehouse.submissions import State, Submission

_ORDER = (Kind.REVISED, Kind.WITHDRAWN, Kind.DROPPED, Kind.NEW, Kind.UNCHANGED)
_RATES = ("%", "‰", "百分点")
_MEASURES = {"level_previous_year": "　上年同期数", "growth_yoy": "　同比增长", "plan": "　计划数"}
_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell: its name, before and after in `unit`, their difference, `percent` of before, and why it changes."""

    kind: Kind
    name: str
    period: str
    before: Decimal | None
    after: Decimal | None
    unit: str
    difference: Decimal | None
    percent: Decimal | None
    reason: str
    sheet: str
    cell: str
    last_year: Decimal | None = None  # what is published for the same period of the year before

    @property
    def against_last_year(self) -> Decimal | None:
        """The change over the year in percent of it; None for rates, and where one of the two is not known."""
        if self.after is None or not self.last_year or self.unit in _RATES:
            return None
        return ((self.after - self.last_year) / abs(self.last_year) * 100).quantize(_STEP)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self) | {"kind": self.kind.value, "kind_label": self.kind.label}


@dataclass(frozen=True, slots=True)
class Differences:
    """All cells of a submission, what changes first."""

    submission: Submission
    rows: tuple[Difference, ...]

    @property
    def tally(self) -> str:
        """`修订 2（2 个写明了原因）、新增 12、未变 40`."""
        kinds = [(kind, [row for row in self.rows if row.kind is kind]) for kind in _ORDER]
        return "、".join(_counted(kind, rows) for kind, rows in kinds if rows) or "没有数据"


def differences(way: Way, submission: str) -> Differences:
    """What a submission changes. Raises UsageError (no such submission), Damaged (what was read of it is lost)."""
    with consulting(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
        reasons = remarks.reasons(conn, submission)
    observations = _observations(way, held)
    known = _known(way, held, {key.period for key in pages_of(observations)})
    return compared(way, held, observations, known, reasons)


def kinds(way: Way, waiting: Sequence[Submission]) -> dict[str, Counter[Kind]]:
    """How many cells of each kind these unpublished submissions have, by id. Raises Damaged."""
    read = {held.id: _observations(way, held) for held in waiting}
    pages = {id: pages_of(observations) for id, observations in read.items()}
    known, counted = Published(), dict[str, Counter[Kind]]()
    for key, page in known_in(way, {key.period for own in pages.values() for key in own}).items() if pages else ():
        known.lay(key, page)
    for held in waiting:
        counted[held.id] = Counter(change.kind for change in diff.changes(read[held.id], known))
        if _Names(way.catalogue, held).of_cells:
            counted[held.id][Kind.DROPPED] += sum(1 for _ in _dropped(pages[held.id], known))
    return counted


def _observations(way: Way, held: Submission) -> Sequence[Observation]:
    observations = vault.get_parsed(way.folder, held.file_hash, held.parser_version)
    if observations is None:
        raise Damaged(
            f"报送 {held.id} 的解析结果不在库中或已损坏，无法比较。什么也没有改动；请对原文件重新运行 zhibiao submit。"
        )
    return observations


def compared(
    way: Way, held: Submission, observations: Sequence[Observation], known: Published, reasons: Mapping[str, str]
) -> Differences:
    """What these observations of a submission change in what is `known`; `reasons` by `sheet!cell`."""
    own, names = pages_of(observations), _Names(way.catalogue, held)
    year_ago = _year_ago(way, own)
    changed = [(change, names.changed(change, reasons)) for change in diff.changes(observations, known)]
    rows = [replace(row, last_year=_then(change.observation, year_ago)) for change, row in changed]
    if names.of_cells:
        rows += [names.dropped(key, cell, value) for key, cell, value in _dropped(own, known)]
    return Differences(held, tuple(sorted(rows, key=lambda row: _ORDER.index(row.kind))))


def _known(way: Way, held: Submission, periods: set[str]) -> Published:
    if held.state in (State.PUBLISHED, State.SUPERSEDED):
        return known_before(way, held, periods)
    known = Published()
    for key, page in known_in(way, periods).items() if periods else ():
        known.lay(key, page)
    return known


def _year_ago(way: Way, own: Mapping[PageKey, Page]) -> Published:
    """What is published for the same periods of the year before."""
    known = Published()
    periods = {Period.parse(key.period).same_last_year().code for key in own}
    for key, page in known_in(way, periods).items() if periods else ():
        known.lay(key, page)
    return known


def _then(one: Observation, year_ago: Published) -> Decimal | None:
    before = Period.parse(one.period).same_last_year().code
    return year_ago.value(
        one.indicator, one.area, one.department, before, one.nature, one.measure, one.price_basis, one.scope
    )


def _dropped(own: Mapping[PageKey, Page], known: Published) -> Iterator[tuple[PageKey, Cell, Decimal]]:
    """Published numbers of the same return for which it has no cell any more."""
    for key, page in own.items():
        for cell, value in known.page(key).items():
            if cell not in page and value is not None:
                yield key, cell, value


class _Names:
    """What the cells of a submission are called: `[01]地区生产总值　1—本季·本年`; of a record form, the indicator."""

    def __init__(self, catalogue: Catalogue, held: Submission) -> None:
        self.catalogue = catalogue
        self.of_cells: dict[Cell, str] = {}
        form = catalogue.forms.get(held.form)
        for edition in form.editions if form else ():
            if form is None or edition.layout != "matrix":
                continue
            for cell in plan_of(form, edition, catalogue).cells:
                row, column = edition.rows[cell.row], edition.columns[cell.column]
                key = (cell.indicator, cell.area, cell.nature, cell.measure, cell.price_basis, cell.scope)
                if edition.edition == held.edition or key not in self.of_cells:
                    self.of_cells[key] = f"[{row.code}]{row.label.strip()}　{'·'.join(column.header)}"

    def name(self, cell: Cell) -> str:
        """The name of a cell."""
        indicator, area = self.catalogue.indicators.get(cell[0]), self.catalogue.areas.get(cell[1])
        about = f"{indicator.name if indicator else cell[0]}（{area.name if area else cell[1]}）"
        return self.of_cells.get(cell) or f"{about}{_MEASURES.get(cell[3], '')}"

    def changed(self, change: Change, reasons: Mapping[str, str]) -> Difference:
        """The line of a cell that the return has."""
        one = change.observation
        return _difference(
            change.kind, self.name(cell_of(one)), one.period, change.before, change.after, one.canonical_unit,
            reasons.get(f"{one.sheet}!{one.cell}", ""), one.sheet, one.cell,
        )  # fmt: skip

    def dropped(self, key: PageKey, cell: Cell, value: Decimal) -> Difference:
        """The line of a cell that it has no more."""
        indicator = self.catalogue.indicators.get(cell[0])
        unit = "%" if cell[3] == Measure.GROWTH_YOY else indicator.unit if indicator else ""
        return _difference(Kind.DROPPED, self.name(cell), key.period, value, None, unit, "", "", "")


def _difference(
    kind: Kind,
    name: str,
    period: str,
    before: Decimal | None,
    after: Decimal | None,
    unit: str,
    reason: str,
    sheet: str,
    cell: str,
) -> Difference:
    gap = after - before if before is not None and after is not None else None
    percent = None
    if gap is not None and before and unit not in _RATES:
        percent = (gap / abs(before) * 100).quantize(_STEP)
    return Difference(kind, name, period, before, after, unit, gap, percent, reason, sheet, cell)


def _counted(kind: Kind, rows: list[Difference]) -> str:
    told = sum(bool(row.reason) for row in rows)
    asks = kind in (Kind.REVISED, Kind.WITHDRAWN)
    return f"{kind.label} {len(rows)}" + (f"（{told} 个写明了原因）" if asks else "")
