"""Publishing gives growth only where a change reaches; it must be what deriving everything would have given."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from etl.derive import derive
from indicators.periods import Period
from tests.warehouse_world import CATALOGUE, approve_return, fresh, publish_all
from warehouse.generations import current
from warehouse.rebuild import rebuild


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_growth_published_piece_by_piece_equals_growth_made_at_once(tmp_path: Path, seed: int) -> None:
    chance, folder = random.Random(seed), fresh(tmp_path / "data")
    quarters = [Period.parse("2023Q1").shift(n).code for n in range(12)]
    order = chance.sample(quarters, 7) + chance.choices(quarters, k=5)
    for turn, period in enumerate(order):
        values = {"GDP": str(chance.randint(1, 99)), "REV": str(chance.choice([0, 5, 7]))}
        if chance.random() < 0.4:
            del values["REV"]
        approve_return(folder, values, period=period, reason="更正", mark=str(turn))
        publish_all(folder, derive(CATALOGUE))
    kinds = {r["kind"] for r in current(folder).rows("SELECT DISTINCT kind FROM growth")}
    assert {"yoy_ytd", "single_quarter", "yoy_single", "qoq_single"} <= kinds
    proved = rebuild(folder, CATALOGUE, derive(CATALOGUE), who="admin")
    assert "growth" in proved.compared and proved.differing == ()
