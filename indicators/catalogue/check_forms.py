"""Forms and check rules, proved: every open cell says completely what it is, every rule parses and names real cells.

Called by `references` with the draft; yields the path within the entry and a sentence. It must not know workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from indicators.catalogue.draft import Draft
from indicators.catalogue.facets import address, cell_facet, contradictions, open_cells
from indicators.catalogue.model import Facet, Form, FormEdition, Rule
from indicators.catalogue.raw import Step
from indicators.catalogue.wording import unknown
from indicators.errors import UsageError
from indicators.observations import Measure
from indicators.periods import Period
from indicators.rules.binding import bind
from indicators.rules.errors import RuleError, RuleSyntaxError
from indicators.rules.parser import parse
from indicators.rules.tree import Kind, references
from indicators.units import find_unit

Told = Iterator[tuple[tuple[Step, ...], str]]
RECORD_FIELDS = (
    "indicator",
    "indicator_name",
    "area",
    "period",
    "measure",
    "nature",
    "price_basis",
    "scope",
    "value",
    "unit",
    "status",
    "source",
    "grade",
    "comment",
)
_REQUIRED = ("indicator", "area", "measure", "nature", "unit")


def check_form(draft: Draft, form: Form) -> Told:
    """Editions follow one another without overlap, and each is complete."""
    yield from _editions_in_order(form)
    for quarter in form.exempt_quarters:
        if quarter not in (1, 2, 3, 4):
            yield ("exempt_quarters",), f"免报季度 {quarter} 不存在；允许：1、2、3、4。"
    for number, edition in enumerate(form.editions):
        check = _records if edition.layout == "record" else _matrix
        for path, text in check(draft, form, edition):
            yield ("editions", number, *path), f"{edition.edition} 版：{text}"


def check_rule(draft: Draft, rule: Rule) -> Told:
    """The expression reads, binds to every edition that it is valid for, and names real departments and areas."""
    forms = [form for form in draft.entries("forms") if rule.form in ("*", form.code)]
    if not forms:
        yield ("form",), unknown(rule.form, (*draft.codes("forms"), "*"), "form 的 forms 代码")
        return
    try:
        tree = parse(rule.expression, rule.code)
    except RuleSyntaxError as error:
        yield ("expression",), str(error)
        return
    if isinstance(tree, Kind):
        for code in sorted(set(tree.indicators) - draft.codes("indicators")):
            yield ("expression",), unknown(code, draft.codes("indicators"), "indicators 代码")
        return
    if rule.form == "*":
        yield ("form",), "写有行号的关系只能属于一张表；form 请写明报表代码。"
        return
    for operand in references(tree):
        for table, code in (("departments", operand.department), ("areas", operand.area)):
            if code and code not in draft.codes(table):
                yield ("expression",), unknown(code, draft.codes(table), f"{table} 代码")
    yield from _unbound(rule, forms[0])


def _unbound(rule: Rule, form: Form) -> Told:
    try:
        first = Period.parse(rule.valid_from) if rule.valid_from else None
        last = Period.parse(rule.valid_to) if rule.valid_to else None
    except UsageError as error:
        yield ("valid_from",), str(error)
        return
    for edition in form.editions:
        ends = Period.parse(edition.valid_to).end if edition.valid_to else date.max
        if (first and ends < first.start) or (last and last.end < Period.parse(edition.valid_from).start):
            continue
        try:
            bind(rule, edition)
        except RuleError as error:
            yield ("expression",), str(error)


def _editions_in_order(form: Form) -> Told:
    before: Period | None = None
    for number, edition in enumerate(form.editions):
        try:
            first = Period.parse(edition.valid_from)
            last = Period.parse(edition.valid_to) if edition.valid_to else None
        except UsageError as error:
            yield ("editions", number, "valid_from"), str(error)
            return
        if number and (before is None or first.start <= before.end):
            yield ("editions", number, "valid_from"), "版本的有效期重叠或不是由旧到新；上一版应先写明 valid_to。"
        before = last
    if not form.editions:
        yield ("editions",), "报表没有版本；至少要有一版。"


def _records(draft: Draft, form: Form, edition: FormEdition) -> Told:
    for number, column in enumerate(edition.records):
        if column.field not in RECORD_FIELDS:
            yield ("records", number, "field"), unknown(column.field, RECORD_FIELDS, "字段")
    if not edition.records:
        yield ("records",), "记录式报表没有列；至少要有指标代码、地区代码、报告期和数值。"


def _matrix(draft: Draft, form: Form, edition: FormEdition) -> Told:
    if not edition.rows or not edition.columns:
        yield ("rows",), "矩阵式报表没有行或没有列。"
    yield from _codes_once(edition)
    known = {address(row, column) for row in edition.rows for column in edition.columns}
    for field in ("closed_cells", "optional_cells"):
        for number, cell in enumerate(getattr(edition, field)):
            if cell not in known:
                yield (field, number), f"{field} 中的“{cell}”不是本版的“行号:列号”。"
    yield from _facets(draft, form, edition)


def _codes_once(edition: FormEdition) -> Told:
    for field in ("rows", "columns"):
        seen: set[str] = set()
        for number, part in enumerate(getattr(edition, field)):
            if part.code in seen:
                yield (field, number, "code"), f"{field} 的代码 {part.code} 用了两次。"
            seen.add(part.code)


def _facets(draft: Draft, form: Form, edition: FormEdition) -> Told:
    rows = {row.code: number for number, row in enumerate(edition.rows)}
    allowed = {"indicator": draft.codes("indicators"), "area": draft.codes("areas"), "scope": draft.codes("scopes")}
    told: dict[tuple[object, ...], str] = {}
    for row, column in open_cells(edition):
        cell, path = address(row, column), ("rows", rows[row.code])
        for side in contradictions(row, column):
            said = f"{getattr(row, side)}、{getattr(column, side)}"
            yield path, f"单元格 {cell} 的 {side} 行列说法不一（{said}）；请只在一边写。"
        facet = cell_facet(form, edition, row, column)
        for side in _REQUIRED:
            if not getattr(facet, side):
                yield path, f"单元格 {cell} 没有说明 {side}；请在行、列或表头写明，或列入 closed_cells。"
        for side, codes in allowed.items():
            if getattr(facet, side) and getattr(facet, side) not in codes:
                yield path, f"单元格 {cell}：" + unknown(getattr(facet, side), codes, f"{side} 代码")
        indicator = draft.get("indicators", facet.indicator)
        kept = "%" if facet.measure is Measure.GROWTH_YOY else indicator.unit if indicator else ""
        if kept and facet.unit and not convertible(facet.unit, kept):
            yield path, f"单元格 {cell} 的计量单位“{facet.unit}”不能换算为“{kept}”；请改用同一量纲的单位。"
        same = told.setdefault(_identity(facet), cell)
        if same != cell:
            yield path, f"单元格 {cell} 与 {same} 说的是同一个观测；一张表里同一观测只能填一处。"


def convertible(unit: str, other: str) -> bool:
    """Whether both units are known and of one dimension."""
    first, second = find_unit(unit), find_unit(other)
    return first is not None and second is not None and first.dimension == second.dimension


def _identity(facet: Facet) -> tuple[object, ...]:
    return facet.indicator, facet.area, facet.measure, facet.nature, facet.price_basis, facet.scope
