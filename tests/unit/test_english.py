"""English: phrases and clauses are found whatever numbers they carry; what has no English stays Chinese and says so."""

from __future__ import annotations

import csv
import re

import orjson
import pytest
from dash import dcc, html

from dashboard.english import CHINESE, TABLE, English, turn
from dashboard.figures.quarters import single
from dashboard.page import finish
from dashboard.parts.table import Cell, table
from dashboard.prerender import to_html
from tests.unit.test_figures import GDP, NAMES, past, reading
from warehouse.board_names import Entry, Names

NAMED = Names(
    **{
        **{name: getattr(NAMES, name) for name in Names.__annotations__},
        "indicators": {
            "GDP": Entry(code="GDP", name="地区生产总值", name_en="Gross regional product"),
            "P": Entry(code="P", name="常住人口", name_en="Resident population"),
        },
    }
)
WORDS = English(NAMED)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("811.1亿元", "811.1 × 100 mn yuan"),
        ("61.2平方公里", "61.2 sq. km"),
        (" 亿元", " × 100 mn yuan"),
        ("2026年前三季度累计", "Q1–Q3 2026, cumulative"),
        ("2026年三季度末", "end of Q3 2026"),
        ("进度正常 12", "on track 12"),
        ("第 3 代，2026-11-22 12:32 发布", "Generation 3, published 2026-11-22 12:32"),
        (
            "2026年三季度末常住人口为69.00万人，比2030年目标80.00万人低11.00万人；目标进度39.2%，时间进度57.5%。",
            "Resident population end of Q3 2026: 69.00 × 10,000 persons, 11.00 × 10,000 persons below the 2030 target "
            "of 80.00 × 10,000 persons; 39.2% of the way to the target, 57.5% of the time.",
        ),
        (
            "截至2026年前三季度：29项设有2030年目标的指标中，3项已达标、12项进度正常。",
            "As of Q1–Q3 2026: of 29 indicators with a 2030 target, 3 met, 12 on track.",
        ),
        ("GDP-Q", "GDP-Q"),
    ],
)
def test_a_text_is_said_in_english_with_its_numbers(zh: str, en: str) -> None:
    assert WORDS.said(zh) == en


@pytest.mark.parametrize("zh", ["指按市场价格计算的价值", "2026年三季度末某某指标为69.00万人，比去年好", "某某局"])
def test_a_text_of_which_a_part_has_no_english_stays_whole(zh: str) -> None:
    assert WORDS.said(zh) is None


def test_every_number_of_a_sentence_is_in_its_english() -> None:
    zh = "截至2026年三季度，地区生产总值累计79.2亿元，占上限87.5亿元的90.5%，还剩8.3亿元；"
    zh += "上限已于2020年12月31日到期，未突破上限。"
    en = WORDS.said(zh) or ""
    for number in re.findall(r"\d+\.\d+", zh):
        assert number in en
    assert "2020-12-31" in en and "90.5%" in en


def test_what_stays_chinese_is_marked_so_and_the_rest_is_not() -> None:
    tree = turn([html.P(["地区生产总值", "：其他文字"]), html.B("某某", title="定义")], WORDS)
    said = to_html(tree)
    assert "Gross regional product" in said and f'<span lang="{CHINESE}">：其他文字</span>' in said
    assert f'<b title="Definition"><span lang="{CHINESE}">某某</span></b>' in said


def test_links_of_a_table_and_labels_of_a_chart_are_turned_and_their_addresses_are_not() -> None:
    link = dcc.Link("地区生产总值", href="/indicator?code=GDP")
    listed = to_html(turn(table("g", ["指标"], [[Cell(link)]], "指标清单", frozenset()), WORDS), ids=True)
    assert '<a href="/indicator?code=GDP">Gross regional product</a>' in listed and ">Indicator</button>" in listed
    page = finish([dcc.Graph(id="c", figure=single(past(reading("2026Q3", "5", nature="single")), GDP))], words=WORDS)
    trace = orjson.loads(page.live)[0]["props"]["figure"]["data"][0]
    assert trace["name"] == "Single quarter (reported)" and trace["x"] == ["Q3 2026"]
    assert page.lang == "en"


def test_the_table_has_each_phrase_once_and_the_same_places_on_both_sides() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    phrases = [row["zh"] for row in rows]
    assert len(phrases) == len(set(phrases)) > 500
    place = re.compile(r"(?<!%)\{(\w+)\}")
    wrong = [r["zh"] for r in rows if not set(place.findall(r["en"])) <= set(place.findall(r["zh"])) or not r["en"]]
    assert wrong == []
    lost = [r["zh"] for r in rows if set(re.findall(r"(?<!%)\{([nq]\d?)\}", r["zh"])) - set(place.findall(r["en"]))]
    assert lost == []
