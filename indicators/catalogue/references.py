"""Every reference and promise between the catalogue's entries, proved; forms and rules are proved in `check_forms`.

Comes after each entry is sound by itself. Each check yields sentences that name file, line, mistake and what is
allowed. It must not read files nor repair anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indicators.catalogue.check_forms import check_form, check_rule, convertible
from indicators.catalogue.draft import Draft
from indicators.catalogue.model import Area, Indicator, ScopeBreak
from indicators.catalogue.wording import unknown
from indicators.targets import Target, TargetKind, TargetStatus
from indicators.units import find_unit

# Which field of which table refers to which table.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("areas", "parent", "areas"),
    ("areas", "members", "areas"),
    ("scopes", "source", "sources"),
    ("indicators", "theme", "themes"),
    ("indicators", "scope", "scopes"),
    ("indicators", "department", "departments"),
    ("indicators", "source", "sources"),
    ("indicators", "part_of", "indicators"),
    ("scope_breaks", "indicator", "indicators"),
    ("scope_breaks", "area", "areas"),
    ("scope_breaks", "from_scope", "scopes"),
    ("scope_breaks", "to_scope", "scopes"),
    ("scope_breaks", "source", "sources"),
    ("goals", "source", "sources"),
    ("goals", "indicators", "indicators"),
    ("targets", "indicator", "indicators"),
    ("targets", "area", "areas"),
    ("targets", "scope", "scopes"),
    ("targets", "source", "sources"),
    ("targets", "base_source", "sources"),
    ("targets", "benchmark_area", "areas"),
    ("targets", "predecessor", "targets"),
    ("forms", "departments", "departments"),
    ("forms", "area", "areas"),
    ("forms", "scope", "scopes"),
)

# What a kind of target cannot be judged without.
NEEDED: dict[TargetKind, tuple[str, ...]] = {
    TargetKind.FLOOR: ("value", "due_on"),
    TargetKind.LOWER: ("value", "due_on"),
    TargetKind.CAP_CUMULATIVE: ("value", "start_on", "due_on"),
    TargetKind.CAP_STOCK: ("value", "due_on"),
    TargetKind.CAP_RATE: ("value", "due_on"),
    TargetKind.RANGE: ("low", "high", "due_on"),
    TargetKind.GROWTH_AVERAGE: ("growth", "due_on"),
    TargetKind.GROWTH_YEAR: ("growth", "due_on"),
    TargetKind.DOUBLE_BY: ("multiple", "due_on"),
    TargetKind.BENCHMARK: ("benchmark_area",),
    TargetKind.QUALITATIVE: ("text",),
}


def check_references(draft: Draft) -> list[str]:
    """All mistakes between entries, in the order of the tables."""
    mistakes = list(_dangling(draft))
    for table, check in (
        ("areas", _area),
        ("indicators", _indicator),
        ("scope_breaks", _scope_break),
        ("targets", _target),
        ("forms", check_form),
        ("rules", check_rule),
    ):
        for entry in draft.entries(table):
            mistakes += (draft.mistake(table, entry, path, text) for path, text in check(draft, entry))
    return mistakes + list(_shared_names(draft))


def _dangling(draft: Draft) -> Iterator[str]:
    for table, field, other in REFERENCES:
        allowed = draft.codes(other)
        for entry in draft.entries(table):
            said = getattr(entry, field)
            for code in (said,) if isinstance(said, str) else said:
                if code and code not in allowed:
                    yield draft.mistake(table, entry, (field,), unknown(code, allowed, f"{field} 的 {other} 代码"))


def _area(draft: Draft, area: Area) -> Iterator[tuple[tuple[str, ...], str]]:
    parents = {other.code: other.parent for other in draft.entries("areas")}
    seen, here = {area.code}, area.parent
    while here:
        if here in seen:
            yield ("parent",), f"上级地区绕成了圈：{area.code} 经 {here} 又回到已经过的地区；请改正其中一个 parent。"
            return
        seen.add(here)
        here = parents.get(here, "")


def _indicator(draft: Draft, indicator: Indicator) -> Iterator[tuple[tuple[str, ...], str]]:
    if find_unit(indicator.unit) is None:
        yield ("unit",), f"计量单位“{indicator.unit}”不认识；可用的单位见 indicators/units.csv，也可写作“吨/万元”。"
    whole = draft.get("indicators", indicator.part_of)
    if whole is not None and whole.unit != indicator.unit:
        yield ("unit",), f"计量单位“{indicator.unit}”与所属总计 {indicator.part_of} 的“{whole.unit}”不同；二者应相同。"
    if None not in (indicator.natural_min, indicator.natural_max) and indicator.natural_min >= indicator.natural_max:  # type: ignore[operator]
        yield ("natural_min",), f"下限 {indicator.natural_min} 不小于上限 {indicator.natural_max}。"


def _scope_break(draft: Draft, scope_break: ScopeBreak) -> Iterator[tuple[tuple[str, ...], str]]:
    if scope_break.from_scope == scope_break.to_scope:
        yield ("to_scope",), "调整前后的口径相同；口径调整应连接两个不同的口径。"
    if scope_break.link_factor is not None and not (scope_break.link_overlap and scope_break.link_author):
        yield ("link_factor",), "写了衔接系数，却没有写衔接重叠期 link_overlap 和衔接人 link_author；两者都要写明。"


def _target(draft: Draft, target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    yield from target_mistakes(target, draft.get("indicators", target.indicator))


def target_mistakes(target: Target, indicator: Indicator | None) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a target of this indicator (None: not known) may not say or leave out: the field, and a sentence."""
    for field in NEEDED[target.kind]:
        if getattr(target, field) in (None, ""):
            yield (field,), f"类型 {target.kind} 的目标必须写明 {field}。"
    if (target.base_on is None) != (target.base_value is None):
        yield ("base_on",), "base_on 与 base_value 应同时写明或同时不写；基期从不推定。"
    example = target.status is TargetStatus.EXAMPLE
    if example != target.name.startswith("示例："):
        yield ("name",), "示例目标的名称必须以“示例：”开头，其他目标不得如此。"
    if target.status is TargetStatus.OFFICIAL and not (
        target.source and target.clause and target.grade and target.text
    ):
        yield ("status",), "正式目标必须写明来源 source、条款 clause、等级 grade 和原文 text。"
    yield from _target_dates(target)
    yield from _target_numbers(target)
    if indicator and target.unit and target.growth is None and not convertible(target.unit, indicator.unit):
        yield ("unit",), f"计量单位“{target.unit}”不能换算为指标 {indicator.code} 的“{indicator.unit}”。"


def _target_dates(target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    for earlier, later in (("base_on", "due_on"), ("start_on", "due_on"), ("effective_from", "effective_to")):
        first, last = getattr(target, earlier), getattr(target, later)
        if first and last and first >= last:
            yield (earlier,), f"{earlier}（{first}）应早于 {later}（{last}）。"
    if (target.path == "milestones") != bool(target.milestones):
        yield ("path",), "path 取 milestones 时要列出 milestones，取别的就不列。"


def _target_numbers(target: Target) -> Iterator[tuple[tuple[str, ...], str]]:
    """Numbers that contradict each other or mean nothing: judged all the same, they would give a confident verdict."""
    for below, above in (("low", "high"), ("outer_low", "low"), ("high", "outer_high"), ("natural_min", "natural_max")):
        less, more = getattr(target, below), getattr(target, above)
        if less is not None and more is not None and less >= more:
            yield (below,), f"{below}（{less}）应小于 {above}（{more}）。"
    for field in ("value", "low", "high"):
        for limit, sign in (("natural_min", 1), ("natural_max", -1)):
            said, end = getattr(target, field), getattr(target, limit)
            if said is not None and end is not None and sign * said < sign * end:
                yield (field,), f"{field}（{said}）超出 {limit}（{end}），永远达不到或永远达到。"
    if target.multiple is not None and target.multiple <= 1:
        yield ("multiple",), f"multiple（{target.multiple}）应大于 1：翻一番写 2，翻两番写 4。"
    if target.growth is not None and target.growth <= -100:
        yield ("growth",), f"growth（{target.growth}）应大于 -100；下降 5% 写 -5。"
    if target.tolerance is not None and target.tolerance < 0:
        yield ("tolerance",), f"tolerance（{target.tolerance}）不能为负。"
    for stage in target.milestones:
        if (target.base_on and stage.on <= target.base_on) or (target.due_on and stage.on >= target.due_on):
            yield ("milestones",), f"milestones 中的 {stage.on} 应晚于 base_on、早于 due_on。"


def _shared_names(draft: Draft) -> Iterator[str]:
    """Two entries of one table under one name or alias cannot be told apart in a hand-made workbook."""
    for table in ("indicators", "areas", "departments"):
        first: dict[str, Any] = {}
        for entry in draft.entries(table):
            for name in {entry.name, *getattr(entry, "aliases", ())}:
                if name in first:
                    text = f"名称或别名“{name}”已属于 {first[name]}；请改得可以区分。"
                    yield draft.mistake(table, entry, ("name",), text)
                first.setdefault(name, entry.code)
