"""Properties of the rule language: text and tree are one, blanks never pass, tolerance only forgives, SQL is Python."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.catalogue.model import Form, FormColumn, FormEdition, FormRow, Rule
from indicators.findings import RuleState, Severity
from indicators.observations import Measure, SeriesKey
from indicators.periods import Nature, Period
from indicators.rules.arithmetic import Quantity
from indicators.rules.binding import bind
from indicators.rules.errors import RuleSyntaxError
from indicators.rules.evaluation import Elsewhere, evaluate, period_of
from indicators.rules.notation import import_notation
from indicators.rules.parser import parse
from indicators.rules.sql import compile_sql
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Comparison,
    Implication,
    Logical,
    Negative,
    Not,
    Number,
    Reference,
    Span,
    references,
    text_of,
)

ROWS, COLUMNS = ("01", "02", "03", "04"), ("1", "2", "3")
NATURES = dict(zip(COLUMNS, (Nature.YTD, Nature.SINGLE, Nature.STOCK), strict=True))
EDITION = FormEdition(
    edition="2024",
    valid_from="2014",
    sheet="表",
    rows=tuple(FormRow(code=code, label=f"第{code}行") for code in ROWS),
    columns=tuple(FormColumn(code=code, header=(code,), nature=NATURES[code]) for code in COLUMNS),
)
FORM = Form(
    code="F", name="表", name_en="f", table_number="1", authority="局", document_number="1", valid_until="2030",
    frequency="Q", departments=("TJJ",), due_days=1, editions=(EDITION,),
)  # fmt: skip
SERIES = {(r, c): SeriesKey(f"I{r}", "CCXQ", Measure.LEVEL, NATURES[c], "", "", "") for r in ROWS for c in COLUMNS}
PERIODS = ("2020Q1", "2020Q3", "2020Q4", "2021Q1", "2021H2", "2021M12", "2021")

digits = st.decimals(0, 10**6, places=2, allow_nan=False) | st.sampled_from([Decimal(0), Decimal(1), Decimal("0.05")])


def cells(open_column: bool = False) -> st.SearchStrategy[Reference]:
    """Operands, some of them of another time, department or area."""
    return st.builds(
        Reference,
        st.sampled_from(ROWS),
        st.just("") if open_column else st.sampled_from(COLUMNS),
        st.sampled_from(["", "", "", "上期", "上年同期"]),
        st.sampled_from(["", "", "", "FGW"]),
        st.sampled_from(["", "", "", "220184", "CCXQ-JT"]),
    )


def values(cell: st.SearchStrategy[Reference]) -> st.SearchStrategy[object]:
    """Numbers made of operands, with spans inside functions."""
    here = cell.filter(lambda r: not r.outside)
    spans = st.builds(lambda r, a, b: _span(r, *sorted((a, b))), here, st.sampled_from(ROWS), st.sampled_from(ROWS))
    return st.recursive(
        st.builds(Number, digits) | cell | cell,
        lambda inner: (
            st.builds(Negative, inner)
            | st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner)
            | st.builds(
                Call, st.sampled_from(["sum", "min", "max"]), st.lists(inner | spans, min_size=1, max_size=3).map(tuple)
            )
            | st.builds(lambda a: Call("abs", (a,)), inner)
        ),
        max_leaves=6,
    )


def _span(reference: Reference, first: str, last: str) -> Span:
    return Span(Reference(first, reference.column), Reference(last, reference.column))


def claims(cell: st.SearchStrategy[Reference]) -> st.SearchStrategy[object]:
    """Whole rules."""
    number = values(cell)
    return st.recursive(
        st.builds(Comparison, st.sampled_from("=≠<≤>≥"), number, number),
        lambda inner: (
            st.builds(Logical, st.sampled_from(["and", "or"]), inner, inner)
            | st.builds(Not, inner)
            | st.builds(Implication, inner, inner)
        ),
        max_leaves=3,
    )


trees = (claims(cells()) | claims(cells(open_column=True))).filter(lambda tree: any(references(tree)))


def rule(tree: object, code: str = "R", absolute: str = "0", relative: str = "0") -> Rule:
    return Rule(
        code=code, version="1", form="F", severity=Severity.HARD, expression=text_of(tree), message="应当成立",
        tolerance_abs=Decimal(absolute), tolerance_rel=Decimal(relative),
    )  # fmt: skip


@given(trees)
def test_a_printed_tree_reads_back_as_itself(tree: object) -> None:
    assert parse(text_of(tree)) == tree


@given(st.text(alphabet="[]01:.@上期年同=≥<>+-*/()%若则且非sumabdept ,０１［］＝。", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        tree = parse(text, "R")
    except RuleSyntaxError as error:
        assert 1 <= error.position <= len(text) + 1
        assert "第" in str(error)
    else:
        assert parse(text_of(tree)) == tree


@given(st.text(alphabet="0123456789０１列行栏第、，；=≥＜+－×÷%（）当时则若至…之和总计:：.\n 其中", max_size=80))
def test_any_printed_text_gives_rules_that_fit_the_form_or_reasons(text: str) -> None:
    report = import_notation(text, FORM)
    for made in report.rules:
        assert bind(made, EDITION).applications
    assert all(unread.why and unread.text in text for unread in report.unread)


@given(trees, st.data())
def test_a_blank_operand_is_never_a_pass(tree: object, data: st.DataObject) -> None:
    for application in bind(rule(tree), EDITION).applications:
        if not application.cells:
            continue
        blank = data.draw(st.sampled_from(application.cells))
        numbers = {(r, c): Quantity(Decimal(7)) for r in ROWS for c in COLUMNS}
        if not blank.outside:
            numbers[blank.row, blank.column] = None
        told = evaluate(
            bind(rule(tree), EDITION), numbers, lambda r, blank=blank: None if r == blank else Quantity(Decimal(7))
        )
        outcome = next(o for o in told if o.at == application.at)
        assert outcome.state is RuleState.NOT_EVALUABLE
        assert blank in outcome.lacking


@given(
    trees,
    st.lists(digits, min_size=12, max_size=12),
    st.sampled_from(["0", "0.1", "5"]),
    st.sampled_from(["0", "0.5", "1000"]),
    st.sampled_from(["0", "0.001", "0.5"]),
)
def test_more_tolerance_never_turns_a_pass_into_a_failure(
    tree: object, numbers: list[Decimal], absolute: str, more: str, relative: str
) -> None:
    quantities = {cell: Quantity(value, Decimal("0.05")) for cell, value in zip(SERIES, numbers, strict=True)}
    strict = evaluate(bind(rule(tree, absolute=absolute), EDITION), quantities, lambda r: Quantity(Decimal(1)))
    looser = str(Decimal(absolute) + Decimal(more))
    loose = evaluate(
        bind(rule(tree, absolute=looser, relative=relative), EDITION), quantities, lambda r: Quantity(Decimal(1))
    )
    for before, after in zip(strict, loose, strict=True):
        assert (before.state, after.state) != (RuleState.PASSED, RuleState.FAILED)


TEXTS = ("submission", "department", "form", "edition", "period", "indicator", "area", "measure", "nature")
FACT = pa.schema(
    [(name, pa.string()) for name in (*TEXTS, "price_basis", "scope", "status")]
    + [(name, pa.decimal128(28, 10)) for name in ("canonical_value", "half_unit")]
)
HALF = Decimal("0.05")


def _amount(random: Random) -> Decimal | str | None:
    """What may stand in a cell: blank, below the unit, zero, near neighbours, very large, many decimals."""
    kind = random.choice(("blank", "below", "zero", "near", "near", "near", "near", "large", "fine"))
    near, fine = Decimal(random.randint(995, 1005)) / 10, Decimal(random.randint(-(10**9), 10**9)) / 10**6
    large = Decimal(random.randint(-(10**17), 10**17))
    return {"blank": None, "below": "…", "zero": Decimal(0), "near": near, "large": large, "fine": fine}[kind]


def _quantity(amount: Decimal | str | None) -> Quantity | None:
    if amount is None:
        return None
    return Quantity(amount if isinstance(amount, Decimal) else Decimal(0), HALF)


def _fact(
    submission: str, department: str, area: str, period: str, cell: tuple[str, str], amount: object
) -> dict[str, object]:
    key = SERIES[cell]
    return {
        **{"submission": submission, "department": department, "form": "F", "edition": "2024", "period": period},
        **{"indicator": key.indicator, "area": area, "measure": key.measure.value, "nature": key.nature.value},
        **{"price_basis": "", "scope": ""},
        "canonical_value": amount if isinstance(amount, Decimal) else None,
        "half_unit": HALF,
        "status": "N" if amount == "…" else "O" if amount is None else "A",
    }


class Published:
    """What is known of other times, departments and areas, made up when it is first asked for."""

    def __init__(self, random: Random) -> None:
        self.random, self.known = random, dict[tuple[str, str, str, tuple[str, str]], Decimal | str | None]()

    def at(self, period: str) -> Elsewhere:
        def elsewhere(cell: Reference) -> Quantity | None:
            then = period_of(cell.when, NATURES[cell.column], Period.parse(period))
            if then is None:
                return None
            key = (cell.department or "TJJ", cell.area or "CCXQ", then.code, (cell.row, cell.column))
            if key not in self.known:
                self.known[key] = _amount(self.random)
            return _quantity(self.known[key])

        return elsewhere


@settings(max_examples=40, deadline=None)
@given(
    st.lists(trees, min_size=1, max_size=3),
    st.sampled_from(["0", "0.3"]),
    st.sampled_from(["0", "0.01"]),
    st.lists(st.sampled_from(PERIODS), min_size=2, max_size=3),
    st.randoms(use_true_random=False),
)
def test_compiled_sql_gives_the_verdict_of_the_evaluation_to_the_last_digit(
    made: list[object], absolute: str, relative: str, periods: list[str], random: Random
) -> None:
    checks = [bind(rule(tree, f"R{i}", absolute, relative), EDITION) for i, tree in enumerate(made)]
    seeded = Random(random.random())
    published, facts, expected = Published(seeded), [], {}
    for number, period in enumerate(periods):
        amounts = {cell: _amount(seeded) for cell in SERIES}
        facts += [_fact(f"S{number}", "TJJ", "CCXQ", period, cell, amount) for cell, amount in amounts.items()]
        numbers = {cell: _quantity(amount) for cell, amount in amounts.items()}
        for check in checks:
            for o in evaluate(check, numbers, published.at(period)):
                expected[f"S{number}", o.rule, "1", o.at] = (o.state.value, o.left, o.right, o.diff, o.tolerance)
    connection = duckdb.connect(config={"threads": 1})
    connection.register("staging", pa.Table.from_pylist(facts, FACT))
    past = [_fact("", d, a, p, cell, amount) for (d, a, p, cell), amount in published.known.items()]
    connection.register("history", pa.Table.from_pylist(past, FACT))
    statement = compile_sql(checks, SERIES, "F", "2024")
    got = {row[:4]: row[4:] for row in connection.execute(statement.sql, statement.parameters).fetchall()}
    assert got == expected


@given(st.sampled_from(PERIODS), st.sampled_from(list(Nature)))
def test_the_period_before_a_running_total_is_in_the_same_year(code: str, nature: Nature) -> None:
    period = Period.parse(code)
    before = period_of("上期", nature, period)
    if nature is Nature.YTD:
        assert before is None if period.start == date(period.year, 1, 1) else before and before.year == period.year
    assert before is None or before < period
