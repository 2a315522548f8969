"""The shipped workbooks look like the authority's, with its quirks, and come from the generator."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etl.demo
from etl.demo.contents import packages
from etl.demo.people import Country, Ints
from etl.demo.tables import conceal, rows
from tests.demo.conftest import YEARS

Books = dict[str, pl.DataFrame]
KEYS = ["Mål", "Emne", "Geografisk niveau", "Region", "Kommune", "Enhed", "Køn", "Alder"]
SAFE = ("Populationsoverblik", "Aeldre", "Kronikere")
ALL = (*SAFE, "Boern")


@pytest.mark.parametrize("package", packages(), ids=lambda p: p.file)
def test_shipped_file_is_what_the_generator_makes(
    books: Books, country: Country, counts: dict[str, Ints], package: etl.demo.contents.Package
) -> None:
    book = books[package.file.split("_")[1]]
    made = list(rows(package, country, counts))
    assert book.select(KEYS).rows() == [row.keys for row in made]
    values = np.array([row.values for row in made], dtype=float)
    same = np.isclose(book.select(YEARS).to_numpy(), values, rtol=0, atol=0, equal_nan=True)
    # Another release of numpy or another processor may round a draw the other way: single people.
    assert same.mean() > 0.999


def test_same_bytes_every_time(
    tmp_path: Path, raw_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smallest = tuple(p for p in packages() if p.file.startswith("DEMO_Aeldre"))
    monkeypatch.setattr(etl.demo, "packages", lambda: smallest)
    steps: list[tuple[str, int, int]] = []
    (first,) = etl.demo.generate(tmp_path / "a", raw_dir, progress=lambda *step: steps.append(step))
    (again,) = etl.demo.generate(tmp_path / "b", raw_dir)
    assert first.read_bytes() == again.read_bytes()
    assert steps == [("DEMO_Aeldre_2025.xlsx", 0, 1), ("", 1, 1)]


@pytest.mark.parametrize("package", packages(), ids=lambda p: p.file)
def test_front_page_says_demo(raw_dir: Path, package: etl.demo.contents.Package) -> None:
    book = openpyxl.load_workbook(raw_dir / package.file, read_only=True)
    assert book.sheetnames == [
        "FORSIDE",
        "Hovedresultater",
        "Dokumentation",
        "Opmærksomhedspunkter",
    ]
    front = book["FORSIDE"]
    assert front["C3"].value == "DEMO"
    assert front["C6"].value == f"DEMO - {package.title}"
    assert front["D7"].value == "28. november 2025"
    assert (raw_dir / package.file).stat().st_size < 2_900_000


@pytest.mark.parametrize("name", ALL)
def test_header_stands_on_row_three(raw_dir: Path, name: str) -> None:
    (path,) = raw_dir.glob(f"DEMO_{name}*.xlsx")
    sheet = fastexcel.read_excel(path).load_sheet("Hovedresultater", header_row=2, n_rows=1)
    assert [column.name for column in sheet.available_columns()] == [*KEYS, *YEARS]


@pytest.mark.parametrize("name", ALL)
def test_every_table_has_all_areas_and_bornholm_twice(books: Books, name: str) -> None:
    tables = (
        books[name]
        .group_by("Mål", "Emne", "Enhed", "Køn", "Alder")
        .agg(
            pl.len(),
            (pl.col("Geografisk niveau") == "Hele landet").sum().alias("country"),
            (pl.col("Geografisk niveau") == "Regioner").sum().alias("regions"),
            pl.col("Kommune").n_unique().alias("names"),
        )
    )
    # 98 names and the blank of the country and the regions
    assert tables.select("len", "country", "regions", "names").unique().rows() == [(105, 1, 5, 99)]
    bornholm = books[name].filter(Kommune="Bornholm")
    assert (bornholm[::2].select(YEARS).to_numpy() == 0).all()
    assert bornholm[1::2].select(pl.sum_horizontal(YEARS)).to_series().sum() > 0


@pytest.mark.parametrize("name", SAFE)
def test_publisher_rounds_and_hides(books: Books, name: str) -> None:
    table = books[name].filter(pl.col("Mål") != "Befolkning")
    values = table.select(YEARS).to_numpy()
    shown = values[~np.isnan(values)]
    assert (shown % 5 == 0).all()
    assert np.isnan(values).any()
    # what is blank in the counts is blank in the rates made of them
    if name == "Kronikere":
        place = ["Mål", "Emne", "Geografisk niveau", "Region", "Kommune"]
        count = table.filter(Enhed="Antal personer", Køn="Begge", Alder="Alle aldre")
        rate = table.filter(Enhed="Antal pr. 100.000 borgere")
        assert count.select(place).equals(rate.select(place))
        blank = np.isnan(count.select(YEARS).to_numpy())
        assert (np.isnan(rate.select(YEARS).to_numpy()) == blank).all()


def test_own_package_has_true_counts(books: Books) -> None:
    values = books["Boern"].select(YEARS).to_numpy()
    assert not np.isnan(values).any()
    assert np.isin([1, 2, 3, 4], values).all()


def test_own_package_adds_up(books: Books) -> None:
    table = books["Boern"].with_columns(
        pl.col("Geografisk niveau").replace_strict(
            {"Hele landet": "country", "Regioner": "regions", "Kommuner": "municipalities"}
        )
    )
    by_level = (
        table.group_by("Mål", "Emne", "Køn", "Alder", "Geografisk niveau")
        .agg(pl.col(YEARS).sum())
        .group_by("Mål", "Emne", "Køn", "Alder")
        .agg(pl.col(YEARS).n_unique())
    )
    assert (by_level.select(YEARS).to_numpy() == 1).all()
    keys = ["Mål", "Emne", "Geografisk niveau", "Region", "Kommune", "Alder"]
    by_sex = [
        table.filter(Køn=sex).sort(keys, maintain_order=True).select(YEARS).to_numpy()
        for sex in ("Begge", "Kvinder", "Mænd")
    ]
    np.testing.assert_array_equal(by_sex[0], by_sex[1] + by_sex[2])


def test_two_packages_give_the_same_population(books: Books) -> None:
    one, other = (
        books[name].filter(Mål="Befolkning", Alder="0-17 år").select("Kommune", "Køn", *YEARS)
        for name in ("Populationsoverblik", "Boern")
    )
    assert one.equals(other)


def test_children_with_contact_agree_between_packages(books: Books) -> None:
    keys = ["Emne", "Geografisk niveau", "Region", "Kommune", "Køn"]
    own = books["Boern"].filter(Mål="Borgere med kontakt", Alder="0-17 år")
    published = books["Populationsoverblik"].filter(
        pl.col("Emne") != "Mindst én sektor", Mål="Borgere med kontakt", Alder="0-17 år"
    )
    assert own.select(keys).equals(published.select(keys))
    gap = own.select(YEARS).to_numpy() - published.select(YEARS).to_numpy()
    assert np.nanmax(np.abs(gap)) <= 2.5


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 60))
def test_no_cell_is_hidden_alone_in_its_region(country: Country, seed: int, size: int) -> None:
    municipal = np.random.default_rng(seed).poisson(size, (98, 3))
    regions = [municipal[r.members].sum(axis=0) for r in country.regions]
    true = np.vstack([municipal.sum(axis=0), *regions, municipal])
    hide = conceal(true, country, np.zeros(true.shape, dtype=bool))
    assert hide[(true > 0) & (true < 5)].all()
    assert not hide[true == 0].any()
    for region in country.regions:
        hidden = hide[6 + region.members].sum(axis=0)
        others = (true[6 + region.members] > 0).sum(axis=0)
        assert ((hidden != 1) | (others == 1)).all()
