"""What must hold of every verdict: units, mirrors, monotony, paths, quarters, as-of, components."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indicators.attainment.change import Moment, explain
from indicators.attainment.evaluate import evaluate
from indicators.attainment.forecast import band, central, chance_below, fit
from indicators.attainment.projection import project
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Attainment, Status
from indicators.attainment.series import Point, Series, day_at, years
from indicators.attainment.subannual import year_end
from indicators.attainment.thresholds import ARITHMETIC, ENGINE_VERSION
from indicators.catalogue.model import ScopeBreak
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from indicators.targets import Milestone, Target, TargetKind

_AS_OF = date(2026, 6, 30)
_LAST = 2025
_RANK = {
    Status.BREACHED: 0,
    Status.EXPIRED_MISSED: 0,
    Status.WRONG_WAY: 1,
    Status.OFF_TRACK: 2,
    Status.AT_RISK: 3,
    Status.MET_LOSING: 4,
    Status.ON_TRACK: 5,
    Status.MET: 6,
    Status.EXPIRED_MET: 6,
}
_CAPS = (TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK, TargetKind.CAP_RATE)
_UNJUDGED = (Status.INSUFFICIENT, Status.SUSPENDED, Status.NO_TARGET)

values = st.decimals(min_value=-5000, max_value=5000, places=1, allow_nan=False, allow_infinity=False)
positive = st.decimals(min_value=1, max_value=5000, places=1, allow_nan=False, allow_infinity=False)
histories = st.lists(values, min_size=4, max_size=9)
usual = settings(max_examples=100, deadline=None)
few = settings(max_examples=50, deadline=None)
many = settings(max_examples=250, deadline=None)


def target(kind: str = "floor", **given_fields: Any) -> Target:
    fields: dict[str, Any] = {
        "code": "T",
        "name": "目标",
        "indicator": "X",
        "area": "CCXQ",
        "kind": kind,
        "unit": "亿元",
        "status": "example",
        "base_on": date(2015, 12, 31),
        "due_on": date(2030, 12, 31),
    }
    return Target.model_validate(fields | given_fields)


def annual(history: list[Decimal], last: int = _LAST, nature: Nature = Nature.ANNUAL) -> tuple[Point, ...]:
    first = last - len(history) + 1
    return tuple(
        Point(str(year), date(year, 12, 31), nature, value, id=f"X|{year}")
        for year, value in enumerate(history, start=first)
    )


def series(points: tuple[Point, ...], **given_fields: Any) -> Series:
    return Series(**({"indicator": "X", "name": "指标", "nature": "ytd", "points": points} | given_fields))


def judge(aim: Target, points: tuple[Point, ...], **given_fields: Any) -> Attainment:
    return evaluate(aim, series(points, **given_fields), as_of=_AS_OF)


def near(a: Decimal | None, b: Decimal | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= Decimal("1e-24") * max(abs(a), abs(b), Decimal(1))


def off_the_cliff(verdict: Attainment) -> bool:
    """A miss exactly on a cut may fall on either side after 34 digits of another unit."""
    miss = verdict.miss_share
    return miss is None or all(abs(miss - Decimal(cut)) > Decimal("1e-20") for cut in ("0.05", "0.20"))


@usual
@given(histories, values, values, st.sampled_from([Decimal(10000), Decimal("0.001"), Decimal(15)]))
def test_the_unit_does_not_matter(history: list[Decimal], goal: Decimal, base: Decimal, factor: Decimal) -> None:
    for kind in ("floor", "lower", "cap_stock"):
        fields = {"value": goal, "base_value": base, "tolerance": Decimal("0.05")}
        scaled = {name: number * factor for name, number in fields.items()}
        one = judge(target(kind, **fields), annual(history))
        other = judge(target(kind, **scaled), annual([v * factor for v in history]))
        assume(off_the_cliff(one))
        assert (one.status, one.reason) == (other.status, other.reason)
        for share in ("progress_share", "elapsed_share", "miss_share", "used_share", "burn_index", "effort_multiple"):
            assert near(getattr(one, share), getattr(other, share)), share
        assert one.exhaustion_on == other.exhaustion_on
        if one.pace is not None and other.pace is not None:
            assert near(one.pace * factor, other.pace)


@usual
@given(st.lists(positive, min_size=5, max_size=8), positive, st.decimals(min_value=-5, max_value=12, places=1))
def test_growth_does_not_change_with_the_base_of_the_index(
    index: list[Decimal], factor: Decimal, goal: Decimal
) -> None:
    base_on = date(_LAST - len(index) + 1, 12, 31)
    aim = target("growth_average", growth=goal, base_on=base_on, unit="%")
    one = judge(aim, annual(index), nature="index")
    other = judge(aim, annual([v * factor for v in index]), nature="index")
    assume(one.needed_pace is not None and one.pace is not None)
    assert one.needed_pace is not None and one.pace is not None
    short = one.needed_pace - one.pace
    assume(all(abs(short - Decimal(cut)) > Decimal("1e-18") for cut in ("0", "0.5")))
    assert (one.status, one.reason) == (other.status, other.reason)
    assert abs((one.latest_value or 0) - (other.latest_value or 0)) < Decimal("1e-20")


@usual
@given(histories, values, values)
def test_a_lower_target_is_the_mirror_of_a_floor(history: list[Decimal], goal: Decimal, base: Decimal) -> None:
    up = judge(target("floor", value=goal, base_value=base), annual(history))
    down = judge(target("lower", value=-goal, base_value=-base), annual([-v for v in history]))
    assert (up.status, up.reason) == (down.status, down.reason)
    assert (up.progress_share, up.miss_share, up.lead_pp) == (down.progress_share, down.miss_share, down.lead_pp)
    assert up.pace is not None and down.pace is not None and up.pace == down.pace.copy_negate()


@usual
@given(histories, values, values, positive, st.sampled_from(["floor", "lower"]))
def test_a_better_latest_value_is_never_a_worse_verdict(
    history: list[Decimal], goal: Decimal, base: Decimal, step: Decimal, kind: str
) -> None:
    aim = target(kind, value=goal, base_value=base)
    better = history[-1] + (step if kind == "floor" else -step)
    before, after = judge(aim, annual(history)), judge(aim, annual([*history[:-1], better]))
    assert _RANK[after.status] >= _RANK[before.status]


@usual
@given(st.lists(positive, min_size=4, max_size=8), positive, positive, st.sampled_from([2, 3]))
def test_a_better_latest_value_helps_on_a_path_of_growth(
    history: list[Decimal], base: Decimal, step: Decimal, multiple: int
) -> None:
    aim = target("double_by", base_value=base, multiple=multiple)
    before = judge(aim, annual(history))
    after = judge(aim, annual([*history[:-1], history[-1] + step]))
    assert _RANK[after.status] >= _RANK[before.status]


@usual
@given(st.lists(positive, min_size=3, max_size=8), positive, positive)
def test_more_use_of_a_budget_is_never_a_better_verdict(flow: list[Decimal], cap: Decimal, more: Decimal) -> None:
    aim = target("cap_cumulative", value=cap, start_on=date(_LAST - len(flow) + 1, 1, 1), direction=-1)
    before, after = judge(aim, annual(flow)), judge(aim, annual([*flow[:-1], flow[-1] + more]))
    assert _RANK[after.status] <= _RANK[before.status]
    assert (after.headroom or 0) < (before.headroom or 0)


@usual
@given(st.lists(st.decimals(min_value=-9, max_value=15, places=1), min_size=3, max_size=8), positive)
def test_more_growth_is_never_a_worse_verdict(rates: list[Decimal], more: Decimal) -> None:
    base_on = date(_LAST - len(rates), 12, 31)
    aim = target("growth_average", growth=Decimal(6), base_on=base_on, unit="%")
    given_fields = {"measure": Measure.GROWTH_YOY, "unit": "%"}
    before = judge(aim, annual(rates), **given_fields)
    after = judge(aim, annual([*rates[:-1], rates[-1] + more]), **given_fields)
    assert _RANK[after.status] >= _RANK[before.status]


@usual
@given(histories, st.integers(min_value=20, max_value=4000), st.integers(min_value=0, max_value=8000))
def test_a_point_on_the_path_never_worsens_the_verdict(history: list[Decimal], base: int, rise: int) -> None:
    """Where the trend's window does not begin ahead of the path, a new value on the path is as good as unmet can be."""
    assume(rise >= 15)  # a path flatter than the last decimal is no path
    aim = target("floor", value=Decimal(base + rise), base_value=Decimal(base))
    path = {year: Decimal(base) + Decimal(rise) * (year - 2015) / 15 for year in range(2015, 2031)}
    first = _LAST - len(history)
    assume(first >= 2015 - 8)
    window_start = max(first, _LAST - 5)
    assume(history[window_start - first] <= path.get(window_start, Decimal(base)))
    before = evaluate(aim, series(annual(history, _LAST - 1)), as_of=date(_LAST, 6, 30))
    after = judge(aim, annual([*history, path[_LAST]]))
    assert after.status is Status.ON_TRACK
    assert before.status in (Status.MET, Status.MET_LOSING) or _RANK[after.status] >= _RANK[before.status]


@usual
@given(st.lists(values, min_size=4, max_size=5), values, values)
def test_the_needed_step_never_worsens_the_verdict(history: list[Decimal], goal: Decimal, base: Decimal) -> None:
    """While the window still grows, one year at the needed pace is never punished."""
    aim = target("floor", value=goal, base_value=base)
    before = evaluate(aim, series(annual(history, _LAST - 1)), as_of=date(_LAST, 6, 30))
    assume(before.needed_pace is not None and before.needed_pace > 1 and off_the_cliff(before))
    assert before.needed_pace is not None
    after = judge(aim, annual([*history, history[-1] + before.needed_pace]))
    assert _RANK[after.status] >= _RANK[before.status]


@usual
@given(
    st.lists(positive, min_size=4, max_size=8),
    st.lists(st.lists(positive, min_size=3, max_size=3), min_size=8, max_size=8),
    positive,
    positive,
    st.sampled_from(["floor", "lower", "cap_stock", "cap_rate"]),
    st.sampled_from(["ytd", "stock", "rate"]),
)
def test_quarters_of_closed_years_change_no_annual_verdict(
    history: list[Decimal],
    within: list[list[Decimal]],
    goal: Decimal,
    base: Decimal,
    kind: str,
    nature: str,
) -> None:
    own = {"ytd": Nature.YTD, "stock": Nature.STOCK, "rate": Nature.YTD}[nature]
    whole = annual(history)
    quarters = tuple(
        Point(f"{p.period}Q{q}", Period.parse(f"{p.period}Q{q}").end, own, within[n][q - 1], id=f"{p.period}Q{q}")
        for n, p in enumerate(whole)
        for q in (1, 2, 3)
    )
    aim = target(kind, value=goal, base_value=base)
    plain = judge(aim, whole, nature=nature)
    with_quarters = judge(aim, whole + quarters, nature=nature)
    if kind == "cap_rate" and nature != "ytd":  # a rate is held in each period, so there they do count
        assert (plain.status, plain.pace) == (with_quarters.status, with_quarters.pace)
    else:
        assert plain == with_quarters


@usual
@given(histories, values, st.lists(positive, min_size=3, max_size=3))
def test_the_running_year_of_a_flow_changes_no_annual_verdict(
    history: list[Decimal], goal: Decimal, running: list[Decimal]
) -> None:
    aim = target("floor", value=goal, base_value=Decimal(0))
    more = tuple(
        Point(f"2026Q{q}", Period.parse(f"2026Q{q}").end, Nature.YTD, value) for q, value in enumerate(running, start=1)
    )
    one = evaluate(aim, series(annual(history)), as_of=date(2026, 11, 30))
    other = evaluate(aim, series(annual(history) + more), as_of=date(2026, 11, 30))
    assert (one.status, one.reason, one.latest_value, one.miss_share) == (
        other.status,
        other.reason,
        other.latest_value,
        other.miss_share,
    )


natures = st.sampled_from(["single", "ytd", "stock", "rate", "index"])
codes = st.one_of(
    st.integers(2012, 2026).map(str),
    st.tuples(st.integers(2012, 2026), st.integers(1, 4)).map(lambda pair: f"{pair[0]}Q{pair[1]}"),
)


@st.composite
def points(draw: st.DrawFn) -> Point:
    period = Period.parse(draw(codes))
    return Point(
        period=period.code,
        period_end=period.end,
        nature=draw(st.sampled_from(list(Nature))),
        value=draw(values),
        id=f"X|{period.code}|{draw(st.integers(0, 9999))}",
        recorded_at=datetime(2010, 1, 1) + timedelta(days=draw(st.integers(0, 6500))),
        status=draw(st.sampled_from(list(ObsStatus))) if draw(st.booleans()) else ObsStatus.NORMAL,
        origin=draw(st.sampled_from(list(Origin))),
        scope=draw(st.sampled_from(["", "", "OLD", "NEW"])),
        bound=draw(st.sampled_from(["", "", "", "", ">", "<"])),
    )


@st.composite
def breaks(draw: st.DrawFn) -> ScopeBreak:
    return ScopeBreak(
        code="B",
        indicator="X",
        area="CCXQ",
        on=date(draw(st.integers(2013, 2025)), draw(st.sampled_from([1, 7])), 1),
        reason="census",
        from_scope="OLD",
        to_scope="NEW",
        text="普查",
        source="S",
        link_factor=draw(st.sampled_from([None, Decimal(2), Decimal(0)])),
    )


maybe = st.one_of(st.none(), values)
days = st.sampled_from([None, date(2015, 12, 31), date(2016, 1, 1), date(2018, 6, 30)])
dues = st.sampled_from([None, date(2020, 12, 31), date(2025, 6, 30), date(2026, 12, 31), date(2030, 12, 31)])


@st.composite
def targets(draw: st.DrawFn) -> Target:
    low, high = sorted((draw(values), draw(values)))
    return target(
        draw(st.sampled_from(list(TargetKind))).value,
        direction=draw(st.sampled_from([-1, 1])),
        value=draw(maybe),
        low=draw(st.sampled_from([low, None])),
        high=draw(st.sampled_from([high, None])),
        growth=draw(maybe),
        multiple=draw(st.sampled_from([None, Decimal(2), Decimal(4)])),
        base_on=draw(days),
        base_value=draw(maybe),
        start_on=draw(days),
        due_on=draw(dues),
        binding=draw(st.sampled_from([None, True, False])),
        path=draw(st.sampled_from(["linear", "cagr", "milestones"])),
        milestones=(Milestone(on=date(2022, 12, 31), value=draw(values)),),
        decimals=draw(st.integers(-2, 4)),
        netting_allowed=draw(st.booleans()),
        scope=draw(st.sampled_from(["", "", "NEW"])),
        price_basis=draw(st.sampled_from(["", "", "2020年不变价"])),
    )


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    tidy = annual(draw(histories), draw(st.integers(2018, 2025))) if draw(st.booleans()) else ()
    return series(
        tidy + tuple(draw(st.lists(points(), max_size=12))),
        nature=draw(natures),
        measure=draw(st.sampled_from([Measure.LEVEL, Measure.LEVEL, Measure.GROWTH_YOY])),
        price_basis=draw(st.sampled_from(["", "", "现价"])),
        scope=draw(st.sampled_from(["", "", "NEW", "OLD"])),
        months=draw(st.sampled_from([3, 12])),
        noise=draw(st.sampled_from([None, None, Decimal(3)])),
        breaks=tuple(draw(st.lists(breaks(), max_size=2))),
        unit=draw(st.sampled_from(["亿元", "%", "km²"])),
    )


as_ofs = st.dates(min_value=date(2013, 1, 1), max_value=date(2027, 12, 31))


@many
@given(targets(), any_series(), as_ofs, st.one_of(st.none(), any_series()))
def test_every_verdict_stands_with_its_components(
    aim: Target, given_series: Series, as_of: date, other: Series | None
) -> None:
    verdict = evaluate(aim, given_series, as_of=as_of, benchmark=other)
    assert verdict.reason in {r.value for r in Reason}
    assert verdict.engine_version == ENGINE_VERSION and verdict.method and verdict.components["thresholds"]
    assert verdict.sentence.endswith("。") and "None" not in verdict.sentence
    assert all(ord(c) > 127 or c.isdigit() or c in ".,-%" for c in verdict.sentence), verdict.sentence
    for name in Attainment.__dataclass_fields__:
        value = getattr(verdict, name)
        assert not isinstance(value, float)
        assert not isinstance(value, Decimal) or value.is_finite(), name
    assert not any(text.lower() in ("nan", "inf", "infinity", "none") for text in verdict.components.values())
    if aim.kind in _CAPS:
        assert "完成" not in verdict.sentence
    if verdict.status not in _UNJUDGED:
        assert verdict.latest_on is not None and verdict.latest_on <= as_of
        assert verdict.latest_value is not None or "bound" in verdict.components
        assert verdict.origin and verdict.inputs
    if verdict.reason in ("miss_small", "miss_medium", "miss_large") and not verdict.status.name.startswith("EXPIRED"):
        assert verdict.pace is not None and verdict.miss_share is not None and verdict.components["miss_on_track"]
    if verdict.status is Status.BREACHED:
        assert aim.binding is not False


@usual
@given(targets(), any_series(), as_ofs, st.randoms())
def test_an_older_as_of_never_sees_newer_rows(aim: Target, given_series: Series, as_of: date, random: Any) -> None:
    dawn = datetime.combine(as_of + timedelta(days=1), datetime.min.time())
    old = [p for p in given_series.points if p.recorded_at is None or p.recorded_at < dawn]
    old = [p for p in old if p.period_end <= as_of]
    fields = {f: getattr(given_series, f) for f in Series.__dataclass_fields__}
    assert evaluate(aim, given_series, as_of=as_of) == evaluate(
        aim, Series(**(fields | {"points": tuple(old)})), as_of=as_of
    )


@usual
@given(targets(), st.lists(values, min_size=4, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_points_does_not_matter(aim: Target, history: list[Decimal], random: Any) -> None:
    ordered = annual(history)
    shuffled = list(ordered)
    random.shuffle(shuffled)
    assert judge(aim, ordered) == judge(aim, tuple(shuffled))


@few
@given(st.lists(positive, min_size=5, max_size=10), positive, st.integers(1, 8))
def test_the_projection_is_honest(history: list[Decimal], goal: Decimal, ahead: int) -> None:
    aim = target("floor", value=goal, base_value=Decimal(1), due_on=date(_LAST + ahead, 12, 31), natural_min=Decimal(0))
    found = project(aim, series(annual(history)), as_of=_AS_OF)
    assert found.value is not None and found.low is not None and found.high is not None
    assert Decimal(0) <= found.low <= found.value <= found.high
    assert found.probability is not None and Decimal("0.05") <= found.probability <= Decimal("0.95")
    assert found.probability % Decimal("0.05") == 0
    widths = [point.high - point.low for point in found.fan if point.low > 0]
    assert widths == sorted(widths) and found.fan[-1].on == aim.due_on
    assert found.scenario == (ahead > min(len(history) - 1, 5))
    harder = project(aim.model_copy(update={"value": goal * 2}), series(annual(history)), as_of=_AS_OF)
    assert harder.probability is not None and harder.probability <= found.probability


@few
@given(st.lists(positive, min_size=5, max_size=10), positive, st.integers(1, 8))
def test_the_band_mirrors_and_scales(history: list[Decimal], factor: Decimal, ahead: int) -> None:
    times, h = [Decimal(n) for n in range(len(history))], Decimal(ahead)
    plain, mirrored, scaled = (fit(times, [sign * v for v in history]) for sign in (Decimal(1), Decimal(-1), factor))
    assert plain and mirrored and scaled
    low, high = band(plain, h)
    tiny = Decimal("1e-15") * (abs(low) + abs(high) + 1)
    assert abs(low + band(mirrored, h)[1]) < tiny and abs(high + band(mirrored, h)[0]) < tiny
    assert abs(central(scaled, h) - central(plain, h) * factor) < tiny * factor
    assert math.isclose(chance_below(plain, h, low), Decimal("0.1"), abs_tol=1e-6) or low == high


@usual
@given(positive, positive, st.lists(st.tuples(positive, positive), min_size=1, max_size=4))
def test_the_year_end_estimate_is_the_cumulative_value_over_its_share(
    now: Decimal, plan: Decimal, earlier: list[tuple[Decimal, Decimal]]
) -> None:
    known = []
    for year, (part, rest) in enumerate(earlier, start=2026 - len(earlier)):
        for quarter, value in ((3, part), (4, part + rest)):
            period = Period(year, "Q", quarter)
            known.append(Point(period.code, period.end, Nature.YTD, value))
    known.append(Point("2026Q3", date(2026, 9, 30), Nature.YTD, now))
    found = year_end(series(tuple(known)), known)
    assert found is not None
    with localcontext(ARITHMETIC):
        shares = [part / (part + rest) for part, rest in earlier[-3:]]
    assume(min(shares) > Decimal("0.0201"))
    assert found.share is not None and found.estimate is not None
    last_digit = Decimal("1e-25")  # the median of two values is rounded once
    assert min(shares) - last_digit <= found.share <= max(shares) + last_digit
    assert near(found.estimate * found.share, now)
    assert (found.low is not None) == (len(shares) >= 3)
    if found.low is not None and found.high is not None:
        assert found.low <= found.estimate * (1 + Decimal("1e-25")) and found.estimate <= found.high * (
            1 + Decimal("1e-25")
        )
    lead_time, lead_season = found.lead_time(plan), found.lead_season(plan)
    assert lead_time is not None and lead_season is not None
    assert near(lead_time - lead_season, found.share - Decimal("0.75"))


@few
@given(targets(), targets(), any_series(), any_series(), as_ofs)
def test_a_change_of_verdict_always_has_a_cause(
    old: Target, new: Target, before: Series, after: Series, as_of: date
) -> None:
    found = explain(
        Moment(target=old, series=before, as_of=as_of),
        Moment(target=new, series=after, as_of=as_of + timedelta(days=90)),
    )
    assert found.before.status is evaluate(old, before, as_of=as_of).status
    assert found.after.status is evaluate(new, after, as_of=as_of + timedelta(days=90)).status
    assert (found.factor is None) == (found.before.status is found.after.status)
    assert len(found.combinations) == 16 and found.sentence.endswith("。")


@usual
@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31)))
def test_time_in_years_can_be_read_back(day: date) -> None:
    assert day_at(years(day)) == day
    assert years(day) > years(day - timedelta(days=1))
