"""The hostile and odd workbooks: each made here by script, with the finding that must answer it.

`python -m tests.security.corpus DIR` writes them out, to try on another program.
"""

import io
import struct
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from tests.etl_world import MAIN, VALUES, cells, edited, filled, package, repacked, saved, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


class Specimen(NamedTuple):
    """A file, the name it comes with, and the code that one of its findings must have ("" where it is merely odd)."""

    name: str
    data: bytes
    code: str
    refused: bool = True


def specimens() -> Iterator[Specimen]:
    """All of them."""
    for kind in (not_workbooks, containers, bombs, broken_xml, sheets, odd_but_read, returns, legacy):
        yield from kind()


def not_workbooks() -> Iterator[Specimen]:
    yield Specimen("空.xlsx", b"", "F101")
    yield Specimen("空白.xlsx", b"\0 \r\n" * 500, "F101")
    yield Specimen("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "F102")
    yield Specimen("网页2.xls", b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "F102")
    yield Specimen("另存.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "F102")
    yield Specimen("打印.xlsx", b"%PDF-1.7\n...", "F103")
    yield Specimen("截图.xlsx", PNG, "F104")
    yield Specimen("照片.xlsx", b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\1" * 99, "F104")
    yield Specimen("打包.xlsx", b"Rar!\x1a\x07\x01\0" + b"\1" * 99, "F104")
    yield Specimen("程序.xlsx", b"MZ\x90\0" + b"\1" * 99, "F104")
    yield Specimen("文档.xls", b"{\\rtf1 x}", "F104")
    yield Specimen("乱码.xlsx", bytes(range(1, 256)) * 40, "F104")
    yield Specimen(
        "旧版.xml", b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "F116"
    )
    yield Specimen("过大.xlsx", b"PK\x03\x04" + b"\1" * (20 * 2**20), "F109")
    yield Specimen("../../etc/passwd\u202exslx.exe", b"MZ", "F104")
    yield Specimen("表格.csv", "甲,乙\n\0,1\n".encode(), "F104")
    yield Specimen("长.csv", b"1\n" * 200_001, "F119")
    yield Specimen("一格.csv", b'"' + b"a" * 200_000, "F106")


def containers() -> Iterator[Specimen]:
    honest = filled()
    yield Specimen("截断.xlsx", honest[: len(honest) // 2], "F106")
    yield Specimen("坏.xlsx", honest[:300] + bytes(200) + honest[500:], "F106")
    yield Specimen("假头.xlsx", b"PK\x03\x04" + b"\1" * 500, "F106")
    for name, parts in (
        ("文.docx", {"word/document.xml": ""}),
        ("稿.pptx", {"ppt/presentation.xml": ""}),
        ("包.zip", {"a": ""}),
    ):
        yield Specimen(name, zipped(parts), "F115")
    yield Specimen("二进制.xlsb", zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "F116")
    yield Specimen("加密.xlsx", _ole("EncryptedPackage"), "F105")
    yield Specimen("文.doc", _ole("WordDocument"), "F115")
    yield Specimen("宏.xls", _ole("Workbook", "_VBA_PROJECT"), "F107")
    for part, code in (
        ("xl/vbaProject.bin", "F107"), ("xl/macrosheets/sheet1.xml", "F107"), ("xl/activeX/activeX1.xml", "F108"),
        ("xl/embeddings/oleObject1.bin", "F108"), ("../../evil.sh", "F111"), ("/etc/cron.d/x", "F111"),
        ("xl\\worksheets\\x.xml", "F111"), ("C:/x.xml", "F111"), ("XL/WORKBOOK.XML", "F111"),
    ):  # fmt: skip
        yield Specimen("部件.xlsx", zipped({**package(f"<sheetData>{ONE}</sheetData>"), part: b"x"}), code)
    many = {f"x/{number}": b"" for number in range(2001)}
    yield Specimen("多.xlsx", zipped({**package(""), **many}), "F110")
    yield Specimen("虚报.xlsx", _claiming(honest, 60_000), "F110")
    yield Specimen("加密项.xlsx", _flagged(honest), "F105")


def bombs() -> Iterator[Specimen]:
    zeros = b"0" * (30 * 2**20)
    yield Specimen("炸弹.xlsx", zipped({**package(""), "xl/media/a.bin": zeros}), "F112")
    noise = bytes(i * 7 % 251 for i in range(997)) * (19 * 2**20 // 997)
    eleven = {f"xl/media/{n}.bin": noise for n in range(11)}
    yield Specimen("十一块.xlsx", zipped({**package(""), **eleven}), "F112")
    yield Specimen("报小.xlsx", _understated(), "F106")
    yield Specimen("五十万格.xlsx", zipped(package(f"<sheetData>{''.join(_grid(1010, 500))}</sheetData>")), "F119|F130")
    strings = "<si><t>x</t></si>" * 500_001
    yield Specimen("五十万词.xlsx", cells(ONE, strings=strings), "F119")


def broken_xml() -> Iterator[Specimen]:
    head = '<?xml version="1.0"?>'
    entity = (
        f'{head}<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{MAIN}"><sheetData>{ONE}</sheetData></worksheet>'
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    lol = f'{head}<!DOCTYPE lolz [<!ENTITY l0 "lol">{laughs}]><worksheet>&l9;</worksheet>'
    outside = f'{head}<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet xmlns="{MAIN}"/>'
    for xml in (entity, lol, outside):
        yield Specimen("实体.xlsx", zipped(package(xml)), "F113")
    yield Specimen("深.xlsx", zipped(package("<x>" * 5000 + "</x>" * 5000)), "F114")
    yield Specimen("断.xlsx", zipped(package("<sheetData><row")), "F114")
    yield Specimen("编码.xlsx", zipped(package('<?xml version="1.0" encoding="x-no-such"?><worksheet/>')), "F114")
    yield Specimen("控制符.xlsx", cells('<row r="1"><c r="A1" t="str"><v>\x08</v></c></row>'), "F114")
    gone = package(f"<sheetData>{ONE}</sheetData>")
    del gone["xl/worksheets/sheet1.xml"]
    yield Specimen("缺表.xlsx", zipped(gone), "F106")
    yield Specimen("无书.xlsx", zipped({**package(""), "_rels/.rels": "<Relationships/>"}), "F115")


def sheets() -> Iterator[Specimen]:
    yield Specimen("远行.xlsx", cells('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "F119")
    yield Specimen("远列.xlsx", cells('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "F119")
    merge = f'<sheetData>{ONE}</sheetData><mergeCells><mergeCell ref="{{}}"/></mergeCells>'
    yield Specimen("大合并.xlsx", zipped(package(merge.format("A1:XFD1048576"))), "F120")
    yield Specimen("倒合并.xlsx", zipped(package(merge.format("C9:A1"))), "F120")
    yield Specimen("坏合并.xlsx", zipped(package(merge.format("A1:B2:C3"))), "F121")
    thousands = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 20_003))
    yield Specimen(
        "多合并.xlsx", zipped(package(f"<sheetData>{ONE}</sheetData><mergeCells>{thousands}</mergeCells>")), "F120"
    )
    for inner in (
        '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', '<c r="A2"><v>1</v></c>', '<c r="1A"><v>1</v></c>',
        '<c r="A0"><v>1</v></c>', '<c r="AAAA1"><v>1</v></c>', '<c r="A1" t="s"><v>5</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>', '<c r="A1" s="9"><v>1</v></c>',
    ):  # fmt: skip
        yield Specimen("地址.xlsx", cells(f'<row r="1">{inner}</row>'), "F121")
    for number in ("NaN", "Infinity", "1E999", "1_000", "٣", "0x10", "1,5"):
        yield Specimen("数.xlsx", cells(f'<row r="1"><c r="A1"><v>{number}</v></c></row>'), "F123")
    long = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"长" * 40_000}</t></is></c></row>'
    yield Specimen("长文.xlsx", cells(long), "F122")
    yield Specimen("长式.xlsx", cells(f'<row r="1"><c r="A1"><f>{"A1+" * 20_000}1</f><v>1</v></c></row>'), "F122")
    names = "".join(f"<definedName name='n{n}'>表!$A$1</definedName>" for n in range(20_001))
    yield Specimen("名称.xlsx", cells(ONE, workbook=f"<definedNames>{names}</definedNames>"), "F119")
    yield Specimen("样式.xlsx", cells(ONE, styles=f"<cellXfs>{'<xf/>' * 66_000}</cellXfs>"), "F119")
    book = openpyxl.Workbook()
    yield Specimen("白.xlsx", saved(book), "F118")
    yield Specimen("图.xlsx", zipped(package('<sheetData/><drawing r:id="r9"/>')), "F117")
    for number in range(65):
        book.create_sheet(f"s{number}")
    yield Specimen("多表.xlsx", saved(book), "F119")


def odd_but_read() -> Iterator[Specimen]:
    honest = filled()
    yield Specimen("外链.xlsx", _with(honest, "xl/externalLinks/externalLink1.xml"), "F150", False)
    yield Specimen("嵌图.xlsx", _with(honest, "xl/cellimages.xml"), "F151", False)
    yield Specimen("连接.xlsx", _with(honest, "xl/connections.xml"), "F154", False)
    lying = repacked(honest, lambda parts: _replace(parts, b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="'))
    yield Specimen("虚报范围.xlsx", lying, "", False)
    attributes = " ".join(f"a{n}='1'" for n in range(50_000))
    wide = f"<row r='1'><c r='A1' {attributes}><v>1</v></c></row>"
    yield Specimen("多属性.xlsx", cells(wide), "S201", False)
    styles = "<cellXfs>" + '<xf numFmtId="2"/>' * 64_000 + "</cellXfs>"
    yield Specimen("多样式.xlsx", cells(ONE, styles=styles), "S201", False)
    yield Specimen("外来.xlsx", cells(ONE), "S201", False)
    yield Specimen("脚本.xlsx", cells('<row r="1"><c r="A1" t="str"><v>&lt;script&gt;</v></c></row>'), "S201", False)


def returns() -> Iterator[Specimen]:
    def with_cell(name: str, at: str, value: Any, code: str) -> Specimen:
        return Specimen(name, edited(filled(), lambda sheet: sheet.__setitem__(at, value)), code, False)

    yield with_cell("约.xlsx", "C10", "约 3.2 亿", "V302")
    yield with_cell("注入.xlsx", "C10", "'=cmd|' /C calc'!A0", "V302")
    yield with_cell("区间.xlsx", "C10", "100-120", "V302")
    yield with_cell("错格.xlsx", "C10", "#REF!", "V303")
    yield with_cell("公式.xlsx", "C10", "=C11+C12+C13", "V304")
    yield with_cell("闭格.xlsx", "E13", 1, "V305")
    yield with_cell("单位.xlsx", "C10", "650亿元", "V306")
    yield with_cell("改名.xlsx", "A10", "地区\u202e生产总值增加", "S211")
    yield with_cell("空格.xlsx", "C10", None, "V301")
    yield with_cell("重码.xlsx", "B11", "01", "S213")
    yield with_cell("缺码.xlsx", "B11", None, "S212")
    yield with_cell("换号.xlsx", "C9", "9", "S212")
    yield Specimen(
        "隐行.xlsx", edited(filled(), lambda s: setattr(s.row_dimensions[11], "hidden", True)), "S215", False
    )
    yield Specimen("假签.xlsx", filled(secret=b"another"), "S202", False)
    yield Specimen("改期.xlsx", edited(filled(), lambda s: s.__setitem__("B4", "2026Q2"), "_meta"), "S202", False)
    unnamed = repacked(filled(), lambda parts: _cut(parts, "xl/workbook.xml", b"<definedNames>", b"</definedNames>"))
    yield Specimen("无名.xlsx", unnamed, "S216", False)
    yield Specimen("无标.xlsx", _without_meta(filled()), "S209", False)
    many = dict.fromkeys(VALUES, Decimal("1e15")) | {"04:2": "—", "05:2": "…"}
    yield Specimen("巨数.xlsx", filled(many), "", False)


def legacy() -> Iterator[Specimen]:
    yield Specimen("乱.xls", _ole("Workbook") + b"\7" * 5000, "F106")
    yield Specimen("乱.et", _ole("Workbook"), "F106")
    table = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="{cols}">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    for rows, cols, code in ((2, 2, "S201"), (1_000_000, 2, "F119"), (1_000_000, 16_000, "F106")):
        parts = {"mimetype": kind, "content.xml": table.format(rows=rows, cols=cols)}
        parts["META-INF/manifest.xml"] = (
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        yield Specimen(f"重复{rows}.ods", zipped(parts), code, code != "S201")


def _grid(rows: int, cols: int) -> Iterator[str]:
    line = "<c><v>1</v></c>" * cols
    for _ in range(rows):
        yield f"<row>{line}</row>"


def _ole(*streams: str) -> bytes:
    return OLE + bytes(504) + b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams) + bytes(2048)


def _claiming(data: bytes, count: int) -> bytes:
    end = data.rfind(b"PK\x05\x06")
    return data[: end + 8] + struct.pack("<HH", count, count) + data[end + 12 :]


def _flagged(data: bytes) -> bytes:
    first = data.find(b"PK\x01\x02")
    return data[: first + 8] + struct.pack("<H", 1) + data[first + 10 :]


def _understated() -> bytes:
    """A zip whose sheet says that it is 100 bytes long and is not."""
    data = bytearray(zipped(package(f"<sheetData>{ONE}{' ' * 100_000}</sheetData>")))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        names = archive.namelist()
    at = bytes(data).find(b"PK\x01\x02")
    for name in names:
        if name == "xl/worksheets/sheet1.xml":
            data[at + 24 : at + 28] = struct.pack("<I", 100)
        at = bytes(data).find(b"PK\x01\x02", at + 4)
    return bytes(data)


def _with(data: bytes, part: str) -> bytes:
    return repacked(data, lambda parts: parts.__setitem__(part, b"<x/>"))


def _replace(parts: dict[str, bytes], old: bytes, new: bytes) -> None:
    for name in parts:
        if name.startswith("xl/worksheets/"):
            parts[name] = parts[name].replace(old, new)


def _cut(parts: dict[str, bytes], name: str, start: bytes, end: bytes) -> None:
    text = parts[name]
    parts[name] = text[: text.index(start)] + text[text.index(end) + len(end) :]


def _without_meta(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    del book["_meta"]
    return saved(book)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, specimen in enumerate(specimens()):
        (folder / f"{number:03d}-{Path(specimen.name).name}").write_bytes(specimen.data)
