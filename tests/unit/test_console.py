"""What a table looks like: readable on a terminal of 100 columns however long its sentences, whole lines when piped."""

from __future__ import annotations

import io
import sys

import pytest
from rich.cells import cell_len

from zhibiao.console import table

HEADERS = {"series": "序列", "period": "报告期", "value": "数值", "sentence": "说明"}
SENTENCE = "按近五年年均增加9.33亿元推算，2030年约为132.30亿元，能够达到目标；目标进度51.3%，时间进度50.0%。"
ROWS = [
    {"series": "累计数 现价", "period": "2021H1", "value": 420, "sentence": ""},
    {"series": "累计数 现价", "period": "2021Q3", "value": 1234, "sentence": "核实\t后更正"},
    {"series": "累计同比增长", "period": "2021H1", "value": 13, "sentence": ""},
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, object]], **more: object) -> list[str]:
    screen = Terminal()
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stdout", screen)
    table(HEADERS, rows, "空", **more)  # type: ignore[arg-type]
    lines = screen.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= 100
    return lines


def test_what_rows_share_is_said_once_above_them(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, ROWS, over=("series",))
    assert [sum("累计数 现价" in line for line in lines), sum("累计同比增长" in line for line in lines)] == [1, 1]
    assert sum("报告期" in line for line in lines) == 2
    values = [line for line in lines if "2021" in line]
    assert [line.split()[1] for line in values] == ["420", "1234", "13"]
    assert values[0].index("420") + 3 == values[1].index("1234") + 4, "numbers end under each other"


def test_sentences_are_not_folded_into_slivers(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"k{n}": f"短语{n}号内容很多" for n in range(8)}
    monkeypatch.setitem(HEADERS, "more", "更多")
    for key in many:
        monkeypatch.setitem(HEADERS, key, key)
    lines = drawn(monkeypatch, [ROWS[0] | many | {"sentence": SENTENCE}])
    text = "".join(lines)
    assert SENTENCE in text.replace(" ", "") and all(value in text for value in many.values())
    assert "更多" not in text, "what is empty is left out"
    assert len(lines) < 8


def test_piped_each_row_is_a_line_of_all_columns(capsys: pytest.CaptureFixture[str]) -> None:
    table(HEADERS, ROWS, "空", over=("series",))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t") for line in lines] == [
        ["序列", "报告期", "数值", "说明"],
        ["累计数 现价", "2021H1", "420", ""],
        ["累计数 现价", "2021Q3", "1234", "核实 后更正"],
        ["累计同比增长", "2021H1", "13", ""],
    ]
