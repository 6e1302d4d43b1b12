"""What ships with the product: the New Area's catalogue, the published series, the generator of simulated returns.

Stands beside the ways in: `zhibiao init` reads it, nothing else needs it. It knows the catalogue's types and no more.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable


def catalogue_folder() -> Traversable:
    """The shipped catalogue, for `indicators.catalogue.load.load_catalogue`; it may lie inside a wheel."""
    return files("data") / "catalogue"
