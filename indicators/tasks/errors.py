"""Errors of supervision: a step that may not be taken now, or not by this person. Nothing has changed then."""

from __future__ import annotations

from indicators.errors import ZhibiaoError


class StepRefused(ZhibiaoError):
    """The task is not in a state from which this step leads on; somebody else may have been first."""

    exit_code = 3


class SamePerson(ZhibiaoError):
    """Who did the work wants to check it, or one person wants to sign for two."""

    exit_code = 4
