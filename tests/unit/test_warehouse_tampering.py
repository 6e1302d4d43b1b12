"""Somebody with the files in hand and no scruples: what is changed by hand is told of, and nothing is built upon it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.test_warehouse_keeping import said
from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, publish_all
from warehouse import audit, read, seal, submissions, vault
from warehouse.accounts import Role, add_account
from warehouse.doctor import DAMAGED, OK, doctor
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.generations import current
from warehouse.operations import consulting, operating
from warehouse.rebuild import rebuild
from warehouse.rollback import roll_back
from warehouse.submissions import State


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three generations with GDP 1, 2, 3 and a return with GDP 4 that awaits review; an account."""
    folder = fresh(tmp_path_factory.mktemp("tampering") / "data")
    for value in "123":
        approve_return(folder, {"GDP": value})
        publish_all(folder, derive_levels)
    approve_return(folder, {"GDP": "4"}, until=State.SUBMITTED)
    with operating(folder) as conn:
        add_account(conn, "leader", "a long password", Role.LEADER, by="admin")
    assert {d.level for d in doctor(folder, deep=True)} == {OK}
    return folder.root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(shutil.copytree(made, tmp_path / "data"))


def by_hand(folder: DataFolder, *statements: str) -> None:
    with operating(folder) as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)


def shown(folder: DataFolder) -> tuple[int, Decimal, bool]:
    held = current(folder)
    (row,) = held.rows("SELECT canonical_value AS v FROM observation_current WHERE indicator = 'GDP'")
    return held.number, row["v"], bool(held.notice)


@pytest.mark.parametrize("opened", [True, False])
def test_a_pointer_set_back_is_not_followed_and_nothing_is_swept(folder: DataFolder, opened: bool) -> None:
    if not opened:
        read._open.clear()
    (folder.generations / "CURRENT").write_text("g000002.duckdb\n")
    assert shown(folder) == (3, 3, True) and "第 2 代，而登记的最新一代是第 3 代" in current(folder).notice
    assert "zhibiao rebuild" in said(folder, DAMAGED)
    approve_return(folder, {"POP": "5"}, period="2026Q4")
    with pytest.raises(Damaged, match="zhibiao rebuild"):
        publish_all(folder, derive_levels)
    with pytest.raises(Damaged, match="zhibiao rebuild"):
        roll_back(folder, 1, "why", who="publisher")
    assert seal.numbers(folder) == [1, 2, 3]
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").equal
    assert shown(folder) == (3, 3, False) and said(folder, DAMAGED, deep=True) == ""
    assert publish_all(folder, derive_levels).number == 4


def test_a_pointer_to_a_generation_that_never_was_is_set_right_by_rebuild(folder: DataFolder) -> None:
    (folder.generations / "CURRENT").write_text("g000099.duckdb\n")
    assert shown(folder) == (3, 3, True) and "zhibiao rebuild" in said(folder, DAMAGED)
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").equal and seal.pointed(folder) == 3
    assert said(folder, DAMAGED, deep=True) == ""


def exchange(folder: DataFolder) -> None:
    """The third generation's file and manifest made from those of the second, each agreeing with the other."""
    text = seal.manifest_of(folder, 2).read_text().replace('"number": 2', '"number": 3')
    for path, content in (
        (seal.manifest_of(folder, 3), text.encode()),
        (seal.file_of(folder, 3), seal.file_of(folder, 2).read_bytes()),
    ):
        path.unlink()
        path.write_bytes(content)
    read._open.clear()


def test_an_exchanged_generation_is_not_shown_nor_built_upon_and_is_made_again(folder: DataFolder) -> None:
    before = current(folder).rows("SELECT * FROM observation_version ORDER BY ALL")
    exchange(folder)
    assert seal.damage(folder, 3) is None and shown(folder) == (2, 2, True)
    assert "整体替换" in said(folder, DAMAGED)
    approve_return(folder, {"POP": "5"}, period="2026Q4")
    with pytest.raises(Damaged, match="没有在它上面发布"):
        publish_all(folder, derive_levels)
    again = rebuild(folder, CATALOGUE, derive_levels, who="admin")
    assert again.replaced_by is not None and again.compared == ()
    assert current(folder).rows("SELECT * FROM observation_version ORDER BY ALL") == before


def test_an_exchanged_generation_is_found_through_the_chain_when_the_log_was_changed_too(folder: DataFolder) -> None:
    exchange(folder)
    other = seal.read_manifest(folder, 3).sha256
    by_hand(folder, f"UPDATE generation_log SET sha256 = '{other}' WHERE number = 3")
    assert "整体替换" in said(folder, DAMAGED)
    approve_return(folder, {"POP": "5"}, period="2026Q4")
    with pytest.raises(Damaged, match="没有在它上面发布"):
        publish_all(folder, derive_levels)


@pytest.mark.parametrize("who", ["NULL", "'reviewer'"])
def test_a_return_approved_by_hand_is_not_published(folder: DataFolder, who: str) -> None:
    by_hand(folder, f"UPDATE submission SET state = 'approved', approved_by = {who} WHERE id = 'S000004'")
    with pytest.raises(Damaged, match=r"S000004 .*审计链上却没有"):
        publish_all(folder, derive_levels)
    assert "S000004" in said(folder, DAMAGED) and shown(folder) == (3, 3, False)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE submission SET approved_by = '李四' WHERE id = 'S000002'", "S000002 记为由“李四”审核通过"),
        ("UPDATE submission SET submitted_by = '李四' WHERE id = 'S000004'", "S000004 记为由“李四”提交"),
        (f"UPDATE submission SET file_hash = '{'0' * 64}' WHERE id = 'S000004'", "S000004 的原始文件与审计链"),
        ("UPDATE account SET role = 'admin' WHERE name = 'leader'", "现为角色 admin、单位 无，审计链上是角色 leader"),
        (
            "INSERT INTO account (name, full_name, role, department, password_hash, active, created_at) "
            "VALUES ('x', 'x', 'admin', '', '', TRUE, '2026-01-01')",
            "没有新建过这个账户",
        ),
    ],
)
def test_what_was_changed_behind_the_chain_is_a_contradiction(folder: DataFolder, statement: str, told: str) -> None:
    by_hand(folder, statement)
    assert audit.verify(folder) == [] and told in said(folder, DAMAGED)


def test_a_return_that_was_taken_back_may_not_be_said_to_be_submitted(folder: DataFolder) -> None:
    with operating(folder) as conn:
        submissions.move(conn, "S000004", State.CHECKED, "filler", "报错了")
    assert said(folder, DAMAGED) == ""
    by_hand(folder, "UPDATE submission SET state = 'submitted', submitted_by = 'filler' WHERE id = 'S000004'")
    assert "S000004 记为由“filler”提交，审计链上是“没有人”" in said(folder, DAMAGED)


def test_another_reading_laid_beside_the_original_is_not_published(folder: DataFolder) -> None:
    with operating(folder) as conn:
        (one,) = submissions.submissions(conn, state=State.SUBMITTED)
    (path,) = folder.vault.rglob(f"{one.file_hash}.parsed-*.parquet")
    table = pq.read_table(path)
    place = table.column_names.index("canonical_value")
    forged = table.set_column(place, "canonical_value", pa.array(["400"] * table.num_rows))
    sink = pa.BufferOutputStream()
    pq.write_table(forged, sink)
    data = sink.getvalue().to_pybytes()
    name = path.name.replace(path.name.split("-")[-1], hashlib.sha256(data).hexdigest()[:16] + ".parquet")
    path.unlink()
    path.with_name(name).write_bytes(data)
    read_as = vault.get_parsed(folder, one.file_hash, one.parser_version)
    assert read_as is not None and read_as[0].canonical_value == 400
    with operating(folder) as conn:
        submissions.move(conn, one.id, State.APPROVED, "reviewer")
    with pytest.raises(Damaged, match="不是当时读取、审核的那一份"):
        publish_all(folder, derive_levels)
    assert "S000004 的读取结果不是" in said(folder, DAMAGED, deep=True)


def cut(folder: DataFolder, left: int) -> None:
    with operating(folder) as conn:
        conn.exec_driver_sql("DROP TRIGGER audit_never_delete")
        conn.exec_driver_sql(f"DELETE FROM audit WHERE sequence > {left}")


def act(folder: DataFolder, times: int) -> None:
    with operating(folder) as conn:
        for _ in range(times):
            audit.append(conn, "who", "act", "object")


@pytest.mark.parametrize(
    "then",
    [lambda folder: None, lambda folder: act(folder, 1), lambda folder: act(folder, 5), lambda folder: act(folder, 99)],
)
def test_an_end_cut_off_after_the_last_lasting_anchor_is_found_also_later(
    folder: DataFolder, then: Callable[[DataFolder], None]
) -> None:
    act(folder, 3)
    with consulting(folder) as conn:
        last, _ = audit.head(conn)
    lasting = max(one.sequence for path, one in audit.anchors.anchors(folder) if one and path.name != "head.json")
    assert lasting < last - 3, "what is cut off here lies behind the day's anchor"
    cut(folder, last - 2)
    then(folder)
    assert any(f"第 {last} 号" in problem for problem in audit.verify(folder)), audit.verify(folder)
