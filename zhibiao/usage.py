"""What is wrong with a command line, as a sentence: no such command or option, something missing, a value of no use.

Stands between typer, which finds the mistake and speaks English, and the person at the keyboard.
"""

from __future__ import annotations

import re

from typer._click.exceptions import BadParameter, MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError

_COMMAND = re.compile(r"No such command '(.*)'\.", re.DOTALL)
_VALUELESS = re.compile(r"Option '(.*)' requires an argument\.?")
_REASONS = {
    re.compile(r".*valid integer.*"): "要一个整数",
    re.compile(r".*greater than or equal to (\S+)"): r"不能小于 \1",
    re.compile(r".*less than or equal to (\S+)"): r"不能大于 \1",
    re.compile(r".*does not match the formats? '%Y-%m-%d'"): "日期要写成 2026-06-30 的样子",
}
_EXTRA = re.compile(r"Got unexpected extra argument\(?s?\)? \((.*)\)", re.DOTALL)


def sentence(error: UsageError) -> str:
    """The mistake, that nothing was done, and where the right way is written; where nothing was asked, the help."""
    if isinstance(error, NoArgsIsHelpError):
        return error.message  # the help itself
    path = error.ctx.command_path if error.ctx else "zhibiao"
    return f"错误：{_mistake(error)}什么也没有做。用法见：{path} --help"


def _mistake(error: UsageError) -> str:
    if isinstance(error, NoSuchOption):
        near = "、".join(error.possibilities or ())
        return f"没有“{error.option_name}”这个选项{f'，是不是 {near}' if near else ''}。"
    if isinstance(error, MissingParameter):
        return f"还缺少 {_named(error)}。"
    if isinstance(error, BadParameter):
        return f"{_named(error)} 写得不对（{_reason(error.message.rstrip('.'))}）。"
    if valueless := _VALUELESS.fullmatch(error.message):
        return f"{valueless[1]} 后面还缺它的值。"
    if command := _COMMAND.fullmatch(error.message):
        return f"没有“{command[1]}”这个命令。"
    if extra := _EXTRA.fullmatch(error.message):
        return f"多出了“{extra[1]}”，不知道它是什么。"
    return f"命令写得不对（{error.message.rstrip('.')}）。"


def _reason(message: str) -> str:
    return next((p.sub(said, message) for p, said in _REASONS.items() if p.fullmatch(message)), message)


def _named(error: BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "这一项")
    metavar = error.param.metavar or (error.param.name or "").upper()
    return "、".join(error.param.opts) if error.param.param_type_name == "option" else metavar
