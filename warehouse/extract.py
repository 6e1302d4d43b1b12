"""Taking rows out of a generation in bulk, with filters and pages, as Arrow: for the HTTP API, exports and notebooks.

What is published is the same for all three; here is the one place that says which tables there are to take, how they
are narrowed, and what a day knew. Pages follow the stored order, which never changes within a generation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    Table,
    case,
    column,
    or_,
    select,
)

from indicators.errors import UsageError
from indicators.periods import Period
from warehouse import growth_rows, schema
from warehouse.moments import day_ends
from warehouse.read import Generation

if TYPE_CHECKING:
    import pyarrow as pa

Filters = Mapping[str, Sequence[str]]
_PERSONS = {"respondent", "approver", "submitted_by", "approved_by", "published_by", "explained_by"}
TABLES: dict[str, Table] = {
    "indicators": schema.indicator,
    "observations": schema.observation_current,
    "attainment": schema.attainment,
    "targets": schema.target,
    "growth": schema.growth,
    "submissions": schema.submission,
    "generations": schema.generation,
}
ROW = "rowid"
CODED = {"indicator": "指标", "area": "地区", "scope": "口径", "department": "填报单位"}


def columns(name: str, *, history: bool = False) -> list[str]:
    """Columns of a table of TABLES that are handed out: all but the names of persons."""
    table = schema.observation_version if history else TABLES[name]
    return [str(c.name) for c in table.columns if c.name not in _PERSONS]


@dataclass(frozen=True, slots=True)
class Described:
    """A column as descriptions of the data name it; kinds: text, number (exact), integer, truth, day, moment (UTC)."""

    name: str
    kind: str
    about: str


_KINDS = (
    (Numeric, "number"), (Integer, "integer"), (Boolean, "truth"), (DateTime, "moment"), (Date, "day"),
)  # fmt: skip


def described(name: str, *, history: bool = False) -> list[Described]:
    """The columns that `extract` gives for a table of TABLES, with their kinds and Chinese comments."""
    table = schema.observation_version if history else TABLES[name]
    made = []
    for wanted in columns(name, history=history):
        found = table.c[wanted]
        kind = next((k for t, k in _KINDS if isinstance(found.type, t)), "text")
        made.append(Described(wanted, kind, found.comment or ""))
    return made


def extract(
    held: Generation,
    name: str,
    filters: Filters | None = None,
    *,
    as_of: date | None = None,
    history: bool = False,
    after: int = -1,
    limit: int | None = None,
) -> pa.Table:
    """Rows of a table of TABLES in stored order, and `rowid`, by which the next page is asked for (`after`).

    `filters` name columns and the values that are wanted. For observations, `as_of` gives what was known at the end of
    that day, `history` all versions (known by then), with the end of a version only if it was known then too.
    """
    table: FromClause = TABLES[name]
    if name == "observations" and (as_of or history):
        table = schema.observation_version
        query = _versions(as_of, history)
    else:
        if name == "growth" and held.rows(growth_rows.CODED):
            table = growth_rows.numbered()
        query = select(*(table.c[c] for c in columns(name)), _row()).select_from(table)
    for column_name, wanted in (filters or {}).items():
        query = query.where(table.c[column_name].in_(list(wanted)))
    if after >= 0:
        query = query.where(_row() > after)
    return held.arrow(query.order_by(_row()).limit(limit))


def proved(held: Generation, name: str, filters: Filters) -> dict[str, list[str]]:
    """Filters as they can be asked with, periods in their one notation; a slip of the pen must not look like no data.

    Raises UsageError for a column or a code that is not there, and for what is no period.
    """
    found: dict[str, list[str]] = {}
    for column_name, wanted in filters.items():
        if column_name not in (offered := columns(name)):
            raise UsageError(f"{name} 没有 {column_name} 这一列可筛选。可用：{'、'.join(offered[:12])} 等。")
        found[column_name] = [Period.parse(w).code for w in wanted] if column_name == "period" else list(wanted)
        if label := CODED.get(column_name):
            known = codes(held, column_name)
            if strange := [code for code in wanted if code not in known]:
                hint = f'可用 zhibiao sql "SELECT code, name FROM {column_name}" 查看。'
                raise UsageError(f"没有代码为“{strange[0]}”的{label}。{hint}")
    return found


def codes(held: Generation, table: str) -> frozenset[str]:
    """The codes that a table of the catalogue has: indicator, area, department, scope."""
    return frozenset(row["code"] for row in held.rows(select(schema.metadata.tables[table].c.code)))


def _row() -> ColumnElement[int]:
    return column(ROW, BigInteger)


def _versions(as_of: date | None, history: bool) -> Select[*tuple[Any, ...]]:
    table = schema.observation_version
    shown: list[ColumnElement[object]] = [
        table.c[c] for c in columns("observations", history=history) if c != "superseded_at"
    ]
    ended = table.c.superseded_at
    if as_of is None:
        return select(*shown, ended, _row())
    moment = day_ends(as_of)
    known = table.c.recorded_at <= moment
    if history:
        return select(*shown, case((ended <= moment, ended)).label("superseded_at"), _row()).where(known)
    return select(*shown, _row()).where(known, or_(ended.is_(None), ended > moment))
