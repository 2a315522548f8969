"""The seam to disclosure control: what it is given, what it keeps, what it can change."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl import safety
from etl.compute import compute
from tests.build.making import SMALL, areas, counts, indicator, package

ROWS = [
    *counts("population", {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000}),
    *counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 400}),
]


def test_the_pattern_is_remembered_without_any_count(tmp_path: Path) -> None:
    def made() -> pl.DataFrame:
        return compute(
            [package(ROWS, safe=False)], [indicator()], areas(), SMALL, cache=tmp_path
        ).measures

    first = made()
    (kept,) = tmp_path.iterdir()
    assert pl.read_parquet(kept).columns == ["status"]
    pl.read_parquet(kept).with_columns(status=pl.lit("suppressed")).write_parquet(kept)
    assert first["value"].drop_nulls().len() > 0
    assert made()["value"].drop_nulls().is_empty()  # the second time what was kept is used
    (tmp_path / kept.name).write_bytes(b"broken")
    assert made().equals(first)


def test_packages_made_safe_by_their_publisher_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(safety, "make_safe")
    found = compute([package(ROWS)], [indicator()], areas(), SMALL).measures
    assert found.filter(pl.col("area_id") == "0002")["count"].to_list() == [3]


def test_all_areas_are_protected_together_and_the_whole_is_given_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[pl.DataFrame] = []

    def spy(cells: pl.DataFrame, catchments: pl.DataFrame, *, threshold: int) -> pl.DataFrame:
        assert threshold == 5
        seen.append(cells)
        hide = pl.col("area_id") == "dk"
        return cells.with_columns(
            status=pl.when(hide).then(pl.lit("suppressed_secondary")).otherwise(pl.lit("ok"))
        )

    monkeypatch.setitem(safety.make_safe.__kwdefaults__ or {}, "protect", spy)
    found = compute([package(ROWS, safe=False)], [indicator()], areas(), SMALL).measures
    (cells,) = seen
    assert set(cells["geography"].unique()) == set(SMALL["geography"].unique())
    assert set(cells["measure"].unique()) == {"cases"}  # people in a place are public
    assert cells.filter(pl.col("area_id") == "reg07-x").row(0)[-2:] == (103, 3000)
    country = found.filter(pl.col("area_id") == "dk").row(0, named=True)
    assert (country["status"], country["value"], country["population"]) == (
        "suppressed_secondary",
        None,
        10_000,
    )
