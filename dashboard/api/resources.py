"""What can be read: each resource with its parameters, and the Arrow table that answers a request for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.api.errors import ApiError
from dashboard.api.parameters import LIMIT, PARAMETERS, Cursor
from dashboard.edition import Edition
from etl.derive import attainment_as_of
from etl.way import catalogue_of
from warehouse import schema
from warehouse.arrow import arrow_of
from warehouse.errors import Damaged
from warehouse.extract import ROW, codes, columns, extract
from warehouse.generations import Generation, generation


@dataclass(frozen=True)
class Resource:
    """A table of `warehouse.extract` under a name of the API; `action` is what an account must be allowed."""

    name: str
    about: str
    filters: tuple[str, ...]
    as_of: bool = False
    history: bool = False
    sdmx: bool = False
    action: str = "view"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters it takes."""
        more = (("asOf",) if self.as_of else ()) + (("includeHistory",) if self.history else ())
        return (*self.filters, *more, "limit", "after")


RESOURCES = {
    one.name: one
    for one in (
        Resource("indicators", "指标目录", ()),
        Resource(
            "observations",
            "观测：现行值，或某日所知，或全部版本",
            ("indicator", "area", "period", "nature", "measure", "scope", "department"),
            as_of=True,
            history=True,
            sdmx=True,
        ),
        Resource("attainment", "目标达成：每个目标的判定与全部组成", ("indicator", "area"), as_of=True),
        Resource("targets", "目标的每一版", ("indicator", "area", "scope")),
        Resource("growth", "派生速度与单季值", ("indicator", "area", "period", "scope", "department")),
        Resource("submissions", "已发布的报送", ("period", "department"), action="status"),
        Resource("generations", "各代", ()),
    )
}


@dataclass(frozen=True)
class Page:
    """Rows of one answer, the generation they are of, and where the next page begins, if there is one."""

    table: pa.Table
    generation: int
    next: Cursor | None


def prove_codes(edition: Edition, asked: dict[str, Any]) -> None:
    """Raise ApiError 400 for a code that the catalogue does not have: a typing mistake must not look like no data."""
    for name in asked:
        of = PARAMETERS[name].of
        if not of:
            continue
        known = edition.once(("codes", of), lambda of=of: codes(edition.generation, of))  # type: ignore[misc]
        if unknown := [code for code in asked[name] if code not in known]:
            label = {"indicator": "指标", "area": "地区", "scope": "口径", "department": "填报单位"}[of]
            raise ApiError(400, "unknown_code", f"没有代码为“{unknown[0]}”的{label}。", name)


def answer(edition: Edition, resource: Resource, asked: dict[str, Any]) -> Page:
    """The page that a request asks for. Raises ApiError (bad cursor)."""
    filters = {PARAMETERS[name].column: asked[name] for name in resource.filters if name in asked}
    cursor, limit = asked.get("after"), asked.get("limit", LIMIT)
    held = _held(edition, cursor)
    after = cursor.row if cursor else -1
    if resource.name == "attainment" and "asOf" in asked:
        found = _attainment(held, edition, asked, filters).slice(after + 1, limit + 1)
    else:
        found = extract(
            held, resource.name, filters, as_of=asked.get("asOf"), history=asked.get("includeHistory", False),
            after=after, limit=limit + 1,
        )  # fmt: skip
    more = found.num_rows > limit
    page = found.slice(0, limit)
    last = Cursor(held.number, page[ROW][-1].as_py()) if more else None
    return Page(page.drop_columns([ROW]), held.number, last)


def _held(edition: Edition, cursor: Cursor | None) -> Generation:
    if cursor is None or cursor.generation == edition.number:
        return edition.generation
    gone = ApiError(410, "generation_gone", f"第 {cursor.generation} 代已不能读取，请从第一页重新读起。", "after")
    if cursor.generation > edition.number:
        raise gone
    try:
        return generation(edition.folder, cursor.generation)
    except Damaged as error:
        raise gone from error


def _attainment(held: Generation, edition: Edition, asked: dict[str, Any], filters: dict[str, Any]) -> pa.Table:
    rows = attainment_as_of(held, catalogue_of(edition.folder), asked["asOf"])
    wanted = [row for row in rows if all(row[name] in values for name, values in filters.items())]
    table = arrow_of(schema.attainment, wanted, derived=True).select(columns("attainment"))
    return table.append_column(ROW, pc.cast(pa.array(range(table.num_rows)), pa.int64()))
