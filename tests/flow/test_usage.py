"""A wrong command line: a Chinese sentence, exit code 2, and what to read next."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

CASES = {
    "nosuch": "没有“nosuch”这个命令",
    "check": "还缺少 FILE…",
    "check 表.xlsx --jsn": "没有“--jsn”这个选项，是不是 --json",
    "status 多余 的": "多出了“多余 的”",
    "approve": "还缺少",
    "serve --port 八千": "--port 写得不对（要一个整数）",
    "serve --port 0": "--port 写得不对（不能小于 1）",
    "serve --port": "--port 后面还缺它的值",
    "attain --as-of 昨天": "--as-of 写得不对（日期要写成 2026-06-30 的样子）",
}


def run(words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhibiao", *words.split()], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", CASES)
def test_a_wrong_command_line_gets_a_sentence(words: str) -> None:
    ended = run(words)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert CASES[words] in ended.stderr
    assert "什么也没有做" in ended.stderr and "--help" in ended.stderr
    sentence = re.sub(r"--?\w+(-\w+)*|zhibiao( [a-z]+)*|“[^”]*”|\b[A-Z]+\b", "", ended.stderr)
    assert not re.search(r"[A-Za-z]{2,}", sentence), "not a word of English"


def test_no_command_at_all_shows_the_help() -> None:
    ended = run("")
    assert ended.returncode == 2
    assert "publish" in ended.stderr and "发布：" in ended.stderr


@pytest.mark.parametrize("console", ["gbk", "cp1252"])
def test_a_console_that_lacks_our_letters_is_no_reason_to_fail(console: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "zhibiao", "catalogue", "check", "--json"],
        capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": console},
    )  # fmt: skip
    assert ended.returncode == 0 and json.loads(ended.stdout.decode("utf-8")) == {"mistakes": []}
    assert b"Traceback" not in ended.stderr and b"UnicodeEncodeError" not in ended.stderr
    if console == "gbk":
        assert "目录完好" in ended.stderr.decode("gbk")
