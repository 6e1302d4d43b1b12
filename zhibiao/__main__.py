"""The command line's door: it gathers the groups of commands and turns every error into a sentence and an exit code.

Nothing heavy is imported before a command runs, so that `zhibiao --help` answers at once.
"""

from __future__ import annotations

import gc
import io
import sys

import typer
from typer._click.exceptions import UsageError

from indicators.errors import CatalogueError, ZhibiaoError
from zhibiao import (
    accounts,
    adopt,
    attainment,
    catalogue,
    export,
    questions,
    returns,
    rules,
    setup,
    targets,
    tasks,
    upkeep,
    warehousing,
    witness,
)
from zhibiao.console import say
from zhibiao.usage import sentence

app = typer.Typer(
    name="zhibiao",
    help="指标：长春新区统计指标体系。报送、审核、发布、查询都在这里。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (setup, returns, adopt, attainment, questions, export, upkeep):
    for command in group.COMMANDS:
        app.command(command.__name__.rstrip("_").replace("_", "-"))(command)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(rules.app, name="rules")
app.add_typer(targets.app, name="targets")
app.add_typer(tasks.app, name="tasks")
app.add_typer(accounts.app, name="user")
app.add_typer(upkeep.backup_app, name="backup")
app.add_typer(upkeep.audit_app, name="audit")
app.add_typer(warehousing.app, name="warehouse")


def main() -> None:
    """Run one command; exit codes are those of the contract in docs/reference/commands.md."""
    gc.set_threshold(50_000, 20, 20)  # a command makes much that stays; looking it all over again and again is slow
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a letter, as Windows' may, shows a ? for it
    try:
        ended = int(app(prog_name="zhibiao", standalone_mode=False) or 0)
        witness.tell(witness.result_of(ended, None))
        sys.exit(ended)
    except UsageError as error:
        say(sentence(error))
        sys.exit(error.exit_code)
    except CatalogueError as error:
        say("\n".join((f"错误：{error}", *error.mistakes)))
        witness.tell(witness.FAILED, str(error))
        sys.exit(error.exit_code)
    except ZhibiaoError as error:
        say(f"错误：{error}")
        witness.tell(witness.result_of(error.exit_code, error), str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has read enough
    except OSError as error:
        from etl.named_files import reason_of

        why = f"系统拒绝了对 {error.filename or '文件'} 的操作：{reason_of(error)}。"
        say(f"错误：{why}写了一半的都不算数；请核对路径、权限和磁盘空间，再运行同一命令。")
        witness.tell(witness.FAILED, why)
        sys.exit(6)
    except KeyboardInterrupt:
        say("已停止。已经完成的步骤都已保存；再次运行同一命令即可继续。")
        sys.exit(130)


if __name__ == "__main__":
    main()
