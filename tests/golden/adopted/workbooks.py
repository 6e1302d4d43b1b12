"""Hand-made workbooks with the layouts that statistical offices really send, and invented numbers.

Made by rule, nothing is drawn: a number is worked out from its place. `python -m tests.golden.adopted.workbooks DIR`
writes them for looking at.
"""

import csv
import io
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl

AREAS = (
    ("长春市", "220100"), ("吉林市", "220200"), ("四平市", "220300"), ("辽源市", "220400"), ("通化市", "220500"),
    ("白山市", "220600"), ("松原市", "220700"), ("白城市", "220800"), ("延边州", "222400"),
)  # fmt: skip
GROUPS = (
    ("全体居民", "HOUSEHOLD_INCOME", 8000),
    ("城镇常住居民", "URBAN_INCOME", 10000),
    ("农村常住居民", "RURAL_INCOME", 5000),
)
WORDS = {1: "一季度", 2: "上半年", 3: "前三季度", 4: ""}
PERIODS = {1: "2031Q1", 2: "2031Q2", 3: "2031Q3", 4: "2031"}


def income_value(group: int, area: int, quarter: int, year: int = 2031) -> int:
    """Invented yuan: rises with the quarter, falls along the list of areas."""
    return (GROUPS[group][2] - 137 * area + 311 * (year - 2000)) * quarter + 3 * area


def income_growth(group: int, area: int, quarter: int) -> float:
    """The growth rate as the sheet computes it, with all the digits of a float."""
    return (income_value(group, area, quarter) / income_value(group, area, quarter, 2030) - 1) * 100


def income(
    quarter: int,
    *,
    lines_before: int = 1,
    row_numbers: bool = True,
    labels: Sequence[str] = tuple(name for name, _ in AREAS),
    empty_sheets: int = 0,
    extra_column: str = "",
) -> bytes:
    """A return of income by city: three stacked tables, two-row merged headers, the period in titles only."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    stub = 2
    for number in range(lines_before):
        sheet.cell(number + 1, 1, "附件1" if number == 0 else f"2031年{WORDS[quarter]}分市州居民收入核定结果")
    row = lines_before + 1
    for group, (people, _, _) in enumerate(GROUPS):
        sheet.cell(row, stub, f"2031年{WORDS[quarter]}分市州{people}人均可支配收入")
        sheet.merge_cells(start_row=row, start_column=stub, end_row=row, end_column=stub + 3)
        heads = ["地 区", f"2031年{WORDS[quarter]}（元）", f"2030年{WORDS[quarter]}（元）", "增速（%）"]
        for offset, head in enumerate([*heads, extra_column] if extra_column else heads):
            sheet.cell(row + 1, stub + offset, head)
            sheet.merge_cells(start_row=row + 1, start_column=stub + offset, end_row=row + 2, end_column=stub + offset)
        for area, label in enumerate(labels):
            at = row + 3 + area
            if row_numbers:
                sheet.cell(at, 1, area + 1)
            sheet.cell(at, stub, label)
            sheet.cell(at, stub + 1, income_value(group, area, quarter))
            sheet.cell(at, stub + 2, income_value(group, area, quarter, 2030))
            sheet.cell(at, stub + 3, income_growth(group, area, quarter))
            if extra_column:
                sheet.cell(at, stub + 4, area + 1)
        row += 3 + len(labels) + 1
    for number in range(empty_sheets):
        book.create_sheet(f"Sheet{number + 2}")
    return saved(book)


PROVINCES = (("辽宁省", "210000"), ("吉林省", "220000"), ("黑龙江省", "230000"))


def province_value(area: int, year: int) -> Decimal | None:
    """Invented 亿元, revised from 2028; of 2031 only the first province has reported."""
    if year == 2031 and area:
        return None
    return Decimal(9000 + 1000 * area + 7 * (year - 2000) - (500 if year >= 2028 else 0)) + Decimal("0.13")


def province() -> bytes:
    """A download of the national bureau: banner rows, unit in the banner, newest year blank, notes and source below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "分省年度数据"
    rows: list[list[object]] = [
        ["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["时间：最近5年"],
        ["地区", *(f"{year}年" for year in range(2031, 2026, -1))],
    ]  # fmt: skip
    for area, (name, _) in enumerate(PROVINCES):
        values = (province_value(area, year) for year in range(2031, 2026, -1))
        rows.append([name, *(None if value is None else float(value) for value in values)])
    rows += [
        ["注：1.本表按当年价格计算，2004年以前执行旧的行业分类。"],
        ["　　　2.2028年数据为根据普查资料修订后数据。"],
        ["数据来源：某统计局"],
    ]
    for row in rows:
        sheet.append(row)
    return saved(book)


QUARTERS = ("2032年第一季度", "2031年第四季度", "2031年第三季度")
LINES = (
    ("国内生产总值", "GDP", "当季值", 300), ("国内生产总值", "GDP", "累计值", 900),
    ("第二产业增加值", "GDP_SECONDARY", "当季值", 100), ("第二产业增加值", "GDP_SECONDARY", "累计值", 350),
)  # fmt: skip


def quarterly_value(line: int, column: int) -> Decimal:
    """Invented 亿元; in a first quarter both lines of an indicator say the same."""
    base = LINES[line - line % 2][3] if column == 0 else LINES[line][3]
    return Decimal(base + 10 * column) + Decimal("0.7")


def quarterly() -> bytes:
    """A download in GB18030: two lines before the table, newest column first, prose with commas below."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([["数据库：季度数据"], ["时间：最近3季度"], ["指标", *QUARTERS]])
    for number, (name, _, word, _) in enumerate(LINES):
        writer.writerow([f"{name}{word}(亿元)", *(str(quarterly_value(number, c)) for c in range(3))])
    notes = (
        "注：1.按当年价格计算,累计数据由当季数据相加得到,2031年为初步数。\r\n"
        "　　　2.分类依据2018年修订的规定,包括农、林、牧、渔业。\r\n数据来源：某统计局\r\n"
    )
    return (out.getvalue() + notes).encode("gb18030")


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook object as bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def shown() -> dict[str, bytes]:
    """One of each, by file name."""
    made = {f"分市州居民收入_{PERIODS[q]}.xlsx": income(q, lines_before=3 - q % 3) for q in WORDS}
    return made | {"分省年度数据.xlsx": province(), "季度数据.csv": quarterly()}


if __name__ == "__main__":
    for name, data in shown().items():
        (Path(sys.argv[1]) / name).write_bytes(data)
