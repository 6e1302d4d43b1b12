"""Where confirmed mappings are kept: `mappings/FORM.EDITION.yaml` in the data folder, each an edition of a form.

A confirmed edition never changes; a correction is a new edition, and the newest that fits is used. The catalogue that
everybody works with holds the mappings as forms, so that the digest of a submission covers them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.adopt.reading import RECOGNISED, fit_to, mapped_editions, read_mapped
from etl.errors import MappingConflict, MappingIncomplete
from etl.way import Way, mappings_place
from etl.workbook import Workbook
from etl.worker import read_file
from indicators.catalogue.model import Catalogue
from indicators.errors import CatalogueError
from indicators.findings import Severity
from indicators.mapping.complete import missing
from indicators.mapping.model import Mapping, form_of
from indicators.mapping.names import Names
from indicators.mapping.text import read_mapping
from warehouse import audit, files
from warehouse.operations import operating

ACTION = "confirm_mapping"
_kept: dict[Path, tuple[tuple[object, ...], Catalogue]] = {}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A mapping that is now in force, and how many numbers it read in each of the workbooks shown."""

    mapping: Mapping
    numbers: dict[str, int]
    repeated: bool


def with_mappings(catalogue: Catalogue, place: Path) -> Catalogue:
    """The catalogue with the confirmed mappings at a place as forms; the same object while nothing changed.

    Raises CatalogueError when a kept mapping can no longer be read or no longer fits the catalogue.
    """
    paths = sorted(place.glob("*.yaml"))
    if not paths:
        return catalogue
    stamp = (catalogue.digest, *((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in paths))
    kept = _kept.get(place)
    if kept is None or kept[0] != stamp:
        kept = _kept[place] = (stamp, _extended(catalogue, paths))
    return kept[1]


def _extended(catalogue: Catalogue, paths: Sequence[Path]) -> Catalogue:
    digest = hashlib.sha256(catalogue.digest.encode())
    by_form: dict[str, list[Mapping]] = {}
    for path in paths:
        mapping = read_mapping(path)
        if gaps := missing(mapping, catalogue):
            raise CatalogueError(
                f"已登记的对照表 {path.name} 与现行指标目录不符，没有载入：{gaps[0]}"
                "请把目录改回，或登记新的一版对照表后移走这个文件。",
                tuple(gaps),
            )
        by_form.setdefault(mapping.form, []).append(mapping)
        digest.update(path.read_bytes())
    forms = {code: form_of(sorted(found, key=_age)) for code, found in by_form.items()}
    return catalogue.model_copy(update={"forms": catalogue.forms | forms, "digest": digest.hexdigest()})


def _age(mapping: Mapping) -> tuple[int, str]:
    """Editions in order: 2 before 10, numbers before words."""
    return (int(mapping.edition), "") if mapping.edition.isdigit() else (10**9, mapping.edition)


def confirm_mapping(way: Way, path: Path, workbooks: Sequence[tuple[bytes, str]]) -> Confirmed:
    """Put a person's mapping in force, once it is complete and reads every one of these workbooks without a question.

    Raises NotPermitted, UsageError (not readable), MappingIncomplete (`.gaps`), MappingConflict (another text under
    the same edition); nothing is changed then. The same text again changes nothing.
    """
    way.may(ACTION)
    return confirm(way, read_mapping(path), path.read_bytes(), workbooks, path.name)


def confirm(
    way: Way, mapping: Mapping, text: bytes, workbooks: Sequence[tuple[bytes, str]], called: str = ""
) -> Confirmed:
    """Put a mapping in force that is written as `text`, as `confirm_mapping` does. Raises the same."""
    way.may(ACTION)
    if gaps := missing(mapping, way.catalogue):
        raise MappingIncomplete(f"对照表 {called} 还不完整，没有登记，什么也没有改动。请补齐：", tuple(gaps))
    target = mappings_place(way.folder) / f"{mapping.code}.yaml"
    repeated = target.exists() and target.read_bytes() == text
    if target.exists() and not repeated:
        raise MappingConflict(
            f"对照表 {mapping.code} 已经登记过，内容不同。登记过的一版不改动；请把 edition 改为新的一版再登记。"
        )
    books = [read_file(data, name) for data, name in workbooks]
    numbers = _tried(mapping, way.catalogue, books)
    if not repeated:
        files.make_directory(target.parent)
        detail = {"sha256": hashlib.sha256(text).hexdigest(), "workbooks": [book.sha256 for book in books]}
        with operating(way.folder) as conn:
            audit.append(conn, way.actor, "mapping.confirmed", mapping.code, place=way.place, detail=detail)
            files.write(target, text, "对照表")
    return Confirmed(mapping, numbers, repeated)


def _tried(mapping: Mapping, catalogue: Catalogue, books: Sequence[Workbook]) -> dict[str, int]:
    """How many numbers the mapping reads in each workbook; MappingIncomplete when a question is left."""
    alone = {c: f for c, f in catalogue.forms.items() if not mapped_editions(f)}
    known = catalogue.model_copy(update={"forms": alone | {mapping.form: form_of([mapping])}})
    numbers, gaps = {}, []
    for book in books:
        parsed = read_mapped(book, known)
        if parsed is not None and parsed.recognised == RECOGNISED:
            numbers[book.name] = sum(one.value is not None for one in parsed.observations)
            gaps += [f"{book.name}：{f.message}" for f in parsed.findings if f.severity is Severity.HARD]
        else:
            gaps += questions(mapping, book, catalogue)
    if gaps:
        raise MappingIncomplete("对照表读不全给出的工作簿，没有登记，什么也没有改动。请改正：", tuple(gaps))
    return numbers


def questions(mapping: Mapping, book: Workbook, catalogue: Catalogue) -> list[str]:
    """What has to be asked before this mapping can read the workbook, as sentences with their places."""
    if book.refused:
        return [f.message for f in book.findings]
    fit = fit_to(mapping, book, Names(catalogue))
    return [f"{book.name}：{note.text}" for note in fit.questions]
