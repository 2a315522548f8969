"""Numbers that do not agree with each other are found; those that rounding explains are not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.findings import Finding
from etl.ingest.age_bands import partition
from etl.ingest.readers import Package, read_package
from etl.quality.checks import check_all, check_package
from tests.reading.builders import (
    YEARS,
    Row,
    codes,
    index_of,
    municipality_rows,
    row,
    statbank,
    workbook,
)

NAME = "DEMO_Aeldre_2025.xlsx"
N = len(YEARS)
PEOPLE = {"measure": "Befolkning", "topic": "Indbyggere"}


def package(path: Path, rows: list[Row]) -> Package:
    return read_package(workbook(path, rows))


def findings(path: Path, rows: list[Row]) -> list[Finding]:
    return check_package(package(path, rows))


def by_sex(all_: float, women: float, men: float) -> list[Row]:
    return [
        *municipality_rows(all_, sex="Begge"),
        *municipality_rows(women, sex="Kvinder"),
        *municipality_rows(men, sex="Mænd"),
    ]


def test_sexes_add_up_within_what_rounding_explains(tmp_path: Path) -> None:
    assert findings(tmp_path / NAME, by_sex(105, 50, 50)) == []
    found = findings(tmp_path / NAME, by_sex(110, 50, 50))
    (warning,) = found
    assert warning.severity == "warning"
    assert "kroniske sygdomme: 1,078 totals differ" in warning.what_en
    assert "women and men" in warning.what_en
    assert (warning.file, warning.sheet, warning.row) == (NAME, "Hovedresultater", 4)


def test_a_total_with_a_hidden_part_is_not_compared(tmp_path: Path) -> None:
    assert findings(tmp_path / NAME, by_sex(105, 100, None)) == []  # type: ignore[arg-type]


def test_true_counts_must_add_up_exactly(tmp_path: Path) -> None:
    adhd = {"measure": "ADHD", "topic": "Borgere", "unit": "Antal borgere"}
    parts = {"0-5 år": 1, "6-11 år": 1, "12-17 år": 1}
    rows = [r for age, n in parts.items() for r in municipality_rows(n, **adhd, age=age)]
    name = "DEMO_Boern_og_unge_2025.xlsx"
    whole = municipality_rows(3, **adhd, age="0-17 år")
    assert findings(tmp_path / name, [*rows, *whole]) == []
    whole[0][8] = 4
    (warning,) = findings(tmp_path / name, [*rows, *whole])
    assert "ages 0-5, 6-11, 12-17" in warning.what_en
    assert "København, 2015, 0-17" in warning.what_en
    assert "4" not in warning.what_en.replace("2015", "")  # it might be a small count


def test_municipalities_add_up_to_region_and_country(tmp_path: Path) -> None:
    rows = municipality_rows(100)
    right = [
        row("Hele landet", None, None, [9_800] * N),
        row("Regioner", "Region Nordjylland", None, [1_100] * N),
    ]
    assert findings(tmp_path / NAME, [*right, *rows]) == []
    wrong = [
        row("Hele landet", None, None, [19_800] * N),
        row("Regioner", "Region Nordjylland", None, [1_200] * N),
    ]
    country, region = findings(tmp_path / NAME, [*wrong, *rows])
    assert "Hele landet, 2015" in country.what_en
    assert "Region Nordjylland, 2015" in region.what_en


def test_more_citizens_than_inhabitants_is_an_error(tmp_path: Path) -> None:
    rows = [*municipality_rows(100, **PEOPLE), *municipality_rows(100)]
    assert findings(tmp_path / NAME, rows) == []
    place = 99 + index_of(rows[99:], "Læsø")
    rows[place][8 + 2] = 110
    (error,) = findings(tmp_path / NAME, rows)
    assert error.severity == "error"
    assert (error.row, error.column) == (4 + place, "2017")
    assert "kroniske sygdomme is larger than Befolkning / Indbyggere" in error.what_en
    assert "Læsø, 2017" in error.what_en


def test_a_sector_is_held_against_the_population_too(tmp_path: Path) -> None:
    contact: dict[str, Any] = {"measure": "Borgere med kontakt", "unit": "Antal borgere"}
    rows = [
        *municipality_rows(100, **PEOPLE, age="Alle aldre"),
        *municipality_rows(200, **contact, topic="Almen praksis", age="Alle aldre"),
    ]
    found = findings(tmp_path / "DEMO_Populationsoverblik_2025.xlsx", rows)
    assert found[0].severity == "error"
    assert "general practice" in found[0].what_en


def test_counts_that_are_not_rounded_raise_the_question_whether_they_are_safe(
    tmp_path: Path,
) -> None:
    (warning,) = findings(tmp_path / NAME, municipality_rows(103))
    assert "not rounded" in warning.what_en
    assert "made_safe_by" in warning.mend_en
    assert findings(tmp_path / NAME, municipality_rows(103, **PEOPLE)) == []  # population is exact


def table(folder: Path, name: str, rows: list[str]) -> Package:
    return read_package(statbank(folder / name, rows))


def test_years_without_some_municipalities_are_said(tmp_path: Path) -> None:
    rows = [f"{code};{year};1,0" for code in codes() for year in (2024, 2025)]
    rows[0] = "101;2024;.."
    (note,) = check_package(table(tmp_path, "HJEMSYG_2025.csv", rows))
    assert note.severity == "note"
    assert "2024 (København)" in note.what_en
    (warning,) = check_package(table(tmp_path, "HJEMSYG_2025.csv", rows[1:]))
    assert warning.severity == "warning"


def test_one_cell_in_two_packages(tmp_path: Path) -> None:
    header = "OMRÅDE;ALDER;TID;INDHOLD"
    measured = [f"{code};80-;2026K1;1683" for code in codes()]
    projected = [f"{code};80-;2026;1683" for code in codes()]
    folk = read_package(statbank(tmp_path / "FOLK1A_20260211.csv", measured, header=header))
    name = tmp_path / "FRKM126_20260601.csv"
    assert check_all([folk, read_package(statbank(name, projected, header=header))]) == []
    projected[5] = projected[5].replace("1683", "1682")
    (warning,) = check_all([read_package(statbank(name, projected, header=header)), folk])
    assert warning.severity == "warning"
    assert (warning.file, warning.row, warning.column) == (name.name, 7, "2026")
    assert "FOLK1A_20260211.csv" in warning.what_en
    assert "1,683 there, 1,682 here" in warning.what_en


@pytest.mark.parametrize(
    ("whole", "bands", "parts"),
    [
        ("all", ["0-17", "18-64", "65+", "all"], ["0-17", "18-64", "65+"]),
        ("all", ["0-17", "18-64", "65-79", "80+", "65+"], ["0-17", "18-64", "65-79", "80+"]),
        ("65+", ["65-79", "80+", "65+"], ["65-79", "80+"]),
        ("0-17", ["0-5", "6-11", "12-17", "0-17", "0-25"], ["0-5", "6-11", "12-17"]),
        ("0-25", ["0-17", "18-25", "0-25"], ["0-17", "18-25"]),
        ("all", ["0-17", "19-64", "65+"], None),
        ("65+", ["65-79"], None),
        ("0-17", ["0-10", "5-17"], None),
        ("all", [], None),
    ],
)
def test_bands_that_make_up_another(whole: str, bands: list[str], parts: list[str] | None) -> None:
    assert partition(whole, bands) == parts


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True))
def test_any_cut_of_all_ages_is_found_again(cuts: list[int]) -> None:
    starts = [0, *sorted(cuts)]
    bands = [f"{a}-{b - 1}" for a, b in pairwise(starts)]
    bands = [f"{band.split('-')[0]}" if len(set(band.split("-"))) == 1 else band for band in bands]
    bands.append(f"{starts[-1]}+")
    assert partition("all", reversed(bands)) == bands


def test_a_rate_of_the_country_lies_between_those_of_its_municipalities(tmp_path: Path) -> None:
    def outside(rows: list[Row]) -> list[tuple[str, int | None, str | None]]:
        found = findings(tmp_path / NAME, rows)
        return [(f.severity, f.row, f.column) for f in found if "lie outside" in f.what_en]

    rows = municipality_rows(12.5, unit="Procent")
    rows[index_of(rows, "Rebild")][8] = 30.0
    country = row("Hele landet", None, None, [12.5] * N, unit="Procent")
    north = row("Regioner", "Region Nordjylland", None, [12.5] * N, unit="Procent")
    country[8] = north[8] = 13.0
    assert outside([country, north, *rows]) == []
    country[9] = 1.25  # the decimal mark slipped
    north[10] = 13.0  # more than any of them
    assert outside([country, north, *rows]) == [("warning", 4, "2016"), ("warning", 5, "2017")]
    rows[index_of(rows, "Rebild")][9] = None  # hidden, so the smallest is not known
    assert outside([country, north, *rows]) == [("warning", 5, "2017")]
