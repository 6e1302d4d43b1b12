"""A data folder whose generations are snapshots of a DuckLake: it says what one of files says, and looks after itself."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, on_lake, publish_all
from warehouse import board, board_returns, extract, schema
from warehouse.doctor import OK, doctor
from warehouse.folder import DataFolder
from warehouse.generations import current, generation
from warehouse.rebuild import rebuild
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


def answers(folder: DataFolder) -> dict[str, Any]:
    """Every question of the board and of extracts, each with its answer; what differs by the clock is left out."""
    held = current(folder)
    codes, ids = ("GDP", "REV", "POP"), [s["id"] for s in held.rows(select(schema.submission.c.id))]
    said: dict[str, Any] = {
        f"readings {day}": board.readings(held, codes, ("CCXQ",), day)
        for day in (None, date(2026, 10, 12), date(2026, 11, 20), date(2026, 1, 1))
    }
    said |= {f"versions {code}": board.versions(held, code, "CCXQ") for code in codes}
    said["verdicts"] = board.verdicts(held)
    said["derived"] = board.derived(held, codes, "CCXQ")
    said["periods"], said["days"] = board.report_periods(held), board.known_days(held)
    said["areas"], said["simulated"] = board.areas_with(held, "GDP"), board.has_simulated(held)
    said["returns"] = [(r.id, r.period, r.recorded_at) for r in board_returns.returns(held, "2026Q3")]
    said["submissions"] = sorted(board_returns.submissions(held, ids))
    said["remarks"] = board_returns.remarks(held, ids)
    said["timeliness"] = board_returns.timeliness(held, ["2026Q3"])
    for name in extract.TABLES.keys() - {"submissions", "generations"}:
        said[f"extract {name}"] = _plain(extract.extract(held, name))
    said["extract then"] = _plain(extract.extract(held, "observations", as_of=date(2026, 11, 20)))
    said["extract history"] = _plain(extract.extract(held, "observations", {"indicator": ["GDP"]}, history=True))
    for name in VIEWS.keys() - {"报送情况"}:
        said[name] = sorted(map(repr, held.rows(f'SELECT * FROM "{name}"')))
    return said


def _plain(table: Any) -> list[str]:
    """Rows in any order: which one is stored first is each store's own business."""
    return sorted(map(repr, table.drop_columns([extract.ROW]).to_pylist()))


def test_it_answers_every_question_as_files_do(tmp_path: Path) -> None:
    files, in_lake = history(fresh(tmp_path / "files")), history(on_lake(tmp_path / "data"))
    one, other = answers(files), answers(in_lake)
    assert {name for name in one if one[name] != other[name]} == set() and one.keys() == other.keys()
    assert {bool(v) for k, v in one.items() if k.startswith(("readings N", "versions", "最新值"))} == {True}
    for number in (1, 2, 3):
        held = generation(in_lake, number)
        assert held.rows("SELECT max(number) AS n FROM generation") == [{"n": number}]
        assert held.manifest.totals == generation(files, number).manifest.totals
    assert {d.level for d in doctor(in_lake, deep=True)} == {OK}
    assert rebuild(in_lake, CATALOGUE, derive_levels, who="x").equal


def test_pages_of_an_extract_leave_nothing_out(tmp_path: Path) -> None:
    held = current(history(on_lake(tmp_path / "data")))
    whole, after, seen = extract.extract(held, "observations", history=True), -1, []
    while (page := extract.extract(held, "observations", history=True, after=after, limit=2)).num_rows:
        seen += page.to_pylist()
        after = seen[-1][extract.ROW]
    assert seen == whole.to_pylist() and len(seen) == 6
