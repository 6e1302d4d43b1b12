"""变动: a parsed return against what is published of it, cell by cell: new, revised, withdrawn, unchanged.

A revised or withdrawn value that is published needs a reason; each is a finding that asks for one, and the explanation
it gets is the revision reason that the value keeps for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.published import Published
from etl.returned import ParsedReturn
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding, Severity
from indicators.observations import Measure, Observation

CODE = "C501"


class Kind(StrEnum):
    """How a value stands to the published one."""

    NEW = "new"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"
    DROPPED = "dropped"  # published from an earlier edition of the form; this return has no such cell any more

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _LABELS[self.value]


_LABELS = {"new": "新增", "revised": "修订", "withdrawn": "撤回", "unchanged": "未变", "dropped": "不再报送"}


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, in the indicator's unit; None is missing."""

    kind: Kind
    observation: Observation
    before: Decimal | None
    after: Decimal | None


def changes(observations: Iterable[Observation], published: Published) -> list[Change]:
    """What publishing these observations of a return would change, one entry for each of them."""
    found = []
    for one in observations:
        known, before = published.current(one)
        after = one.canonical_value
        if not known or (before is None and after is not None):
            kind = Kind.NEW
        elif before is not None and after is None:
            kind = Kind.WITHDRAWN
        else:
            kind = Kind.UNCHANGED if before == after else Kind.REVISED
        found.append(Change(kind, one, before, after))
    return found


def counted(found: Sequence[Change]) -> str:
    """`新增 12、修订 2、未变 40`."""
    numbers = Counter(change.kind for change in found)
    return "、".join(f"{kind.label} {numbers[kind]}" for kind in Kind if numbers[kind])


def reasons_wanted(found: Sequence[Change], catalogue: Catalogue, parsed: ParsedReturn) -> list[Finding]:
    """A finding for each published value that would change, asking why; not where the cell could not be read at all."""
    unread = {(f.sheet, f.cell) for f in parsed.findings if f.severity is Severity.HARD}
    return [
        _finding(change, catalogue, parsed.file_name)
        for change in found
        if change.kind in (Kind.REVISED, Kind.WITHDRAWN)
        and (change.observation.sheet, change.observation.cell) not in unread
    ]


def _finding(change: Change, catalogue: Catalogue, file: str) -> Finding:
    one = change.observation
    indicator = catalogue.indicators.get(one.indicator)
    name = indicator.name if indicator else one.indicator
    before = f"{_plain(change.before)}{one.canonical_unit}"
    after = "空" if change.after is None else f"{_plain(change.after)}{one.canonical_unit}"
    return Finding(
        code=CODE,
        severity=Severity.SOFT,
        message=f"{name}{_what(one)}已发布 {before}，这次报 {after}。已发布的数改动须说明原因。",
        file=file,
        sheet=one.sheet,
        cell=one.cell,
        found=after,
        expected=before,
        hint="确认无误的，请写明修订原因；填错的，请改正后重新报送。",
        rule=CODE,
        rule_version="1",
        cells=(one.cell,),
        values=(str(change.before), str(change.after)),
    )


def _what(one: Observation) -> str:
    return {Measure.LEVEL_PREVIOUS_YEAR: "上年同期数", Measure.GROWTH_YOY: "同比增长", Measure.PLAN: "计划数"}.get(
        one.measure, ""
    )


def _plain(value: Decimal | None) -> str:
    if value is None:
        return "空"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
