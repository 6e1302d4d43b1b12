"""A wrong command line: a Chinese sentence, exit code 2, and what to read next."""

from __future__ import annotations

import subprocess
import sys

import pytest

CASES = {
    "nosuch": "没有“nosuch”这个命令",
    "check": "还缺少 FILE…",
    "check 表.xlsx --jsn": "没有“--jsn”这个选项，是不是 --json",
    "status 多余 的": "多出了“多余 的”",
    "approve": "还缺少",
    "serve --port 八千": "--port 写得不对",
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
    assert "Error" not in ended.stderr and "Try" not in ended.stderr


def test_no_command_at_all_shows_the_help() -> None:
    ended = run("")
    assert ended.returncode == 2
    assert "publish" in ended.stderr and "发布：" in ended.stderr
