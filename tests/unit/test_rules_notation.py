"""The official notation under a table: what is read, and that a doubt is reported and never guessed away."""

from __future__ import annotations

import pytest

from indicators.catalogue.model import Form, FormColumn, FormEdition, FormRow
from indicators.rules.notation import ImportReport, import_notation

FORM = Form(
    code="K",
    name="表",
    name_en="form",
    table_number="1",
    authority="局",
    document_number="1",
    valid_until="2030",
    frequency="Q",
    departments=("TJJ",),
    due_days=1,
    editions=(
        FormEdition(
            edition="1",
            valid_from="2014",
            sheet="表",
            rows=tuple(
                FormRow(code=f"{n:02}", label=f"第{n}项", indent=2 if n == 9 else 1, heading=n == 17)
                for n in range(1, 18)
            ),
            columns=tuple(FormColumn(code=str(n), header=(str(n),)) for n in range(1, 5)),
        ),
    ),
)


def read(text: str) -> ImportReport:
    return import_notation(text, FORM)


@pytest.mark.parametrize(
    ("printed", "expressions"),
    [
        ("01≥02+03", ["[01] ≥ [02] + [03]"]),
        ("11=12+16；０１＝０２＋０３", ["[11] = [12] + [16]", "[01] = [02] + [03]"]),
        ("审核关系：（1）01≥02；（2） 03＞=04", ["[01] ≥ [02]", "[03] ≥ [04]"]),
        ("1. 01≥02，03≥04 2024年起执行", ["[01] ≥ [02]"]),
        ("01列=02列+03列", ["[:1] = [:2] + [:3]"]),
        ("宾栏：1=2+3；4≤1", ["[:1] = [:2] + [:3]", "[:4] ≤ [:1]"]),
        ("第1栏≥第2栏", ["[:1] ≥ [:2]"]),
        ("01行1列≥01行2列", ["[01:1] ≥ [01:2]"]),
        ("总计（01）=甲（02）+乙（03）", ["[01] = [02] + [03]"]),
        ("01≥02≥03", ["[01] ≥ [02]", "[02] ≥ [03]"]),
        ("01=02至05之和", ["[01] = sum([02], [03], [04], [05])"]),
        ("01=02+03+…+06", ["[01] = sum([02], [03], [04], [05], [06])"]),
        ("01=02与03、06之和", ["[01] = [02] + [03] + [06]"]),
        ("当13＞0时，12＞0", ["if [13] > 0 then [12] > 0"]),
        ("若 01>0，则 02≥0", ["if [01] > 0 then [02] ≥ 0"]),
        ("第06行不小于第07行", ["[06] ≥ [07]"]),
        ("13≤12×60%", ["[13] ≤ [12] * 0.6"]),
        ("13÷12≤60%", ["[13] / [12] ≤ 0.6"]),
        ("05＜100", ["[05] < 100"]),
        ("本表由统计局填报。\n填报时间：季后 15 日前", []),
    ],
)
def test_what_is_certain_is_read(printed: str, expressions: list[str]) -> None:
    assert [rule.expression for rule in read(printed).rules] == expressions


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("01=5", "可能是第 05 行，也可能是数 5"),
        ("77≥01", "没有第 77 行"),
        ("01列=02+03", "分不清是行还是列"),
        ("01列=09列", "没有第 09 列"),
        ("01 ≥ 02 03", "没有运算符"),
        ("01=08至10之和", "其中"),
        ("01=05至02之和", "之后"),
        ("01=02至", "到哪一项"),
        ("1.03+04=05", "序号"),
        ("1.03≥04", "序号"),
        ("12≤100%", "百分数"),
        ("第六行等于第七行", "请写成表上印的代码"),
        ("01=(02+03", "“)”"),
        ("16=17", "没有第 17 行"),
        ("01=02#03", "读不懂"),
        ("5≥100", "也可能是数 5"),
    ],
)
def test_what_is_doubtful_is_reported_with_its_reason(printed: str, why: str) -> None:
    report = read(f"说明：\n{printed}")
    assert report.rules == ()
    (unread,) = report.unread
    assert (unread.line, unread.text) == (2, printed)
    assert why in unread.why


def test_a_doubt_beside_certain_relations_costs_only_itself() -> None:
    report = read("01≥02；01=5；\n03≥04")
    assert [(r.code, r.message) for r in report.rules] == [("K-N01", "01≥02"), ("K-N02", "03≥04")]
    assert [u.line for u in report.unread] == [1]
    assert {r.form for r in report.rules} == {"K"} and {r.version for r in report.rules} == {"1"}


@pytest.mark.parametrize("printed", ["合计=各项之和", "01≈02", "甲栏>乙栏"])
def test_a_relation_without_codes_is_reported_too(printed: str) -> None:
    report = read(f"审核关系：\n{printed}\n本表由统计局编制，不得等闲视之。")
    assert not report.rules and [(one.line, one.text) for one in report.unread] == [(2, printed)]
