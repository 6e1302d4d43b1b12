"""The commands about targets as people run them: board, past, changes with causes, roll-up, back-test, revisions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from indicators.attainment.result import Attainment
from indicators.attainment.rollup import REALIZATION_LABEL
from indicators.errors import UsageError
from tests.board_world import (
    CATALOGUE,
    HELD,
    LAST,
    Sent,
    adopt,
    founded,
    known,
    observation,
    publish_all,
    quarter,
    send,
    value,
)
from warehouse.folder import DataFolder, open_folder
from zhibiao.__main__ import app

YEAR_END = LAST.shift(-1)
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TARGET = """
- {{code: POP, version: '{version}', name: 常住人口, indicator: POPULATION, area: CCXQ, kind: floor, unit: 万人,
   value: '{value}', base_on: '2016-12-31', base_value: '58.5', due_on: '2030-12-31', decimals: '2', status: adopted,
   {more}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Three generations: ten years of quarters; a revision that flips a verdict; a new quarter and a revised target."""
    made = founded(tmp_path_factory.mktemp("commands") / "数据")
    way = adopt(made, TARGET.format(version=1, value=66, more="rule_text: 规划"))
    more = [observation("ENERGY_CONSUMPTION", YEAR_END, more_energy())]
    send(made, Sent(more, YEAR_END, known(LAST, later=10)))
    publish_all(made, way.catalogue)
    way = adopt(made, TARGET.format(version=2, value=90, more="rule_text: 调高, effective_from: '2026-05-01'"))
    send(made, Sent(quarter(LAST.shift(1)), LAST.shift(1), known(LAST.shift(1))))
    publish_all(made, way.catalogue)
    return made


def more_energy() -> Decimal:
    """Last year's energy as revised: over its cap."""
    return value("ENERGY_CONSUMPTION", "CCXQ", YEAR_END) + 30


def run(folder: DataFolder, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", str(folder.root)])


def asked(folder: DataFolder, *words: str) -> Any:
    result = run(folder, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_attain_shows_every_target_with_all_components(folder: DataFolder) -> None:
    rows = asked(folder, "attain")
    assert {row["target"] for row in rows} == {t.code for t in CATALOGUE.targets} | {"POP"}
    for row in rows:
        assert set(Attainment.__dataclass_fields__) <= row.keys()
        assert isinstance(row["components"], dict) and row["components"]["thresholds"]
        assert isinstance(row["flags"], list) and isinstance(row["inputs"], list) and row["name"] and row["area_name"]
    table = run(folder, "attain").stdout
    assert table.splitlines()[0].split("\t")[:3] == ["目标代码", "目标", "地区"]
    assert "示例目标" in table and "本局采用" in table and "模拟数据" in table


def test_attain_keeps_the_targets_of_a_year(folder: DataFolder) -> None:
    rows = asked(folder, "attain", "--target-year", "2026")
    assert {row["target"] for row in rows} == {"EX-GDP-2026", "EX-REVENUE-2026", "EX-INVESTMENT-2026"}


def test_attain_as_of_a_day_sees_what_was_known_then(folder: DataFolder) -> None:
    rows = {row["target"]: row for row in asked(folder, "attain", "--as-of", "2024-12-31")}
    assert {row["as_of"] for row in rows.values()} == {"2024-12-31"}
    assert rows["EX-GDP-2030"]["latest_period"] == "2023Q4", "the last whole year known on that day"
    assert rows["POP"]["target_version"] == 1 and asked(folder, "attain")[-1]["as_of"] > "2024-12-31"
    early = {row["status"] for row in asked(folder, "attain", "--as-of", "2015-06-30")}
    assert early <= {"INSUFFICIENT", "NO_TARGET"}


def test_changes_since_a_generation_have_a_cause_found_by_recomputing(folder: DataFolder) -> None:
    revised = {row["target"]: row for row in asked(folder, "attain", "--changes-since", "1")}
    flipped = revised["EX-ENERGY-2030"]
    assert (flipped["before_label"], flipped["factor"]) == ("已达标但走弱", "revision")
    assert flipped["revised"] == [YEAR_END.code]
    assert len(flipped["combinations"]) == 16 and flipped["combinations"]["none"] == "MET_LOSING"
    assert flipped["combinations"]["new_data"] == "MET_LOSING" != flipped["combinations"]["revision"]
    assert "数值修订" in flipped["sentence"] and YEAR_END.code in flipped["sentence"]
    assert revised["POP"]["factor"] == "new_target"
    raised = {row["target"]: row for row in asked(folder, "attain", "--changes-since", "2")}
    assert raised["POP"]["factor"] == "target" and raised["POP"]["before_status"] != raised["POP"]["after_status"]
    assert "目标调整" in raised["POP"]["sentence"]


def test_changes_since_a_day_see_new_data(folder: DataFolder) -> None:
    rows = {row["target"]: row for row in asked(folder, "attain", "--changes-since", "2016-06-30")}
    assert rows["EX-GDP-2030"]["factor"] == "new_data" and rows["EX-GDP-2030"]["before_status"] == "INSUFFICIENT"
    assert rows["EX-GDP-2030"]["before_as_of"] == "2016-06-30"
    said = run(folder, "attain", "--changes-since", "2016-06-30").stdout
    assert "新数据或时间推移" in said


def test_a_change_of_rule_is_named_as_one(folder: DataFolder, tmp_path: Path) -> None:
    """A board made under other cut-offs keeps them in its rows, and the comparison recomputes with them."""
    from etl import derive_verdicts
    from indicators.attainment.thresholds import Thresholds

    shutil.copytree(folder.root, tmp_path / "数据")
    copy = open_folder(tmp_path / "数据")
    lenient = Thresholds(version="1999.1", miss_on_track=Decimal("0.99"))
    usual = derive_verdicts.judged
    try:
        derive_verdicts.judged = lambda *a, **k: usual(*a, **k, thresholds=lenient)
        send(copy, Sent(quarter(LAST.shift(2)), LAST.shift(2), known(LAST.shift(2))))
        publish_all(copy, adopt(copy, "[]").catalogue)
    finally:
        derive_verdicts.judged = usual
    old = LAST.shift(-30)
    send(copy, Sent([observation("GDP", old, value("GDP", "CCXQ", old) + 1)], old, known(LAST.shift(2), later=1)))
    publish_all(copy, adopt(copy, "[]").catalogue)
    rows = {row["target"]: row for row in asked(copy, "attain", "--changes-since", "4")}
    ruled = [row for row in rows.values() if row["factor"] == "rule"]
    assert ruled and all("判定规则调整" in row["sentence"] for row in ruled)
    assert all(row["before_status"] == "ON_TRACK" for row in ruled)


@pytest.mark.parametrize("said", ["99", "去年", "2026-13-01"])
def test_a_moment_that_is_none_is_refused(folder: DataFolder, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "zhibiao", "attain", "--changes-since", said, "--data", str(folder.root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2 and ended.stdout == "" and said in ended.stderr


def test_two_questions_at_once_are_refused(folder: DataFolder) -> None:
    assert run(folder, "attain", "--rollup", "theme", "--as-of", "2026-01-01").exit_code == 2
    assert isinstance(run(folder, "attain", "--rollup", "colour").exception, UsageError)


def test_rollup_by_theme_and_department_counts_and_never_averages(folder: DataFolder) -> None:
    themes = {group["key"]: group for group in asked(folder, "attain", "--rollup", "theme")}
    land = themes["land"]
    assert land["worst_binding"] and land["worst_targets"] == ["CAP-LAND-2020"]
    assert (
        sum(land["counts"].values()) + 1
        == land["total"]
        == sum(1 for t in land["targets"] if t["target_status"] != "example")
    )
    for group in themes.values():
        assert sum(group["examples"].values()) == sum(1 for t in group["targets"] if t["target_status"] == "example")
        assert not any("mean" in key or "average" in key for key in group)
    departments = asked(folder, "attain", "--rollup", "department")
    everything = [t["target"] for group in departments for t in group["targets"]]
    assert sorted(everything) == sorted({t.code for t in CATALOGUE.targets} | {"POP"}), "each target once"
    text = run(folder, "attain", "--rollup", "theme").stdout
    assert REALIZATION_LABEL in text and "兼容口径" in text


def test_rollup_by_goal_shows_the_indicators_that_support_a_goal_in_words(folder: DataFolder) -> None:
    goals = {group["key"]: group for group in asked(folder, "attain", "--rollup", "goal")}
    assert set(goals) == set(CATALOGUE.goals)
    overall = goals["G2030-1"]
    assert [one["indicator"] for one in overall["supporting"]] == list(CATALOGUE.goals["G2030-1"].indicators)
    gdp = overall["supporting"][0]
    assert gdp["latest_period"] == "2025Q4" and gdp["direction"] == "sun" and "走势向好" in gdp["sentence"]
    income = next(one for one in overall["supporting"] if one["indicator"] == "HOUSEHOLD_INCOME")
    assert income["latest_value"] is None and "还没有年度数值" in income["sentence"]
    assert "支撑指标" in run(folder, "attain", "--rollup", "goal").stdout


def test_backtest_reports_error_and_coverage_beside_three_rivals(folder: DataFolder) -> None:
    rows = asked(folder, "backtest")
    assert {row["method"] for row in rows} == {"damped", "last", "drift", "cagr"}
    whole = {row["method"]: row for row in rows if not row["train"] and not row["horizon"]}
    assert whole["damped"]["series"] == len(HELD) + 1, "every annual series held, the country's too"
    counts = {row["forecasts"] for row in whole.values()}
    assert len(counts) == 1 and counts.pop() > 20, "all methods on the same outcomes"
    for row in rows:
        assert float(row["error"]) >= 0 and 0 <= float(row["coverage"]) <= 1
    assert float(whole["drift"]["error"]) < float(whole["last"]["error"]), "these series have a trend"
    assert "区间覆盖率" in run(folder, "backtest").stdout


def test_revisions_by_series_and_department(folder: DataFolder) -> None:
    rows = {(r["indicator"], r["measure"]): r for r in asked(folder, "revisions")}
    assert set(rows) == {("GDP", "level"), ("ENERGY_CONSUMPTION", "level")}
    gdp, energy = rows["GDP", "level"], rows["ENERGY_CONSUMPTION", "level"]
    assert gdp["pair"] == "首次→最新" and gdp["revised_periods"] == 30 and gdp["metrics"]["n"] == gdp["periods"]
    moved = [1 + i for _ in range(10) for i in (1, 2, 3)]
    assert gdp["metrics"]["mar"] == pytest.approx(sum(moved) / gdp["periods"]) and float(gdp["largest"]) == 4
    assert energy["metrics"] is None, "one revision is no statistic"
    assert [(r["period"], float(r["revision"])) for r in energy["revised"]] == [(YEAR_END.code, 30)]
    by = {row["department"]: row for row in asked(folder, "revisions", "--by", "department")}
    assert by["TJJ"]["revised_values"] == 30 and float(by["TJJ"]["median_relative_pct"]) > 0
    assert run(folder, "revisions", "--by", "mood").exit_code == 2


def vectors(*words: str) -> subprocess.CompletedProcess[str]:
    path = SHARED / "vectors" / "published.json"
    if not path.is_file():
        pytest.skip("published.json is not there (shared/vectors): the published worked results were not run")
    return subprocess.run(
        [sys.executable, "-m", "zhibiao", "attain", "--vectors", str(path), *words],
        capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip


def test_the_vectors_command_prints_agreement_per_method() -> None:
    ended = vectors()
    assert ended.returncode == 0, ended.stderr
    lines = [line.split("\t") for line in ended.stdout.splitlines()]
    assert lines[0] == ["方法", "算例", "一致", "不一致", "未评价"]
    counted = {line[0]: [int(cell) for cell in line[1:]] for line in lines[1:]}
    said = json.loads((SHARED / "vectors" / "published.json").read_text("utf-8"))["vectors"]
    assert set(counted) == {one["method"] for one in said}
    assert sum(row[0] for row in counted.values()) == len(said) == 299
    assert all(agree == all_ and not differ and not left for all_, agree, differ, left in counted.values())


def test_the_vectors_command_gives_each_result_as_json() -> None:
    results = json.loads(vectors("--json").stdout)
    said = json.loads((SHARED / "vectors" / "published.json").read_text("utf-8"))["vectors"]
    assert [r["id"] for r in results] == [one["id"] for one in said] and all(r["agrees"] for r in results)
    assert all(r["got"] is not None and r["expected"] is not None and not r["differences"] for r in results)


def test_a_vector_with_another_expectation_disagrees_and_says_so(tmp_path: Path) -> None:
    path = SHARED / "vectors" / "published.json"
    if not path.is_file():
        pytest.skip("published.json is not there (shared/vectors): the published worked results were not run")
    file = json.loads(path.read_text("utf-8"))
    one = next(v for v in file["vectors"] if v["method"] == "cn_yoy")
    key, expected = next((k, v) for k, v in one["expected"].items() if isinstance(v, (int, float)))
    one["expected"][key] = expected + 5
    file["vectors"] = [one]
    (tmp_path / "other.json").write_text(json.dumps(file), "utf-8")
    ended = CliRunner().invoke(app, ["attain", "--vectors", str(tmp_path / "other.json")])
    assert ended.exit_code == 1 and one["id"] in ended.stderr
