"""All expression rules of a 60 × 12 form on 80 returns (57,600 facts): as one SQL statement, and cell by cell."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.plan import CellPlan, plan_of
from indicators.catalogue.load import load_catalogue
from indicators.observations import SeriesKey
from indicators.rules.arithmetic import Quantity
from indicators.rules.binding import bind
from indicators.rules.evaluation import Cells, evaluate
from indicators.rules.sql import compile_sql
from indicators.units import convert
from tests.bench import Figure
from tests.bench.world import Sent, numbers, returns, write_catalogue

FORM, DEPARTMENTS, PERIODS, RUNS = "BIG01", 1, 80, 5
_TEXTS = "submission department form edition period indicator area measure nature price_basis scope status"
FACT = pa.schema(
    [(name, pa.string()) for name in _TEXTS.split()]
    + [(name, pa.decimal128(28, 10)) for name in ("canonical_value", "half_unit")]
)


def measure() -> Iterator[Figure]:
    """The best of five runs of each, with the same verdicts."""
    with tempfile.TemporaryDirectory() as place:
        write_catalogue(Path(place) / "catalogue", 1, DEPARTMENTS)
        catalogue = load_catalogue(Path(place) / "catalogue")
    form = catalogue.forms[FORM]
    edition, plan = form.editions[0], plan_of(form, form.editions[0], catalogue)
    checks = [bind(rule, edition) for rule in catalogue.rules.values() if rule.form == FORM]
    series = {_place(c): SeriesKey(*c[3:9], "") for c in plan.cells}
    sent = [(one, _quantities(one, plan.cells)) for one in returns(1, DEPARTMENTS, PERIODS)]
    facts = pa.Table.from_pylist([f for one, q in sent for f in _facts(one, q, plan.cells, edition.edition)], FACT)
    connection = duckdb.connect()
    connection.register("arrived", facts)
    connection.execute("CREATE TABLE staging AS FROM arrived; CREATE TABLE history AS FROM arrived")

    def in_sql() -> int:
        statement = compile_sql(checks, series, FORM, edition.edition)
        return sum(row[4] == "failed" for row in connection.execute(statement.sql, statement.parameters).fetchall())

    def in_python() -> int:
        told = (o for _, found in sent for check in checks for o in evaluate(check, found, lambda _: None))
        return sum(outcome.state == "failed" for outcome in told)

    failed, seconds = _best(in_sql)
    same, slower = _best(in_python)
    if failed != same:
        raise AssertionError(f"SQL finds {failed} failures, Python {same}")
    applied = sum(len(check.applications) for check in checks) * len(sent)
    figure = f"{len(checks)} rules ({applied:,} applications) over {facts.num_rows:,} facts, compiled and run"
    yield Figure(figure, "0.5 s", f"{seconds:.2f} s", f"{slower:.2f} s cell by cell in Python")


def _best(run: Callable[[], int]) -> tuple[int, float]:
    """What a run gave, and its shortest time."""
    shortest, gave = float("inf"), 0
    for _ in range(RUNS):
        begin = time.perf_counter()
        gave = run()
        shortest = min(shortest, time.perf_counter() - begin)
    return gave, shortest


def _place(cell: CellPlan) -> tuple[str, str]:
    row, _, column = cell.key.partition(":")
    return row, column


def _quantities(sent: Sent, cells: Sequence[CellPlan]) -> Cells:
    written = numbers(sent)
    return {
        _place(c): Quantity.rounded(
            convert(written[c.key], c.unit, c.canonical_unit),
            convert(Decimal(5).scaleb(-c.decimals - 1), c.unit, c.canonical_unit),
        )
        for c in cells
    }


def _facts(sent: Sent, found: Cells, cells: Sequence[CellPlan], edition: str) -> Iterator[dict[str, object]]:
    for cell in cells:
        quantity = found[_place(cell)]
        yield {
            "submission": f"{sent.department}-{sent.period}", "department": sent.department, "form": FORM,
            "edition": edition, "period": sent.period, "indicator": cell.indicator, "area": cell.area,
            "measure": cell.measure.value, "nature": cell.nature.value, "price_basis": cell.price_basis,
            "scope": cell.scope, "status": "A", "canonical_value": quantity.value if quantity else None,
            "half_unit": quantity.error if quantity else None,
        }  # fmt: skip
