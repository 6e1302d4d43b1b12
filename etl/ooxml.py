"""The parts of an .xlsx package around its sheets: relationships, workbook, styles, strings; transitional or strict.

Runs in the reading process. Every part is streamed through expat with bytes and depth counted and DTDs refused, so that
nothing is believed before it has been seen. `sheetxml` reads the sheets; neither builds a tree.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from etl.codes import finding
from etl.guard import MAX_INFLATED
from etl.numberformat import built_in
from indicators.findings import Finding

MAX_DEPTH, MAX_TEXT, MAX_CELLS, MAX_STYLES, MAX_SHEETS, MAX_NAMES = 64, 32_767, 500_000, 65_500, 64, 20_000
_CHUNK = 1 << 16
_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_RELATION_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
Attributes = dict[str, str]


class Refusal(Exception):
    """Reading stops here, for this reason; caught in `reader`, never seen by anybody else."""

    def __init__(self, code: str, message: str, **where: str) -> None:
        super().__init__(code)
        self.finding: Finding = finding(code, message, **where)


@dataclass(slots=True)
class SheetEntry:
    """A sheet as the workbook part lists it."""

    name: str
    state: str
    part: str


@dataclass(slots=True)
class Book:
    """What the workbook part says."""

    sheets: list[SheetEntry] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    date1904: bool = False


class Package:
    """An open .xlsx: parts by name (case-insensitive, as Office treats them), inflated against one budget."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {entry.filename.lstrip("/").casefold(): entry for entry in archive.infolist()}
        self._budget = MAX_INFLATED

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._entries

    def stream(self, part: str, starts: Starts, ends: Ends | None = None, data: Data | None = None) -> None:
        """Feed a part through expat, calling what is given for each element by its name.

        `c` is one of the main namespace or of none, ` c` (with a space) one of any other namespace.
        """
        parser = _parser(starts, ends or {}, data)
        try:
            with self._archive.open(self._entries[part.casefold()]) as file:
                while chunk := file.read(_CHUNK):
                    self._budget -= len(chunk)
                    if self._budget < 0:
                        raise Refusal("F112", f"工作簿解压后超过 {MAX_INFLATED // 2**20} MB，没有读取。")
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as error:
            if isinstance(error, KeyError):
                raise Refusal("F106", f"工作簿已损坏（缺少“{part}”），没有读取。") from None
            raise Refusal("F114", f"工作簿内部的“{part}”不是完整的 XML，没有读取。") from None
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise Refusal("F106", f"工作簿已损坏（“{part}”读不出来），没有读取。") from None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part (`""`: of the package): id → (last word of the type, target part or address)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if rels not in self:
            return found

        def relationship(attrs: Attributes) -> None:
            kind, target = attrs.get("Type", "").rpartition("/")[2], attrs.get("Target", "")
            if attrs.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target))[1:]
            found[attrs.get("Id", "")] = (kind, target)

        self.stream(rels, {" Relationship": relationship})
        return found


Start = Callable[[Attributes], None]
End = Callable[[], None]
Starts = Mapping[str, Start]
Ends = Mapping[str, End]
Data = Callable[[str], None]


def _parser(starts: Starts, ends: Ends, data: Data | None) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    depth = 0
    begins: dict[str, Start | None] = {}  # by the names that expat gives
    finishes: dict[str, End | None] = {}

    def opening(tag: str, attrs: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Refusal("F114", f"工作簿内部的 XML 嵌套超过 {MAX_DEPTH} 层，没有读取。")
        if tag not in begins:
            name = _known_as(tag)
            begins[tag], finishes[tag] = starts.get(name), ends.get(name)
        if begin := begins[tag]:
            begin(attrs)

    def closing(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if finish := finishes[tag]:
            finish()

    def refuse(*_: object) -> None:
        raise Refusal("F113", "工作簿内部带有 DTD 或实体声明，正常的工作簿没有这些，因此没有读取。")

    parser.StartElementHandler = opening
    parser.EndElementHandler = closing
    if data:
        parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _known_as(tag: str) -> str:
    for space in _MAIN:
        if tag.startswith(space):
            return tag[len(space) :]
    namespace, _, name = tag.rpartition(" ")
    return f" {name}" if namespace else name


def true(text: str | None) -> bool:
    """An XML boolean attribute."""
    return text in ("1", "true", "on")


def workbook_part(package: Package) -> str:
    """The part that the package calls its office document."""
    for kind, target in package.relations("").values():
        if kind == "officeDocument":
            return target
    raise Refusal("F115", "文件里没有工作簿，没有读取。")


def read_book(package: Package, part: str, relations: dict[str, tuple[str, str]]) -> Book:
    """Sheets in order with their parts, defined names of the whole workbook, and the date system."""
    book = Book()
    name: str | None = None
    text: list[str] = []

    def sheet(attrs: Attributes) -> None:
        relation = next((attrs[key] for key in _RELATION_IDS if key in attrs), "")
        kind, target = relations.get(relation, ("", ""))
        if kind == "worksheet":
            book.sheets.append(SheetEntry(attrs.get("name", ""), attrs.get("state", "visible"), target))

    def properties(attrs: Attributes) -> None:
        book.date1904 = true(attrs.get("date1904"))

    def name_begins(attrs: Attributes) -> None:
        nonlocal name
        if "localSheetId" not in attrs:
            name = attrs.get("name", "")
            text.clear()

    def name_ends() -> None:
        nonlocal name
        if name is not None:
            book.names[name] = "".join(text)
            name = None
            if len(book.names) > MAX_NAMES:
                raise Refusal("F119", f"工作簿定义的名称超过 {MAX_NAMES} 个，没有读取。")

    def data(piece: str) -> None:
        if name is not None:
            text.append(piece)

    starts: Starts = {"sheet": sheet, "workbookPr": properties, "definedName": name_begins}
    package.stream(part, starts, {"definedName": name_ends}, data)
    if len(book.sheets) > MAX_SHEETS:
        raise Refusal("F119", f"工作簿有 {len(book.sheets)} 个工作表，超过 {MAX_SHEETS} 个的上限，没有读取。")
    return book


def read_formats(package: Package, part: str) -> list[str]:
    """Number format of every cell style, by style index."""
    custom: dict[int, str] = {}
    formats: list[str] = []
    inside = False

    def styles_begin(_: Attributes) -> None:
        nonlocal inside
        inside = True

    def styles_end() -> None:
        nonlocal inside
        inside = False

    def style(attrs: Attributes) -> None:
        if not inside:
            return
        number = whole(attrs.get("numFmtId", "0"))
        formats.append(custom.get(number) or built_in(number))
        if len(formats) > MAX_STYLES:
            raise Refusal("F119", f"工作簿的单元格样式超过 {MAX_STYLES} 种，没有读取。")

    def number_format(attrs: Attributes) -> None:
        custom[whole(attrs.get("numFmtId", "0"))] = attrs.get("formatCode", "")[:255]

    starts: Starts = {"cellXfs": styles_begin, "xf": style, "numFmt": number_format}
    package.stream(part, starts, {"cellXfs": styles_end})
    return formats


def read_strings(package: Package, part: str) -> list[str]:
    """Shared strings; the runs of rich text joined, phonetic guides left out."""
    strings: list[str] = []
    text: list[str] = []
    length = phonetic = 0
    taking = False

    def string_begins(_: Attributes) -> None:
        nonlocal length
        text.clear()
        length = 0

    def string_ends() -> None:
        strings.append("".join(text))
        if len(strings) > MAX_CELLS:
            raise Refusal("F119", f"工作簿的文字超过 {MAX_CELLS} 条，没有读取。")

    def run_begins(_: Attributes) -> None:
        nonlocal taking
        taking = not phonetic

    def run_ends() -> None:
        nonlocal taking
        taking = False

    def guide_begins(_: Attributes) -> None:
        nonlocal phonetic
        phonetic += 1

    def guide_ends() -> None:
        nonlocal phonetic
        phonetic -= 1

    def data(piece: str) -> None:
        nonlocal length
        if taking:
            length += len(piece)
            if length > MAX_TEXT:
                raise Refusal("F122", f"有单元格的文字超过 {MAX_TEXT} 个字，没有读取。")
            text.append(piece)

    starts: Starts = {"si": string_begins, "t": run_begins, "rPh": guide_begins}
    package.stream(part, starts, {"si": string_ends, "t": run_ends, "rPh": guide_ends}, data)
    return strings


def whole(text: str) -> int:
    """A non-negative index of the file format."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refusal("F121", "工作簿内部的编号不正常，没有读取。")
    return int(text)
