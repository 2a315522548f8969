"""A folder of packages: what counts as one, and which edition is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl.findings import PackageError
from etl.readers import load_folder
from tests.reading.builders import codes, statbank


def home_nursing(folder: Path, edition: int, *years: int, value: str = "12,5") -> Path:
    rows = [f"{code};{year};{value}" for code in codes() for year in years or (edition,)]
    return statbank(folder / f"HJEMSYG_{edition}.csv", rows)


def test_only_files_meant_as_packages_are_read(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2025)
    for name in ("README.md", ".gitattributes", "~$Aeldre.xlsx", "kommuner.geojson", "k.parquet"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "old.csv").mkdir()
    told: list[tuple[int, int]] = []
    loaded = load_folder(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert [p.info.file for p in loaded.packages] == ["HJEMSYG_2025.csv"]
    assert loaded.findings == ()
    assert told == [(1, 1)]


def test_a_data_file_no_layout_knows_is_an_error(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2025)
    (tmp_path / "HJEMSYGEPLEJE.csv").write_text("x", encoding="utf-8")
    loaded = load_folder(tmp_path)
    (found,) = loaded.findings
    assert (found.severity, found.file) == ("error", "HJEMSYGEPLEJE.csv")
    assert "HJEMSYG_<edition>.csv" in found.mend_en
    with pytest.raises(PackageError):
        loaded.raise_errors()


def test_an_error_in_one_file_does_not_hide_those_in_another(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2025, value="x1")
    (tmp_path / "SYGP1_2024.csv").write_bytes(b"")
    loaded = load_folder(tmp_path)
    assert {f.file for f in loaded.findings} == {"HJEMSYG_2025.csv", "SYGP1_2024.csv"}
    assert loaded.packages == ()


def test_the_newest_of_two_editions_is_used_and_the_older_named(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2024, 2023, 2024)
    home_nursing(tmp_path, 2025, 2023, 2024, 2025)
    loaded = load_folder(tmp_path)
    loaded.raise_errors()
    assert [p.info.file for p in loaded.packages] == ["HJEMSYG_2025.csv"]
    (warning,) = loaded.findings
    assert (warning.severity, warning.file) == ("warning", "HJEMSYG_2024.csv")
    assert "HJEMSYG_2025.csv is a newer edition" in warning.what_en


def test_editions_of_different_years_are_used_together(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2024)
    home_nursing(tmp_path, 2025)
    loaded = load_folder(tmp_path)
    assert loaded.findings == ()
    assert [p.info.edition for p in loaded.packages] == ["2024", "2025"]


def test_one_edition_in_two_files_is_an_error(tmp_path: Path) -> None:
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    (layouts / "visits.toml").write_text(
        r"""
id = "visits"
title = "Visits"
publisher = "Somebody"
file = 'VISITS_(?P<edition>\d{4}).*\.csv'
format = "statbank_csv"
measure = "visits"
""",
        encoding="utf-8",
    )
    from etl.layouts import load_layouts

    raw = tmp_path / "raw"
    raw.mkdir()
    statbank(raw / "VISITS_2025.csv", [f"{code};2025;1" for code in codes()])
    statbank(raw / "VISITS_2025 (1).csv", [f"{code};2025;2" for code in codes()])
    loaded = load_folder(raw, load_layouts(layouts))
    (found,) = loaded.findings
    assert found.severity == "error"
    assert {found.file, *found.what_en.split(" is the same")[:1]} == {
        "VISITS_2025.csv",
        "VISITS_2025 (1).csv",
    }


def test_the_same_content_under_two_editions_is_an_error(tmp_path: Path) -> None:
    old = home_nursing(tmp_path, 2024)
    shutil.copy(old, tmp_path / "HJEMSYG_2025.csv")
    errors = [f for f in load_folder(tmp_path).findings if f.severity == "error"]
    (found,) = errors
    assert "byte for byte" in found.what_en
    assert {found.file, "HJEMSYG_2024.csv"} == {"HJEMSYG_2025.csv", "HJEMSYG_2024.csv"}


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    (found,) = load_folder(tmp_path).findings
    assert "no package" in found.what_en
    assert load_folder(tmp_path / "nowhere").findings[0].severity == "error"
