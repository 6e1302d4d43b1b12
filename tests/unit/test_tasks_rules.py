"""Lights, doubt and assessment by hand-made tasks: each rule shows its word, its sentence and what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data import catalogue_folder
from indicators.errors import UsageError
from indicators.periods import Period
from indicators.tasks.assessment import assess
from indicators.tasks.doubt import Movement, Verdict, doubts
from indicators.tasks.duties import duties, missed_in_a_row, silent_days
from indicators.tasks.errors import SamePerson, StepRefused
from indicators.tasks.lights import node_light, task_light
from indicators.tasks.load import load_programmes
from indicators.tasks.machine import run
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Step, Task

RULES = load_programmes(
    Path(str(catalogue_folder())) / "programmes", {line.split(",")[0] for line in
    (Path(str(catalogue_folder())) / "indicators.csv").read_text("utf-8").splitlines()},
).rules  # fmt: skip
NEW = Task(code="T-1", programme="T", number=1, title="建设甲园区", links=(Link(indicator="GDP", direction="up"),))


def did(act: Act, on: str, by: str = "填报", **more: Any) -> Step:
    day = date.fromisoformat(on)
    return Step(act=act, by=by, on=day, at=datetime(day.year, day.month, day.day, 8), **({"text": "做了"} | more))


SET = did(Act.ASSIGN, "2026-01-01", "局", lead="TJJ", due_on=date(2026, 12, 31))
HALF = did(Act.REPORT, "2026-04-05", period="2026Q1", progress=Decimal(50))
LATER = did(Act.REPORT, "2026-10-05", period="2026-q3", progress=Decimal(99))
DONE = did(Act.DONE, "2026-06-01")
BACK = did(Act.SEND_BACK, "2026-06-10", "核查人", text="现场未见")
VERIFIED = did(Act.VERIFY, "2026-06-10", "核查人")


@pytest.mark.parametrize(
    ("steps", "today", "word", "colour", "said"),
    [
        ([], "2026-02-01", "未分解", "grey", "还没有确定责任单位和时限"),
        ([SET], "2026-02-01", "正常", "green", "没有超出规定"),
        ([SET, HALF], "2026-06-30", "正常", "green", "没有超出规定"),
        ([SET, HALF], "2026-09-30", "滞后于序时进度", "orange", "完成50%，按时间应到75%，落后25个百分点"),
        ([SET], "2026-06-30", "滞后于序时进度", "orange", "已连续1期没有报进展"),
        ([SET, replace(HALF, progress=Decimal(99))], "2026-12-20", "滞后于序时进度", "orange", "连续2期"),
        ([SET, LATER], "2026-12-20", "临近", "yellow", "还有11天"),
        ([SET, HALF], "2027-01-05", "逾期", "red", "时限2026-12-31已过5天"),
        ([SET, replace(HALF, progress=None)], "2026-05-01", "质量差", "orange", "既没有数量，也没有佐证"),
        ([SET, replace(HALF, progress=None, quantity="3 公里")], "2026-05-01", "正常", "green", ""),
        ([SET, HALF, DONE], "2027-06-02", "已完成", "green", "填报于2026-06-01报完成，尚未核查"),
        ([SET, HALF, DONE, VERIFIED], "2027-06-02", "已核查", "blue", "核查人于2026-06-10核查属实"),
        ([SET, HALF, DONE, BACK], "2026-06-11", "质量差", "orange", "核查退回1次，最近一次：现场未见"),
    ],
)  # fmt: skip
def test_the_light_has_a_word_a_colour_and_a_sentence(
    steps: list[Step], today: str, word: str, colour: str, said: str
) -> None:
    light = task_light(run(NEW, steps), RULES, date.fromisoformat(today))
    assert (light.word, light.colour) == (word, colour), light
    assert said in light.because and "{" not in light.because


def test_a_light_says_whose_step_it_rests_on() -> None:
    light = task_light(run(NEW, [SET, HALF, DONE, VERIFIED]), RULES, date(2026, 7, 1))
    assert (light.by, light.on, light.rule) == ("核查人", date(2026, 6, 10), "VERIFIED")


def test_an_open_milestone_that_is_late_makes_the_task_late() -> None:
    plan = replace(SET, nodes=(NodePlan("开工", date(2026, 2, 1)), NodePlan("封顶", date(2026, 9, 1))))
    task = run(NEW, [plan])
    assert "节点“开工”" in task_light(task, RULES, date(2026, 2, 5)).because
    reached = run(task, [did(Act.NODE_DONE, "2026-02-06", node=1)])
    assert task_light(reached, RULES, date(2026, 2, 7)).word == "正常"
    words = [node_light(node, RULES, date(2026, 8, 25)).word for node in reached.nodes]
    assert words == ["已完成", "临近"]


def test_a_task_with_open_milestones_cannot_be_done_and_one_cannot_check_ones_own() -> None:
    plan = replace(SET, nodes=(NodePlan("开工", date(2026, 2, 1)),))
    with pytest.raises(StepRefused, match="还有 1 个节点没有完成（开工）"):
        run(NEW, [plan, DONE])
    with pytest.raises(SamePerson, match="“填报”报过任务 T-1的进展，不能由同一人核查"):
        run(NEW, [SET, DONE, did(Act.VERIFY, "2026-06-10", "填报")])
    with pytest.raises(UsageError, match="必须写明退回的理由"):
        run(NEW, [SET, DONE, did(Act.SEND_BACK, "2026-06-10", "核查人", text=" ")])
    signed = [SET, DONE, VERIFIED, did(Act.CLOSE, "2026-06-11", "局")]
    with pytest.raises(SamePerson, match="须由另一人再签"):
        run(NEW, [*signed, did(Act.CLOSE, "2026-06-12", "局")])


def test_duties_are_the_quarters_at_whose_end_the_task_was_in_hand() -> None:
    late = replace(HALF, on=date(2026, 4, 20))
    task = run(NEW, [SET, late, DONE, did(Act.REOPEN, "2026-08-01", "局")])
    owed = duties(task, 10, date(2026, 11, 1))
    assert [(d.period, d.came_on, d.on_time) for d in owed] == [
        ("2026Q1", date(2026, 4, 20), False),
        ("2026Q3", None, False),
    ], "on 30 June the task had been reported done, so nothing was asked"
    assert missed_in_a_row(owed) == 1


GOOD = Verdict("GDP", "T2030", "ON_TRACK", "进度正常。")
NAMES = {"GDP": "地区生产总值"}


@pytest.mark.parametrize(
    ("verdicts", "movement", "words"),
    [
        ([GOOD], None, []),
        ([GOOD, replace(GOOD, status="OFF_TRACK", sentence="差得远。")], None, ["滞后"]),
        ([replace(GOOD, status="WRONG_WAY")], None, ["背离"]),
        ([replace(GOOD, status="INSUFFICIENT")], None, ["数据不足"]),
        ([replace(GOOD, status="SUSPENDED")], None, ["口径中断"]),
        ([replace(GOOD, status="OFF_TRACK")], Movement("GDP", "2026Q3", Decimal(9)), ["滞后"]),
        ([], Movement("GDP", "2026Q3", Decimal("5.2")), []),
        ([], Movement("GDP", "2026Q3", Decimal("-1.26")), ["背离"]),
        ([], Movement("GDP", "2026Q3", None, reason="break"), ["口径中断"]),
        ([], Movement("GDP", "2026Q3", None, reason="no_base"), ["数据不足"]),
        ([], Movement("GDP", "2025", Decimal("5.2")), ["数据不足"]),
        ([], Movement("GDP", "2025", Decimal("-5.2")), ["背离"]),
        ([replace(GOOD, latest_on=date(2025, 12, 31))], None, ["数据不足"]),
        ([replace(GOOD, latest_on=date(2026, 3, 31))], None, []),
        ([], None, ["数据不足"]),
    ],
)
def test_done_is_doubted_when_the_indicators_say_otherwise(
    verdicts: list[Verdict], movement: Movement | None, words: list[str]
) -> None:
    moved = {"GDP": movement} if movement else {}
    done = run(NEW, [SET, HALF, DONE])
    assert [a.word for a in doubts(done, {"GDP": verdicts}, moved, NAMES)] == words
    assert doubts(run(NEW, [SET, HALF]), {"GDP": verdicts}, moved, NAMES) == [], "only what says done can be doubted"


def test_both_sides_stand_in_the_sentence() -> None:
    moved = {"GDP": Movement("GDP", "2026Q3", Decimal("-1.26"))}
    (against,) = doubts(run(NEW, [SET, DONE]), {}, moved, NAMES)
    assert against.sentence == "地区生产总值背离：应上升，2026年三季度同比却下降1.3%。"
    down = replace(NEW, links=(Link(indicator="GDP", direction="down"),))
    assert doubts(run(down, [SET, DONE]), {}, moved, NAMES) == []


def test_an_assessment_shows_every_component_and_leaves_out_what_it_cannot_know() -> None:
    on_time = run(NEW, [SET, HALF])
    late = run(replace(NEW, code="T-2"), [SET, replace(HALF, on=date(2026, 4, 20))])
    silent = run(replace(NEW, code="T-3"), [replace(SET, due_on=date(2026, 3, 1))])
    proved = run(replace(NEW, code="T-4"), [replace(SET, due_on=date(2026, 3, 1)), did(Act.DONE, "2026-02-20"),
                                            did(Act.VERIFY, "2026-03-01", "核查人")])  # fmt: skip
    found = assess("TJJ", Period.parse("2026Q1"), [on_time, late, silent, proved], RULES, today=date(2026, 5, 1),
                   doubts_open=1, revision_size=None)  # fmt: skip
    assert (found.reports_asked, found.reports_made, found.reports_on_time) == (3, 2, 1)
    assert (found.tasks, found.tasks_due, found.tasks_verified) == (4, 2, 1)
    assert (found.missed_in_a_row, found.silent_days) == (1, 120)
    assert found.parts == {
        "timeliness": Decimal("0.3333"), "completeness": Decimal("0.6667"), "verified": Decimal("0.5000"),
        "silence": Decimal("0.7500"), "doubts": Decimal("0.6667"), "revisions": None,
    }  # fmt: skip
    assert found.left_out == ("revisions",)
    # (20×0.3333 + 20×0.6667 + 30×0.5 + 10×0.75 + 10×0.6667) / 90
    assert found.score == Decimal("54.6")


def test_a_department_of_which_nothing_was_asked_has_no_score() -> None:
    found = assess("TJJ", Period.parse("2026Q1"), [], RULES, today=date(2026, 5, 1))
    assert found.score is None and set(found.left_out) == set(found.weights)


def test_no_quarter_is_reported_before_it_begins() -> None:
    early = replace(HALF, period="2026Q3")
    with pytest.raises(UsageError, match="2026年三季度还没有开始，不能预先报进展"):
        run(NEW, [SET, early])
    assert run(NEW, [SET, replace(early, on=date(2026, 7, 1))]).report_for("2026Q3") is not None


def test_a_milestone_that_is_reached_is_neither_lost_nor_moved_when_the_task_is_set_anew() -> None:
    plan = (NodePlan("开工", date(2026, 2, 1)), NodePlan("封顶", date(2026, 9, 1)))
    reached = run(NEW, [replace(SET, nodes=plan), did(Act.NODE_DONE, "2026-02-01", node=1)])
    more = replace(SET, lead="CZJ", nodes=(NodePlan("招标", date(2026, 1, 20)), *plan))
    after = run(reached, [more])
    assert [(n.number, n.title, n.done_by) for n in after.nodes] == [
        (1, "招标", ""),
        (2, "开工", "填报"),
        (3, "封顶", ""),
    ]
    for lost in ((plan[1],), (NodePlan("开工", date(2026, 8, 1)), plan[1])):
        with pytest.raises(StepRefused, match="节点“开工”已报完成，不能去掉或改动"):
            run(reached, [replace(SET, nodes=lost)])


def test_who_reported_on_a_task_decides_nothing_about_it_whatever_role_comes_later() -> None:
    plan = replace(SET, nodes=(NodePlan("开工", date(2026, 2, 1)),))
    task = run(NEW, [plan, HALF, did(Act.NODE_DONE, "2026-02-01", "另一人", node=1)])
    asked = run(task, [did(Act.EXTENSION_ASK, "2026-05-01", "另一人", due_on=date(2027, 3, 1))])
    for act in (Act.NODE_VERIFY, Act.NODE_SEND_BACK, Act.EXTENSION_GRANT, Act.EXTENSION_REFUSE):
        with pytest.raises(SamePerson, match="“填报”报过任务 T-1的进展"):
            run(asked, [did(act, "2026-05-02", "填报", node=1)])


def test_silence_and_duties_go_over_the_end_of_a_year() -> None:
    task = run(NEW, [did(Act.ASSIGN, "2026-12-30", "局", lead="TJJ", due_on=date(2027, 12, 31))])
    assert duties(task, 10, date(2027, 1, 10)) == [], "it may be reported all day of the tenth"
    (owed,) = duties(task, 10, date(2027, 1, 11))
    assert (owed.period, owed.due_on, owed.came_on) == ("2026Q4", date(2027, 1, 10), None)
    assert silent_days(task, date(2027, 1, 11)) == 12
    spoke = run(task, [did(Act.REPORT, "2027-01-09", period="2026Q4")])
    assert duties(spoke, 10, date(2027, 1, 10))[0].on_time and silent_days(spoke, date(2027, 1, 11)) == 2
    assert silent_days(run(spoke, [did(Act.DONE, "2027-01-10")]), date(2027, 2, 1)) is None
