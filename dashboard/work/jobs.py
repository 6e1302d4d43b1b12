"""Work that takes longer than a click: done in a thread, told of in a small file in the folder's `run/`.

Every process of the service can read the file, so it does not matter which of them is asked how the work goes. The file
is a courtesy: the work itself is whole or not done, whatever becomes of its file. A file whose maker died stops being
touched, and is told as broken off.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from indicators.errors import ZhibiaoError
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.stamp import program_version

LOG = logging.getLogger("zhibiao.dashboard")
_TOKEN = re.compile(r"[0-9a-f]{16}\Z")
_BEAT_SECONDS, _SILENT_SECONDS, _KEPT_SECONDS = 2, 20, 86_400
Stage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `state`: running · done · failed; `sentence` says why it failed, `result` what it gave."""

    token: str
    kind: str
    who: str
    since: str
    state: str = "running"
    stage: str = "准备"
    sentence: str = ""
    ended: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    program: str = field(default_factory=program_version)


def begin(folder: DataFolder, kind: str, who: str, act: Callable[[Stage], dict[str, Any]]) -> str:
    """Start `act` in a thread and return the token by which it is found; `act` gives what can be written as JSON."""
    _forget_old(folder)
    job = Job(secrets.token_hex(8), kind, who, utc_now().isoformat())
    _write(folder, job)
    threading.Thread(target=_run, args=(folder, job, act), name=f"{kind}-{job.token}").start()
    return job.token


def note(folder: DataFolder, kind: str, who: str, result: dict[str, Any]) -> str:
    """Keep a result that is there already, to be told on the next page; the token by which it is found."""
    _forget_old(folder)
    now = utc_now().isoformat()
    job = Job(secrets.token_hex(8), kind, who, now, state="done", ended=now, result=result)
    _write(folder, job)
    return job.token


def look(folder: DataFolder, kind: str, token: str) -> Job | None:
    """The work with this token, if this program began such; what broke off says so."""
    path = _path(folder, kind, token)
    if not _TOKEN.match(token) or not path.is_file():
        return None
    try:
        job = Job(**json.loads(path.read_text("utf-8")))
        silent = time.time() - path.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return None
    if job.program != program_version():
        return None  # its result may be of another shape
    if job.state == "running" and silent > _SILENT_SECONDS:
        return replace(
            job, state="failed", sentence="做到一半断了（服务可能重新启动过）。现行数据没有改动；请再试一次。"
        )
    return job


def newest(folder: DataFolder, kind: str) -> Job | None:
    """The last work of a kind that somebody began, if it is still told of."""
    files = sorted(folder.run.glob(f"job-{kind}-*.json"), key=_touched)
    return look(folder, kind, files[-1].stem.rpartition("-")[2]) if files else None


def _run(folder: DataFolder, job: Job, act: Callable[[Stage], dict[str, Any]]) -> None:
    held, over = [job], threading.Event()

    def on_stage(stage: str) -> None:
        held[0] = replace(held[0], stage=stage)
        _write(folder, held[0])

    threading.Thread(target=_beat, args=(_path(folder, job.kind, job.token), over), daemon=True).start()
    try:
        done = replace(held[0], state="done", result=act(on_stage))
    except ZhibiaoError as error:
        done = replace(held[0], state="failed", sentence=str(error).replace(str(folder.root), "数据文件夹"))
    except Exception:
        number = secrets.token_hex(4)
        LOG.exception("%s failed, incident %s", job.kind, number)
        said = f"程序出了没有料到的错误，现行数据没有改动。事件编号 {number}，请告诉系统管理员。"
        done = replace(held[0], state="failed", sentence=said)
    over.set()
    _write(folder, replace(done, ended=utc_now().isoformat()))


def _beat(path: Path, over: threading.Event) -> None:
    while not over.wait(_BEAT_SECONDS):
        try:
            os.utime(path)
        except OSError:
            return


def _path(folder: DataFolder, kind: str, token: str) -> Path:
    return folder.run / f"job-{kind}-{token}.json"


def _write(folder: DataFolder, job: Job) -> None:
    path = _path(folder, job.kind, job.token)
    beside = path.with_suffix(f".{threading.get_ident()}")
    beside.write_text(json.dumps(asdict(job), ensure_ascii=False, default=str), "utf-8")
    beside.replace(path)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _forget_old(folder: DataFolder) -> None:
    for path in folder.run.glob("job-*"):
        if _touched(path) < time.time() - _KEPT_SECONDS:
            path.unlink(missing_ok=True)
