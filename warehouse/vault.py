"""The vault: every workbook ever received, byte for byte, by its SHA-256, and beside it what was read from it.

Originals are written once and never changed. Parsed observations are a cache keyed by hash and parser version: all
columns are text, so a Decimal comes back with the very digits it went in with. What a workbook means is not known here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import is_
from pathlib import Path
from typing import Any

from indicators.columns import NAMES, Observations
from indicators.errors import UsageError
from indicators.observations import Measure, Observation, ObsStatus, Origin
from indicators.periods import Nature
from warehouse import files
from warehouse.errors import Damaged
from warehouse.folder import DataFolder

_SHA = re.compile(r"[0-9a-f]{64}\Z")
_VERSION = re.compile(r"[\w.+-]{1,40}\Z")
_FIELDS = NAMES
Texts = Mapping[str, list[str | None]]
_READ: dict[str, Callable[[str], Any]] = {
    "period_start": date.fromisoformat,
    "period_end": date.fromisoformat,
    "nature": Nature,
    "measure": Measure,
    "value": Decimal,
    "canonical_value": Decimal,
    "decimals": int,
    "status": ObsStatus,
    "origin": Origin,
}


def put(folder: DataFolder, data: bytes) -> str:
    """Keep the bytes and return their SHA-256; the same bytes again change nothing. Raises DiskFull."""
    sha = hashlib.sha256(data).hexdigest()
    path = _path(folder, sha)
    if not (path.is_file() and path.stat().st_size == len(data)):
        files.make_directory(path.parent)
        files.write(path, data, "原始文件库", read_only=True)
    return sha


def get(folder: DataFolder, sha: str) -> bytes:
    """The bytes with this hash, proved to be so. Raises UsageError (not kept here), Damaged."""
    path = _path(folder, sha)
    if not path.is_file():
        raise UsageError(f"原始文件库里没有 {sha[:12]}… 这个文件。请运行 zhibiao doctor 查看。")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha:
        raise Damaged(
            f"原始文件 {path.name[:12]}… 的内容与其摘要不符，已损坏，没有使用。请从备份恢复它（zhibiao restore）。"
        )
    return data


def verify(folder: DataFolder) -> Iterator[tuple[str, bool]]:
    """Re-hash every original: (sha, sound)."""
    for path in sorted(folder.vault.glob("??/??/*")):
        if _SHA.match(path.name):
            yield path.name, files.sha256(path) == path.name


def holds(folder: DataFolder, sha: str) -> bool:
    """Whether a file with this hash is kept (its bytes are not read)."""
    return _path(folder, sha).is_file()


def put_parsed(folder: DataFolder, sha: str, version: str, observations: Sequence[Observation]) -> None:
    """Keep what the parser of this version read from the file; written once for a hash and version."""
    put_texts(folder, sha, version, texts_of(observations))


def texts_of(observations: Sequence[Observation]) -> Texts:
    """Observations column by column as text, which is what is kept of them; a column of one text has it once."""
    columns = Observations.of(observations).columns
    return {name: _column(columns[name]) for name in _FIELDS}


def put_texts(folder: DataFolder, sha: str, version: str, columns: Texts) -> None:
    """Keep what the parser of this version read from the file, given as `texts_of` has it; written once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if _load(folder, sha, version) is not None:
        return
    count = max(map(len, columns.values()))

    def array(column: list[str | None]) -> pa.Array:
        once = len(column) == 1 < count
        return pa.repeat(pa.scalar(column[0], pa.string()), count) if once else pa.array(column, pa.string())

    table = pa.table({n: array(columns[n]) for n in _FIELDS})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, write_statistics=False, store_schema=False)
    data = sink.getvalue().to_pybytes()
    path = _path(folder, sha)
    files.make_directory(path.parent)
    name = f"{_parsed(sha, version)}{_brief(data)}.parquet"
    files.write(path.with_name(name), data, "解析结果", read_only=True)


def get_parsed(folder: DataFolder, sha: str, version: str) -> list[Observation] | None:
    """What the parser of this version read from the file, or None when it is not kept or no longer readable."""
    columns = _load(folder, sha, version)
    if columns is None:
        return None
    read = {n: [None if t is None else _READ.get(n, str)(t) for t in columns[n]] for n in _FIELDS}
    return [Observation(**dict(zip(_FIELDS, row, strict=True))) for row in zip(*read.values(), strict=True)]


def parsed_seal(folder: DataFolder, sha: str, version: str) -> str:
    """What tells the kept reading of a file from any other, for the audit to remember; "" when none is kept."""
    return next((_brief(data) for data in _sound(folder, sha, version)), "")


def _sound(folder: DataFolder, sha: str, version: str) -> Iterator[bytes]:
    """The contents of the parsed files that are what their names say; the first is the one that counts."""
    place, start = _path(folder, sha).parent, _parsed(sha, version)
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if not path.name.startswith(start):
            continue
        data = path.read_bytes()
        if path.name == f"{start}{_brief(data)}.parquet":
            yield data


def _load(folder: DataFolder, sha: str, version: str) -> dict[str, list[str | None]] | None:
    """The columns of what was parsed; Parquet proves only parts of itself, the file's name all of it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for data in _sound(folder, sha, version):
        table = pq.read_table(pa.BufferReader(data))
        if tuple(table.column_names) == _FIELDS:
            return {n: column.to_pylist() for n, column in zip(_FIELDS, table.columns, strict=True)}
    return None


def _column(values: Sequence[Any]) -> list[str | None]:
    """Each value as text: equal values once, but for numbers, whose digits may differ where their values do not."""
    if all(map(is_, values, repeat(values[0] if values else None))):
        return [_text(value) for value in values[:1]]
    kinds = set(map(type, values))
    if kinds <= {str}:
        return list(values)
    if Decimal in kinds:
        return [None if value is None else str(value) for value in values]
    texts = {value: _text(value) for value in set(values)}
    return [texts[value] for value in values]


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _path(folder: DataFolder, sha: str) -> Path:
    if not _SHA.match(sha):
        raise UsageError(f"“{sha}”不是 SHA-256 摘要（应为 64 位十六进制小写）。")
    return folder.vault / sha[:2] / sha[2:4] / sha


def _parsed(sha: str, version: str) -> str:
    if not _VERSION.match(version):
        raise UsageError(f"“{version}”不能作解析程序的版本号。")
    return f"{sha}.parsed-{version}-"


def _brief(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
