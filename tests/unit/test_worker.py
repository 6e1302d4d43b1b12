"""Children that read die alone, may do nothing but answer, and are replaced."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import worker
from etl.worker import Pool
from tests.etl_tasks import act, failed
from tests.etl_world import CATALOGUE, SECRET, VALUES, filled


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool[str]]:
    pool: Pool[str] = Pool(act, failed, size=1, deadline=2.0)
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def nothing_stays_behind() -> Iterator[None]:
    yield
    worker.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有内存限制，只有时限")
@pytest.mark.parametrize(("deed", "code"), [("eat", "F131"), ("abort", "F131"), ("sleep", "F130"), ("fail", "F132")])
def test_a_child_dies_alone_and_the_next_one_answers(pool: Pool[str], deed: str, code: str) -> None:
    before = pool.run(b"", "live")
    assert pool.run(b"", deed) == f"died {code}"
    after = pool.run(b"", "live")
    assert after.isdigit() and after != before


@pytest.mark.parametrize(("deed", "outcome"), [("reach", "denied"), ("start", "denied"), ("write", "deniedFalse")])
def test_a_child_has_no_way_out(pool: Pool[str], deed: str, outcome: str) -> None:
    assert pool.run(b"", deed) == outcome


def test_what_a_child_prints_is_no_answer(pool: Pool[str]) -> None:
    assert pool.run(b"", "print") == "quiet"


def test_an_answer_can_not_act_in_the_parent(pool: Pool[str]) -> None:
    assert pool.run(b"", "sly") == "died F132"
    assert not Path("/tmp/zhibiao-broke-out").exists()


def test_a_child_is_kept_from_file_to_file_and_is_another_process(pool: Pool[str]) -> None:
    assert pool.run(b"", "live") == pool.run(b"", "live") != str(os.getpid())


def test_many_returns_come_back_in_order_with_their_bytes(tmp_path: Path) -> None:
    paths = []
    for number in range(7):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(filled(VALUES | {"01:1": 1000 + number}))
        paths.append(path)
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    paths[3:3] = [tmp_path / "坏.xlsx", tmp_path / "没有.xlsx"]
    arrivals = list(worker.read_returns(paths, CATALOGUE, SECRET))
    assert [a.path for a in arrivals] == paths
    assert [a.result.findings[0].code for a in arrivals if a.result.findings] == ["F106", "F133"]
    read = [a.result.observations[0].value for a in arrivals if a.result.observations]
    assert read == [1000 + number for number in range(7)]
    assert arrivals[0].data == paths[0].read_bytes()


def test_the_workbook_itself_can_be_asked_for() -> None:
    book = worker.read_file(filled(), "报表.xlsx")
    assert [s.name for s in book.sheets][1] == "生产总值" and book.sheets[1].text(10, 1) == "地区生产总值"
    assert worker.read_file(b"%PDF-", "x.pdf").refused


def test_another_catalogue_gets_another_child() -> None:
    first = worker.read_return(filled(), "a.xlsx", CATALOGUE, SECRET)
    other = CATALOGUE.model_copy(update={"forms": {}})
    assert first.observations
    assert [f.code for f in worker.read_return(filled(), "a.xlsx", other, SECRET).findings] == ["S203"]


def test_a_child_started_early_is_the_one_that_reads() -> None:
    worker.prepare()
    assert worker.read_return(filled(), "a.xlsx", CATALOGUE, SECRET).observations
