"""The published methods as a vector names them: inputs in, results under the names a file may ask for.

One function per method name; each only reads inputs and calls the method. See docs/methods.md for the input names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from indicators.derived.contribution import (
    parts_total,
    pulls_from_shares,
    shares_from_pulls,
    structure_shares,
)
from indicators.derived.growth import average_growth, change, growth_bounds, growth_from_increase, index_of
from indicators.derived.revisions import level_revision
from indicators.errors import UsageError
from indicators.methods.china import completion_rate, index_pace, time_progress
from indicators.methods.destatis import destatis_weather, weakest_bound, worst_symbol
from indicators.methods.open_sdg import open_sdg_2_4, open_sdg_2_4_aggregate
from indicators.methods.un_progress import un_progress_2023
from indicators.vectors.comparing import Between, Statement
from indicators.vectors.reading import Inputs, number

Results = dict[str, object]
_GROWTH = ("gdp_growth_from_sum_of_pulls", "growth", "gdp_growth", "growth_pct", "total_growth")


def _open_sdg(inputs: Inputs) -> Results:
    result = open_sdg_2_4(
        inputs.number("base_value"),
        inputs.year("base_year"),
        inputs.number("current_value"),
        inputs.year("current_year"),
        inputs.direction(default=-1),  # the published default
        inputs.number("limit"),
        inputs.number("target"),
        inputs.year("target_year"),
    )
    return {
        "progress_value": result.progress_value,
        "score": result.score,
        "status": result.status,
        "sign": result.sign,
    }


def _open_sdg_aggregate(inputs: Inputs) -> Results:
    statuses = inputs.get("series_statuses", "statuses")
    words = [str(word) for word in statuses] if isinstance(statuses, list) else []
    score, status = open_sdg_2_4_aggregate(inputs.numbers("series_scores", "scores"), words)
    return {"score": score, "status": status}


def _destatis(inputs: Inputs) -> Results:
    points: dict[int, Decimal | None] = dict(inputs.by_year("points", "values"))
    direction, rule = inputs.direction(default=1), inputs.text("rule", default="target")
    eval_year = inputs.year("eval_year")
    results = [
        destatis_weather(points, rule, direction, target, year, eval_year)
        for target, year in _destatis_targets(inputs, direction, eval_year)
    ]
    worst = worst_symbol([result.status for result in results])
    shown = next((result for result in results if result.status == worst), results[0])
    return {
        "status": worst,
        "rule": shown.rule,
        "pace": shown.pace,
        "projected": shown.projected,
        "miss_share": shown.miss_share,
    }


def _destatis_targets(inputs: Inputs, direction: int, eval_year: int | None) -> list[tuple[Decimal | None, int | None]]:
    """The targets to judge by: an interval's weakest bound, of several years the nearest, of several at once all."""
    several = inputs.get("targets")
    if not isinstance(several, list):
        return [(_bound(inputs, direction), inputs.year("target_year"))]
    listed = [Inputs(entry if isinstance(entry, Mapping) else {"target": entry}) for entry in several]
    targets = [(_bound(entry, direction), entry.year("target_year", "year")) for entry in listed]
    ahead = [year for _, year in targets if year is not None and (eval_year is None or year >= eval_year)]
    return [t for t in targets if t[1] is None or not ahead or t[1] == min(ahead)]


def _bound(inputs: Inputs, direction: int) -> Decimal | None:
    target = inputs.get("target")
    if not isinstance(target, list):
        return inputs.number("target")
    return weakest_bound([bound for value in target if (bound := number(value, "target")) is not None], direction)


def _un_progress(inputs: Inputs) -> Results:
    base_year, current_year = inputs.year("base_year"), inputs.year("current_year")
    result = un_progress_2023(
        inputs.number("base_value") if base_year is not None else None,
        base_year or 0,
        inputs.number("current_value"),
        current_year or 0,
        inputs.direction(default=1),
        inputs.number("target"),
        inputs.year("target_year") or 2030,
    )
    return {"status": result.status, "ratio": result.ratio, "q": result.ratio, "expected_value": result.expected_value}


def _time_progress(inputs: Inputs) -> Results:
    actual, plan = inputs.number("actual"), inputs.number("plan")
    published = inputs.number("completion_pct_published", "completion_pct")
    completion = completion_rate(actual, plan) if actual is not None and plan is not None else published
    if completion is None:
        raise UsageError("算例既无完成数与计划数，也无公布的完成率，不能计算时间进度。")
    quarters = inputs.number("quarters_elapsed")
    months = quarters * 3 if quarters is not None else inputs.required("months_elapsed", "months")
    result = time_progress(completion, months)
    return {
        "completion_pct": result.completion_pct,
        "ahead_pp": result.ahead_pp,
        "time_progress_pct": result.time_progress_pct,
    }


def _completion_rate(inputs: Inputs) -> Results:
    return {"completion_pct": completion_rate(inputs.required("actual"), inputs.required("plan"))}


def _contribution(inputs: Inputs) -> Results:
    growth = inputs.number(*_GROWTH)
    if inputs.get("component_share_pct", "share_pct", "shares") is not None:
        shares = inputs.known("component_share_pct", "share_pct", "shares")
        if growth is None:
            return {"sum_shares": parts_total(shares.values())}
        pulls = pulls_from_shares(shares, growth)
    else:
        pulls = inputs.known("pull_pp", "pulls", "component_pull_pp")
        growth = parts_total(pulls.values()) if growth is None else growth
        shares = shares_from_pulls(pulls, growth) or {}
    return {
        "pull_pp": pulls,
        "share_pct": shares,
        "sum_shares": parts_total(shares.values()),
        "sum_pulls": parts_total(pulls.values()),
    }


def _yoy(inputs: Inputs) -> Results:
    current, increase = inputs.required("current"), inputs.number("increase_over_same_period", "increase")
    base = inputs.number("same_period", "previous", "base")
    result = growth_from_increase(current, increase) if increase is not None else change(current, base)
    previous = base if increase is None else current - increase
    return {"yoy_pct": result.rate, "increase": result.difference, "same_period": previous}


def _growth_between(inputs: Inputs) -> Results:
    singles = list(inputs.known("single_yoy_pct", "single_yoy").values())
    low, high = growth_bounds(singles)
    return {"cumulative_yoy_pct": Between(low, high), "low": low, "high": high, "rule": Statement(low <= high)}


def _average_growth(inputs: Inputs) -> Results:
    """Answers the periods asked for (`1996-2000`), and indices of one year on others (`index_2007_pct_of`)."""
    values, results = inputs.by_year("values"), Results()
    for key, wanted in inputs.asked.items():
        if key.startswith("index_"):
            year = int(key.split("_")[1])
            results[key] = {base: index_of(values, year, int(base)) for base in wanted}
        else:
            spans = {span: span.replace("–", "-").replace("—", "-").split("-") for span in wanted}
            results[key] = {
                span: average_growth(values, int(first), int(last)) for span, (first, last) in spans.items()
            }
    return results


def _index_pace(inputs: Inputs) -> Results:
    values, target = inputs.by_year("values"), inputs.required("target")
    target_year = int(inputs.required("target_year"))
    first, last = min(values), max(values)
    pace = index_pace(values, target, target_year)
    now = index_pace({last: values[last]}, target, target_year)
    results: Results = {"actual_pp_per_year": pace.actual_per_year}
    for year, of in ((first, pace), (last, now)):
        results |= {f"gap_{year}": of.gap, f"required_pp_per_year_from_{year}": of.required_per_year}
    increase = inputs.number("increase_over_previous_year", "increase")
    if last - 1 in values or increase is not None:
        results["previous_year"] = values.get(last - 1, values[last] - (increase or 0))
    return results


def _identity_sum(inputs: Inputs) -> Results:
    return {"total": parts_total(inputs.known("parts").values())}


def _structure_share(inputs: Inputs) -> Results:
    return {"share_pct": structure_shares(inputs.known("parts"), inputs.number("total"))}


def _revision_level(inputs: Inputs) -> Results:
    result = level_revision(inputs.required("first"), inputs.required("revised", "latest"))
    return {"revision": result.revision, "revision_pct": result.revision_pct}


METHODS: Mapping[str, Callable[[Inputs], Results]] = {
    "open_sdg_2_4": _open_sdg,
    "open_sdg_2_4_aggregate": _open_sdg_aggregate,
    "destatis_weather": _destatis,
    "un_progress_2023_eustat": _un_progress,
    "cn_time_progress": _time_progress,
    "cn_completion_rate": _completion_rate,
    "cn_contribution": _contribution,
    "cn_yoy": _yoy,
    "cn_growth_between": _growth_between,
    "cn_average_growth": _average_growth,
    "cn_index_pace": _index_pace,
    "identity_sum": _identity_sum,
    "structure_share": _structure_share,
    "revision_level": _revision_level,
}
BEYOND_INPUTS: Mapping[str, Mapping[str, str]] = {
    "cn_index_pace": {"previous_year": "来源另给的上年增幅不在输入中"},
}
