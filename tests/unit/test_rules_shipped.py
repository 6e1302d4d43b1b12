"""The shipped rules on simulated returns: judged in SQL as they are cell by cell, on real layouts and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

import data
from data.simulate import SimulatedReturn, simulated_returns
from etl.plan import plan_of
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue, FormEdition
from indicators.observations import SeriesKey
from indicators.periods import Period
from indicators.rules.arithmetic import Quantity
from indicators.rules.binding import Check, bind
from indicators.rules.evaluation import evaluate, period_of
from indicators.rules.sql import compile_sql
from indicators.rules.tree import Reference
from indicators.units import convert

Place = tuple[str, str]
Verdicts = dict[tuple[str, str, str], tuple[object, ...]]
TEXTS = "submission department form edition period indicator area measure nature price_basis scope status"
FACT = pa.schema(
    [(name, pa.string()) for name in TEXTS.split()]
    + [(name, pa.decimal128(28, 10)) for name in ("canonical_value", "half_unit")]
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(data.catalogue_folder())


@dataclass(frozen=True)
class Damaged:
    """A return of which every seventh number was moved, so that rules fail, and every eleventh left out."""

    name: str
    sent: SimulatedReturn
    edition: FormEdition
    series: dict[Place, SeriesKey]
    cells: dict[Place, Quantity | None]

    @classmethod
    def of(cls, number: int, sent: SimulatedReturn, catalogue: Catalogue) -> Damaged:
        form = catalogue.forms[sent.form]
        edition = next(e for e in form.editions if e.edition == sent.edition)
        series, cells = dict[Place, SeriesKey](), dict[Place, Quantity | None]()
        for count, cell in enumerate(plan_of(form, edition, catalogue).cells):
            row, _, column = cell.key.partition(":")
            series[row, column] = SeriesKey(*cell[3:9], sent.department)
            said, half = sent.cells.get(cell.key), Decimal(5).scaleb(-cell.decimals - 1)
            if isinstance(said, Decimal) and (number + count) % 11:
                value = convert(said, cell.unit, cell.canonical_unit) + ((number + count) % 7 == 0)
                cells[row, column] = Quantity.rounded(value, convert(half, cell.unit, cell.canonical_unit))
            else:
                cells[row, column] = None
        return cls(f"S{number}", sent, edition, series, cells)

    def facts(self) -> Iterator[dict[str, object]]:
        for place, key in self.series.items():
            quantity = self.cells[place]
            yield {
                "submission": self.name, "department": key.department, "form": self.sent.form, "status": "A",
                "edition": self.sent.edition, "period": self.sent.period, "indicator": key.indicator,
                "area": key.area, "measure": key.measure.value, "nature": key.nature.value,
                "price_basis": key.price_basis, "scope": key.scope,
                "canonical_value": quantity.value if quantity else None,
                "half_unit": quantity.error if quantity else None,
            }  # fmt: skip


Known = dict[tuple[SeriesKey, str], Quantity | None]


def checks_of(one: Damaged, catalogue: Catalogue) -> list[Check]:
    rules = [r for r in catalogue.rules.values() if r.form == one.sent.form]
    return [bind(r, one.edition) for r in rules if (r.valid_to or "9") > one.edition.valid_from]


def in_python(one: Damaged, known: Known, catalogue: Catalogue) -> Verdicts:
    def elsewhere(cell: Reference) -> Quantity | None:
        key = one.series[cell.row, cell.column]
        then = period_of(cell.when, key.nature, Period.parse(one.sent.period))
        wanted = replace(key, area=cell.area or key.area, department=cell.department or key.department)
        return known.get((wanted, then.code)) if then else None

    return {
        (one.name, o.rule, o.at): (o.state.value, o.left, o.right, o.diff, o.tolerance)
        for check in checks_of(one, catalogue)
        for o in evaluate(check, one.cells, elsewhere)
    }


def in_sql(connection: duckdb.DuckDBPyConnection, one: Damaged, catalogue: Catalogue) -> Verdicts:
    checks, form, edition = checks_of(one, catalogue), one.sent.form, one.sent.edition
    statement = compile_sql(checks, one.series, form, edition, history="staging")
    rows = connection.execute(statement.sql, statement.parameters).fetchall()
    return {(submission, rule, place): tuple(verdict) for submission, rule, _, place, *verdict in rows}


def test_sql_and_python_agree_on_every_shipped_rule(catalogue: Catalogue) -> None:
    sent = [r for r in simulated_returns(catalogue) if "2021Q1" <= r.period <= "2022Q4" and not r.revision_reason]
    returned = [Damaged.of(number, one, catalogue) for number, one in enumerate(sent)]
    connection = duckdb.connect(config={"threads": 1})
    connection.register("staging", pa.Table.from_pylist([f for one in returned for f in one.facts()], FACT))
    known = {(one.series[place], one.sent.period): q for one in returned for place, q in one.cells.items()}
    expected: Verdicts = {}
    for one in returned:
        expected |= in_python(one, known, catalogue)
    layouts = {(one.sent.form, one.sent.edition): one for one in returned}
    got: Verdicts = {}
    for one in layouts.values():
        got |= in_sql(connection, one, catalogue)
    assert got == expected
    told = Counter(verdict[0] for verdict in got.values())
    assert min(told["passed"], told["failed"], told["not_evaluable"]) > 50
    assert {rule for _, rule, _ in got} == {r.code for r in catalogue.rules.values() if r.form != "*"}
