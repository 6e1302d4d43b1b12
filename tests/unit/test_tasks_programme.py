"""The programme of 2014: all 45 items stand in the catalogue as the document prints them; mistakes name their line."""

import re
from pathlib import Path

import pytest

from data import catalogue_folder
from indicators.catalogue.load import load_catalogue
from indicators.errors import CatalogueError
from indicators.tasks.load import Programmes, load_programmes

SHIPPED = Path(str(catalogue_folder()))
DOCUMENT = Path(__file__).resolve().parents[2].parent / "shared" / "documents" / "W-长吉图2014年工作要点.txt"

# This test's own copy of what the document prints.
CHAPTERS = (
    "强化战略实施的总体设计",
    "积极争取国家政策支持",
    "推进体制机制创新",
    "畅通域内外通道",
    "构建对外开放和产业合作平台",
    "着力推进产业创新发展",
    "打造新的经济增长极",
    "深入推进对外经贸和跨境经济合作",
    "强化金融支撑",
    "保障措施",
)
ITEMS = (
    (1, 1, "优化战略实施方案"),
    (2, 1, "继续完善长吉图规划体系"),
    (3, 1, "完成重点领域行动计划"),
    (4, 1, "积极开展重大问题前期研究"),
    (5, 2, "推动落实２０１３年争取国家支持的２５个事项"),
    (6, 2, "继续争取国家政策支持"),
    (7, 2, "推动落实部省合作协议"),
    (8, 3, "探索建立区域合作机制"),
    (9, 3, "加大重要对外开放平台创新力度"),
    (10, 3, "建立对外开放合作机制"),
    (11, 3, "研究制定相关支持政策"),
    (12, 3, "谋划组建长吉图开发建设集团总公司"),
    (13, 4, "加快建设和完善区域交通网络"),
    (14, 4, "进一步畅通对外通道"),
    (15, 4, "继续推动境外港口建设"),
    (16, 4, "积极拓展陆海联运航线"),
    (17, 4, "做大内贸货物跨境运输"),
    (18, 4, "加快推进“两山”铁路前期工作"),
    (19, 4, "提高通关能力"),
    (20, 5, "加快珲春国际合作示范区建设"),
    (21, 5, "加快长春兴隆综合保税区建设"),
    (22, 5, "加快中新吉林食品区建设"),
    (23, 5, "积极谋划建立长春空港经济区"),
    (24, 5, "进一步推动各类国家级、省级开发区及特色产业园区转型升级"),
    (25, 6, "促进区域产业联动发展"),
    (26, 6, "着力发展特色旅游业"),
    (27, 6, "发展壮大现代物流业"),
    (28, 6, "扩大招商引资"),
    (29, 7, "集中力量推动珲春发展"),
    (30, 7, "启动建设长吉图特色城镇带"),
    (31, 7, "谋划设立延吉空港经济区"),
    (32, 7, "积极推动设立吉林省自由贸易园区"),
    (33, 7, "谋划设立开发开放试验区和沿边经济特区"),
    (34, 7, "积极谋划设立新的特色产业园区"),
    (35, 8, "进一步加强与俄罗斯、朝鲜的边境贸易合作，大力发展边境贸易、互市贸易"),
    (36, 8, "积极开展境外资源转化"),
    (37, 8, "大力推进跨境经济合作"),
    (38, 8, "加强外贸合作园区建设"),
    (39, 8, "推进与东北亚各国交流与合作"),
    (40, 9, "加大金融对长吉图战略的支撑力度"),
    (41, 9, "鼓励发展新型金融产品"),
    (42, 9, "搭建融资平台"),
    (43, 10, "继续做好宣传工作"),
    (44, 10, "完善统计指标体系"),
    (45, 10, "建立监督考核机制"),
)


@pytest.fixture(scope="module")
def shipped() -> Programmes:
    return load_programmes(SHIPPED / "programmes", load_catalogue(SHIPPED).indicators.keys())


def test_ten_chapters_and_forty_five_items_with_their_numbers_and_titles(shipped: Programmes) -> None:
    programme = shipped.programmes["CJT2014"]
    assert tuple(c.title for c in programme.chapters) == CHAPTERS and len(CHAPTERS) == 10
    assert tuple((i.number, i.chapter, i.title) for i in programme.items) == ITEMS and len(ITEMS) == 45
    assert [i.code for i in programme.items] == [f"CJT2014-{n:02}" for n in range(1, 46)]
    assert all(item.parts for item in programme.items)


def test_clauses_are_the_documents_own_numbers(shipped: Programmes) -> None:
    clauses = [i.clause for i in shipped.programmes["CJT2014"].items]
    assert clauses[0] == "一（一）" and clauses[22] == "五（二十三）" and clauses[44] == "十（四十五）"


def test_every_item_is_verbatim_and_in_its_place(shipped: Programmes) -> None:
    if not DOCUMENT.is_file():
        pytest.skip("the documents in ../shared are not here, so the text cannot be compared")
    printed = re.sub(r"\s+", "", DOCUMENT.read_text("utf-8"))
    programme = shipped.programmes["CJT2014"]
    chapters = "一二三四五六七八九十"
    whole = ""
    for chapter, number in zip(programme.chapters, chapters, strict=True):
        whole += f"{number}、{chapter.title}"
        for item in programme.items:
            if item.chapter == chapter.number:
                whole += item.clause.removeprefix(number) + item.text
    assert printed.endswith(whole), "chapter by chapter, item by item, to the document's last character"


def test_nothing_is_said_of_owners_and_dates(shipped: Programmes) -> None:
    assert not {"lead", "responsible", "due_on"} & set(type(shipped.programmes["CJT2014"].items[0]).model_fields)


GOOD = """code: P1
title: 要点
year: 2026
chapters: [{number: 1, title: 一章}]
items:
  - code: P1-1
    chapter: 1
    number: 1
    title: 建设甲园区
    clause: 一
    parts: [年底建成。]
    places: [甲园区]
    indicators: [{indicator: GDP, direction: up}]
"""


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("places: [甲园区]", "places: [乙园区]"), 12, "“乙园区”不在本项原文里"),
        (("indicator: GDP", "indicator: GPD"), 13, "指标“GPD”不在目录中；相近的：GDP"),
        (("direction: up", "direction: sideways"), 13, "允许：up、down"),
        (("    chapter: 1", "    chapter: 3"), 7, "没有第 3 章"),
        (("    title: 建设甲园区", "    owner: 甲局"), 9, "没有字段 items.0.owner"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, change: tuple[str, str], line: int, said: str) -> None:
    (tmp_path / "P1.yaml").write_text(GOOD.replace(*change), "utf-8")
    rules = (SHIPPED / "programmes" / "supervision.yaml").read_text("utf-8")
    (tmp_path / "supervision.yaml").write_text(rules, "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_programmes(tmp_path, {"GDP"})
    assert any(m.startswith(f"P1.yaml 第 {line} 行") and said in m for m in caught.value.mistakes), (
        caught.value.mistakes
    )


def test_the_same_number_twice_is_a_mistake_and_a_good_programme_loads(tmp_path: Path) -> None:
    rules = (SHIPPED / "programmes" / "supervision.yaml").read_text("utf-8")
    (tmp_path / "supervision.yaml").write_text(rules, "utf-8")
    (tmp_path / "P1.yaml").write_text(GOOD, "utf-8")
    assert load_programmes(tmp_path, {"GDP"}).programmes["P1"].items[0].text == "建设甲园区。年底建成。"
    again = GOOD.split("items:\n")[1].replace("P1-1", "P1-2")
    (tmp_path / "P1.yaml").write_text(GOOD + again, "utf-8")
    with pytest.raises(CatalogueError, match="序号 1 已用于 P1-1"):
        load_programmes(tmp_path, {"GDP"})
