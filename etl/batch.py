"""批量装入: many workbooks at once, with a line for each and, where another account reviews, a generation at the end.

What the command and the demonstration call; `loading` does the work. A run that was killed goes on where it stopped
and doubles nothing: what it had reported as done is known again by its bytes.
"""

from __future__ import annotations

import gc
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from etl.arrivals import Incoming, find_files
from etl.flow import publish_approved
from etl.loading import Loading, Step, told
from etl.packed import loading_pool
from etl.way import Way
from warehouse.errors import NotPermitted
from warehouse.moments import day_begins

__all__ = ["Incoming", "LoadReport", "load", "load_paths"]


@dataclass(slots=True)
class LoadReport:
    """One line for each file: what became of it."""

    rows: list[dict[str, str]] = field(default_factory=list)
    published: str = ""

    @property
    def blocked(self) -> bool:
        """True when a file did not get through."""
        return any(row["state"] in ("未受理", "未通过", "未装入") for row in self.rows)

    @property
    def summary(self) -> str:
        """The run in one line."""
        counted = Counter(row["state"] for row in self.rows)
        tally = "，".join(f"{state} {n}" for state, n in counted.items()) or "没有文件"
        return f"共 {len(self.rows)} 个文件：{tally}。{self.published}"

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"files": self.rows, "summary": self.summary, "blocked": self.blocked}


def load_paths(
    way: Way,
    paths: Sequence[Path],
    *,
    known_on: date | None = None,
    reviewer: Way | None = None,
    on_step: Step,
) -> LoadReport:
    """Load every workbook at these paths; with `known_on` it is a backfill, of figures known since that day.

    With `reviewer`, another account, what was submitted is approved and published at once. Raises NotPermitted,
    UsageError (a path that is not there), DiskFull.
    """
    known_at = day_begins(known_on) if known_on else None
    found, locks = find_files(paths)
    report = load(way, [Incoming(path, known_at=known_at) for path in found], reviewer=reviewer, on_step=on_step)
    report.rows += [told(path, "未理会", "", "表格程序打开文件时留下的临时文件，不是报表。") for path in locks]
    return report


def load(
    way: Way, incoming: Sequence[Incoming], *, reviewer: Way | None = None, note: str = "", on_step: Step
) -> LoadReport:
    """Read, check and submit these files in the order in which they became known; see `load_paths`."""
    way.may("backfill" if any(one.known_at for one in incoming) else "submit")
    if reviewer:
        reviewer.may("approve")
        way.may("publish")
        if reviewer.actor == way.actor:
            raise NotPermitted("提交和审核不能是同一个账户，什么也没有装入。请用 --reviewer 指明另一个审核账户。")
    pool = loading_pool(way.catalogue, way.secret)
    gc.freeze()  # the catalogue stays: no collection during the load needs to look at it
    try:
        with tempfile.TemporaryFile() as spool, ThreadPoolExecutor(2 * pool.size, "loading") as threads:
            loading = Loading(way, reviewer, pool, threads, spool, on_step)
            loading.run(incoming)
    finally:
        pool.close()
    report = LoadReport(loading.rows)
    if loading.approved:
        on_step("发布", 0, 1)
        made = publish_approved(way, note or f"批量装入 {len(loading.approved)} 份", loading.approved)
        report.published = f"已发布为第 {made.number} 代。" if made else ""
        on_step("发布", 1, 1)
    return report
