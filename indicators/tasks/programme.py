"""A programme of work as the catalogue has it: chapters, numbered items with their parts, and the indicators behind.

What a document says stands here verbatim; who is responsible and when is not in it, and so not here: that is set by the
bureau on the running task (`task`). The rules of lights and assessment are data of the catalogue too (`rules`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from indicators.catalogue.model import Entry


class Link(BaseModel):
    """An indicator that an item should move, and which way."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str
    direction: Literal["up", "down"]


class Chapter(BaseModel):
    """A chapter of a programme."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    number: int
    title: str


class Item(Entry):
    """One numbered item: its title, its parts (what is to be reached, a sentence each) and what it names."""

    chapter: int
    number: int
    title: str
    clause: str
    parts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    indicators: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        """The whole item as the document prints it, without its number."""
        return f"{self.title}。" + "".join(self.parts)


class Programme(Entry):
    """A document that sets tasks for a year. `number` is its 文号, `source` its code among the sources."""

    title: str
    year: int
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    source: str = ""
    chapters: tuple[Chapter, ...] = ()
    items: tuple[Item, ...]

    def chapter(self, number: int) -> str:
        """The title of a chapter, "" where there is none of that number."""
        return next((c.title for c in self.chapters if c.number == number), "")
