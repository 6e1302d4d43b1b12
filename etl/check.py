"""审核: all check rules of the catalogue on one parsed return, as findings at the sender's own cells.

The station between `parse` and `submit`. The rules and their arithmetic are `indicators.rules`; here they meet the
addresses of a workbook and become findings. The past comes through `History`; nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from etl.returned import ParsedReturn
from indicators.catalogue.facets import address, cell_facet, open_cells
from indicators.catalogue.model import Catalogue, Form, FormEdition, Rule
from indicators.findings import Finding, RuleState, Severity
from indicators.observations import Observation
from indicators.periods import Period
from indicators.rules.binding import Check, bind
from indicators.rules.evaluation import RuleOutcome, evaluate
from indicators.rules.facts import Facts, History
from indicators.rules.judge import suspicions
from indicators.rules.kinds import CODES
from indicators.rules.tree import Kind
from indicators.rules.wording import lacking, sentence

RELATION, NOT_EVALUABLE = "R401", "R499"


class Prepared(NamedTuple):
    """What checking needs of an edition, worked out once: its bound rules, the names of its cells, who reports what."""

    checks: tuple[Check, ...]
    names: dict[str, str]
    required: frozenset[str]
    reporters: dict[str, tuple[str, ...]]


def check_return(parsed: ParsedReturn, catalogue: Catalogue, history: History) -> list[Finding]:
    """The findings of every rule in force for this return, in the order of the catalogue; the return is not changed.

    A return whose form was not recognised has none. RuleError when a rule of the catalogue does not fit the form.
    """
    form = catalogue.forms.get(parsed.form)
    edition = next((e for e in form.editions if e.edition == parsed.edition), None) if form else None
    if form is None or edition is None or not parsed.period:
        return []
    prepared = _prepared(form, edition, catalogue)
    facts = _facts(parsed, prepared, catalogue, history)
    found: list[Finding] = []
    for check in prepared.checks:
        if in_force(check.rule, parsed.period):
            judged = _suspected if isinstance(check.tree, Kind) else _related
            found += judged(check, facts, parsed)
    return found


def in_force(rule: Rule, period: str) -> bool:
    """True when the rule is valid for the report period (a code)."""
    when = Period.parse(period)
    begun = not rule.valid_from or Period.parse(rule.valid_from).start <= when.start
    return begun and (not rule.valid_to or when.end <= Period.parse(rule.valid_to).end)


_kept: list[tuple[Catalogue, dict[str, tuple[str, ...]]]] = []
_prepared_editions: dict[int, tuple[FormEdition, Catalogue, Prepared]] = {}


def _prepared(form: Form, edition: FormEdition, catalogue: Catalogue) -> Prepared:
    kept = _prepared_editions.get(id(edition))
    if kept and kept[0] is edition and kept[1] is catalogue:
        return kept[2]
    rules = [rule for rule in catalogue.rules.values() if rule.form in ("*", form.code) and _meets(rule, edition)]
    optional, names, required = set(edition.optional_cells), dict[str, str](), set[str]()
    for row, column in open_cells(edition):
        key = address(row, column)
        names[key] = f"[{row.code}]{row.label.strip()}（第 {column.code} 栏）"
        if column.required and key not in optional:
            required.add(key)
    prepared = Prepared(tuple(bind(rule, edition) for rule in rules), names, frozenset(required), _reporters(catalogue))
    if len(_prepared_editions) > 200:
        _prepared_editions.clear()
    _prepared_editions[id(edition)] = (edition, catalogue, prepared)
    return prepared


def _meets(rule: Rule, edition: FormEdition) -> bool:
    """True when rule and edition are ever in force together."""
    after = rule.valid_to and Period.parse(rule.valid_to).end < Period.parse(edition.valid_from).start
    before = rule.valid_from and edition.valid_to
    return not after and not (before and Period.parse(edition.valid_to).end < Period.parse(rule.valid_from).start)


def _reporters(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The departments whose forms ask for an indicator, where there are several; worked out once for a catalogue."""
    if _kept and _kept[0][0] is catalogue:
        return _kept[0][1]
    asked: dict[str, dict[str, None]] = {}
    for form in catalogue.forms.values():
        for edition in form.editions:
            for row, column in open_cells(edition):
                indicator = cell_facet(form, edition, row, column).indicator
                asked.setdefault(indicator, {}).update(dict.fromkeys(form.departments))
    _kept[:] = [(catalogue, {indicator: tuple(who) for indicator, who in asked.items() if len(who) > 1})]
    return _kept[0][1]


def _facts(parsed: ParsedReturn, prepared: Prepared, catalogue: Catalogue, history: History) -> Facts:
    at = {(one.sheet, one.cell): one for one in parsed.observations}
    flagged = {(f.sheet, f.cell) for f in parsed.findings if f.severity is Severity.HARD}
    cells: dict[tuple[str, str], Observation] = {}
    names, required = {}, set()
    for key, cell in parsed.cells.items():
        where = cell.sheet, cell.address
        one, name = at.get(where), prepared.names.get(key)
        if one is None or name is None:
            continue
        row, _, column = key.partition(":")
        cells[row, column] = one
        names[cell.address] = name
        if key in prepared.required and where not in flagged:
            required.add(cell.address)
    return Facts(
        parsed.observations, catalogue, history,
        cells=cells, names=names, required=frozenset(required), reporters=prepared.reporters,
    )  # fmt: skip


def _related(check: Check, facts: Facts, parsed: ParsedReturn) -> Iterator[Finding]:
    """The findings of an expression: each application that failed, and once what could not be judged."""
    unjudged: list[RuleOutcome] = []
    for outcome in evaluate(check, facts.quantities, facts.elsewhere):
        if outcome.state is RuleState.FAILED:
            message, found, expected = sentence(facts, check, outcome)
            yield _finding(
                check.rule, RELATION, message, parsed, _observed(facts, outcome), outcome.values,
                found=found, expected=expected,
            )  # fmt: skip
        elif outcome.state is RuleState.NOT_EVALUABLE and _matters(facts, outcome):
            unjudged.append(outcome)
    if unjudged:
        marked = [one for outcome in unjudged for one in _observed(facts, outcome)]
        yield _finding(
            check.rule, NOT_EVALUABLE, lacking(facts, unjudged), parsed, list(dict.fromkeys(marked)), (),
            severity=Severity.INFO, state=RuleState.NOT_EVALUABLE,
        )  # fmt: skip


def _matters(facts: Facts, outcome: RuleOutcome) -> bool:
    """Worth a word: the sender filled in part of what the rule needs, and it is not only the past that is missing."""
    inside = [value for cell, value in zip(outcome.cells, outcome.values, strict=True) if not cell.outside]
    lacking_inside = any(not cell.outside for cell in outcome.lacking)
    return any(value is not None for value in inside) and (lacking_inside or not outcome.lacking)


def _observed(facts: Facts, outcome: RuleOutcome) -> list[Observation]:
    """The cells of the return that take part, those without a number first when it is they that matter."""
    inside = [cell for cell in outcome.cells if not cell.outside and (cell.row, cell.column) in facts.cells]
    inside.sort(key=lambda cell: cell not in outcome.lacking)
    return [facts.cells[cell.row, cell.column] for cell in inside]


def _suspected(check: Check, facts: Facts, parsed: ParsedReturn) -> Iterator[Finding]:
    """The findings of a named check."""
    if not isinstance(check.tree, Kind):
        return
    for suspicion in suspicions(check.tree, facts):
        own = tuple(one.canonical_value for one in suspicion.cells)
        yield _finding(
            check.rule, CODES[check.tree.name], suspicion.sentence, parsed, list(suspicion.cells),
            (*own, *suspicion.values),
            severity=suspicion.severity, found=suspicion.found, expected=suspicion.expected,
        )  # fmt: skip


def _finding(
    rule: Rule,
    code: str,
    message: str,
    parsed: ParsedReturn,
    marked: list[Observation],
    values: tuple[Decimal | None, ...],
    *,
    severity: Severity | None = None,
    state: RuleState = RuleState.FAILED,
    found: str = "",
    expected: str = "",
) -> Finding:
    """The finding at the first of the marked cells, bound to the rule's version and the numbers it looked at."""
    return Finding(
        code=code,
        severity=severity or rule.severity,
        message=f"{message}（{rule.code}：{rule.message.rstrip('。')}）。",
        file=parsed.file_name,
        sheet=marked[0].sheet if marked else "",
        cell=marked[0].cell if marked else "",
        found=found or (marked[0].raw_text if marked else ""),
        expected=expected,
        hint=rule.hint,
        rule=rule.code,
        rule_version=rule.version,
        state=state,
        cells=tuple(one.cell for one in marked),
        values=tuple("" if value is None else f"{value.normalize():f}" for value in values),
    )
