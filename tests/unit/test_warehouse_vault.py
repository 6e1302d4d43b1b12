"""The vault keeps bytes once, proves them when they are read, and never shows what is damaged."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from indicators.errors import UsageError
from tests.warehouse_world import fresh, observation
from warehouse import vault
from warehouse.errors import Damaged


def test_bytes_come_back_and_are_written_once(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    sha = vault.put(folder, b"a workbook")
    kept = folder.vault / sha[:2] / sha[2:4] / sha
    assert sha == hashlib.sha256(b"a workbook").hexdigest()
    assert vault.get(folder, sha) == b"a workbook"
    assert kept.stat().st_mode & 0o222 == 0
    stamp = kept.stat().st_mtime_ns
    assert vault.put(folder, b"a workbook") == sha
    assert kept.stat().st_mtime_ns == stamp


def test_flipped_bit_is_damage_never_data(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    sha, other = vault.put(folder, b"a workbook"), vault.put(folder, b"another")
    kept = folder.vault / sha[:2] / sha[2:4] / sha
    kept.chmod(0o644)
    kept.write_bytes(b"a workbooc")
    with pytest.raises(Damaged, match="已损坏"):
        vault.get(folder, sha)
    assert dict(vault.verify(folder)) == {sha: False, other: True}


def test_truncated_original_is_replaced_by_the_same_bytes_sent_again(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    sha = vault.put(folder, b"a workbook")
    kept = folder.vault / sha[:2] / sha[2:4] / sha
    os.truncate(kept, 3) if os.access(kept, os.W_OK) else (kept.chmod(0o644), os.truncate(kept, 3))
    vault.put(folder, b"a workbook")
    assert vault.get(folder, sha) == b"a workbook"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_a_hash_is_a_hash(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="SHA-256"):
        vault.get(fresh(tmp_path / "data"), name)


def test_parsed_observations_are_kept_by_hash_and_parser_version(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    sha = vault.put(folder, b"a workbook")
    read = [observation("GDP", "1.50", sha), observation("REV", None, sha)]
    vault.put_parsed(folder, sha, "1", read)
    assert vault.get_parsed(folder, sha, "1") == read
    assert str(vault.get_parsed(folder, sha, "1")[0].value) == "1.50"  # type: ignore[index]
    assert vault.get_parsed(folder, sha, "2") is None
    assert vault.put_parsed(folder, sha, "2", []) is None
    assert vault.get_parsed(folder, sha, "2") == []


def test_damaged_parsed_file_is_not_believed_and_may_be_written_again(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    sha = vault.put(folder, b"a workbook")
    read = [observation("GDP", "1.5", sha)]
    vault.put_parsed(folder, sha, "1", read)
    (kept,) = folder.vault.rglob("*.parquet")
    data = bytearray(kept.read_bytes())
    data[len(data) // 3] ^= 0x40
    kept.chmod(0o644)
    kept.write_bytes(bytes(data))
    assert vault.get_parsed(folder, sha, "1") is None
    vault.put_parsed(folder, sha, "1", read)
    assert vault.get_parsed(folder, sha, "1") == read
