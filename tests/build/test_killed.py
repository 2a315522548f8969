"""A build that is killed leaves the last good warehouse serving, and the next build succeeds."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl.publish.build import build
from warehouse import connect

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")

#: Builds, and kills itself where the third word says: at a step of progress or in
#: `etl.publish.swap`.
PROGRAM = """
import os, signal, sys
from pathlib import Path
from etl.publish import build, swap
raw, path, where = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if hasattr(swap, where):
    setattr(swap, where, die)
build.build(raw, path, lambda step, done, total: die() if step == where else None)
"""
FIRST = ("FOLK1A_20260211.csv", "FRKM126_20260601.csv")


@pytest.fixture(scope="module")
def good(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the warehouse of a folder of two packages."""
    folder = tmp_path_factory.mktemp("first")
    for name in FIRST:
        shutil.copy(raw_dir / name, folder)
    path = tmp_path_factory.mktemp("good") / "warehouse.duckdb"
    build(folder, path)
    return path


@pytest.fixture(scope="module")
def more(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one package more."""
    folder = tmp_path_factory.mktemp("more")
    for name in (*FIRST, "SYGP1_2024.csv"):
        shutil.copy(raw_dir / name, folder)
    return folder


@pytest.fixture
def mine(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(good, tmp_path / "warehouse.duckdb"))


def start(raw: Path, path: Path, where: str = "nowhere") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(raw), str(path), where])


def served(path: Path) -> set[str]:
    with connect(path) as warehouse:
        rows = warehouse.sql(
            "SELECT DISTINCT i.indicator_id FROM indicators i JOIN measures USING (indicator_id) "
            "WHERE value IS NOT NULL"
        )
    return set(rows["indicator_id"])


def finished(raw: Path, path: Path) -> None:
    """Build again, and look that nothing is left of what was killed."""
    build(raw, path)
    assert "gp_contact_share" in served(path)
    assert {p.name for p in path.parent.iterdir()} <= {path.name, f"{path.name}.lock", "cache"}


@pytest.mark.parametrize("where", ["read", "compute", "boundaries", "publish", "_sync", "_swap"])
def test_killed_at_a_step(good: Path, mine: Path, more: Path, where: str) -> None:
    assert start(more, mine, where).wait(600) < 0
    assert mine.read_bytes() == good.read_bytes()
    finished(more, mine)


def test_killed_at_random_points(good: Path, mine: Path, more: Path, tmp_path: Path) -> None:
    # how long a whole one takes, on a copy, sets the points
    whole = tmp_path / "whole" / "warehouse.duckdb"
    whole.parent.mkdir()
    began = time.perf_counter()
    assert start(more, whole).wait(600) == 0
    takes = time.perf_counter() - began
    before, after = served(good), served(whole)
    shutil.rmtree(whole.parent)
    for share in random.Random(2027).sample([n / 20 for n in range(2, 20)], 6):
        process = start(more, mine)
        try:
            process.wait(takes * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(600)
        assert served(mine) in (before, after)
    finished(more, mine)
