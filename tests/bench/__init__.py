"""Benchmarks: each module here that has `measure()` yields figures; `python -m tests.bench` runs them all."""

from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table: what was measured, what it should be, what it is, and a peer on the same input."""

    figure: str
    target: str
    measured: str
    peer: str = ""
