"""The estimates as a vector names them: revision measures, trend, benchmarking, smoothing.

One function per method name; each only reads inputs and calls the derived measure. docs/methods.md has input names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal

from indicators.derived.denton import denton_proportional
from indicators.derived.revisions import revision_report
from indicators.derived.smoothing import EtsModel, ets_given_parameters
from indicators.derived.trend import theil_sen
from indicators.errors import UsageError
from indicators.vectors.reading import Inputs

Results = dict[str, object]
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


def _theil_sen(inputs: Inputs) -> Results:
    y = inputs.numbers("y", "value", "values")
    given = inputs.get("x", "time") is not None
    x = inputs.numbers("x", "time") if given else [Decimal(place) for place in range(len(y))]
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


def _ets(inputs: Inputs) -> Results:
    y = [float(v) for v in inputs.complete("y", "series", "data", "value", "values", "observations")]
    model, horizon = _ets_model(inputs), inputs.number("horizon", "h", "steps")
    asked = max((len(places) for key, places in inputs.asked.items() if "forecast" in key), default=0)
    result = ets_given_parameters(y, model, asked if horizon is None else int(horizon))
    levels, slopes = [s[0] for s in result.states[1:]], [s[1] for s in result.states[1:] if model.trend != "N"]
    with_initial = len(inputs.asked.get("states", ())) != len(y)
    return {
        "fitted": result.fitted,
        "residuals": result.residuals,
        "forecast": result.forecast,
        "point_forecast": result.forecast,
        "states": result.states if with_initial else result.states[1:],
        "final_state": result.states[-1],
        "levels": levels,
        "level": levels,
        "slopes": slopes,
        "trend": slopes,
    }


def _ets_model(inputs: Inputs) -> EtsModel:
    error, trend, season, damped = _ets_letters(inputs)
    start = [float(v) for v in inputs.optional("initstate", "initial_state", "initial_states")]
    level, slope = inputs.number("l0", "initial_level"), inputs.number("b0", "initial_trend")
    seasons = tuple(float(v) for v in inputs.optional("s0", "initial_seasonal", "seasons"))
    if level is None and not start:
        raise UsageError("算例缺少初始状态（initstate 或 l0），不能递推。请补上后重跑。")
    seasonal = seasons or tuple(start[1 if trend == "N" else 2 :])
    return EtsModel(
        alpha=float(inputs.required("alpha", "smoothing_level")),
        beta=float(inputs.number("beta", "smoothing_trend") or 0),
        gamma=float(inputs.number("gamma", "smoothing_seasonal") or 0),
        phi=float(inputs.number("phi", "damping_trend") or 1) if damped else 1.0,
        level=start[0] if level is None else float(level),
        slope=0.0 if trend == "N" else start[1] if slope is None else float(slope),
        seasons=seasonal if season != "N" else (),
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
    "revision_metrics": _revision_metrics,
    "theil_sen": _theil_sen,
    "denton_proportional": _denton,
    "ets_given_parameters": _ets,
}
PRINCIPAL: Mapping[str, str] = {"denton_proportional": "result", "ets_given_parameters": "forecast"}
