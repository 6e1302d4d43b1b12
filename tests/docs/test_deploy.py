"""What stands in deploy/ works: the units are valid, and a bundle installs and runs without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="这台机器没有 systemd-analyze，没有核对服务单元")
def test_the_units_are_valid_and_closed(tmp_path: Path) -> None:
    for unit in DEPLOY.glob("zhibiao*"):
        text = unit.read_text("utf-8").replace("/opt/zhibiao/bin/zhibiao", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    units = sorted(str(unit) for unit in tmp_path.iterdir())
    assert len(units) == 3
    proved = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
    ours = [line for line in proved.stderr.splitlines() if "zhibiao" in line]
    assert ours == []


def _script(name: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": sys.executable, **more}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        ["sh", name, *words], env=environment, capture_output=True, text=True, timeout=1800, check=False
    )


def test_a_bundle_that_was_changed_on_the_way_is_not_installed(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "install.sh", tmp_path)
    (tmp_path / "requirements.txt").write_text("nothing==1\n")
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  ./requirements.txt\n")
    told = _script(str(tmp_path / "install.sh"), str(tmp_path / "target"))
    assert told.returncode == 5
    assert "什么也没有装" in told.stderr
    assert not (tmp_path / "target").exists()


@pytest.mark.slow
def test_a_bundle_installs_and_runs_without_a_network(tmp_path: Path) -> None:
    made = _script(str(DEPLOY / "bundle.sh"), str(tmp_path))
    assert made.returncode == 0, made.stderr[-2000:]
    archive = made.stdout.split()[-1]
    subprocess.run(["tar", "xzf", archive, "-C", str(tmp_path)], check=True)
    unpacked = next(tmp_path.glob("zhibiao-*/install.sh"))
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    for _ in range(2):  # again, as an upgrade does
        done = _script(str(unpacked), str(tmp_path / "opt"), **nowhere)
        assert done.returncode == 0, done.stderr[-2000:]
    program = str(tmp_path / "opt/bin/zhibiao")
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    out = subprocess.run(
        [program, "demo", "--no-serve", "--data", str(tmp_path / "data")],
        env=clean, cwd=tmp_path, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr[-2000:]
    many = "SELECT count(*) > 1000 AS 多 FROM 最新值"
    asked = subprocess.run(
        [program, "sql", many, "--format", "csv", "--data", str(tmp_path / "data")],
        env=clean, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "true" in asked.stdout.lower()
