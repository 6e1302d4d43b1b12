"""The measures over series as a vector names them: cumulative values, rates, contributions, trend, vintages.

One function per method name; each only reads inputs and calls the derived measure. docs/methods.md has input names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal

from indicators.derived.chain_contribution import ChainPoint, chain_contributions
from indicators.derived.contribution import parts_total
from indicators.derived.denton import denton_proportional
from indicators.derived.growth import changes, year_on_year
from indicators.derived.quarters import shares_of_year, single_values
from indicators.derived.revisions import revision_report
from indicators.derived.smoothing import EtsModel, ets_given_parameters
from indicators.derived.trend import theil_sen
from indicators.derived.vintages import VintageRow, as_of, from_realtime
from indicators.errors import UsageError
from indicators.periods import Period
from indicators.vectors.comparing import Statement, Whole
from indicators.vectors.reading import Inputs, day, number, period

Results = dict[str, object]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CONSTANT_PRICE = ("constant", "不变价", "可比价")
_DATED = ("time", "t", "date", "period")


def _ytd_cumulative(inputs: Inputs) -> Results:
    cumulative = inputs.by_period("cumulative", "cumulative_values")
    singles = {p.code: s.value for p, s in single_values(cumulative).items() if s.value is not None}
    shares = {p.code: share for p, share in shares_of_year(cumulative).items()}
    results: Results = {
        "single_quarter": singles,
        "single": singles,
        "single_q": singles,
        "ytd_share_of_year_pct": shares | {code[4:]: share for code, share in shares.items()},
    }
    if any(word in inputs.text("unit", "price_basis") for word in _CONSTANT_PRICE):
        rates = {p.code: c.rate for p, c in year_on_year(cumulative).items() if c.rate is not None}
        results["cumulative_yoy_pct"] = rates
    results |= _previous_cumulatives(inputs, cumulative)
    industries = inputs.get("by_industry_cumulative")
    if isinstance(industries, Mapping):
        results["industry_sum_equals_total"] = {
            code: parts_total(Inputs({"parts": parts}).known("parts").values()) for code, parts in industries.items()
        }
    return results


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
    return {"rate_pct": [rates[p].rate for p in periods]}


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
    index, total = inputs.numbers("index", "x", "value"), inputs.numbers(*_all("index", "x", "value"))
    weight, all_weight = inputs.numbers("weight", "w"), inputs.numbers(*_all("weight", "w"))
    periods = _periods(inputs, len(index))
    points = {p: ChainPoint(*row) for p, *row in zip(periods, index, weight, total, all_weight, strict=True)}
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
        results[name] = [found[p] for p in periods]
    return results


def _all(*names: str) -> tuple[str, ...]:
    return tuple(form.format(name) for name in names for form in ("{}_all", "{}.all", "all_{}", "{}_total", "total_{}"))


def _revision_metrics(inputs: Inputs) -> Results:
    early = inputs.table(*_release(inputs, _EARLY))
    late = inputs.table(*_release(inputs, _LATE))
    report = revision_report(early, late, inputs.text("pair", default="first→latest"))
    if report.metrics is None:
        return {"n": len(report.revisions), "revisions": {r.period: r.revision for r in report.revisions}}
    results: Results = asdict(report.metrics)
    for name, others in _REVISION_NAMES.items():
        results |= dict.fromkeys(others, results[name])
    return results


def _release(inputs: Inputs, words: tuple[str, ...]) -> tuple[str, ...]:
    """The names of those inputs that hold a release of this kind, by a word in their name."""
    named = [name for word in words for name in inputs.raw if word in name.lower()]
    return tuple(name for name in named if isinstance(inputs.raw[name], list | dict)) or words[:1]


_LATE = ("late", "final", "revised", "last", "release_10")
_EARLY = ("early", "first", "initial", "prelim", "flash", "release_0", "release")
_REVISION_NAMES = {
    "n": ("N", "count"),
    "bias": ("bias_mean", "mean_revision", "mean"),
    "bias_p": ("bias_p_value", "bias_pvalue", "p_value"),
    "bias_robust_p": ("bias_robust_p_value", "bias_p_robust", "robust_p_value"),
    "mar": ("MAR", "mean_absolute_revision", "mean_abs_revision"),
    "relative_mar": ("rmar", "RMAR", "relative_mean_absolute_revision"),
    "sd": ("std", "std_dev", "sd_revision", "stdev"),
    "minimum": ("min",),
    "maximum": ("max",),
    "q10": ("quantile_10", "p10"),
    "q90": ("quantile_90", "p90"),
    "noise_signal": ("noise_to_signal", "noise_signal_ratio", "noise_to_signal_ratio"),
    "sign_change_share": ("share_sign_changes", "sign_changes"),
}


def _theil_sen(inputs: Inputs) -> Results:
    y = inputs.numbers("y", "value", "values")
    x = inputs.numbers("x", "time") if inputs.get("x", "time") is not None else [Decimal(i) for i in range(len(y))]
    kept = [(a, b) for a, b in zip(x, y, strict=True) if a is not None and b is not None]
    result = theil_sen(
        [a for a, _ in kept],
        [b for _, b in kept],
        float(inputs.number("alpha", "confidence") or Decimal("0.95")),
        inputs.text("method") == "joint",
    )
    if result is None:
        return dict.fromkeys(("slope", "intercept", "lower", "upper"))
    return {
        "slope": result.slope,
        "intercept": result.intercept,
        "lower": result.lower,
        "upper": result.upper,
        "low_slope": result.lower,
        "high_slope": result.upper,
    }


def _denton(inputs: Inputs) -> Results:
    indicator, benchmarks = inputs.complete("indicator", "x"), inputs.complete("benchmark", "benchmarks")
    block = inputs.number("k", "block") or {"qm": Decimal(3), "aq": Decimal(4), "am": Decimal(12)}.get(
        inputs.text("freq", "frequency")
    )
    if block is None:
        fits = len(benchmarks) * 4 <= len(indicator)
        block = Decimal(4) if fits else Decimal(len(indicator) // max(len(benchmarks), 1))
    return {"result": denton_proportional(indicator, benchmarks, int(block))}


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


def _ets(inputs: Inputs) -> Results:
    y = [float(v) for v in inputs.complete("y", "series", "data", "value", "values", "observations")]
    model = _ets_model(inputs)
    horizon = inputs.number("horizon", "h", "steps")
    steps = int(horizon) if horizon is not None else len(inputs.asked.get("forecast", ()))
    result = ets_given_parameters(y, model, steps)
    states: list[object] = [
        [level] if model.trend == "N" else [level, slope]
        for level, slope in zip([model.level, *result.levels], [model.slope, *result.slopes], strict=True)
    ]
    if len(inputs.asked.get("states", ())) == len(y):  # without the initial state
        states = states[1:]
    return {
        "fitted": result.fitted,
        "residuals": result.residuals,
        "forecast": result.forecast,
        "states": states,
        "levels": result.levels,
        "slopes": result.slopes,
        "final_level": result.levels[-1],
        "final_trend": result.slopes[-1],
    }


def _ets_model(inputs: Inputs) -> EtsModel:
    error, trend, season, damped = _ets_letters(inputs)
    start = (
        [float(v) for v in inputs.complete("initstate", "initial_state")]
        if inputs.get("initstate", "initial_state")
        else []
    )
    level = inputs.number("l0", "initial_level", "level")
    slope = inputs.number("b0", "initial_trend", "trend0")
    seasons = (
        inputs.complete("s0", "initial_seasonal", "seasons") if inputs.get("s0", "initial_seasonal", "seasons") else []
    )
    ahead = 1 if trend == "N" else 2
    if level is None and not start:
        raise UsageError("算例缺少初始状态（initstate 或 l0），不能递推。请补上后重跑。")
    return EtsModel(
        alpha=float(inputs.required("alpha", "smoothing_level")),
        beta=float(inputs.number("beta", "smoothing_trend") or 0),
        gamma=float(inputs.number("gamma", "smoothing_seasonal") or 0),
        phi=float(inputs.number("phi", "damping_trend") or 1) if damped else 1.0,
        level=start[0] if level is None else float(level),
        slope=0.0 if trend == "N" else start[1] if slope is None else float(slope),
        seasons=tuple(float(s) for s in seasons) or tuple(start[ahead:] if season != "N" else ()),
        error=error,
        trend=trend,
        season=season,
    )


def _ets_letters(inputs: Inputs) -> tuple[str, str, str, bool]:
    """Error, trend and season letters and damping, from a short name (AAdN) or from words (add, mul, none)."""
    name = inputs.text("model", "ets").upper()
    damping = inputs.number("phi", "damping_trend") is not None
    if len(name) in (3, 4):
        return name[0], name[1], name[-1], "D" in name or damping
    has_trend = inputs.number("beta", "smoothing_trend") is not None
    letters = {"": "N", "n": "N", "none": "N", "a": "A", "add": "A", "additive": "A", "m": "M", "mul": "M"}
    letters["multiplicative"] = "M"
    trend = letters[inputs.text("trend", default="add" if has_trend else "")]
    return letters[inputs.text("error", default="add")], trend, letters[inputs.text("seasonal", "season")], damping


METHODS: Mapping[str, Callable[[Inputs], Results]] = {
    "cn_ytd_cumulative": _ytd_cumulative,
    "period_rate": _period_rate,
    "hicp_contribution": _hicp_contribution,
    "revision_metrics": _revision_metrics,
    "theil_sen": _theil_sen,
    "denton_proportional": _denton,
    "vintage_as_of": _vintage_as_of,
    "ets_given_parameters": _ets,
}
PRINCIPAL: Mapping[str, str] = {
    "period_rate": "rate_pct",
    "hicp_contribution": "contribution_pp",
    "denton_proportional": "result",
}
UNPRINTED_LEAD = frozenset({"hicp_contribution"})  # the source prints nothing before its first full year
BEYOND_INPUTS: Mapping[str, Mapping[str, str]] = {
    "cn_ytd_cumulative": {
        "cumulative_yoy_pct": "可比价增速不能由现价累计值推得",
        "qoq_sa_pct_published": "季调环比不能由原始季度值推得",
    },
}
