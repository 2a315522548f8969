"""A folder of packages: what counts as one, and which edition is used."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from etl.findings import PackageError
from etl.ingest.readers import load_folder, read_package
from etl.quality.checks import check_all
from etl.quality.places import check_boundaries
from geo import spelling
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
    assert [(f.severity, f.file) for f in loaded.findings] == [("warning", "old.csv")]
    assert told == [(1, 1)]


def test_what_is_no_file_of_the_folder_is_told_and_never_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    home_nursing(raw, 2025)
    secret = tmp_path / "secret.txt"
    secret.write_text("root:hemmeligt;1;2\n", encoding="utf-8")
    (raw / "HJEMSYG_2024.csv").symlink_to(secret)
    (raw / "HJEMSYG_2023.csv").symlink_to("/dev/zero")
    (raw / "HJEMSYG_2022.csv").symlink_to(tmp_path / "gone.csv")
    (raw / "kommuner.geojson").symlink_to(secret)
    (raw / "HJEMSYG_2021.csv").mkdir()
    os.mkfifo(raw / "UND2_2025.csv")
    loaded = load_folder(raw)
    assert [p.info.file for p in loaded.packages] == ["HJEMSYG_2025.csv"]
    told = {f.file: (f.severity, f.what_en) for f in loaded.findings}
    links = [told.pop(f"HJEMSYG_{year}.csv") for year in (2022, 2023, 2024)]
    assert {severity for severity, _ in links} == {"error"}
    assert "link" in links[0][1]
    assert all("link to a file outside" in what for _, what in links[1:])
    assert set(told) == {"HJEMSYG_2021.csv", "UND2_2025.csv", "kommuner.geojson"}
    assert "hemmeligt" not in str(loaded.findings)
    assert check_boundaries([raw]) == []
    with pytest.raises(PackageError, match="link to a file outside"):
        read_package(raw / "HJEMSYG_2024.csv")


def test_a_link_within_the_folder_is_a_file_like_any(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2025).rename(tmp_path / ".delivered")
    (tmp_path / "HJEMSYG_2025.csv").symlink_to(tmp_path / ".delivered")
    loaded = load_folder(tmp_path)
    assert [p.info.file for p in loaded.packages] == ["HJEMSYG_2025.csv"]
    assert loaded.findings == ()


def test_thousands_of_unknown_names_are_not_compared_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    likeness = spelling.likeness

    def counted(written: str, name: str) -> float:
        nonlocal compared
        compared += 1
        return likeness(written, name)

    monkeypatch.setattr(spelling, "likeness", counted)
    statbank(tmp_path / "HJEMSYG_2025.csv", [f"Kobenhavn{n};2025;1,0" for n in range(5_000)])
    loaded = load_folder(tmp_path)
    assert "København" in loaded.findings[0].mend_en
    # Those that are listed, each with the names there are.
    assert 0 < compared <= 20 * 120


@pytest.mark.parametrize("length", [81, 32_767])
def test_an_endless_cell_is_quoted_in_part_and_compared_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(spelling, "likeness", None)
    statbank(tmp_path / "HJEMSYG_2025.csv", ["x" * length + ";2025;1,0"])
    (found, *_) = load_folder(tmp_path).findings
    assert len(found.what_en) < 600


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


# --- a newer edition with fewer years, measures or areas ------------------------------------------


def used(folder: Path) -> dict[str, list[int]]:
    loaded = load_folder(folder)
    loaded.raise_errors()
    return {
        p.info.file: sorted(p.observations["period"].unique().to_list()) for p in loaded.packages
    }


def test_a_newer_edition_with_fewer_years_adds_to_the_older_one(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2024, *range(2016, 2025), value="12,5")
    home_nursing(tmp_path, 2025, 2024, 2025, value="12,6")
    assert used(tmp_path) == {
        "HJEMSYG_2024.csv": list(range(2016, 2024)),
        "HJEMSYG_2025.csv": [2024, 2025],
    }
    (note,) = load_folder(tmp_path).findings
    assert (note.severity, note.file) == ("note", "HJEMSYG_2024.csv")
    assert "only what that one does not have is used: 2016–2023." in note.what_en
    assert "herfra bruges kun det, den ikke har: 2016–2023." in note.what_da


def test_the_years_between_three_editions(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2020, 2016, 2017, 2018, 2019, 2020)
    home_nursing(tmp_path, 2023, 2019, 2021, 2022, 2023, value="12,6")
    home_nursing(tmp_path, 2025, 2017, 2023, 2025, value="12,7")
    assert used(tmp_path) == {
        "HJEMSYG_2020.csv": [2016, 2018, 2020],
        "HJEMSYG_2023.csv": [2019, 2021, 2022],
        "HJEMSYG_2025.csv": [2017, 2023, 2025],
    }


def profile(folder: Path, edition: int, *answers: str) -> None:
    """Write the health profile of 2021 with some questions."""
    lines = [
        f"{answer};{code};2021;{20 + n % 7},5"
        for answer in answers
        for n, code in enumerate(codes())
    ]
    header = "INDIKATOR;OMRÅDE;TID;INDHOLD"
    statbank(folder / f"SUNDHEDSPROFIL_{edition}.csv", lines, header=header)


def test_a_newer_edition_with_fewer_measures_adds_to_the_older_one(tmp_path: Path) -> None:
    profile(tmp_path, 2021, "rygning", "kost", "alkohol")
    profile(tmp_path, 2022, "rygning")
    loaded = load_folder(tmp_path)
    older, newer = loaded.packages
    assert set(older.observations["measure"]) == {"unhealthy_diet", "high_alcohol_intake"}
    assert set(older.delivered_as) == {"unhealthy_diet", "high_alcohol_intake"}
    assert set(newer.observations["measure"]) == {"daily_smoking"}
    (note,) = loaded.findings
    assert note.what_en.endswith("is used: 2021.")


def test_years_that_differ_by_measure_are_told_by_measure(tmp_path: Path) -> None:
    header = "INDIKATOR;OMRÅDE;TID;INDHOLD"
    lines = [
        f"{m};{c};{y};12,5" for m in ("kost", "rygning") for c in codes() for y in (2017, 2021)
    ]
    statbank(tmp_path / "SUNDHEDSPROFIL_2021.csv", lines, header=header)
    lines = [line for line in lines if line.startswith("kost") or ";2021;" in line]
    statbank(
        tmp_path / "SUNDHEDSPROFIL_2022.csv",
        [line for line in lines if not line.startswith("kost") or ";2017;" in line],
        header=header,
    )
    loaded = load_folder(tmp_path)
    (note,) = loaded.findings
    assert note.what_en.endswith("is used: 2017 (rygning); 2021 (kost).")
    questions = [f for f in check_all(loaded.packages) if f.file == "SUNDHEDSPROFIL_2022.csv"]
    assert [(f.severity, f.column) for f in questions] == [("question", "2021")]
    assert "most figures of a kind are missing" in questions[0].what_en


def test_an_older_projection_is_never_put_beside_a_newer_one(tmp_path: Path) -> None:
    def projection(name: str, *years: int) -> None:
        lines = [f"{code};80-;{year};500" for code in codes() for year in years]
        statbank(tmp_path / name, lines, header="OMRÅDE;ALDER;TID;INDHOLD")

    projection("FRKM125_20250601.csv", 2025, 2030, 2045)
    projection("FRKM126_20260601.csv", 2026, 2030, 2040)
    loaded = load_folder(tmp_path)
    assert [p.info.file for p in loaded.packages] == ["FRKM126_20260601.csv"]
    assert loaded.unused == ("FRKM125_20250601.csv",)
    (warning,) = loaded.findings
    assert (warning.severity, warning.file) == ("warning", "FRKM125_20250601.csv")
    assert "FRKM126_20260601.csv is a newer projection" in warning.what_en


def test_a_newer_edition_decides_its_years_whole_and_what_it_lost_is_asked(tmp_path: Path) -> None:
    def population(edition: int, *ages: str, but: str = "") -> None:
        lines = [f"{c};{a};2025K1;500" for c in codes() for a in ages if (c, a) != (but, ages[0])]
        path = tmp_path / f"FOLK1A_{edition}0211.csv"
        statbank(path, lines, header="OMRÅDE;ALDER;TID;INDHOLD")

    population(2025, "0-5", "65-79", "80-")
    population(2026, "0-5", "65-79", "80-89", "90-", but="461")
    loaded = load_folder(tmp_path)
    assert [p.info.file for p in loaded.packages] == ["FOLK1A_20260211.csv"]
    (question,) = (f for f in loaded.findings if f.severity == "question")
    assert question.file == "FOLK1A_20260211.csv"
    assert "1 figures of 2025 that FOLK1A_20250211.csv has are no longer here" in question.what_en
    assert "Odense, 2025, 0-5" in question.what_en


def test_a_figure_that_is_now_missing_is_asked_about(tmp_path: Path) -> None:
    home_nursing(tmp_path, 2024)
    lines = [f"{c};{y};{'..' if c == '461' else '12,5'}" for c in codes() for y in (2024, 2025)]
    statbank(tmp_path / "HJEMSYG_2025.csv", lines)
    (question,) = (f for f in load_folder(tmp_path).findings if f.severity == "question")
    assert "Odense, 2024" in question.what_en
