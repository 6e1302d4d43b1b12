"""The one way from a workbook to a generation: each step is one function, one line in the audit, one command.

    receive → read → parse → check → submit → (explain) → approve | return → publish

While a return awaits review its department may withdraw it; the same workbook is then checked and submitted again.

Reading and parsing run in a child process (`worker`); states are kept by `warehouse.submissions`, numbers by
`warehouse.generations`. Nothing else writes a generation. Every function takes the Way (who acts, where) first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from etl import changes as diff
from etl.check import check_return
from etl.errors import TemplateError
from etl.explanations import LONGEST_EXPLANATION
from etl.known import known_for, previous_values
from etl.opening import due_day, opening_findings
from etl.parse import parser_version
from etl.published import Published
from etl.receipts import Checked, Receipt
from etl.returned import ParsedReturn
from etl.template import write_template
from etl.way import Way
from etl.worker import read_return
from indicators.catalogue.facets import edition_for
from indicators.errors import UsageError
from indicators.findings import Finding, Severity, blocks
from indicators.mapping.model import MappedEdition
from indicators.periods import Period
from warehouse import audit, remarks, submissions, vault
from warehouse.accepted import approved
from warehouse.errors import NotPermitted, SubmissionConflict, told
from warehouse.operations import Connection, consulting, operating
from warehouse.read import Generation
from warehouse.share import share_published
from warehouse.submissions import State, Submission


@dataclass(frozen=True, slots=True)
class MadeTemplate:
    """A return to fill in and the name to save it under."""

    content: bytes
    file_name: str


def make_template(way: Way, form: str, period: str, department: str = "") -> MadeTemplate:
    """The return of a form for a period, with the last published values beside. Raises TemplateError, UsageError."""
    asked, when = way.catalogue.forms.get(form), Period.parse(period)
    if asked is None:
        raise UsageError(f"没有代码为“{form}”的报表。可用的报表：{'、'.join(way.catalogue.forms)}。")
    if not department and len(asked.departments) > 1:
        raise UsageError(f"《{asked.name}》由几家单位报送，请用 --department 指明：{'、'.join(asked.departments)}。")
    unit = way.catalogue.departments.get(department or asked.departments[0])
    edition = edition_for(asked, when.code)
    if unit is None or edition is None:
        why = f"没有单位“{department}”" if unit is None else f"《{asked.name}》在 {when.label} 没有有效的版本"
        raise TemplateError(f"{why}，没有生成报表。请用 zhibiao catalogue check 查看目录。")
    if isinstance(edition, MappedEdition):
        raise TemplateError(f"《{asked.name}》是按对照表读的手工表，没有模板，没有生成报表。请直接报送原来的工作簿。")
    content = write_template(
        asked, edition, when, unit, way.catalogue,
        previous=previous_values(way, asked, edition, when, unit.code), secret=way.secret,
    )  # fmt: skip
    return MadeTemplate(content, f"{asked.code}_{when.code}_{unit.code}.xlsx")


def check_file(way: Way, data: bytes, name: str, known: Published | None = None) -> Checked:
    """Read, parse and check a workbook; nothing is written. `known` is what to compare with, else what is published."""
    return check_parsed(way, read_return(data, name, way.catalogue, way.secret), known)


def check_parsed(way: Way, parsed: ParsedReturn, known: Published | None = None) -> Checked:
    """Check a return that was read: its rules, whether it may come now, and what it would change."""
    if not (parsed.form and parsed.observations):
        return Checked(parsed, parsed.findings, ())
    known = known or known_for(way, [parsed])
    changed = diff.changes(parsed.observations, known)
    found = (
        *parsed.findings,
        *opening_findings(way, parsed),
        *check_return(parsed, way.catalogue, known),
        *diff.reasons_wanted(changed, way.catalogue, parsed),
    )
    return Checked(parsed, found, tuple(changed))


def submit_file(way: Way, data: bytes, name: str) -> Receipt:
    """Receive a workbook, keep it, read, check, and submit it when nothing blocks. The same bytes change nothing.

    Raises NotPermitted (the account may not submit, or not for this department), SubmissionConflict, DiskFull.
    """
    way.may("submit")
    sha = vault.put(way.folder, data)
    return submit_parsed(way, sha, read_return(data, name, way.catalogue, way.secret))


def submit_parsed(way: Way, sha: str, parsed: ParsedReturn) -> Receipt:
    """Check and submit a return that was read from the workbook `sha` of the vault. Raises as `submit_file`."""
    checked = check_parsed(way, parsed)
    if recognised(parsed):
        _prove_own(way, parsed)
        vault.put_parsed(way.folder, sha, parser_version(parsed), parsed.observations)
    with operating(way.folder) as conn:
        return stage(conn, way, sha, checked, len(parsed.observations))


def recognised(parsed: ParsedReturn) -> bool:
    """True when it is known which return this is, so that it can be submitted."""
    return bool(parsed.form and parsed.period and parsed.department)


def stage(
    conn: Connection,
    way: Way,
    sha: str,
    checked: Checked,
    observations: int,
    *,
    known_at: datetime | None = None,
    filed_at: datetime | None = None,
    said: Mapping[str, str] | None = None,
) -> Receipt:
    """Take a checked return, whose workbook and observations are in the vault, as far as its findings let it.

    For history: `known_at` is its vintage, `filed_at` when it was sent, `said` explains its findings by rule code.
    Raises NotPermitted, SubmissionConflict.
    """
    parsed = checked.parsed
    if not recognised(parsed):
        return _refuse(conn, way, parsed, sha, checked.findings)
    _prove_own(way, parsed)
    held = submissions.add_submission(
        conn, form=parsed.form, edition=parsed.edition, period=parsed.period, department=parsed.department,
        origin=parsed.origin, file_hash=sha, file_name=parsed.file_name, parser_version=parser_version(parsed),
        catalogue_digest=way.catalogue.digest, actor=way.actor, known_at=known_at, at=filed_at,
        due_on=due_day(way, parsed.form, parsed.period), place=way.place,
    )  # fmt: skip
    repeated = held.state not in (State.RECEIVED, State.PARSED, State.CHECKED)
    if not repeated and held.edition != parsed.edition:
        raise SubmissionConflict(
            f"这个文件已按对照表 {held.form}.{held.edition} 收为报送 {held.id}，现在的对照表是第 {parsed.edition} 版。"
            "什么也没有改动；请把文件重新保存一次再报，它会按新的一版读取。"
        )
    if not repeated:
        held = _advance(conn, way, held, checked, filed_at, said or {})
    return _receipt(conn, held, observations, repeated)


def _refuse(conn: Connection, way: Way, parsed: ParsedReturn, sha: str, findings: tuple[Finding, ...]) -> Receipt:
    detail = {"file": parsed.file_name, "findings": sorted({f.code for f in findings})}
    audit.append(conn, way.actor, "submission.refused", sha, result="refused", place=way.place, detail=detail)
    return Receipt("", parsed.file_name, sha, None, findings, frozenset(), 0, None)


def _prove_own(way: Way, parsed: ParsedReturn) -> None:
    own, units = way.account.department, way.catalogue.departments
    if own and own != parsed.department:
        mine, theirs = (units[code].name if code in units else code for code in (own, parsed.department))
        raise NotPermitted(
            f"账户“{way.actor}”属于{mine}，不能报送{theirs}的报表。原件已保存，什么也没有提交。请由{theirs}报送。"
        )


def _advance(
    conn: Connection,
    way: Way,
    held: Submission,
    checked: Checked,
    filed_at: datetime | None,
    said: Mapping[str, str],
) -> Submission:
    """Bring a submission as far as its findings let it, with the explanations that came in the workbook or with it."""
    if held.state is State.RECEIVED:
        read = {"parsed": vault.parsed_seal(way.folder, held.file_hash, held.parser_version)}
        held = submissions.move(conn, held, State.PARSED, way.actor, place=way.place, detail=read)
    remarks.save_findings(conn, held.id, checked.findings)
    held = submissions.move(conn, held, State.CHECKED, way.actor, place=way.place)
    asked = {f.binding: f for f in checked.findings if f.severity is Severity.SOFT}
    given = (_said_before(conn, held) if asked else {}) | checked.parsed.explanations
    for about in asked.values():
        if text := given.get(about.binding) or said.get(about.rule):
            _explain(conn, way, held.id, about, text)
    return _submit_if_clear(conn, way, held, checked.findings, filed_at)


def _said_before(conn: Connection, held: Submission) -> dict[str, str]:
    """What was said to earlier workbooks of this return, by binding: the same numbers keep their explanation."""
    said: dict[str, str] = {}
    for other in submissions.submissions(conn, held.period, None, held.department):
        if other.form == held.form and other.id != held.id:
            said |= {binding: one.text for binding, one in remarks.explanations(conn, other.id).items()}
    return said


def _submit_if_clear(
    conn: Connection, way: Way, held: Submission, findings: Sequence[Finding], filed_at: datetime | None = None
) -> Submission:
    if blocks(findings, frozenset(remarks.explanations(conn, held.id))):
        return held
    return submissions.move(conn, held, State.SUBMITTED, way.actor, at=filed_at, place=way.place)


def _explain(conn: Connection, way: Way, submission: str, about: Finding, text: str) -> None:
    """Keep an explanation; that of a revised published value is its revision reason too."""
    remarks.explain(conn, submission, about.binding, text, way.actor, way.place)
    if about.code == diff.CODE:
        remarks.give_reasons(conn, submission, {f"{about.sheet}!{about.cell}": text}, way.actor)


def _receipt(conn: Connection, held: Submission, observations: int, repeated: bool = False) -> Receipt:
    explanations = {binding: one.text for binding, one in remarks.explanations(conn, held.id).items()}
    return Receipt(
        id=held.id,
        file_name=held.file_name,
        file_hash=held.file_hash,
        state=held.state,
        findings=tuple(remarks.findings(conn, held.id)),
        explained=frozenset(explanations),
        observations=observations,
        received_at=held.received_at,
        repeated=repeated,
        held=held,
        explanations=explanations,
    )


def explain_findings(
    way: Way, submission: str, text: str, cell: str = "", rule: str = "", *, filed_at: datetime | None = None
) -> Receipt:
    """Explain open 核实性 findings of a submission (those at `cell`, of `rule`, or all); submit it when nothing blocks.

    Raises UsageError (nothing to explain, empty text), NotPermitted, SubmissionConflict.
    """
    way.may("explain")
    with operating(way.folder) as conn:
        held = _own(conn, way, submission)
        done = remarks.explanations(conn, submission)
        findings = remarks.findings(conn, submission)
        open_ = [
            f
            for f in findings
            if f.severity is Severity.SOFT and f.binding not in done and cell in ("", f.cell) and rule in ("", f.rule)
        ]
        if not open_:
            where = f"单元格 {cell} " if cell else ""
            raise UsageError(f"报送 {submission} {where}没有待说明的核实性发现。什么也没有改动。")
        return _answered(conn, way, held, findings, {f.binding: (f, text) for f in open_}, filed_at)


def answer_findings(way: Way, submission: str, answers: Mapping[str, str]) -> Receipt:
    """Explain several 核实性 findings, each with its own text by binding; submit when nothing blocks. All or nothing.

    Raises UsageError (no such finding, empty or too long a text), NotPermitted, SubmissionConflict.
    """
    way.may("explain")
    with operating(way.folder) as conn:
        held = _own(conn, way, submission)
        findings = remarks.findings(conn, submission)
        asked = {f.binding: f for f in findings if f.severity is Severity.SOFT}
        if not answers:
            raise UsageError("一条说明也没有写。什么也没有改动；请在要说明的发现下面写明原因。")
        if any(len(text) > LONGEST_EXPLANATION for text in answers.values()):
            raise UsageError(f"一条说明不要超过 {LONGEST_EXPLANATION} 个字。什么也没有改动；请写短一些。")
        if not set(answers) <= set(asked):
            raise UsageError(f"报送 {submission} 没有这一条发现（文件重新校验过）。什么也没有改动；请刷新页面再写。")
        return _answered(conn, way, held, findings, {binding: (asked[binding], t) for binding, t in answers.items()})


def _own(conn: Connection, way: Way, submission: str) -> Submission:
    held = submissions.get_submission(conn, submission)
    if way.account.department and way.account.department != held.department:
        raise NotPermitted(f"报送 {submission} 不是本单位的，不能写说明。什么也没有改动。")
    return held


def _answered(
    conn: Connection,
    way: Way,
    held: Submission,
    findings: Sequence[Finding],
    answers: Mapping[str, tuple[Finding, str]],
    filed_at: datetime | None = None,
) -> Receipt:
    for about, text in answers.values():
        _explain(conn, way, held.id, about, text)
    held = _submit_if_clear(conn, way, held, findings, filed_at)
    count = len(vault.get_parsed(way.folder, held.file_hash, held.parser_version) or ())
    return _receipt(conn, held, count)


def receipt_of(way: Way, submission: str) -> Receipt:
    """The receipt of a submission as it stands now. Raises UsageError (no such submission)."""
    with consulting(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
        count = len(vault.get_parsed(way.folder, held.file_hash, held.parser_version) or ())
        return _receipt(conn, held, count)


def approve_submission(way: Way, submission: str, *, at: datetime | None = None, seen: str = "") -> str:
    """Approve a submission that awaits review; never one's own. Returns a line that says so.

    `seen`: its `stand` when the approver looked at it; SubmissionConflict when it stands otherwise now.
    """
    way.may("approve")
    with operating(way.folder) as conn:
        _prove_seen(conn, submission, seen)
        held = submissions.move(conn, submission, State.APPROVED, way.actor, at=at, place=way.place)
    return f"报送 {held.id}（{held.form} {held.period} {held.department}）已审核通过，等待发布。"


def return_submission(way: Way, submission: str, reason: str, *, seen: str = "") -> str:
    """Send a submission back with a reason that its sender sees. Returns a line that says so; `seen` as above."""
    way.may("return")
    with operating(way.folder) as conn:
        _prove_seen(conn, submission, seen)
        held = submissions.move(conn, submission, State.RETURNED, way.actor, reason, place=way.place)
    return f"报送 {held.id}（{held.form} {held.period} {held.department}）已退回：{reason}"


def withdraw_submission(way: Way, submission: str, reason: str, *, seen: str = "") -> str:
    """Take back a return of the own department that awaits review. Returns a line that says so; `seen` as above.

    Raises NotPermitted, SubmissionConflict (it does not await review any more), UsageError (no reason).
    """
    way.may("withdraw")
    with operating(way.folder) as conn:
        held = submissions.get_submission(conn, submission)
        if way.account.department != held.department:
            raise NotPermitted(f"报送 {held.id} 不是本单位的，不能撤回。什么也没有改动。")
        _prove_seen(conn, submission, seen)
        if held.state is not State.SUBMITTED:
            raise SubmissionConflict(
                f"报送 {held.id} 现为“{held.label}”（{held.state_by}，{told(held.state_at)}），待审核的才能撤回。"
                "什么也没有改动；已审核的请审核人员退回，已发布的请另报一份改好的表。",
                held.state_by,
                held.state_at,
            )
        held = submissions.move(conn, held, State.CHECKED, way.actor, reason, place=way.place)
    return (
        f"报送 {held.id}（{held.form} {held.period} {held.department}）已撤回：{reason.rstrip('。')}。"
        "改好后重新报送，或用同一份文件再报一次。"
    )


def _prove_seen(conn: Connection, submission: str, seen: str) -> None:
    held = submissions.get_submission(conn, submission)
    if seen and seen != held.stand:
        raise SubmissionConflict(
            f"您打开这一页之后，报送 {held.id} 有了变化：现为“{held.label}”（{held.state_by}，"
            f"{told(held.state_at)}）。您的这一步没有做；下面是它现在的样子，请看过再定。",
            held.state_by,
            held.state_at,
        )


def publish_approved(
    way: Way, note: str = "", ids: list[str] | None = None, *, on_stage: Callable[[str], None] = lambda stage: None
) -> Generation | None:
    """Publish everything approved (or only `ids`) as a new generation; None when there is nothing to publish.

    A changed catalogue (an adopted target, say) is something to publish by itself. Raises what
    `warehouse.generations.publish` raises; the current generation then stays as it was. `on_stage` is told in words
    what is being done.
    """
    from etl.derive import derive  # what only publishing needs is loaded only then
    from etl.tasks_derive import tasks_moved, with_tasks
    from warehouse import generations

    way.may("publish")
    with consulting(way.folder) as conn:
        accepted = approved(way.folder, conn, ids)
    same = generations.current(way.folder).manifest.catalogue_digest == way.catalogue.digest
    if not accepted and same and not tasks_moved(way):
        return None
    deriving = with_tasks(way, derive(way.catalogue))

    def announced(building: generations.Building) -> generations.Derived:
        on_stage("推算增速，判定目标")
        derived = deriving(building)
        on_stage("检验并封存")
        return derived

    on_stage("复制现行的一代，装入报送")
    made = generations.publish(
        way.folder, accepted, way.catalogue, announced, who=way.actor, note=note, place=way.place
    )
    share_published(way.folder)
    return made
