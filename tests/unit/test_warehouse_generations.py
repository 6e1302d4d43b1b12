"""What publishing means: versions, reasons, order, gates, and a reader who is never shown anything damaged."""

from __future__ import annotations

import errno
import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from indicators.observations import ObsStatus, Origin
from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, observation, publish_all
from warehouse import audit, instance, schema, seal, submissions
from warehouse.accepted import Accepted
from warehouse.errors import Damaged, DiskFull, GateFailed, ReasonMissing, SubmissionConflict, VintageConflict
from warehouse.folder import DataFolder
from warehouse.generations import Building, Derived, Generation, current, generation, nothing_derived, publish
from warehouse.moments import day_begins
from warehouse.operations import consulting, operating
from warehouse.submissions import State
from warehouse.views import VIEWS
from warehouse.vintages import as_of

VERSIONS = (
    "SELECT indicator, canonical_value AS value, status, submission, recorded_at, superseded_at, revision_reason "
    "FROM observation_version ORDER BY indicator, recorded_at"
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return fresh(tmp_path / "data")


def values(held: Generation, query: str = VERSIONS) -> list[tuple[object, ...]]:
    return [(r["indicator"], r["value"], r["superseded_at"] is None) for r in held.rows(query)]


def test_first_publication_shows_every_value_with_its_provenance(folder: DataFolder) -> None:
    one = approve_return(folder, {"GDP": "1.5", "REV": "2"})
    held = publish_all(folder)
    assert held.number == 1 and current(folder) is held
    (gdp, _rev) = held.rows(select(schema.observation_current).order_by(schema.observation_current.c.indicator))
    assert (gdp["canonical_value"], gdp["submission"], gdp["approver"]) == (Decimal("1.5"), one.id, "reviewer")
    assert (gdp["sheet"], gdp["cell"], gdp["file_hash"]) == ("表", "D1", one.file_hash)
    assert held.rows("SELECT id, observations, new_versions, generation FROM submission") == [
        {"id": one.id, "observations": 2, "new_versions": 2, "generation": 1}
    ]
    assert held.manifest.rows["observation_version"] == 2
    assert held.manifest.totals["current_sum"] == "3.5000000000"


def test_only_what_changed_becomes_a_version_and_a_blank_is_a_withdrawal(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "1.5", "REV": "2", "POP": "3"})
    publish_all(folder)
    approve_return(folder, {"GDP": "1.50", "REV": "2.5", "POP": None}, reason="核实后更正")
    held = publish_all(folder)
    assert values(held) == [
        ("GDP", Decimal("1.5"), True),
        ("POP", Decimal(3), False),
        ("POP", None, True),
        ("REV", Decimal(2), False),
        ("REV", Decimal("2.5"), True),
    ]
    rows = {(r["indicator"], r["value"]): r for r in held.rows(VERSIONS)}
    assert rows["POP", None]["status"] == ObsStatus.MISSING
    assert rows["REV", Decimal(2)]["superseded_at"] == rows["REV", Decimal("2.5")]["recorded_at"]
    assert rows["REV", Decimal("2.5")]["revision_reason"] == "核实后更正"
    assert rows["GDP", Decimal("1.5")]["revision_reason"] == ""


def test_same_number_from_another_origin_or_status_is_a_version(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "1"}, origin=Origin.SIMULATED)
    publish_all(folder)
    approve_return(folder, {"GDP": "1"}, status=ObsStatus.PROVISIONAL, mark="b", reason="")
    approve_return(folder, {"GDP": "1"}, mark="c", reason="")
    held = publish_all(folder)
    assert [r["status"] for r in held.rows(VERSIONS)] == ["A", "P", "A"]


def test_changed_value_without_reason_stops_everything(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "1"})
    held = publish_all(folder)
    bare = approve_return(folder, {"GDP": "2", "REV": "5"}, reason="")
    with pytest.raises(ReasonMissing, match="修订原因") as told:
        publish_all(folder)
    assert told.value.cells == (f"{bare.id} 表!D1（GDP 2026Q3）",) and told.value.exit_code == 1
    assert current(folder) is held
    assert [p.name for p in folder.generations.iterdir() if ".tmp" in p.name] == []


def test_history_comes_in_the_order_in_which_it_was_known(folder: DataFolder) -> None:
    august, october = day_begins(date(2021, 8, 2)), day_begins(date(2021, 10, 20))
    approve_return(folder, {"GDP": "11"}, known_at=october, period="2021H1")
    approve_return(folder, {"GDP": "10"}, known_at=august, period="2021H1")
    held = publish_all(folder)
    assert [(r["value"], r["recorded_at"], r["superseded_at"]) for r in held.rows(VERSIONS)] == [
        (Decimal(10), august, october),
        (Decimal(11), october, None),
    ]
    approve_return(folder, {"GDP": "9"}, known_at=august + timedelta(days=1), period="2021H1")
    with pytest.raises(VintageConflict, match="早于") as told:
        publish_all(folder)
    assert told.value.exit_code == 3


def test_as_of_answers_what_was_known_that_day_and_no_more(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "10"}, known_at=day_begins(date(2021, 8, 2)), period="2021H1")
    approve_return(folder, {"GDP": "11"}, known_at=day_begins(date(2021, 10, 20)), period="2021H1")
    held = publish_all(folder)

    def known(day: date | datetime) -> list[Decimal]:
        return [r["canonical_value"] for r in held.rows(as_of(day))]

    assert known(date(2021, 8, 1)) == []
    assert known(date(2021, 8, 2)) == [Decimal(10)]
    assert known(date(2021, 10, 19)) == [Decimal(10)]
    assert known(date(2021, 10, 20)) == [Decimal(11)]
    assert known(day_begins(date(2021, 10, 20)) - timedelta(microseconds=1)) == [Decimal(10)]
    narrowed = as_of(date(2022, 1, 1)).where(schema.observation_version.c.indicator == "REV")
    assert held.rows(select(func.count()).select_from(narrowed.subquery())) == [{"count_1": 0}]


def test_live_returns_are_known_from_publication_and_never_before_what_is_held(folder: DataFolder) -> None:
    future = datetime(2300, 1, 1)
    approve_return(folder, {"GDP": "1"}, known_at=future)
    publish_all(folder)
    approve_return(folder, {"GDP": "2"})
    approve_return(folder, {"GDP": "3"})
    held = publish_all(folder)
    moments = [r["recorded_at"] for r in held.rows(VERSIONS)]
    assert moments == sorted(set(moments)) and len(moments) == 3 and moments[0] == future


def test_states_follow_and_the_act_is_recorded_once(folder: DataFolder) -> None:
    first = approve_return(folder, {"GDP": "1"})
    publish_all(folder)
    second = approve_return(folder, {"GDP": "2"})
    publish_all(folder, note="季度例行", place="127.0.0.1")
    with consulting(folder) as conn:
        held = [submissions.get_submission(conn, i) for i in (first.id, second.id)]
        acts = [r for r in audit.records(conn) if r["act"] == "generation.published"]
    assert [(s.state, s.generation) for s in held] == [(State.SUPERSEDED, 1), (State.PUBLISHED, 2)]
    assert [(r["object"], r["who"], r["place"]) for r in acts][1] == ("g000002", "publisher", "127.0.0.1")
    assert len(acts) == 2 and audit.verify(folder) == []


def test_what_is_no_longer_approved_is_not_published_again(folder: DataFolder) -> None:
    from warehouse.accepted import approved

    approve_return(folder, {"GDP": "1"})
    with consulting(folder) as conn:
        todo = approved(folder, conn)
    publish(folder, todo, CATALOGUE, nothing_derived, who="first")
    with pytest.raises(SubmissionConflict, match="first"):
        publish(folder, todo, CATALOGUE, nothing_derived, who="second")
    assert current(folder).number == 1


@pytest.mark.parametrize(
    ("wrong", "gate"),
    [
        ({"indicator": "UNKNOWN"}, "known_codes"),
        ({"cell": ""}, "provenance"),
        ({"canonical_value": Decimal(-1)}, "natural_range"),
        ({"status": ObsStatus.MISSING}, "missing_is_missing"),
        ({"canonical_value": Decimal("NaN")}, "不是有限数"),
        ({"canonical_value": Decimal("0.00000000001")}, "10 位小数"),
        ({"canonical_value": Decimal(10) ** 18}, "18 位整数"),
    ],
)
def test_gates_stop_what_must_not_be_published(folder: DataFolder, wrong: dict[str, object], gate: str) -> None:
    approve_return(folder, {"GDP": "1", "REV": "2"})
    held = publish_all(folder)
    indicator = str(wrong.pop("indicator", "POP"))
    approve_return(folder, {indicator: "7"}, **wrong)
    with pytest.raises(GateFailed, match=gate):
        publish_all(folder)
    assert current(folder) is held and seal.numbers(folder) == [0, 1]


def test_one_number_twice_in_a_return_is_named_with_both_cells(folder: DataFolder) -> None:
    one = approve_return(folder, {"GDP": "1"})
    twice = [observation("GDP", "1", one.file_hash), observation("GDP", "2", one.file_hash, cell="E9")]
    accepted = Accepted(
        submission=one.id, form="K01", edition="1", period="2026Q3", department="TJ", origin=Origin.RETURNED,
        file_hash=one.file_hash, observations=twice,
    )  # fmt: skip
    with pytest.raises(GateFailed, match="表!D1、表!E9"):
        publish(folder, [accepted], CATALOGUE, nothing_derived, who="w")


def test_derivation_is_asked_for_what_was_touched_and_for_all_when_the_catalogue_changes(folder: DataFolder) -> None:
    asked: list[object] = []

    def derive(building: Building) -> Derived:
        asked.append(building.touched)
        return derive_levels(building)

    approve_return(folder, {"GDP": "1", "REV": "2"})
    publish_all(folder, derive)
    approve_return(folder, {"GDP": "3", "REV": "2"})
    held = publish_all(folder, derive)
    growth = "SELECT indicator, value FROM growth ORDER BY indicator"
    assert held.rows(growth) == [{"indicator": "GDP", "value": Decimal(3)}, {"indicator": "REV", "value": Decimal(2)}]
    changed = CATALOGUE.model_copy(update={"digest": "digest-2"})
    again = publish(folder, [], changed, derive, who="w", note="目录更新")
    assert asked == [None, frozenset({("GDP", "CCXQ")}), None]
    assert again.manifest.catalogue_digest == "digest-2" and again.rows(growth) == held.rows(growth)


def test_numbers_are_used_once_also_after_failures(folder: DataFolder) -> None:
    def fail(building: Building) -> Derived:
        raise RuntimeError("derivation broke")

    approve_return(folder, {"GDP": "1"})
    for _ in range(2):
        with pytest.raises(RuntimeError):
            publish_all(folder, fail)
    assert current(folder).number == 0
    assert publish_all(folder).number == 3
    with consulting(folder) as conn:
        assert [r["object"] for r in audit.records(conn) if r["act"] == "generation.abandoned"] == [
            "g000001",
            "g000002",
        ]


def test_a_copy_that_does_not_reach_the_disk_is_not_published(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_return(folder, {"GDP": "1"})
    publish_all(folder)
    approve_return(folder, {"GDP": "2"}, reason="更正")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", full, raising=False)
    with pytest.raises(DiskFull, match="原有数据没有改动"):
        publish_all(folder)
    monkeypatch.undo()
    assert current(folder).number == 1
    assert [p.name for p in folder.generations.iterdir() if ".tmp-" in p.name] == []
    assert publish_all(folder).rows("SELECT canonical_value AS v FROM observation_current") == [{"v": Decimal(2)}]


def test_everything_says_in_chinese_what_it_is(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "1"})
    held = publish_all(folder)
    tables = held.rows(
        "SELECT table_name AS name, comment, schema_name FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name, comment, schema_name FROM duckdb_views() WHERE view_name = 'growth'"
    )
    columns = held.rows(
        "SELECT table_name || '.' || column_name AS name, comment FROM duckdb_columns() WHERE NOT internal "
        "AND table_name IN (SELECT table_name FROM duckdb_tables() UNION ALL SELECT 'growth')"
    )
    assert {t["name"] for t in tables if t["schema_name"] == "main"} == set(schema.metadata.tables)
    assert [r["name"] for r in tables + columns if not r["comment"]] == []
    for view in VIEWS:
        assert held.rows(f'SELECT * FROM "{view}"') is not None
    (row,) = held.rows("SELECT 指标, 数值, 来源性质, 性质 FROM 最新值")
    assert row == {"指标": "指标GDP", "数值": Decimal(1), "来源性质": "部门报送", "性质": "累计"}


def test_readers_cannot_write_nor_reach_files_nor_change_settings(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "1"})
    held = publish_all(folder)
    _prove_shut(held, folder)
    held.engine.dispose()  # as befalls a generation that others have followed, while somebody still reads it
    assert held.rows("SELECT canonical_value AS v FROM observation_current") == [{"v": Decimal(1)}]
    _prove_shut(held, folder)


def _prove_shut(held: Generation, folder: DataFolder) -> None:
    with held.engine.connect():  # so that what is asked goes through a second connection
        for statement in (
            "DELETE FROM observation_version",
            f"SELECT * FROM read_text('{folder.root / 'zhibiao.json'}')",
            "SET enable_external_access = true",
            f"COPY indicator TO '{folder.root / 'out.csv'}'",
            f"ATTACH '{seal.file_of(folder, 0)}' AS other (READ_ONLY)",
        ):
            with pytest.raises(Exception, match=r"read-only|disabled|locked|Cannot"):
                held.rows(statement)


def spoil(path: Path, at: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0x10
    path.chmod(0o644)
    path.write_bytes(bytes(data))


def two_generations(folder: DataFolder) -> None:
    for value in ("1", "2"):
        approve_return(folder, {"GDP": value})
        publish_all(folder)
    from warehouse import read

    for key in [k for k in read._open if k[1] == str(folder.root)]:
        read._open.pop(key).engine.dispose()


@pytest.mark.parametrize("how", ["flip", "truncate", "remove", "manifest"])
def test_damaged_generation_is_not_shown_but_the_one_before_it_with_a_notice(folder: DataFolder, how: str) -> None:
    two_generations(folder)
    path = seal.file_of(folder, 2)
    if how == "flip":
        spoil(path)
    elif how == "truncate":
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-4096])
    elif how == "remove":
        path.unlink()
    else:
        spoil(seal.manifest_of(folder, 2), 0.0)
    held = current(folder)
    assert held.number == 1 and "第 2 代" in held.notice and "第 1 代" in held.notice
    assert held.rows("SELECT canonical_value AS v FROM observation_current") == [{"v": Decimal(1)}]
    assert generation(folder, 1).notice == ""
    approve_return(folder, {"GDP": "3"})
    with pytest.raises(Damaged, match=r"没有在它上面发布|清单"):
        publish_all(folder)


def test_unreadable_pointer_falls_back_to_the_newest_sound_generation(folder: DataFolder) -> None:
    two_generations(folder)
    (folder.generations / "CURRENT").write_bytes(b"\xff\xfe")
    held = current(folder)
    assert held.number == 2 and "CURRENT" in held.notice


def test_nothing_sound_is_said_plainly(folder: DataFolder) -> None:
    spoil(seal.file_of(folder, 0))
    with pytest.raises(Damaged, match="什么也不能显示") as told:
        current(folder)
    assert told.value.exit_code == 5


def test_database_that_is_no_database_is_damage(folder: DataFolder) -> None:
    folder.operations.write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(Damaged, match="业务库"), operating(folder):
        pass


def test_a_file_that_duckdb_cannot_open_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "g.duckdb").write_bytes(b"no database at all" * 1000)
    with pytest.raises(DBAPIError):
        instance.attached(tmp_path / "g.duckdb", "g000001")
