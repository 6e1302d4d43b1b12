"""Old audit records go into sealed files, never away: the chain is proved through them, whatever is done to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from indicators.errors import UsageError
from tests.warehouse_world import STORES, fresh
from warehouse import audit, audit_archive, backup, files
from warehouse.audit_archive import archive, due, place_of
from warehouse.doctor import DAMAGED, OK, doctor
from warehouse.errors import Damaged, TermNotOver
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating

TODAY = date(2026, 11, 22)
PAST = [
    (datetime(2020, 3, 1), "session.opened"),
    (datetime(2020, 9, 1), "submission.approved"),
    (datetime(2021, 5, 1), "generation.published"),
    (datetime(2021, 12, 31, 15, 59), "session.opened"),  # the last minute of the year in Beijing
    (datetime(2021, 12, 31, 16, 1), "session.opened"),
    (datetime(2025, 6, 1), "session.opened"),
    (datetime(2025, 7, 1), "generation.published"),
]


@pytest.fixture(params=STORES)
def folder(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    return of_years(fresh(tmp_path / "data", request.param), monkeypatch)


def of_years(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A chain of several years, anchored on each of its days."""
    for number, (moment, act) in enumerate(PAST):
        monkeypatch.setattr(audit, "utc_now", lambda moment=moment: moment)
        with operating(folder) as conn:
            audit.append(conn, "who", act, f"object{number}", detail={"值": number})
        audit.anchor(folder)
    monkeypatch.undo()
    return folder


def held(folder: DataFolder) -> list[int]:
    with consulting(folder) as conn:
        return [r["sequence"] for r in audit.records(conn)]


def test_records_past_their_term_go_into_a_sealed_file_and_the_chain_goes_on(folder: DataFolder) -> None:
    assert due(folder, 2019, TODAY) is None and archive(folder, 2019, who="admin", today=TODAY) is None
    done = archive(folder, 2021, who="admin", today=TODAY)
    assert done is not None and (done.first, done.last, done.records) == (1, 4, 4)
    assert done.counted == {"登录和查询": 2, "报送和审核": 1, "发布和目标": 1}
    assert held(folder) == [5, 6, 7, 8] and audit.verify(folder) == []
    path = place_of(folder) / done.file
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [r["sequence"] for r in told] == [1, 2, 3, 4] and not path.stat().st_mode & 0o222
    with operating(folder) as conn:
        last = audit.records(conn)[-1]
        assert (last["act"], last["object"]) == (audit.ARCHIVED, done.file) and done.sha256 in last["detail"]
        assert audit.append(conn, "who", "act", "object") == 9
    again = archive(folder, 2024, who="admin", today=TODAY)
    assert again is not None and (again.first, again.last) == (5, 5)
    assert audit.verify(folder) == [] and {d.level for d in doctor(folder, deep=True)} == {OK}
    with pytest.raises(IntegrityError, match="append-only"), operating(folder) as conn:
        conn.exec_driver_sql("DELETE FROM audit WHERE sequence = 6")


def test_nothing_goes_before_its_term(folder: DataFolder) -> None:
    with pytest.raises(TermNotOver, match=r"发布和目标”须在库满 3 年（2025 年的记录到 2028 年底）") as told:
        archive(folder, 2025, who="admin", today=TODAY)
    assert "登录和查询" in str(told.value) and told.value.exit_code == 3
    with pytest.raises(UsageError, match="还没有结束"):
        archive(folder, 2026, who="admin", today=TODAY)
    with pytest.raises(TermNotOver):
        due(folder, 2021, date(2024, 12, 31))
    assert due(folder, 2021, date(2025, 1, 1)) is not None
    assert held(folder) == list(range(1, 8)) and not place_of(folder).exists()


def test_every_act_has_one_class_and_unknown_ones_the_longest_term() -> None:
    terms = audit_archive.terms()
    named = [act for term in terms for act in term.acts]
    assert len(named) == len(set(named)) and not terms[-1].acts and all(act.endswith(".") for act in named)
    assert audit_archive.term_of("never.heard").years == max(term.years for term in terms)
    assert audit_archive.term_of("question.asked").name == "登录和查询" and all(term.basis for term in terms)


def _lines(folder: DataFolder, change: Callable[[list[str]], list[str]]) -> None:
    (path,) = place_of(folder).glob("*.jsonl")
    made = change(path.read_text("utf-8").splitlines(keepends=True))
    path.chmod(0o644)
    path.write_text("".join(made), "utf-8")


def _rewrite(lines: list[str]) -> list[str]:
    """A forger who seals again what he changed, from the first record on."""
    previous, made = audit.START, []
    for line in lines:
        record = json.loads(line) | {"who": "forger", "previous": previous}
        previous = record["hash"] = audit.seal(previous, record)
        made.append(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    return made


HARM: dict[str, tuple[Callable[[DataFolder], None], str]] = {
    "edit": (lambda f: _lines(f, lambda lines: [lines[0].replace("who", "x", 1), *lines[1:]]), "读不出|被改动"),
    "edit of a value": (
        lambda f: _lines(f, lambda lines: [lines[0], lines[1].replace("object1", "object9"), *lines[2:]]),
        "第 2 号的内容被改动",
    ),
    "deletion": (lambda f: _lines(f, lambda lines: [lines[0], *lines[2:]]), "第 2 号至第 2 号缺失"),
    "insertion": (lambda f: _lines(f, lambda lines: [lines[0], lines[0], *lines[1:]]), "接不上"),
    "reordering": (lambda f: _lines(f, lambda lines: [lines[1], lines[0], *lines[2:]]), "接不上"),
    "truncation": (lambda f: _lines(f, lambda lines: lines[:-1]), "第 4 号至第 4 号缺失"),
    "torn": (lambda f: _lines(f, lambda lines: [*lines[:-1], lines[-1][:20]]), "读不出"),
    "rewriting": (lambda f: _lines(f, _rewrite), "与库外锚点不符"),
    "spaces": (
        lambda f: _lines(f, lambda lines: [line.replace('": ', '":  ') for line in lines]),
        "与归档时的摘要不符",
    ),
    "loss": (lambda f: next(place_of(f).glob("*.jsonl")).unlink(), "不见了"),
    "renaming": (
        lambda f: next(place_of(f).glob("*.jsonl")).rename(place_of(f) / "audit-000000001-000000003.jsonl"),
        "没有登记",
    ),
}


@pytest.mark.parametrize("kind", HARM)
def test_verify_finds_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    chain = of_years(fresh(tmp_path / "data"), monkeypatch)
    archive(chain, 2021, who="admin", today=TODAY)
    assert audit.verify(chain) == []
    harm, told = HARM[kind]
    harm(chain)
    problems = audit.verify(chain)
    assert any(word in problem for word in told.split("|") for problem in problems), problems
    assert DAMAGED in {d.level for d in doctor(chain)}


def test_a_broken_chain_is_not_archived(folder: DataFolder) -> None:
    anchor = sorted((folder.root / "anchors").glob("[0-9]*.json"))[-1]
    anchor.write_text(json.dumps({"sequence": 7, "hash": "0" * 64}))
    with pytest.raises(Damaged, match="没有归档"):
        archive(folder, 2021, who="admin", today=TODAY)
    assert held(folder) == list(range(1, 8))


@pytest.mark.parametrize("step", ["write", "fsync", "rename", "commit"])
def test_a_failure_in_between_leaves_the_chain_whole(folder: DataFolder, step: str) -> None:
    def fail(name: str, path: Path) -> None:
        if name == step and (name != "commit" or "operations" in path.name):
            raise OSError(5, "refused")

    files.fault = fail
    try:
        with pytest.raises(OSError, match="refused"):
            archive(folder, 2021, who="admin", today=TODAY)
    finally:
        files.fault = None
    assert held(folder) == list(range(1, 8)) and audit.verify(folder) == []
    done = archive(folder, 2021, who="admin", today=TODAY)
    assert done is not None and audit.verify(folder) == []


def test_archives_come_back_with_a_backup(folder: DataFolder, tmp_path: Path) -> None:
    archive(folder, 2021, who="admin", today=TODAY)
    made = backup.create(folder, tmp_path / "backups", who="admin")
    restored = backup.restore(made.path, tmp_path / "restored")
    assert audit.verify(restored) == [] and [p.name for p in place_of(restored).iterdir()]
