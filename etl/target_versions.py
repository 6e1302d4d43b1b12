"""What drafts of targets mean beside those that are known: a new target, a new version, or nothing new.

A version is never changed: other values of a known target make the next version, which must say by which rule it came
about and from which day it holds. Official and example targets are not the bureau's to rewrite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from etl.codes import finding
from etl.target_columns import BY_FIELD
from etl.target_rows import Draft
from indicators.findings import Finding
from indicators.targets import Target, TargetStatus


@dataclass(slots=True)
class Settled:
    """The versions that an import would add, the codes that stay as they are, and what stands in the way."""

    added: list[Target] = field(default_factory=list)
    revised: list[Target] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def versions(self) -> list[Target]:
        """Everything to be kept, in the order of the table."""
        return [*self.added, *self.revised]


def settle(drafts: Sequence[Draft], known: Iterable[Target]) -> Settled:
    """Compare drafts with the newest version of each known target."""
    newest: dict[str, Target] = {}
    for target in known:
        if target.code not in newest or newest[target.code].version < target.version:
            newest[target.code] = target
    settled, rows = Settled(), dict[str, int]()
    codes = {*newest, *(d.target.code for d in drafts)}
    for draft in drafts:
        first = rows.setdefault(draft.target.code, draft.row)
        if first != draft.row:
            text = f"第 {draft.row} 行与第 {first} 行是同一个目标（{draft.target.code}）。"
            settled.findings.append(_found("T708", draft, "code", text))
        elif (named := draft.target.predecessor) and named not in codes:
            text = f"{draft.at('predecessor')}（替代目标）没有代码为“{named[:40]}”的目标。"
            settled.findings.append(_found("T704", draft, "predecessor", text))
        else:
            _settle(draft, newest.get(draft.target.code), settled)
    return settled


def _settle(draft: Draft, before: Target | None, settled: Settled) -> None:
    target = draft.target
    if before is None:
        settled.added.append(target)
        return
    if before.status is not TargetStatus.ADOPTED:
        text = f"{draft.at('code')}（目标代码）{target.code} 已属于{before.status.label}“{before.name}”。"
        settled.findings.append(_found("T709", draft, "code", text))
        return
    after = target.model_copy(
        update={"version": before.version, "predecessor": target.predecessor or before.predecessor}
    )
    if after == before:
        settled.unchanged.append(target.code)
        settled.findings.append(_found("T713", draft, "code", f"{target.code} 与现行第 {before.version} 版相同。"))
        return
    lacking = _lacking(target, before)
    for name, why in lacking:
        where, title = draft.at(name), BY_FIELD[name].title
        text = f"{where}（{title}）{why}：{target.code} 是对已采用目标第 {before.version} 版的调整。"
        settled.findings.append(_found("T710", draft, name, text))
    if not lacking:
        again = {"version": before.version + 1, "predecessor": target.predecessor or target.code}
        settled.revised.append(target.model_copy(update=again))


def _lacking(target: Target, before: Target) -> list[tuple[str, str]]:
    """What a revision must say and does not."""
    lacking = [] if target.rule_text else [("rule_text", "没有填")]
    if target.effective_from is None:
        lacking.append(("effective_from", "没有填"))
    elif before.effective_from and target.effective_from < before.effective_from:
        lacking.append(("effective_from", f"早于上一版的生效日期 {before.effective_from}"))
    return lacking


def _found(code: str, draft: Draft, name: str, text: str) -> Finding:
    return finding(code, text, sheet=draft.sheet, cell=draft.at(name))
