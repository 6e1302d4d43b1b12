"""Names and seals of generations: which files there are, their manifests, and which one is current.

    g000012.duckdb   g000012.json   CURRENT

A generation counts from the moment CURRENT names it. A number is used once, also when its maker died: `begin_number`
looks at files and at the log. What is in a generation is not known here. Of a folder on a DuckLake the same is asked of
`lake_generations`.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from warehouse import files
from warehouse.errors import Damaged
from warehouse.folder import DataFolder

_NAME = re.compile(r"g(\d{6})\.(?:duckdb|json)\Z")
_POINTER = re.compile(r"g(\d{6})\.duckdb\n?\Z")
CURRENT = "CURRENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation says of itself, kept beside it. Moments are naive UTC in ISO 8601."""

    number: int
    size: int
    sha256: str
    previous: int | None
    built_at: str
    known_at: str | None
    by: str
    note: str
    program_version: str
    duckdb_version: str
    catalogue_digest: str
    submissions: tuple[str, ...]  # those this generation added, in the order applied
    recorded_at: tuple[str, ...]  # the vintage each of them got
    rows: dict[str, int]
    totals: dict[str, str]
    audit_head: str  # hash of the last audit record before publication
    rolled_back_to: int | None = None  # set when this generation only says again what an earlier one said


_KEYS = {f.name for f in fields(Manifest)}


def file_of(folder: DataFolder, number: int) -> Path:
    """The DuckDB file of a generation."""
    return folder.generations / f"g{number:06d}.duckdb"


def manifest_of(folder: DataFolder, number: int) -> Path:
    """The manifest's file of a generation."""
    return folder.generations / f"g{number:06d}.json"


def numbers(folder: DataFolder) -> list[int]:
    """Numbers that have a file of either kind, or a snapshot, ascending."""
    if folder.on_lake:
        from warehouse import lake_generations

        return lake_generations.numbers(folder)
    found = {int(m.group(1)) for p in folder.generations.iterdir() if (m := _NAME.match(p.name))}
    return sorted(found)


def read_manifest(folder: DataFolder, number: int) -> Manifest:
    """The manifest of a generation. Raises Damaged."""
    if folder.on_lake:
        from warehouse import lake_generations

        return lake_generations.read_manifest(folder, number)
    path = manifest_of(folder, number)
    try:
        return manifest_from(path.read_text("utf-8"), number)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"第 {number} 代的清单 {path.name} 读不出或不完整。请运行 zhibiao doctor。") from error


def manifest_from(text: str, number: int) -> Manifest:
    """The manifest that a text holds. Raises ValueError, TypeError, AttributeError when it is not that of `number`."""
    said = json.loads(text)
    said = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items() if k in _KEYS}
    made = Manifest(**said)
    if made.number != number:
        raise ValueError(made.number)
    return made


def text_of(manifest: Manifest) -> str:
    """A manifest as it is kept."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)


def own_hash(manifest: Manifest) -> str:
    """The hash of all that a manifest says beside its hash: the seal of a generation that is no file."""
    return hashlib.sha256(text_of(replace(manifest, sha256="")).encode()).hexdigest()


def write_manifest(folder: DataFolder, manifest: Manifest) -> None:
    """Keep the manifest of a generation whose file is already in its place."""
    files.write(manifest_of(folder, manifest.number), text_of(manifest).encode(), "清单", read_only=True)


def pointed(folder: DataFolder) -> int | None:
    """The number CURRENT names; None when it names nothing readable."""
    if folder.on_lake:
        from warehouse import lake_generations

        return lake_generations.pointed(folder)
    try:
        found = _POINTER.match((folder.generations / CURRENT).read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        return None
    return int(found.group(1)) if found else None


def point(folder: DataFolder, number: int) -> None:
    """Make a sealed generation the current one: the moment of publication."""
    files.write(folder.generations / CURRENT, f"g{number:06d}.duckdb\n".encode(), "现行代号")


def damage(folder: DataFolder, number: int, deep: bool = True) -> str | None:
    """What is wrong with a sealed generation, in Chinese; None when it is sound. `deep` re-hashes the whole file."""
    if folder.on_lake:
        from warehouse import lake_generations

        return lake_generations.damage(folder, number, deep)
    try:
        manifest = read_manifest(folder, number)
    except Damaged as error:
        return str(error)
    path = file_of(folder, number)
    if not path.is_file():
        return f"第 {number} 代的数据文件 {path.name} 不见了。"
    if path.stat().st_size != manifest.size:
        return f"第 {number} 代的数据文件 {path.name} 大小与清单不符。"
    if deep and files.sha256(path) != manifest.sha256:
        return f"第 {number} 代的数据文件 {path.name} 内容与清单不符。"
    return None
