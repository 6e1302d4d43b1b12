"""Laws of the way from template to observations, and of readers under damage."""

import random
import re
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.parse import parse_return
from etl.reader import read_workbook
from indicators.catalogue.facets import open_cells
from indicators.observations import ObsStatus
from tests.etl_world import CATALOGUE, SECRET, edition, filled, parsed, repacked

KEYS = [f"{row.code}:{column.code}" for row, column in open_cells(edition())]
# What a spreadsheet can hold: fifteen significant digits.
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
ENTRIES = st.dictionaries(st.sampled_from(KEYS), NUMBERS | st.sampled_from(["…", "—"]))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
# An attribute's value or a text in a part, and what an odd or malicious program may put there.
_PIECES = re.compile(rb'"([^"]*)"|>([^<>]+)<')
_ODDITIES = [
    b"", b"-1", b"0", b"999999999", b"99999999999999", b"A1", b"XFD1048576", b"1:1", b"true", "表".encode(), b"1e5",
    b"rId1", b"../../x", b"/xl/styles.xml", b"str", b"inlineStr", b"e", b"shared", b"1 ", b"_xD800_", b"&lt;", b"<",
]  # fmt: skip
STATUS = {"…": ObsStatus.NOT_SIGNIFICANT, "—": ObsStatus.CANNOT_EXIST}


@FEW
@given(ENTRIES)
def test_whatever_is_filled_in_is_what_is_read(values: dict[str, Decimal | str]) -> None:
    result = parsed(filled(values))
    assert set(result.cells) == set(KEYS) and len(result.observations) == len(KEYS)
    for key, cell in result.cells.items():
        entry = values.get(key)
        if isinstance(entry, Decimal):
            assert cell.value == entry and cell.canonical is not None and cell.status is ObsStatus.NORMAL
        else:
            assert cell.value is None and cell.canonical is None
            assert cell.status is STATUS.get(entry or "", ObsStatus.MISSING)


@FEW
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_a_damaged_file_is_refused_or_read_but_never_breaks_the_reader(chance: random.Random, times: int) -> None:
    data = bytearray(filled())
    for _ in range(times):
        data[chance.randrange(len(data))] = chance.randrange(256)
    book = read_workbook(bytes(data), "坏.xlsx")
    assert bool(book.sheets) or book.findings[0].code.startswith("F")
    parse_return(book, CATALOGUE, secret=SECRET)


@FEW
@given(st.randoms(use_true_random=False), st.integers(1, 20))
def test_damaged_parts_in_a_sound_zip_are_refused_or_read(chance: random.Random, times: int) -> None:
    """The same inside the XML, where no checksum of the zip stands before the reader."""

    def spoil(parts: dict[str, bytes]) -> None:
        names = [name for name in parts if name.startswith(("xl/", "_rels/"))]
        for _ in range(times):
            name = chance.choice(names)
            content = parts[name]
            found = chance.choice(list(_PIECES.finditer(content)))
            group = 1 if found[1] is not None else 2
            parts[name] = content[: found.start(group)] + chance.choice(_ODDITIES) + content[found.end(group) :]

    book = read_workbook(repacked(filled(), spoil), "坏.xlsx")
    assert bool(book.sheets) or book.findings[0].code.startswith("F")
    result = parse_return(book, CATALOGUE, secret=SECRET)
    for observation in result.observations:
        assert observation.value is None or observation.value.is_finite()


@FEW
@given(
    st.binary(max_size=4000),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf"]),
)
def test_any_bytes_get_an_answer(data: bytes, head: bytes) -> None:
    book = read_workbook(head + data, "任意.xlsx")
    assert book.sheets or book.findings
    assert len(book.sha256) == 64
