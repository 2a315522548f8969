"""Age bands that no package delivers, made of those it does."""

from __future__ import annotations

import polars as pl

from etl.indicators.definition import DerivedAge
from etl.ingest.observations import CELL


def with_derived_ages(
    observations: pl.DataFrame, derived_ages: dict[str, DerivedAge]
) -> pl.DataFrame:
    """Add derived age bands to delivered counts, rounded to whole people.

    Parameters
    ----------
    observations : polars.DataFrame
        ``etl.ingest.observations.OBSERVATION_SCHEMA``.
    derived_ages : dict of str to DerivedAge
        What each new band is made of, those that are parts of others first: with 80-89 and 90+
        delivered, 80+ is made of them and 65+ of it. A cell that is there already is left alone.

    Returns
    -------
    polars.DataFrame
        The observations and the new ones; a new cell is ok only when all of its parts are.
    """
    keys = [c for c in observations.columns if c not in _PER_ROW]
    for age, derived in derived_ages.items():
        share = pl.col("age").replace_strict(derived.parts, default=None, return_dtype=pl.Float64)
        made = (
            observations.filter(pl.col("age").is_in(list(derived.parts)))
            .group_by(keys)
            .agg(
                package_id=pl.col("package_id").last(),
                value=(pl.col("value") * share).sum().round(),
                parts=pl.len(),
                known=(pl.col("status") == "ok").sum(),
                missing=(pl.col("status") == "missing").sum(),
                worst=pl.col("status").filter(pl.col("status") != "ok").first(),
                sheet=pl.col("sheet").first(),
                row=pl.col("row").first(),
            )
            .filter(pl.col("parts") == len(derived.parts))
            .with_columns(
                status=pl.when(pl.col("known") == pl.col("parts"))
                .then(pl.lit("ok"))
                .when(pl.col("missing") > 0)
                .then(pl.lit("missing"))
                .otherwise("worst"),
                age=pl.lit(age),
            )
            .with_columns(value=pl.when(pl.col("status") == "ok").then("value"))
            .select(observations.columns)
        )
        observations = pl.concat([observations, made]).unique(
            (*CELL, "area_level"), keep="first", maintain_order=True
        )
    return observations


_PER_ROW = ("package_id", "age", "value", "status", "sheet", "row")
