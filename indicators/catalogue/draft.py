"""The catalogue in the making: typed entries, each beside the raw one that knows its lines.

Filled by the loader, read by the checks. It knows how a mistake is worded, not what is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indicators.catalogue.raw import Raw, Step


class Draft:
    """Entries by table and key; a target's key is code and version, every other one's is its code."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, tuple[Any, Raw]]] = {}
        self._broken: dict[str, set[str]] = {}

    def add(self, table: str, entry: Any, raw: Raw, mistakes: list[str]) -> None:
        """Keep the entry, or name both places when its key is taken."""
        entries = self._tables.setdefault(table, {})
        key = self.key(table, entry)
        if key in entries:
            mistakes.append(f"{raw.place}（{key}）：代码已在 {entries[key][1].place} 用过；请改用别的代码或删去一处。")
        else:
            entries[key] = entry, raw

    def add_broken(self, table: str, code: str) -> None:
        """Remember the code of an entry with mistakes of its own, so that references to it are no further mistakes."""
        self._broken.setdefault(table, set()).add(code)

    @staticmethod
    def key(table: str, entry: Any) -> str:
        """What an entry is called in its table."""
        return f"{entry.code} 第 {entry.version} 版" if table == "targets" else str(entry.code)

    def entries(self, table: str) -> Iterator[Any]:
        """The typed entries of a table, in the order of the files."""
        return (entry for entry, _ in self._tables.get(table, {}).values())

    def get(self, table: str, code: str) -> Any:
        """The typed entry of this code, None where there is none or it has mistakes of its own."""
        return self._tables.get(table, {}).get(code, (None,))[0]

    def codes(self, table: str) -> frozenset[str]:
        """The codes that a reference to the table may use."""
        return frozenset(entry.code for entry in self.entries(table)) | self._broken.get(table, set())

    def mistake(self, table: str, entry: Any, path: tuple[Step, ...], text: str) -> str:
        """The sentence for a mistake at `path` of an entry."""
        key = self.key(table, entry)
        return f"{self._tables[table][key][1].at(path)}（{key}）：{text}"
