"""What of a table its sheet hides: rows, columns or the sheet itself. It is read all the same, and that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from etl.codes import finding
from etl.workbook import Sheet, letters
from indicators.findings import Finding


def hidden_parts(sheet: Sheet, rows: Iterable[int], cols: Iterable[int]) -> Iterator[Finding]:
    """A finding for hidden rows and columns among these of the table, and one for a hidden sheet."""
    hidden = [f"第 {row} 行" for row in sorted(sheet.hidden_rows & set(rows))[:5]]
    hidden += [f"{letters(col)} 列" for col in sorted(sheet.hidden_cols & set(cols))[:5]]
    if hidden:
        yield finding("S215", f"工作表“{sheet.name}”的{'、'.join(hidden)}被隐藏。", sheet=sheet.name)
    if sheet.state != "visible":
        yield finding("S215", f"工作表“{sheet.name}”被隐藏。", sheet=sheet.name)
