"""Building a generation: accepted submissions and derived figures, put into a copy in one transaction.

The file being built has a temporary name and nobody else knows it. `Building` is what the derivation sees: the
new state, and which series it must look at. Nothing here decides what is current; that is `seal` and `generations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Executable, Table, create_engine, func, select
from sqlalchemy.pool import NullPool

from indicators.catalogue.model import Catalogue
from indicators.findings import RuleState
from indicators.observations import Observation
from indicators.periods import Period
from warehouse import catalogue_rows, files, gates, growth_rows, schema, vintages
from warehouse.accepted import Accepted
from warehouse.arrow import arrow_of, pour, register, unregister
from warehouse.moments import beijing_day
from warehouse.read import dicts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    Rows: TypeAlias = Sequence[Mapping[str, Any]] | pa.Table

# What DuckDB 1.2 and later read: its default, for 0.10, costs whoever opens a file four times as much. And 1.5 leaves
# metadata of unchanged row groups where it lies, which clients before it cannot find.
_READ_BY_OLDER = {"storage_compatibility_version": "v1.2.0", "experimental_metadata_reuse": False}
_MICROSECOND = timedelta(microseconds=1)
_HELD = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database()"
_OBSERVED = tuple(f.name for f in fields(Observation))


@dataclass(frozen=True, slots=True)
class Derived:
    """What a derivation gives back: rows of `attainment` (all) and `growth` (of the touched series).

    By column name, or as Arrow tables with the columns and types of the schema.
    """

    attainment: Rows = ()
    growth: Rows = ()
    after: Callable[[], None] | None = None  # called once both are in the file: what rests on them is filled then


@dataclass(frozen=True, slots=True)
class Building:
    """The generation being built, as its derivation may read it.

    `touched` holds the (indicator, area) pairs whose growth must be given again; None means all of them. `span` holds
    the first and last end of a report period for which it must be given; what lies outside stays as it is, and None
    means all. Attainment is always given whole. `known_at` (naive UTC) is the latest vintage in it.
    """

    conn: Connection
    number: int
    touched: frozenset[tuple[str, str]] | None
    known_at: datetime | None
    span: tuple[date, date] | None = None
    built_at: datetime | None = None

    def rows(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a select as dicts by column name; DECIMAL as Decimal."""
        return dicts(_result(self.conn, query, params))

    def frame(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Rows of a select as a DataFrame; DECIMAL as float64."""
        made: pd.DataFrame = _result(self.conn, query, params).cursor.df()
        return made

    def arrow(self, query: Executable | str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Rows of a select as an Arrow table; DECIMAL as decimal128."""
        return _result(self.conn, query, params).cursor.to_arrow_table()


Derive = Callable[[Building], Derived]


@dataclass(frozen=True, slots=True)
class Built:
    """What the manifest says of a file that was built."""

    rows: dict[str, int]
    totals: dict[str, str]
    known_at: datetime | None
    applied: list[tuple[Accepted, datetime]]


@contextmanager
def writing_file(path: Path, settings: Mapping[str, Any] | None = None) -> Iterator[Connection]:
    """A connection to a generation's file that is being made: one transaction, then CHECKPOINT and close."""
    config = _READ_BY_OLDER | dict(settings or {})
    engine = create_engine(f"duckdb:///{path}", poolclass=NullPool, connect_args={"config": config})
    try:
        with files.room("新一代数据", path), engine.connect() as conn:
            yield conn
            files.step("commit", path)
            conn.commit()
            files.step("checkpoint", path)
            conn.exec_driver_sql("CHECKPOINT")
            conn.commit()
    finally:
        engine.dispose()


def found_tables(conn: Connection) -> None:
    """Make the empty tables and views of a generation."""
    schema.metadata.create_all(conn, tables=_but_growth(), checkfirst=False)
    growth_rows.found(conn)
    from warehouse.views import create_views

    create_views(conn)


def _but_growth() -> list[Table]:
    return [table for table in schema.metadata.sorted_tables if table is not schema.growth]


def _complete(conn: Connection) -> bool:
    """Make the tables and columns that a generation of an older program lacks, empty; whether growth is one of them."""
    moved = growth_rows.take_over(conn)
    held = {(str(t), str(c)) for t, c in conn.exec_driver_sql(_HELD)}
    names = {table for table, _ in held}
    missing = [table for table in _but_growth() if table.name not in names]
    known = [c for t in _but_growth() if t.name in names for c in t.columns]
    later = [c for c in known if (c.table.name, c.name) not in held]
    for column in later:
        kind = column.type.compile(dialect=conn.dialect)
        conn.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind}")
        conn.exec_driver_sql(f"COMMENT ON COLUMN {column.table.name}.{column.name} IS '{column.comment}'")
    if moved or missing or later:
        from warehouse.views import create_views

        schema.metadata.create_all(conn, tables=missing, checkfirst=False)
        create_views(conn)
    return moved


def build(
    conn: Connection,
    number: int,
    accepted: Sequence[Accepted],
    catalogue: Catalogue,
    derive: Derive,
    stamp: Mapping[str, Any],
    everything: bool,
) -> Built:
    """Apply `accepted` to the generation behind `conn`, refill what depends on the catalogue, derive, prove.

    `stamp` is the row of `generation`; `everything`: catalogue or program changed, or the file is new. Raises
    GateFailed, VintageConflict, ReasonMissing.
    """
    everything = _complete(conn) or everything
    held = conn.execute(select(func.max(schema.submission.c.recorded_at))).scalar()
    applied = _in_order(accepted, stamp["built_at"], held)
    if everything:
        catalogue_rows.refill(conn, catalogue)
    _pour_incoming(conn, applied)
    vintages.apply(conn)
    counted = conn.exec_driver_sql("SELECT submission, count(*) FROM fresh GROUP BY ALL")
    per_submission = {str(id): int(count) for id, count in counted}
    pour(conn, schema.submission, [_submission_row(a, at, number, per_submission) for a, at in applied])
    pour(conn, schema.finding, [row for a, _ in applied for row in _finding_rows(a)])
    known_at = max([at for _, at in applied] + ([held] if held else []), default=None)
    _derive(conn, number, derive, known_at, everything, stamp["built_at"])
    versions = conn.exec_driver_sql("SELECT count(*) FROM observation_version").scalar_one()
    row = {**stamp, "number": number, "recorded_at": known_at, "submissions": len(applied), "observations": versions}
    pour(conn, schema.generation, [row])
    totals = gates.prove(conn, None if everything else "fresh")
    for temporary in ("turns", "fresh"):
        conn.exec_driver_sql(f"DROP TABLE {temporary}")
    return Built(count_rows(conn), totals, known_at, applied)


def count_rows(conn: Connection) -> dict[str, int]:
    """Rows in each table."""
    names = list(schema.metadata.tables)
    counted = " UNION ALL ".join(f"SELECT '{n}', count(*) FROM {n}" for n in names)
    return {name: int(count) for name, count in conn.exec_driver_sql(counted)}


def _in_order(accepted: Sequence[Accepted], now: datetime, held: datetime | None) -> list[tuple[Accepted, datetime]]:
    """Each with the moment from which it counts as known. Live ones come now, after everything held, one by one."""
    known = [a.recorded_at for a in accepted if a.recorded_at] + ([held] if held else [])
    moment = max([now, *(k + _MICROSECOND for k in known)])
    applied = []
    for one in accepted:
        applied.append((one, one.recorded_at or moment))
        moment += _MICROSECOND
    return sorted(applied, key=lambda pair: pair[1])


def _pour_incoming(conn: Connection, applied: Sequence[tuple[Accepted, datetime]]) -> None:
    import pyarrow as pa

    rows, turns = [], []
    for turn, (one, recorded_at) in enumerate(applied):
        for o in one.observations:
            row = {name: getattr(o, name) for name in _OBSERVED}
            row |= {"submission": one.submission, "approver": one.approver, "recorded_at": recorded_at}
            row["revision_reason"] = one.revision_reasons.get(f"{o.sheet}!{o.cell}", "")
            rows.append(row)
            turns.append(turn)
    table = arrow_of(schema.observation_version, rows).drop_columns(["superseded_at"])
    register(conn, "incoming_rows", table.append_column("turn", pa.array(turns, pa.int32())))
    conn.exec_driver_sql("CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM incoming_rows")
    unregister(conn, "incoming_rows")


def _derive(
    conn: Connection, number: int, derive: Derive, known_at: datetime | None, everything: bool, built_at: datetime
) -> None:
    touched, span = (None, None) if everything else _reach(conn)
    derived = derive(Building(conn, number, touched, known_at, span, built_at))
    conn.execute(schema.attainment.delete())
    pour(conn, schema.attainment, derived.attainment, derived=True)
    growth_rows.forget(conn, None if touched is None else "fresh", span)
    growth_rows.fill(conn, _within(span, derived.growth))
    if derived.after:
        derived.after()


def _within(span: tuple[date, date] | None, rows: Rows) -> Rows:
    """The growth rows whose period ends in the span."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if span is None:
        return rows
    if isinstance(rows, pa.Table):
        ends = rows.column("period_end")
        return rows.filter(pc.and_(pc.greater_equal(ends, span[0]), pc.less_equal(ends, span[1])))
    return [r for r in rows if span[0] <= r["period_end"] <= span[1]]


def _reach(conn: Connection) -> tuple[frozenset[tuple[str, str]], tuple[date, date] | None]:
    """Whose growth the fresh versions change, and in which report periods.

    A changed value is the base of the year after and, through the single quarter after it, of a quarter more. A series
    whose mark of origin may change by it is given whole.
    """
    touched = frozenset((str(i), str(a)) for i, a in conn.exec_driver_sql("SELECT DISTINCT indicator, area FROM fresh"))
    ends = [Period.parse(str(code)).end for (code,) in conn.exec_driver_sql("SELECT DISTINCT period FROM fresh")]
    marked = conn.exec_driver_sql(
        "SELECT 1 FROM growth g JOIN "
        "(SELECT DISTINCT indicator, area, department, scope, price_basis, origin FROM fresh) f "
        "USING (indicator, area, department, scope, price_basis) WHERE g.origin IS DISTINCT FROM f.origin LIMIT 1"
    ).first()
    if marked or not ends:
        return touched, None
    return touched, (min(ends), date(max(ends).year + 2, max(ends).month, 1))


def _submission_row(
    one: Accepted, recorded_at: datetime, number: int, new_versions: Mapping[str, int]
) -> dict[str, Any]:
    on_time = None
    if one.due_on and one.submitted_at:
        on_time = beijing_day(one.submitted_at) <= one.due_on
    return {
        "id": one.submission,
        "form": one.form,
        "edition": one.edition,
        "period": one.period,
        "department": one.department,
        "file_hash": one.file_hash,
        "file_name": one.file_name,
        "origin": one.origin,
        "submitted_by": one.submitted_by,
        "submitted_at": one.submitted_at,
        "approved_by": one.approver,
        "approved_at": one.approved_at,
        "recorded_at": recorded_at,
        "generation": one.generation or number,
        "observations": len(one.observations),
        "new_versions": new_versions.get(one.submission, 0),
        "catalogue_digest": one.catalogue_digest,
        "due_on": one.due_on,
        "on_time": on_time,
    }


def _finding_rows(one: Accepted) -> Iterator[dict[str, Any]]:
    for found in one.findings:
        if found.state is RuleState.PASSED:
            continue
        said = one.explanations.get(found.binding)
        yield {
            "submission": one.submission,
            "code": found.code,
            "severity": found.severity,
            "state": found.state,
            "rule": found.rule,
            "rule_version": found.rule_version,
            "sheet": found.sheet,
            "cell": found.cell,
            "message": found.message,
            "explanation": said.text if said else "",
            "explained_by": said.by if said else "",
        }


def _result(conn: Connection, query: Executable | str, params: Mapping[str, Any] | None) -> Any:
    if isinstance(query, str):
        from sqlalchemy import text

        query = text(query)
    return conn.execute(query, dict(params or {}))
