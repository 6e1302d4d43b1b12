"""Published worked results run through the product's own functions; results from elsewhere are quoted with source."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from indicators.errors import UsageError
from indicators.vectors import agreement, run_vectors

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "published.json"
REQUIRED = {
    "open_sdg_2_4", "open_sdg_2_4_aggregate", "destatis_weather", "un_progress_2023_eustat", "cn_time_progress",
    "cn_completion_rate", "cn_contribution", "cn_ytd_cumulative", "cn_yoy", "cn_growth_between", "cn_average_growth",
    "cn_index_pace", "identity_sum", "structure_share", "revision_level", "period_rate", "theil_sen",
    "denton_proportional", "vintage_as_of", "hicp_contribution", "revision_metrics", "ets_given_parameters",
}  # fmt: skip
MAY_STAY = {"cn_growth_between"}  # its result is checked against bounds, which a small change may leave in place


@pytest.fixture(scope="module")
def published():
    if not SHARED.exists():
        pytest.skip(f"the published worked results are not beside the project: {SHARED}")
    return json.loads(SHARED.read_text(encoding="utf-8"))


def run_one(method, inputs, expected, tolerance=None, **more):
    vector = {"id": "one", "method": method, "inputs": inputs, "expected": expected, "tolerance": tolerance or {}}
    return run_vectors({"vectors": [vector | more]})[0]


def test_every_published_vector_agrees(published):
    results = run_vectors(SHARED)
    assert [(r.id, r.message, r.differences) for r in results if r.agrees is not True] == []
    assert len(results) == len(published["vectors"]) == 299


def test_agreement_is_counted_per_method(published):
    counted = agreement(run_vectors(published))
    assert sum(m.agreeing for m in counted) == 299
    assert {m.method for m in counted} <= REQUIRED


def test_parsed_content_with_floats_gives_the_same_results(published):
    assert [r.agrees for r in run_vectors(published)] == [True] * 299


def test_ids_and_order_play_no_part(published):
    shuffled = [v | {"id": f"renamed-{n}", "source": {}} for n, v in enumerate(published["vectors"])][::-1]
    assert all(r.agrees for r in run_vectors({"vectors": shuffled}))


def test_another_expectation_disagrees(published):
    """Nothing is taken from the expectation: each number moved by a tenth and each word changed is reported."""

    def moved(value):
        if isinstance(value, dict):
            return {key: moved(part) for key, part in value.items()}
        if isinstance(value, list):
            return [moved(part) for part in value]
        if isinstance(value, str):
            return value + "?"
        return "0.5" if value is None else value * 1.1 + 1

    parts = [{key: moved(v[key]) for key in ("expected", "derived") if key in v} for v in published["vectors"]]
    vectors = [v | part for v, part in zip(published["vectors"], parts, strict=True)]
    assert [r.id for r in run_vectors({"vectors": vectors}) if r.agrees is not False] == []


def test_other_inputs_give_other_results(published):
    """Every numeric result follows its inputs: with the inputs disturbed, no computed number stays what it was."""
    before, after = {}, {}
    for found, vectors in ((before, published["vectors"]), (after, [disturbed(v) for v in published["vectors"]])):
        found |= {r.id: r for r in run_vectors({"vectors": vectors})}
    same = [
        name
        for name, result in before.items()
        if has_number(result.got) and result.got == after[name].got and result.method not in MAY_STAY
    ]
    assert same == []


def test_symbols_follow_the_direction(published):
    turned = [
        v | {"inputs": v["inputs"] | {"direction": -v["inputs"]["direction"]}}
        for v in published["vectors"]
        if v["method"] == "destatis_weather"
    ]
    results = run_vectors({"vectors": turned})
    assert len(results) == 115
    assert sum(r.agrees is False for r in results) >= 110


def disturbed(vector):
    """The vector with every value (not years, directions, types) scaled by its own factor."""
    steps = iter(range(1, 10_000))
    fixed = {"base_year", "current_year", "target_year", "eval_year", "direction", "months_elapsed", "alpha", "limit"}

    def change(value, key=""):
        if isinstance(value, dict):
            return {k: v if k in fixed else change(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [change(part, key) for part in value]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return value * (1 + 0.017 * next(steps)) + 0.013

    inputs = change(copy.deepcopy(vector["inputs"]))
    if "score" in vector["expected"] and "progress_value" in vector["expected"]:
        inputs |= {"target": None, "limit": None}  # without target, no score is capped by an achieved one
        if inputs["base_value"] is not None:
            inputs["current_value"] = inputs["base_value"] * 1.002
    return vector | {"inputs": inputs}


def has_number(got):
    if isinstance(got, dict):
        return any(has_number(part) for key, part in got.items() if key != "sign")
    if isinstance(got, list):
        return any(has_number(part) for part in got)
    return got is not None and not isinstance(got, str | bool)


def test_unknown_method_is_reported_as_not_supported():
    result = run_one("no_such_method", {"x": 1}, {"y": 2})
    assert result.agrees is None
    assert "不支持" in result.message


def test_every_required_method_is_supported():
    for method in REQUIRED:
        assert "不支持" not in run_one(method, {}, {}).message, method


@pytest.mark.parametrize(
    ("inputs", "word"),
    [({"actual": 3}, "plan"), ({"actual": "three", "plan": 4}, "actual"), ({}, "actual")],
)
def test_a_vector_that_cannot_be_read_is_reported_and_stops_nothing(inputs, word):
    bad = {"id": "bad", "method": "cn_completion_rate", "inputs": inputs, "expected": {"completion_pct": 75}}
    good = bad | {"id": "good", "inputs": {"actual": "3", "plan": "4"}}
    first, second = run_vectors({"vectors": [bad, good]})
    assert first.agrees is False
    assert word in first.message
    assert second.agrees is True


@pytest.mark.parametrize("content", ["[]", "not json", '{"vectors": 3}'])
def test_a_file_that_holds_no_vectors_is_an_error(tmp_path, content):
    path = tmp_path / "vectors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        run_vectors(path)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="读不到"):
        run_vectors(tmp_path / "none.json")


# HICP Methodological Manual, section 8.6, numerical example (energy); as printed in eurostat/hicp test_rates.r
MONTHS = [f"{year}-{month:02d}" for year in (2013, 2014, 2015, 2016) for month in range(1, 13)][11:]
ENERGY = [
    108.7, 108.67, 108.74, 108.36, 108.27, 108.2, 108.44, 108.19, 107.59, 107.75, 106.79, 105.33, 101.85, 98.62, 100.17,
    101.91, 102.01, 102.96, 102.86, 102.14, 99.89, 98.2, 97.68, 97.67, 95.9, 93.3, 92.07, 93.03, 93.1, 94.64, 96.25,
    95.29, 94.29, 95.26, 96.78, 96.61, 98.35,
]  # fmt: skip
ALL_ITEMS = [
    100.11, 98.99, 99.3, 100.23, 100.38, 100.27, 100.38, 99.72, 99.84, 100.28, 100.22, 100.04, 99.94, 98.4, 99.03,
    100.15, 100.39, 100.61, 100.6, 99.96, 99.97, 100.19, 100.34, 100.19, 100.17, 98.72, 98.88, 100.11, 100.15, 100.51,
    100.68, 100.12, 100.21, 100.6, 100.85, 100.76, 101.31,
]  # fmt: skip
RIBE = [
    -1.02529813948425, -0.866666250168824, -0.640222130696651, -0.619973954901979, -0.515104491704027,
    -0.548704450433906, -0.602525307493953, -0.776522663065849, -0.964384788894606, -0.923621450672416,
    -0.781068214027195, -0.619594501718212, -0.556492789126052, -0.84220466625092, -0.916077474262503,
    -0.917160195487289, -0.857698005505091, -0.684618915689184, -0.711747489267791, -0.579213481076454,
    -0.303897553214695, -0.095393755765013, -0.111760293495743, 0.248832116788319,
]  # fmt: skip
KIRCHNER = [
    -1.01703815303061, -0.861586224084169, -0.641540104650217, -0.622734144979741, -0.518601552711475,
    -0.552332368477231, -0.602460846904482, -0.777862334822627, -0.968075371900026, -0.927715376510117,
    -0.783441339089728, -0.619594501718212, -0.553088222076527, -0.838171335760115, -0.91752382926534,
    -0.918835000771934, -0.861111320893986, -0.688028810561959, -0.711825702057316, -0.580058548982564,
    -0.305078414197261, -0.0964820271246105, -0.112710625635746, 0.248832116788319,
]  # fmt: skip
MONTHLY = [
    0.00703817051762693, -0.0380879340850519, -0.00893712532013638, -0.00694071029627297, 0.023822826922964,
    -0.0247882510581222, -0.0598855509317528, 0.0159502861616301, -0.0952818051681585, -0.144994499148793,
    -0.346225163991441, -0.336351300932743, 0.163933055745136, 0.182857342496143, 0.0103915176817525, 0.098483411797569,
    -0.0103440065185095, -0.0744842501983668, -0.234253562986313, -0.175932853650891, -0.0540143185777169,
    -0.00103718406998985, -0.18385643054338, -0.264066736183525, -0.126758761785896, 0.0987735808943386,
    0.00711375005741807, 0.156439994023563, 0.162965107150613, -0.0970076646685763, -0.101614850500567,
    0.0984778811211783, 0.153717612572737, -0.0171494834056512, 0.175686792059182,
]  # fmt: skip
HICP = {
    "time": MONTHS,
    "index": ENERGY,
    "index_all": ALL_ITEMS,
    "weight": [None] + [108.07] * 12 + [106.06] * 12 + [97.4] * 12,
    "weight_all": [None] + [1000] * 36,
}


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        ({"type": "year", "method": "ribe"}, [None] * 13 + RIBE),
        ({"type": "year", "method": "kirchner"}, [None] * 13 + KIRCHNER),
        ({"type": "month"}, [None] * 2 + MONTHLY),
    ],
)
def test_contributions_of_the_hicp_manual(change, printed):
    result = run_one("hicp_contribution", HICP | change, {"contribution_pp": printed}, {"contribution_pp": 1e-9})
    assert result.differences == ()
    assert result.agrees is True


def test_contributions_keep_the_input_order_and_leave_gaps_empty():
    holes = {3, 34}
    gapped = HICP | {"index": [None if n in holes else x for n, x in enumerate(ENERGY)], "type": "month"}
    wanted = [None if {n, n - 1} & holes else x for n, x in enumerate([None] * 2 + MONTHLY)]
    straight = run_one("hicp_contribution", gapped, {"contribution_pp": wanted}, {"contribution_pp": 1e-9})
    assert straight.differences == ()
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in gapped.items()}
    backwards = run_one("hicp_contribution", turned, {"contribution_pp": wanted})
    assert backwards.got["contribution_pp"] == straight.got["contribution_pp"][::-1]


# R forecast::ets on fpp2::oildata, as kept in statsmodels fit_ets_results_nonseasonal.json
OIL = [
    111.0091346, 130.8284341, 141.2870879, 154.2277747, 162.7408654, 192.1664835, 240.7997253, 304.2173901, 384.0045673,
    429.6621566, 359.3169299, 437.2518544, 468.4007898, 424.4353365, 487.9794299, 509.8284478, 506.3472527, 340.1842374,
    240.258921, 219.0327876, 172.0746632, 252.5900922, 221.0710774, 276.5187735, 271.1479517, 342.6186005, 428.3558357,
    442.3945534, 432.7851482, 437.2497186, 437.2091599, 445.3640981, 453.1950104, 454.409641, 422.3789058, 456.0371217,
    440.3866047, 425.1943725, 486.2051735, 500.4290861, 521.2759092, 508.947617, 488.8888577, 509.870575, 456.7229123,
    473.8166029, 525.9508706, 549.8338076, 542.3404698,
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "forecast", "last_state", "first_fitted", "last_residual"),
    [
        (
            {
                "model": "AAdN",
                "alpha": 0.99989969,
                "beta": 0.11886985,
                "phi": 0.80000197,
                "initstate": [36.46466837, 34.72584983],
            },
            [545.35213563, 547.76044926, 549.68710489, 551.22843318],
            [542.341751, 3.76297155],
            64.24541648,
            -12.77262092,
        ),
        (
            {
                "model": "MAdN",
                "alpha": 0.92024781,
                "beta": 0.00010003,
                "phi": 0.96360848,
                "initstate": [36.95199158, 35.03197857],
            },
            [548.73324311, 554.01336256, 559.10133046, 564.00413949],
            [543.25371532, 5.68646694],
            70.70910331,
            -0.02067753,
        ),
        (
            {
                "model": "MMdN",
                "alpha": 0.99989195,
                "beta": 0.0001004,
                "phi": 0.80000008,
                "initstate": [49.59586353, 1.94518873],
            },
            [542.3505805, 542.35988062, 542.36732084, 542.37327309],
            [542.34128053, 1.00002143],
            84.45295975,
            -0.01364623,
        ),
        (
            {
                "error": "add",
                "trend": "add",
                "alpha": 0.99770564,
                "beta": 0.0001001,
                "phi": "NaN",
                "l0": 21.3150686,
                "b0": 11.71213626,
            },
            [554.09126495, 565.79806815, 577.50487134, 589.21167453],
            [542.38446176, 11.70680319],
            33.02720486,
            -19.17391255,
        ),
    ],
    ids=["AAdN", "MAdN", "MMdN", "AAN"],
)
def test_smoothing_with_the_parameters_found_by_r(given, forecast, last_state, first_fitted, last_residual):
    expected = {"forecast": forecast, "final_state": last_state}
    # R steps a damped multiplicative trend with φ twice over; statsmodels compares its forecasts to a thousandth
    loose = 0.01 if given.get("model") == "MMdN" else 1e-4
    result = run_one("ets_given_parameters", {"y": OIL} | given, expected, {"forecast": loose, "final_state": 1e-4})
    assert result.differences == ()
    whole = run_one("ets_given_parameters", {"y": OIL} | given, {"fitted": [], "residuals": []})
    assert whole.got["fitted"][0] == pytest.approx(first_fitted, abs=1e-5)
    assert whole.got["residuals"][-1] == pytest.approx(last_residual, abs=1e-5)


def test_denton_against_stata():
    """statsmodels test_denton_quarterly2, results of Stata."""
    stata = [
        64.334796, 127.80616, 187.82379, 120.03526, 56.563894, 105.97568, 147.50144, 89.958987, 40.547201, 74.445963,
        108.34473, 76.66211, 42.763347, 94.14664, 153.41596, 109.67405, 58.290761, 122.62556, 190.41409, 128.66959,
    ]  # fmt: skip
    inputs = {"indicator": [50, 100, 150, 100] * 5, "benchmark": [500, 400, 300, 400, 500]}
    assert run_one("denton_proportional", inputs, {"result": stata}, {"result": 1e-5}).differences == ()


def test_theil_sen_of_scipy_with_masks_and_joint_intercept():
    """scipy test_mstats_basic.test_theilslopes."""
    assert run_one("theil_sen", {"y": [0, 1, 1]}, {"slope": 0.5, "intercept": 0.5}).agrees is True
    assert run_one("theil_sen", {"y": [0, 1, None, 1]}, {"slope": 1 / 3, "intercept": 2 / 3}).agrees is True
    sen = {"x": [1, 2, 3, 4, 10, 12, 18], "y": [9, 15, 19, 20, 45, 55, 78], "alpha": 0.07, "method": "joint"}
    expected = {"slope": 4, "intercept": 6.0, "upper": 4.38, "lower": 3.71}
    assert run_one("theil_sen", sen, expected, {"intercept": 1e-7, "ci": 0.006}).differences == ()


def months_of(first: str, *steps: int) -> list[str]:
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{(start + step) // 12}-{(start + step) % 12 + 1:02d}" for step in steps]


@pytest.mark.parametrize(
    ("kind", "time", "value", "ratios"),
    [
        ("month", months_of("2021-12", 0, 1, 2, 3, 4), [104, 100, 102, None, 107], [None, 100 / 104, 1.02, None, None]),
        ("month", months_of("2021-12", 1, 0, 3, 2), [100, 104, 105, 102], [100 / 104, None, 105 / 102, 1.02]),
        ("month", months_of("2022-01", 0, 3, 6, 9, 12), [104, 100, 102, 105, 107], [None] * 5),
        ("quarter", months_of("2021-12", 0, 1, 2, 3, 4), [104, 100, 102, 105, 107], [None] * 3 + [105 / 104, 1.07]),
        ("quarter", months_of("2021-12", 0, 12, 24), [104, 100, 102], [None] * 3),
        ("year", [f"{m}-01" for m in months_of("2019-12", 0, 3, 6, 9, 12)], [1, 2, 3, 4, 5], [None] * 4 + [5.0]),
        ("year", ["2019-11-17", "2020-11-17", "2021-12-17"], ["100", "103", "102"], [None, 1.03, 102 / 103]),
        ("year", ["2019Q4", "2020Q4"], [100, 103], [None, 1.03]),
    ],
)
def test_rates_of_eurostat_hicp(kind, time, value, ratios):
    """eurostat/hicp test_rates.r: NA, order, and frequencies that the lag does not fit."""
    inputs, rates = {"type": kind, "time": time, "value": value}, [r and 100 * (r - 1) for r in ratios]
    assert run_one("period_rate", inputs, {"rate_pct": rates}).differences == ()


def test_cumulative_growth_is_computed_only_at_constant_prices():
    levels = {"2023Q1": 100, "2023Q2": 210, "2024Q1": 105, "2024Q2": 218.4}
    expected = {"cumulative_yoy_pct": {"2024Q1": 5.0, "2024Q2": 4.0}}
    current = run_one("cn_ytd_cumulative", {"unit": "亿元", "cumulative": levels}, expected)
    assert current.agrees is None
    assert "现价" in current.not_evaluated[0]
    constant = run_one("cn_ytd_cumulative", {"unit": "亿元, 不变价", "cumulative": levels}, expected)
    assert constant.agrees is True


def test_targets_of_destatis_in_their_several_forms():
    points = {str(year): 100 - 3 * (year - 2015) for year in range(2015, 2021)}  # 85 in 2020, three less each year
    base = {"rule": "target", "direction": -1, "eval_year": 2020, "points": points}
    one = run_one("destatis_weather", base | {"target": 40, "target_year": 2030}, {"status": "cloud"})
    interval = run_one("destatis_weather", base | {"target": [40, 52], "target_year": 2030}, {"status": "sun_cloud"})
    years = [{"target": 70, "target_year": 2025}, {"target": 20, "target_year": 2030}]
    nearest = run_one("destatis_weather", base | {"targets": years}, {"status": "sun"})
    both = [{"target": 70, "target_year": 2025}, {"target": 30, "target_year": 2025}]
    worst = run_one("destatis_weather", base | {"targets": both}, {"status": "cloud"})
    assert [r.got["status"] for r in (one, interval, nearest, worst)] == ["cloud", "sun_cloud", "sun", "cloud"]


def test_vintages_of_one_day_hold_no_newer_row():
    rows = [
        {"period": "2020Q1", "value": 10, "known_from": "2020-04-20", "known_to": "2020-07-20"},
        {"period": "2020Q1", "value": 11, "known_from": "2020-07-20"},
        {"period": "2020Q2", "value": 20, "known_from": "2020-07-20"},
    ]
    expected = {"as_of": {"2020-07-19": {"2020Q1": 10}, "2020-07-20": {"2020Q1": 11, "2020Q2": 20}}}
    assert run_one("vintage_as_of", {"rows": rows}, expected).agrees is True
    too_few = {"as_of": {"2020-07-20": {"2020Q1": 11}}}
    assert run_one("vintage_as_of", {"rows": rows}, too_few).agrees is False


def test_revision_metrics_over_two_releases():
    early = {"early": [1.0, 2.0, -0.5, 3.0, 1.5, 0.2, 2.2, 1.1], "late": [1.2, 1.8, 0.1, 3.3, 1.5, 0.1, 2.5, 1.3]}
    expected = {"n": 8, "bias": 0.1625, "mar": 0.2375, "min": -0.2, "max": 0.6, "sign_change_share": 0.125}
    assert run_one("revision_metrics", early, expected).differences == ()


# R forecast::ets on fpp2::austourists, first eight quarters, as kept in statsmodels fit_ets_results_seasonal.json
TOURISTS = [30.052513, 19.148496, 25.317692, 27.591437, 32.076456, 23.487961, 28.47594, 35.123753]


@pytest.mark.parametrize(
    ("given", "fitted", "final_state"),
    [
        (
            {
                "model": "AAdA",
                "alpha": 0.35445427,
                "beta": 0.03200749,
                "gamma": 0.39993387,
                "phi": 0.97999997,
                "initstate": [24.01278357, 0.97770147, 1.76951063, -0.50735902, -6.61171798, 5.34956637],
            },
            [30.32049735, 19.19480328, 26.19326277, 29.0246223, 32.79209104, 21.42989127, 28.74545398, 31.49242578],
            [31.58323395, 0.90487115, 2.64862203, -0.96531719, -5.80714604, 4.95618366],
        ),
        (
            {
                "model": "MAdA",
                "alpha": 0.31114284,
                "beta": 0.04721388,
                "gamma": 0.30950232,
                "phi": 0.8708892,
                "initstate": [21.67128194, 1.98691433, 1.03750831, -1.37168288, -6.10365176, 6.43782633],
            },
            [29.8394905, 18.88002311, 25.02659763, 28.69754639, 34.79412923, 22.16115761, 28.00929237, 30.75686165],
            [31.42042375, 0.83179971, 2.0467279, -1.13715996, -5.60991004, 5.66263111],
        ),
    ],
    ids=["AAdA", "MAdA"],
)
def test_seasonal_smoothing_with_the_parameters_found_by_r(given, fitted, final_state):
    expected = {"fitted": fitted, "final_state": final_state}
    assert run_one("ets_given_parameters", {"y": TOURISTS} | given, expected, 1e-6).differences == ()


def test_a_single_tolerance_serves_all_results():
    inputs = {"months_elapsed": 10, "plan": 647.4, "actual": 629.0}
    assert run_one("cn_time_progress", inputs, {"ahead_pp": 13.8, "completion_pct": 97.2}, 0.05).agrees is True
    assert run_one("cn_time_progress", inputs, {"ahead_pp": 13.9, "completion_pct": 97.2}, 0.05).agrees is False


def test_months_are_answered_in_the_words_of_the_file():
    cumulative = {"2014-08": 80, "2014-09": 91.5, "2014-10": 101}
    expected = {"single": {"2014-09": 11.5, "2014-10": 9.5}}
    assert run_one("cn_ytd_cumulative", {"cumulative": cumulative}, expected).agrees is True


def test_contributions_with_weights_by_year_answered_by_month():
    by_year = HICP | {"weight": {"2014": 108.07, "2015": 106.06, "2016": 97.4}, "weight_all": 1000}
    expected = {"ribe_pp": {"2015-01": RIBE[0], "2016-12": RIBE[-1]}, "kirchner_pp": {"2015-06": KIRCHNER[5]}}
    assert run_one("hicp_contribution", by_year, expected, 1e-9).differences == ()


def test_only_what_the_source_prints_is_compared():
    trimmed = run_one("hicp_contribution", HICP | {"type": "year"}, {"ribe": RIBE}, 1e-9)
    assert trimmed.agrees is True
    assert run_one("hicp_contribution", HICP | {"type": "year"}, {"ribe": [0.0, *RIBE]}, 1e-9).agrees is False


def test_a_result_the_method_does_not_give_is_a_difference():
    result = run_one("cn_completion_rate", {"actual": 3, "plan": 4}, {"completion_pct": 75, "colour": "green"})
    assert result.agrees is False
    assert [d.key for d in result.differences] == ["colour"]


def test_a_disagreement_is_explained_with_both_values():
    result = run_one("cn_completion_rate", {"actual": 3, "plan": 4}, {"completion_pct": 80})
    assert result.explanation == "completion_pct 公布为 80，算得 75.00"


@pytest.mark.parametrize(
    "broken",
    [
        {"tolerance": {"completion_pct": "x"}},
        {"method": "denton_proportional", "inputs": {"indicator": [1, 2, 3, 4], "benchmark": [9], "k": 0}},
        {"method": "destatis_weather", "inputs": {"points": {"2015": 1, "MMXVI": 2}, "target": []}},
        {"method": "theil_sen", "inputs": {"x": [1, 2], "y": [1, 2, 3]}},
    ],
)
def test_what_is_wrong_with_a_vector_is_said_in_chinese_and_stops_nothing(broken):
    good = {"id": "good", "method": "cn_completion_rate", "inputs": {"actual": 3, "plan": 4}, "expected": {"completion_pct": 75}}  # fmt: skip # noqa: E501
    first, second = run_vectors({"vectors": [good | {"id": "坏例"} | broken, good]})
    assert first.agrees is not True and second.agrees is True
    assert first.explanation.startswith("算例“坏例”不能计算：") and first.explanation.endswith("。")
    assert not any(word in first.explanation for word in ("Error", "list", "invalid", "zip", "division"))
