"""Reading what is published from Python, for notebooks: `from warehouse import open_warehouse`.

Everything comes as a DataFrame with floats to calculate and draw with; its `attrs` say of which generation it is. For
exact decimals ask `arrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.extract import ROW, extract, proved
from warehouse.folder import open_folder, resolve_folder
from warehouse.read import Generation, current
from warehouse.read import generation as numbered

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Codes = str | Sequence[str]


@dataclass(frozen=True)
class Warehouse:
    """One generation, open for reading; it stays the same while later ones are published."""

    generation: Generation

    def observations(
        self,
        indicator: Codes | None = None,
        area: Codes | None = None,
        period: Codes | None = None,
        *,
        as_of: date | str | None = None,
        history: bool = False,
        **more: Codes,
    ) -> pd.DataFrame:
        """Observations: current ones, those known at the end of `as_of`, or with `history` all versions.

        Further keywords narrow any column, for example nature="ytd", measure="level", scope="DEPT", department="TJJ".
        Of an empty list of codes there is nothing. Raises UsageError for columns and codes that are not there.
        """
        wanted = {"indicator": indicator, "area": area, "period": period, **more}
        given = {
            name: [codes] if isinstance(codes, str) else codes for name, codes in wanted.items() if codes is not None
        }
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        filters = proved(self.generation, "observations", given)
        frame = self._frame(extract(self.generation, "observations", filters, as_of=day, history=history))
        if day:
            frame.attrs["as_of"] = day.isoformat()
        return frame

    def table(self, name: str) -> pd.DataFrame:
        """A whole table: indicators, attainment, targets, growth, submissions, generations."""
        return self._frame(extract(self.generation, name))

    def sql(self, query: str, **params: Any) -> pd.DataFrame:
        """The answer to a query in DuckDB's SQL; `:name` stands for the keyword `name`."""
        return self._frame(self.generation.arrow(query, params))

    def arrow(self, query: str, **params: Any) -> pa.Table:
        """The same as an Arrow table, DECIMAL exact."""
        return self.generation.arrow(query, params)

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        import pyarrow as pa

        if ROW in table.column_names:
            table = table.drop_columns([ROW])
        for place, field in enumerate(table.schema):
            if pa.types.is_decimal(field.type):
                table = table.set_column(place, field.name, table[field.name].cast(pa.float64()))
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
        frame.attrs["generation"] = self.generation.number
        return frame


def open_warehouse(folder: str | Path | None = None, generation: int | None = None) -> Warehouse:
    """The current generation of a data folder, or an earlier one by its number.

    The folder is found as by the command line: this argument, ZHIBIAO_DATA, zhibiao.toml, ./zhibiao-data.
    Raises FolderMissing, Damaged.
    """
    opened = open_folder(resolve_folder(folder))
    return Warehouse(current(opened) if generation is None else numbered(opened, generation))
