"""Run every module's `measure()` and print one Markdown table: figure, target, measured, peer.

`python -m tests.bench` runs all; `python -m tests.bench returns` only the named ones.
"""

import gc
import importlib
import pkgutil
import sys
from pathlib import Path


def main(wanted: list[str]) -> None:
    """Print the table line by line, as figures come."""
    gc.set_threshold(50_000, 20, 20)  # as `zhibiao` does for every command, the server among them
    print("| figure | target | measured | peer |")
    print("|---|---|---|---|")
    for name in sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if name == "__main__" or (wanted and name not in wanted):
            continue
        measure = getattr(importlib.import_module(f"tests.bench.{name}"), "measure", None)
        for figure in measure() if measure else ():
            print(f"| {' | '.join(figure)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
