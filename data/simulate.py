"""Simulated department returns 2016Q1–2026Q3 for every quarterly form: plausible, seeded, and marked 模拟数据.

Stands in for the departments in the demonstration: what it yields is filled into the real templates and goes through
the real flow. Nothing in it is a fact about the New Area. It must not know workbooks; values come from `trajectories`,
lateness, revisions and states from `data/simulation/events.csv`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from data.assumptions import WHOLE, Correction, table
from data.trajectories import Trajectories
from indicators.catalogue.facets import address, cell_facet, edition_for, open_cells
from indicators.catalogue.model import Catalogue, Facet, Form, FormEdition
from indicators.observations import Measure, Origin
from indicators.periods import Nature, Period
from indicators.units import convert

SEED = 2016
FIRST, LAST = Period.parse("2016Q1"), Period.parse("2026Q3")
NOT_APPLICABLE = "—"
Cells = dict[str, Decimal | str]
State = Literal["published", "submitted", "returned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedReturn:
    """One return as its department would send it.

    `cells` by `row:column`, numbers in the unit printed for the cell, texts are marks; a cell that is left blank is
    absent. `state` is how far the return has come at the end of the demonstration. A return with a `revision_reason`
    is a second one for the same form and period. `explanations` answer the 核实性 findings of rules, by rule code.
    """

    form: str
    edition: str
    department: str
    period: str
    cells: Cells
    filed_on: date
    header: Mapping[str, str]
    state: State = "published"
    revision_reason: str = ""
    explanations: Mapping[str, str] = field(default_factory=dict)
    return_reason: str = ""
    note: str = ""
    origin: Origin = Origin.SIMULATED

    @property
    def file_name(self) -> str:
        """The name of the workbook, which says 模拟数据."""
        again = "_修订" if self.revision_reason else ""
        return f"模拟数据_{self.form}_{self.department}_{self.period}{again}.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenReturn:
    """学习用的坏表: a return with mistakes to learn from.

    Fill a template with `sent`, then overwrite the printed `labels` (by row code) and put the `errors` (by cell) in as
    error cells. `lessons` says what should be found.
    """

    sent: SimulatedReturn
    labels: Mapping[str, str]
    errors: Mapping[str, str]
    lessons: tuple[str, ...]
    file_name: str = "模拟数据_学习用的坏表.xlsx"


def simulated_returns(catalogue: Catalogue, seed: int = SEED) -> Iterator[SimulatedReturn]:
    """All simulated returns in the order of filing; the same seed and catalogue give the same returns."""
    yield from sorted(_Bureau(catalogue, seed).returns(), key=lambda r: (r.filed_on, r.form, r.period))


def broken_return(catalogue: Catalogue, seed: int = SEED) -> BrokenReturn:
    """The return to learn from: industry, the last period, with one mistake of each common kind."""
    bureau = _Bureau(catalogue, seed)
    good = bureau.filed(catalogue.forms["IND-Q"], LAST)
    total = good.cells["01:1"]
    assert isinstance(total, Decimal)
    cells = {**good.cells, "01:1": total + 12345, "05:1": "约3.2亿"}
    note = "模拟数据：学习用的坏表，内有故意写错的地方。"
    return BrokenReturn(
        sent=replace(good, cells=cells, header={**good.header, "note": note}, note=note),
        labels={"04": "装备制造业（含汽车）"},
        errors={"14:1": "#REF!"},
        lessons=(
            "第 04 行的名称被改动：应为“装备制造业”。",
            "第 05 行本年栏写了“约3.2亿”：应填一个准确的数，单位万元。",
            "第 14 行本年栏是公式错误 #REF!。",
            "第 01 行本年栏不等于规上与规下之和。",
        ),
    )


class _Bureau:
    """The departments of one simulated world."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._catalogue, self._seed = catalogue, seed
        self._events: dict[tuple[str, str, str], list[dict[str, str]]] = {}
        corrections: dict[tuple[str, str, str], Correction] = {}
        for event in table("events.csv"):
            self._events.setdefault((event["kind"], event["form"], event["period"]), []).append(event)
            if event["factor"]:
                until = date.fromisoformat(event["day"]) if event["day"] else None
                series = (event["indicator"], event["area"] or WHOLE, event["period"])
                corrections[series] = Correction(Decimal(event["factor"]), until)
        self._courses = Trajectories(catalogue, seed, corrections)

    def returns(self) -> Iterator[SimulatedReturn]:
        """Every return of every quarterly form, revisions included."""
        for form in self._catalogue.forms.values():
            period = FIRST
            while form.frequency == "Q" and not period > LAST:
                if period.index not in form.exempt_quarters and not self._said("missing", form, period):
                    yield self.filed(form, period)
                    yield from self._revised(form, period)
                period = period.shift(1)

    def filed(self, form: Form, period: Period) -> SimulatedReturn:
        """The first return of a form for a period."""
        late, returned = self._said("late", form, period), self._said("returned", form, period)
        due = period.end + timedelta(days=form.due_days)
        early = random.Random(f"{self._seed}|{form.code}|{period}").randint(0, 6)
        day = date.fromisoformat(late["day"]) if late else due - timedelta(days=early)
        state: State = "returned" if returned else "submitted" if self._said("submitted", form, period) else "published"
        made = self._made(form, period, day)
        return replace(
            made, state=state, return_reason=returned["text"] if returned else "", note=late["text"] if late else ""
        )

    def _revised(self, form: Form, period: Period) -> Iterator[SimulatedReturn]:
        if event := self._said("revision", form, period):
            made = self._made(form, period, date.fromisoformat(event["day"]))
            yield replace(made, revision_reason=event["text"], note=event["text"])

    def _made(self, form: Form, period: Period, day: date) -> SimulatedReturn:
        edition = edition_for(form, period.code)
        assert edition is not None
        explained = self._events.get(("explanation", form.code, period.code), [])
        department = form.departments[0]
        short = self._catalogue.departments[department].short
        return SimulatedReturn(
            form=form.code,
            edition=edition.edition,
            department=department,
            period=period.code,
            cells=self._cells(form, edition, period, day),
            filed_on=day,
            explanations={event["rule"]: event["text"] for event in explained},
            header={
                "head": f"模拟负责人（{short}）",
                "statistician": f"模拟统计负责人（{short}）",
                "respondent": f"模拟填表人（{short}）",
                "phone": "模拟电话 000-0000",
                "sent_on": day.isoformat(),
                "note": "模拟数据，仅供演示，不代表长春新区的实际情况。",
            },
        )

    def _cells(self, form: Form, edition: FormEdition, period: Period, day: date) -> Cells:
        cells: Cells = {}
        base = _constant_prices(edition)
        for row, column in open_cells(edition):
            facet = cell_facet(form, edition, row, column)
            value = self._value(facet, period, day, base)
            if value is not None:
                cells[address(row, column)] = value
        return cells

    def _value(self, facet: Facet, period: Period, day: date, base: int | None) -> Decimal | str | None:
        real = base if facet.price_basis not in ("", "现价") else None
        now = (period.year, period.index)
        before = (period.year - 1, period.index)
        nature = facet.nature or Nature.YTD
        series = (facet.indicator, facet.area, nature)
        match facet.measure:
            case Measure.PLAN:
                value = self._courses.plan(facet.indicator, facet.area, period.year)
            case Measure.LEVEL_PREVIOUS_YEAR:
                value = self._courses.value(*series, before, day, real)
            case Measure.GROWTH_YOY:
                return _growth(
                    self._courses.value(*series, now, day, real), self._courses.value(*series, before, day, real)
                )
            case _:
                value = self._courses.value(*series, now, day, real)
        if value is None:
            return None
        own = self._catalogue.indicators[facet.indicator].unit
        return convert(value, own, facet.unit).quantize(Decimal(1).scaleb(-(facet.decimals or 0)), ROUND_HALF_EVEN)

    def _said(self, kind: str, form: Form, period: Period) -> dict[str, str] | None:
        return next(iter(self._events.get((kind, form.code, period.code), [])), None)


def _growth(now: Decimal | None, before: Decimal | None) -> Decimal | str | None:
    if now is None or before is None:
        return None
    if before <= 0:
        return NOT_APPLICABLE
    return ((now / before - 1) * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def _constant_prices(edition: FormEdition) -> int | None:
    """The base year of the edition's 不变价 columns, None when it has none."""
    bases = {column.price_basis for column in edition.columns if column.price_basis and "不变价" in column.price_basis}
    return int(bases.pop()[:4]) if bases else None
