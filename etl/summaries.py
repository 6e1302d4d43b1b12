"""What a column of a result holds, in short: how many values, missing and distinct ones, least and most, and a shape.

It is computed in Arrow from rows that were answered; it does not know who asked, nor how a summary is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etl.tabular import texts

if TYPE_CHECKING:
    import pyarrow as pa

BINS, COMMON = 14, 3


def summaries(table: pa.Table) -> list[dict[str, Any]]:
    """One summary for each column of `table`.

    `count` and `missing` add up to the rows; `distinct` is null where values can not be compared (lists, structs);
    `least` and `most` are texts; `bins` are the counts of BINS equal steps between them (numbers, days, moments);
    `common` are the most frequent texts with their counts (words).
    """
    return [_summary(column) for column in table.columns]


def _summary(column: Any) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, missing = column.type, column.null_count
    said: dict[str, Any] = {"count": len(column) - missing, "missing": missing, "distinct": None}
    if pa.types.is_nested(kind) or pa.types.is_null(kind) or not said["count"]:
        return said
    found = column.drop_null()
    try:
        said["distinct"] = pc.count_distinct(found).as_py()
        ends = pc.min_max(found)
    except pa.ArrowNotImplementedError:  # an interval, say
        return said
    said["least"], said["most"] = texts(pa.array([ends["min"].as_py(), ends["max"].as_py()], kind), " ").to_pylist()
    if (steps := _steps(found)) is not None:
        said["bins"] = _bins(steps)
    else:
        said["common"] = _common(found)
    return said


def _steps(found: Any) -> Any:
    """Numbers, days and moments as floats that can be divided into steps; None for other kinds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = found.type
    if pa.types.is_date32(kind):
        found = pc.cast(found, pa.int32())
    elif pa.types.is_timestamp(kind):
        found = pc.cast(found, pa.int64())
    elif not (pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return None
    floats = pc.cast(found, pa.float64(), safe=False)
    return pc.filter(floats, pc.is_finite(floats))


def _bins(steps: Any) -> list[int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    counts = [0] * BINS
    if not len(steps):
        return counts
    least, most = pc.min(steps).as_py(), pc.max(steps).as_py()
    if least == most:
        counts[BINS // 2] = len(steps)
        return counts
    share = pc.divide(pc.subtract(steps, least), most - least)
    place = pc.min_element_wise(pc.cast(pc.floor(pc.multiply(share, BINS)), pa.int32(), safe=False), BINS - 1)
    for pair in pc.value_counts(place).to_pylist():
        counts[pair["values"]] = pair["counts"]
    return counts


def _common(found: Any) -> list[tuple[str, int]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.if_else(found, "是", "否") if pa.types.is_boolean(found.type) else texts(found, " ")
    pairs = [(pair["values"], pair["counts"]) for pair in pc.value_counts(words).to_pylist()]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:COMMON]
