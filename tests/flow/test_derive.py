"""What a generation derives, and the board of any earlier day: complete, the same however made, deaf to later rows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from multiprocessing import active_children, parent_process
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import derive as deriving
from etl import derive_parts
from etl.derive import attainment_as_of, derive
from etl.derive_known import Ground
from etl.derive_verdicts import attainment_of
from indicators.attainment.result import Attainment
from indicators.targets import TargetKind
from tests.board_world import (
    CATALOGUE,
    HELD,
    LAST,
    Sent,
    adopt,
    day,
    founded,
    known,
    observation,
    publish_all,
    quarter,
    rows_by_target,
    send,
    value,
)
from warehouse import schema
from warehouse.folder import DataFolder, open_folder
from warehouse.generations import Building, Derived, Generation
from warehouse.moments import beijing_day
from warehouse.read import current
from warehouse.rebuild import rebuild
from zhibiao.founding import found_folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return founded(tmp_path_factory.mktemp("board") / "数据")


@pytest.fixture(scope="module")
def held(world: DataFolder) -> Generation:
    return current(world)


@pytest.fixture
def copy(world: DataFolder, tmp_path: Path) -> DataFolder:
    shutil.copytree(world.root, tmp_path / "数据")
    return open_folder(tmp_path / "数据")


def own_day(held: Generation) -> date:
    return beijing_day(datetime.fromisoformat(str(held.manifest.known_at)))


def stored(held: Generation) -> dict[str, dict[str, object]]:
    return rows_by_target(held.rows("SELECT * FROM attainment"))


def test_every_field_of_a_verdict_is_a_column_and_comes_back(held: Generation) -> None:
    assert {f.name for f in fields(Attainment)} <= {c.name for c in schema.attainment.columns}
    rows = held.rows("SELECT * FROM attainment")
    assert {row["target"] for row in rows} == {t.code for t in CATALOGUE.targets}
    for row in rows:
        verdict = attainment_of(row)
        assert verdict.label == row["status_label"] and verdict.components["thresholds"]
        assert {f.name: getattr(verdict, f.name) for f in fields(Attainment)}["latest_value"] == row["latest_value"]


def test_projection_and_second_lens_stand_in_the_row(held: Generation) -> None:
    rows = stored(held)
    for code in ("EX-GDP-2030", "EX-POPULATION-2030"):
        row = rows[code]
        assert row["probability"] is not None and row["projection_word"]
        assert row["projection_low"] < row["projection_value"] < row["projection_high"]  # type: ignore[operator]
        assert row["second_method"] == "open_sdg_2_4" or "open_sdg" in str(row["second_method"])
        assert row["second_status"] and row["second_value"] is not None and row["methods_disagree"] is not None
    within = rows["EX-GDP-2026"]  # judged while its year runs: the year-end estimate is the projection
    assert within["projection_value"] == within["projected_value"] and within["probability"] is None
    assert within["projection_low"] <= within["projection_value"] <= within["projection_high"]  # type: ignore[operator]


def test_noise_is_the_median_revision_of_a_series_revised_often_enough(held: Generation) -> None:
    told = {code: json.loads(str(row["components"])) for code, row in stored(held).items()}
    moved = [1 + index for year in range(2016, 2026) for index in (1, 2, 3)]
    assert Decimal(told["EX-GDP-2030"]["noise"]) == Decimal(sorted(moved)[len(moved) // 2])
    assert told["EX-POPULATION-2030"]["noise"] == told["EX-POPULATION-2030"]["tolerance"], "never revised"


def test_sentences_name_area_and_benchmark(held: Generation) -> None:
    rows = stored(held)
    assert "比全国" in str(rows["EX-AIR-BENCHMARK"]["sentence"])
    assert "长春现代化都市圈" in str(rows["METRO-GDP-2030"]["sentence"])
    assert str(rows["EX-GDP-2030"]["sentence"]).startswith("2025年地区生产总值为")
    for row in rows.values():
        assert "；没有" not in str(row["sentence"]) and str(row["sentence"]).endswith("。")
        if TargetKind(str(row["kind"])) in (TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK, TargetKind.CAP_RATE):
            assert "完成" not in str(row["sentence"])


def test_the_board_of_a_generations_own_day_is_the_stored_one(held: Generation) -> None:
    assert rows_by_target(attainment_as_of(held, CATALOGUE, own_day(held))) == stored(held)


@pytest.fixture(scope="module")
def later(world: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The same folder after more was published: new quarters, and old ones revised."""
    root = tmp_path_factory.mktemp("later") / "数据"
    shutil.copytree(world.root, root)
    folder = open_folder(root)
    returns = [Sent(quarter(LAST.shift(n)), LAST.shift(n), known(LAST.shift(n))) for n in (1, 2)]
    for back in range(1, 12):
        at = LAST.shift(-back)
        moved = [observation(code, at, value(code, "CCXQ", at) * Decimal("1.04")) for code in HELD]
        returns.append(Sent(moved, at, known(LAST.shift(2), later=back)))
    send(folder, *returns)
    return publish_all(folder)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(min_value=date(2016, 1, 1), max_value=date(2026, 4, 25)))
def test_a_later_row_never_changes_an_earlier_board(held: Generation, later: Generation, on: date) -> None:
    assert attainment_as_of(held, CATALOGUE, on) == attainment_as_of(later, CATALOGUE, on)


def test_and_the_later_rows_do_change_the_later_board(held: Generation, later: Generation) -> None:
    then, now = stored(held), stored(later)
    moved = [code for code in then if then[code]["latest_value"] != now[code]["latest_value"]]
    assert {"EX-GDP-2030", "EX-POPULATION-2030", "EX-AIR-2030"} <= set(moved)
    assert rows_by_target(attainment_as_of(later, CATALOGUE, own_day(later))) == now


def test_parts_on_all_cores_give_what_one_gives(held: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(few: int) -> Derived:
        monkeypatch.setattr(derive_parts, "MANY", few)
        for name in ("AT_ONCE", "ALIKE"):
            monkeypatch.setattr(deriving, name, few)
        with held.engine.connect() as conn:
            moment = datetime.fromisoformat(str(held.manifest.known_at))
            return derive(CATALOGUE)(Building(conn, held.number, None, moment))

    alone, divided = whole(10**9), whole(1)
    for name in ("attainment", "growth"):
        one, other = getattr(alone, name), getattr(divided, name)
        assert one.num_rows > 50, name
        assert sorted(map(repr, one.to_pylist())) == sorted(map(repr, other.to_pylist())), name


def _killed_when_helping(number: int, ground: Ground) -> pa.Table:
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return pa.table({"number": [number]})


def test_what_a_killed_helper_had_begun_is_done_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive_parts, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    parts = [partial(_killed_when_helping, number) for number in range(12)]
    with derive_parts.workers(CATALOGUE, len(parts)) as start:
        finish = start(parts)
        while active_children():
            time.sleep(0.02)
        assert finish().column("number").to_pylist() == [*range(12)]


def _failing(ground: Ground) -> pa.Table:
    raise IndexError("of the part")


def test_a_part_that_fails_fails_the_whole_wherever_it_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    for few in (1, 10**9):
        monkeypatch.setattr(derive_parts, "MANY", few)
        with pytest.raises(IndexError, match="of the part"), derive_parts.workers(CATALOGUE, 4) as start:
            start([_failing] * 4)()
    assert not active_children()


def test_a_return_published_alone_leaves_what_a_rebuild_makes(copy: DataFolder) -> None:
    at = LAST.shift(1)
    before = LAST.shift(-4)
    late = Sent([observation("GDP", before, Decimal(555))], before, known(at, later=1))
    send(copy, Sent(quarter(at), at, known(at)), late)
    made = publish_all(copy)
    assert made.rows("SELECT count(*) AS n FROM growth WHERE period = '2026Q2' AND indicator = 'GDP'")[0]["n"] > 3
    again = rebuild(copy, CATALOGUE, derive(CATALOGUE), who="管理员")
    assert again.equal and {"attainment", "growth"} <= set(again.compared), again.differing


ADOPTED = """
- {code: MINE, version: '1', name: 财政收入, indicator: GENERAL_BUDGET_REVENUE, area: CCXQ, kind: floor, unit: 万元,
   value: '420000', base_on: '2020-12-31', base_value: '232000', due_on: '2030-12-31', decimals: '0', status: adopted}
- {code: MINE, version: '2', name: 财政收入, indicator: GENERAL_BUDGET_REVENUE, area: CCXQ, kind: floor, unit: 万元,
   value: '250000', base_on: '2020-12-31', base_value: '232000', due_on: '2030-12-31', decimals: '0', status: adopted,
   effective_from: '2025-01-01', rule_text: 中期评估后调低, predecessor: MINE}
- {code: SAME, version: '1', name: 财政收入, indicator: GENERAL_BUDGET_REVENUE, area: CCXQ, kind: floor, unit: 亿元,
   value: '25', base_on: '2020-12-31', base_value: '23.2', due_on: '2030-12-31', decimals: '4', status: adopted}
"""


def test_a_target_in_another_unit_and_a_revised_one(copy: DataFolder) -> None:
    catalogue = adopt(copy, ADOPTED).catalogue
    rows = stored(publish_all(copy, catalogue))
    mine, same = rows["MINE"], rows["SAME"]
    assert (mine["target_version"], mine["target_value"], mine["unit"]) == (2, 250000, "万元")
    assert mine["latest_value"] == same["latest_value"] * 10000  # type: ignore[operator]
    assert (mine["status"], mine["reason"], mine["progress_share"]) == (
        same["status"],
        same["reason"],
        same["progress_share"],
    )
    assert "万元" in str(mine["sentence"])
    held = current(copy)
    before = rows_by_target(attainment_as_of(held, catalogue, day("2024-12-31")))["MINE"]
    after = rows_by_target(attainment_as_of(held, catalogue, day("2025-01-01")))["MINE"]
    assert (before["target_version"], before["target_value"]) == (1, 420000)
    assert (after["target_version"], after["target_value"]) == (2, 250000)


def test_a_verdict_cites_observations_that_exist(held: Generation) -> None:
    names = {
        "|".join((r["indicator"], r["area"], r["period"], r["nature"], r["recorded_at"].isoformat()))
        for r in held.rows("SELECT indicator, area, period, nature, recorded_at FROM observation_current")
    }
    judged = [row for row in stored(held).values() if row["latest_value"] is not None]
    assert len(judged) > 10
    for row in judged:
        cited = str(row["inputs"]).split("\n")
        assert cited and set(cited) <= names


def test_an_empty_folder_has_a_board_too(tmp_path: Path) -> None:
    folder = found_folder(tmp_path / "空", "管理员", None).folder
    made = publish_all(folder)
    assert {row["status"] for row in stored(made).values()} <= {"INSUFFICIENT", "NO_TARGET"}
    assert made.rows("SELECT count(*) AS n FROM growth")[0]["n"] == 0
