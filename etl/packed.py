"""What the children do when many returns are loaded: read a file into a packed return, later check a packed return.

Between the two a return lies on disk as bytes that only a child opens; what the loading process gets is small. Which
return must be checked before which is told by `families`. Nothing here writes anything or knows a data folder.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from etl import changes as diff
from etl.check import check_return
from etl.plaindata import read_plain
from etl.published import Pages, Published, packed, pages_of
from etl.returned import ParsedReturn
from etl.worker import Pool, read_and_parse
from indicators.catalogue.facets import cell_facet, open_cells
from indicators.catalogue.model import Catalogue, Form
from indicators.columns import Observations
from indicators.findings import Finding
from warehouse import vault


class Packed(NamedTuple):
    """A return as read: `parsed` without its numbers, the periods its numbers are about, and all of it as bytes."""

    parsed: ParsedReturn
    periods: tuple[str, ...]
    content: bytes


class Judged(NamedTuple):
    """What checking a packed return gave: findings of the rules and of what changed, and what is to be kept."""

    rules: tuple[Finding, ...]
    changes: tuple[Finding, ...]
    observations: int
    texts: vault.Texts
    pages: Pages


class Family(NamedTuple):
    """Forms whose numbers rules may compare, by the indicators they share; None where any form may be meant."""

    forms: frozenset[str] | None
    departments: frozenset[str]


def loading_pool(catalogue: Catalogue, secret: bytes) -> Pool[Packed | Judged | Finding]:
    """Children that read (`run(data, name)`) and check (`run(content, name, pages)`); a Finding where one died."""
    return Pool(partial(read_or_check, catalogue, secret), lambda _data, _name, why: why)


def read_or_check(
    catalogue: Catalogue, secret: bytes, data: bytes, name: str, pages: Pages | None = None
) -> Packed | Judged:
    """The task of a child: bytes of a file to a packed return, or with `pages` a packed return to its judgement."""
    if pages is None:
        return pack(read_and_parse(catalogue, secret, data, name))
    parsed, known = read_plain(data), Published(pages)
    rules = check_return(parsed, catalogue, known)
    own = pages_of(parsed.observations)
    before = diff.changes(parsed.observations, known) if any(map(known.page, own)) else []
    changed = diff.reasons_wanted(before, catalogue, parsed)
    kept = {key: packed(page) for key, page in own.items()}
    texts = vault.texts_of(parsed.observations)
    return Judged(tuple(rules), tuple(changed), len(parsed.observations), texts, kept)


def pack(parsed: ParsedReturn) -> Packed:
    """A return on its way from one child to another."""
    periods = tuple(sorted(set(Observations.of(parsed.observations).columns["period"])))
    light = replace(parsed, observations=(), cells={})
    return Packed(light, periods, pickle.dumps(parsed, pickle.HIGHEST_PROTOCOL))


def families(catalogue: Catalogue) -> dict[str, Family]:
    """The family of each form (by code): forms that share an indicator, directly or through others."""
    groups: list[tuple[set[str], set[str]]] = []
    for form in catalogue.forms.values():
        indicators, forms = _indicators(form), {form.code}
        for group in [g for g in groups if g[0] & indicators]:
            groups.remove(group)
            indicators, forms = indicators | group[0], forms | group[1]
        groups.append((indicators, forms))
    everybody = frozenset(catalogue.departments)
    found: dict[str, Family] = {}
    for indicators, forms in groups:
        departments = frozenset(d for code in forms for d in catalogue.forms[code].departments)
        family = Family(frozenset(forms), departments) if indicators else Family(None, everybody)
        found |= dict.fromkeys(forms, family)
    return found


def _indicators(form: Form) -> set[str]:
    cells = [(edition, cell) for edition in form.editions for cell in open_cells(edition)]
    return {cell_facet(form, edition, *cell).indicator for edition, cell in cells}
