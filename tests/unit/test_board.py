"""What pages read of a generation: as known on a day, every version, verdicts, returns; and only what was asked for."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table

from indicators.observations import Origin
from tests.warehouse_world import approve_return, derive_levels, fresh, publish_all
from warehouse import board, board_names, board_news, board_returns, schema
from warehouse.board_rows import columns, made
from warehouse.folder import DataFolder
from warehouse.generations import Generation
from warehouse.moments import day_begins

FIRST, SECOND = date(2021, 8, 4), date(2021, 8, 16)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return fresh(tmp_path / "data")


@pytest.fixture
def twice(folder: DataFolder) -> Generation:
    """A half-year published on two days with two values, and one other indicator."""
    approve_return(folder, {"GDP": "420", "POP": "60"}, period="2021Q2", known_at=day_begins(FIRST))
    publish_all(folder, derive_levels)
    approve_return(folder, {"GDP": "441.2", "POP": "60"}, period="2021Q2", mark="b", known_at=day_begins(SECOND))
    return publish_all(folder, derive_levels)


def levels(found: tuple[board.Reading, ...]) -> dict[str, Decimal | None]:
    return {one.indicator: one.canonical_value for one in found}


def test_readings_are_those_of_the_day_that_is_asked_for(twice: Generation) -> None:
    asked = (("GDP",), ("CCXQ",))
    assert levels(board.readings(twice, *asked)) == {"GDP": Decimal("441.2")}
    assert levels(board.readings(twice, *asked, date(2021, 8, 15))) == {"GDP": Decimal("420")}
    assert levels(board.readings(twice, *asked, FIRST)) == {"GDP": Decimal("420")}
    assert levels(board.readings(twice, *asked, SECOND)) == {"GDP": Decimal("441.2")}
    assert board.readings(twice, *asked, date(2021, 8, 3)) == ()


def test_readings_are_restricted_to_indicator_and_area(twice: Generation) -> None:
    assert set(levels(board.readings(twice, ("POP", "REV"), ("CCXQ",)))) == {"POP"}
    assert board.readings(twice, ("GDP",), ("CC",)) == ()
    assert board.areas_with(twice, "GDP") == ("CCXQ",)
    assert board.areas_with(twice, "REV") == ()


def test_versions_keep_what_was_replaced_newest_first(twice: Generation) -> None:
    found = board.versions(twice, "GDP", "CCXQ")
    assert [one.canonical_value for one in found] == [Decimal("441.2"), Decimal("420")]
    assert [one.superseded_at is None for one in found] == [True, False]
    assert len({one.id for one in found}) == 2
    assert found[0].series == found[1].series


def test_the_id_of_a_reading_survives_the_next_generation(folder: DataFolder, twice: Generation) -> None:
    before = {one.id for one in board.versions(twice, "GDP", "CCXQ")}
    approve_return(folder, {"REV": "9"}, period="2021Q3")
    later = publish_all(folder, derive_levels)
    assert later.number > twice.number
    assert {one.id for one in board.versions(later, "GDP", "CCXQ")} == before


def test_days_and_periods_to_choose_from(twice: Generation) -> None:
    assert board.known_days(twice) == (SECOND, FIRST)
    assert [p.code for p in board.report_periods(twice)] == ["2021Q2"]
    assert board.first_days(twice) == {"2021Q2": FIRST}


def test_simulated_figures_are_noticed(folder: DataFolder, twice: Generation) -> None:
    assert not board.has_simulated(twice)
    approve_return(folder, {"REV": "1"}, period="2021Q3", origin=Origin.SIMULATED)
    mixed = publish_all(folder, derive_levels)
    holds = {one.origin for one in board.readings(mixed, ("REV",), ("CCXQ",))}
    assert holds == {"simulated"}


def test_derived_rows_come_for_one_indicator(twice: Generation) -> None:
    found = board.derived(twice, ("GDP",), "CCXQ")
    assert [(d.kind, d.value) for d in found] == [("difference", Decimal("441.2"))]


def test_a_return_is_found_by_period_and_by_id(twice: Generation) -> None:
    found = board_returns.returns(twice, "2021Q2")
    assert [(r.form, r.department, r.file_name) for r in found] == [("K01", "TJ", "return.xlsx")] * 2
    assert board_returns.returns(twice, "2021Q1") == ()
    assert set(board_returns.submissions(twice, [found[0].id, "S999999"])) == {found[0].id}
    assert board_returns.remarks(twice, [r.id for r in found]) == ()
    assert set(board_returns.timeliness(twice, ["2021Q2"])) == {("K01", "TJ", "2021Q2")}


def test_names_say_the_code_where_the_catalogue_has_none(twice: Generation) -> None:
    names = board_names.names(twice)
    assert names.indicator("GDP") == "指标GDP"
    assert names.indicator("NOWHERE") == "NOWHERE"
    assert names.source("X") == "X"
    with pytest.raises(AttributeError):
        _ = names.indicators["GDP"].no_such_column


def test_a_generation_of_an_older_program_is_read_without_its_missing_columns(
    twice: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = Table("indicator", MetaData(), *(Column(c.name, c.type) for c in schema.indicator.c), Column("new", String))
    monkeypatch.setattr(schema, "indicator", newer)
    assert board_names.names(twice).indicator("GDP") == "指标GDP"


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (board.Verdict, schema.attainment),
        (board.Derived, schema.growth),
        (board_returns.Return, schema.submission),
        (board_returns.Remark, schema.finding),
    ],
)
def test_every_field_of_a_row_is_a_column(kind: type, table: object) -> None:
    assert len(columns(kind, table)) == len(fields(kind))  # type: ignore[arg-type]


def test_an_absent_text_is_empty_and_an_absent_number_stays_absent() -> None:
    empty = dict.fromkeys((f.name for f in fields(board.Derived)), None)
    (row,) = made(board.Derived, [empty | {"not_a_field": 1}])
    assert row.reason == "" and row.value is None


def test_what_a_generation_brought_and_what_it_replaced_is_told(twice: Generation) -> None:
    (revised,) = board.revised(twice, "TJ")
    assert (revised.indicator, revised.first, revised.latest) == ("GDP", Decimal("420"), Decimal("441.2"))
    assert (revised.first_at, revised.latest_at) == (day_begins(FIRST), day_begins(SECOND))
    assert board.revised(twice, "CZ") == ()
    ((before, now),) = board_news.replaced(twice, twice.number)
    assert (before.canonical_value, now.canonical_value) == (Decimal("420"), Decimal("441.2"))
    assert now.revision_reason == "更正"
    assert board_news.replaced(twice, twice.number - 1) == ()
    assert len(board_news.arrived(twice, twice.number)) == len(board_news.arrived(twice, twice.number - 1)) == 1
    assert [r.id for r in board_returns.sent_by(twice, "TJ")][-1] == board_news.arrived(twice, twice.number)[0].id
    assert board.areas_of(twice, ("GDP", "POP")) == {"CCXQ"}
