"""Drift: where tables stand otherwise than on the day their mapping was confirmed. It is told, never acted upon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indicators.mapping.fit import Note, Placed


def moved(placed: Iterable[Placed]) -> Iterator[Note]:
    """Where tables stand other than on the day of confirmation, told once for all that moved alike."""
    told: dict[str, list[Placed]] = {}
    for one in placed:
        said = _shift(one)
        if said:
            told.setdefault(said, []).append(one)
    for said, tables in told.items():
        block = tables[0].block
        first = tables[0].title.text if tables[0].title else tables[0].table.stub
        which = f"“{first}”" if len(tables) == 1 else f"“{first}”等 {len(tables)} 个表"
        seen = tables[0].table.seen_at
        yield Note(
            "S220", f"{which}{said}，已按标题和表头对应。", block.sheet, block.top, block.stub_col, expected=seen
        )


def _shift(one: Placed) -> str:
    sheet, _, cell = one.table.seen_at.rpartition("!")
    letters = cell.rstrip("0123456789")
    if not letters or not cell[len(letters) :]:
        return ""
    down = one.block.top - int(cell[len(letters) :])
    right = one.block.stub_col - _column(letters)
    said = [f"改在工作表“{one.block.sheet}”"] if sheet != one.block.sheet else []
    said += [f"{'下' if down > 0 else '上'}移 {abs(down)} 行"] if down else []
    said += [f"{'右' if right > 0 else '左'}移 {abs(right)} 列"] if right else []
    return "比确认时" + "、".join(said) if said else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
