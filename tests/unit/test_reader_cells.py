"""What the reader must keep of a cell: value, type, format, formula, address, whatever program wrote the file."""

import io
import random
from datetime import date, time

import openpyxl
import pytest
import xlsxwriter

from etl.reader import read_workbook
from etl.workbook import Area, Cell, Workbook
from tests.etl_world import cells, filled, package, repacked, saved, zipped


def read(data: bytes, name: str = "a.xlsx") -> Workbook:
    return read_workbook(data, name)


def only(data: bytes) -> dict[str, Cell]:
    book = read(data)
    assert not book.refused, book.findings
    return {cell.address: cell for cell in book.sheets[0]}


def test_numbers_are_the_doubles_that_the_file_stores() -> None:
    got = only(cells('<row r="1"><c r="A1"><v>5.2999999999999998</v></c><c r="B1"><v>120</v></c>'
                     '<c r="C1"><v>-1.5E-3</v></c><c r="D1"><v>1E5</v></c></row>'))  # fmt: skip
    assert [(c.kind, c.value) for c in got.values()] == [("n", 5.3), ("n", 120), ("n", -0.0015), ("n", 100000.0)]


def test_text_comes_from_every_place_it_may_stand() -> None:
    strings = (
        "<si><t>指标</t></si>"
        "<si><r><t>地区</t></r><r><rPr><b/></rPr><t xml:space='preserve"
        "'> 生产总值</t></r><rPh sb='0' eb='1'><t>ディーピー</t></rPh></si>"
        "<si><t>a_x000D_b_xD800_</t></si>"
    )
    inner = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><r><t>内</t></r><r><t>联</t></r></is></c>'
        '<c r="E1" t="str"><f>A1&amp;"x"</f><v>指标x</v></c></row>'
    )
    got = only(cells(inner, strings=strings))
    assert [c.value for c in got.values()] == ["指标", "地区 生产总值", "a\rb_xD800_", "内联", "指标x"]
    assert got["E1"].formula == '=A1&"x"'


def test_errors_booleans_and_uncalculated_formulas_keep_their_kind() -> None:
    got = only(
        cells(
            '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1" t="b"><v>1</v></c>'
            '<c r="C1"><f>SUM(A2:A9)</f></c><c r="D1"><f>1+1</f><v>2</v></c><c r="E1" t="d"><v>2026-09-30</v></c></row>'
        )
    )
    assert [(c.kind, c.value) for c in got.values()] == [
        ("e", "#DIV/0!"), ("b", True), ("n", None), ("n", 2), ("d", "2026-09-30"),
    ]  # fmt: skip
    assert got["C1"].formula == "=SUM(A2:A9)"


def test_a_shared_formula_is_moved_to_each_cell_that_shares_it() -> None:
    inner = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$D$1</f><v>1</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    assert only(cells(inner))["B3"].formula == "=A3*$D$1"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "General"),
        (10, "0.00%"),
        (27, 'yyyy"年"m"月"'),
        (31, 'yyyy"年"m"月"d"日"'),
        (57, 'yyyy"年"m"月"'),
        (164, "0.0%"),
    ],
)
def test_number_formats_include_the_chinese_built_in_ids(number: int, shown: str) -> None:
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="{number}"/></cellXfs>'
    )
    got = only(cells('<row r="1"><c r="A1" s="1"><v>45536</v></c></row>', styles=styles))
    assert got["A1"].number_format == shown


def test_addresses_are_true_even_when_dimension_lies_or_is_missing() -> None:
    inner = '<row r="9"><c r="C9"><v>1</v></c></row><row r="40"><c r="AB40"><v>2</v></c></row>'
    data = zipped(package(f'<dimension ref="A1"/><sheetData>{inner}</sheetData>'))
    assert sorted(only(data)) == ["AB40", "C9"]


def test_cells_without_references_count_from_the_left() -> None:
    got = only(cells('<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c><v>3</v></c></row>'))
    assert {a: c.value for a, c in got.items()} == {"A1": 1, "B1": 2, "A5": 3}


def test_strict_workbooks_are_read_like_others() -> None:
    data = cells('<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>', strict=True)
    assert only(data)["A1"].value == "甲"


def test_merges_hidden_rows_columns_sheets_names_and_date_system() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "数据 '1'"
    sheet["B2"] = "表头"
    sheet.merge_cells("B2:D3")
    sheet["A9"] = 1
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["C"].hidden = True
    hidden = book.create_sheet("暗")
    hidden["A1"] = 5
    hidden.sheet_state = "veryHidden"
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.defined_names["区域"] = openpyxl.workbook.defined_name.DefinedName("区域", attr_text="'数据 ''1'''!$A$9:$B$12")
    got = read(saved(book))
    first, second = got.sheets
    assert first.merges == (Area(2, 2, 3, 4),) and first.anchor(3, 3) == (2, 2) and first.anchor(9, 1) == (9, 1)
    assert 9 in first.hidden_rows and 3 in first.hidden_cols and second.state == "veryHidden"
    assert got.date1904
    where = got.named("区域")
    assert where is not None and where[0] is first and where[1] == Area(9, 1, 12, 2)
    assert got.named("没有") is None


@pytest.mark.parametrize("text", ["#REF!", "表!$A$0", f"{'长' * 200}!$A$1", "表!$A$1,表!$B$2"])
def test_a_defined_name_that_broke_points_nowhere(text: str) -> None:
    names = f"<definedNames><definedName name='坏'>{text}</definedName></definedNames>"
    data = cells('<row r="1"><c r="A1"><v>1</v></c></row>', workbook=names)
    assert read(data).named("坏") is None


def test_absolute_and_relative_part_names_both_resolve() -> None:
    def absolute(parts: dict[str, bytes]) -> None:
        name = "xl/_rels/workbook.xml.rels"
        parts[name] = parts[name].replace(b'Target="worksheets/', b'Target="/xl/worksheets/')

    data = cells('<row r="1"><c r="A1"><v>7</v></c></row>')
    assert only(repacked(data, absolute))["A1"].value == 7


def test_agrees_with_openpyxl_on_a_workbook_of_every_kind_of_cell() -> None:
    """Differential: another reader, the same cells."""
    chance = random.Random(20260930)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = [
        book.add_format({"num_format": f}) for f in ("General", "0.00", "0.0%", '#,##0.0,"千"', "yyyy-mm-dd", "@")
    ]
    sheet = book.add_worksheet("随机")
    for row in range(200):
        for col in range(12):
            style = formats[chance.randrange(len(formats))]
            match chance.randrange(6):
                case 0:
                    sheet.write_number(row, col, round(chance.uniform(0, 40000), chance.randrange(6)), style)
                case 1:
                    sheet.write_string(
                        row, col, chance.choice(["≥", "长春", " 空格 ", "=1+1", "1,234", "…"]) * 3, style
                    )
                case 2:
                    sheet.write_boolean(row, col, chance.random() < 0.5, style)
                case 3:
                    sheet.write_formula(row, col, f"=A{row + 1}+{col}", style, chance.randrange(1000))
                case 4:
                    sheet.write_blank(row, col, None, style)
    book.close()
    values = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()), data_only=True)["随机"]
    formulas = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))["随机"]
    mine = read(buffer.getvalue()).sheets[0]
    seen = 0
    for row in formulas.iter_rows():
        for cell in row:
            got = mine.cells.get((cell.row, cell.column))
            shown = values[cell.coordinate].value
            if shown is None:
                assert got is None
                continue
            seen += 1
            assert got is not None and got.number_format == cell.number_format
            if isinstance(shown, (bool, str)):
                assert got.value == shown
            elif isinstance(shown, (date, time)):
                assert got.kind == "n"
            else:
                assert got.value == pytest.approx(shown, rel=0, abs=0)
            assert got.formula == (cell.value if cell.data_type == "f" else "")
    assert seen > 1000


def test_our_own_template_is_read_with_all_its_parts() -> None:
    book = read(filled())
    assert [(s.name, s.state) for s in book.sheets] == [
        ("填报说明", "visible"), ("生产总值", "visible"), ("代码表", "hidden"), ("_meta", "veryHidden"),
    ]  # fmt: skip
    assert book.named("T01_R003") is not None and book.findings == ()
