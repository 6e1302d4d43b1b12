"""What must hold of every derived measure, whatever the numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.derived.chain_contribution import ChainPoint, chain_contributions
from indicators.derived.chaining import BaseSegment, chain_bases, link, rebase
from indicators.derived.contribution import contributions, structure_shares
from indicators.derived.denton import denton_proportional
from indicators.derived.growth import changes, year_on_year
from indicators.derived.quarters import cumulate, single_values
from indicators.derived.rows import GrowthSeries, derive_growth
from indicators.derived.trend import theil_sen
from indicators.derived.vintages import VintageRow, as_of
from indicators.methods.destatis import destatis_weather
from indicators.methods.open_sdg import open_sdg_2_4
from indicators.periods import Nature, Period


def holds_for(*strategies):
    """`given`, with as many examples as keep this file fast, and no deadline on a busy machine."""
    return lambda proof: settings(deadline=None, max_examples=60)(given(*strategies)(proof))


positive = st.integers(1, 10**9).map(lambda n: D(n) / 1000)
signed = st.integers(-(10**9), 10**9).map(lambda n: D(n) / 1000)
factor = st.sampled_from([D("0.0001"), D("0.01"), D("7.3"), D(100), D(10000)])
START = Period(2018, "Q", 1)


def quarters(values, start=START):
    return {start.shift(n): value for n, value in enumerate(values)}


def close(a, b, digits=15):
    return a is b is None or abs(a - b) <= D(10) ** -digits * max(D(1), abs(a), abs(b))


@holds_for(st.lists(positive, min_size=8, max_size=16), factor)
def test_rebasing_and_units_leave_growth_alone(values, scale):
    series = quarters(values)
    rebased = rebase(series, [START.shift(n) for n in range(4)]).values
    scaled = {p: v * scale for p, v in series.items()}
    for other in (rebased, scaled):
        for months in (3, 12):
            before, after = changes(series, months), changes(other, months)
            assert all(close(before[p].rate, after[p].rate) for p in series)


@holds_for(st.lists(st.one_of(st.none(), signed), min_size=1, max_size=12))
def test_differencing_cumulated_quarters_gives_them_back(values):
    singles = quarters(values)
    back = single_values(cumulate(singles))
    for period, single in back.items():
        earlier = [singles[Period(period.year, "Q", i)] for i in range(1, period.index + 1)]
        if None not in earlier:
            assert single.value == singles[period]
        else:
            assert single.value is None


@holds_for(st.dictionaries(st.sampled_from("abcdef"), st.tuples(positive, positive), min_size=1))
def test_shares_add_up_to_a_hundred_and_pulls_to_the_growth(levels):
    found = contributions({k: v[0] for k, v in levels.items()}, {k: v[1] for k, v in levels.items()})
    assert close(sum(found.pulls.values()), found.growth, 18)
    if found.shares is not None:
        assert close(sum(found.shares.values()), D(100), 12)
    assert close(sum(structure_shares({k: v[0] for k, v in levels.items()}).values()), D(100), 18)


@holds_for(
    st.integers(1, 4),
    st.lists(st.integers(1, 10**6).map(lambda n: D(n) / 10), min_size=3, max_size=18),
    st.lists(positive, min_size=1, max_size=6),
)
def test_denton_blocks_add_up_to_their_benchmarks(block, indicator, benchmarks):
    benchmarks = benchmarks[: max(1, len(indicator) // block)]
    done = denton_proportional(indicator, benchmarks, block)
    if block * len(benchmarks) > len(indicator):
        assert done is None
        return
    for n, benchmark in enumerate(benchmarks):
        assert close(sum(done[n * block : (n + 1) * block]), benchmark, 10)


@holds_for(st.lists(st.integers(1, 1000).map(D), min_size=8, max_size=8), positive)
def test_denton_keeps_a_series_that_already_fits(indicator, scale):
    benchmarks = [sum(indicator[:4]) * scale, sum(indicator[4:]) * scale]
    done = denton_proportional(indicator, benchmarks)
    assert all(close(x, i * scale, 8) for x, i in zip(done, indicator, strict=True))


@holds_for(st.lists(st.tuples(st.integers(0, 40), signed), min_size=3, max_size=12), signed, signed)
def test_theil_sen_moves_with_its_data(points, lift, tilt):
    """y + a + c·x adds c to the slope; turning y over turns the slope over."""
    x, y = [D(a) for a, _ in points], [b for _, b in points]
    line = theil_sen(x, y)
    moved = theil_sen(x, [b + lift + tilt * a for a, b in zip(x, y, strict=True)])
    turned = theil_sen(x, [-b for b in y])
    if line is None:
        assert moved is turned is None
        return
    assert close(moved.slope, line.slope + tilt, 12)
    assert close(turned.slope, -line.slope, 18)
    if line.lower is not None:
        assert line.lower <= line.upper


@holds_for(st.lists(positive, min_size=8, max_size=8), st.lists(positive, min_size=12, max_size=12))
def test_linking_keeps_the_growth_of_each_segment(old, new):
    joined = link(quarters(old), quarters(new, START.shift(4)), "王工")
    for period, value in joined.values.items():
        before = joined.values.get(period.shift(-1))
        if before is None:
            continue
        if period < START.shift(4):
            ratio = quarters(old)[period] / quarters(old)[period.shift(-1)]
        elif period.shift(-1) < START.shift(4):
            continue  # across the splice itself
        else:
            ratio = quarters(new, START.shift(4))[period] / quarters(new, START.shift(4))[period.shift(-1)]
        assert close(value / before, ratio)


@holds_for(st.lists(positive, min_size=4, max_size=8), factor)
def test_a_chain_over_price_bases_does_not_depend_on_their_levels(values, scale):
    first, last = START, START.shift(len(values) - 1)
    whole = BaseSegment("一", quarters(values))
    tail = BaseSegment("二", {p: v * scale for p, v in quarters(values).items() if not p < START.shift(2)})
    alone, both = chain_bases([whole], first, last), chain_bases([whole, tail], first, last)
    assert all(close(alone[p], both[p]) for p in alone)


@holds_for(
    st.lists(st.tuples(positive, positive), min_size=9, max_size=9),
    st.lists(st.integers(1, 99), min_size=3, max_size=3),
)
def test_contributions_of_a_chained_index_add_up_to_its_change(ratios, weights):
    """Two parts and their Laspeyres total, chained each December: Ribe's points add up to the total's change."""
    start, parts, totals, rows = Period(2018, "Q", 4), [D(100), D(100)], {}, ([], [])
    totals[start] = D(100)
    link_at = [D(100), D(100), D(100)]
    for part in (0, 1):
        rows[part].append((start, D(100), D(weights[0])))
    for n, pair in enumerate(ratios, 1):
        period = start.shift(n)
        year = period.year - 2019
        share = D(weights[year % 3]) / 100
        parts = [link_at[0] * (1 + pair[0] / 10**6), link_at[1] * (1 + pair[1] / 10**6)]
        total = link_at[2] * (share * parts[0] / link_at[0] + (1 - share) * parts[1] / link_at[1])
        totals[period] = total
        for part, weight in ((0, share), (1, 1 - share)):
            rows[part].append((period, parts[part], weight))
        if period.index == 4:
            link_at = [*parts, total]
    found = [
        chain_contributions({p: ChainPoint(i, w, totals[p], D(1)) for p, i, w in rows[part]}, 12) for part in (0, 1)
    ]
    change = year_on_year(totals)
    for period in list(totals)[4:]:
        assert close(found[0][period] + found[1][period], change[period].rate, 12)


@holds_for(
    st.lists(st.tuples(st.sampled_from("abc"), signed, st.integers(0, 99), st.integers(0, 99)), max_size=12),
    st.integers(0, 99),
)
def test_an_older_day_never_sees_newer_rows(raw, day):
    origin = date(2020, 1, 1)
    rows = [VintageRow(k, v, origin + timedelta(a), origin + timedelta(b)) for k, v, a, b in raw]
    on = origin + timedelta(day)
    assert as_of(rows, on) == as_of([r for r in rows if r.known_from <= on], on)


@holds_for(st.lists(st.one_of(st.none(), signed), min_size=2, max_size=16), factor)
def test_growth_rows_have_unique_keys_a_value_or_a_reason_and_no_unit_dependence(values, scale):
    def rows(by):
        levels = {START.shift(n).code: v if v is None else v * by for n, v in enumerate(values)}
        series = GrowthSeries("I", "A", "D", "", "", "亿元", "returned", {Nature.YTD: levels})
        return {(r.kind, r.period): r for r in derive_growth(series)}, len(derive_growth(series))

    (one, count), (other, _) = rows(D(1)), rows(scale)
    assert len(one) == count
    assert all((row.value is None) == bool(row.reason) for row in one.values())
    rates = {key: row.value for key, row in one.items() if row.unit == "%"}
    assert rates == {key: row.value for key, row in other.items() if row.unit == "%"}


@holds_for(st.lists(signed, min_size=6, max_size=6), signed, factor)
def test_the_weather_is_the_same_in_other_units_and_mirrored(values, target, scale):
    points = {2015 + n: v for n, v in enumerate(values)}
    here = destatis_weather(points, "target", 1, target, 2030, 2020)
    scaled = destatis_weather({y: v * scale for y, v in points.items()}, "target", 1, target * scale, 2030, 2020)
    mirrored = destatis_weather({y: -v for y, v in points.items()}, "target", -1, -target, 2030, 2020)
    assert here.status == scaled.status == mirrored.status


@holds_for(positive, positive, positive, st.sampled_from([1, -1]), factor)
def test_open_sdg_is_the_same_in_other_units(base, current, target, direction, scale):
    def judge(by):
        return open_sdg_2_4(base * by, 2015, current * by, 2023, direction, target=target * by)

    one, other = judge(D(1)), judge(scale)
    assert (one.progress_value is None) == (other.progress_value is None)
    if one.progress_value is not None and base != target:
        spread = min(D(1), abs(base - target) / base)  # the ratio is as exact as the distance it divides by
        assert abs(one.progress_value - other.progress_value) <= D("1e-9") * max(1, abs(one.progress_value)) / spread
