"""The programmes and rules by which a data folder supervises: its own catalogue's, or those that ship."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from etl.way import Way
from indicators.tasks.load import Programmes, load_programmes
from indicators.tasks.programme import Programme
from indicators.tasks.task import Task


def programmes_of(way: Way) -> Programmes:
    """What this folder supervises by. Raises CatalogueError with every mistake of the files."""
    from data import catalogue_folder

    own = way.folder.root / "catalogue" / "programmes"
    place = own if own.is_dir() else Path(str(catalogue_folder())) / "programmes"
    newest = max((p.stat().st_mtime_ns for p in place.glob("*.yaml")), default=0)
    return _loaded(place, newest, frozenset(way.catalogue.indicators))


@cache
def _loaded(place: Path, newest: int, indicators: frozenset[str]) -> Programmes:
    """`newest` is in the key so that rules edited under a running service are read again."""
    return load_programmes(place, indicators)


def new_tasks(programme: Programme) -> list[Task]:
    """The tasks of a programme of the catalogue, before anybody is responsible for them."""
    return [
        Task(
            code=item.code,
            programme=programme.code,
            number=item.number,
            title=item.title,
            chapter=item.chapter,
            chapter_title=programme.chapter(item.chapter),
            text=item.text,
            links=item.indicators,
        )
        for item in programme.items
    ]
