"""Every quantity that lies inside another, or is another, in the shipped packages is declared."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pytest

from etl.ingest.readers.folder import load_folder
from etl.ingest.readers.package import Package

CELL = ["area_id", "period", "sex", "age"]
#: As many cells where the larger one is small and yet is never passed are no chance.
TELLING = 200
SMALL = 15


@pytest.fixture(scope="module")
def packages(raw_dir):
    return load_folder(raw_dir).packages


def series(packages: Iterable[Package]) -> dict[tuple[str, str, str], pl.DataFrame]:
    """Return the counts of municipalities, by who made them safe, measure and sector."""
    found = {}
    for package in packages:
        rows = package.observations.filter(
            (pl.col("kind") == "count")
            & (pl.col("area_level") == "municipality")
            & (pl.col("status") == "ok")
            & (pl.col("measure") != "population")
        )
        for (measure, sector), part in rows.group_by("measure", "sector"):
            key = (package.info.package_id, str(measure), str(sector))
            found[key] = part.select(*CELL, "value")
    return found


def test_no_count_of_ours_lies_inside_another_that_nobody_declared(packages):
    ours = [one for one in packages if one.info.made_safe_by == "klyngeblik"]
    rounded = {one.info.package_id: (one.info.rounding_base or 0) // 2 for one in packages}
    declared = {
        tuple(sorted(name for name, _ in sum_ if not name.startswith("_")))
        for one in ours
        for sum_ in one.layout.series_sums(["all"])
    }
    named = {measure for sums in declared for measure in sums}
    every, undeclared = series(packages), []
    for (_, measure, sector), inside in series(ours).items():
        for (package, other, its), around in every.items():
            same = measure == other  # one name is one quantity, and known of as such
            both = inside.join(around, on=CELL, suffix="_of")
            room = pl.col("value_of") + rounded[package]
            if same or len(both) < TELLING or both.select((pl.col("value") > room).any()).item():
                continue
            telling = both.filter((pl.col("value") > 0) & (pl.col("value_of") < SMALL)).height
            if telling >= TELLING and not {measure, other} <= named:
                undeclared.append((measure, sector, other, its, telling))
    assert undeclared == []
