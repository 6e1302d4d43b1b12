"""Growth of many series at once is what the specification says of each of them alone, to the last decimal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.derive_growth import growth_table
from etl.derive_growth_sets import quotient
from etl.derive_known import Ground, Known, encoded
from indicators.derived.rows import GrowthSeries, derive_growth
from indicators.derived.runs import growth_runs
from indicators.periods import Nature, Period

PLACES = Decimal("0.0000000001")
QUARTERS = [f"{year}Q{quarter}" for year in range(2019, 2023) for quarter in range(1, 5)]
YEARS = ["2018", "2019", "2020", "2021", "2022"]
MIXED = [*QUARTERS, "2019H1", "2020H1", "2020M05", "2021M05", "2021M06", "2022M06", "2021"]

plain = st.integers(1, 10**7).map(lambda n: Decimal(n) / 100)
fine = st.integers(1, 10**12).map(lambda n: Decimal(n) * PLACES)
rough = st.one_of(
    plain,
    fine,
    st.integers(-(10**4), 10**4).map(lambda n: Decimal(n) / 10),
    st.integers(-(10**27), 10**27).map(lambda n: Decimal(n).scaleb(-10)),
    st.integers(10**16, 10**17).map(Decimal),
)
CODES = {
    Nature.ANNUAL: st.sampled_from(YEARS),
    Nature.STOCK: st.sampled_from([*QUARTERS, "2021M05", "2020M05"]),
    Nature.YTD: st.sampled_from([*QUARTERS, "2020H1", "2021H1", "2022"]),
    Nature.SINGLE: st.sampled_from(MIXED),
}


@st.composite
def one_series(draw: Any) -> dict[str, Any]:
    values = draw(st.sampled_from([plain, fine, rough]))
    is_rate = draw(st.sampled_from([False, False, True]))
    natures = draw(st.lists(st.sampled_from([*Nature]), max_size=1 if is_rate else 3, unique=True))
    return {
        "levels": {n: draw(st.dictionaries(CODES[n], values, min_size=1, max_size=16)) for n in natures},
        "reported": draw(st.dictionaries(st.sampled_from(QUARTERS), rough, max_size=4)),
        "price_basis": draw(st.sampled_from(["现价", "现价", "", "上年=100"])),
        "is_rate": is_rate,
        "breaks": draw(st.sampled_from([(), (), (), (date(2021, 1, 1),), (date(2020, 4, 1), date(2021, 7, 1))])),
    }


def known_of(series: list[dict[str, Any]]) -> Known:
    rows = []
    for number, one in enumerate(series):
        natures = {("level", n): values for n, values in one["levels"].items()}
        for (measure, nature), values in sorted({**natures, ("growth_yoy", Nature.YTD): one["reported"]}.items()):
            ends = sorted(values, key=lambda code: (end_of(code), code))
            rows += [
                (f"I{number:02}", "CCXQ", "TJJ", "DEPT", one["price_basis"], measure, nature.value, code, values[code])
                for code in ends
            ]
    rows.sort(key=lambda row: row[:5])
    names = ("indicator", "area", "department", "scope", "price_basis", "measure", "nature", "period")
    columns: dict[str, Any] = {n: pa.array([row[at] for row in rows], pa.string()) for at, n in enumerate(names)}
    columns["canonical_value"] = pa.array([row[8] for row in rows], pa.decimal128(28, 10))
    return Known(encoded(pa.table(columns)))


def end_of(code: str) -> date:
    return Period.parse(code).end


def ground_of(series: list[dict[str, Any]]) -> Ground:
    indicators = {
        f"I{n:02}": SimpleNamespace(unit="亿元", nature="rate" if one["is_rate"] else "ytd")
        for n, one in enumerate(series)
    }
    broken = {
        (f"I{n:02}", "CCXQ"): tuple(SimpleNamespace(on=on, link_factor=None, from_scope="DEPT") for on in one["breaks"])
        for n, one in enumerate(series)
    }
    return cast(Ground, SimpleNamespace(catalogue=SimpleNamespace(indicators=indicators), breaks=broken))


def expected(series: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    rows = []
    for number, one in enumerate(series):
        ordered = {n: sorted_by_end(one["levels"][n]) for n in sorted(one["levels"])}
        made = derive_growth(
            GrowthSeries(
                f"I{number:02}", "CCXQ", "TJJ", "DEPT", one["price_basis"], "亿元", "returned", ordered,
                sorted_by_end(one["reported"]), one["breaks"], one["is_rate"],
            )
        )  # fmt: skip
        rows += [(f"I{number:02}", r.period, r.period_end, r.kind, r.value, r.unit, r.reason) for r in made]
    return rows


def sorted_by_end(values: dict[str, Decimal]) -> dict[str, Decimal]:
    return {code: values[code] for code in sorted(values, key=lambda code: (end_of(code), code))}


@settings(max_examples=150, deadline=None)
@given(st.lists(one_series(), max_size=6))
def test_many_series_at_once_say_what_each_says_alone(series: list[dict[str, Any]]) -> None:
    known = known_of(series)
    origins = {run[:5]: "returned" for runs in known.runs.values() for run in runs}
    made = growth_table(known, ground_of(series), origins)
    names = ("indicator", "period", "period_end", "kind", "value", "unit", "reason")
    found = [tuple(row[name] for name in names) for row in made.to_pylist()]
    assert sorted(map(repr, found)) == sorted(map(repr, expected(series)))
    assert all(row["origin"] == "returned" and row["scope"] == "DEPT" for row in made.to_pylist())


@settings(max_examples=300, deadline=None)
@given(st.integers(-(2**59), 2**59), st.integers(1, 2**59))
def test_a_quotient_is_exact_or_not_given(part: int, base: int) -> None:
    (value,), (found,) = quotient(np.array([part]), np.array([base]))
    wanted = growth_runs({Nature.ANNUAL: {"2020": base, "2021": base + part}}, {}, unit="", places=10)[0]
    if found:
        assert int(value) == wanted.values[1]
    else:
        assert base >= 2**63 // 10**4 or abs(part) // base >= 9_000_000


def test_a_half_is_rounded_to_the_even_neighbour() -> None:
    base = 2 * 10**12  # one two-trillionth: half of the last decimal kept
    values, found = quotient(np.array([1, 3, -1, -3]), np.array([base] * 4))
    assert found.all() and values.tolist() == [0, 2, 0, -2]
