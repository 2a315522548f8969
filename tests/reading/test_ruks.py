"""The authority's workbook of chronic disease: read under its own names, real before made up."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import warehouse
from etl.ingest.readers import Package, read_package
from etl.layouts import load_layouts
from etl.publish.build import build
from tests.reading import ruks

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "ruks-danmark-2010-2025.csv"


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        (ruks.NAME, "2025"),
        ("RUKS-2010-2025.xlsx", "2025"),
        ("RUKS_2010-2026.xlsx", "2026"),
        ("Register for kroniske (RUKS) 2010-2024 (udgivet 1. december 2024).xlsx", "2024"),
    ],
)
def test_every_name_it_is_known_by_is_recognised(name: str, edition: str) -> None:
    known = load_layouts().recognise(name)
    assert known is not None
    assert (known[0].id, known[1]) == ("ruks", edition)


@pytest.fixture(scope="module")
def national() -> ruks.National:
    """The authority's own national figures where they can be had, of one disease."""
    if not FACTS.is_file():
        return ruks.made_up()
    known = ruks.published(FACTS)
    return {key: counts for key, counts in known.items() if key[1] == "KOL"}


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, raw_dir: Path, national: ruks.National
) -> Path:
    made = tmp_path_factory.mktemp("ruks")
    ruks.workbook(made, raw_dir, national)
    return made


@pytest.fixture(scope="module")
def package(folder: Path) -> Package:
    return read_package(folder / ruks.NAME)


def test_each_figure_is_read_with_its_unit_sex_and_five_years_of_age(package: Package) -> None:
    read = package.observations
    assert package.info.published is not None
    assert str(package.info.published) == "2025-11-28"
    assert set(read["measure"]) == {"copd_prevalence", "copd_incidence"}
    assert set(read["period"]) == set(ruks.YEARS)
    assert read.filter(kind="count")["age"].n_unique() == len(ruks.AGES) + 1
    assert set(read.filter(kind="standardised")["standardisation"]) == {"age", "age_sex"}
    assert read.filter(area_level="municipality")["area_id"].n_unique() == 98


def test_an_empty_cell_is_hidden_and_never_nobody(package: Package) -> None:
    hidden = package.observations.filter(status="suppressed_by_source")
    assert hidden.height > 1_000
    assert hidden["value"].null_count() == hidden.height
    assert "0825" in set(hidden["area_id"])


def test_bornholm_is_read_once_and_is_not_the_row_of_zeros(package: Package) -> None:
    own = package.observations.filter(
        area_id="0400", measure="copd_prevalence", age="all", sex="all", kind="count", period=2025
    )
    assert own.height == 1
    assert own["value"].item() > 0


def test_the_countrys_rows_are_the_delivered_ones(
    package: Package, national: ruks.National
) -> None:
    whole = package.observations.filter(
        area_id="dk", age="all", sex="all", kind="count", measure="copd_prevalence"
    ).sort("period")
    assert tuple(whole["value"]) == national[ruks.MEASURES[1], "KOL"]


def test_real_diseases_take_the_place_of_made_up_ones_and_the_rest_stays(
    folder: Path, raw_dir: Path, national: ruks.National
) -> None:
    for name in (
        "DEMO_Kronikere_og_psykiatri_2025.xlsx", "FOLK1A_20260211.csv", "FOLK1B_2020.csv",
        "accepted.toml",
    ):  # fmt: skip
        shutil.copy(raw_dir / name, folder)
    build(folder, folder / "warehouse.duckdb", ask=False)
    with warehouse.connect(folder / "warehouse.duckdb") as wh:
        made_up = dict(wh.sql("SELECT indicator_id, is_demo FROM indicators").rows())
        found = wh.sql(
            "SELECT a.level, m.standardisation, m.value, m.lower, m.count, m.population "
            "FROM measures m JOIN areas a USING (area_id) WHERE period = 2025 AND sex = 'all' "
            "AND age = 'all' AND indicator_id = 'copd_prevalence' AND m.status = 'ok'"
        )
    assert not made_up["copd_prevalence"]
    assert not made_up["copd_incidence"]
    assert made_up["asthma_prevalence"]
    crude = found.filter(standardisation="crude")
    assert crude.filter(level="cluster").height == 22 * 2
    assert crude["lower"].null_count() == 0
    country = crude.filter(pl.col("level") == "country").row(0, named=True)
    assert country["count"] == national[ruks.MEASURES[1], "KOL"][-1]
    assert country["value"] == pytest.approx(100_000 * country["count"] / country["population"])
    # the publisher's own standardised figures, for the areas it gives them for
    assert found.filter(standardisation="age", level="municipality").height == 98
