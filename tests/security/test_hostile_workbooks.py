"""Every specimen of the corpus gets its finding, in a whole Chinese sentence, and the next honest return is read."""

import re
import time
from pathlib import Path

import pytest

from etl import worker
from indicators.findings import Severity
from tests.etl_world import CATALOGUE, SECRET, filled
from tests.security.corpus import Specimen, specimens

SPECIMENS = list(specimens())
BEFORE = 0
TELLTALE = re.compile(r"Traceback|Error\b|Exception|/work/|site-packages|\.py\b|0x[0-9a-f]{6}|None")


@pytest.fixture(scope="module")
def honest() -> bytes:
    return filled()


@pytest.fixture(scope="module", autouse=True)
def children_end_with_the_module(honest: bytes) -> object:
    global BEFORE
    worker.read_return(honest, "报表.xlsx", CATALOGUE, SECRET)
    BEFORE = _resident() if Path("/proc/self/statm").exists() else 0
    yield
    worker.close()


def test_the_corpus_is_large_enough() -> None:
    assert len(SPECIMENS) >= 40 and len({s.code for s in SPECIMENS}) >= 30


@pytest.mark.parametrize("specimen", SPECIMENS, ids=[f"{n}-{s.code or 'odd'}" for n, s in enumerate(SPECIMENS)])
def test_it_gets_its_finding_and_the_next_return_is_read(specimen: Specimen, honest: bytes) -> None:
    started = time.monotonic()
    result = worker.read_return(specimen.data, specimen.name, CATALOGUE, SECRET)
    assert time.monotonic() - started < 10
    found = [f.code for f in result.findings]
    if specimen.code:
        assert set(specimen.code.split("|")) & set(found), found
    else:
        assert not [f for f in result.findings if f.severity is Severity.HARD]
    assert not (specimen.refused and result.observations)
    for finding in result.findings:
        assert re.search("[一-鿿].*[。！？]", finding.message), finding.message
        assert not TELLTALE.search(finding.message + finding.hint + finding.file)
        assert "\u202e" not in finding.file and "/" not in finding.file
    after = worker.read_return(honest, "报表.xlsx", CATALOGUE, SECRET)
    assert len(after.observations) == 14 and not after.findings


def test_the_parent_has_not_grown() -> None:
    """The corpus holds a million cells and more; the parent that has had it all read never held them."""
    assert _resident() - BEFORE < 80 * 2**20


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        pytest.skip("resident memory is only told by /proc, which this system does not have")
    return pages * 4096
