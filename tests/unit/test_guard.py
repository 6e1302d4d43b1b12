"""What the door lets in, and what it says of it; what it turns away is in tests/security."""

import pytest

from etl.guard import Accepted, Refused, inspect_bytes, printable
from tests.etl_world import cells, filled, zipped
from tests.security.corpus import OLE, containers, not_workbooks

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def test_workbooks_are_known_by_their_bytes_and_not_by_their_names() -> None:
    ods = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    xls = OLE + bytes(600) + "Workbook".encode("utf-16-le")
    asked = [
        (cells(ROW), "a.csv"),
        (xls, "a.xlsx"),
        (xls, "a.et"),
        (ods, "a.xlsx"),
        ("甲,1".encode("gb18030"), "a.xlsx"),
    ]
    verdicts = [inspect_bytes(data, name) for data, name in asked]
    assert [v.kind for v in verdicts if isinstance(v, Accepted)] == ["xlsx", "xls", "et", "ods", "csv"]


@pytest.mark.parametrize(("name", "code"), [("a.xls", "F152"), ("a.et", "F152")])
def test_a_legacy_file_is_let_in_with_a_visible_finding(name: str, code: str) -> None:
    verdict = inspect_bytes(OLE + bytes(600) + "Workbook".encode("utf-16-le"), name)
    assert isinstance(verdict, Accepted) and [f.code for f in verdict.findings] == [code]


def test_an_honest_style_table_of_any_ratio_is_let_in() -> None:
    """329:1 in one part is what 64,000 styles are; a ratio alone refuses nobody."""
    styles = "<cellXfs>" + "<xf/>" * 65_000 + "</cellXfs>"
    data = cells(ROW, styles=styles)
    assert len(styles) > 200 * len(data) / 2 and isinstance(inspect_bytes(data, "a.xlsx"), Accepted)


def test_every_kind_of_refusal_has_its_own_sentence() -> None:
    refused = [inspect_bytes(s.data, "样.xlsx") for s in (*not_workbooks(), *containers())]
    said = {v.finding.code: v.finding.message for v in refused if isinstance(v, Refused)}
    assert len(said) >= 9 and len(set(said.values())) == len(said)
    assert all("没有读取" in message for message in said.values())


def test_an_encrypted_workbook_is_asked_for_without_its_password() -> None:
    verdict = inspect_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密.xlsx")
    assert isinstance(verdict, Refused) and "请取消密码后重新上传" in verdict.finding.message


def test_names_are_shown_without_what_is_hostile_in_them() -> None:
    assert printable("C:\\共享\\三季度\u202exslx.exe") == "三季度xslx.exe"
    assert printable("../../etc/pa\nsswd\x00") == "passwd"
    assert len(printable("长" * 5000 + ".xlsx")) <= 120 and printable("长" * 5000 + ".xlsx").endswith(".xlsx")


def test_our_own_template_passes_without_a_word() -> None:
    assert inspect_bytes(filled(), "报表.xlsx") == Accepted("xlsx")
