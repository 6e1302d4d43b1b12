"""Errors of this package: what the program cannot do. What is wrong with a workbook is a Finding, not one of these."""

from __future__ import annotations

from indicators.errors import UsageError, ZhibiaoError


class TemplateError(UsageError):
    """A return cannot be made as asked: the form is not for that department or period, or a value has no cell."""


class WorkerError(ZhibiaoError):
    """The reading process cannot be started; no file was read."""

    exit_code = 6


class MappingIncomplete(UsageError):
    """A mapping cannot be put in force yet; `gaps` has a sentence for each thing that is missing."""

    exit_code = 1

    def __init__(self, message: str, gaps: tuple[str, ...]) -> None:
        self.gaps = gaps
        super().__init__(message)


class MappingConflict(UsageError):
    """This edition of a mapping was confirmed before, with another content."""

    exit_code = 3
