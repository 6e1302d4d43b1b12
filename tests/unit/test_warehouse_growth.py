"""Growth kept in codes: `growth` answers as the table that it was, page by page, and in files of before."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, publish_all
from warehouse import extract, files, gates, schema, seal
from warehouse.build import Built, count_rows, writing_file
from warehouse.folder import DataFolder
from warehouse.generations import Building, Derived, current
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.rebuild import rebuild
from warehouse.recovery import begin_number, finish
from warehouse.stamp import Stamp, seal_built


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = fresh(tmp_path / "data")
    approve_return(folder, {"GDP": "1", "REV": "5"})
    publish_all(folder, derive_levels)
    return folder


def test_pages_of_growth_follow_the_stored_order(folder: DataFolder) -> None:
    held = current(folder)
    whole = extract.extract(held, "growth")
    assert whole.num_rows == 2 and whole.column_names == [*extract.columns("growth"), "rowid"]
    pages, after = [], -1
    while (page := extract.extract(held, "growth", after=after, limit=1)).num_rows:
        pages += page.to_pylist()
        after = pages[-1]["rowid"]
    assert pages == whole.to_pylist()
    (one,) = extract.extract(held, "growth", {"indicator": ["REV"]}).to_pylist()
    assert (one["indicator"], one["value"]) == ("REV", Decimal(5))


def test_a_file_in_which_growth_is_a_table_is_brought_to_codes_and_derived_anew(folder: DataFolder) -> None:
    before = current(folder).rows("SELECT * FROM growth ORDER BY indicator")
    with operating(folder) as conn:
        number = begin_number(folder, conn, "admin", "")
    stamp, making = (
        Stamp(folder, number, 1, "admin", "", CATALOGUE.digest, utc_now()),
        folder.generations / "old.duckdb",
    )
    files.copy(seal.file_of(folder, 1), making, "")
    with writing_file(making) as conn:
        conn.exec_driver_sql("DROP VIEW growth")
        conn.exec_driver_sql("DROP SCHEMA coded CASCADE")
        schema.metadata.create_all(conn, tables=[schema.growth], checkfirst=False)
        conn.execute(schema.growth.insert(), before)
        built = Built(count_rows(conn), gates.control_totals(conn), utc_now(), [])
    seal_built(making, built, stamp)
    seal.point(folder, number)
    finish(folder, seal.read_manifest(folder, number))
    old = current(folder)
    assert extract.extract(old, "growth").drop_columns(["rowid"]).to_pylist() == before
    asked: list[object] = []

    def derive(building: Building) -> Derived:
        asked.append(building.touched)
        return derive_levels(building)

    approve_return(folder, {"GDP": "7", "REV": "5"})
    held = publish_all(folder, derive)
    assert asked == [None]
    assert held.rows("SELECT indicator, value FROM growth ORDER BY indicator") == [
        {"indicator": "GDP", "value": Decimal(7)},
        {"indicator": "REV", "value": Decimal(5)},
    ]
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").equal


def test_what_was_named_before_keeps_its_code_and_what_is_new_gets_another(folder: DataFolder) -> None:
    def also_of_others(building: Building) -> Derived:
        made = [dict(row) for row in derive_levels(building).growth]
        return Derived(
            growth=[row | {"kind": kind, "origin": kind} for row in made for kind in ("difference", "other")]
        )

    approve_return(folder, {"GDP": "2", "REV": "5"})
    held = publish_all(folder, also_of_others)
    found = held.rows("SELECT indicator, kind, origin, value FROM growth ORDER BY ALL")
    assert [(r["indicator"], r["kind"]) for r in found[:2]] == [("GDP", "difference"), ("GDP", "other")]
    assert len(found) == 3 and found[0]["value"] == 2
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").differing == ("growth",)
    for part in ("series", "period", "kind"):
        (row,) = held.rows(f"SELECT count(*) AS n, count(DISTINCT code) AS codes FROM coded.growth_{part}")
        assert row["n"] == row["codes"] > 0
