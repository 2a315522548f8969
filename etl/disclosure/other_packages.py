"""What other packages, made safe by their publishers, say of counts that are ours to make safe."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Final

import polars as pl

from etl.disclosure.previous_release import CELL
from etl.indicators.relations import Rules
from etl.ingest.readers.package import Package

#: Official population statistics; the number of people in a place is public.
PUBLIC: Final = frozenset({"population"})
#: A table: what is one quantity in all its areas, or is not.
_TABLE: Final = [name for name in CELL if name != "area_id"]
_EXACT: Final = 1e-6


def beside(packages: Iterable[Package], measures: Iterable[str]) -> list[Package]:
    """Return the packages made safe by their publishers that count some of the measures."""
    wanted = set(measures) - PUBLIC
    return [
        package
        for package in packages
        if package.info.made_safe_by == "publisher" and wanted & set(package.delivered_as)
    ]


def known(cells: pl.DataFrame, packages: Iterable[Package]) -> pl.DataFrame:
    """Return what packages say of counts: the least and the most that each can be.

    Parameters
    ----------
    cells : polars.DataFrame
        ``etl.disclosure.previous_release.CELL`` and the true ``count``.
    packages : iterable of Package
        As :func:`beside` gives them.

    Returns
    -------
    polars.DataFrame
        ``CELL``, ``low`` and ``high`` of the cells that any of them counts: half of what it rounds
        to on either side of what it shows, never below its threshold, and what a blank can mean. A
        table (all areas of a measure, year, sex, age and sector) that does not fit the true counts
        is another quantity of the same name, and left out.
    """
    frames = [_said(package, cells["measure"].unique().to_list()) for package in packages]
    if not frames:
        return cells.clear().select(*CELL, low=pl.lit(0.0), high=pl.lit(0.0))
    said = (
        pl.concat(frames)
        .group_by(CELL)
        .agg(pl.col("low").max(), pl.col("high").min())
        .join(cells.select(*CELL, "count"), on=CELL)
    )
    fits = (pl.col("count") > pl.col("low") - _EXACT) & (pl.col("count") < pl.col("high") + _EXACT)
    return said.filter(fits.all().over(_TABLE)).select(*CELL, "low", "high").sort(CELL)


def _said(package: Package, measures: list[str]) -> pl.DataFrame:
    rules = Rules.of([package])
    rows = package.observations.filter(
        (pl.col("kind") == "count")
        & pl.col("measure").is_in(measures)
        & pl.col("status").is_in(["ok", "suppressed_by_source"])
    )
    # counts are whole: rounded to the nearest 5, a count is off by 2 at most
    half = pl.col("measure").replace_strict(
        {name: base // 2 for name, base in rules.rounded_to.items()},
        default=0,
        return_dtype=pl.Float64,
    )
    least = {name: float(low) for name, (low, _) in rules.hidden.items()}
    most = {name: high for name, (_, high) in rules.hidden.items() if high is not None}
    value, name = pl.col("value"), pl.col("measure")
    # what a publisher who hides few people shows is none, or not few
    floor = pl.when(value >= package.info.threshold).then(float(package.info.threshold))
    above = pl.when(value > 0).then(value + half).otherwise(0.0)
    shown = pl.col("status") == "ok"
    return rows.select(
        *CELL,
        low=pl.when(shown)
        .then(pl.max_horizontal(value - half, floor.otherwise(0.0)))
        .otherwise(name.replace_strict(least, default=0.0, return_dtype=pl.Float64)),
        high=pl.when(shown)
        .then(above)
        .otherwise(name.replace_strict(most, default=inf, return_dtype=pl.Float64)),
    )
