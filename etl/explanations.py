"""Explanations that come back in an annotated workbook: the 说明 column of its sheet 审核结果.

The annotated workbook writes one row per finding with the finding's binding beside it; here the two are read again.
An explanation counts only for the binding it was written for (`Finding.binding`): other numbers, other binding.
"""

from __future__ import annotations

import re

from etl.workbook import Workbook

RESULT_SHEET, EXPLANATION, BINDING = "审核结果", "说明", "核对码"
_BINDING = re.compile(r"[0-9a-f]{32}\Z")
LONGEST_EXPLANATION = 500


def read_explanations(book: Workbook) -> dict[str, str]:
    """Text of every filled 说明 cell by the binding in the same row; empty where there is no such sheet."""
    sheet = book.sheet(RESULT_SHEET)
    if sheet is None:
        return {}
    heads = {cell.text.strip(): cell for cell in sheet.cells.values() if cell.text.strip() in (EXPLANATION, BINDING)}
    if len(heads) < 2:
        return {}
    written, bound = heads[EXPLANATION].col, heads[BINDING].col
    found = {}
    for row, col in sheet.cells:
        binding, text = sheet.text(row, bound).strip(), sheet.text(row, written).strip()
        if col == bound and _BINDING.match(binding) and text:
            found[binding] = text[:LONGEST_EXPLANATION]
    return found
