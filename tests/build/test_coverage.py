"""A build says where so much is hidden that little is left to see."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.coverage import mostly_hidden
from tests.build.making import indicator

FILES = {"cases-2025": "cases_2025.xlsx"}


def measures(hidden: dict[int, int], of: int = 10) -> pl.DataFrame:
    """Municipal figures of one indicator: year -> how many of them are hidden."""
    rows = [
        (indicator().id, "cases-2025", geography, year, "crude", status)
        for year, number in hidden.items()
        for geography, status in (
            *[("kommuner", "suppressed"), ("kommuner", "suppressed_secondary")] * (number // 2),
            *[("kommuner", "ok")] * (of - number),
            *[("kommuner", "missing")] * of,  # not ours to hide
            *[("klynger-2022", "ok")] * of,
        )
    ]
    columns = ["indicator_id", "package_id", "geography", "period", "standardisation", "status"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_years_with_most_figures_hidden_are_named(tmp_path: Path) -> None:
    made = measures({2023: 4, 2024: 8, 2025: 10})
    (found,) = mostly_hidden(made, tmp_path, (), [indicator()], FILES)
    assert (found.severity, found.file) == ("warning", "cases_2025.xlsx")
    assert "90 % of the municipalities' figures are hidden (2024, 2025)" in found.what_en
    assert indicator().title_en in found.what_en
    assert "90 % af kommunernes tal er skjult" in found.what_da


@pytest.mark.parametrize("made", [measures({2024: 4, 2025: 0}), pl.DataFrame()])
def test_where_most_is_shown_nothing_is_said(tmp_path: Path, made: pl.DataFrame) -> None:
    assert mostly_hidden(made, tmp_path, (), [indicator()], FILES) == []


def test_figures_taken_from_the_last_warehouse_are_said_again(warehouse_path: Path) -> None:
    """What is not computed again is looked up; the shipped figures are mostly shown."""
    from etl.indicator import load_indicators
    from warehouse import connect

    with connect(warehouse_path) as wh:
        names = wh.sql("SELECT indicator_id FROM indicators")["indicator_id"].to_list()
    every = list(load_indicators().values())
    found = mostly_hidden(pl.DataFrame(), warehouse_path, names, every, {})
    assert found == []
