"""Anchors: how far the audit chain went and with which hash, kept beside the database and not in it.

The first record of a day leaves a lasting anchor, and so does every publication; besides, `head.json` is written anew
after every transaction that recorded something, without waiting for the disk. A chain that was cut off or written anew
no longer reaches one of them. How records are sealed is known by `audit`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indicators.errors import ZhibiaoError
from warehouse import files
from warehouse.folder import DataFolder
from warehouse.moments import beijing_day

LOG = logging.getLogger("zhibiao.anchors")
HEAD = "head.json"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and hash of a record of the chain, and when it was the last one (naive UTC)."""

    sequence: int
    hash: str
    at: datetime

    def text(self) -> bytes:
        """As it is kept."""
        return json.dumps({"sequence": self.sequence, "hash": self.hash, "at": self.at.isoformat()}).encode()


def place_of(folder: DataFolder) -> Path:
    """Where anchors lie."""
    return folder.root / "anchors"


def cast(folder: DataFolder, head: Anchor) -> Path:
    """Keep the anchor of a day, lastingly; a later one of the same day replaces it. Raises DiskFull."""
    path = _of_day(folder, head)
    files.make_directory(path.parent)
    files.write(path, head.text(), "审计锚点")
    return path


def follow(folder: DataFolder, head: Anchor, first: int) -> None:
    """Note how far the chain goes after a transaction that recorded `first` to `head`.

    It is committed, so that what fails here is only logged. A head that is already as far was noted by somebody faster,
    or the chain has been cut since: it is kept for good, for `audit.verify` to tell which.
    """
    try:
        if not _of_day(folder, head).exists():
            cast(folder, head)
        noted = _read(place_of(folder) / HEAD)
        if noted and noted.sequence >= first:
            files.write(place_of(folder) / f"head-{noted.sequence}.json", noted.text(), "审计锚点")
        if noted is None or noted.sequence < head.sequence:
            beside = files.temporary(place_of(folder), HEAD)
            beside.write_bytes(head.text())
            beside.replace(place_of(folder) / HEAD)
    except (OSError, ZhibiaoError) as error:
        LOG.warning("the head of the audit chain was not noted: %s", error)


def anchors(folder: DataFolder) -> Iterator[tuple[Path, Anchor | None]]:
    """Every anchor with its file; None for a lasting one that cannot be read. One that was being made is none."""
    for path in sorted(place_of(folder).glob("*.json")):
        if path.name.startswith(files.TEMPORARY):
            continue
        read = _read(path)
        if read or path.name != HEAD:  # a power cut may empty what did not wait for the disk
            yield path, read


def _read(path: Path) -> Anchor | None:
    try:
        said = json.loads(path.read_text("utf-8"))
        return Anchor(int(said["sequence"]), str(said["hash"]), datetime.fromisoformat(said["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _of_day(folder: DataFolder, head: Anchor) -> Path:
    return place_of(folder) / f"{beijing_day(head.at).isoformat()}.json"
