"""The published series: one CSV for each document or day of publication, a row for each figure, as it was printed.

The rows are written into workbooks of the record form `PUB` and go through the same flow as any return. Nothing stands
here that the sources in the catalogue do not say. It must not know workbooks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from data import catalogue_folder
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Source
from indicators.periods import Period

FORM = "PUB"
DEPARTMENT = "PUB"
Identity = tuple[str, ...]
_IDENTITY = ("indicator", "area", "period", "measure", "nature", "price_basis", "scope")


@dataclass(frozen=True, slots=True)
class PublishedReturn:
    """What one document says: `rows` by the fields of the record form, all values text, blank where it says nothing.

    `known_from` is the vintage. `revision_reason` is not empty when an earlier document printed some of the same
    observations.
    """

    source: Source
    known_from: date
    period: str
    rows: tuple[Mapping[str, str], ...]
    revision_reason: str = ""


@cache
def workbooks() -> tuple[PublishedReturn, ...]:
    """All published returns, in the order in which they became known."""
    catalogue = load_catalogue(catalogue_folder())
    fields = {column.header: column.field for column in catalogue.forms[FORM].editions[-1].records}
    found = [file for file in files("data.published").iterdir() if file.name.endswith(".csv")]
    sources = {file.name.removesuffix(".csv"): file for file in found}
    printed: set[Identity] = set()
    returns = []
    for code in sorted(sources, key=lambda code: (catalogue.sources[code].known_from, code)):
        source = catalogue.sources[code]
        rows = _rows(sources[code], fields)
        identities = {tuple(row[field] for field in _IDENTITY) for row in rows}
        reason = f"公开发布的后一版本：{source.title}。" if identities & printed else ""
        printed |= identities
        last = max(Period.parse(row["period"]) for row in rows).code
        returns.append(PublishedReturn(source, source.known_from, last, rows, reason))
    return tuple(returns)


def _rows(file: Traversable, fields: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
    reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    return tuple({fields[header]: cell for header, cell in row.items()} for row in reader)
