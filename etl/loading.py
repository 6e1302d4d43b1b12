"""One load under way: every file is read on all cores, then every return checked on all cores and submitted in order.

The engine of `batch`. What was read waits in a spool file and what is known waits packed (`ledger`), so that memory
stays flat; a return waits while one that it may be compared with is being checked.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from etl.arrivals import Incoming, take
from etl.flow import recognised, stage
from etl.guard import printable
from etl.ledger import Ledger
from etl.opening import opening_findings
from etl.packed import Family, Judged, Packed, families
from etl.parse import parser_version
from etl.published import Pages
from etl.receipts import Checked, Receipt, repeated
from etl.returned import ParsedReturn
from etl.steps import Steps
from etl.way import Way
from etl.worker import Pool
from indicators.errors import ZhibiaoError
from indicators.findings import Finding, Severity
from indicators.periods import Period
from warehouse import audit, submissions, vault
from warehouse.errors import DiskFull
from warehouse.operations import Connection, consulting
from warehouse.submissions import State, Submission

T = TypeVar("T")
Step = Callable[[str, int, int], None]
LoadingPool = Pool[Packed | Judged | Finding]
_REFUSED = "未受理"
_DONE = frozenset(State) - {State.RECEIVED, State.PARSED, State.CHECKED}
_ANYBODY = Family(None, frozenset())
_WAITS = 0.2  # seconds to wait for a child before what was done is committed
_DIED = "校验进程中途退出，没有提交；原件已保存。请再次运行；仍然如此，请把文件交给系统管理员查看。"


class _Read(NamedTuple):
    """A file that was looked at: what was read in it, or the submission it already is, or why there is nothing."""

    incoming: Incoming
    sha: str = ""
    packed: Packed | None = None
    held: Submission | None = None
    state: str = ""
    why: str = ""


class _Waiting(NamedTuple):
    """A return in its place, and where what was read of it lies in the spool; `held` when it was loaded before."""

    order: tuple[datetime, date, str]
    incoming: Incoming
    sha: str
    form: str
    offset: int
    held: Submission | None


class _Due(NamedTuple):
    """A return that is being checked; nothing is judged of one that was loaded before."""

    waiting: _Waiting
    family: Family
    parsed: ParsedReturn | None
    judged: Future[Judged | None]


class Loading:
    """`rows` tells what became of each file, `approved` lists what may be published."""

    def __init__(
        self,
        way: Way,
        reviewer: Way | None,
        pool: LoadingPool,
        threads: ThreadPoolExecutor,
        spool: IO[bytes],
        on_step: Step,
    ) -> None:
        self.way, self.reviewer, self.pool, self.threads, self.spool = way, reviewer, pool, threads, spool
        self.on_step, self.width = on_step, 2 * pool.size
        self.rows: list[dict[str, str]] = []
        self.approved: list[str] = []
        self._ledger, self._families = Ledger(way), families(way.catalogue)

    def run(self, incoming: Sequence[Incoming]) -> None:
        """Read, check and submit them all."""
        refused: list[_Read] = []
        waiting = sorted(self._read_all(incoming, refused), key=lambda one: one.order)
        with Steps(self.way.folder, lambda done: self.on_step("校验并提交", done, len(waiting))) as steps:
            for one in refused:
                steps.take(partial(self._refuse, one.incoming, one.sha, one.why))
            for due in self._checked(waiting, steps):
                self._submit(steps, due)

    def _read_all(self, incoming: Sequence[Incoming], refused: list[_Read]) -> Iterator[_Waiting]:
        with consulting(self.way.folder) as conn:
            done = {one.file_hash: one for one in submissions.submissions(conn) if one.state in _DONE}
        jobs = (partial(self._read, one, done) for one in incoming)
        for count, read in enumerate(self._in_order(jobs), 1):
            if read.why:
                self._tell(read.incoming, read.state, "", read.why)
                if read.state == _REFUSED:
                    refused.append(read)
            else:
                yield self._keep(read)
            self.on_step("读取", count, len(incoming))

    def _in_order(self, jobs: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The results of jobs in their order, while a few run ahead."""
        ahead: deque[Future[T]] = deque()
        for job in jobs:
            if len(ahead) >= self.width:
                yield ahead.popleft().result()
            ahead.append(self.threads.submit(job))
        while ahead:
            yield ahead.popleft().result()

    def _read(self, one: Incoming, done: Mapping[str, Submission]) -> _Read:
        taken = take(one.path)
        if taken.why:
            return _Read(one, state=_REFUSED if taken.refused else "未装入", why=taken.why)
        sha = hashlib.sha256(taken.data).hexdigest()
        if held := done.get(sha):
            return _Read(one, sha, held=held)
        read = self.pool.run(taken.data, one.path.name)
        vault.put(self.way.folder, taken.data)
        if not isinstance(read, Packed):
            return _Read(one, sha, state=_REFUSED, why=read.message if isinstance(read, Finding) else _DIED)
        if not recognised(read.parsed):
            hard = (f.message for f in read.parsed.findings if f.severity is Severity.HARD)
            return _Read(one, sha, state=_REFUSED, why=next(hard, "没有认出是哪张报表。"))
        return _Read(one, sha, read)

    def _keep(self, read: _Read) -> _Waiting:
        one, offset = read.incoming, self.spool.tell()
        about = read.held or (read.packed.parsed if read.packed else None)
        assert about is not None  # a file without either was told and left
        if read.packed:
            pickle.dump(read.packed, self.spool, pickle.HIGHEST_PROTOCOL)
        order = (one.known_at or datetime.max, Period.parse(about.period).end, str(one.path))
        return _Waiting(order, one, read.sha, about.form, offset, read.held)

    def _checked(self, waiting: Sequence[_Waiting], steps: Steps) -> Iterator[_Due]:
        """Each return with its judgement on the way, in order; one is begun when nothing it depends on is under way."""
        due: deque[_Due] = deque()
        for one in waiting:
            family = self._families.get(one.form, _ANYBODY)
            while len(due) >= self.width or any(_related(family, other.family) for other in due):
                yield self._awaited(due, steps)
            due.append(self._begin(one, family))
        while due:
            yield self._awaited(due, steps)

    def _begin(self, one: _Waiting, family: Family) -> _Due:
        if one.held:
            return _Due(one, family, None, self.threads.submit(lambda: None))
        self.spool.seek(one.offset)
        read: Packed = pickle.load(self.spool)  # our own spool, written a moment ago by this process
        pages = self._ledger.known_to(family, read.periods)
        return _Due(one, family, read.parsed, self.threads.submit(self._judge, one.sha, read, pages))

    def _judge(self, sha: str, read: Packed, pages: Pages) -> Judged | None:
        judged = self.pool.run(read.content, read.parsed.file_name, pages)
        if not isinstance(judged, Judged):
            return None
        vault.put_texts(self.way.folder, sha, parser_version(read.parsed), judged.texts)
        return judged._replace(texts={})

    @staticmethod
    def _awaited(due: deque[_Due], steps: Steps) -> _Due:
        """The oldest of those under way, when it is ready; who must wait for it lets others write."""
        oldest = due.popleft()
        if not wait([oldest.judged], _WAITS).done:
            steps.settle()
        wait([oldest.judged])
        return oldest

    def _submit(self, steps: Steps, due: _Due) -> None:
        one, judged = due.waiting, due.judged.result()
        try:
            if one.held:
                receipt = steps.take(partial(self._again, one.held))
            elif due.parsed and judged:
                receipt = steps.take(partial(self._stage, one, due.parsed, judged))
            else:
                self._turn_away(steps, one, _DIED)
                return
            self._tell(one.incoming, *_outcome(receipt))
        except DiskFull:
            raise
        except ZhibiaoError as error:
            self._turn_away(steps, one, str(error))

    def _turn_away(self, steps: Steps, one: _Waiting, why: str) -> None:
        self._tell(one.incoming, _REFUSED, "", why)
        steps.take(partial(self._refuse, one.incoming, one.sha, why))

    def _refuse(self, one: Incoming, sha: str, why: str, conn: Connection) -> None:
        """Record a file that was looked at and does not become a submission; one that does tells of itself."""
        way, name = self.way, printable(one.path.name)
        said = {"file": name, "why": why}
        audit.append(conn, way.actor, "submission.refused", sha or name, "refused", way.place, said)

    def _stage(self, one: _Waiting, parsed: ParsedReturn, judged: Judged, conn: Connection) -> Receipt:
        opening = opening_findings(self.way, parsed, conn) if judged.observations else []
        found = (*parsed.findings, *opening, *judged.rules, *judged.changes)
        given, checked = one.incoming, Checked(parsed, found, ())
        receipt = stage(
            conn, self.way, one.sha, checked, judged.observations,
            known_at=given.known_at, filed_at=given.filed_at, said=given.explanations,
        )  # fmt: skip
        if not receipt.blocked:
            self._ledger.accept(judged.pages)
        return self._reviewed(conn, receipt, given.filed_at)

    def _again(self, held: Submission, conn: Connection) -> Receipt:
        """A file that an earlier run submitted: nothing changes, but later returns are compared with it."""
        if held.state in (State.SUBMITTED, State.APPROVED):
            self._ledger.accept_kept(held)
        return self._reviewed(conn, repeated(held), None)

    def _reviewed(self, conn: Connection, receipt: Receipt, filed_at: datetime | None) -> Receipt:
        """Approve what was submitted, where another account reviews at once."""
        if self.reviewer and receipt.state is State.SUBMITTED:
            who = self.reviewer
            submissions.move(conn, receipt.id, State.APPROVED, who.actor, at=filed_at, place=who.place)
            receipt = replace(receipt, state=State.APPROVED)
        if self.reviewer and receipt.state is State.APPROVED:
            self.approved.append(receipt.id)
        return receipt

    def _tell(self, one: Incoming, state: str, id_: str, message: str) -> None:
        self.rows.append(told(one.path, state, id_, message))


def told(path: Path, state: str, id_: str, message: str) -> dict[str, str]:
    """The line of a file in the report of a load."""
    return {"file": path.name, "state": state, "id": id_, "message": message}


def _outcome(receipt: Receipt) -> tuple[str, str, str]:
    last = receipt.text.splitlines()[-1]
    if receipt.repeated:
        return "已有", receipt.id, last
    if receipt.blocked:
        return "未通过", receipt.id, last
    return ("已审核" if receipt.state is State.APPROVED else "已提交"), receipt.id, f"{receipt.observations} 个数"


def _related(one: Family, other: Family) -> bool:
    """True when a return of one may be compared with a return of the other."""
    return one.forms is None or other.forms is None or bool(one.forms & other.forms)
