"""A data folder whose generations are in a DuckLake says what one of files says, and is looked after like it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select

from indicators.errors import UsageError
from tests import postgres
from tests.warehouse_world import (
    CATALOGUE,
    approve_return,
    copied_lake,
    derive_levels,
    fresh,
    on_lake,
    publish_all,
)
from warehouse import (
    audit,
    backup,
    board,
    board_names,
    board_news,
    board_returns,
    extract,
    lake,
    lake_care,
    lake_generations,
    lake_writing,
    read,
    schema,
    seal,
    task_board,
)  # fmt: skip
from warehouse.content import content_hashes
from warehouse.doctor import DAMAGED, OK, doctor
from warehouse.errors import Damaged, EnvironmentLacks, LakeUnreachable, SubmissionConflict, WriterBusy
from warehouse.folder import DataFolder, create_folder, writing
from warehouse.generations import Generation, current, generation
from warehouse.operations import consulting
from warehouse.rebuild import rebuild
from warehouse.rollback import roll_back
from warehouse.share import share
from warehouse.submissions import State, submissions
from warehouse.views import VIEWS

DAYS = (datetime(2026, 10, 12, 1), datetime(2026, 11, 3, 2), datetime(2026, 12, 1, 3))


def history(folder: DataFolder) -> DataFolder:
    """Three generations whose vintages do not depend on the clock: a value, a revision with a blank, a later period."""
    approve_return(folder, {"GDP": "10.5", "REV": "3", "POP": "7"}, known_at=DAYS[0])
    publish_all(folder, derive_levels)
    approve_return(folder, {"GDP": "11", "REV": None, "POP": "7"}, known_at=DAYS[1])
    publish_all(folder, derive_levels)
    approve_return(folder, {"GDP": "15.25"}, period="2026Q4", known_at=DAYS[2])
    publish_all(folder, derive_levels)
    return folder


def in_parquet(folder: DataFolder) -> DataFolder:
    """The lake keeps even a few rows in files, not in its catalog."""
    with lake_writing.writing_lake(folder) as conn:
        conn.exec_driver_sql(f"CALL ducklake_set_option('{lake.NAME}', 'data_inlining_row_limit', '0')")
    return folder


KEEPING = {"in the catalog": lambda folder: folder, "in files": in_parquet}
Lake = Callable[..., DataFolder]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The history in a lake that keeps its rows in one way or the other; made once, to be copied."""
    return functools.cache(lambda how: history(KEEPING[how](on_lake(tmp_path_factory.mktemp("made") / "data"))))


@pytest.fixture
def in_lake(made: Lake, tmp_path: Path) -> Lake:
    """A folder of the test's own, with the history in a lake."""
    return lambda how="in the catalog": copied_lake(made(how), tmp_path / "data")


@pytest.fixture(scope="module")
def folder_in_lake(made: Lake, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """One for the tests that only look."""
    return copied_lake(made("in the catalog"), tmp_path_factory.mktemp("lake") / "data")


BOARD = (board, board_names, board_news, board_returns, task_board)
HELD = {"Readable", "Generation"}  # what a question of the board is asked of
CODES, WANTED = ("GDP", "REV", "POP"), task_board.Wanted()
QUESTIONS: dict[Callable[..., Any], Callable[[Generation], Any]] = {
    board.readings: lambda held: [
        board.readings(held, CODES, ("CCXQ",), day)
        for day in (None, date(2026, 10, 12), date(2026, 11, 20), date(2026, 1, 1))
    ],
    board.versions: lambda held: [board.versions(held, code, "CCXQ") for code in CODES],
    board.revised: lambda held: board.revised(held, "TJ"),
    board.verdicts: board.verdicts,
    board.derived: lambda held: board.derived(held, CODES, "CCXQ"),
    board.report_periods: board.report_periods,
    board.known_days: board.known_days,
    board.areas_with: lambda held: board.areas_with(held, "GDP"),
    board.areas_of: lambda held: board.areas_of(held, CODES),
    board.first_days: board.first_days,
    board.has_simulated: board.has_simulated,
    board_names.names: lambda held: _entries(board_names.names(held)),
    board_news.arrived: lambda held: [(r.id, r.recorded_at) for n in (1, 2, 3) for r in board_news.arrived(held, n)],
    board_news.replaced: lambda held: [board_news.replaced(held, n) for n in (1, 2, 3)],
    board_returns.returns: lambda held: [(r.id, r.recorded_at) for r in board_returns.returns(held, "2026Q3")],
    board_returns.sent_by: lambda held: [(r.id, r.recorded_at) for r in board_returns.sent_by(held, "TJ")],
    board_returns.submissions: lambda held: sorted(board_returns.submissions(held, _ids(held))),
    board_returns.remarks: lambda held: board_returns.remarks(held, _ids(held)),
    board_returns.timeliness: lambda held: board_returns.timeliness(held, ["2026Q3"]),
    task_board.has_tasks: task_board.has_tasks,
    task_board.programmes: task_board.programmes,
    task_board.lights: lambda held: task_board.lights(held, WANTED),
    task_board.listed: lambda held: task_board.listed(held, WANTED, 10, worst_first=True),
    task_board.silent: lambda held: task_board.silent(held, WANTED, 10),
    task_board.counted: lambda held: task_board.counted(held, WANTED),
    task_board.changed: task_board.changed,
    task_board.listed_codes: lambda held: task_board.listed_codes(held, ["x"]),
    task_board.linked: task_board.linked,
    task_board.one_task: lambda held: task_board.one_task(held, "x"),
    task_board.due_between: lambda held: task_board.due_between(held, date(2026, 1, 1), date(2026, 12, 31)),
    task_board.assessments: task_board.assessments,
}


def _entries(names: board_names.Names) -> list[list[str]]:
    """What the small tables say, in any order."""
    tables = [getattr(names, field.name) for field in fields(names)]
    return [sorted(repr(e) for e in (t.values() if isinstance(t, dict) else t)) for t in tables]


def _ids(held: Generation) -> list[str]:
    return [row["id"] for row in held.rows(select(schema.submission.c.id))]


def answers(folder: DataFolder) -> dict[str, Any]:
    """Every question of the board and of extracts, each with its answer; what differs by the clock is left out."""
    held = current(folder)
    said: dict[str, Any] = {f"{f.__module__} {f.__name__}": ask(held) for f, ask in QUESTIONS.items()}
    for name in extract.TABLES.keys() - {"submissions", "generations"}:
        said[f"extract {name}"] = _plain(extract.extract(held, name))
    said["extract then"] = _plain(extract.extract(held, "observations", as_of=date(2026, 11, 20)))
    said["extract history"] = _plain(extract.extract(held, "observations", {"indicator": ["GDP"]}, history=True))
    for name in VIEWS.keys() - {"报送情况"}:
        said[name] = sorted(map(repr, held.rows(f'SELECT * FROM "{name}"')))
    return said


def test_no_question_of_the_board_is_forgotten() -> None:
    there = {
        function
        for module in BOARD
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and name[0] != "_"
        if next(iter(inspect.signature(function).parameters.values())).annotation in HELD
    }
    assert there == QUESTIONS.keys()


def _plain(table: Any) -> list[str]:
    """Rows in any order: which one is stored first is each store's own business."""
    return sorted(map(repr, table.drop_columns([extract.ROW]).to_pylist()))


def test_it_answers_every_question_as_files_do(tmp_path: Path, folder_in_lake: DataFolder) -> None:
    files = history(fresh(tmp_path / "files"))
    one, other = answers(files), answers(folder_in_lake)
    assert {name for name in one if one[name] != other[name]} == set() and one.keys() == other.keys()
    assert {bool(v) for k, v in one.items() if k.endswith(("board readings", "board versions", "最新值"))} == {True}
    for number in (1, 2, 3):
        held = generation(folder_in_lake, number)
        assert held.rows("SELECT max(number) AS n FROM generation") == [{"n": number}]
        assert held.manifest.totals == generation(files, number).manifest.totals
    assert {d.level for d in doctor(folder_in_lake, deep=True)} == {OK}
    assert rebuild(folder_in_lake, CATALOGUE, derive_levels, who="x").equal


def test_pages_of_an_extract_leave_nothing_out(folder_in_lake: DataFolder) -> None:
    held = current(folder_in_lake)
    whole, after, seen = extract.extract(held, "observations", history=True), -1, []
    while (page := extract.extract(held, "observations", history=True, after=after, limit=2)).num_rows:
        seen += page.to_pylist()
        after = seen[-1][extract.ROW]
    assert seen == whole.to_pylist() and len(seen) == 6


@pytest.mark.parametrize("how", KEEPING)
def test_maintenance_gives_up_old_generations_and_changes_no_other(in_lake: Lake, how: str) -> None:
    folder = in_lake(how)
    approve_return(folder, {"REV": "4"})
    publish_all(folder, derive_levels)
    stray = Path(lake.lake_of(folder).data) / "main" / "stray.parquet"
    stray.write_bytes(b"nobody's")
    before = {n: _hashes(folder, n) for n in (2, 4)}
    meant = lake_care.plan(folder)
    assert meant.generations == [0, 1] and lake_generations.numbers(folder) == list(range(5))
    done = lake_care.maintain(folder, who="admin", grace=timedelta(0))
    assert done.generations == meant.generations and done.merged + done.rewritten > 0 and done.orphans >= 1
    assert lake_generations.numbers(folder) == [2, 3, 4] and not stray.exists()
    read._open.clear()
    assert {n: _hashes(folder, n) for n in (2, 4)} == before
    with consulting(folder) as conn:
        assert audit.latest(conn, 1)[0]["act"] == "warehouse.maintained"
    approve_return(folder, {"REV": "99"})
    assert publish_all(folder, derive_levels).number == 5
    again = lake_care.maintain(folder, who="admin", grace=timedelta(0))
    assert again.generations == [2] and _hashes(folder, 4) == before[4]
    assert {d.level for d in doctor(folder, deep=True)} == {OK}


def _hashes(folder: DataFolder, number: int) -> dict[str, str]:
    with generation(folder, number).engine.connect() as conn:
        return content_hashes(conn)


def test_an_earlier_generation_is_shown_again(in_lake: Lake) -> None:
    folder = in_lake()
    wanted = _hashes(folder, 1)
    held = roll_back(folder, 1, "装错了", who="publisher")
    assert held.number == 4 and held.manifest.rolled_back_to == 1 and _hashes(folder, 4) == wanted
    assert current(folder).number == 4 and {d.level for d in doctor(folder, deep=True)} == {OK}
    with consulting(folder) as conn:
        assert [s.state for s in submissions(conn)] == [State.PUBLISHED, State.APPROVED, State.APPROVED]
    assert publish_all(folder, derive_levels).manifest.totals == generation(folder, 3).manifest.totals


def test_it_moves_to_files_and_back_with_the_same_content(
    in_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = in_lake()
    wanted = _hashes(folder, 3)
    made = backup.create(folder, tmp_path / "backups", who="admin")
    alone = backup.restore(made.path, tmp_path / "alone")
    assert not alone.on_lake and alone.operations.is_file() and seal.numbers(alone) == [3]
    assert _hashes(alone, 3) == wanted and {d.level for d in doctor(alone, deep=True)} == {OK}
    approve_return(alone, {"POP": "8"})
    publish_all(alone, derive_levels)
    again = backup.create(alone, tmp_path / "backups-2", who="admin")
    monkeypatch.setenv(lake.ADDRESS, f"ducklake:{postgres.database()}?data={tmp_path / 'lake-2'}")
    back = backup.restore(again.path, tmp_path / "back")
    monkeypatch.delenv(lake.ADDRESS)
    assert back.on_lake and not back.operations.exists() and seal.numbers(back) == [4]
    assert _hashes(back, 4) == _hashes(alone, 4) and {d.level for d in doctor(back, deep=True)} == {OK}
    approve_return(back, {"POP": "9"})
    assert publish_all(back, derive_levels).number == 5 and audit.verify(back) == []


def test_a_copy_answers_for_it_where_there_is_no_network(folder_in_lake: DataFolder) -> None:
    held = current(folder_in_lake)
    assert held.file() == held.file() and held.file().name == "g000003.duckdb"
    assert share(folder_in_lake).name == "zhibiao-g000003.duckdb"
    with closing(duckdb.connect(held.file(), read_only=True)) as copy, held.engine.connect() as conn:
        asked = "SELECT * FROM observation_version ORDER BY ALL"
        assert copy.execute(asked).fetchall() == conn.exec_driver_sql(asked).cursor.fetchall()  # type: ignore[union-attr]
    with pytest.raises(Exception, match="disabled"):
        held.rows("SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(Exception, match="read-only"):
        held.rows("DELETE FROM theme")


def test_a_lost_or_changed_file_is_found_and_the_generation_before_is_shown(in_lake: Lake) -> None:
    folder = in_lake("in files")
    versions = lake_generations.versions(folder)
    newest = {k.path for k in lake_generations.files_of(folder, versions[3])}
    older = {k.path for k in lake_generations.files_of(folder, versions[2])}
    victim = Path(sorted(newest - older)[0])
    sound = victim.read_bytes()
    victim.write_bytes(sound[:40] + bytes([sound[40] ^ 1]) + sound[41:])
    assert seal.damage(folder, 3, deep=False) is None and "内容" in str(seal.damage(folder, 3))
    assert DAMAGED in {d.level for d in doctor(folder, deep=True)}
    victim.unlink()
    read._open.clear()
    held = current(folder)
    assert held.number == 2 and "不见了" in held.notice and "doctor" in held.notice
    victim.write_bytes(sound)
    read._condemned.clear()
    assert current(folder).number == 3


def test_writers_take_turns_and_one_that_lost_his_turn_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = on_lake(tmp_path / "data")
    monkeypatch.setattr(lake, "PATIENCE", 1)
    with writing(folder, "first", "发布"), pytest.raises(WriterBusy, match="first"), writing(folder, "second", "发布"):
        pass
    insert = "INSERT INTO theme (code) VALUES ('x')"
    with pytest.raises(SubmissionConflict, match="同时写入"), lake_writing.writing_lake(folder) as late:
        late.exec_driver_sql(insert)
        with lake_writing.writing_lake(folder) as soon:
            soon.exec_driver_sql(insert)
    assert seal.pointed(folder) == 0


def test_what_is_lacking_or_wrong_is_said_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("duckdb:x", "ducklake:sqlite:///x?data=/tmp/x", "ducklake:postgresql://a@b/c", "ducklake:::"):
        monkeypatch.setenv(lake.ADDRESS, wrong)
        with pytest.raises(UsageError, match="写法应为"):
            create_folder(tmp_path / "data")
    monkeypatch.setenv(lake.ADDRESS, f"ducklake:postgresql://a@127.0.0.1:9/c?data={tmp_path / 'data' / 'lake'}")
    with pytest.raises(UsageError, match="重叠"):
        create_folder(tmp_path / "data")
    monkeypatch.setenv(lake.ADDRESS, f"ducklake:postgresql://a@127.0.0.1:9/c?data={tmp_path / 'lake'}")
    with pytest.raises(LakeUnreachable, match="没有应答"):
        create_folder(tmp_path / "data")
    monkeypatch.setattr(lake, "_extension", lambda name: None)
    with pytest.raises(EnvironmentLacks, match=r"zhibiao\[ducklake\]"):
        create_folder(tmp_path / "other")
    assert not (tmp_path / "other" / "zhibiao.json").exists()
    monkeypatch.delenv(lake.ADDRESS)
    with pytest.raises(UsageError, match="不需要维护"):
        lake_care.maintain(fresh(tmp_path / "files"), who="admin")


def test_a_rebuild_compares_but_replaces_nothing(in_lake: Lake) -> None:
    folder = in_lake("in files")
    for kept in lake_generations.files_of(folder):
        Path(kept.path).unlink()
    with pytest.raises(Damaged, match="不能就地替换"):
        rebuild(folder, CATALOGUE, derive_levels, who="x")
