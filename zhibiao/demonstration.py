"""Filling a folder for the demonstration: published figures and simulated returns, as workbooks, through the flow.

Every number is either from a published document with its source or marked 模拟数据. Nothing is written past the flow,
so the demonstration is also a rehearsal of it. The workbooks stay in the folder's `workbooks/` to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path

from data.published import DEPARTMENT as PUBLISHED_BY
from data.published import FORM as PUBLISHED_FORM
from data.published import PublishedReturn, workbooks
from data.simulate import BrokenReturn, SimulatedReturn, broken_return, simulated_returns
from etl.batch import Incoming, LoadReport, load
from etl.broken import spoil
from etl.changes import CODE as REVISED
from etl.flow import approve_submission, publish_approved, return_submission
from etl.template import Value, write_template
from etl.way import Way, enter_way
from indicators.catalogue.facets import edition_for
from indicators.errors import UsageError, ZhibiaoError
from indicators.periods import Period
from warehouse import files
from warehouse.accounts import Role, accounts, add_account, mark_demo
from warehouse.folder import DataFolder
from warehouse.generations import current
from warehouse.moments import BEIJING, as_utc, day_begins
from warehouse.operations import consulting, operating
from warehouse.submissions import submissions
from zhibiao.console import say
from zhibiao.demonstration_tasks import take_rest, take_up_tasks
from zhibiao.progress import Step, progress

REVIEWER, PUBLISHER = "统计局审核", "统计局发布"
PASSWORD = "zhibiao-demo"  # of every account of the demonstration; the service lets them in on this machine only
_NUMERIC_FIELDS = ("value",)


class DemoFailed(ZhibiaoError):
    """The demonstration's own returns did not get through its own rules: a mistake of this program."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A workbook on disk with what its sender would do with it."""

    incoming: Incoming
    period: str
    state: str
    department: str
    return_reason: str


def fill_demo(folder: DataFolder) -> bool:
    """Fill a folder through the flow; False when that was done before. A killed run goes on where it stopped.

    Raises UsageError where returns of others are: accounts with a known password do not belong there.
    """
    begun, marker = folder.root / "demo.begun", folder.root / "demo.done"
    if marker.exists():
        return False
    if not begun.exists():
        with consulting(folder) as conn:
            if submissions(conn) or len(accounts(conn)) > 1:
                raise UsageError(f"{folder.root} 里已有别的账户或报送，没有填入演示数据。请为演示另建一个文件夹。")
        files.write(begun, b"", "演示标记")
    publisher = enter_way(folder, PUBLISHER)
    if publisher.known is None:
        _people(publisher)
        publisher = enter_way(folder, PUBLISHER)
    say("正在用公开数据和模拟数据走完整个流程：制表、读取、校验、提交、审核、发布……")
    with progress("演示数据") as bar:
        sent = _write_all(publisher, bar)
        live = max(one.period for one in sent if one.department != PUBLISHED_BY)
        last = Period.parse(live).shift(-1).code
        _backfill(publisher, [s for s in sent if s.department == PUBLISHED_BY or s.period < last], "历史补录", bar)
        past = take_up_tasks(publisher)
        _backfill(publisher, [s for s in sent if s.department != PUBLISHED_BY and s.period == last], last, bar)
        take_rest(publisher, past)
        _live(publisher, [s for s in sent if s.department != PUBLISHED_BY and s.period == live], live, bar)
    files.write(marker, b"", "演示标记")
    held = current(folder)
    say(f"演示数据已就绪：第 {held.number} 代，{held.manifest.rows['observation_version']:,} 个观测版本。")
    return True


def _people(way: Way) -> None:
    """One account for each role, one filler for each department, all with the demonstration's password."""
    bureau = (
        (REVIEWER, Role.REVIEWER), (PUBLISHER, Role.PUBLISHER), ("领导", Role.LEADER), ("分析员", Role.ANALYST),
        ("审计员", Role.AUDITOR),
    )  # fmt: skip
    with operating(way.folder) as conn:
        known = {one.name for one in accounts(conn)}
        for name, role in bureau:
            if name not in known:
                add_account(conn, name, PASSWORD, role, f"{name}（演示账户）", by=way.actor, place=way.place)
        for department in way.catalogue.departments.values():
            name = filler(department.short)
            if department.code != PUBLISHED_BY and name not in known:
                add_account(
                    conn, name, PASSWORD, Role.FILLER, f"{department.name}填报人（演示账户）",
                    department.code, by=way.actor, place=way.place,
                )  # fmt: skip
        mark_demo(conn, {one.name for one in accounts(conn)}, PASSWORD)


def filler(short: str) -> str:
    """The demonstration's account that files for a department."""
    return f"{short}填报"


def _write_all(way: Way, bar: Step) -> list[_Sent]:
    place = way.folder.root / "workbooks"
    place.mkdir(exist_ok=True)
    published, simulated = workbooks(), list(simulated_returns(way.catalogue))
    total, sent = len(published) + len(simulated), []
    for one in published:
        sent.append(_write_published(way, place, one))
        bar("制作工作簿", len(sent), total)
    for other in simulated:
        sent.append(_write_simulated(way, place, other))
        bar("制作工作簿", len(sent), total)
    _write_broken(way, place, broken_return(way.catalogue))
    return sent


def _write_published(way: Way, place: Path, one: PublishedReturn) -> _Sent:
    values = {f"{n}:{k}": _typed(k, text) for n, row in enumerate(one.rows, 1) for k, text in row.items() if text}
    content = _filled(way, PUBLISHED_FORM, PUBLISHED_BY, one.period, values, {"respondent": "公开资料整理"}, False)
    known_at = day_begins(one.known_from)
    said = {REVISED: one.revision_reason} if one.revision_reason else {}
    path = _keep(place, f"公开发布_{one.source.code}.xlsx", content)
    return _Sent(Incoming(path, known_at, known_at, said), one.period, "published", PUBLISHED_BY, "")


def _typed(field: str, text: str) -> Value:
    """A figure as a number, so that 0.4 in a % column is 0.4 %; what is no plain number stays as it was printed."""
    try:
        return Decimal(text) if field in _NUMERIC_FIELDS else text
    except InvalidOperation:
        return text


def _write_simulated(way: Way, place: Path, one: SimulatedReturn) -> _Sent:
    content = _filled(way, one.form, one.department, one.period, one.cells, one.header, True)
    known_at = day_begins(one.filed_on)
    filed_at = as_utc(datetime.combine(one.filed_on, time(15, 30), BEIJING))
    said = dict(one.explanations) | ({REVISED: one.revision_reason} if one.revision_reason else {})
    path = _keep(place, one.file_name, content)
    return _Sent(Incoming(path, known_at, filed_at, said), one.period, one.state, one.department, one.return_reason)


def _write_broken(way: Way, place: Path, one: BrokenReturn) -> None:
    sent = one.sent
    content = _filled(way, sent.form, sent.department, sent.period, sent.cells, sent.header, True)
    form = way.catalogue.forms[sent.form]
    edition = edition_for(form, sent.period)
    assert edition is not None
    _keep(place, one.file_name, spoil(content, edition, one.labels, one.errors))


def _filled(
    way: Way,
    form: str,
    department: str,
    period: str,
    values: Mapping[str, Value],
    header: Mapping[str, str],
    simulated: bool,
) -> bytes:
    asked, edition = way.catalogue.forms[form], edition_for(way.catalogue.forms[form], period)
    if edition is None:
        raise DemoFailed(f"演示数据有误：报表 {form} 在 {period} 没有版本。请把这句话告诉程序维护人。")
    unit = way.catalogue.departments[department]
    return write_template(
        asked, edition, Period.parse(period), unit, way.catalogue,
        values=values, header=header, secret=way.secret, simulated=simulated,
    )  # fmt: skip


def _keep(place: Path, name: str, content: bytes) -> Path:
    path = place / name
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return path


def _backfill(publisher: Way, sent: Sequence[_Sent], note: str, bar: Step) -> None:
    """History, loaded by the bureau with the day on which each figure became known."""
    reviewer = enter_way(publisher.folder, REVIEWER)
    report = load(publisher, [one.incoming for one in sent], reviewer=reviewer, note=f"{note}（演示）", on_step=bar)
    _prove(report)


def _live(publisher: Way, sent: Sequence[_Sent], period: str, bar: Step) -> None:
    """The running quarter: each department files its own; some are published, one waits, one was sent back."""
    reviewer = enter_way(publisher.folder, REVIEWER)
    for one in sent:
        short = publisher.catalogue.departments[one.department].short
        incoming = Incoming(one.incoming.path, None, one.incoming.filed_at, one.incoming.explanations)
        report = load(enter_way(publisher.folder, filler(short)), [incoming], on_step=bar)
        _prove(report)
        for row in report.rows:
            if row["state"] == "已提交" and one.state == "published":
                approve_submission(reviewer, row["id"])
            elif row["state"] == "已提交" and one.state == "returned":
                return_submission(reviewer, row["id"], one.return_reason)
    publish_approved(publisher, f"{Period.parse(period).label}（演示）")


def _prove(report: LoadReport) -> None:
    wrong = [f"{row['file']}：{row['message']}" for row in report.rows if row["state"] in ("未受理", "未通过")]
    if wrong:
        raise DemoFailed("演示数据没有通过自己的审核，已停在这里，可再次运行：\n" + "\n".join(wrong[:5]))
