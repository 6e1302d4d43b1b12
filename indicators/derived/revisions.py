"""Revision measures: what happened to values between an early and a late release, as a measure of data quality.

Sources: OECD/Eurostat guidelines on revision analysis; ropensci/reviser `get_revision_analysis()`. The pair compared
is always named (first→latest, first→+4 quarters). Under eight revised periods a statistic would say nothing: then the
single revisions are shown. The robust test of bias is Newey–West (1994) with prewhitening and automatic lag, as in R
sandwich.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from indicators.derived.student import t_two_sided

FEWEST_PERIODS = 8


@dataclass(frozen=True, slots=True)
class Revision:
    """One period's early and late value; `revision` = late − early."""

    period: str
    early: Decimal
    late: Decimal

    @property
    def revision(self) -> Decimal:
        """Late minus early."""
        return self.late - self.early


@dataclass(frozen=True, slots=True)
class RevisionMetrics:
    """Measures over the `n` periods of the pair `pair`; None where one is not defined (no variation, for instance).

    Bias is the mean revision, `mar` the mean absolute one, `relative_mar` Σ|revision| / Σ|late|, `sd` the standard
    deviation (n − 1), `noise_signal` sd(revision)/sd(late), `sign_change_share` the share of periods whose early and
    late value differ in sign; p values are two-sided tests of zero bias.
    """

    pair: str
    n: int
    bias: float
    bias_p: float | None
    bias_robust_p: float | None
    mar: float
    relative_mar: float | None
    sd: float
    minimum: float
    maximum: float
    q10: float
    median: float
    q90: float
    noise_signal: float | None
    sign_change_share: float


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """`metrics` where there are enough periods, and always the single `revisions` they came from."""

    pair: str
    revisions: tuple[Revision, ...]
    metrics: RevisionMetrics | None


@dataclass(frozen=True, slots=True)
class LevelRevision:
    """Revision of one published level, absolute and in percent of the first value."""

    revision: Decimal
    revision_pct: Decimal | None


def level_revision(first: Decimal, revised: Decimal) -> LevelRevision:
    """How far a level was revised: revised − first, and that over first."""
    moved = revised - first
    return LevelRevision(moved, moved / first * 100 if first else None)


def revision_report(
    early: Mapping[str, Decimal | None], late: Mapping[str, Decimal | None], pair: str
) -> RevisionReport:
    """Compare two releases, period → value, over the periods both hold; `pair` names them, e.g. 首次→最新."""
    revisions = tuple(
        Revision(period, value, final)
        for period, value in early.items()
        if value is not None and (final := late.get(period)) is not None
    )
    return RevisionReport(pair, revisions, _metrics(pair, revisions) if len(revisions) >= FEWEST_PERIODS else None)


def _metrics(pair: str, revisions: Sequence[Revision]) -> RevisionMetrics:
    moves = [float(r.revision) for r in revisions]
    late = [float(r.late) for r in revisions]
    n, spread, signal = len(moves), _sd(moves), _sd(late)
    bias, ordered, size = sum(moves) / n, sorted(moves), sum(abs(v) for v in late)
    return RevisionMetrics(
        pair=pair,
        n=n,
        bias=bias,
        bias_p=t_two_sided(bias / (spread / math.sqrt(n)), n - 1) if spread else None,
        bias_robust_p=_robust_p(moves),
        mar=sum(abs(m) for m in moves) / n,
        relative_mar=sum(abs(m) for m in moves) / size if size else None,
        sd=spread,
        minimum=ordered[0],
        maximum=ordered[-1],
        q10=_quantile(ordered, 0.1),
        median=_quantile(ordered, 0.5),
        q90=_quantile(ordered, 0.9),
        noise_signal=spread / signal if signal else None,
        sign_change_share=sum(_sign(r.early) != _sign(r.late) for r in revisions) / n,
    )


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def _sd(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between order statistics (type 7, the usual default)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _robust_p(moves: Sequence[float]) -> float | None:
    """p value of zero bias under autocorrelation: Bartlett kernel, AR(1) prewhitening, lag by Newey and West (1994)."""
    n, bias = len(moves), sum(moves) / len(moves)
    errors = [m - bias for m in moves]
    power = sum(e * e for e in errors[:-1])
    if not power:
        return None
    phi = sum(a * b for a, b in pairwise(errors)) / power
    white = [b - phi * a for a, b in pairwise(errors)]
    covariances = [sum(a * b for a, b in zip(white, white[j:], strict=False)) for j in range(len(white))]
    lag = _automatic_lag(covariances, n)
    if lag is None or phi == 1:
        return None
    weights = [1 - j / (lag + 1) for j in range(lag + 1)]
    long_run = covariances[0] + 2 * sum(w * c for w, c in zip(weights[1:], covariances[1:], strict=False))
    variance = long_run / (1 - phi) ** 2 / n**2
    return t_two_sided(bias / math.sqrt(variance), n - 1) if variance > 0 else None


def _automatic_lag(covariances: Sequence[float], n: int) -> int | None:
    reach = math.floor(3 * (n / 100) ** (2 / 9))
    used = covariances[: reach + 1]
    s0 = used[0] + 2 * sum(used[1:])
    if s0 == 0:
        return None
    s1 = 2 * sum(j * c for j, c in enumerate(used))
    return math.floor(1.1447 * math.cbrt((s1 / s0) ** 2 * n))
