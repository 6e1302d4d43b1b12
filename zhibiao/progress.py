"""A progress bar on stderr: rate and remaining time on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[str, int, int], None]


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """Yield a function to call as `step(what, done, total)`."""
    if not sys.stderr.isatty():
        yield _plain(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[rate]}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, rate="")
        began = time.monotonic()

        def step(what: str, done: int, total: int) -> None:
            rate = done / max(time.monotonic() - began, 0.001)
            bar.update(task, description=f"{title}　{what}", completed=done, total=total, rate=f"{rate:.0f} 个/秒")

        yield step


def _plain(title: str) -> Step:
    said = [0.0]

    def step(what: str, done: int, total: int) -> None:
        if done == total or time.monotonic() - said[0] > 5:
            said[0] = time.monotonic()
            sys.stderr.write(f"{title}　{what}：{done}/{total}\n")

    return step
