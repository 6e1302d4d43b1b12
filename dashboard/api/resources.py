"""What can be read: each resource with its parameters, and the Arrow table that answers a request for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from dashboard.api.errors import ApiError
from dashboard.api.parameters import LIMIT, PARAMETERS, Cursor
from dashboard.edition import Edition
from etl.derive import attainment_as_of
from etl.status import reporting_status
from etl.way import Way, catalogue_of
from warehouse import schema
from warehouse.accounts import GUEST, Account
from warehouse.arrow import arrow_of
from warehouse.errors import Damaged
from warehouse.extract import CODED, ROW, Described, codes, columns, described, extract
from warehouse.generations import Generation, generation

STATUS = (
    Described("period", "text", "报告期"),
    Described("form", "text", "报表代码"),
    Described("form_name", "text", "报表名称"),
    Described("department", "text", "填报单位代码"),
    Described("department_name", "text", "填报单位简称"),
    Described("state", "text", "状态；没有收到的是“未报”"),
    Described("id", "text", "报送编号；没有收到的为空文字"),
    Described("due_on", "day", "报送期限"),
    Described("filed_on", "day", "首次提交的日期，北京时间"),
    Described("timeliness", "text", "按时、迟报或逾期几天、还有几天"),
    Described("open_findings", "integer", "还没有说明的审核发现"),
)
_ARROW = {"text": pa.string(), "day": pa.date32(), "integer": pa.int64()}


@dataclass(frozen=True)
class Resource:
    """A table of `warehouse.extract` under a name of the API; `action` is what an account must be allowed.

    A `live` one tells of returns in progress and not of a generation; `columns` are then its own.
    """

    name: str
    about: str
    filters: tuple[str, ...]
    as_of: bool = False
    history: bool = False
    sdmx: bool = False
    action: str = "view"
    live: bool = False

    @property
    def columns(self) -> list[Described]:
        """Its columns with their kinds and what they mean."""
        return list(STATUS) if self.live else described(self.name, history=self.history)

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
        Resource("submissions", "已发布的报送", ("period", "department")),
        Resource(
            "status", "报送情况：应报的每一份现在到了哪一步", ("period", "department"), action="status", live=True
        ),
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
            raise ApiError(400, "unknown_code", f"没有代码为“{unknown[0]}”的{CODED[of]}。", name)


def answer(edition: Edition, resource: Resource, asked: dict[str, Any], who: Account = GUEST) -> Page:
    """The page that a request of `who` asks for. Raises ApiError (bad cursor)."""
    filters = {PARAMETERS[name].column: asked[name] for name in resource.filters if name in asked}
    cursor, limit = asked.get("after"), asked.get("limit", LIMIT)
    held = _held(edition, cursor)
    after = cursor.row if cursor else -1
    if resource.live:
        found = _status(edition, filters, who).slice(after + 1, limit + 1)
    elif resource.name == "attainment" and "asOf" in asked:
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
    return _numbered(arrow_of(schema.attainment, wanted, derived=True).select(columns("attainment")))


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column(ROW, pa.array(range(table.num_rows), pa.int64()))


def _status(edition: Edition, filters: dict[str, Any], who: Account) -> pa.Table:
    """What is expected for the periods asked (the latest when none is), as `who` may see it."""
    way = Way(edition.folder, catalogue_of(edition.folder), who.name, who, "API")
    rows: list[dict[str, Any]] = []
    for period in filters.get("period", [""]):
        told = reporting_status(way, period)
        rows += [row | {"period": told["period"]} for row in told["rows"]]
    wanted = [row for row in rows if row["department"] in filters.get("department", [row["department"]])]
    return _numbered(pa.table({c.name: pa.array([row[c.name] for row in wanted], _ARROW[c.kind]) for c in STATUS}))
