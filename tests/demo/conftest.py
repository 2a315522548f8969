"""The demo's true counts, drawn once, and the shipped workbooks, read once."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl
import pytest

from etl.demo import people
from etl.demo.contents import packages
from etl.demo.draw import Dice
from etl.demo.people import Country, Ints
from etl.demo.quantities import simulate

YEARS = [str(year) for year in range(2015, 2026)]


@pytest.fixture(scope="session")
def country(raw_dir: Path) -> Country:
    return people.load(raw_dir)


@pytest.fixture(scope="session")
def counts(country: Country) -> dict[str, Ints]:
    return simulate(Dice(country, 2025))


@pytest.fixture(scope="session")
def books(raw_dir: Path) -> dict[str, pl.DataFrame]:
    """Return Hovedresultater of the shipped workbooks, by the word after DEMO_ in the file name."""
    text = dict.fromkeys(("Mål", "Emne", "Geografisk niveau", "Region", "Kommune"), "string")
    text |= dict.fromkeys(("Enhed", "Køn", "Alder"), "string")
    types = text | dict.fromkeys(YEARS, "float")
    return {
        package.file.split("_")[1]: fastexcel.read_excel(raw_dir / package.file)
        .load_sheet("Hovedresultater", header_row=2, dtypes=types)
        .to_polars()
        for package in packages()
    }
