"""Corrections of a proposed mapping: what a person chose on a page, laid over the draft, field by field.

Fields are named by where they stand: `form`, `tables.0.indicator`, `columns.2.unit`, `tables.1.rows.4.area`;
`skip.rows.4` leaves a row out on purpose, `answered.0` says that a question was settled. Texts by which a table is
found again (titles, headers, labels) cannot be changed here. Nothing is kept; that is `store`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Fields
from typing import Any

from pydantic import BaseModel, ValidationError

from indicators.catalogue.wording import explain
from indicators.errors import UsageError
from indicators.mapping.model import Mapping

WHOLE = (
    "form", "edition", "name", "department", "source", "frequency", "indicator", "area", "measure", "nature",
    "price_basis", "scope", "unit",
)  # fmt: skip
FACETS = ("indicator", "area", "measure", "nature", "unit", "scope", "price_basis")
COLUMN = (*FACETS, "first", "last")
_PATH = re.compile(
    r"(?:(?P<whole>[a-z_]+)|(?P<table>tables\.\d{1,3})\.(?P<of_table>[a-z_]+)"
    r"|(?P<part>(?:tables\.\d{1,3}\.)?(?:columns|rows)\.\d{1,4})\.(?P<of_part>[a-z_]+))\Z"
)
_LONGEST = 200
_FIELDS_ASKED = ("form", "name", "department", "scope")


def corrected(draft: Mapping, chosen: Fields[str, str]) -> Mapping:
    """The draft with these choices in it. Raises UsageError for an unknown field, or a value it doesn't take."""
    said: dict[str, Any] = draft.model_dump(mode="json")
    skipped = []
    for name, text in chosen.items():
        if len(text) > _LONGEST:
            raise UsageError(f"“{text[:20]}…”太长，最多 {_LONGEST} 个字。什么也没有改动。")
        kind, _, rest = name.partition(".")
        if kind == "skip":
            skipped.append(_found(said, rest))
        elif kind != "answered":
            _lay(said, name, text.strip())
    said["ignore"] = [*said["ignore"], *(row["label"] for row in skipped)]
    for rows in _rows(said):
        rows[:] = [row for row in rows if not any(row is one for one in skipped)]
    said["questions"] = [q for n, q in open_questions(draft) if f"answered.{n}" not in chosen]
    try:
        return Mapping.model_validate(said)
    except ValidationError as error:
        told = "；".join(explain(one, Mapping) for one in error.errors()[:5])  # type: ignore[arg-type]
        raise UsageError(f"有填写不对的地方：{told}。什么也没有改动；请改正后再登记。") from None


def open_questions(draft: Mapping) -> list[tuple[int, str]]:
    """The questions that a person ticks off, numbered; those about a field of its own are answered by filling it in."""
    return [(n, q) for n, q in enumerate(draft.questions) if q.partition(" ")[0] not in _FIELDS_ASKED]


def _lay(said: dict[str, Any], name: str, text: str) -> None:
    found = _PATH.match(name)
    if found is None:
        raise UsageError(f"没有“{name}”这一栏。什么也没有改动；请重新上传这张表。")
    owner = _found(said, found["table"] or found["part"]) if not found["whole"] else said
    field = found["whole"] or found["of_table"] or found["of_part"]
    if field not in _allowed(found):
        raise UsageError(f"“{name}”不能在这里改。什么也没有改动。")
    unsaid = None if field in ("measure", "nature", "price_basis", "scope") else ""
    owner[field] = text or unsaid


def _allowed(path: re.Match[str]) -> tuple[str, ...]:
    if path["whole"]:
        return WHOLE
    return COLUMN if path["part"] and "columns." in path["part"] else FACETS


def _found(said: Any, path: str) -> dict[str, Any]:
    at = said
    try:
        for step in path.split("."):
            at = at[int(step) if step.isdigit() else step]
    except (KeyError, IndexError, TypeError):
        at = None
    if not isinstance(at, dict):
        raise UsageError("这张表与提出对照表时不同了。什么也没有改动；请重新上传。")
    return at


def _rows(said: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    yield said["rows"]
    yield from (table["rows"] for table in said["tables"])


def parts_of(mapping: Mapping) -> Iterator[tuple[str, BaseModel]]:
    """Every column and row of a mapping by its path, as a page names their fields."""
    for owner, prefix in ((mapping, ""), *((table, f"tables.{n}.") for n, table in enumerate(mapping.tables))):
        for kind in ("columns", "rows"):
            yield from ((f"{prefix}{kind}.{n}", part) for n, part in enumerate(getattr(owner, kind)))
