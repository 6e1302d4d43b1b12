"""`zhibiao inspect`: what the reader saw of a file, cell by cell, before any form or rule comes into play."""

from __future__ import annotations

from typing import Any

from etl.workbook import Area, Cell, address
from etl.worker import read_file

STATES = {"visible": "", "hidden": "（隐藏）", "veryHidden": "（深度隐藏）"}
_KINDS = {"n": "数字", "s": "文本", "b": "布尔", "e": "错误", "d": "日期"}


def inspect_file(data: bytes, name: str) -> dict[str, Any]:
    """File hash, findings, and for each sheet its state, merges and non-empty cells, as plain data for printing."""
    book = read_file(data, name)
    return {
        "file": name,
        "file_hash": book.sha256,
        "findings": [{"code": f.code, "message": f.message, "hint": f.hint} for f in book.findings],
        "sheets": [
            {
                "name": sheet.name,
                "state": sheet.state,
                "merges": [_span(area) for area in sheet.merges],
                "cells": [_seen(cell) for _, cell in sorted(sheet.cells.items())],
            }
            for sheet in book.sheets
        ],
    }


def _seen(cell: Cell) -> dict[str, Any]:
    return {
        "address": cell.address,
        "type": _KINDS[cell.kind],
        "raw": cell.text,
        "number_format": cell.number_format,
        "formula": cell.formula,
    }


def _span(area: Area) -> str:
    return f"{address(area.top, area.left)}:{address(area.bottom, area.right)}"
