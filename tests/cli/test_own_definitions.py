"""``--definitions``: layouts, indicators and geographies of one's own, without touching ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import klyngeblik
from etl.indicators.definition import FOLDER as INDICATORS
from etl.layouts import FOLDER as LAYOUTS
from geo.geographies import SHIPPED
from tests.cli.conftest import Run


@pytest.fixture
def own(tmp_path: Path, raw_dir: Path) -> Path:
    """A folder of packages, one under a name only an own layout knows, and own definitions."""
    raw, home = tmp_path / "raw", tmp_path / "own"
    raw.mkdir()
    shutil.copy(raw_dir / "FOLK1A_20260211.csv", raw)
    shutil.copy(raw_dir / "UND2_2025.csv", raw / "Underretninger_2025.csv")
    for room in ("layouts", "indicators/children", "geographies"):
        (home / room).mkdir(parents=True)
    layout = (LAYOUTS / "und2.toml").read_text("utf-8").replace("'UND2_(?P", "'Underretninger_(?P")
    (home / "layouts" / "und2.toml").write_text(layout, "utf-8")
    name = "children/child_notifications_per_1000.toml"
    lines = (INDICATORS / name).read_text("utf-8").splitlines()
    titled = ['title_da = "Vores titel"' if line.startswith("title_da") else line for line in lines]
    (home / "indicators" / name).write_text("\n".join(titled), "utf-8")
    areas = (SHIPPED / "regioner-2027.csv").read_text("utf-8")
    areas = areas.replace("# id: regioner-2027", "# id: egne").replace("reg27-", "egn-")
    areas = areas.replace("Region ", "Egn ").replace("Regioner (", "Egne (")
    (home / "geographies" / "egne.csv").write_text(areas.replace("sort: 50", "sort: 55"), "utf-8")
    return home


def test_a_build_uses_them_beside_ours(run: Run, own: Path, tmp_path: Path) -> None:
    made = tmp_path / "warehouse.duckdb"
    words = ("--raw", tmp_path / "raw", "--warehouse", made, "--definitions", own)
    first = run("build", *words)
    assert first.exit_code == 0, first.output
    found = klyngeblik.extract(
        geography="egne", indicator="Vores titel", period=2025, warehouse=made
    )
    assert set(found["area"]) >= {"Egn Østdanmark", "Egn Nordjylland"}
    assert set(found["status"]) == {"ok"}
    ours = klyngeblik.extract(geography="klynger-2022", indicator="population", warehouse=made)
    assert ours.height > 0
    with klyngeblik.open(made) as data:
        shapes = data.boundaries(geography="egne")
    assert len(shapes) == 4
    assert "Nothing new" in run("build", *words).output


def test_a_check_uses_them_too(run: Run, own: Path, tmp_path: Path) -> None:
    file = tmp_path / "raw" / "Underretninger_2025.csv"
    none = tmp_path / "none.duckdb"
    assert run("check", file, "--warehouse", none, "--definitions", own).exit_code == 0
    unknown = run("check", file, "--warehouse", none)
    assert unknown.exit_code == 1
    assert "No layout knows this file" in unknown.output


def test_what_is_wrong_in_them_is_told(run: Run, own: Path, tmp_path: Path) -> None:
    (own / "geographies" / "egne.csv").write_text("nonsense", "utf-8")
    raw, made = tmp_path / "raw", tmp_path / "warehouse.duckdb"
    wrong = run("build", "--raw", raw, "--warehouse", made, "--definitions", own)
    assert wrong.exit_code == 1
    assert "egne.csv" in wrong.output
    empty = run("build", "--raw", raw, "--warehouse", made, "--definitions", raw)
    assert empty.exit_code == 2
    assert "layouts/, indicators/, geographies/" in empty.output
    assert not made.exists()
