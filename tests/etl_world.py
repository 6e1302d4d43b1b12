"""A small catalogue and the workbooks of the reading tests: returns as departments send them, packages made by hand."""

import io
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import openpyxl

from etl.parse import parse_return
from etl.reader import read_workbook
from etl.returned import ParsedReturn
from etl.template import write_template
from indicators.catalogue.model import (
    Area,
    Catalogue,
    Department,
    Form,
    FormColumn,
    FormEdition,
    FormRow,
    Indicator,
    RecordColumn,
    Rule,
    Scope,
    Source,
)
from indicators.findings import Severity
from indicators.observations import Measure, Origin
from indicators.periods import Nature, Period

SECRET = b"a secret of the tests"
PERIOD = Period.parse("2026Q3")
SIGNED = {
    "head": "王主任",
    "statistician": "李科长",
    "respondent": "张三",
    "phone": "0431-88880000",
    "sent_on": "2026-10-12",
    "note": "",
}
VALUES = {
    "01:1": Decimal("6500000"), "01:2": Decimal("6200000"), "01:3": Decimal("5.3"),
    "02:1": Decimal("21000"), "02:2": Decimal("20000"), "02:3": Decimal("0.5"),
    "03:1": Decimal("4479000.5"), "03:2": Decimal("4280000"), "03:3": Decimal("-2.1"),
    "04:1": Decimal("2000000"), "04:2": "—", "05:1": Decimal("1200"), "05:2": "…", "05:3": Decimal("1.5"),
}  # fmt: skip


def indicator(code: str, name: str, unit: str = "亿元", nature: str = "ytd", **more: Any) -> Indicator:
    """An indicator with the fields the reading side looks at."""
    known = {"name_en": code, "theme": "T", "definition": f"{name}，按制度口径。", "decimals": 2, "direction": "up"}
    return Indicator(code=code, name=name, unit=unit, nature=nature, department="FGJ", source="S1", **(known | more))  # type: ignore[arg-type]


def main_form(editions: tuple[FormEdition, ...] = ()) -> Form:
    """A matrix form like the quarterly one of GDP: 万元 for levels, % for growth, one closed and one optional cell."""
    return Form(
        code="CX101", name="地区生产总值季报表", name_en="GDP", table_number="长新统101表", authority="长春新区统计局",
        document_number="长新统字〔2026〕1号（示例）", valid_until="2027年6月", frequency="Q",
        departments=("FGJ", "YXG"), due_days=15, area="CCXQ", scope="DEPT", editions=editions or (edition(),),
    )  # fmt: skip


def edition(name: str = "2026", valid_from: str = "2026Q1", valid_to: str = "") -> FormEdition:
    """The edition of `main_form`."""
    level = {"nature": Nature.YTD, "price_basis": "现价", "decimals": 1}
    return FormEdition(
        edition=name, valid_from=valid_from, valid_to=valid_to, sheet="生产总值", unit="万元",
        rows=(
            FormRow(code="01", label="地区生产总值", indicator="GDP"),
            FormRow(code="02", label="第一产业", indicator="GDP1", indent=1),
            FormRow(code="03", label="第二产业", indicator="GDP2", indent=1),
            FormRow(code="04", label="第三产业", indicator="GDP3", indent=1),
            FormRow(code="05", label="其中：住宿和餐饮业", indicator="GDP31", indent=2),
        ),
        columns=(
            FormColumn(code="1", header=("1—本季", "本年"), measure=Measure.LEVEL, **level),
            FormColumn(code="2", header=("1—本季", "上年同期"), measure=Measure.LEVEL_PREVIOUS_YEAR, **level),
            FormColumn(code="3", header=("同比增长（%）",), measure=Measure.GROWTH_YOY, unit="%",
                       nature=Nature.YTD, price_basis="可比价", decimals=1),
        ),
        closed_cells=("04:3",), optional_cells=("05:3",), note="数值为累计数。",
    )  # fmt: skip


def record_form() -> Form:
    """A record form: one figure a line."""
    fields = (
        ("indicator", "指标代码", True), ("indicator_name", "指标名称", False), ("area", "地区代码", True),
        ("period", "报告期", True), ("measure", "计量内容", False), ("nature", "性质", False), ("scope", "口径", False),
        ("value", "数值", False), ("unit", "计量单位", True), ("source", "来源代码", False), ("grade", "等级", False),
        ("comment", "说明", False),
    )  # fmt: skip
    records = tuple(RecordColumn(field=f, header=h, required=r) for f, h, r in fields)
    layout = FormEdition(edition="1", valid_from="2000", layout="record", sheet="公开发布数据", records=records)
    return Form(
        code="PUB", name="公开发布数据整理表", name_en="Published", table_number="长新统P001表",
        authority="长春新区统计局", document_number="示例", valid_until="2027年6月", frequency="any",
        departments=("PUB",), due_days=0, editions=(layout,),
    )  # fmt: skip


def world(*forms: Form) -> Catalogue:
    """The catalogue of the reading tests."""
    indicators = (
        indicator("GDP", "地区生产总值"), indicator("GDP1", "第一产业增加值"), indicator("GDP2", "第二产业增加值"),
        indicator("GDP3", "第三产业增加值"), indicator("GDP31", "住宿和餐饮业增加值"),
        indicator("POP", "常住人口", "万人", "stock"),
    )  # fmt: skip
    departments = (
        Department(code="FGJ", name="发展和改革局", name_en="NDRC", short="发改局"),
        Department(code="YXG", name="运行管理局", name_en="Ops", short="运行局"),
        Department(code="CZJ", name="财政局", name_en="Finance", short="财政局"),
        Department(code="PUB", name="公开发布", name_en="Published", short="公开", origin=Origin.PUBLISHED),
    )
    total = Rule(
        code="GDP-TOTAL", version="1", form="CX101", severity=Severity.HARD, expression="[01] = [02] + [03] + [04]",
        message="地区生产总值应等于三次产业之和",
    )  # fmt: skip
    source = Source(code="S1", title="总体方案", known_from="2016-02-03", known_precision="day", grade="A")  # type: ignore[arg-type]
    return Catalogue(
        digest="world", themes={}, sources={"S1": source},
        areas={"CCXQ": Area(code="CCXQ", name="长春新区", name_en="CCXQ", kind="new_area")},
        departments={d.code: d for d in departments},
        scopes={"DEPT": Scope(code="DEPT", name="部门口径", definition="部门管理范围")},
        indicators={i.code: i for i in indicators}, scope_breaks={}, goals={}, targets=(),
        forms={f.code: f for f in forms or (main_form(), record_form())}, rules={total.code: total},
    )  # fmt: skip


CATALOGUE = world()


def filled(
    values: Mapping[str, Decimal | int | str] = VALUES,
    header: Mapping[str, str] = SIGNED,
    catalogue: Catalogue = CATALOGUE,
    department: str = "FGJ",
    **more: Any,
) -> bytes:
    """A return of `main_form` as the department would send it."""
    form = catalogue.forms["CX101"]
    return write_template(
        form, more.pop("edition", form.editions[-1]), more.pop("period", PERIOD), catalogue.departments[department],
        catalogue, values=values, header=header, secret=more.pop("secret", SECRET), **more,
    )  # fmt: skip


def edited(data: bytes, change: Callable[[Any], None], sheet: str = "生产总值") -> bytes:
    """The workbook after a person changed it in a spreadsheet program and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book[sheet])
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook object as bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parsed(data: bytes, catalogue: Catalogue = CATALOGUE, **more: Any) -> ParsedReturn:
    """Read and parse in this process."""
    return parse_return(read_workbook(data, "报表.xlsx"), catalogue, secret=SECRET, **more)


def codes(result: Any) -> list[str]:
    """Codes of all findings, sorted."""
    return sorted(f.code for f in result.findings)


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The zip after its parts were changed by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return zipped(parts)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip of these parts, in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN, STRICT_RELATIONS = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"


def package(
    sheet: str,
    *,
    styles: str = "",
    strings: str = "",
    workbook: str = "",
    strict: bool = False,
    more: Mapping[str, bytes | str] | None = None,
) -> dict[str, bytes | str]:
    """Parts of a minimal .xlsx with one sheet; `sheet` is what stands inside `<worksheet>`."""
    main, relations = (STRICT_MAIN, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_CONTENT}"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE_RELATIONS}"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{workbook}'
        '<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE_RELATIONS}">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles or "<cellXfs><xf/></cellXfs>"}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": sheet
        if sheet.startswith("<?xml")
        else f'<worksheet xmlns="{main}" xmlns:r="{relations}">{sheet}</worksheet>',
    }
    return parts | dict(more or {})


def cells(inner: str, **more: Any) -> bytes:
    """A minimal .xlsx whose sheet data is `inner`."""
    return zipped(package(f"<sheetData>{inner}</sheetData>", **more))
