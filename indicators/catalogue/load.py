"""From a folder of YAML and CSV files to one frozen, proved Catalogue.

The way: read the files (`raw`), make typed entries of them, check every reference between them (`check`), take the
digest. Every mistake on the way is collected and raised once, with file and line. It must not know where the shipped
folder lies (`data.catalogue_folder`), nor anything of databases and workbooks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from indicators.catalogue.draft import Draft
from indicators.catalogue.model import (
    Area,
    Catalogue,
    Department,
    Form,
    FormRow,
    Goal,
    Indicator,
    Rule,
    Scope,
    ScopeBreak,
    Source,
    Theme,
)
from indicators.catalogue.raw import Place, Raw, read_csv, read_yaml
from indicators.catalogue.references import check_references
from indicators.catalogue.wording import explain
from indicators.errors import CatalogueError, UsageError
from indicators.targets import Target

# Each table lives in `<table>.yaml` or `<table>.csv`, and may go on in `<table>-<anything>.yaml|csv`; forms in forms/.
TABLES: dict[str, type[BaseModel]] = {
    "themes": Theme,
    "sources": Source,
    "areas": Area,
    "departments": Department,
    "scopes": Scope,
    "indicators": Indicator,
    "scope_breaks": ScopeBreak,
    "goals": Goal,
    "targets": Target,
    "forms": Form,
    "rules": Rule,
}


def load_catalogue(folder: Path | Traversable, beside: Path | None = None) -> Catalogue:
    """Read and prove the catalogue in `folder`; a folder `beside` it may hold further entries (adopted targets).

    CatalogueError with every mistake when there is one; UsageError when there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"没有找到指标目录文件夹“{folder}”，没有载入任何内容。请核对路径。")
    mistakes: list[str] = []
    draft = _draft([folder] if beside is None else [folder, beside], mistakes)
    mistakes += check_references(draft)
    if mistakes:
        raise CatalogueError(
            f"指标目录有 {len(mistakes)} 处错误，没有载入，原有数据未变。请按下列位置逐条修改后重试："
            + "".join(f"\n  {mistake}" for mistake in mistakes),
            tuple(mistakes),
        )
    keyed = {table: {entry.code: entry for entry in draft.entries(table)} for table in TABLES if table != "targets"}  # type: ignore[attr-defined]
    targets = tuple(draft.entries("targets"))
    return Catalogue(digest=_digest({**keyed, "targets": targets}), targets=targets, **keyed)  # type: ignore[arg-type]


def _draft(folders: list[Path | Traversable], mistakes: list[str]) -> Draft:
    """The entries of all folders; only the first must have every table."""
    draft = Draft()
    for folder in folders:
        names = set(_files(folder))
        for table, model in TABLES.items():
            mine = sorted(name for name in names if _table_of(name) == table)
            if not mine and folder is folders[0]:
                shapes = f"{table}.yaml、{table}.csv 或 {table}-….yaml"
                mistakes.append(f"{Place(table, 1)}：没有这张表的文件；应有 {shapes}。")
            for name in mine:
                names.discard(name)
                names -= _add(draft, table, model, folder, name, mistakes)
        mistakes += [f"{Place(name, 1)}：不认识的文件；可用的表：{'、'.join(TABLES)}。" for name in sorted(names)]
    return draft


def _add(
    draft: Draft, table: str, model: type[BaseModel], folder: Path | Traversable, name: str, mistakes: list[str]
) -> set[str]:
    """Put the entries of a file into the draft; the further files that they took in."""
    taken: set[str] = set()
    for raw in _read(folder, name, model, mistakes):
        if model is Form:
            taken |= _read_rows(folder, raw, mistakes)
        entry = _typed(raw, model, mistakes)
        if entry is None:
            draft.add_broken(table, str(raw.values.get("code", "")))
        else:
            draft.add(table, entry, raw, mistakes)
    return taken


def _files(folder: Path | Traversable) -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir() and item.name == "forms":
            yield from (f"forms/{inner.name}" for inner in item.iterdir() if inner.name.endswith((".yaml", ".csv")))
        elif item.name.endswith((".yaml", ".csv")):
            yield item.name


def _table_of(name: str) -> str:
    if name.startswith("forms/"):
        return "forms" if name.endswith(".yaml") else ""
    return name.rsplit(".", 1)[0].split("-", 1)[0]


def _read(folder: Path | Traversable, name: str, model: type[BaseModel], mistakes: list[str]) -> list[Raw]:
    if name.endswith(".yaml"):
        return read_yaml(folder, name, mistakes)
    return read_csv(folder, name, _lists(model), mistakes)


def _read_rows(folder: Path | Traversable, form: Raw, mistakes: list[str]) -> set[str]:
    """Put the rows of the CSV that an edition names (`rows: GDP-Q.2021.csv`) in its place; the files taken."""
    taken = set()
    editions = form.values.get("editions")
    for number, edition in enumerate(editions if isinstance(editions, list) else []):
        name = edition.get("rows") if isinstance(edition, dict) else None
        if isinstance(name, str):
            path = f"forms/{name}"
            form.put(("editions", number, "rows"), read_csv(folder, path, _lists(FormRow), mistakes))
            taken.add(path)
    return taken


def _typed(raw: Raw, model: type[BaseModel], mistakes: list[str]) -> BaseModel | None:
    values = dict(raw.values)
    for field in _whole_number_choices(model) & values.keys():
        text = values[field]
        if isinstance(text, str) and text.lstrip("-").isdigit():
            values[field] = int(text)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        name = values.get("code", "没有代码")
        mistakes += [f"{raw.at(tuple(e['loc']))}（{name}）：{explain(e, model)}" for e in error.errors()]
        return None


@cache
def _lists(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is tuple)


@cache
def _whole_number_choices(model: type[BaseModel]) -> frozenset[str]:
    """Fields such as `year: Literal[2020, 2030]`, which pydantic does not read from text."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is Literal
        and all(isinstance(choice, int) for choice in get_args(field.annotation))
    )


def _digest(tables: dict[str, Any]) -> str:
    """SHA-256 of the content: the order of files and entries, comments and spacing play no part."""
    plain: dict[str, Any] = {}
    for table, entries in tables.items():
        values = entries.values() if isinstance(entries, dict) else entries
        dumped = [entry.model_dump(mode="json") for entry in values]
        plain[table] = sorted(dumped, key=lambda entry: (entry["code"], entry.get("version", 0)))
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
