"""Data out: a table of a generation as files, with a chart where it is one indicator; a generation as a package.

Everything is taken by `warehouse.extract` and written by `tabular`; numbers stay numbers, texts stay texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.derive import attainment_as_of
from etl.named_files import make_folder, write_bytes
from etl.result_book import Chart, Line
from etl.tabular import as_bytes, exact_csv, json_bytes
from etl.way import Way
from indicators.errors import UsageError
from indicators.observations import Origin
from warehouse import schema
from warehouse.arrow import arrow_of
from warehouse.extract import ROW, TABLES, Described, Filters, columns, described, extract, proved
from warehouse.generations import Generation, current

FORMATS = ("xlsx", "csv", "parquet", "json")
_SERIES = ("nature", "price_basis", "scope", "department")
_MOST_LINES = 8
_NATURES = {"single": "本期", "ytd": "累计", "stock": "期末", "annual": "全年"}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "truth": {"type": "boolean", "trueValues": ["是"], "falseValues": ["否"]},
    "day": {"type": "date"},
    "moment": {"type": "datetime", "format": "any"},
}


def export(
    way: Way,
    name: str,
    formats: Sequence[str],
    output: Path,
    *,
    filters: Filters | None = None,
    as_of: date | None = None,
    history: bool = False,
) -> list[Path]:
    """Write a table of `warehouse.extract.TABLES`, one file a format; the files written.

    `output` is the file, or with several formats the name to which endings are added. Raises UsageError.
    """
    if unknown := [f for f in formats if f not in FORMATS]:
        raise UsageError(f"没有“{unknown[0]}”这种格式，什么也没有写。可用：{'、'.join(FORMATS)}。")
    if name not in TABLES:
        raise UsageError(f"没有“{name}”可导出，什么也没有写。可用：{'、'.join(TABLES)}、package。")
    if (as_of and name not in ("observations", "attainment")) or (history and name != "observations"):
        raise UsageError(
            f"{name} 没有历史版本，什么也没有写。“截至”用于 observations 和 attainment，历史版本用于 observations。"
        )
    held = current(way.folder)
    try:
        wanted = proved(held, name, filters or {})
    except UsageError as error:
        raise UsageError(f"{error}什么也没有写。") from error
    table = _rows(way, held, name, wanted, as_of, history)
    chart = None
    if name == "observations" and not history:
        table, chart = _ordered(way, table)
    when = f"，截至 {as_of.isoformat()} 所知" if as_of else ""
    table, invented = _labelled(table)
    stamp = f"第 {held.number} 代{when}，{name}，{table.num_rows:,} 行" + (
        f"，其中模拟数据 {invented:,} 行" if invented else ""
    )
    written = []
    for format_ in formats:
        path = output if len(formats) == 1 else output.with_suffix(f".{format_}")
        write_bytes(path, as_bytes(table, format_, stamp, chart))
        written.append(path)
    return written


def _rows(way: Way, held: Generation, name: str, filters: Filters, as_of: date | None, history: bool) -> pa.Table:
    if name == "attainment" and as_of:
        rows = attainment_as_of(held, way.catalogue, as_of)
        wanted = [row for row in rows if all(str(row[c]) in values for c, values in filters.items())]
        return arrow_of(schema.attainment, wanted, derived=True).select(columns(name))
    return extract(held, name, filters, as_of=as_of, history=history).drop_columns([ROW])


def _labelled(table: pa.Table) -> tuple[pa.Table, int]:
    """With the words for where each row comes from beside its code; and how many rows are simulated."""
    if "origin" not in table.column_names:
        return table, 0
    codes = table.column("origin").to_pylist()
    words = pa.array([Origin(code).label if code else None for code in codes], pa.string())
    return table.add_column(table.column_names.index("origin") + 1, "origin_label", words), codes.count(
        Origin.SIMULATED
    )


def _ordered(way: Way, table: pa.Table) -> tuple[pa.Table, Chart | None]:
    """Observations by series and time; with a chart of the levels when they are of one indicator in one area."""
    keys = ("indicator", "area", "measure", *_SERIES, "period_end")
    table = table.sort_by([(key, "ascending") for key in keys])
    shown = ("indicator", "area", "measure", "canonical_unit", "canonical_value", "period", "period_end", "origin")
    known = table.select([*shown, *_SERIES]).to_pylist()
    if len({(row["indicator"], row["area"]) for row in known}) != 1:
        return table, None
    first = known[0]
    levels = [row for row in known if row["measure"] == "level"]
    along = {row["period"]: row["period_end"] for row in levels}
    places = sorted(along, key=lambda period: (along[period], period))
    lines = []
    for key, group in groupby(levels, key=lambda row: tuple(row[k] for k in _SERIES)):
        rows = list(group)
        values = {row["period"]: row["canonical_value"] for row in rows}
        mark = f"（{Origin.SIMULATED.label}）" if any(row["origin"] == Origin.SIMULATED for row in rows) else ""
        if len(values) > 1:
            lines.append(Line(_line_name(way, key) + mark, [values.get(period) for period in places]))
    unit = next((row["canonical_unit"] for row in levels), first["canonical_unit"])
    named = way.catalogue.indicators.get(first["indicator"])
    chart = Chart(named.name if named else first["indicator"], "报告期", places, lines[:_MOST_LINES], unit)
    return table, chart if lines else None


def _line_name(way: Way, key: tuple[str, ...]) -> str:
    nature, basis, scope, department = key
    named = way.catalogue.scopes.get(scope)
    unit = way.catalogue.departments.get(department)
    words = (_NATURES.get(nature, nature), basis, named.name if named else scope, unit.short if unit else department)
    return " ".join(word for word in words if word)


def package(way: Way, place: Path) -> Path:
    """Write the current generation as a Frictionless data package into a new folder; its `datapackage.json`.

    One CSV a table, exact and in UTF-8, observations with all versions; each with its SHA-256 and columns described.
    Raises UsageError when the folder holds other files.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(f"{place} 里已有别的文件，什么也没有写。请换一个空文件夹。")
    held = current(way.folder)
    make_folder(place / "data")
    resources = []
    for name in TABLES:
        history = name == "observations"
        content = exact_csv(extract(held, name, history=history).select([c.name for c in _columns(name)]))
        write_bytes(place / "data" / f"{name}.csv", content)
        resources.append(_resource(name, content))
    said = {
        "profile": "tabular-data-package",
        "name": f"zhibiao-g{held.number:06d}",
        "title": f"长春新区统计指标体系 第 {held.number} 代数据",
        "description": "空为缺，不是零；时刻为 UTC；"
        "origin 为 simulated 的是模拟数据。observations 含全部版本，superseded_at 为空者为现行。",
        "version": str(held.number),
        "created": f"{held.manifest.built_at}Z",
        "generation": {"sha256": held.manifest.sha256, "catalogue_digest": held.manifest.catalogue_digest},
        "resources": resources,
    }
    described_in = place / "datapackage.json"
    write_bytes(described_in, json_bytes(said))
    return described_in


def _columns(name: str) -> list[Described]:
    return described(name, history=name == "observations")


def _resource(name: str, content: bytes) -> dict[str, Any]:
    fields = [{"name": c.name, "description": c.about} | _KINDS[c.kind] for c in _columns(name)]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }
