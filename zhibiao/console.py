"""What the command line says: results on stdout, talk on stderr; tables on a terminal, plain text when piped.

Commands hand over rows or a dictionary; how they look is decided here and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_NARROW, _LONG = 12, 36  # cells: to which a word may be folded; from which a text is a sentence that needs them


def say(text: str) -> None:
    """One line of talk on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def emit(text: str) -> None:
    """One line of result on stdout."""
    sys.stdout.write(text + "\n")


def emit_json(result: Any) -> None:
    """A result as JSON on stdout, in UTF-8 whatever the console speaks: Decimals as exact text, dates in ISO form."""
    import orjson

    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(result, default=_plain, option=orjson.OPT_INDENT_2) + b"\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def shown(value: Any) -> str:
    """A cell's text: exact numbers without padding zeros, 是/否, an empty cell for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def table(
    headers: Mapping[str, str], rows: Sequence[Mapping[str, Any]], empty: str, over: Collection[str] = ()
) -> None:
    """Rows as a table: `headers` maps keys to column titles; `empty` is said when there is nothing to show.

    On a terminal the columns `over` are said once above the rows that share them, and rows that would be folded into
    slivers are told one after the other; piped, each row is a line with a tab between all columns.
    """
    if not rows:
        say(empty)
        return
    if not sys.stdout.isatty():
        emit("\t".join(headers.values()))
        for row in rows:
            emit("\t".join(shown(row.get(key)).replace("\t", " ").replace("\n", " ") for key in headers))
        return
    from rich.console import Console

    console, rest = Console(), {key: title for key, title in headers.items() if key not in over}
    for heading, part in groupby(rows, lambda row: "　".join(filter(None, (shown(row.get(key)) for key in over)))):
        if heading:
            console.print(f"\n{heading}", style="bold", markup=False, highlight=False)
        _draw(console, rest, list(part))


def _draw(console: Console, headers: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    texts = [{key: shown(row.get(key)) for key in headers} for row in rows]
    widths = [max(map(cell_len, (title, *(text[key] for text in texts)))) for key, title in headers.items()]
    least = sum(_LONG if width > _LONG else min(width, _NARROW) for width in widths)
    if least + 2 * len(widths) > console.width:
        for text in texts:
            console.print(_told(headers, text))
        return
    drawn = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    numeric = {key for key in headers if all(isinstance(row.get(key), (int, Decimal, type(None))) for row in rows)}
    for key, title in headers.items():
        drawn.add_column(title, justify="right" if key in numeric else "left", overflow="fold")
    for text in texts:
        drawn.add_row(*(Text(text[key]) for key in headers))
    console.print(drawn)


def _told(headers: Mapping[str, str], text: Mapping[str, str]) -> Text:
    """One row as lines: the short values together, each long one on a line of its own; what is empty is left out."""
    from rich.cells import cell_len
    from rich.text import Text

    told, alone = Text(), False
    for key, title in headers.items():
        if text[key]:
            before, alone = alone, cell_len(text[key]) > _LONG
            told.append("\n" if told and (before or alone) else "　" if told else "")
            told.append(f"{title} ", style="dim").append(text[key])
    return told.append("\n")
