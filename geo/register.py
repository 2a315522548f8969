"""The 98 municipalities, and the city districts of one that lies in two clusters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

_HERE = Path(__file__).parent


@cache
def municipalities() -> pl.DataFrame:
    """Return the 98 municipalities in code order.

    Returns
    -------
    polars.DataFrame
        98 rows: ``municipality_id`` (4 digits as text), ``name``, ``region_2007`` (area id of its
        region in ``regioner-2007``), ``municipality_group`` (capital, metropolitan, provincial,
        commuter or rural: Statistics Denmark's five groups, made of how many jobs can be reached
        and the size of the largest town; CC BY 4.0, via a public copy).
        Christiansø (0411) is not a municipality.
    """
    return pl.read_csv(_HERE / "municipalities.csv", infer_schema=False).sort("municipality_id")


@cache
def municipality_names() -> dict[str, str]:
    """Return the name of every municipality by its 4-digit code."""
    return dict(municipalities().select("municipality_id", "name").iter_rows())


@cache
def districts() -> pl.DataFrame:
    """Return the city districts by which the map draws a municipality in several areas.

    Returns
    -------
    polars.DataFrame
        One row a district: ``municipality_id``, ``district``, ``part`` (the word a geography file
        uses), ``part_share`` (the share of the municipality's residents who live in that part),
        ``basis`` (the numbers the share rests on), ``centre_lon``, ``centre_lat`` (WGS84
        degrees), ``source``.
    """
    return pl.read_csv(
        _HERE / "districts.csv",
        schema_overrides={"municipality_id": pl.String},
    )


@cache
def part_shares() -> dict[tuple[str, str], float]:
    """Return the share of a municipality's residents who live in each of its parts.

    They are kept here, once, so that two geographies that split a municipality by the same
    districts use the same shares.

    Returns
    -------
    dict of (str, str) to float
        By municipality and part, as in :func:`districts`.
    """
    rows = districts().select("municipality_id", "part", "part_share").iter_rows()
    return {(municipality, part): share for municipality, part, share in rows}


@cache
def tiles() -> pl.DataFrame:
    """Return a grid where every municipality is a tile of equal size, roughly in its place.

    Storkøbenhavn takes more room than on a map, and Bornholm stands in the lower right corner.

    Returns
    -------
    polars.DataFrame
        98 rows: ``municipality_id``, ``col`` (0 in the west), ``row`` (0 in the north).
    """
    return pl.read_csv(_HERE / "tiles.csv", schema_overrides={"municipality_id": pl.String})
