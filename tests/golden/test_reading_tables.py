"""The tables in `reading/` are the policies for reading returns, in a form that a statistician opens and extends.

Texts stand in 「」 so that a spreadsheet leaves them alone; <U+200B> stands for a character that nobody sees.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.errors import UsageError
from indicators.marks import NumberStatus
from indicators.number_causes import NOTES, SENTENCES
from indicators.numbers import NumberReading, read_number
from indicators.period_text import PeriodStatus, read_period
from indicators.periods import Nature, Period
from indicators.units import UnitStatus, convert, read_unit, unit

TABLES = Path(__file__).with_name("reading")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reading.md"
NATURES = {"本期": Nature.SINGLE, "累计": Nature.YTD, "期末": Nature.STOCK, "全年": Nature.ANNUAL, "": None}
UNIT_STATUS = {
    "确定": UnitStatus.UNIT,
    "没有写": UnitStatus.NONE,
    "几个单位": UnitStatus.SEVERAL,
    "只有数量级": UnitStatus.MAGNITUDE,
    "不认识": UnitStatus.UNKNOWN,
}


def lines(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def named(name: str) -> list[object]:
    return [
        pytest.param(line, id=f"{name}:{number}:{next(iter(line.values()))[:24]}")
        for number, line in enumerate(lines(name), start=2)
    ]


def quoted(cell: str) -> str:
    assert cell.startswith("「") and cell.endswith("」"), f"原文要写在「」里：{cell}"
    return re.sub(r"<U\+([0-9A-F]{4,6})>", lambda code: chr(int(code.group(1), 16)), cell[1:-1])


def typed(line: dict[str, str]) -> object:
    text = quoted(line["原文"])
    makers = {"文本": str, "数值": float, "整数": int, "日期": date.fromisoformat, "逻辑": lambda t: t == "TRUE"}
    return makers[line["单元格类型"]](text)


def read(line: dict[str, str]) -> NumberReading:
    shape = quoted(line["单元格格式"]) if line["单元格格式"] else "General"
    return read_number(typed(line), number_format=shape, percent_column=line["百分数栏"] == "是")


@pytest.mark.parametrize("line", named("numbers.csv"))
def test_a_number_is_read_as_the_table_says(line: dict[str, str]) -> None:
    reading = read(line)
    assert (reading.status.label, reading.unit_text) == (line["期望状态"], line["自带单位"]), reading
    assert reading.value == (Decimal(line["期望数值"]) if line["期望数值"] else None)
    assert line["理由含"] in reading.reason
    assert line["理由含"] or reading.status not in (NumberStatus.ERROR, NumberStatus.CONFIRM), "要写出理由"


@pytest.mark.parametrize("line", named("units.csv"))
def test_a_unit_is_read_as_the_table_says(line: dict[str, str]) -> None:
    reading = read_unit(quoted(line["原文"]))
    assert reading.status is UNIT_STATUS[line["期望判断"]], reading
    assert (reading.unit.name if reading.unit else "") == line["期望单位"]
    assert line["理由含"] in reading.reason


@pytest.mark.parametrize("line", named("periods.csv"))
def test_a_period_is_read_as_the_table_says(line: dict[str, str]) -> None:
    own = Period.parse(line["本表报告期"]) if line["本表报告期"] else None
    reading = read_period(typed(line), report_period=own)  # type: ignore[arg-type]
    assert (reading.status.label, reading.period.code if reading.period else "") == (
        line["期望状态"],
        line["期望报告期"],
    ), reading
    assert reading.nature is NATURES[line["性质"]]
    months = (line["首月"], line["末月"])
    assert (str(reading.start.month) if reading.start else "", str(reading.end.month) if reading.end else "") == months
    assert line["理由含"] in reading.reason
    assert line["理由含"] or reading.status is PeriodStatus.VALUE, "要写出理由"


@pytest.mark.parametrize("line", named("conversions.csv"))
def test_a_conversion_gives_what_the_table_says(line: dict[str, str]) -> None:
    assert convert(Decimal(line["数值"]), line["原单位"], line["新单位"]) == Decimal(line["期望数值"])


@pytest.mark.parametrize("line", named("conversions_refused.csv"))
def test_another_dimension_is_never_converted(line: dict[str, str]) -> None:
    unit(line["原单位"]), unit(line["新单位"])
    with pytest.raises(UsageError, match="量纲不同"):
        convert(Decimal(1), line["原单位"], line["新单位"])


def test_every_reason_and_every_decision_has_a_line_in_the_table() -> None:
    readings = [read(line) for line in lines("numbers.csv")]
    shown = {r.cause for r in readings} | {note for r in readings for note in r.notes}
    assert (SENTENCES.keys() | NOTES.keys()) - shown == {"other_type"}  # a type that no workbook cell has


@pytest.mark.parametrize("name", ["numbers.csv", "units.csv", "periods.csv"])
def test_no_case_stands_twice(name: str) -> None:
    inputs = [
        tuple(line.get(c) for c in ("原文", "单元格类型", "单元格格式", "百分数栏", "本表报告期"))
        for line in lines(name)
    ]
    assert [case for case, count in Counter(inputs).items() if count > 1] == []


EXAMPLES = re.findall(
    r"^\| `(.+?)` \| (数值|不足最小单位|无此项|待确认|错误) ?([-0-9.]*) \|", PAGE.read_text("utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("raw", "status", "value"), EXAMPLES, ids=[raw for raw, _, _ in EXAMPLES])
def test_the_page_for_statisticians_tells_the_truth(raw: str, status: str, value: str) -> None:
    reading = read_number(raw)
    assert (reading.status.label, reading.value) == (status, Decimal(value) if value else None)


def test_the_page_lists_every_reason_in_its_words() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert rows == SENTENCES | NOTES
    assert len(EXAMPLES) > 10
