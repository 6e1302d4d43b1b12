"""The analyst's notebook runs from top to bottom on a small folder, and is kept without what it printed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.board_world import founded
from warehouse.share import share

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "guides" / "analyst.ipynb"


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = founded(tmp_path / "数据")
    share(folder)
    monkeypatch.setenv("ZHIBIAO_DATA", str(folder.root))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    book = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code), "keep it without outputs"
    done = NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    done.execute()
    shown = [output for cell in code for output in cell.outputs if output.output_type == "execute_result"]
    assert len(shown) == len(code), "each step shows what it found"
    before, now = (float(x) for x in shown[3]["data"]["text/plain"].strip("()").split(","))
    assert before != now, "what was known then differs from what is known now"
