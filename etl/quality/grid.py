"""A package's figures laid out as series by year by area, to hold years beside each other.

Joined on eight columns of text, two million cells take a gigabyte; laid out, a comparison of two
years is a subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.ingest.harmonise import municipality_ids, region_ids
from etl.ingest.observations import OK, SUPPRESSED_BY_SOURCE

#: What makes two figures of an area and a year the same series.
SERIES: Final = ("measure", "sex", "age", "sector", "kind", "standardisation")

#: The municipalities by code, then regions and country.
AREAS: Final = (*sorted(municipality_ids()), *region_ids(), "dk")
MUNICIPALITIES: Final = len(municipality_ids())
#: The islands with fewer than 10,000 inhabitants: a share of few people can be zero or tenfold.
SMALL: Final = ("0825", "0563", "0741", "0492")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """Figures by series, year and area (:data:`AREAS`, municipalities first).

    Attributes
    ----------
    series : polars.DataFrame
        One row a series: :data:`SERIES`, and ``key``, a hash of them, by which it is sorted.
    years : list of int
        In order.
    value : ndarray, shape (series, years, areas)
        NaN where no figure is known.
    row : ndarray of the same shape
        Where each stands in its file; 0 where there is none.
    hidden : ndarray of bool, same shape
        True where the publisher hid it.
    """

    series: pl.DataFrame
    years: list[int]
    value: Floats
    row: Ints
    hidden: Bools

    @classmethod
    def of(cls, observations: pl.DataFrame) -> Grid:
        """Lay observations out."""
        frame = observations.with_columns(pl.struct(SERIES).hash().alias("key"))
        series = frame.unique("key").select("key", *SERIES).sort("key")
        years = frame["period"].unique().sort()
        areas = pl.Series(AREAS).sort()
        place = np.array([AREAS.index(area) for area in areas])
        at = (
            series["key"].search_sorted(frame["key"]).to_numpy(),
            years.search_sorted(frame["period"]).to_numpy(),
            place[areas.search_sorted(frame["area_id"]).to_numpy()],
        )
        shape = (len(series), len(years), len(AREAS))
        value, row = np.full(shape, np.nan), np.zeros(shape, np.int32)
        known = pl.when(pl.col("status") == OK).then(pl.col("value"))
        value[at] = frame.select(known.fill_null(float("nan"))).to_series().to_numpy()
        row[at] = frame["row"].to_numpy()
        hidden = np.zeros(shape, bool)
        hidden[at] = (frame["status"] == SUPPRESSED_BY_SOURCE).to_numpy()
        return cls(series, years.to_list(), value, row, hidden)
