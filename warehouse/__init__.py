"""WHERE it is kept: vault, operations database, generations, as-of reads, audit, SQL sandbox."""

from typing import Any

__all__ = ["open_warehouse"]


def __getattr__(name: str) -> Any:
    """`from warehouse import open_warehouse`, which needs DuckDB and is therefore fetched when it is asked for."""
    if name != "open_warehouse":
        raise AttributeError(name)
    from warehouse.open import open_warehouse

    return open_warehouse
