"""A build says where so much is hidden that little is left to see."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from etl.indicators.definition import load_indicators
from etl.quality.coverage import COUNTED, mostly_hidden
from tests.build.making import indicator, package
from warehouse import connect

PACKAGES = [package([], layout="cases", threshold=10)]


def counted(hidden: dict[int, int], of: int = 10) -> pl.DataFrame:
    """Ask a warehouse for one indicator's municipal figures; `hidden` of them by year."""
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
    with duckdb.connect() as con:
        con.register("measures", pl.DataFrame(rows, schema=columns, orient="row"))
        frame: pl.DataFrame = con.sql(COUNTED).pl()
        return frame


def test_years_with_most_figures_hidden_are_named() -> None:
    (found,) = mostly_hidden(counted({2023: 4, 2024: 8, 2025: 10}), [indicator()], PACKAGES)
    assert (found.severity, found.file) == ("warning", "cases_2025.xlsx")
    assert "90 % of the municipalities' figures are hidden (2024, 2025)" in found.what_en
    assert indicator().title_en in found.what_en
    assert "90 % af kommunernes tal er skjult" in found.what_da
    assert "færre end 10 personer" in found.what_da


def test_where_most_is_shown_nothing_is_said(warehouse_path: Path) -> None:
    assert mostly_hidden(counted({2024: 4, 2025: 0}), [indicator()], PACKAGES) == []
    with connect(warehouse_path) as shipped:
        known = shipped.sql(COUNTED)
    assert len(known)
    assert mostly_hidden(known, list(load_indicators().values()), []) == []
