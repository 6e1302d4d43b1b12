"""A workbook with mistakes in it on purpose, to learn from: what people do to returns, done by us.

Only for teaching and tests; it edits the copy of a template the way a careless hand would.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from etl.layout import column_name, row_name
from indicators.catalogue.model import FormEdition


def spoil(content: bytes, edition: FormEdition, labels: Mapping[str, str], errors: Mapping[str, str]) -> bytes:
    """The template with `labels` (by row code) over its printed ones and `errors` (by `row:column`) in its cells."""
    import openpyxl
    from openpyxl.utils.cell import coordinate_from_string

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[edition.sheet]
    names = book.defined_names | sheet.defined_names

    def anchor(name: str) -> str:
        return str(next(iter(names[name].destinations))[1]).replace("$", "").split(":")[0]

    rows = {row.code: coordinate_from_string(anchor(row_name(n)))[1] for n, row in enumerate(edition.rows)}
    columns = {c.code: coordinate_from_string(anchor(column_name(n)))[0] for n, c in enumerate(edition.columns)}
    for code, text in labels.items():
        sheet.cell(rows[code], 1).value = text
    for place, error in errors.items():
        row, column = place.split(":")
        cell = sheet[f"{columns[column]}{rows[row]}"]
        cell.value, cell.data_type = error, "e"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
