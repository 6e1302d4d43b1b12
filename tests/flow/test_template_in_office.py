"""Every return of the New Area in another spreadsheet program: it opens, prints, and is still itself when saved there.

LibreOffice stands for what departments use. The pages it prints are kept as pictures in tests/output/templates.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from data import catalogue_folder
from data.simulate import SimulatedReturn, simulated_returns
from etl.parse import parse_return
from etl.reader import read_workbook
from etl.returned import ParsedReturn
from etl.template import write_template
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.findings import Severity
from indicators.periods import Period

OFFICE, RENDERER = shutil.which("soffice"), shutil.which("pdftoppm")
OUTPUT = Path(__file__).resolve().parents[1] / "output" / "templates"
SECRET = b"a secret of the tests"
QUARTER = "2026Q2"
CATALOGUE = load_catalogue(catalogue_folder())
FORMS = [form.code for form in CATALOGUE.forms.values() if form.frequency == "Q"]
pytestmark = pytest.mark.skipif(
    not (OFFICE and RENDERER), reason="没有 LibreOffice 或 pdftoppm；tests/office.sh 说明怎样安装"
)


@dataclass
class Desk:
    """What LibreOffice made of the returns: printed as PDF, and saved again as workbooks."""

    sent: dict[str, SimulatedReturn]
    written: dict[str, bytes]
    place: Path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place = tmp_path_factory.mktemp("office")
    sent = {one.form: one for one in simulated_returns(CATALOGUE) if one.period == QUARTER}
    written = {}
    for code, one in sent.items():
        written[code] = _workbook(CATALOGUE, one)
        (place / f"{code}.xlsx").write_bytes(written[code])
    for kind, folder in (("pdf", "printed"), ("xlsx:Calc MS Excel 2007 XML", "saved")):
        words = [str(OFFICE), f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", kind]
        files = [str(place / f"{code}.xlsx") for code in sent]
        ended = subprocess.run(
            [*words, "--outdir", str(place / folder), *files], capture_output=True, text=True, timeout=240, check=False
        )
        assert ended.returncode == 0, ended.stderr
    return Desk(sent, written, place)


def _workbook(catalogue: Catalogue, one: SimulatedReturn) -> bytes:
    form = catalogue.forms[one.form]
    edition = next(e for e in form.editions if e.edition == one.edition)
    return write_template(
        form, edition, Period.parse(one.period), catalogue.departments[one.department], catalogue,
        values=one.cells, header=one.header, secret=SECRET, simulated=True,
    )  # fmt: skip


def _parsed(data: bytes) -> ParsedReturn:
    return parse_return(read_workbook(data, "报表.xlsx"), CATALOGUE, secret=SECRET, expected=None)


@pytest.mark.parametrize("form", FORMS)
def test_a_return_prints_one_page_wide_with_its_header(desk: Desk, form: str) -> None:
    printed = desk.place / "printed" / f"{form}.pdf"
    said = subprocess.run(["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True)
    pages = [page for page in said.stdout.split("\f") if page.strip()]
    asked, squeezed = CATALOGUE.forms[form], "".join(said.stdout.split())
    for text in (asked.name, asked.table_number, "制定机关", "单位负责人", "填表人", "模拟数据"):
        assert "".join(text.split()) in squeezed, text
    assert 2 <= len(pages) <= 6  # the notes, then the table; not a page for each column
    OUTPUT.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(RENDERER), "-r", "70", "-png", str(printed), str(OUTPUT / form)], check=True)
    assert [*OUTPUT.glob(f"{form}-*.png")]


@pytest.mark.parametrize("form", FORMS)
def test_saving_it_there_changes_no_number_and_not_whose_it_is(desk: Desk, form: str) -> None:
    ours, theirs = _parsed(desk.written[form]), _parsed((desk.place / "saved" / f"{form}.xlsx").read_bytes())
    whose: Callable[[ParsedReturn], tuple[str, ...]] = lambda p: (p.form, p.edition, p.period, p.department)  # noqa: E731
    assert whose(theirs) == whose(ours) == (form, desk.sent[form].edition, QUARTER, desk.sent[form].department)
    assert [f.message for f in theirs.findings if f.severity is Severity.HARD] == []
    numbers = [{(o.cell, o.measure): o.canonical_value for o in parsed.observations} for parsed in (ours, theirs)]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 5
