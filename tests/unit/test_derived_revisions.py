from datetime import date
from decimal import Decimal as D
from statistics import mean, stdev

import numpy as np
import pytest

from indicators.derived.revisions import level_revision, revision_report
from indicators.derived.student import t_two_sided
from indicators.derived.vintages import VintageRow, as_of, from_realtime

EARLY = [1.0, 2.0, -0.5, 3.0, 1.5, 0.2, 2.2, 1.1, 0.9, 1.4, 2.8, 1.9]
LATE = [1.2, 1.8, 0.1, 3.3, 1.5, 0.1, 2.5, 1.3, 1.0, 1.7, 2.6, 2.3]
MOVES = [b - a for a, b in zip(EARLY, LATE, strict=True)]


def release(values):
    return {f"{2000 + n}": None if v is None else D(str(v)) for n, v in enumerate(values)}


def test_metrics_of_a_named_pair():
    report = revision_report(release(EARLY), release(LATE), "首次→最新")
    m = report.metrics
    assert (m.pair, m.n) == ("首次→最新", 12)
    assert m.bias == pytest.approx(mean(MOVES))
    assert m.mar == pytest.approx(mean(map(abs, MOVES)))
    assert m.relative_mar == pytest.approx(sum(map(abs, MOVES)) / sum(map(abs, LATE)))
    assert m.sd == pytest.approx(stdev(MOVES))
    assert m.noise_signal == pytest.approx(stdev(MOVES) / stdev(LATE))
    assert (m.minimum, m.maximum) == (pytest.approx(-0.2), pytest.approx(0.6))
    assert [m.q10, m.median, m.q90] == pytest.approx(list(np.quantile(MOVES, [0.1, 0.5, 0.9])))
    assert m.sign_change_share == pytest.approx(1 / 12)
    assert m.bias_p == pytest.approx(t_two_sided(mean(MOVES) / (stdev(MOVES) / 12**0.5), 11))


def test_the_robust_test_follows_newey_and_west():
    """The formula once more, with arrays: AR(1) prewhitening, Bartlett weights, automatic lag (R sandwich)."""
    u = np.array(MOVES) - np.mean(MOVES)
    n, phi = len(u), (u[1:] @ u[:-1]) / (u[:-1] @ u[:-1])
    white = u[1:] - phi * u[:-1]
    gamma = np.array([white[: len(white) - j] @ white[j:] for j in range(len(white))])
    reach = int(3 * (n / 100) ** (2 / 9))
    ratio = 2 * (np.arange(1, reach + 1) @ gamma[1 : reach + 1]) / (gamma[0] + 2 * gamma[1 : reach + 1].sum())
    lag = int(1.1447 * (ratio**2) ** (1 / 3) * n ** (1 / 3))
    weights = 1 - np.arange(1, lag + 1) / (lag + 1)
    variance = (gamma[0] + 2 * weights @ gamma[1 : lag + 1]) / (1 - phi) ** 2 / n**2
    expected = t_two_sided(float(np.mean(MOVES) / variance**0.5), n - 1)
    found = revision_report(release(EARLY), release(LATE), "x").metrics.bias_robust_p
    assert found == pytest.approx(expected, rel=1e-9)


def test_under_eight_periods_only_the_single_revisions_are_given():
    report = revision_report(release(EARLY[:7]), release(LATE[:7]), "首次→最新")
    assert report.metrics is None
    assert [r.revision for r in report.revisions][:3] == [D("0.2"), D("-0.2"), D("0.6")]


def test_periods_that_one_release_lacks_do_not_count():
    late = [None, *LATE[1:]]
    assert revision_report(release(EARLY), release(late), "x").metrics.n == 11


def test_series_that_were_never_revised_have_no_test():
    same = revision_report(release(EARLY), release(EARLY), "x").metrics
    assert (same.bias, same.mar, same.bias_p, same.bias_robust_p) == (0.0, 0.0, None, None)
    flat = revision_report(release(EARLY), release([2.0] * 12), "x").metrics
    assert flat.noise_signal is None


def test_revision_of_a_level():
    found = level_revision(D(900309), D(919281))
    assert (found.revision, round(found.revision_pct, 1)) == (D(18972), D("2.1"))
    assert level_revision(D(0), D(5)).revision_pct is None


ROWS = [
    VintageRow("2000Q1", D(9192), date(2001, 1, 1), date(2001, 7, 27)),
    VintageRow("2000Q1", D(9102), date(2001, 7, 27)),
    VintageRow("2000Q2", D(9300), date(2001, 7, 27)),
]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2000, 12, 31), {}),
        (date(2001, 1, 1), {"2000Q1": D(9192)}),
        (date(2001, 7, 26), {"2000Q1": D(9192)}),
        (date(2001, 7, 27), {"2000Q1": D(9102), "2000Q2": D(9300)}),
    ],
)
def test_a_row_is_known_from_its_day_up_to_the_day_it_was_replaced(day, known):
    assert as_of(ROWS, day) == known
    assert as_of(ROWS[::-1], day) == known


def test_closed_intervals_of_fred_become_ours():
    row = from_realtime("2000Q1", D(9192), date(2001, 1, 1), date(2001, 7, 26))
    assert row == ROWS[0]
    assert from_realtime("2000Q1", D(1), date(2001, 1, 1), date(9999, 12, 31)).known_to is None


def test_where_intervals_overlap_the_later_row_has_the_word():
    open_rows = [VintageRow("a", D(1), date(2001, 1, 1)), VintageRow("a", D(2), date(2002, 1, 1))]
    assert as_of(open_rows, date(2003, 1, 1)) == as_of(open_rows[::-1], date(2003, 1, 1)) == {"a": D(2)}
