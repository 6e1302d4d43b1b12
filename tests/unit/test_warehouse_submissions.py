"""Submissions: one receipt for the same bytes, one way through the states, two people, reasons, and who was first."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indicators.errors import UsageError
from indicators.findings import Finding, RuleState, Severity
from indicators.observations import Origin
from tests.warehouse_world import STORES, fresh
from warehouse import audit, period_locks, remarks, submissions
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating
from warehouse.submissions import MOVES, State, Submission, move
from warehouse.testimony import contradictions


@pytest.fixture(params=STORES)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> DataFolder:
    return fresh(tmp_path / "data", request.param)


def receive(conn: Connection, mark: str = "a", period: str = "2026Q3") -> Submission:
    return submissions.add_submission(
        conn, form="K01", edition="1", period=period, department="TJ", origin=Origin.RETURNED, file_hash=mark * 64,
        file_name=f"{mark}.xlsx", parser_version="1", catalogue_digest="d", actor="filler",
    )  # fmt: skip


def bring(conn: Connection, id: str, *states: State) -> None:
    for state in states:
        move(conn, id, state, "reviewer" if state is State.APPROVED else "filler")


TO_SUBMITTED = (State.PARSED, State.CHECKED, State.SUBMITTED)


def test_the_same_bytes_again_give_the_same_receipt(folder: DataFolder) -> None:
    with operating(folder) as conn:
        first = receive(conn)
        bring(conn, first.id, State.PARSED)
        again = receive(conn)
        other = receive(conn, "b")
        next_period = receive(conn, "a", "2026Q4")
        chain = audit.records(conn)
    assert (again.id, again.state) == (first.id, State.PARSED)
    assert len({first.id, other.id, next_period.id}) == 3
    assert [r["act"] for r in chain].count("submission.received") == 3


def test_submitter_cannot_approve_or_return_and_another_can(folder: DataFolder) -> None:
    with operating(folder) as conn:
        one = receive(conn)
        bring(conn, one.id, *TO_SUBMITTED)
        for state in (State.APPROVED, State.RETURNED):
            with pytest.raises(NotPermitted, match="同一人") as told:
                move(conn, one.id, state, "filler", "why")
            assert told.value.exit_code == 4
        approved = move(conn, one.id, State.APPROVED, "reviewer")
    assert (approved.state, approved.approved_by) == (State.APPROVED, "reviewer")


def test_return_needs_a_reason_that_is_kept(folder: DataFolder) -> None:
    with operating(folder) as conn:
        one = receive(conn)
        bring(conn, one.id, *TO_SUBMITTED)
        with pytest.raises(UsageError, match="理由"):
            move(conn, one.id, State.RETURNED, "reviewer", "  ")
        assert move(conn, one.id, State.RETURNED, "reviewer", "D7 与合计不符").return_reason == "D7 与合计不符"


def test_a_withdrawal_needs_a_reason_frees_the_slot_and_leads_to_submitting_the_same_receipt(
    folder: DataFolder,
) -> None:
    with operating(folder) as conn:
        one, other = receive(conn), receive(conn, "b")
        bring(conn, one.id, *TO_SUBMITTED)
        bring(conn, other.id, State.PARSED, State.CHECKED)
        with pytest.raises(UsageError, match="必须写明理由"):
            move(conn, one.id, State.CHECKED, "filler", " ")
        back = move(conn, one.id, State.CHECKED, "filler", "填成了上月的数")
        assert back == submissions.get_submission(conn, one.id) and back.withdrawn
        assert (back.state, back.return_reason) == (State.CHECKED, "填成了上月的数")
        assert (back.submitted_by, back.submitted_at) == (None, None)
        assert audit.records(conn)[-1]["act"] == "submission.withdrawn"
        assert not submissions.get_submission(conn, other.id).withdrawn
        move(conn, other.id, State.SUBMITTED, "filler")
        move(conn, other.id, State.CHECKED, "filler", "还是用原来的")
        again = move(conn, one.id, State.SUBMITTED, "colleague")
        assert (again.submitted_by, again.return_reason, again.withdrawn) == ("colleague", "", False)
    assert contradictions(folder, deep=False) == []


def test_what_is_approved_is_not_withdrawn(folder: DataFolder) -> None:
    with operating(folder) as conn:
        one = receive(conn)
        bring(conn, one.id, *TO_SUBMITTED, State.APPROVED)
        with pytest.raises(SubmissionConflict, match="reviewer"):
            move(conn, one.id, State.CHECKED, "filler", "填成了上月的数")


def test_who_comes_second_is_told_who_was_first_and_when(folder: DataFolder) -> None:
    with operating(folder) as conn:
        one = receive(conn)
        bring(conn, one.id, *TO_SUBMITTED, State.APPROVED)
        with pytest.raises(SubmissionConflict, match="reviewer") as told:
            move(conn, one.id, State.APPROVED, "third")
        assert (told.value.who, told.value.exit_code) == ("reviewer", 3)
        assert told.value.when == submissions.get_submission(conn, one.id).state_at


def test_one_return_of_a_slot_awaits_review_at_a_time(folder: DataFolder) -> None:
    with operating(folder) as conn:
        first, second = receive(conn), receive(conn, "b")
        bring(conn, first.id, *TO_SUBMITTED)
        bring(conn, second.id, State.PARSED, State.CHECKED)
        with pytest.raises(SubmissionConflict, match=first.id):
            move(conn, second.id, State.SUBMITTED, "colleague")
        move(conn, first.id, State.RETURNED, "reviewer", "wrong sheet")
        assert move(conn, second.id, State.SUBMITTED, "colleague").state is State.SUBMITTED


def test_fifty_threads_on_one_slot_make_one_receipt_and_one_submission(folder: DataFolder) -> None:
    ids: list[str] = []
    won: list[str] = []
    refused: list[str] = []

    def send(name: str) -> None:
        with operating(folder) as conn:
            one = receive(conn)
        ids.append(one.id)
        try:
            with operating(folder) as conn:
                for state in TO_SUBMITTED:
                    move(conn, one.id, state, name)
            won.append(name)
        except SubmissionConflict as error:
            refused.append(error.who)

    threads = [threading.Thread(target=send, args=(f"clerk{n}",)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1 and len(ids) == 50
    assert len(won) == 1 and refused == won * 49
    assert audit.verify(folder) == []


def test_what_fails_leaves_nothing(folder: DataFolder) -> None:
    with operating(folder) as conn:
        one = receive(conn)
    with pytest.raises(SubmissionConflict), operating(folder) as conn:
        bring(conn, one.id, State.PARSED)
        move(conn, one.id, State.APPROVED, "reviewer")
    with consulting(folder) as conn:
        assert submissions.get_submission(conn, one.id).state is State.RECEIVED
        assert len(audit.records(conn)) == 1


def test_lists_narrow_by_what_is_asked(folder: DataFolder) -> None:
    with operating(folder) as conn:
        first, second = receive(conn), receive(conn, "b", "2026Q4")
        bring(conn, second.id, State.PARSED)
    with consulting(folder) as conn:
        assert [s.id for s in submissions.submissions(conn)] == [first.id, second.id]
        assert [s.id for s in submissions.submissions(conn, period="2026Q4")] == [second.id]
        assert [s.id for s in submissions.submissions(conn, state=State.RECEIVED)] == [first.id]
        assert submissions.submissions(conn, department="nobody") == []
        with pytest.raises(UsageError, match="S999999"):
            submissions.get_submission(conn, "S999999")


def test_every_state_can_be_named_and_every_end_is_an_end() -> None:
    assert set(MOVES) == set(State)
    assert [s for s in State if not MOVES[s]] == [State.RETURNED, State.SUPERSEDED]
    assert all(s.label != s.value for s in State)


SOFT = Finding(
    code="K203", severity=Severity.SOFT, message="同比超过 50%", sheet="表", cell="D7", rule="R1", rule_version="2",
    state=RuleState.FAILED, cells=("D7", "E7"), values=("1.5", "0.9"),
)  # fmt: skip


def test_findings_come_back_as_they_were_and_explanations_are_bound_to_them(folder: DataFolder) -> None:
    other = Finding(code="K900", severity=Severity.INFO, message="提示", state=RuleState.NOT_EVALUABLE)
    with operating(folder) as conn:
        one = receive(conn)
        bring(conn, one.id, State.PARSED, State.CHECKED)
        remarks.save_findings(conn, one.id, [SOFT, other])
        assert remarks.findings(conn, one.id) == [SOFT, other]
        remarks.explain(conn, one.id, SOFT.binding, "企业搬迁", "filler")
        with pytest.raises(UsageError, match="重新校验"):
            remarks.explain(conn, one.id, "0" * 32, "企业搬迁", "filler")
        with pytest.raises(UsageError, match="不能为空"):
            remarks.explain(conn, one.id, SOFT.binding, " ", "filler")
        assert remarks.explanations(conn, one.id)[SOFT.binding].text == "企业搬迁"
        remarks.save_findings(conn, one.id, [])
        assert remarks.findings(conn, one.id) == []
        move(conn, one.id, State.SUBMITTED, "filler")
        with pytest.raises(SubmissionConflict, match="提交之前"):
            remarks.explain(conn, one.id, SOFT.binding, "迟到的说明", "filler")


def test_locked_period_says_by_whom(folder: DataFolder) -> None:
    with operating(folder) as conn:
        period_locks.lock_period(conn, "2026Q2", "王局", "已上报省局")
        assert period_locks.period_locked(conn, "2026Q2", "K01")["by"] == "王局"  # type: ignore[index]
        assert period_locks.period_locked(conn, "2026Q3", "K01") is None
        with pytest.raises(SubmissionConflict, match="王局"):
            period_locks.lock_period(conn, "2026Q2", "李四", "再锁一次")
        period_locks.open_period(conn, "2026Q2", "王局", "省局退回")
        assert period_locks.period_locked(conn, "2026Q2") is None
