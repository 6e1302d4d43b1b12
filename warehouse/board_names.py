"""The names a page needs to show a number: indicators, areas, departments, sources, targets and goals of a generation.

They are read from the generation, not from the catalogue files, so that a page shows the names, definitions and
documents under which its numbers were published. They are small tables, each read when a page first asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, literal_column, select

from warehouse import schema
from warehouse.board_rows import Readable


class Entry(SimpleNamespace):
    """One row of a small table; its attributes are the table's columns, as commented in `warehouse.schema`."""

    def __getattr__(self, name: str) -> Any:  # for the type checker: a missing column still raises
        raise AttributeError(name)


@dataclass(frozen=True)
class Names:
    """The small tables of one generation, keyed by code, in catalogue order."""

    themes: Mapping[str, Entry]
    indicators: Mapping[str, Entry]
    areas: Mapping[str, Entry]
    departments: Mapping[str, Entry]
    scopes: Mapping[str, Entry]
    sources: Mapping[str, Entry]
    forms: Mapping[str, Entry]
    goals: Mapping[str, Entry]
    targets: Mapping[tuple[str, int], Entry]
    breaks: tuple[Entry, ...]

    def indicator(self, code: str) -> str:
        """Chinese name of an indicator; the code itself where the catalogue has none."""
        return _name(self.indicators, code)

    def area(self, code: str) -> str:
        """Chinese name of an area."""
        return _name(self.areas, code)

    def department(self, code: str) -> str:
        """Chinese name of a reporting unit."""
        return _name(self.departments, code)

    def scope(self, code: str) -> str:
        """Chinese name of a 口径."""
        return _name(self.scopes, code)

    def source(self, code: str) -> str:
        """Title of a source document with its number."""
        entry = self.sources.get(code)
        if entry is None:
            return code
        return f"《{entry.title}》（{entry.number}）" if entry.number else f"《{entry.title}》"

    def breaks_of(self, indicator: str, area: str) -> tuple[Entry, ...]:
        """Scope breaks of one indicator in one area, oldest first."""
        found = [b for b in self.breaks if b.indicator == indicator and b.area == area]
        return tuple(sorted(found, key=_break_day))


def _break_day(entry: Entry) -> date:
    day: date = entry.on_date
    return day


def _name(entries: Mapping[str, Entry], code: str) -> str:
    entry = entries.get(code)
    return str(entry.name) if entry is not None else code


def _entries(generation: Readable, table: Table) -> tuple[Entry, ...]:
    """Rows with the columns that the generation has: one of an older program has fewer, and is read all the same."""
    return tuple(Entry(**row) for row in generation.rows(select(literal_column("*")).select_from(table)))


def _by_code(generation: Readable, table: Table) -> dict[str, Entry]:
    return {entry.code: entry for entry in _entries(generation, table)}


def _themes(generation: Readable) -> dict[str, Entry]:
    return {t.code: t for t in sorted(_entries(generation, schema.theme), key=lambda t: t.order_no or 0)}


_READ: dict[str, Callable[[Readable], Any]] = {
    "themes": _themes,
    "indicators": partial(_by_code, table=schema.indicator),
    "areas": partial(_by_code, table=schema.area),
    "departments": partial(_by_code, table=schema.department),
    "scopes": partial(_by_code, table=schema.scope),
    "sources": partial(_by_code, table=schema.source),
    "forms": partial(_by_code, table=schema.form),
    "goals": partial(_by_code, table=schema.goal),
    "targets": lambda generation: {(t.code, t.version): t for t in _entries(generation, schema.target)},
    "breaks": lambda generation: _entries(generation, schema.scope_break),
}


class _OfGeneration(Names):
    """The names of a generation: each table is read when it is first asked for, and kept."""

    def __init__(self, generation: Readable) -> None:
        self.__dict__["_generation"] = generation

    def __getattr__(self, name: str) -> Any:
        if name not in _READ:
            raise AttributeError(name)
        made = self.__dict__[name] = _READ[name](self.__dict__["_generation"])
        return made


def names(generation: Readable) -> Names:
    """The small tables of a generation, which must stay open while they are asked for."""
    return _OfGeneration(generation)
