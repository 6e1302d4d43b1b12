"""Tasks in the operations database: read back as done, each step audited, append-only, the same after migration."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from indicators.errors import UsageError
from indicators.tasks.errors import StepRefused
from indicators.tasks.machine import run
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Step, Task, TaskState
from tests.warehouse_world import CATALOGUE, fresh
from warehouse import audit, migrations, schema, tasks
from warehouse.errors import SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.generations import Building, Derived, nothing_derived, publish
from warehouse.operations import consulting, operating

LINKS = (Link(indicator="GDP", direction="up"), Link(indicator="PM25", direction="down"))
NEW = Task(code="T-01", programme="T", number=1, title="建设甲园区", chapter=1, chapter_title="一章", text="原文。",
           links=LINKS, example=True)  # fmt: skip
STEPS = (
    Step(act=Act.ASSIGN, by="局", on=date(2026, 1, 2), at=datetime(2026, 1, 2, 1), lead="TJJ", responsible=("CZJ",),
         due_on=date(2026, 12, 31), nodes=(NodePlan("开工", date(2026, 3, 1)),)),
    Step(act=Act.REPORT, by="甲", on=date(2026, 4, 2), at=datetime(2026, 4, 2, 1), text="做了", period="2026Q1",
         progress=Decimal("0"), quantity="3 公里", problem="缺钱", next_step="要钱",
         evidence=("ab" * 32 + " 照片.jpg",)),
    Step(act=Act.REMIND, by="局", on=date(2026, 5, 2), at=datetime(2026, 5, 2, 1), text="抓紧", to=("甲", "乙")),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = fresh(tmp_path / "d")
    with operating(made) as conn:
        tasks.register_programme(conn, "T", "要点", 2026, [NEW], "局")
        for step in STEPS:
            tasks.take(conn, "T-01", step)
    return made


def test_a_task_comes_back_as_its_steps_left_it(folder: DataFolder) -> None:
    with consulting(folder) as conn:
        assert tasks.get_task(conn, "T-01") == run(NEW, STEPS)
        assert tuple(tasks.steps_of(conn, "T-01")) == STEPS
        assert tasks.tasks(conn) == tasks.tasks(conn, "T") == [run(NEW, STEPS)]
        assert tasks.last_moved(conn) is not None
        with pytest.raises(UsageError, match="没有编号为“X”的任务"):
            tasks.get_task(conn, "X")


def test_an_earlier_day_is_the_steps_up_to_it(folder: DataFolder) -> None:
    with operating(folder) as conn:
        conn.exec_driver_sql("UPDATE task SET at = '2026-01-01 00:00:00'")
    with consulting(folder) as conn:
        (then,) = tasks.tasks(conn, until=datetime(2026, 4, 30))
        assert then == run(NEW, STEPS[:2]) and then.reminders == 0
        assert tasks.tasks(conn, until=datetime(2025, 12, 31)) == []


def test_every_step_is_in_the_audit_chain_and_a_refused_one_leaves_no_trace(folder: DataFolder) -> None:
    with pytest.raises(StepRefused), operating(folder) as conn:
        close = Step(act=Act.CLOSE, by="局", on=date(2026, 5, 3), at=datetime(2026, 5, 3))
        tasks.take(conn, "T-01", close)
    with consulting(folder) as conn:
        acts = [(r["act"], r["object"]) for r in audit.records(conn)][-5:]
        assert tasks.get_task(conn, "T-01").state is TaskState.ACTIVE
    assert acts == [
        ("programme.registered", "T"), ("task.registered", "T"), ("task.assign", "T-01"), ("task.report", "T-01"),
        ("task.remind", "T-01"),
    ]  # fmt: skip
    assert audit.verify(folder) == []


def test_registering_again_adds_only_what_is_new_and_never_renames(folder: DataFolder) -> None:
    other = Task(code="T-02", programme="T", number=2, title="建设乙园区")
    with operating(folder) as conn:
        assert tasks.register_programme(conn, "T", "要点", 2026, [NEW, other], "局") == ["T-02"]
        assert tasks.register_programme(conn, "T", "要点", 2026, [NEW, other], "局") == []
    renamed = Task(code="T-01", programme="T", number=1, title="建设丙园区")
    with pytest.raises(SubmissionConflict, match="登记的名称是“建设甲园区”"), operating(folder) as conn:
        tasks.register_programme(conn, "T", "要点", 2026, [renamed], "局")


@pytest.mark.parametrize("change", ["UPDATE task_step SET day = '2020-01-01'", "DELETE FROM task_step"])
def test_steps_can_only_be_added(folder: DataFolder, change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), operating(folder) as conn:
        conn.exec_driver_sql(change)


def test_an_older_folder_gets_the_same_tables_by_migration(folder: DataFolder) -> None:
    def tables(where: DataFolder) -> dict[str, list[tuple[str, str, bool]]]:
        with consulting(where) as conn:
            seen = inspect(conn)
            return {
                t: [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(t)]
                for t in ("task_programme", "task", "task_step")
            }

    new = tables(folder)
    with operating(folder) as conn:
        for name in ("task_step", "task", "task_programme"):
            conn.exec_driver_sql(f"DROP TABLE {name}")
        dict(migrations.MIGRATIONS)["tasks and their steps"](conn)
    assert tables(folder) == new
    with operating(folder) as conn:
        tasks.register_programme(conn, "T", "要点", 2026, [NEW], "局")
        tasks.take(conn, "T-01", STEPS[0])
    with pytest.raises(IntegrityError, match="append-only"), operating(folder) as conn:
        conn.exec_driver_sql("DELETE FROM task_step")


def test_a_generation_of_an_older_program_gets_the_tables_and_columns_it_lacks(folder: DataFolder) -> None:
    def grow_old(building: Building) -> None:
        for statement in ("DROP VIEW 任务督查", "ALTER TABLE task_light DROP COLUMN chapter"):
            building.conn.exec_driver_sql(statement)

    publish(folder, [], CATALOGUE, lambda building: Derived(after=lambda: grow_old(building)), who="局")
    held = publish(folder, [], CATALOGUE, nothing_derived, who="局")
    columns = held.rows("SELECT column_name AS c, comment FROM duckdb_columns() WHERE table_name = 'task_light'")
    assert {row["c"]: row["comment"] for row in columns} == {c.name: c.comment for c in schema.task_light.columns}
    assert held.rows("SELECT * FROM 任务督查") == []
