"""What a generation answers about its tasks: narrowed, paged, compared with the one before, by day and by indicator."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from etl import tasks as way_of
from etl.flow import publish_approved
from etl.tasks_summary import task_summary
from etl.way import enter_way
from indicators.tasks.doubt import Movement, doubts
from indicators.tasks.machine import run
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Step, Task
from tests.tasks_world import peopled
from warehouse import task_board
from warehouse.folder import DataFolder
from warehouse.generations import Building, Derived, Generation, publish
from warehouse.task_board import Wanted
from warehouse.tasks_tables import newest_growth, revision_sizes

SOON = date.today() + timedelta(days=200)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Two generations: three tasks assigned, then one reported done and one reminded."""
    folder = peopled(tmp_path_factory.mktemp("board") / "数据")
    bureau = enter_way(folder, "发布员")
    way_of.take_up(bureau, "CJT2014")
    nodes = [NodePlan("签约", SOON - timedelta(days=100))]
    way_of.assign(bureau, "CJT2014-28", "TJJ", SOON, ("CZJ",), nodes)
    way_of.assign(bureau, "CJT2014-40", "CZJ", SOON - timedelta(days=1))
    way_of.assign(bureau, "CJT2014-16", "SWJ", SOON + timedelta(days=1), ("CZJ", "TJJ"))
    publish_approved(bureau)
    way_of.say_done(enter_way(folder, "填报乙"), "CJT2014-40", "贷款落实")
    way_of.remind(enter_way(folder, "领导"), "CJT2014-28", "抓紧")
    way_of.link(bureau, "CJT2014-40", [Link(indicator="GDP", direction="up")], "任务书写明")
    publish_approved(bureau)
    return folder


@pytest.fixture(scope="module")
def held(folder: DataFolder) -> Generation:
    from warehouse.generations import current

    return current(folder)


def codes(held: Generation, **wanted: object) -> list[str]:
    return [row["code"] for row in task_board.listed(held, Wanted(**wanted), 100)]  # type: ignore[arg-type]


def test_tasks_are_narrowed_by_everything_at_once_and_counted_alike(held: Generation) -> None:
    assert codes(held, department="CZJ") == ["CJT2014-16", "CJT2014-28", "CJT2014-40"], "who leads or shares"
    assert codes(held, department="CZJ", chapter=9) == ["CJT2014-40"]
    assert codes(held, department="CZ") == codes(held, department="%") == [], "a code is whole or it is not"
    assert codes(held, doubted=True) == codes(held, urgent=True) == ["CJT2014-40"]
    assert codes(held, word="已完成", programme="CJT2014") == ["CJT2014-40"] and codes(held, programme="X") == []
    for wanted in ({}, {"department": "CZJ"}, {"chapter": 4}, {"doubted": True}):
        assert task_board.counted(held, Wanted(**wanted)) == len(codes(held, **wanted))  # type: ignore[arg-type]
    numbers = [row["number"] for row in task_board.listed(held, Wanted(), 10, 20)]
    assert numbers == list(range(21, 31)), "in the order of the document, page by page"
    assert task_board.listed(held, Wanted(), 3, worst_first=True)[0]["code"] == "CJT2014-40"
    assert {row["code"] for row in task_board.linked(held)} >= {"CJT2014-28", "CJT2014-40"}


def test_the_summary_adds_up_to_the_tasks_there_are(held: Generation) -> None:
    whole = task_summary(held, Wanted(programme="CJT2014"), task_board.programmes(held))
    assert len(whole.parts) == 10 and whole.tasks == 45 == sum(whole.count(word) for word in whole.words)
    assert (whole.doubted, whole.urgent, whole.example) == (1, 1, False)
    assert "共45项任务" in whole.sentence and "存疑）的1项" in whole.sentence
    (line,) = task_summary(held, Wanted(), task_board.programmes(held)).parts
    assert line.tasks == 45 and line.title.startswith("长吉图")
    mine = task_summary(held, Wanted(programme="CJT2014", department="SWJ"), task_board.programmes(held))
    assert mine.tasks == 1 and [part.key for part in mine.parts] == ["4"]


def test_only_what_shows_something_else_than_before_is_told(held: Generation) -> None:
    moved = task_board.changed(held)
    assert moved is not None and [one.task for one in moved] == ["CJT2014-40"], "a reminder changes no light"
    (one,) = moved
    assert (one.before, one.word, one.state_before, one.state) == ("正常", "已完成", "在办", "报完成")
    assert (one.doubt_before, one.doubt, one.by) == (False, True, "发布员")
    assert task_board.changed(held, "CJT2014") == moved and task_board.changed(held, "X") == []


def test_what_is_due_is_found_by_its_day(held: Generation) -> None:
    found = task_board.due_between(held, SOON - timedelta(days=150), SOON + timedelta(days=30))
    assert [(row["code"], row["node"]) for row in found] == [
        ("CJT2014-28", "签约"), ("CJT2014-28", ""), ("CJT2014-16", "")
    ], "what is said to be done is due no more"  # fmt: skip
    assert [row["code"] for row in task_board.due_between(held, SOON, SOON, "TJJ")] == ["CJT2014-28"]
    assert task_board.due_between(held, SOON, SOON, "SWJ") == []


def test_a_generation_of_an_older_program_says_that_it_has_none(folder: DataFolder) -> None:
    def drop(building: Building) -> None:
        for statement in ("DROP VIEW 任务督查", "ALTER TABLE task_light DROP COLUMN number"):
            building.conn.exec_driver_sql(statement)

    way = enter_way(folder, "发布员")
    old = publish(folder, [], way.catalogue, lambda building: Derived(after=lambda: drop(building)), who="发布员")
    assert not task_board.has_tasks(old)
    again = publish(folder, [], way.catalogue, lambda _: Derived(), who="发布员")
    assert task_board.has_tasks(again), "the next one has the column, and its tasks"
    assert task_board.changed(again) is None, "there is nothing to compare it with"


def test_one_task_is_whole_or_nothing(held: Generation, tmp_path: Path) -> None:
    row = task_board.one_task(held, "CJT2014-28")
    assert row is not None and row["times_reminded"] == 1 and [n["title"] for n in row["nodes"]] == ["签约"]
    assert row["report_list"] == [] and row["word"] == "正常"
    assert task_board.one_task(held, "CJT2014-99") is None


def test_the_newest_growth_is_a_number_where_there_is_one_and_a_break_is_said_to_be_one(folder: DataFolder) -> None:
    """Beside a base that is not positive stands the difference; across a break of scope there is nothing."""
    day, found = date(2026, 6, 30), []

    def grown(indicator: str, kind: str, value: str | None, reason: str) -> dict[str, object]:
        row = {"indicator": indicator, "area": "CCXQ", "department": "TJJ", "scope": "", "price_basis": ""}
        said = {"kind": kind, "value": Decimal(value) if value else None, "unit": "%", "reason": reason}
        return row | said | {"period": "2026Q2", "period_end": day, "origin": "returned"}

    growth = [
        grown("GDP", "yoy_ytd", None, "break"), grown("IMPORTS", "yoy_ytd", None, "base_not_positive"),
        grown("IMPORTS", "difference", "-3", ""),
    ]  # fmt: skip

    def look(building: Building) -> None:
        found.extend(newest_growth(building.conn, ["GDP", "IMPORTS"], "CCXQ"))

    way = enter_way(folder, "发布员")
    publish(folder, [], way.catalogue, lambda b: Derived(growth=growth, after=lambda: look(b)), who="发布员")
    movements = {row["indicator"]: Movement(**row) for row in found}
    both = tuple(Link(indicator=code, direction="up") for code in movements)
    task = Task(code="T-1", programme="T", number=1, title="任务", links=both)
    steps = [Step(act=Act.ASSIGN, by="局", on=date(2026, 1, 5), at=datetime(2026, 1, 5), lead="TJJ", due_on=SOON)]
    steps += [Step(act=Act.DONE, by="填报", on=day, at=datetime(2026, 6, 30))]
    said = {a.indicator: a.sentence for a in doubts(run(task, steps), {}, movements, {})}
    assert said["GDP"] == "GDP口径中断：2026年二季度与上年同期之间口径有调整，不能相比。"
    assert said["IMPORTS"] == "IMPORTS背离：应上升，2026年二季度同比却下降3.0%。"


def test_a_revision_counts_for_the_quarter_in_which_its_period_ends(folder: DataFolder) -> None:
    """A month returned as 100 and revised to 110, its neighbour never revised, a year revised from 200 to 190."""
    values = [("2026M07", "2026-07-31", 100, 110), ("2026M08", "2026-08-31", 50, 50), ("2025", "2025-12-31", 200, 190)]
    found = {}

    def look(building: Building) -> None:
        for at, (period, end, *known) in enumerate(values):
            same = f"'I{at}' AS indicator, 'TJJ' AS department, '{period}' AS period, DATE '{end}' AS period_end, "
            same += "'CCXQ' AS area, 'F' AS form, 'ytd' AS nature, 'level' AS measure, '' AS price_basis, '' AS scope, "
            for turn, value in enumerate(known):
                row = f"{same} {value} AS canonical_value, TIMESTAMP '2026-09-0{turn + 1}' AS recorded_at"
                building.conn.exec_driver_sql(f"INSERT INTO observation_version BY NAME SELECT {row}")
            building.conn.exec_driver_sql(f"INSERT INTO observation_current BY NAME SELECT {row}")
        found.update(revision_sizes(building.conn, ["TJJ"]))
        for table in ("observation_version", "observation_current"):
            building.conn.exec_driver_sql(f"DELETE FROM {table} WHERE form = 'F'")

    way = enter_way(folder, "发布员")
    publish(folder, [], way.catalogue, lambda b: Derived(after=lambda: look(b)), who="发布员")
    assert found == {("TJJ", "2026Q3"): Decimal("5.0000"), ("TJJ", "2025Q4"): Decimal("5.0000")}
