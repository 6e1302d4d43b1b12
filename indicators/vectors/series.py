"""The measures over dated series as a vector names them: cumulative values, rates, contributions, vintages.

One function per method name; each only reads inputs and calls the derived measure. docs/methods.md has input names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from indicators.derived.chain_contribution import ChainPoint, chain_contributions
from indicators.derived.contribution import parts_total
from indicators.derived.growth import changes, year_on_year
from indicators.derived.quarters import cumulate, shares_of_year, single_values
from indicators.derived.vintages import VintageRow, as_of, from_realtime
from indicators.errors import UsageError
from indicators.periods import Period
from indicators.vectors.comparing import Statement, Whole
from indicators.vectors.reading import Inputs, day, number, period

Results = dict[str, object]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CONSTANT_PRICE = ("constant", "不变价", "可比价")
_DATED = ("time", "t", "date", "period")
_PERIOD = re.compile(r"\d{4}(-?[HQM]?\d{1,2})?\Z")


def _ytd_cumulative(inputs: Inputs) -> Results:
    cumulative = inputs.by_period("cumulative", "cumulative_values")
    own = {p: s.value for p, s in single_values(cumulative).items()}
    singles, shares = _named(inputs, own), _named(inputs, shares_of_year(cumulative))
    sums = cumulate(own)
    results: Results = {
        "identity": Statement(all(total in (None, cumulative[p]) for p, total in sums.items())),
        "single_quarter": singles,
        "single": singles,
        "single_q": singles,
        "ytd_share_of_year_pct": shares | {code[4:]: share for code, share in shares.items()},
    }
    if any(word in inputs.text("unit", "price_basis") for word in _CONSTANT_PRICE):
        rates = {p: c.rate for p, c in year_on_year(cumulative).items()}
        results["cumulative_yoy_pct"] = _named(inputs, rates)
    results |= _previous_cumulatives(inputs, cumulative)
    industries = inputs.get("by_industry_cumulative")
    if isinstance(industries, Mapping):
        results["industry_sum_equals_total"] = {
            code: parts_total(Inputs({"parts": parts}).known("parts").values()) for code, parts in industries.items()
        }
    return results


def _named(inputs: Inputs, values: Mapping[Period, Decimal | None]) -> dict[str, Decimal]:
    """The values that are there, under the codes of their periods and under the file's own words for these."""
    known = {p: value for p, value in values.items() if value is not None}
    written = {word: period(word) for words in inputs.asked.values() for word in words if _PERIOD.match(word)}
    return {p.code: v for p, v in known.items()} | {word: known[p] for word, p in written.items() if p in known}


def _previous_cumulatives(inputs: Inputs, cumulative: Mapping[Period, Decimal | None]) -> Results:
    """Where a source prints single and cumulative values: the cumulative value before, C_q − x_q."""
    if inputs.get("single") is None:
        return {}
    results: Results = {}
    holds = True
    for here, value in inputs.by_period("single").items():
        total = cumulative.get(here)
        if value is None or total is None or here.index == 1:
            continue
        before = here.shift(-1)
        results[f"cumulative_{before.code}"] = total - value
        holds = holds and cumulative.get(before) in (None, total - value)
    return results | {"identity": Statement(holds)}


def _period_rate(inputs: Inputs) -> Results:
    values = inputs.numbers("value", "values", "x", "index")
    periods = _periods(inputs, len(values))
    lag = inputs.number("lag")
    months = _MONTHS.get(inputs.text("type", default="year"), 12)
    if lag is not None and inputs.get("type") is None:
        months = int(lag) * (periods[0].end.month if periods[0].index == 1 else 1)
    rates = changes(dict(zip(periods, values, strict=True)), months)
    return {"rate_pct": _in_order(inputs, [rates[p].rate for p in periods])}


def _in_order(inputs: Inputs, values: Sequence[Decimal | None]) -> object:
    """A result for each time given: a list in their order, or a table where the file asks by time."""
    times = inputs.get(*_DATED)
    dated = dict(zip(map(str, times), values, strict=True)) if isinstance(times, list) else {}
    return dated if any(dated.keys() & set(places) for places in inputs.asked.values()) else list(values)


def _periods(inputs: Inputs, length: int) -> list[Period]:
    """The report periods of the given months: years or quarters where the months are that far apart, else months."""
    times = inputs.get(*_DATED)
    if not isinstance(times, list) or len(times) != length:
        raise UsageError("算例的时间与数值不等长，或缺少时间。请核对后重跑。")
    read = [period(time) for time in times]
    if any(p.freq != "M" for p in read):
        return read
    freq = inputs.text("freq", "frequency") or _frequency(read)
    if freq.startswith(("y", "a")):
        return [Period(p.year, "A", 1) for p in read]
    return [Period(p.year, "Q", (p.index + 2) // 3) for p in read] if freq.startswith("q") else read


def _frequency(months: list[Period]) -> str:
    ordered = sorted(months)
    if len({p.year for p in ordered}) == len(ordered) > 2:
        return "year"
    quarters = {(p.year, (p.index + 2) // 3) for p in ordered}
    return "quarter" if len(quarters) == len(ordered) > 2 else "month"


def _hicp_contribution(inputs: Inputs) -> Results:
    index, total = inputs.numbers(*_INDEX), inputs.numbers(*_all(_INDEX))
    periods = _periods(inputs, len(index))
    weights, all_weights = (_weights(inputs, names, periods) for names in (_WEIGHT, _all(_WEIGHT)))
    points = {p: ChainPoint(*row) for p, *row in zip(periods, index, weights, total, all_weights, strict=True)}
    months = _MONTHS.get(inputs.text("type", "rate", default="year"), 12)
    asked = inputs.text("method", "decomposition", default="ribe")
    results: Results = {}
    for name, span, method in (
        ("contribution_pp", months, "kirchner" if "kirchner" in asked else "ribe"),
        ("ribe", months, "ribe"),
        ("kirchner", months, "kirchner"),
        ("monthly", 1, "ribe"),
        ("within_year", 1, "ribe"),
    ):
        found = chain_contributions(points, span, method)
        results[name] = _in_order(inputs, [found[p] for p in periods])
    return results


_INDEX, _WEIGHT = ("index", "x", "value", "indices"), ("weight", "w", "weights")


def _all(names: tuple[str, ...]) -> tuple[str, ...]:
    forms = ("{}_all", "{}.all", "all_{}", "{}_total", "total_{}", "{}_all_items", "all_items_{}")
    return tuple(form.format(name) for name in names for form in forms)


def _weights(inputs: Inputs, names: tuple[str, ...], periods: Sequence[Period]) -> list[Decimal | None]:
    """Weights period by period, by year, or one for all."""
    given = inputs.get(*names)
    if isinstance(given, Mapping) and all(len(str(key)) == 4 for key in given):
        by_year = inputs.by_year(*names)
        return [by_year.get(p.year) for p in periods]
    return inputs.numbers(*names) if isinstance(given, list | Mapping) else [inputs.number(*names)] * len(periods)


def _vintage_as_of(inputs: Inputs) -> Results:
    """Answers the days asked for, or the day given as `as_of`."""
    listed = inputs.get("rows", "vintages")
    if not isinstance(listed, list):
        raise UsageError("算例缺少“rows”，没有可供选取的版本。请补上后重跑。")
    rows = [_vintage_row(Inputs(row)) for row in listed]
    single = inputs.get("as_of", "on")
    results: Results = {}
    if single is not None and not isinstance(single, list):
        picked = Whole(as_of(rows, day(single)))
        results |= {"values": picked, "result": picked}
    days = inputs.asked.get("as_of", ())
    results["as_of"] = {d: Whole(as_of(rows, day(d))) for d in days if d[:1].isdigit()}
    return results


def _vintage_row(row: Inputs) -> VintageRow[str]:
    key, value = str(row.get(*_DATED)), number(row.get("value"), "value")
    start = day(row.get("realtime_start", "known_from", "vintage_date", "recorded_at"))
    closed = row.get("realtime_end")
    if closed is not None:
        return from_realtime(key, value, start, day(closed))
    replaced = row.get("known_to", "superseded_at")
    return VintageRow(key, value, start, None if replaced is None else day(replaced))


METHODS: Mapping[str, Callable[[Inputs], Results]] = {
    "cn_ytd_cumulative": _ytd_cumulative,
    "period_rate": _period_rate,
    "hicp_contribution": _hicp_contribution,
    "vintage_as_of": _vintage_as_of,
}
PRINCIPAL: Mapping[str, str] = {
    "period_rate": "rate_pct",
    "hicp_contribution": "contribution_pp",
}
UNPRINTED_LEAD = frozenset({"hicp_contribution"})  # the source prints nothing before its first full year
BEYOND_INPUTS: Mapping[str, Mapping[str, str]] = {
    "cn_ytd_cumulative": {
        "cumulative_yoy_pct": "可比价增速不能由现价累计值推得",
        "qoq_sa_pct_published": "季调环比不能由原始季度值推得",
    },
}
