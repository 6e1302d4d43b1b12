"""Making a generation again, keeping some, rolling back, backing up and restoring: always with proof of equality."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.errors import UsageError
from tests.warehouse_world import CATALOGUE, approve_return, derive_levels, fresh, publish_all
from warehouse import audit, read, seal, submissions, vault
from warehouse.doctor import DAMAGED, OK, WARNING, doctor
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.generations import Building, Derived, current
from warehouse.operations import consulting, operating
from warehouse.rebuild import rebuild
from warehouse.retention import to_give_up
from warehouse.rollback import roll_back
from warehouse.submissions import State


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Three generations: GDP 1, then 2 with REV 5, then 3."""
    folder = fresh(tmp_path / "data")
    for values in ({"GDP": "1"}, {"GDP": "2", "REV": "5"}, {"GDP": "3"}):
        approve_return(folder, values)
        publish_all(folder, derive_levels)
    return folder


def spoil(path: Path, at: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0x10
    path.chmod(0o644)
    path.write_bytes(bytes(data))
    for key in [k for k in read._open if k[1] == str(path.parent.parent)]:
        read._open.pop(key).engine.dispose()


def said(folder: DataFolder, level: str, deep: bool = False) -> str:
    return "\n".join(f"{d.message} → {d.next_command}" for d in doctor(folder, deep) if d.level == level)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_generation_made_again_is_equal(folder: DataFolder, number: int) -> None:
    again = rebuild(folder, CATALOGUE, derive_levels, who="admin", number=number)
    assert again.equal and again.same_catalogue and again.replaced_by is None
    assert "growth" in again.compared and current(folder).number == 3


def test_rebuild_sees_a_difference(folder: DataFolder) -> None:
    def other(building: Building) -> Derived:
        rows = derive_levels(building).growth
        return Derived(growth=[dict(r) | {"value": Decimal(9)} for r in rows])

    again = rebuild(folder, CATALOGUE, other, who="admin")
    assert not again.equal and again.differing == ("growth",)
    changed = CATALOGUE.model_copy(update={"digest": "another"})
    again = rebuild(folder, changed, other, who="admin")
    assert again.equal and not again.same_catalogue and "growth" not in again.compared


def test_damaged_current_generation_is_replaced_by_one_made_again(folder: DataFolder) -> None:
    before = current(folder).rows("SELECT * FROM observation_version ORDER BY ALL")
    spoil(seal.file_of(folder, 3))
    assert current(folder).number == 2
    assert "zhibiao rebuild" in said(folder, DAMAGED, deep=True)
    again = rebuild(folder, CATALOGUE, derive_levels, who="admin")
    assert again.replaced_by == 4
    held = current(folder)
    assert (held.number, held.notice) == (4, "")
    assert held.rows("SELECT * FROM observation_version ORDER BY ALL") == before
    approve_return(folder, {"GDP": "7"})
    assert publish_all(folder, derive_levels).number == 5


def test_unreadable_pointer_is_set_again_by_rebuild(folder: DataFolder) -> None:
    (folder.generations / "CURRENT").write_text("?")
    assert "CURRENT" in said(folder, DAMAGED)
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").equal
    assert seal.pointed(folder) == 3 and said(folder, DAMAGED) == ""


def test_nothing_is_rebuilt_from_damaged_sources(folder: DataFolder) -> None:
    for path in folder.vault.rglob("*.parquet"):
        spoil(path)
    with pytest.raises(Damaged, match="解析结果"):
        rebuild(folder, CATALOGUE, derive_levels, who="admin")
    assert "不能据以重建" in said(folder, DAMAGED, deep=True)
    with pytest.raises(UsageError, match="第 99 代"):
        rebuild(folder, CATALOGUE, derive_levels, who="admin", number=99)


def test_doctor_of_a_sound_folder_finds_nothing(folder: DataFolder) -> None:
    assert {d.level for d in doctor(folder, deep=True)} == {OK}


def test_doctor_finds_what_was_done_behind_its_back(folder: DataFolder) -> None:
    originals = [p for p in folder.vault.rglob("*") if p.is_file() and "." not in p.name]
    spoil(originals[0])
    originals[1].unlink()
    seal.manifest_of(folder, 1).unlink()
    with operating(folder) as conn:
        conn.exec_driver_sql("UPDATE submission SET state = 'approved' WHERE id = 'S000003'")
    found = said(folder, DAMAGED, deep=True)
    for told in ("与其摘要不符", "不见了", "清单 g000001.json", "不一致：S000003"):
        assert told in found, (told, found)
    assert sum(sound for _, sound in vault.verify(folder)) == 1


def test_doctor_tells_of_a_clock_that_went_back(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse import doctor as room

    monkeypatch.setattr(room, "utc_now", lambda: datetime(2020, 1, 1))
    assert "拨回" in said(folder, WARNING)


def test_exchanged_file_and_manifest_disagree_with_the_log(folder: DataFolder) -> None:
    manifest, file = seal.manifest_of(folder, 3), seal.file_of(folder, 3)
    text = seal.manifest_of(folder, 2).read_text().replace('"number": 2', '"number": 3')
    for path in (manifest, file):
        path.chmod(0o644)
    manifest.write_text(text)
    file.unlink()
    file.write_bytes(seal.file_of(folder, 2).read_bytes())
    assert "整体替换" in said(folder, DAMAGED, deep=True)


def test_what_is_kept() -> None:
    now = datetime(2026, 11, 22, 4)
    hourly = [(n, now - timedelta(hours=6) * (2000 - n)) for n in range(1, 2001)]  # 500 days, four a day
    gone = to_give_up(hourly, now)
    kept = [n for n, _ in hourly if n not in gone]
    assert kept[-3:] == [1998, 1999, 2000]
    moments = [m for n, m in hourly if n in kept]
    recent = [m for m in moments if m >= now - timedelta(days=30)]
    assert 31 <= len(recent) <= 34 and 14 <= len(moments) - len(recent) <= 17
    assert to_give_up(hourly[:3], now + timedelta(days=4000)) == []


def test_publishing_gives_up_old_files_and_says_so(folder: DataFolder) -> None:
    approve_return(folder, {"GDP": "4"})
    publish_all(folder, derive_levels)
    assert seal.numbers(folder) == [2, 3, 4]
    with consulting(folder) as conn:
        told = [r["detail"] for r in audit.records(conn) if r["act"] == "generation.removed"]
    assert told == ['{"generations":["g000000"]}', '{"generations":["g000001"]}']
    assert said(folder, DAMAGED, deep=True) == ""


def test_rolling_back_shows_the_earlier_content_and_brings_returns_back_to_approved(folder: DataFolder) -> None:
    earlier = seal.read_manifest(folder, 2)
    held = roll_back(folder, 2, "第三期单位有误", who="publisher")
    assert held.number == 4 and current(folder) is held and held.manifest.totals == earlier.totals
    assert held.rows("SELECT canonical_value AS v FROM observation_current WHERE indicator = 'GDP'") == [
        {"v": Decimal(2)}
    ]
    assert held.rows("SELECT max(number) AS n FROM generation") == [{"n": 4}]
    with consulting(folder) as conn:
        states = {s.id: (s.state, s.generation) for s in submissions.submissions(conn)}
    assert states == {
        "S000001": (State.SUPERSEDED, 1),
        "S000002": (State.PUBLISHED, 2),
        "S000003": (State.APPROVED, None),
    }
    assert said(folder, DAMAGED, deep=True) == ""
    assert rebuild(folder, CATALOGUE, derive_levels, who="admin").equal
    with operating(folder) as conn:
        submissions.move(conn, "S000003", State.RETURNED, "reviewer", "单位有误")
    approve_return(folder, {"GDP": "2.5"})
    assert publish_all(folder, derive_levels).number == 5


def test_what_was_taken_back_is_not_shown_when_the_rollback_is_damaged(folder: DataFolder) -> None:
    roll_back(folder, 2, "第三期单位有误", who="publisher")
    spoil(seal.file_of(folder, 4))
    held = current(folder)
    assert held.number == 2 and "第 4 代" in held.notice


def test_rolling_back_needs_a_reason_and_an_earlier_sound_generation(folder: DataFolder) -> None:
    with pytest.raises(UsageError, match="理由"):
        roll_back(folder, 2, " ", who="publisher")
    with pytest.raises(UsageError, match="第 3 代"):
        roll_back(folder, 3, "why", who="publisher")
    spoil(seal.file_of(folder, 2))
    with pytest.raises(Damaged, match="不能回退"):
        roll_back(folder, 2, "why", who="publisher")
    assert current(folder).number == 3
