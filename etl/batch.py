"""批量装入: many workbooks at once. All cores read; then each is checked and submitted in the order of its period.

What was read waits in a spool file, so that memory stays flat; what was submitted is in the operations database at
once, so that a run that was killed goes on where it stopped and doubles nothing.
"""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from etl.flow import approve_submission, explain_findings, publish_approved, submit_parsed
from etl.known import known_for, known_in, periods_before
from etl.published import Published
from etl.receipts import Receipt
from etl.returned import ParsedReturn
from etl.way import Way
from etl.worker import read_returns
from indicators.errors import UsageError, ZhibiaoError
from indicators.findings import Severity
from indicators.periods import Period
from warehouse import vault
from warehouse.errors import DiskFull, NotPermitted
from warehouse.moments import day_begins

SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"}
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to load, and for history: from when its figures count as known, when it was filed, what its sender says.

    `explanations` answer 核实性 findings by rule code; under `changes.CODE` stands why published values change.
    """

    path: Path
    known_at: datetime | None = None
    filed_at: datetime | None = None
    explanations: Mapping[str, str] = field(default_factory=dict)


class _Waiting(NamedTuple):
    """Where a read return waits in the spool, and what puts it in its place."""

    order: tuple[datetime, date, str]
    incoming: Incoming
    offset: int
    sha: str


@dataclass(slots=True)
class LoadReport:
    """One line for each file: what became of it."""

    rows: list[dict[str, str]] = field(default_factory=list)
    published: str = ""

    @property
    def blocked(self) -> bool:
        """True when a file did not get through."""
        return any(row["state"] in ("未受理", "未通过") for row in self.rows)

    @property
    def summary(self) -> str:
        """The run in one line."""
        counted = Counter(row["state"] for row in self.rows)
        told = "，".join(f"{state} {n}" for state, n in counted.items()) or "没有文件"
        return f"共 {len(self.rows)} 个文件：{told}。{self.published}"

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"files": self.rows, "summary": self.summary, "blocked": self.blocked}


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The workbooks at these paths, folders searched through; `~$` owner files and hidden ones are left alone.

    Raises UsageError for a path that is not there.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"没有 {path} 这个文件或文件夹。什么也没有装入；请核对路径。")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [p for p in inside if p.is_file() and p.suffix.lower() in SUFFIXES and p.name[0] not in "~."]
    return list(dict.fromkeys(found))


def load_paths(
    way: Way,
    paths: Sequence[Path],
    *,
    known_on: date | None = None,
    reviewer: Way | None = None,
    on_step: Step,
) -> LoadReport:
    """Load every workbook at these paths; with `known_on` it is a backfill, of figures known since that day.

    With `reviewer`, another account, what was submitted is approved and published at once. Raises NotPermitted.
    """
    known_at = day_begins(known_on) if known_on else None
    incoming = [Incoming(path, known_at=known_at) for path in find_files(paths)]
    return load(way, incoming, reviewer=reviewer, on_step=on_step)


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
    report = LoadReport()
    with tempfile.TemporaryFile() as spool:
        waiting = _read_all(way, incoming, spool, report, on_step)
        approved = _submit_all(way, sorted(waiting), spool, report, reviewer, on_step)
    if reviewer and approved:
        on_step("发布", 0, 1)
        made = publish_approved(way, note or f"批量装入 {len(approved)} 份", approved)
        report.published = f"已发布为第 {made.number} 代。" if made else ""
        on_step("发布", 1, 1)
    return report


def _read_all(
    way: Way, incoming: Sequence[Incoming], spool: IO[bytes], report: LoadReport, on_step: Step
) -> list[_Waiting]:
    by_path = {one.path: one for one in incoming}
    waiting = []
    arrivals = read_returns(list(by_path), way.catalogue, way.secret)
    for done, arrival in enumerate(arrivals, 1):
        parsed = arrival.result
        sha = vault.put(way.folder, arrival.data) if arrival.data else ""
        if not (parsed.form and parsed.period and parsed.department) or not sha:
            message = next((f.message for f in parsed.findings if f.severity is Severity.HARD), "没有认出是哪张报表。")
            report.rows.append(_told(arrival.path, "未受理", "", message))
        else:
            one = by_path[arrival.path]
            order = (one.known_at or datetime.max, Period.parse(parsed.period).end, str(one.path))
            waiting.append(_Waiting(order, one, spool.tell(), sha))
            pickle.dump(parsed, spool, pickle.HIGHEST_PROTOCOL)
        on_step("读取", done, len(by_path))
    return waiting


def _submit_all(
    way: Way,
    waiting: Sequence[_Waiting],
    spool: IO[bytes],
    report: LoadReport,
    reviewer: Way | None,
    on_step: Step,
) -> list[str]:
    known, approved = known_for(way, []), list[str]()
    laid: set[str] = set()
    for done, one in enumerate(waiting, 1):
        spool.seek(one.offset)
        parsed: ParsedReturn = pickle.load(spool)  # our own spool, written a moment ago by this process
        for key, page in known_in(way, periods_before({o.period for o in parsed.observations}) - laid).items():
            known.lay(key, page)
        laid |= periods_before({o.period for o in parsed.observations})
        try:
            receipt = _submit(way, one, parsed, known)
            if not receipt.blocked:
                known.learn(parsed.observations)
            if reviewer and receipt.state is not None and receipt.state.value == "submitted":
                approve_submission(reviewer, receipt.id, at=one.incoming.filed_at)
                approved.append(receipt.id)
            report.rows.append(_outcome(one.incoming.path, receipt, bool(reviewer)))
        except DiskFull:
            raise
        except ZhibiaoError as error:
            report.rows.append(_told(one.incoming.path, "未受理", "", str(error)))
        on_step("校验并提交", done, len(waiting))
    return approved


def _submit(way: Way, one: _Waiting, parsed: ParsedReturn, known: Published) -> Receipt:
    incoming = one.incoming
    receipt = submit_parsed(way, one.sha, parsed, known=known, known_at=incoming.known_at, filed_at=incoming.filed_at)
    for rule, text in incoming.explanations.items():
        if receipt.id and receipt.blocked and any(f.rule == rule for f in receipt.findings):
            receipt = explain_findings(way, receipt.id, text, rule=rule, filed_at=incoming.filed_at)
    return receipt


def _outcome(path: Path, receipt: Receipt, approved: bool) -> dict[str, str]:
    if receipt.repeated:
        return _told(path, "已有", receipt.id, receipt.text.splitlines()[-1])
    if receipt.blocked:
        return _told(path, "未通过", receipt.id, receipt.text.splitlines()[-1])
    return _told(path, "已审核" if approved else "已提交", receipt.id, f"{receipt.observations} 个数")


def _told(path: Path, state: str, id_: str, message: str) -> dict[str, str]:
    return {"file": path.name, "state": state, "id": id_, "message": message}
