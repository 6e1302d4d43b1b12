"""Words for those who listen to a page: `**aria(label="…")` beside the other properties of an element."""

from __future__ import annotations

from typing import Any


def aria(**words: str) -> dict[str, Any]:
    """`aria-` attributes by their short names."""
    return {f"aria-{name}": text for name, text in words.items()}
