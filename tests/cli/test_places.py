"""A geography or a boundary file that is wrong is told in both languages, as any delivered file."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pytest

import geo
from tests.cli.conftest import Run

EMBEDDED = Path(str(geo.__file__)).parent / "boundaries" / "municipalities-100m.geojson"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "SYGP1_2024.csv").write_text("\ufeffOMRÅDE;TID;INDHOLD\n101;2024;85,1\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", ("fejl", "Grænsefilen kan ikke læses.", "Hent den igen; måske er den skåret af.")),
        ("en", ("error", "The boundary file cannot be read.", "Fetch it again; it may be cut off")),
    ],
)
def test_check_tells_of_a_boundary_file_that_is_cut_off(
    run: Run, raw: Path, language: str, said: tuple[str, ...]
) -> None:
    content = EMBEDDED.read_bytes()
    (raw / "kommuner.geojson").write_bytes(content[: len(content) // 2])
    result = run("check", raw, "--language", language)
    assert result.exit_code == 1
    (line,) = (line for line in result.output.splitlines() if "kommuner.geojson" in line)
    assert all(part in line for part in said)


def test_check_tells_what_was_mended_in_a_boundary_file(run: Run, raw: Path) -> None:
    gpd.read_file(EMBEDDED).explode().to_file(raw / "kommuner.geojson", driver="GeoJSON")
    result = run("check", raw, "--language", "da")
    (line,) = (line for line in result.output.splitlines() if "kommuner.geojson" in line)
    assert "bemærkning" in line
    assert "Flere polygoner er samlet til én" in line


@pytest.mark.parametrize(
    ("language", "said"),
    [("da", "Kommunen 0615 Horsens mangler."), ("en", "municipality 0615 Horsens is left out.")],
)
def test_check_tells_of_a_geography_with_its_line(
    run: Run,
    raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    language: str,
    said: str,
) -> None:
    folder = Path(shutil.copytree(Path(str(geo.__file__)).parent / "geographies", tmp_path / "geo"))
    file = folder / "klynger-2022.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if ",0615," not in line), encoding="utf-8")
    load = geo.load_geographies
    monkeypatch.setattr(geo, "load_geographies", lambda _: load(folder))
    result = run("check", raw, "--language", language)
    assert result.exit_code == 1
    (line,) = (line for line in result.output.splitlines() if "klynger-2022.csv" in line)
    assert said in line
    assert f"  {len(lines) - 1}  " in line
