"""What the command line says: results on stdout, talk on stderr; tables on a terminal, plain text when piped.

Commands hand over rows or a dictionary; how they look is decided here and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any


def say(text: str) -> None:
    """One line of talk on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def emit(text: str) -> None:
    """One line of result on stdout."""
    sys.stdout.write(text + "\n")


def emit_json(result: Any) -> None:
    """A result as JSON on stdout: Decimals as exact text, dates in ISO form."""
    import orjson

    sys.stdout.write(orjson.dumps(result, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n")


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


def table(headers: Mapping[str, str], rows: Sequence[Mapping[str, Any]], empty: str) -> None:
    """Rows as a table: `headers` maps keys to column titles; `empty` is said when there is nothing to show."""
    if not rows:
        say(empty)
        return
    if not sys.stdout.isatty():
        emit("\t".join(headers.values()))
        for row in rows:
            emit("\t".join(shown(row.get(key)).replace("\t", " ").replace("\n", " ") for key in headers))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(header_style="bold")
    numeric = {key for key in headers if all(isinstance(row.get(key), (int, Decimal, type(None))) for row in rows)}
    for key, title in headers.items():
        drawn.add_column(title, justify="right" if key in numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(shown(row.get(key))) for key in headers))
    Console().print(drawn)
