"""The authority's workbook with its quirks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.ingest.readers import Package, read_package
from etl.ingest.readers.workbook import danish_date
from tests.reading.builders import (
    YEARS,
    index_of,
    municipality_rows,
    row,
    workbook,
)

SAFE = "DEMO_Aeldre_2025.xlsx"  # made safe by its publisher, rounded to 5
TRUE = "DEMO_Boern_og_unge_2025.xlsx"  # true counts
ADHD = {"measure": "ADHD", "topic": "Borgere", "unit": "Antal borgere", "age": "0-17 år"}


def cell(package: Package, area_id: str, period: int = 2020, **where: str) -> dict[str, Any]:
    rows = package.observations.filter(pl.col("area_id") == area_id, pl.col("period") == period)
    for column, value in where.items():
        rows = rows.filter(pl.col(column) == value)
    return rows.row(0, named=True) if rows.height == 1 else {"rows": rows.height}


def test_names_become_codes_and_places_are_kept(tmp_path: Path) -> None:
    rows = municipality_rows()
    package = read_package(workbook(tmp_path / SAFE, rows))
    place = index_of(rows, "Læsø")
    found = cell(package, "0825")
    assert (found["area_level"], found["value"], found["status"]) == ("municipality", 100.0, "ok")
    assert (found["sheet"], found["row"]) == ("Hovedresultater", 4 + place)
    assert found["package_id"] == "demo-aeldre-2025"
    assert found["measure"] == "multimorbidity"
    assert (found["sex"], found["age"], found["sector"]) == ("all", "65+", "all")


def test_bornholm_is_there_once_and_not_as_zero(tmp_path: Path) -> None:
    package = read_package(workbook(tmp_path / SAFE, municipality_rows()))
    assert cell(package, "0400")["value"] == 100.0
    assert package.observations.height == 98 * len(YEARS)
    assert any("Bornholm is delivered twice" in f.what_en for f in package.findings)


def test_a_bornholm_that_is_wholly_hidden_is_kept_rather_than_the_zeros(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[index_of(rows, "Bornholm")][8:] = [None] * len(YEARS)
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0400")["status"] == "suppressed_by_source"


def test_a_bornholm_that_is_really_zero_is_kept_once(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[index_of(rows, "Bornholm")][8:] = [0] * len(YEARS)
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0400")["value"] == 0.0


def test_a_bornholm_of_zeros_and_hidden_cells_is_kept_with_its_hidden_cells(tmp_path: Path) -> None:
    rows = municipality_rows()
    place = index_of(rows, "Bornholm")
    rows[place][8:] = [0, None] + [0] * (len(YEARS) - 2)
    rows[place], rows[place + 1] = rows[place + 1], rows[place]
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0400", 2016)["status"] == "suppressed_by_source"


@pytest.mark.parametrize(
    ("name", "labels", "status"),
    [(SAFE, {}, "suppressed_by_source"), (TRUE, ADHD, "missing")],
)
def test_a_blank_is_hidden_by_a_publisher_who_hides_and_else_missing(
    tmp_path: Path, name: str, labels: dict[str, str], status: str
) -> None:
    rows = municipality_rows(**labels)
    rows[0][8 + 5] = None
    package = read_package(workbook(tmp_path / name, rows))
    blank = cell(package, "0101", 2020)
    assert (blank["status"], blank["value"]) == (status, None)
    assert package.info.suppressed + package.info.missing == 1


def test_a_column_with_nothing_in_it_is_hidden_not_refused(tmp_path: Path) -> None:
    rows = municipality_rows()
    for values in rows:
        values[8] = None
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0101", 2015)["status"] == "suppressed_by_source"


def test_the_mark_for_missing_is_not_the_blank_for_hidden(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[0][8] = ".."
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0101", 2015)["status"] == "missing"
    assert cell(package, "0147", 2015)["value"] == 100.0  # its neighbours stay numbers


def test_a_number_written_as_text_is_that_number(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[0][8] = "125"
    rows[1][8] = ".."
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "0101", 2015)["value"] == 125.0


def test_a_zero_is_a_zero(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[0][8] = 0
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert (cell(package, "0101", 2015)["value"], package.info.suppressed) == (0.0, 0)


def test_country_and_regions_beside_municipalities(tmp_path: Path) -> None:
    rows = [
        row("Hele landet", None, None, [9_800] * len(YEARS)),
        row("Regioner", "Region Nordjylland", None, [1_100] * len(YEARS)),
        *municipality_rows(),
    ]
    package = read_package(workbook(tmp_path / SAFE, rows))
    assert cell(package, "dk")["area_level"] == "country"
    assert cell(package, "reg07-nordjylland")["value"] == 1_100.0


def test_standardised_rows_are_of_both_sexes_or_one(tmp_path: Path) -> None:
    kol = {"measure": "Prævalens (sygdomsforekomst)", "topic": "KOL"}
    both = "Køns- og aldersstandardiseret antal pr. 100.000"
    one = "Aldersstandardiseret antal pr. 100.000"
    rows = [
        *municipality_rows(100, **kol, unit="Antal personer", age="Alle aldre"),
        *municipality_rows(200, **kol, unit=both, sex="Standardiseret", age="Standardiseret"),
        *municipality_rows(300, **kol, unit=one, sex="Kvinder", age="Standardiseret"),
    ]
    package = read_package(workbook(tmp_path / "DEMO_Kronikere_og_psykiatri_2025.xlsx", rows))
    crude = cell(package, "0400", standardisation="crude")
    assert (crude["kind"], crude["value"], crude["age"]) == ("count", 100.0, "all")
    age_sex = cell(package, "0400", standardisation="age_sex")
    assert (age_sex["kind"], age_sex["value"]) == ("standardised", 200.0)
    assert (age_sex["sex"], age_sex["age"]) == ("all", "all")
    age = cell(package, "0400", standardisation="age")
    assert (age["sex"], age["age"], age["value"]) == ("female", "all", 300.0)


def test_the_topic_names_the_sector(tmp_path: Path) -> None:
    labels = {"measure": "Borgere med kontakt", "unit": "Antal borgere", "age": "Alle aldre"}
    rows = [
        *municipality_rows(100, **labels, topic="Almen praksis"),
        *municipality_rows(150, **labels, topic="Mindst én sektor"),
    ]
    package = read_package(workbook(tmp_path / "DEMO_Populationsoverblik_2025.xlsx", rows))
    assert set(package.observations["measure"]) == {"citizens_with_contact"}
    assert cell(package, "0101", sector="general_practice")["value"] == 100.0
    assert cell(package, "0101", sector="all")["value"] == 150.0


def test_cover_gives_title_and_date(tmp_path: Path) -> None:
    info = read_package(workbook(tmp_path / SAFE, municipality_rows(), title="Titlen")).info
    assert (info.title, info.published) == ("Titlen", dt.date(2025, 11, 28))
    info = read_package(
        workbook(tmp_path / SAFE, municipality_rows(), date=dt.date(2025, 5, 1))
    ).info
    assert info.published == dt.date(2025, 5, 1)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("28. november 2025", dt.date(2025, 11, 28)),
        ("Udgivet den 1. Maj 2026", dt.date(2026, 5, 1)),
        ("2025-11-28 00:00:00", dt.date(2025, 11, 28)),
        ("31. februar 2025", None),
        ("november 2025", None),
        ("28. november", None),
    ],
)
def test_danish_dates(text: str, date: dt.date | None) -> None:
    assert danish_date(text) == date


def test_years_may_be_numbers_and_blank_rows_do_not_count(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows.insert(3, [None])
    headings = [
        *("Mål", "Emne", "Geografisk niveau", "Region"),
        *("Kommune", "Enhed", "Køn", "Alder"),
        *YEARS,
    ]
    package = read_package(workbook(tmp_path / SAFE, rows, headings=headings))
    assert package.observations.height == 98 * len(YEARS)
    assert package.observations["row"].max() == 4 + 99
    assert package.info.rows_in == 99


# --- against a slow twin ------------------------------------------------------------------------


def slow_twin(path: Path) -> dict[tuple[str, int], tuple[float | None, str, int]]:
    """Read the workbook the obvious way: municipality and year -> value, status, row."""
    sheet = openpyxl.load_workbook(path)["Hovedresultater"]
    headings = [c.value for c in sheet[3]]
    cells: dict[tuple[str, int], tuple[float | None, str, int]] = {}
    for number, values in enumerate(sheet.iter_rows(min_row=4, values_only=True), start=4):
        named = dict(zip(headings, values, strict=True))
        figures = [named[str(year)] for year in YEARS]
        if named["Kommune"] == "Bornholm" and figures == [0] * len(YEARS):
            continue
        for year, figure in zip(YEARS, figures, strict=True):
            if figure == "..":
                read = (None, "missing", number)
            elif figure is None:
                read = (None, "suppressed_by_source", number)
            else:
                read = (float(figure), "ok", number)
            cells[named["Kommune"], year] = read
    return cells


FIGURES = st.one_of(st.none(), st.just(".."), st.integers(0, 200_000).map(lambda n: 5 * n))


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.integers(0, 97), st.integers(0, len(YEARS) - 1), FIGURES),
        max_size=40,
    ),
    st.permutations(range(99)),
)
def test_the_reader_agrees_with_its_slow_twin(
    tmp_path: Path, changes: list[tuple[int, int, Any]], order: list[int]
) -> None:
    rows = municipality_rows(5)
    artefact = index_of(rows, "Bornholm") + 1
    for place, year, figure in changes:
        if place != artefact:
            rows[place][8 + year] = figure
    path = workbook(tmp_path / SAFE, [rows[n] for n in order])
    import geo

    names = dict(geo.municipalities().select("municipality_id", "name").rows())
    read = {
        (names[area_id], period): (value, status, line)
        for area_id, period, value, status, line in read_package(path)
        .observations.select("area_id", "period", "value", "status", "row")
        .rows()
    }
    assert read == slow_twin(path)
