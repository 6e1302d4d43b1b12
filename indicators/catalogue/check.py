"""The question of `zhibiao catalogue check`: what is wrong with this folder? Loading, asked for its mistakes only."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from indicators.catalogue.load import load_catalogue
from indicators.errors import CatalogueError


def check_catalogue(folder: Path | Traversable) -> list[str]:
    """The mistakes of the catalogue in `folder`, each naming file and line; empty when it loads."""
    try:
        load_catalogue(folder)
    except CatalogueError as error:
        return list(error.mistakes)
    return []
