"""A new edition against the warehouse it is to replace, when the earlier file is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.findings import Finding, PackageError
from etl.indicators.definition import load_indicators
from etl.ingest.readers import load_folder
from etl.publish.build import build
from etl.quality.against_release import against_loaded
from tests.reading.builders import codes, statbank

YEARS = range(2019, 2025)


def edition(folder: Path, year: int, **changed: str) -> Path:
    """Write home nursing up to a year; ``changed`` is code -> value of the last year but one."""
    folder.mkdir(exist_ok=True)
    lines = []
    for n, code in enumerate(codes()):
        for period in range(YEARS[0], year + 1):
            value = changed.get(f"k{code}") if period == year - 1 else None
            lines.append(f"{code};{period};{value or f'{20 + n % 7},5'}")
    return statbank(folder / f"HJEMSYG_{year}.csv", lines)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Build a warehouse of the edition of 2024."""
    folder = tmp_path_factory.mktemp("loaded")
    raw = folder / "raw"
    edition(raw, 2024)
    people = raw_dir / "FOLK1A_20260211.csv"
    (raw / people.name).write_bytes(people.read_bytes())
    build(raw, folder / "warehouse.duckdb")
    return folder / "warehouse.duckdb"


def told(raw: Path, warehouse: Path) -> list[Finding]:
    folder = load_folder(raw)
    return against_loaded(folder.packages, warehouse, load_indicators().values(), folder.unused)


def test_figures_that_were_changed_since_the_last_edition(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2025, k615="92,0")
    (found,) = told(tmp_path, loaded)
    assert (found.severity, found.file) == ("question", "HJEMSYG_2025.csv")
    assert found.column == "2024"
    assert "from the loaded figures of 2024" in found.what_en
    assert re.search(r"Horsens, 2024, .*, 2\d.5 before, 92 now", found.what_en)


def test_a_slip_in_an_earlier_year_of_a_new_edition(loaded: Path, tmp_path: Path) -> None:
    """Two digits exchanged: no jump, and more than two countings of the same year differ."""
    edition(tmp_path, 2025, k615="31,5")
    (found,) = told(tmp_path, loaded)
    assert (found.severity, found.column) == ("question", "2024")


@pytest.mark.parametrize(("off", "asked"), [(1.02, 0), (0.85, 1), (1.15, 1)])
def test_a_new_year_that_is_off_from_steady_loaded_ones(
    loaded: Path, tmp_path: Path, off: float, asked: int
) -> None:
    lines = [
        f"{code};2025;{off * (20.5 + n % 7):.2f}".replace(".", ",")
        for n, code in enumerate(codes())
    ]
    statbank(tmp_path / "HJEMSYG_2025.csv", lines)
    found = [f for f in told(tmp_path, loaded) if f.severity == "question"]
    assert len(found) == asked
    for question in found:
        assert "times the loaded figures of 2024" in question.what_en
        assert "It may as well be the loaded figures of 2024 that are wrong" in question.mend_en


def test_a_new_edition_with_the_same_figures_is_no_news(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2025)
    assert told(tmp_path, loaded) == []


def test_the_loaded_edition_is_not_held_against_itself(loaded: Path) -> None:
    assert told(loaded.parent / "raw", loaded) == []


def test_an_earlier_file_in_the_folder_is_compared_once(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2024)
    edition(tmp_path, 2025, k615="92,0")
    assert told(tmp_path, loaded) == []
    assert any("HJEMSYG_2024.csv" in f.what_en for f in load_folder(tmp_path).findings)


def test_a_package_older_than_the_loaded_one(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2023)
    (found,) = told(tmp_path, loaded)
    assert (found.severity, found.file) == ("question", "HJEMSYG_2023.csv")
    assert "older than 2024, which is loaded already (from HJEMSYG_2024.csv)" in found.what_en


def test_without_a_warehouse_there_is_nothing_to_say(tmp_path: Path) -> None:
    edition(tmp_path, 2025)
    assert told(tmp_path, tmp_path / "none.duckdb") == []


def test_the_build_says_it_and_the_warehouse_keeps_it(loaded: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.write_bytes(loaded.read_bytes())
    raw = tmp_path / "raw"
    edition(raw, 2023)
    people = loaded.parent / "raw" / "FOLK1A_20260211.csv"
    (raw / people.name).write_bytes(people.read_bytes())
    with pytest.raises(PackageError, match="older than 2024"):
        build(raw, warehouse)
    for _ in range(2):
        summary = build(raw, warehouse, ask=False)
        assert any("older than 2024" in f.what_en for f in summary.findings)


# --- whatever the layout and the year, and with the earlier file gone -----------------------------


def asked(raw: Path, warehouse: Path) -> list[Finding]:
    return [f for f in told(raw, warehouse) if f.severity == "question"]


def wave(folder: Path, change: float = 1.0, *, moved: int = 0, year: int = 2026) -> None:
    """Write one year alone, years after the last loaded one."""
    values = [round((20 + n % 7 + n / 200) * change, 4) for n in range(98)]
    values = values[-moved:] + values[:-moved]
    lines = [f"{c};{year};{str(v).replace('.', ',')}" for c, v in zip(codes(), values, strict=True)]
    statbank(folder / f"HJEMSYG_{year}.csv", lines)


@pytest.mark.parametrize(
    ("change", "words"),
    [(0.01, "half of the municipalities are 0.0"), (10, "times"), (0, "98 figures are zero")],
)
def test_a_later_year_is_held_against_the_last_loaded_one(
    loaded: Path, tmp_path: Path, change: float, words: str
) -> None:
    wave(tmp_path)
    assert asked(tmp_path, loaded) == []
    wave(tmp_path, change)
    questions = asked(tmp_path, loaded)
    assert any(words in q.what_en and "the loaded figures of 2024" in q.what_en for q in questions)
    assert all("de indlæste tal for 2024" in q.what_da for q in questions)


def test_a_later_year_moved_down_a_row(loaded: Path, tmp_path: Path) -> None:
    wave(tmp_path, moved=1)
    assert any("wrong municipalities" in q.what_en for q in asked(tmp_path, loaded))


def test_an_earlier_year_is_held_against_the_nearest_loaded_one(
    loaded: Path, tmp_path: Path
) -> None:
    wave(tmp_path, 0.01, year=2017)
    assert any("the loaded figures of 2019" in q.what_en for q in asked(tmp_path, loaded))


def test_another_layout_with_the_same_measure(loaded: Path, tmp_path: Path) -> None:
    from etl.layouts import FOLDER, load_layouts

    text = (FOLDER / "hjemsyg.toml").read_text("utf-8").split("[editions")[0]
    text = text.replace('"hjemsyg"', '"plejebank"').replace("HJEMSYG_", "PLEJEBANK_")
    (tmp_path / "plejebank.toml").write_text(text, encoding="utf-8")
    wave(tmp_path, 0.01)
    (tmp_path / "HJEMSYG_2026.csv").rename(tmp_path / "PLEJEBANK_2026.csv")
    folder = load_folder(tmp_path, load_layouts(tmp_path))
    found = against_loaded(folder.packages, loaded, load_indicators().values())
    assert any("the loaded figures of 2024" in f.what_en for f in found)


def test_the_loaded_edition_with_other_content(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2024, k615="21,0")
    (found,) = told(tmp_path, loaded)
    assert (found.severity, found.file, found.column) == ("question", "HJEMSYG_2024.csv", "2023")
    assert "The edition 2024 was loaded before with other content: 1 of 588" in found.what_en
    assert "Horsens, 2023" in found.what_en
    text = (tmp_path / "HJEMSYG_2024.csv").read_text("utf-8-sig")
    (tmp_path / "HJEMSYG_2024.csv").write_text(text.replace(",5", ",6"), encoding="utf-8-sig")
    (found,) = asked(tmp_path, loaded)
    assert "588 of 588 figures of municipalities have changed" in found.what_en


def test_the_loaded_file_with_another_edition_in_its_name(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2024).rename(tmp_path / "HJEMSYG_2025.csv")
    (question,) = asked(tmp_path, loaded)
    assert question.file == "HJEMSYG_2025.csv"
    assert "as that of the edition 2024, which is loaded already" in question.what_en


def test_the_loaded_edition_saved_again_is_told(loaded: Path, tmp_path: Path) -> None:
    edition(tmp_path, 2024)
    path = tmp_path / "HJEMSYG_2024.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    (found,) = told(tmp_path, loaded)
    assert found.severity == "note"
    assert found.what_en.endswith("0 of 588 figures of municipalities have changed.")
