"""审核、发布、催报 on the web, by the forms of the pages, as accounts that may and that may not.

Forms grown old, double clicks, batches partly refused, publications that fail, earlier generations shown again,
reminders and rates.
"""

from __future__ import annotations

import functools
import io
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.parts.preview import drawn
from dashboard.prerender import to_html
from dashboard.work import jobs
from dashboard.work.previewing import preview as preview_of
from data.simulate import SimulatedReturn
from etl.flow import (
    approve_submission,
    explain_findings,
    publish_approved,
    return_submission,
    submit_file,
    withdraw_submission,
)
from etl.preview import rehearsed
from etl.publishing import show_again
from etl.reviewing import queue
from etl.status import reporting_status
from etl.way import Way, enter_way
from indicators.errors import UsageError
from indicators.findings import Severity
from indicators.observations import Origin
from indicators.periods import Period
from tests.board_world import Sent, known, observation, send, value
from tests.board_world import founded as ten_years
from warehouse import audit, board, files, remarks, seal
from warehouse.accounts import Role, add_account
from warehouse.errors import GateFailed, SubmissionConflict
from warehouse.folder import writing
from warehouse.generations import current
from warehouse.operations import consulting, operating
from warehouse.submissions import State, add_submission, get_submission, move, submissions

Fill = Callable[..., bytes]
People = Callable[[str], Way]
Enter = Callable[[str], "Seat"]
Returns = Mapping[tuple[str, str], SimulatedReturn]
PERIOD = "2024Q1"
PAGE = {"Accept": "text/html"}
VERDICTS = "SELECT target, target_version, status, sentence, latest_value, progress_share FROM attainment ORDER BY ALL"


class Forms(HTMLParser):
    """The forms of a page: for each its address and its fields as they would be sent, ticks only where they are set."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {"type": "text"} | {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((said.get("action", ""), {}))
            self._open = True
        elif self._open and tag == "input" and "name" in said and ("checked" in said or said["type"] != "checkbox"):
            self.found[-1][1].setdefault(said["name"], []).append(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


class Seat:
    """Somebody logged in who reads a page and sends one of its forms, with what they type in it."""

    def __init__(self, server: Flask, name: str) -> None:
        self.client = server.test_client()
        door = Forms(self.look("/login")).found[0][1]
        assert self.post("/login", door | {"name": name, "password": "correct horse"}).status_code == 303, name

    def look(self, path: str) -> str:
        """The page at an address."""
        return str(self.client.get(path, headers=PAGE).get_data(as_text=True))

    def token(self) -> str:
        """The token that a form of this session carries."""
        return str(self.client.get("/session").get_json()["csrf"])

    def form(self, path: str, action: str, holding: str = "") -> dict[str, list[str]]:
        """The fields of the page's form that posts to `action` (and in which a field says `holding`)."""
        forms = [f for a, f in Forms(self.look(path)).found if a == action]
        if holding:
            forms = [f for f in forms if any(holding in value for values in f.values() for value in values)]
        assert forms, f"no form to {action} on {path}"
        return forms[0]

    def post(self, action: str, fields: Mapping[str, list[str] | str], **typed: Any) -> Any:
        """Send a form as it was, with what was typed."""
        return self.client.post(action, data={**fields, **typed}, headers=PAGE)

    def press(self, path: str, action: str, holding: str = "", **typed: Any) -> Any:
        """Fill in and send a form of a page."""
        return self.post(action, self.form(path, action, holding), **typed)


@pytest.fixture
def server(way: People) -> Flask:
    return create_app(way("管理员").folder).server


@pytest.fixture
def enter(server: Flask) -> Enter:
    """Each logs in once."""
    return functools.cache(lambda name: Seat(server, name))


def text(page: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", page)))


def state(way: Way, id: str) -> State:
    with consulting(way.folder) as conn:
        return get_submission(conn, id).state


def acts(way: Way, about: str = "") -> list[str]:
    with consulting(way.folder) as conn:
        return [str(record["act"]) for record in audit.latest(conn, 500, about=about)]


def sent(way: People, fill: Fill, period: str = PERIOD, changed: Mapping[str, Decimal] | None = None) -> str:
    """A return that awaits review, what had to be explained explained."""
    receipt = submit_file(way("填报甲"), fill("GDP-Q", period, changed), "报表.xlsx")
    if receipt.blocked:
        receipt = explain_findings(way("填报甲"), receipt.id, "年报核实，更正录入差错")
    assert receipt.state is State.SUBMITTED, receipt.text
    return receipt.id


def published(way: People, fill: Fill) -> str:
    id = sent(way, fill)
    approve_submission(way("审核员"), id)
    assert publish_approved(way("发布员"), "头一代") is not None
    return id


def revised(simulated: Returns) -> dict[str, Decimal]:
    """One published number, one more."""
    value = simulated["GDP-Q", PERIOD].cells["01:1"]
    assert isinstance(value, Decimal)
    return {"01:1": value + 1}


def done(seat: Seat, address: str, kind: str) -> str:
    """The page at which a piece of work is told of, once it is over."""
    token = address.partition("=")[2].partition("#")[0]
    for _ in range(300):
        said = seat.client.get(f"/work/publish/status?kind={kind}&job={token}").get_json()
        if said["state"] != "running":
            return text(seat.look(address.partition("#")[0]))
        time.sleep(0.05)
    raise AssertionError("it takes too long")


def preview(seat: Seat) -> str:
    answer = seat.press("/publish", "/work/publish/preview")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return done(seat, answer.headers["Location"], "preview")


def publish(seat: Seat, note: str = "一季度") -> str:
    answer = seat.press("/publish", "/work/publish/go", note=note)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return done(seat, answer.headers["Location"], "publish")


def test_the_queue_says_what_waits_and_what_it_would_change(
    way: People, enter: Enter, fill: Fill, simulated: Returns
) -> None:
    assert "没有待审核的报送" in text(enter("审核员").look("/review"))
    first = published(way, fill)
    second = sent(way, fill, changed=revised(simulated))
    clean = sent(way, fill, period="2024Q2")
    page = enter("审核员").look("/review")
    said = text(page)
    assert "2份报送待审核" in said and "修订1" in said and "今天" in said and "统计局审核人员" in said
    assert first not in said, "what is published waits for nobody"
    assert "都有说明" in said, "a revision was explained before it came here"
    picked = enter("审核员").form("/review", "/work/review/approve-many")["pick"]
    waiting = {one.held.id: one for one in queue(way("审核员"))}
    soft = waiting[clean].found.get(Severity.SOFT)
    assert [one.split()[0] for one in picked] == ([] if soft else [clean]), "only what is clean is ticked beforehand"
    narrowed = text(enter("审核员").look("/review?period=2024Q2"))
    assert clean in narrowed and second not in narrowed
    assert "没有" in text(enter("审核员").look("/review?state=已退回")) and "全部" in narrowed
    detail = text(enter("审核员").look(f"/submission?id={second}"))
    assert "年报核实，更正录入差错" in detail and "提交，等待审核" in detail and "+0.0001" in detail


def test_approve_return_and_take_an_approval_back(way: People, enter: Enter, fill: Fill) -> None:
    id, seat = sent(way, fill), enter("审核员")
    answer = seat.press(f"/submission?id={id}", "/work/review/approve")
    assert answer.status_code == 303 and state(way("审核员"), id) is State.APPROVED
    assert "已审核通过" in text(seat.look("/review"))
    assert "退回" in text(seat.look(f"/submission?id={id}")), "until it is published an approval may be taken back"
    answer = seat.press(f"/submission?id={id}", "/work/review/return", reason="  ")
    assert answer.status_code == 409 and state(way("审核员"), id) is State.APPROVED
    answer = seat.press(f"/submission?id={id}", "/work/review/return", reason="<b>02 行</b>请核对")
    assert answer.status_code == 303 and state(way("审核员"), id) is State.RETURNED
    page = enter("填报甲").look(f"/submission?id={id}")
    assert "<b>02 行</b>" not in page and "&lt;b&gt;02 行&lt;/b&gt;" in page, "words of people are only ever words"
    assert acts(way("审核员"), id)[-2:] == ["submission.refused", "submission.returned"]


def test_a_form_that_has_grown_old_shows_what_happened_and_keeps_what_was_typed(
    way: People, enter: Enter, fill: Fill
) -> None:
    with operating(way("管理员").folder) as conn:
        add_account(conn, "审核乙", "correct horse", Role.REVIEWER, by="管理员")
    id = sent(way, fill)
    mine = enter("审核员").form(f"/submission?id={id}", "/work/review/return")
    approve_submission(way("审核乙"), id)  # a return is allowed from there too, but it was not seen
    answer = enter("审核员").post("/work/review/return", mine, reason="口径写错了，请改")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and state(way("审核员"), id) is State.APPROVED
    assert "审核乙" in text(page) and "已审核" in text(page), "who was first, and what it is now"
    assert "口径写错了，请改" in page, "what was typed is still there"
    seen = Forms(page).found
    again = next(fields for action, fields in seen if action == "/work/review/return")
    answer = enter("审核员").post("/work/review/return", again, reason="口径写错了，请改")
    assert answer.status_code == 303 and state(way("审核员"), id) is State.RETURNED
    answer = enter("审核员").post("/work/review/approve", {**again})
    assert answer.status_code == 409 and state(way("审核员"), id) is State.RETURNED
    bare = {k: v for k, v in again.items() if k != "seen"}
    assert enter("审核员").post("/work/review/approve", bare).status_code == 400


def test_a_return_is_taken_back_under_the_reviewers_eyes_sent_again_and_published(
    way: People, enter: Enter, fill: Fill
) -> None:
    id = sent(way, fill)
    page, deed = f"/submission?id={id}", f"/work/withdraw/{id}"
    filler, reviewer = enter("填报甲"), enter("审核员")
    stale = reviewer.form(page, "/work/review/approve")
    mine = filler.form(page, deed)
    empty = filler.post(deed, mine, reason="  ")
    assert empty.status_code == 400 and "必须写明理由" in text(empty.get_data(as_text=True))
    stranger = enter("填报乙")
    assert stranger.post(deed, {"csrf": stranger.token()}, reason="不是我的").status_code == 403
    assert reviewer.post(deed, {"csrf": reviewer.token()}, reason="不该我").status_code == 403
    assert state(way("审核员"), id) is State.SUBMITTED

    assert filler.post(deed, mine, reason="<b>填成了</b>上月的数").status_code == 303
    assert state(way("审核员"), id) is State.CHECKED and acts(way("审核员"), id).count("submission.withdrawn") == 1
    shown = filler.look(page)
    assert "<b>填成了" not in shown and "由填报甲撤回：<b>填成了</b>上月的数" in text(shown)
    assert "用同一份文件再报一次" in text(shown) and deed not in shown
    refused = reviewer.post("/work/review/approve", stale)
    said = text(refused.get_data(as_text=True))
    assert refused.status_code == 409 and "现为“已校验（已撤回）”（填报甲，" in said and "您的这一步没有做" in said
    assert "填报甲撤回" in text(reviewer.look("/review?state=待改正"))
    assert "已撤回，待重报" in text(reviewer.look(f"/remind?period={PERIOD}"))
    assert "已撤回" in text(reviewer.look(f"/returns?period={PERIOD}"))

    assert sent(way, fill) == id, "the same bytes go on as the same receipt"
    with consulting(way("审核员").folder) as conn:
        held = get_submission(conn, id)
    assert held.submitted_by == "填报甲" and not held.return_reason
    assert reviewer.post("/work/review/approve", stale).status_code == 409, "it is not the one that was looked at"
    late = filler.form(page, deed)
    assert reviewer.press(page, "/work/review/approve").status_code == 303
    refused = filler.post(deed, late, reason="又错了")
    assert refused.status_code == 409 and "审核员" in text(refused.get_data(as_text=True))
    assert deed not in filler.look(page), "what is approved can't be taken back"
    assert publish_approved(way("发布员")) is not None and state(way("审核员"), id) is State.PUBLISHED


def test_a_better_explanation_submits_again_what_was_taken_back(
    way: People, enter: Enter, fill: Fill, simulated: Returns
) -> None:
    published(way, fill)
    id = sent(way, fill, changed=revised(simulated))
    withdraw_submission(way("填报甲"), id, "说明写错了")
    page, filler = f"/submission?id={id}", enter("填报甲")
    assert "改好保存，就按这一份重新提交" in text(filler.look(page))
    fields = filler.form(page, f"/work/explain/{id}")
    with consulting(way("审核员").folder) as conn:
        names = {f"text-{binding}": "按普查结果修订" for binding in remarks.explanations(conn, id)}
    assert names and filler.post(f"/work/explain/{id}", fields, **names).status_code == 303
    assert state(way("审核员"), id) is State.SUBMITTED
    assert "按普查结果修订" in text(enter("审核员").look(page))


def test_other_bytes_after_a_withdrawal_are_another_receipt(way: People, fill: Fill, simulated: Returns) -> None:
    first = sent(way, fill)
    with pytest.raises(UsageError, match="理由"):
        withdraw_submission(way("填报甲"), first, "")
    withdraw_submission(way("填报甲"), first, "第一产业填错了")
    second = sent(way, fill, changed=revised(simulated))
    assert second != first and [one.held.id for one in queue(way("审核员"))] == [second]
    return_submission(way("审核员"), second, "请核对")
    row = next(r for r in reporting_status(way("审核员"), PERIOD)["rows"] if r["form"] == "GDP-Q")
    assert (row["id"], row["state"], row["withdrawn"]) == (second, "已退回", False), "the newest says how it stands"


def test_nobody_approves_what_they_sent_and_the_page_says_why(way: People, enter: Enter, fill: Fill) -> None:
    folder = way("管理员").folder
    with operating(folder) as conn:
        held = add_submission(
            conn, form="GDP-Q", edition="2016", period="2024Q2", department="TJJ", origin=Origin.RETURNED,
            file_hash="a" * 64, file_name="报表.xlsx", parser_version="1", catalogue_digest="", actor="审核员",
        )  # fmt: skip
        for step in (State.PARSED, State.CHECKED, State.SUBMITTED):
            held = move(conn, held.id, step, "审核员")
    seat = enter("审核员")
    answer = seat.post("/work/review/approve-many", {"csrf": seat.token(), "pick": f"{held.id} {held.stand}"})
    assert answer.status_code == 303 and state(way("审核员"), held.id) is State.SUBMITTED
    other = sent(way, fill)
    page = enter("发布员").look(f"/submission?id={other}")
    assert not [a for a, _ in Forms(page).found if a.startswith("/work/review")], "no button for who may not"
    assert "审核由统计局的审核人员做" in text(page)


def test_a_batch_is_approved_one_by_one_and_refusals_are_told(way: People, enter: Enter, fill: Fill) -> None:
    ids = [sent(way, fill, period=p) for p in ("2024Q1", "2024Q2", "2024Q3")]
    seat = enter("审核员")
    fields = seat.form("/review", "/work/review/approve-many")
    with consulting(way("审核员").folder) as conn:
        picks = [f"{id} {get_submission(conn, id).stand}" for id in ids]
    with operating(way("管理员").folder) as conn:
        add_account(conn, "审核乙", "correct horse", Role.REVIEWER, by="管理员")
    return_submission(way("审核乙"), ids[1], "请核对")
    answer = seat.post("/work/review/approve-many", fields, pick=[*picks, "S999999 submitted@x"])
    assert answer.status_code == 303
    assert [state(way("审核员"), id) for id in ids] == [State.APPROVED, State.RETURNED, State.APPROVED]
    page = text(seat.look(answer.headers["Location"]))
    assert "已审核通过2份，2份没有通过" in page and ids[1] in page and "审核乙" in page and "S999999" in page
    assert acts(way("审核员")).count("submission.approved") == 2, "each is an act of its own"
    again = text(seat.look(seat.post("/work/review/approve-many", fields, pick=picks).headers["Location"]))
    assert "3份没有通过" in again and acts(way("审核员")).count("submission.approved") == 2
    assert seat.post("/work/review/approve-many", {"csrf": seat.token()}).status_code == 400


def test_roles_hold_on_every_page_and_form(way: People, enter: Enter, fill: Fill) -> None:
    id = sent(way, fill)
    pages = ("/review", "/publish", "/remind")
    for name, may in (("审核员", (1, 0, 1)), ("发布员", (1, 1, 1)), ("领导", (0, 0, 0)), ("填报甲", (0, 0, 0))):
        status = [enter(name).client.get(path, headers=PAGE).status_code for path in pages]
        assert status == [200 if one else 403 for one in may], name
    for name, action in (
        ("领导", "/work/review/approve"),
        ("发布员", "/work/review/approve"),
        ("填报甲", "/work/review/approve-many"),
        ("审核员", "/work/publish/preview"),
        ("审核员", "/work/publish/go"),
        ("审核员", "/work/publish/back"),
        ("审核员", "/work/publish/lock"),
        ("填报甲", "/work/remind/sent"),
    ):
        answer = enter(name).post(action, {"csrf": enter(name).token(), "id": id})
        assert answer.status_code == 403, f"{name} {action}: {answer.status_code}"
    assert state(way("审核员"), id) is State.SUBMITTED


def test_a_preview_says_what_publishing_then_does_and_leaves_nothing(
    way: People, enter: Enter, fill: Fill, simulated: Returns
) -> None:
    published(way, fill)
    approve_submission(way("审核员"), sent(way, fill, changed=revised(simulated)))
    approve_submission(way("审核员"), sent(way, fill, period="2024Q2"))
    folder, seat = way("发布员").folder, enter("发布员")
    before = (sorted(folder.generations.iterdir()), acts(way("发布员")), current(folder).number)
    page = preview(seat)
    assert (sorted(folder.generations.iterdir()), acts(way("发布员")), current(folder).number) == before
    assert not list(folder.run.glob(f"*{files.TEMPORARY}*")), "the draft is gone"
    assert "修订1" in page and "新一期" in page and "年报核实，更正录入差错" in page and "刚才" in page
    shown = re.search(r"共(\d+)个数成为现行值", page)
    assert shown
    versions = current(folder).manifest.rows["observation_version"]
    assert "已发布为第2代：2份报送" in publish(seat)
    held = current(folder)
    assert held.manifest.rows["observation_version"] - versions == int(shown[1]), "as the preview said"
    assert held.manifest.note == "一季度" and held.manifest.by == "发布员"
    gdp = held.rows("SELECT count(*) AS n FROM observation_current WHERE indicator = 'GDP' AND period = '2024Q2'")
    assert gdp[0]["n"] > 0
    assert "没有待发布的报送" in text(seat.look("/publish"))


def test_only_what_is_chosen_is_published_and_a_second_click_does_nothing(
    way: People, enter: Enter, fill: Fill
) -> None:
    ids = [sent(way, fill, period=p) for p in ("2024Q1", "2024Q2")]
    for id in ids:
        approve_submission(way("审核员"), id)
    seat = enter("发布员")
    fields = seat.form("/publish", "/work/publish/preview")
    assert len(fields["pick"]) == 2
    kept = [one for one in fields["pick"] if one.startswith(ids[0])]
    done(seat, seat.post("/work/publish/preview", fields, pick=kept).headers["Location"], "preview")
    go = seat.form("/publish", "/work/publish/go")
    first = seat.post("/work/publish/go", go, note="只有一份")
    second = seat.post("/work/publish/go", go, note="只有一份")
    begun = [one.headers["Location"] for one in (first, second) if "job=" in one.headers["Location"]]
    told = [done(seat, address, "publish") for address in begun]
    assert sum("已发布为第1代：1份报送" in one for one in told) == 1, told
    assert current(way("发布员").folder).number == 1
    assert [state(way("发布员"), id) for id in ids] == [State.PUBLISHED, State.APPROVED]
    third = seat.post("/work/publish/go", go, note="又一次")
    assert third.status_code == 303 and "note=" in third.headers["Location"]
    page = seat.look(third.headers["Location"])
    assert "发布员" in text(page) and "第1代" in text(page) and "请重新预览" in text(page)
    assert seat.post("/work/publish/go", go, note="").status_code == 400


def test_whoever_comes_second_is_told_who_is_publishing(way: People, enter: Enter, fill: Fill) -> None:
    approve_submission(way("审核员"), sent(way, fill))
    seat, folder = enter("发布员"), way("发布员").folder
    preview(seat)
    with writing(folder, "另一位", "发布"):
        assert "“另一位”自" in text(seat.look("/publish"))
        page = publish(seat)
    assert "没有发布成" in page and "另一位" in page
    assert current(folder).number == 0


def test_a_publication_that_fails_leaves_the_old_board_and_a_refusal_is_foretold(
    way: People, enter: Enter, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(way, fill)
    id = sent(way, fill, period="2024Q2")
    approve_submission(way("审核员"), id)
    seat, folder = enter("发布员"), way("发布员").folder
    preview(seat)

    def broken(*_: Any, **__: Any) -> dict[str, str]:
        raise GateFailed("新一代没有通过发布前的检验，没有发布，现行数据不变：一处不符。", ("不满足“一处”",))

    monkeypatch.setattr("warehouse.gates.prove", broken)
    page = publish(seat)
    assert "没有发布成" in page and "没有通过发布前的检验" in page
    assert current(folder).number == 1 and seal.numbers(folder)[-1] == 1
    assert state(way("发布员"), id) is State.APPROVED
    assert "第1代" in text(seat.look("/publish"))
    page = preview(seat)
    assert "现在发布会被拒绝" in page and "不满足“一处”" in page
    assert not [a for a, _ in Forms(seat.look("/publish")).found if a == "/work/publish/go"], "no button then"
    monkeypatch.undo()
    preview(seat)
    assert "已发布为第" in publish(seat) and state(way("发布员"), id) is State.PUBLISHED


def test_a_program_that_fails_says_a_number_and_no_trace(
    way: People, enter: Enter, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_submission(way("审核员"), sent(way, fill))
    seat = enter("发布员")

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("dashboard.work.publishing.preview", broken)
    page = preview(seat)
    assert "事件编号" in page and "secret" not in page


def test_an_earlier_generation_is_shown_again_with_a_reason(
    way: People, enter: Enter, fill: Fill, simulated: Returns
) -> None:
    published(way, fill)
    second = sent(way, fill, period="2024Q2")
    approve_submission(way("审核员"), second)
    publish_approved(way("发布员"), "第二代")
    seat, folder = enter("发布员"), way("发布员").folder
    page = text(seat.look("/publish"))
    assert "第1代" in page and "头一代" in page and "现行" in page and current(folder).manifest.sha256[:12] in page
    fields = seat.form("/publish", "/work/publish/back", holding="1")
    assert seat.post("/work/publish/back", fields, reason="").status_code == 400
    answer = seat.post("/work/publish/back", fields, reason="二季度装错了")
    assert "已回退：第3代，内容同第1代" in done(seat, answer.headers["Location"], "publish")
    held = current(folder)
    assert held.number == 3 and held.manifest.rolled_back_to == 1 and "二季度装错了" in held.manifest.note
    assert not held.rows("SELECT 1 FROM observation_current WHERE period = '2024Q2' LIMIT 1")
    assert state(way("发布员"), second) is State.APPROVED, "what came after is not lost"
    answer = seat.post("/work/publish/back", fields, reason="再来一次")
    assert "reason=" in answer.headers["Location"] and current(folder).number == 3, "the form is of an older board"
    assert "再来一次" in seat.look(answer.headers["Location"])
    with pytest.raises(SubmissionConflict, match="发布员"):
        show_again(way("发布员"), 1, "理由", seen=2)


def test_periods_are_closed_and_opened_with_reasons(way: People, enter: Enter, fill: Fill) -> None:
    assert "/work/publish/lock" not in enter("发布员").look("/publish"), "there is no period to close yet"
    published(way, fill)
    approve_submission(way("审核员"), sent(way, fill, period="2024Q2"))
    publish_approved(way("发布员"))
    seat = enter("发布员")
    assert seat.press("/publish", "/work/publish/lock", period=PERIOD, reason="已上报省局").status_code == 303
    page = text(seat.look("/publish"))
    assert "2024年一季度已锁定" in page and "已上报省局" in page
    receipt = submit_file(way("填报甲"), fill("LAB-Q", PERIOD), "报表.xlsx")
    assert "P602" in {f.code for f in receipt.findings}
    seat.press("/publish", "/work/publish/lock", period=PERIOD, reason="再锁")
    assert "已由“发布员”" in text(seat.look("/publish"))
    seat.press("/publish", "/work/publish/open", reason="省局要求更正")
    assert "没有锁定的报告期" in text(seat.look("/publish"))
    seat.press("/publish", "/work/publish/lock", period="第一季", reason="乱写")
    assert "没有锁定的报告期" in text(seat.look("/publish"))
    assert [a for a in acts(way("发布员")) if a.startswith("period.")] == ["period.locked", "period.opened"]


def test_a_rehearsal_shows_the_board_it_would_make(way: People, fill: Fill) -> None:
    published(way, fill)
    id = sent(way, fill, period="2024Q2")
    approve_submission(way("审核员"), id)
    with rehearsed(way("发布员"), [id]) as both:
        fresh = both.fresh()
        assert fresh.new > 0 and fresh.revised == fresh.withdrawn == 0 and "GDP" in fresh.indicators
        told = both.after.rows("SELECT * EXCLUDE (built_at) FROM generation ORDER BY number DESC LIMIT 1")[0]
        would = both.after.rows(VERDICTS)
    made = publish_approved(way("发布员"))
    assert made is not None and made.number == told["number"]
    assert made.rows(VERDICTS) == would


def test_a_verdict_that_would_turn_is_foretold_with_its_cause(tmp_path: Path) -> None:
    folder = ten_years(tmp_path / "数据")
    with operating(folder) as conn:
        add_account(conn, "发布员", "correct horse", Role.PUBLISHER, by="管理员")
    last = Period.parse("2025Q4")
    lower = observation("GDP", last, value("GDP", "CCXQ", last) * Decimal("0.6"))
    send(folder, Sent([lower], last, known(Period.parse("2026Q1"), 30)))
    way = enter_way(folder, "发布员")
    with consulting(folder) as conn:
        seen = [(one.id, one.stand) for one in submissions(conn, state=State.APPROVED)]
    before = {v.target: v.status for v in board.verdicts(current(folder))}
    made = preview_of(way, seen, 1, lambda _stage: None)
    assert made["counts"] == {"new": 0, "revised": 1, "withdrawn": 0, "elsewhere": 0}
    assert [(row["name"], row["reason"]) for row in made["revised"]] == [("地区生产总值", "核实")]
    turned = {row["target"]: row for row in made["verdicts"]}
    assert turned and all(row["factor_label"] == "数值修订" and row["sentence"] for row in turned.values())
    page = to_html(drawn(made))
    assert all(row["sentence"] in page for row in turned.values()) and "示例目标" in page and "模拟数据" in page
    publish_approved(way)
    after = {v.target: v.status for v in board.verdicts(current(folder))}
    assert {code for code in after if after[code] != before[code]} == set(turned), "as the preview said"
    assert all(after[code] == row["after_status"] for code, row in turned.items())


def test_reminders_name_what_is_owed_and_leave_a_trail(way: People, enter: Enter, fill: Fill) -> None:
    id = sent(way, fill)
    return_submission(way("审核员"), id, "总计与分项不符")
    seat = enter("审核员")
    page = seat.look(f"/remind?period={PERIOD}")
    said = text(page)
    assert "退回原因：总计与分项不符" in said and "《财政收支季报表》" in said and "已逾期" in said
    fields = seat.form(f"/remind?period={PERIOD}", "/work/remind/sent", holding="CZJ")
    letter = "财政局：<i>请尽快</i>报送。"
    answer = seat.post("/work/remind/sent", fields, text=letter)
    assert answer.status_code == 303
    page = seat.look(answer.headers["Location"])
    assert "已记下" in text(page) and "上次催报" in text(page)
    assert "<i>请尽快</i>" not in page and "&lt;i&gt;请尽快&lt;/i&gt;" in page
    with consulting(way("审核员").folder) as conn:
        record = audit.latest(conn, 10, act="reminder.sent")[-1]
    assert record["object"] == f"{PERIOD}/CZJ" and letter in record["detail"] and record["who"] == "审核员"
    assert seat.post("/work/remind/sent", fields, text=" ").status_code == 400
    assert "看不懂" in text(seat.look("/remind?period=昨天"))


def test_rates_count_what_was_due_and_download_as_numbers(way: People, enter: Enter, fill: Fill) -> None:
    sent(way, fill)  # filed today, years after its day: late
    seat = enter("审核员")
    page = text(seat.look("/remind?period=2024Q1"))
    assert "迟报1" in page and "0.0%" in page and "未报" in page
    answer = seat.client.get("/work/remind/rates.xlsx?period=2024Q1")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0] == "统计局"]
    quarter = next(row for row in rows if row[1] == "2024年一季度")
    assert quarter[4] == 1 and quarter[2] == quarter[3] + quarter[4] + quarter[5], "due is on time, late and missing"
    assert isinstance(quarter[6], int | float | Decimal) and quarter[6] == 0


def test_work_that_broke_off_says_so_and_old_work_is_forgotten(way: People, enter: Enter) -> None:
    folder, seat, hold = way("发布员").folder, enter("发布员"), threading.Event()
    token = jobs.begin(folder, "publish", "发布员", lambda stage: {"waited": hold.wait(30)})
    assert "“发布员”自" in text(seat.look("/publish")), "whoever opens the page sees that it runs"
    (path,) = folder.run.glob(f"job-publish-{token}.json")
    os.utime(path, (time.time() - 25,) * 2)
    broken = jobs.look(folder, "publish", token)
    assert broken is not None and broken.state == "failed" and "断了" in broken.sentence
    hold.set()
    for _ in range(200):
        job = jobs.look(folder, "publish", token)
        if job and job.state == "done":
            break
        time.sleep(0.02)
    assert job is not None and job.result == {"waited": True}
    assert jobs.look(folder, "publish", "../../zhibiao") is None and jobs.look(folder, "preview", token) is None
    path.write_text(path.read_text("utf-8").replace('"program": "', '"program": "older '), "utf-8")
    assert jobs.look(folder, "publish", token) is None, "an older program's result may be of another shape"
    os.utime(path, (1, 1))
    jobs.note(folder, "approvals", "审核员", {})
    assert not path.exists()


def test_what_a_dead_rehearsal_left_is_removed_by_the_next(way: People, fill: Fill) -> None:
    folder = way("发布员").folder
    left = folder.run / f"{files.TEMPORARY}1-dead-rehearsal.duckdb"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    with rehearsed(way("发布员"), []) as both:
        assert both.before.number == 0
    assert not left.exists() and current(folder).number == 0
