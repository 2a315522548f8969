"""The shipped packages, against the figures their publisher gives."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.ingest.observations import OBSERVATION_SCHEMA
from etl.ingest.readers import LoadedPackages, Package, load_folder
from etl.quality.checks import check_all


@pytest.fixture(scope="module")
def loaded(raw_dir: Path) -> LoadedPackages:
    return load_folder(raw_dir)


@pytest.fixture(scope="module")
def by_layout(loaded: LoadedPackages) -> dict[str, Package]:
    return {package.info.layout: package for package in loaded.packages}


def test_all_are_read_without_an_error(loaded: LoadedPackages, raw_dir: Path) -> None:
    loaded.raise_errors()
    files = {p.name for p in raw_dir.iterdir() if p.suffix in (".csv", ".xlsx")}
    assert {p.info.file for p in loaded.packages} == files


def test_all_give_the_same_columns(loaded: LoadedPackages) -> None:
    for package in loaded.packages:
        assert package.observations.schema == OBSERVATION_SCHEMA


def test_nothing_is_wrong_in_them_beyond_what_is_known(loaded: LoadedPackages) -> None:
    findings = check_all(loaded.packages)
    assert [str(f) for f in findings if f.severity == "error"] == []
    warnings = [f for f in findings if f.severity == "warning"]
    known = {
        "FRKM126_20260601.csv": "Struer, 2026, 80+: 1,683 there, 1,682 here",
        "SKOLEFRAVAER_2025.csv": "Struer, 2025, 23.1 before, 14.2 now",
        # drawn, not real: single jumps of small numbers
        "DEMO_Kronikere_og_psykiatri_2025.xlsx": "the year before",
        "DEMO_Populationsoverblik_2025.xlsx": "the year before",
    }
    assert {f.file for f in warnings} <= set(known)
    assert all(known[f.file] in f.what_en for f in warnings)
    assert "FRKM126_20260601.csv" in {f.file for f in warnings}


def people(package: Package, period: int, age: str) -> float:
    rows = package.observations.filter(pl.col("period") == period, pl.col("age") == age)
    assert rows["area_id"].n_unique() == rows.height == 98
    return float(rows["value"].sum())


def test_people_on_1_january_add_up_to_the_published_totals(by_layout: dict[str, Package]) -> None:
    assert people(by_layout["folk1a"], 2026, "all") == 6_025_511
    assert people(by_layout["frkm126"], 2026, "80+") == 360_631
    assert people(by_layout["frkm126"], 2030, "80+") == 427_695
    assert people(by_layout["frkm126"], 2035, "80+") == 466_686
    assert people(by_layout["frkm126"], 2040, "80+") == 498_958


def test_age_bands_add_up_in_every_municipality_and_year(by_layout: dict[str, Package]) -> None:
    rows = by_layout["folk1a"].observations
    bands = rows.filter(pl.col("age") != "all").group_by("area_id", "period").agg(pl.sum("value"))
    totals = rows.filter(pl.col("age") == "all").select("area_id", "period", total="value")
    both = totals.join(bands, on=["area_id", "period"])
    assert both.height == totals.height == 98 * 11
    assert both.filter(pl.col("total") != pl.col("value")).is_empty()


def test_hidden_and_missing_values_are_not_zero(loaded: LoadedPackages) -> None:
    for package in loaded.packages:
        rows = package.observations
        assert rows.filter((pl.col("status") == "ok") != pl.col("value").is_not_null()).is_empty()


def test_dates_come_from_the_name_or_the_cover(by_layout: dict[str, Package]) -> None:
    assert str(by_layout["folk1a"].info.published) == "2026-02-11"
    assert str(by_layout["demo-aeldre"].info.published) == "2025-11-28"
    assert by_layout["sygp1"].info.published is None  # a year is not a date


def test_only_the_demo_packages_are_marked_as_demo(loaded: LoadedPackages) -> None:
    for package in loaded.packages:
        assert package.info.is_demo == package.info.file.startswith("DEMO_")


def test_the_package_with_true_counts_is_left_to_us(by_layout: dict[str, Package]) -> None:
    assert by_layout["demo-boern-og-unge"].info.made_safe_by == "klyngeblik"
    assert by_layout["demo-boern-og-unge"].info.suppressed == 0
    for layout in ("demo-aeldre", "demo-kronikere-og-psykiatri", "demo-populationsoverblik"):
        assert by_layout[layout].info.made_safe_by == "publisher"
        assert by_layout[layout].info.suppressed > 0
        assert by_layout[layout].info.missing == 0


def test_every_standardised_row_says_how(by_layout: dict[str, Package]) -> None:
    rows = by_layout["demo-kronikere-og-psykiatri"].observations
    how = rows.group_by("kind", "standardisation").agg(pl.col("sex").unique().sort()).sort("kind")
    found = {(k, s): list(sexes) for k, s, sexes in how.rows()}
    assert found["standardised", "age_sex"] == ["all"]
    assert set(found["standardised", "age"]) == {"female", "male"}
    assert ("rate", "crude") in found
    assert not any(kind != "standardised" and s != "crude" for kind, s in found)
