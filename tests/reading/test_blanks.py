"""A blank that cannot be is found: file, sheet, row, column, and never what the number was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from etl.findings import Finding
from etl.ingest.readers import Package, read_package
from etl.quality.blanks import check_blanks
from tests.reading.builders import codes, municipality_rows, statbank, workbook

NAME = "DEMO_Aeldre_2025.xlsx"
WHERE = pl.col("measure") == "home_help"


@pytest.fixture(scope="module")
def elderly(raw_dir: Path) -> Package:
    return read_package(raw_dir / NAME)


def emptied(package: Package, *where: pl.Expr) -> Package:
    """Return a package in which some cells are blank, as the reader gives it."""
    chosen = pl.lit(value=True)
    for one in where:
        chosen &= one
    frame = package.observations.with_columns(
        value=pl.when(~chosen).then("value"),
        status=pl.when(chosen).then(pl.lit("suppressed_by_source")).otherwise("status"),
    )
    return replace(package, observations=frame)


def only(package: Package) -> Finding:
    (finding,) = check_blanks(package)
    return finding


def cell(area: str, year: int, sex: str = "all", age: str = "80+") -> pl.Expr:
    return (
        (pl.col("area_id") == area)
        & (pl.col("period") == year)
        & (pl.col("sex") == sex)
        & (pl.col("age") == age)
    )


@pytest.mark.parametrize(
    "name",
    [
        "DEMO_Aeldre_2025.xlsx",
        "DEMO_Boern_og_unge_2025.xlsx",
        "DEMO_Kronikere_og_psykiatri_2025.xlsx",
        "DEMO_Populationsoverblik_2025.xlsx",
        "HJEMSYG_2025.csv",
        "UND2_2025.csv",
    ],
)
def test_what_publishers_hide_is_no_fault(raw_dir: Path, name: str) -> None:
    assert check_blanks(read_package(raw_dir / name)) == []


@pytest.mark.parametrize("area", ["0101", "0751", "0461", "0360"])
@pytest.mark.parametrize("year", [2015, 2025])
def test_one_count_lost_wants_a_yes(elderly: Package, area: str, year: int) -> None:
    finding = only(emptied(elderly, WHERE, cell(area, year)))
    row = elderly.observations.filter(WHERE, cell(area, year))
    assert finding.severity == "question"
    assert (finding.sheet, finding.row, finding.column) == (
        "Hovedresultater", row["row"].item(), str(year)
    )  # fmt: skip
    assert "not small" in finding.what_en
    assert f"{row['value'].item():.0f}" not in finding.what_en + finding.what_da


def test_a_large_count_lost_beside_small_ones_that_are_hidden_wants_a_yes(raw_dir: Path) -> None:
    # its youngest patients are hidden: a publisher who had to hide more would have taken fewer
    chronic = read_package(raw_dir / "DEMO_Kronikere_og_psykiatri_2025.xlsx")
    disease = pl.col("measure") == "type_2_diabetes_prevalence"
    lost = emptied(chronic, disease, cell("0336", 2024, age="all"), pl.col("kind") == "count")
    assert only(lost).severity == "question"


def test_a_municipality_lost_in_all_years_is_one_question_a_row(elderly: Package) -> None:
    lost = emptied(elderly, WHERE, pl.col("area_id") == "0101")
    found = check_blanks(lost)
    assert {finding.severity for finding in found} == {"question"}
    assert len(found) == elderly.observations.filter(WHERE)["row"].n_unique() / 104
    assert all("11 cells" in finding.what_en for finding in found)


@pytest.mark.parametrize("area", ["0101", "reg07-syddanmark", "dk"])
def test_a_blank_population_is_an_error(elderly: Package, area: str) -> None:
    finding = only(emptied(elderly, pl.col("measure") == "population", cell(area, 2025)))
    assert (finding.severity, finding.column) == ("error", "2025")
    assert "never hidden" in finding.what_en


def test_a_population_whose_blanks_are_said_to_be_missing_wants_a_yes(tmp_path: Path) -> None:
    rows = municipality_rows(100)
    people = municipality_rows(None, measure="Befolkning", topic="Indbyggere")
    package = read_package(workbook(tmp_path / NAME, [*rows, *people]))
    missing = package.layout.model_copy(update={"blank": "missing"})
    frame = package.observations.with_columns(
        status=pl.col("status").replace("suppressed_by_source", "missing")
    )
    found = check_blanks(replace(package, layout=missing, observations=frame))
    assert {finding.severity for finding in found} == {"question"}


def test_a_total_that_contradicts_the_others_leaves_a_blank_nothing(elderly: Package) -> None:
    hidden = elderly.observations.filter(
        pl.col("status") == "suppressed_by_source", pl.col("area_level") == "municipality"
    ).row(0, named=True)
    same = [pl.col(key) == hidden[key] for key in ("measure", "sex", "age", "period")]
    wrong = elderly.observations.with_columns(
        value=pl.when(*same, pl.col("area_level") == "region")
        .then(pl.col("value") / 2)
        .otherwise("value")
    )
    found = check_blanks(replace(elderly, observations=wrong))
    errors = [finding for finding in found if finding.severity == "error"]
    assert errors
    assert any(
        (finding.row, finding.column) == (hidden["row"], str(hidden["period"]))
        for finding in errors
    )


def test_a_blank_with_nobody_behind_it_is_an_error(tmp_path: Path) -> None:
    rows = [
        *municipality_rows(100, sex="Begge"),
        *municipality_rows(100, sex="Kvinder"),
        *municipality_rows(None, sex="Mænd"),
    ]
    package = read_package(workbook(tmp_path / NAME, rows))
    exact = replace(package, info=replace(package.info, rounding_base=None))
    errors = [finding for finding in check_blanks(exact) if finding.severity == "error"]
    assert errors
    assert "nobody" in errors[0].what_en


def test_what_a_layout_says_of_blanks_is_held_against_the_totals(tmp_path: Path) -> None:
    rows = [
        *municipality_rows(120, sex="Begge"),
        *municipality_rows(100, sex="Kvinder"),
        *municipality_rows(None, sex="Mænd"),
    ]
    package = read_package(workbook(tmp_path / NAME, rows))
    only_small = package.layout.hidden.model_copy(update={"low": 1, "high": 4})
    layout = package.layout.model_copy(update={"hidden": only_small})
    found = check_blanks(replace(package, layout=layout))
    assert {finding.severity for finding in found} == {"error"}
    assert "no count fits" in found[0].what_en


def test_a_year_without_figures_wants_a_yes(elderly: Package) -> None:
    finding = only(emptied(elderly, pl.col("period") == 2025, pl.col("measure") != "population"))
    assert (finding.severity, finding.column) == ("question", "2025")
    assert "2025 is entirely empty" in finding.what_en


def test_a_measure_without_figures_wants_a_yes(elderly: Package) -> None:
    finding = only(emptied(elderly, WHERE))
    assert finding.severity == "question"
    assert "Hjemmehjælp / Modtagere has no figures at all" in finding.what_en


def test_a_package_without_figures_is_an_error(elderly: Package) -> None:
    found = check_blanks(emptied(elderly, pl.col("period") > 0))
    assert "error" in {finding.severity for finding in found}
    assert any("No cell" in finding.what_en for finding in found)


def test_many_more_blanks_than_the_year_before_want_a_yes(elderly: Package) -> None:
    last = sorted(elderly.observations["area_id"].unique())[60:98]
    cut_off = emptied(elderly, WHERE, pl.col("period") == 2025, pl.col("area_id").is_in(last))
    asked = [f for f in check_blanks(cut_off) if "many more" in f.what_en]
    assert [(f.severity, f.column) for f in asked] == [("question", "2025")]


def test_a_year_of_the_publishers_own_marks_is_no_blank(tmp_path: Path) -> None:
    lines = [f"{code};2017;.." for code in codes()] + [f"{code};2018;7,5" for code in codes()]
    assert check_blanks(read_package(statbank(tmp_path / "UND2_2025.csv", lines))) == []
