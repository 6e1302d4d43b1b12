"""The way, walked as people walk it: fill, check, submit, explain, approve, return, publish, revise, trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from data.simulate import SimulatedReturn
from etl.changes import CODE as REVISED
from etl.flow import (
    approve_submission,
    check_file,
    explain_findings,
    make_template,
    publish_approved,
    return_submission,
    submit_file,
)
from etl.questions import trace_value, value_history
from etl.way import Way
from etl.worker import read_return
from indicators.errors import UsageError
from indicators.findings import Severity
from warehouse import audit
from warehouse.accounts import Role
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.generations import current
from warehouse.operations import consulting, operating
from warehouse.period_locks import lock_period
from warehouse.submissions import State, submissions

People = Callable[[str], Way]
Fill = Callable[..., bytes]
Returns = Mapping[tuple[str, str], SimulatedReturn]


def acts(way: Way) -> list[str]:
    with consulting(way.folder) as conn:
        return [str(record["act"]) for record in audit.records(conn)]


def published(way: People, data: bytes, name: str = "报表.xlsx") -> str:
    receipt = submit_file(way("填报甲"), data, name)
    assert receipt.state is State.SUBMITTED, receipt.text
    approve_submission(way("审核员"), receipt.id)
    assert publish_approved(way("发布员")) is not None
    return receipt.id


def test_a_return_becomes_a_number_that_knows_its_cell(way: People, fill: Fill, simulated: Returns) -> None:
    data = fill("GDP-Q", "2024Q1")
    checked = check_file(way("填报甲"), data, "报表.xlsx")
    assert not checked.blocked and acts(way("填报甲")) == acts(way("管理员")), "a check writes nothing"
    before = len(acts(way("管理员")))
    submission = published(way, data)
    row = current(way("管理员").folder).rows(
        "SELECT * FROM observation_current WHERE indicator = 'GDP' AND nature = 'ytd' AND measure = 'level' "
        "AND price_basis = '现价' AND period = '2024Q1'"
    )[0]
    sent = read_return(data, "报表.xlsx", way("管理员").catalogue, way("管理员").secret)
    cell = next(c for c in sent.cells.values() if (c.sheet, c.address) == (row["sheet"], row["cell"]))
    assert row["raw_text"] == cell.raw and row["value"] == cell.value
    assert row["canonical_value"] == Decimal(cell.raw) / 10000, "万元 in the return, 亿元 in the catalogue"
    assert row["origin"] == "simulated" and row["submission"] == submission
    traced = trace_value(way("领导"), "GDP", "2024Q1", "CCXQ")
    assert (traced[0]["内容"], traced[0]["单元格"]) == ("累计数 现价", f"{row['sheet']}!{row['cell']}"), (
        "this number first"
    )
    assert {t["来源性质"] for t in traced} == {"模拟数据"} and "上年同期" in traced[-1]["内容"]
    past = value_history(way("领导"), "GDP", "CCXQ")
    assert {p["content"] for p in past} == {
        "累计数 现价", "累计数 2020年不变价", "累计同比增长 可比价", "本期数 现价"
    }, "growth has its versions too; last year's numbers are another period's"  # fmt: skip
    assert {p["scope_name"] for p in past} == {"部门报送口径"} and past[0]["content"] == "累计数 现价"
    new = acts(way("管理员"))[before:]
    for act in ("received", "parsed", "checked", "submitted", "approved", "published"):
        assert sum(one.endswith(act) for one in new) >= 1, f"no audit line for {act}: {new}"


def test_the_same_bytes_change_nothing(way: People, fill: Fill) -> None:
    data = fill("GDP-Q", "2024Q1")
    first = submit_file(way("填报甲"), data, "报表.xlsx")
    told = acts(way("管理员"))
    again = submit_file(way("填报甲"), data, "换了名字.xlsx")
    assert again.id == first.id and again.repeated and "什么也没有改变" in again.text
    assert acts(way("管理员")) == told
    with consulting(way("管理员").folder) as conn:
        assert len(submissions(conn)) == 1


def test_who_submits_does_not_approve_and_roles_hold(way: People, fill: Fill) -> None:
    receipt = submit_file(way("填报甲"), fill("GDP-Q", "2024Q1"), "报表.xlsx")
    with pytest.raises(NotPermitted):
        approve_submission(way("填报甲"), receipt.id)
    with pytest.raises(NotPermitted):
        submit_file(way("领导"), fill("GDP-Q", "2024Q2"), "报表.xlsx")
    with pytest.raises(NotPermitted, match="没有账户"):
        submit_file(way("路人"), fill("GDP-Q", "2024Q2"), "报表.xlsx")
    with pytest.raises(NotPermitted, match="属于长春新区财政局，不能报送"):
        submit_file(way("填报乙"), fill("GDP-Q", "2024Q2"), "报表.xlsx")
    approve_submission(way("审核员"), receipt.id)
    with pytest.raises(NotPermitted):
        publish_approved(way("审核员"))
    with pytest.raises(SubmissionConflict):
        approve_submission(way("审核员"), receipt.id)


def test_a_return_sent_back_keeps_its_reason_and_makes_room(way: People, fill: Fill, simulated: Returns) -> None:
    first = submit_file(way("填报甲"), fill("GDP-Q", "2024Q1"), "报表.xlsx")
    with pytest.raises(UsageError, match="理由"):
        return_submission(way("审核员"), first.id, "  ")
    return_submission(way("审核员"), first.id, "请核对工业增加值")
    with consulting(way("管理员").folder) as conn:
        assert submissions(conn)[0].return_reason == "请核对工业增加值"
    changed = {"01:1": str(simulated["GDP-Q", "2024Q1"].cells["01:1"])}
    second = submit_file(way("填报甲"), fill("GDP-Q", "2024Q1", changed), "报表.xlsx")
    assert second.id != first.id and not second.repeated


def test_hard_findings_block_and_nothing_is_lost(way: People, fill: Fill) -> None:
    data = fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"})
    receipt = submit_file(way("填报甲"), data, "报表.xlsx")
    assert receipt.blocked and receipt.state is State.CHECKED and receipt.id
    finding = next(f for f in receipt.findings if f.code == "V302")
    assert finding.severity is Severity.HARD and finding.cell and "约数" in finding.message
    from warehouse import vault

    assert vault.get(way("管理员").folder, receipt.file_hash) == data
    made = publish_approved(way("发布员"))
    assert made is not None and made.manifest.rows["observation_version"] == 0, "the catalogue alone is published"
    assert publish_approved(way("发布员")) is None


def test_a_revision_needs_a_reason_and_keeps_the_old_value(way: People, fill: Fill, simulated: Returns) -> None:
    published(way, fill("POP-Q", "2024Q1"), "人口.xlsx") if "TJJ" in way("管理员").catalogue.forms[
        "POP-Q"
    ].departments else published(way, fill("GDP-Q", "2024Q1"))
    one = simulated["GDP-Q", "2024Q1"]
    parts = {name: cell for name, cell in one.cells.items() if isinstance(cell, Decimal)}
    assert parts
    known = current(way("管理员").folder).rows("SELECT count(*) AS n FROM observation_version")[0]["n"]
    assert known > 0
    data = fill("GDP-Q", "2024Q1", {"01:1": parts["01:1"] + 1})
    receipt = submit_file(way("填报甲"), data, "修订.xlsx")
    asked = [f for f in receipt.findings if f.code == REVISED]
    assert receipt.blocked and asked and asked[0].expected != asked[0].found
    told = explain_findings(way("填报甲"), receipt.id, "年报核实，更正录入差错")
    if told.blocked:
        pytest.fail(told.text)
    approve_submission(way("审核员"), receipt.id)
    publish_approved(way("发布员"))
    rows = [r for r in value_history(way("领导"), "GDP", "CCXQ", "2024Q1") if r["nature"] == "ytd"]
    replaced = [r for r in rows if r["superseded_at"]]
    assert len(replaced) == 1 and any(r["revision_reason"] == "年报核实，更正录入差错" for r in rows)


def test_a_period_that_is_not_open_or_is_locked(way: People, fill: Fill) -> None:
    signed = way("发布员")
    future = make_template(signed, "GDP-Q", "2099Q1").content
    checked = check_file(way("填报甲"), future, "报表.xlsx")
    assert "P601" in {f.code for f in checked.findings} and checked.blocked
    with operating(signed.folder) as conn:
        lock_period(conn, "2024Q1", "发布员", "年报已定")
    checked = check_file(way("填报甲"), fill("GDP-Q", "2024Q1"), "报表.xlsx")
    locked = next(f for f in checked.findings if f.code == "P602")
    assert "年报已定" in locked.message and checked.blocked


def test_the_template_shows_the_last_published_values(way: People, fill: Fill) -> None:
    published(way, fill("GDP-Q", "2024Q1"))
    from etl.worker import read_file

    book = read_file(make_template(way("填报甲"), "GDP-Q", "2024Q2").content, "报表.xlsx")
    texts = {cell.text for sheet in book.sheets for cell in sheet.cells.values()}
    held = current(way("管理员").folder).rows(
        "SELECT raw_text FROM observation_current WHERE indicator = 'GDP' AND nature = 'ytd' AND measure = 'level' "
        "AND price_basis = '现价'"
    )
    assert held[0]["raw_text"] in texts


def test_roles_cover_every_action() -> None:
    from warehouse.accounts import MAY

    assert all(roles <= frozenset(Role) and roles for roles in MAY.values())
