"""Proportional Denton benchmarking: quarters bent to a revised year with the least change in their ratio to it.

Source: IMF Quarterly National Accounts Manual (2001), chapter 6; statsmodels `dentonm`. Minimises
Σ (x_t/i_t − x_{t−1}/i_{t−1})² subject to each block of x summing to its benchmark. Periods after the last benchmark
carry its ratio on. The original quarters are kept by the caller; this makes a second series.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def denton_proportional(
    indicator: Sequence[Decimal], benchmarks: Sequence[Decimal], block: int = 4
) -> list[Decimal] | None:
    """Benchmarked series, as long as `indicator`; `block` periods make one benchmark.

    None where a block of the indicator is missing or all zero while its benchmark is not, so that no ratio fits.
    """
    covered = block * len(benchmarks)
    if not benchmarks or covered > len(indicator):
        return None
    ratios = _solve(*_equations(indicator[:covered], benchmarks, block))
    if ratios is None:
        return None
    last = ratios[covered - 1]
    return [i * (ratios[t] if t < covered else last) for t, i in enumerate(indicator)]


def _equations(
    indicator: Sequence[Decimal], benchmarks: Sequence[Decimal], block: int
) -> tuple[list[list[Decimal]], list[Decimal]]:
    """First-order conditions for the ratios r = x/i and one multiplier for each benchmark."""
    n, m = len(indicator), len(benchmarks)
    rows = [[Decimal(0)] * (n + m) for _ in range(n + m)]
    for t in range(n):
        rows[t][t] = Decimal((t > 0) + (t < n - 1))
        if t > 0:
            rows[t][t - 1] = rows[t - 1][t] = Decimal(-1)
        rows[t][n + t // block] = rows[n + t // block][t] = indicator[t]
    return rows, [Decimal(0)] * n + list(benchmarks)


def _solve(rows: list[list[Decimal]], right: list[Decimal]) -> list[Decimal] | None:
    """Gaussian elimination with partial pivoting; None where the system has no single solution."""
    size = len(rows)
    work = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(work[r][k]))
        if work[pivot][k] == 0:
            return None
        work[k], work[pivot] = work[pivot], work[k]
        top = work[k]
        for row in work[k + 1 :]:
            if row[k]:
                factor = row[k] / top[k]
                for column in range(k, size + 1):
                    if top[column]:
                        row[column] -= factor * top[column]
    solution = [Decimal(0)] * size
    for k in reversed(range(size)):
        known = sum((work[k][c] * solution[c] for c in range(k + 1, size) if work[k][c]), Decimal(0))
        solution[k] = (work[k][size] - known) / work[k][k]
    return solution
