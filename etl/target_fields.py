"""Reading one cell of the target table as what its column says it is: a code, a word, a day, a document, a list.

Used by `target_rows` for everything but plain numbers, which are read like the numbers of returns. A cell that cannot
be understood raises `NotUnderstood` with the finding's code; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from etl.locate import plain
from etl.target_columns import CODE, DAY, DOCUMENT, FIRST_DAY, STAGES, STEPS, TABLES, UNIT, WHOLE, WORD, WORDS, Column
from etl.workbook import Cell
from indicators.catalogue.model import Catalogue
from indicators.catalogue.wording import unknown
from indicators.cell_formats import cell_format
from indicators.marks import NumberStatus
from indicators.numbers import read_number
from indicators.period_text import read_period
from indicators.targets import Milestone
from indicators.units import find_unit

T = TypeVar("T")
LONGEST = 500
_FULL_DAY = re.compile(
    r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?\Z"
)
_STAGES = re.compile(r"[;；\n]")
_STAGE = re.compile(r"(.+?)\s*[=＝:：]\s*(.+)\Z")
_STEPS = re.compile(r"[、,，;；%％\s]+")


class Document(NamedTuple):
    """A document as named in the table: the code of a source of the catalogue, "" where it has none such."""

    code: str
    text: str


class NotUnderstood(Exception):
    """A cell that says nothing understood: the code of the finding, and what is wrong with it."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


def read_field(cell: Cell, column: Column, catalogue: Catalogue, date1904: bool) -> Any:
    """What the cell says in this column: an entry's code, a value of `WORDS`, a date, a Document, a text."""
    text, how = text_of(cell), column.how
    if how == CODE:
        return _code(text, column, catalogue)
    if how == WORD:
        return _word(text, column)
    if how in (DAY, FIRST_DAY):
        return day_of(cell, date1904, first=how == FIRST_DAY)
    if how == WHOLE:
        return _whole(text)
    if how == UNIT:
        return _unit(text)
    if how == STAGES:
        return tuple(_stage(part) for part in _STAGES.split(cell.text) if part.strip())
    if how == STEPS:
        return tuple(sorted(_number(part) for part in _STEPS.split(text) if part))
    return _document(text, catalogue) if how == DOCUMENT else text[:LONGEST]


def text_of(cell: Cell) -> str:
    """What a person reads in the cell, in one line; a whole number without its binary decimal."""
    whole = isinstance(cell.value, float) and cell.value.is_integer()
    return str(int(cell.value)) if whole else " ".join(cell.text.split())  # type: ignore[arg-type]


def entry_of(text: str, entries: Mapping[str, T]) -> T | None:
    """The entry of a code, of `code name`, or of a name or alias that it alone has."""
    found = entries.get(text) or entries.get(text.split(" ")[0])
    if found is not None:
        return found
    alike = [e for e in entries.values() if plain(text) in {plain(n) for n in (e.name, *getattr(e, "aliases", ()))}]  # type: ignore[attr-defined]
    return alike[0] if len(alike) == 1 else None


def day_of(cell: Cell, date1904: bool, *, first: bool) -> date:
    """The day that a cell names; of a year or period its last day, or its `first`."""
    if isinstance(cell.value, (int, float)) and cell.kind != "b" and cell_format(cell.number_format).date:
        start = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
        return start + timedelta(days=int(cell.value))
    text = text_of(cell)
    full = _FULL_DAY.match(text)
    if full:
        try:
            return date(*(int(part) for part in full.groups()))
        except ValueError:
            raise NotUnderstood("T706", f"没有“{text[:40]}”这一天") from None
    period = read_period(text).period
    if period is None:
        raise NotUnderstood("T706", f"看不懂日期“{text[:40]}”")
    return period.start if first else period.end


def _code(text: str, column: Column, catalogue: Catalogue) -> str:
    entries = getattr(catalogue, TABLES[column.field])
    found = entry_of(text, entries)
    if found is None:
        raise NotUnderstood("T704", unknown(text[:40], entries, "").removesuffix("。"))
    return str(found.code)


def _word(text: str, column: Column) -> object:
    offered = WORDS[column.field]
    if text not in offered:
        raise NotUnderstood("T705", f"“{text[:40]}”不是可选的词；可选：{'、'.join(offered)}")
    return offered[text]


def _whole(text: str) -> int:
    value = _number(text)
    if value != int(value) or not -6 <= value <= 10:
        raise NotUnderstood("T707", f"“{text[:20]}”应为 0 到 10 的整数")
    return int(value)


def _unit(text: str) -> str:
    if find_unit(text) is None:
        raise NotUnderstood("T704", f"没有“{text[:20]}”这个计量单位；请用计量单位表中的名称")
    return text


def _number(text: str) -> Decimal:
    read = read_number(text.strip())
    if read.status is not NumberStatus.VALUE or read.value is None or read.unit_text:
        raise NotUnderstood("T707", f"“{text.strip()[:40]}”不是一个数")
    return read.value


def _stage(part: str) -> Milestone:
    halves = _STAGE.match(part.strip())
    if not halves:
        raise NotUnderstood("T707", f"“{part.strip()[:40]}”应写成 2023年=950，各年之间用分号隔开")
    return Milestone(on=day_of(Cell(1, 1, "s", halves[1]), False, first=False), value=_number(halves[2]))


def _document(text: str, catalogue: Catalogue) -> Document:
    """The catalogue's source of this code, title or number; another document stays as written."""
    for source in catalogue.sources.values():
        names = (source.code, source.title, f"《{source.title}》", source.number, f"{source.code}{source.title}")
        if plain(text) in {plain(name) for name in names if name}:
            return Document(source.code, text)
    return Document("", text[:LONGEST])
