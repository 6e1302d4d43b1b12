"""Serving the application: gunicorn where there is one, waitress on Windows. The port is taken first, so that a taken
one is a sentence and not a traceback; then the address is said, then requests are answered until Ctrl+C.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from dashboard.errors import PortTaken
from indicators.errors import UsageError
from warehouse.folder import DataFolder

THREADS = 8
SITE = "ZHIBIAO_SITE"
_TAKEN = (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)


def serve(
    folder: DataFolder,
    host: str = "127.0.0.1",
    port: int = 8050,
    guest: bool = False,
    say: Callable[[str], object] = lambda line: sys.stderr.write(f"{line}\n"),
) -> None:
    """Serve the board of `folder` until stopped; `say` gets the address; `guest`: reading needs no login.

    Raises PortTaken when the port isn't free, UsageError for guests where other machines can come in.
    """
    from dashboard.app import create_app
    from dashboard.security import LOOPBACK

    listening = listen(host, port)
    named = public()
    hosts = frozenset({named.hostname or ""}) if named else LOOPBACK if host in LOOPBACK else None
    app = create_app(folder, hosts=hosts, guest=guest, proxied=named is not None)
    name = f"[{host}]" if ":" in host else host
    address = named.geturl() if named else f"http://{name}:{listening.getsockname()[1]}/"
    say(f"看板已打开：{address} （按 Ctrl+C 停止）")
    sys.stderr.flush()
    run = _waitress if os.name == "nt" else _gunicorn
    run(app.server, listening)


def public() -> SplitResult | None:
    """The address under which a proxy in front serves us to readers, if one is set. Raises UsageError."""
    if not (said := os.environ.get(SITE, "")):
        return None
    parts = urlsplit(said)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise UsageError(f"{SITE} 要写成 https://域名 的样子，现在是“{said}”。服务没有启动；请改正。")
    return parts


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on this address. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would let two programs share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno not in _TAKEN and not isinstance(error, PermissionError | socket.gaierror):
            raise
        raise PortTaken(
            f"{host}:{port} 不能使用：端口已被别的程序占用，或没有权限监听这个地址。"
            f"服务没有启动，数据没有改动；请换一个端口，例如 --port {port + 1}，或先停下占用它的程序。"
        ) from error
    return listening


def warm(application: Any) -> None:
    """Ask for the first page once, so that the first reader does not wait for the generation to be opened."""
    application.extensions["zhibiao.warm"]()


def _gunicorn(application: Any, listening: socket.socket) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn told by the program, not by files, flags or the environment."""

        def load_config(self) -> None:
            settings = {
                "bind": [f"fd://{listening.fileno()}"],
                "worker_class": "gthread",
                "workers": max(1, min(4, os.cpu_count() or 1)),
                "threads": THREADS,
                "preload_app": True,
                "timeout": 60,
                "graceful_timeout": 5,
                "loglevel": "warning",
                "control_socket_disable": True,
                "post_worker_init": lambda worker: warm(application),
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Server().run()


def _waitress(application: Any, listening: socket.socket) -> None:
    from waitress import serve as answer

    warm(application)
    answer(application, sockets=[listening], threads=THREADS, ident=None)
