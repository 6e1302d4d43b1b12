"""The Chinese views of a generation as files beside its shared copy, for Excel and for programs that read Parquet.

`warehouse.share` keeps the copies and gives up the old ones; here is only how a view becomes a file.
"""

from __future__ import annotations

from pathlib import Path

from etl.tabular import as_bytes
from warehouse import files
from warehouse.folder import DataFolder
from warehouse.read import generation
from warehouse.share import share
from warehouse.views import VIEWS

SHEET_ROWS = 100_000  # a workbook of more rows opens too slowly to be of use; Parquet holds them all


def share_all(folder: DataFolder) -> list[Path]:
    """The shared copy of the current generation, and beside it each view as Parquet and, if it fits, as a workbook.

    What is there already is not made again. Raises Damaged, DiskFull.
    """
    copy = share(folder)
    place, held = copy.with_suffix(""), generation(folder, int(copy.stem[-6:]))
    files.make_directory(place)
    made = [copy]
    for name in VIEWS:
        parquet, workbook = place / f"{name}.parquet", place / f"{name}.xlsx"
        if not parquet.exists():
            table = held.arrow(f'SELECT * FROM "{name}"')
            stamp = f"第 {held.number} 代，{name}，{table.num_rows:,} 行"
            if table.num_rows <= SHEET_ROWS:
                files.write(workbook, as_bytes(table, "xlsx", stamp), "共享文件", read_only=True)
            files.write(parquet, as_bytes(table, "parquet", stamp), "共享文件", read_only=True)
        made += [path for path in (parquet, workbook) if path.exists()]
    return made
