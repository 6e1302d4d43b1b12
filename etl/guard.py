"""The door: what a file is by its bytes, and whether it may be read at all. Nothing is parsed or inflated here.

First step of reading, also usable alone by an upload page. It knows containers (zip directory, OLE directory, text) and
their limits; what is inside a part is the readers' business, which count again while they inflate.
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from etl.codes import finding
from indicators.findings import Finding

MAX_BYTES = 20 * 2**20
MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * 2**20
MAX_DIRECTORY = 2**20  # bytes of zip directory; 2,000 entries need a quarter of it
RATIO_FROM, MAX_RATIO = 20 * 2**20, 200  # honest style tables exceed any ratio, so it counts for big parts only

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKS = (
    (b"%PDF", "F103", "文件“{name}”是 PDF，不是工作簿，没有读取。"),
    (b"{\\rtf", "F104", "文件“{name}”是写字板（RTF）文档，不是工作簿，没有读取。"),
    (b"\x89PNG", "F104", "文件“{name}”是一张图片，不是工作簿，没有读取。"),
    (b"\xff\xd8\xff", "F104", "文件“{name}”是一张图片，不是工作簿，没有读取。"),
    (b"GIF8", "F104", "文件“{name}”是一张图片，不是工作簿，没有读取。"),
    (b"BM", "F104", "文件“{name}”是一张图片，不是工作簿，没有读取。"),
    (b"Rar!", "F104", "文件“{name}”是 RAR 压缩包，没有读取。请解压后逐个上传其中的报表。"),
    (b"7z\xbc\xaf", "F104", "文件“{name}”是 7z 压缩包，没有读取。请解压后逐个上传其中的报表。"),
    (b"\x1f\x8b", "F104", "文件“{name}”是压缩包，没有读取。请解压后逐个上传其中的报表。"),
    (b"MZ", "F104", "文件“{name}”是可执行程序，不是工作簿，没有读取。"),
    (b"MIME-Version", "F102", "文件“{name}”是网页（MHTML）另存的，不是真正的工作簿，没有读取。"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """May be read, as `kind`: xlsx · ods · xls · et · csv; with what there is to know."""

    kind: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """May not be read; the finding says why and what to do."""

    finding: Finding


def inspect_bytes(data: bytes, name: str) -> Accepted | Refused:
    """Say what a file is by its bytes alone; `name` only appears in the sentences (and tells .et from .xls)."""
    name = printable(name)
    if not data.strip(b"\0 \r\n\t"):
        return _refuse("F101", f"文件“{name}”是空的，没有读取。")
    if len(data) > MAX_BYTES:
        return Refused(too_large(name, len(data)))
    if data.startswith(b"PK\x03\x04"):
        return _inspect_zip(data, name)
    if data.startswith(_OLE):
        return _inspect_ole(data, name)
    for magic, code, sentence in _LOOKS:
        if data.startswith(magic):
            return _refuse(code, sentence.format(name=name))
    return _inspect_text(data, name)


def too_large(name: str, size: int) -> Finding:
    """The finding for a file of so many bytes."""
    message = f"文件“{name}”有 {size / 2**20:.1f} MB，超过 {MAX_BYTES // 2**20} MB 的上限，没有读取。"
    return finding("F109", message)


def printable(name: str) -> str:
    """A file name as it may be shown: its last part, without control and direction characters, cut at 120."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(char for char in last if char.isprintable())
    return shown if len(shown) <= 120 else f"{shown[:100]}…{shown[-19:]}"


def _refuse(code: str, message: str) -> Refused:
    return Refused(finding(code, message))


def _inspect_text(data: bytes, name: str) -> Accepted | Refused:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return _refuse("F116", f"文件“{name}”是 XML 表格（2003 格式），系统不认这种格式，没有读取。")
    if head.startswith(b"<!doctype html") or b"<html" in head or b"<table" in head:
        return _refuse("F102", f"文件“{name}”其实是网页（HTML），只是后缀写成了工作簿，没有读取。")
    if b"\0" in data[:4096] or head.startswith(b"<"):
        return _refuse("F104", f"文件“{name}”不是工作簿，也认不出是什么文件，没有读取。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Accepted("csv", (finding("F153", f"文件“{name}”是文本（CSV），没有数字格式和合并单元格。"),))
    return _refuse("F104", f"文件“{name}”不是工作簿，也认不出是什么文件，没有读取。")


def _inspect_ole(data: bytes, name: str) -> Accepted | Refused:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return _refuse("F105", f"文件“{name}”设置了打开密码，没有读取。请取消密码后重新上传。")
    if holds("_VBA_PROJECT"):
        return _refuse("F107", f"文件“{name}”含有宏，没有读取。")
    if not (holds("Workbook") or holds("Book")):
        looks = "Word 文档" if holds("WordDocument") else "演示文稿" if holds("PowerPoint") else "别的文档"
        return _refuse("F115", f"文件“{name}”是{looks}，不是工作簿，没有读取。")
    kind = "et" if name.lower().endswith(".et") else "xls"
    return Accepted(kind, (finding("F152", f"文件“{name}”是旧格式（.{kind}），看不到数字格式、公式和错误值。"),))


def _inspect_zip(data: bytes, name: str) -> Accepted | Refused:
    if refused := _directory_size(data, name):
        return refused
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return _refuse("F106", f"文件“{name}”已损坏（打包不完整，可能没有下载或传输完），没有读取。")
    if refused := _entries(entries, name):
        return refused
    return _contents({entry.filename.lower().lstrip("/") for entry in entries}, name)


def _directory_size(data: bytes, name: str) -> Refused | None:
    """Refuse a long zip directory before it is read: a small file can declare half a million entries."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        return _refuse("F106", f"文件“{name}”已损坏（打包不完整，可能没有下载或传输完），没有读取。")
    count, size = struct.unpack("<HI", data[end + 10 : end + 16])
    wide = data.rfind(b"PK\x06\x06", max(0, end - 4096), end)
    if wide >= 0 and wide + 48 <= len(data):
        count, size = struct.unpack("<QQ", data[wide + 32 : wide + 48])
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        return _refuse("F110", f"文件“{name}”内部有 {count} 个部件，超过 {MAX_ENTRIES} 个的上限，没有读取。")
    return None


def _entries(entries: list[zipfile.ZipInfo], name: str) -> Refused | None:
    if len(entries) > MAX_ENTRIES:
        return _refuse("F110", f"文件“{name}”内部有 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个的上限，没有读取。")
    seen: set[str] = set()
    for entry in entries:
        path = entry.orig_filename
        unsafe = path.startswith("/") or "\\" in path or ":" in path or "\0" in path or ".." in path.split("/")
        if unsafe or path.casefold() in seen:
            return _refuse("F111", f"文件“{name}”的内部结构不正常（部件名称重复或指向别处），没有读取。")
        seen.add(path.casefold())
        if entry.flag_bits & 0x1:
            return _refuse("F105", f"文件“{name}”的内容加了密码，没有读取。请取消密码后重新上传。")
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            return _refuse("F112", f"文件“{name}”解压后异常庞大，没有读取。")
    if sum(entry.file_size for entry in entries) > MAX_INFLATED:
        return _refuse("F112", f"文件“{name}”解压后超过 {MAX_INFLATED // 2**20} MB，没有读取。")
    return None


def _contents(parts: set[str], name: str) -> Accepted | Refused:
    def any_of(*words: str) -> bool:
        return any(word in part for part in parts for word in words)

    if "content.xml" in parts and "mimetype" in parts:
        message = f"文件“{name}”是 ODF 表格（.ods），看不到数字格式、公式和错误值。"
        return Accepted("ods", (finding("F152", message),))
    if any_of("vbaproject", "xl/macrosheets/"):
        return _refuse("F107", f"文件“{name}”含有宏，没有读取。")
    if any_of("activex/", "/embeddings/"):
        return _refuse("F108", f"文件“{name}”含有控件或嵌入对象，没有读取。")
    if any_of("xl/workbook.bin"):
        return _refuse("F116", f"文件“{name}”是二进制工作簿（.xlsb），系统不认这种格式，没有读取。")
    if "[content_types].xml" not in parts or not any_of("workbook.xml"):
        looks = "Word 文档" if any_of("word/") else "演示文稿" if any_of("ppt/") else "压缩包或别的文件"
        return _refuse("F115", f"文件“{name}”是{looks}，里面没有工作簿，没有读取。")
    found = []
    if any_of("/externallinks/"):
        found.append(finding("F150", f"文件“{name}”引用了别的工作簿。"))
    if any_of("cellimages"):
        found.append(finding("F151", f"文件“{name}”的单元格里嵌有图片（WPS），图片没有读取。"))
    if any_of("xl/connections.xml", "/querytables/"):
        found.append(finding("F154", f"文件“{name}”带有数据连接。"))
    return Accepted("xlsx", tuple(found))
