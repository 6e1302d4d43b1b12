"""Errors of the web application."""

from __future__ import annotations

from indicators.errors import ZhibiaoError


class PortTaken(ZhibiaoError):
    """Another program listens there, or this address can't be listened on."""

    exit_code = 6
