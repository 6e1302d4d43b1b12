"""docs/reference/commands.md, written from the commands themselves: `python -m zhibiao.reference`."""

from __future__ import annotations

import sys
from typing import Any

import typer

_HEAD = """# 命令参考

本页由 `python -m zhibiao.reference` 从程序本身生成，请勿手改。

数据文件夹：`--data DIR` 优先，其次环境变量 `ZHIBIAO_DATA`，其次当前文件夹的 `zhibiao.toml`（一行 `data = "…"`），
最后 `./zhibiao-data`。
以谁的名义操作：`--user NAME` 优先，其次环境变量 `ZHIBIAO_USER`，最后是登录名；该账户须已由系统管理员建立。
结果写到标准输出，说明和进度写到标准错误；加 `--json` 得到可供程序读取的结果。

| 退出码 | 含义 |
|---|---|
| 0 | 成功 |
| 1 | 有发现挡住，或查询不能回答 |
| 2 | 用法有误，或要的东西不存在 |
| 3 | 与别人的操作冲突 |
| 4 | 无权这样做 |
| 5 | 数据或目录有损坏 |
| 6 | 环境不满足（磁盘、端口、版本、进程） |
"""


def reference() -> str:
    """The whole page as Markdown."""
    from zhibiao.__main__ import app

    root = typer.main.get_command(app)
    return _HEAD + "".join(_sections(root.commands, "zhibiao"))  # type: ignore[attr-defined]


def _sections(commands: dict[str, Any], before: str) -> list[str]:
    parts = []
    for name, command in commands.items():
        if hasattr(command, "commands"):
            parts += _sections(command.commands, f"{before} {name}")
        else:
            parts.append(_section(f"{before} {name}", command))
    return parts


def _section(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = " ".join([name, *(p.metavar or p.name.upper() for p in arguments)])
    about, _, example = str(command.help).partition("\n\n")
    lines = [f"\n## {name}\n", about.strip(), "", "```", usage + (" [选项]" if options else ""), "```", ""]
    lines += [f"- `{p.metavar or p.name.upper()}`：{p.help}" for p in arguments]
    for option in options:
        flags = "`, `".join([*option.opts, *option.secondary_opts])
        value = "" if option.is_flag else f" {option.metavar or ''}".rstrip()
        lines.append(f"- `{flags}`{value}：{option.help}")
    if example.strip():
        lines += ["", example.strip().replace("例：", "例：`", 1) + "`"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
