"""CSV and legacy workbooks: every text at its true address, and the real files that offices serve."""

from pathlib import Path

import pytest

from etl.reader import read_workbook
from etl.workbook import Workbook
from tests.etl_world import zipped

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="一">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def real(name: str) -> Workbook:
    if not (REAL / name).is_file():
        pytest.skip("项目旁没有 shared/real，跳过真实工作簿的测试")
    return read_workbook((REAL / name).read_bytes(), name)


def ods(rows: str) -> Workbook:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": kind, "content.xml": ODS.format(rows=rows), "META-INF/manifest.xml": "<m/>"}
    return read_workbook(zipped(parts), "a.ods")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_offices_use(encoding: str) -> None:
    book = read_workbook('数据库：季度数据\r\n\r\n指标,"1,234.5"\r\n注：①㐂\r\n'.encode(encoding), "季度.csv")
    sheet = book.sheets[0]
    assert [(c.address, c.value) for c in sheet] == [
        ("A1", "数据库：季度数据"), ("A3", "指标"), ("B3", "1,234.5"), ("A4", "注：①㐂"),
    ]  # fmt: skip
    assert [f.code for f in book.findings] == ["F153"]


def test_leading_empty_rows_and_columns_keep_their_place_in_legacy_files() -> None:
    empty = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    cell = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="0.053"><text:p>5.3%</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell></table:table-row>'
    )
    book = ods(empty + cell)
    got = list(book.sheets[0])
    assert [(c.address, c.kind, c.value, c.number_format) for c in got] == [
        ("C4", "n", 0.053, ""), ("D4", "s", "甲", ""),
    ]  # fmt: skip
    assert [f.code for f in book.findings] == ["F152"]


def test_the_four_quarterly_income_returns() -> None:
    for name, at in (("1季度", "B5"), ("半年报", "B4"), ("前3季度", "B3"), ("年报", "B4")):
        book = real(f"2016年分市州居民可支配收入（{name}）.xls")
        sheet = book.sheets[0]
        heads = [c.address for c in sheet if c.text.replace(" ", "") == "地区"]
        assert heads[0] == at and len(sheet.merges) >= 16


def test_the_downloads_of_the_national_bureau() -> None:
    province, quarters = real("分省年度数据.xls"), real("季度数据.csv")
    assert province.sheets[0].text(4, 1) == "地区"
    numbers = [c for c in province.sheets[0] if c.kind == "n"]
    assert len(numbers) > 100 and 11253.81 in [c.value for c in numbers]
    assert quarters.sheets[0].text(3, 2) == "2022年第一季度"
