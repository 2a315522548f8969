"""Which areas are most like one: a distance over what they are like, weighted by the reader.

Pure: traits and weights in, distances and what they are made of out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from warehouse.schema import MUNICIPALITY_GROUPS

#: What areas can be alike in, and the traits each is measured by. Sizes and densities differ by
#: factors, so their logarithms are compared.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "age": ("share_young", "share_old", "share_oldest"),
    "size": ("persons",),
    "density": ("density",),
    "group": tuple(f"group_{group}" for group in MUNICIPALITY_GROUPS),
    "disease": (),
}
_LOGARITHMS = frozenset({"persons", "density"})


def distances(
    traits: pl.DataFrame, area: str, weights: Mapping[str, float], diseases: Sequence[str] = ()
) -> pl.DataFrame:
    """Return how far every other area lies from one, the nearest first.

    Each trait is measured in standard deviations among the areas. The difference in a dimension
    is the root of the mean square over its traits; the distance is the root of the weighted mean
    square over the dimensions. A dimension that is not known for both areas is left out for that
    pair, never taken as alike.

    Parameters
    ----------
    traits
        One row an area: ``area_id, name`` and the traits; null where not known.
    area
        The area the others are compared with.
    weights
        Dimension → weight, 0 or more; a dimension not named weighs 0.
    diseases
        The columns the dimension ``disease`` is measured by; those not known for both areas are
        left out of it.

    Returns
    -------
    polars.DataFrame
        ``area_id, name, distance``, then for each dimension ``<dimension>``, the difference in
        standard deviations, and ``<dimension>_part``, its share of the squared distance. Null
        where not known; areas without any known dimension that weighs are left out.

    Raises
    ------
    ValueError
        When the area is not among the rows.
    """
    ids = traits["area_id"].to_list()
    if area not in ids:
        raise ValueError(f"{area!r} is not among the areas")
    here = ids.index(area)
    columns = {**DIMENSIONS, "disease": tuple(diseases)}
    differences = np.column_stack(
        [_difference(traits, columns[d], here) for d in DIMENSIONS]
    )  # areas x dimensions, NaN where not known
    weight = np.array([max(weights.get(d, 0.0), 0.0) for d in DIMENSIONS])
    used = np.where(np.isnan(differences), 0.0, weight[None, :])
    total = used.sum(axis=1)
    squares = used * np.nan_to_num(differences) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.sqrt(squares.sum(axis=1) / total)
        parts = squares / squares.sum(axis=1, keepdims=True)
    out = traits.select("area_id", "name").with_columns(
        pl.Series("distance", distance).fill_nan(None)
    )
    for i, name in enumerate(DIMENSIONS):
        out = out.with_columns(
            pl.Series(name, differences[:, i]).fill_nan(None),
            pl.Series(f"{name}_part", np.where(used[:, i] > 0, parts[:, i], np.nan)).fill_nan(None),
        )
    return out.filter((pl.col("area_id") != area) & pl.col("distance").is_not_null()).sort(
        "distance", maintain_order=True
    )


def _difference(traits: pl.DataFrame, columns: Sequence[str], here: int) -> np.ndarray:
    """Return each area's difference from one in a dimension, NaN where nothing is known."""
    squares = []
    for column in columns:
        values = traits[column].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
        if column in _LOGARITHMS:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(values > 0, np.log(values), np.nan)
        known = values[~np.isnan(values)]
        spread = float(known.std()) if known.size else 0.0
        if spread > 0:
            squares.append(((values - values[here]) / spread) ** 2)
    if not squares:
        return np.full(traits.height, np.nan)
    stacked = np.vstack(squares)
    count = (~np.isnan(stacked)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(np.nansum(stacked, axis=0) / np.where(count > 0, count, np.nan)))
