"""Questions to what is published: ad hoc SQL, where a number comes from, and what it used to be.

Everything is read from the current generation, never from returns in progress, and carries its generation or day.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.named_files import write_bytes
from etl.way import Way
from indicators.errors import UsageError
from indicators.observations import Measure, Origin, content_label
from indicators.periods import Period
from warehouse.moments import day_ends
from warehouse.read import current
from warehouse.sandbox.asof import as_of_views, tables_as_of

if TYPE_CHECKING:
    from indicators.catalogue.model import Indicator
    from warehouse.read import Generation
    from warehouse.sandbox.process import Standby
    from warehouse.sandbox.run import Answer

FORMATS = ("table", "csv", "json", "parquet", "xlsx")
_MEASURES = (Measure.LEVEL, Measure.GROWTH_YOY, Measure.PLAN, Measure.LEVEL_PREVIOUS_YEAR)


def ask(
    way: Way,
    query: str,
    *,
    params: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    max_rows: int,
    seconds: int,
) -> Answer:
    """Answer ad hoc SQL in the sandbox, and record it. Raises QueryRefused, QueryFailed."""
    from etl.asked import Scribe
    from warehouse.sandbox.process import Standby
    from warehouse.sandbox.run import hash_of

    scribe, said = Scribe(way.folder, None), {"asOf": as_of.isoformat() if as_of else None}
    with closing(Standby()) as standby, scribe.recording(
        way.actor, way.place, "query.run", hash_of(query, params), said
    ) as asked:  # fmt: skip
        standby.prepare()  # it starts while the generation is opened
        held = current(way.folder)
        asked.detail["generation"] = held.number
        answer = ask_generation(
            held, query, params=params, as_of=as_of, max_rows=max_rows, seconds=seconds, standby=standby
        )
        asked.answered(answer)
        return answer


def ask_generation(
    held: Generation,
    query: str,
    *,
    params: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    max_rows: int,
    seconds: int,
    standby: Standby | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """Answer ad hoc SQL on one generation; `standby` is a service's waiting child. Raises QueryRefused, QueryFailed."""
    from warehouse.sandbox.run import Sandbox

    names = [row["table_name"] for row in held.rows("SELECT table_name FROM information_schema.tables")]
    path = held.file()
    box = Sandbox(path, held.number, tables_as_of(names) if as_of else names, standby)
    restricted = (as_of, as_of_views(day_ends(as_of), path.stem)) if as_of else None
    return box.ask(query, params=params, as_of=restricted, max_rows=max_rows, seconds=seconds, stopped=stopped)


def write_answer(answer: Answer, format_: str, output: Path | None) -> None:
    """An answer as a file, or on standard output; a text in a CSV or workbook never becomes a formula.

    Raises UsageError for a format that is not there, and where the file cannot be written.
    """
    if format_ not in FORMATS:
        raise UsageError(f"没有“{format_}”这种格式。可用：{'、'.join(FORMATS)}。")
    from etl.tabular import as_bytes

    content = as_bytes(answer.table, format_, answer.stamp)
    if output is None:
        if format_ in ("parquet", "xlsx"):
            raise UsageError(f"{format_} 是二进制格式，请用 -o 指明文件。")
        sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
        return
    write_bytes(output, content)


def trace_value(way: Way, indicator: str, period: str, area: str) -> list[dict[str, Any]]:
    """From a number to its cell, sender, approver and time: one entry for each current observation of the period, the
    one that is meant by the indicator first.
    """
    _prove(way, indicator, area)
    rows = current(way.folder).rows(
        """
        SELECT o.*, s.file_name, s.submitted_by, s.submitted_at, s.approved_by, s.approved_at, s.generation
        FROM observation_current o LEFT JOIN submission s ON s.id = o.submission
        WHERE o.indicator = :i AND o.area = :a AND o.period = :p
        ORDER BY o.scope, o.department
        """,
        {"i": indicator, "a": area, "p": Period.parse(period).code},
    )
    own = way.catalogue.indicators[indicator]
    return [_told(way, row) for row in sorted(rows, key=lambda row: _rank(own, row))]


def _rank(own: Indicator, row: dict[str, Any]) -> tuple[int, bool, bool]:
    """What the indicator itself is comes first (this period, its own span and prices), last year's number last."""
    return _MEASURES.index(row["measure"]), row["nature"] != own.nature, row["price_basis"] != own.price_basis


def _told(way: Way, row: dict[str, Any]) -> dict[str, Any]:
    catalogue = way.catalogue
    source = catalogue.sources.get(row["source"])
    scope = catalogue.scopes.get(row["scope"])
    value = row["canonical_value"]
    return {
        "指标": f"{catalogue.indicators[row['indicator']].name}（{row['indicator']}）",
        "报告期": Period.parse(row["period"]).label,
        "内容": content_label(row["nature"], row["measure"], row["price_basis"]),
        "数值": "缺" if value is None else f"{_plain(value)} {row['canonical_unit']}",
        "来源性质": Origin(row["origin"]).label,
        "口径": scope.name if scope else row["scope"],
        "原文": f"{row['raw_text']} {row['unit']}".strip(),
        "单元格": f"{row['sheet']}!{row['cell']}",
        "工作簿": f"{row['file_name']}　SHA-256 {row['file_hash']}",
        "来源文件": f"{source.title} {source.number}（{source.grade}级）".strip() if source else "",
        "报送": f"{row['submission']}　填表人 {row['respondent'] or '未填'}",
        "提交": f"{row['submitted_by']} {_when(row['submitted_at'])}",
        "审核": f"{row['approved_by'] or row['approver']} {_when(row['approved_at'])}",
        "自何时所知": _when(row["recorded_at"]),
        "首次发布": f"第 {row['generation']} 代",
        "修订原因": row["revision_reason"],
        "说明": row["comment"],
    }


def _plain(value: Any) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _when(moment: datetime | None) -> str:
    from warehouse.errors import told

    return told(moment) if moment else ""


def value_history(way: Way, indicator: str, area: str, period: str = "") -> list[dict[str, Any]]:
    """Every version of every number of an indicator, series by series, oldest first.

    Last year's numbers as a return repeats them are left out: they are versions of another period's.
    """
    _prove(way, indicator, area)
    wanted = "AND period = :p" if period else ""
    rows = current(way.folder).rows(
        f"""
        SELECT period, nature, measure, price_basis, scope, department, origin, canonical_value, canonical_unit, status,
               recorded_at, superseded_at, revision_reason, submission
        FROM observation_version
        WHERE indicator = :i AND area = :a AND measure <> 'level_previous_year' {wanted}
        ORDER BY scope, department, origin, canonical_unit, nature, price_basis, period_end, recorded_at
        """,
        {"i": indicator, "a": area} | ({"p": Period.parse(period).code} if period else {}),
    )
    own = way.catalogue.indicators[indicator]
    return [row | _named(way, row) for row in sorted(rows, key=lambda row: _rank(own, row))]


def _named(way: Way, row: dict[str, Any]) -> dict[str, Any]:
    scope, unit = way.catalogue.scopes.get(row["scope"]), way.catalogue.departments.get(row["department"])
    return {
        "content": content_label(row["nature"], row["measure"], row["price_basis"]),
        "scope_name": scope.name if scope else row["scope"],
        "department_name": unit.short if unit else row["department"],
        "origin_label": Origin(row["origin"]).label,
        "recorded_at": _when(row["recorded_at"]),
        "superseded_at": _when(row["superseded_at"]),
    }


def _prove(way: Way, indicator: str, area: str) -> None:
    if indicator not in way.catalogue.indicators:
        near = [c for c, i in way.catalogue.indicators.items() if indicator.lower() in (c + i.name).lower()][:8]
        hint = f"是不是：{'、'.join(near)}？" if near else '可用 zhibiao sql "SELECT code, name FROM indicator" 查看。'
        raise UsageError(f"没有代码为“{indicator}”的指标。{hint}")
    if area not in way.catalogue.areas:
        raise UsageError(f"没有代码为“{area}”的地区。可用：{'、'.join(list(way.catalogue.areas)[:12])} 等。")
