"""Observations laid out as cubes of areas x periods x series, and the matrix of catchments.

A series is one measure, sex, age, sector and standardisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.indicators.definition import DerivedAge
from etl.indicators.derive import with_derived_ages
from warehouse.schema import STATUSES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]

OK: Final = STATUSES.index("ok")
SUPPRESSED: Final = STATUSES.index("suppressed")
SUPPRESSED_SECONDARY: Final = STATUSES.index("suppressed_secondary")
BY_SOURCE: Final = STATUSES.index("suppressed_by_source")
MISSING: Final = STATUSES.index("missing")
NOT_APPLICABLE: Final = STATUSES.index("not_applicable")

SERIES: Final = ("measure", "sex", "age", "sector", "standardisation")
CELL: Final = (*SERIES, "period")


@dataclass(frozen=True)
class Catchments:
    """Areas of all geographies, and how much of each municipality lies in each.

    Attributes
    ----------
    areas : polars.DataFrame
        ``geography, area_id`` of each of the A areas, sorted.
    municipalities : tuple of str
        The M municipality codes, sorted.
    weights : ndarray, shape (M, A)
        Share of the municipality in the area.
    """

    areas: pl.DataFrame
    municipalities: tuple[str, ...]
    weights: Floats

    @classmethod
    def from_frame(cls, catchments: pl.DataFrame) -> Catchments:
        """Make the matrix of the warehouse table ``catchments``."""
        areas = catchments.select("geography", "area_id").unique().sort("geography", "area_id")
        municipalities = catchments["municipality_id"].unique().sort()
        row = municipalities.search_sorted(catchments["municipality_id"])
        where = catchments.select("geography", "area_id").join(
            areas.with_row_index("a"), on=["geography", "area_id"], maintain_order="left"
        )["a"]
        weights = np.zeros((len(municipalities), len(areas)))
        np.add.at(weights, (row.to_numpy(), where.to_numpy()), catchments["share"].to_numpy())
        return cls(areas, tuple(municipalities), weights)

    @property
    def inside(self) -> Floats:
        """1.0 where any of the municipality lies in the area, else 0.0; shape (M, A)."""
        return (self.weights > 0).astype(float)

    @property
    def is_split(self) -> Bools:
        """Areas that hold a part of a municipality; shape (A,)."""
        return np.asarray(((self.weights > 0) & (self.weights < 1)).any(axis=0))

    @property
    def sole(self) -> Ints:
        """For areas that are exactly one municipality its row, else -1; shape (A,)."""
        whole = (np.count_nonzero(self.weights, axis=0) == 1) & (self.weights.max(axis=0) == 1)
        return np.where(whole, self.weights.argmax(axis=0), -1)

    def index(self, area_ids: pl.Series) -> Ints:
        """Return the position of each area id (ids are unique over all geographies)."""
        return _positions(self.areas["area_id"], area_ids)


@dataclass(frozen=True)
class Cube:
    """Values of areas x periods x series, shape (A, P, S), with what is known of each.

    Attributes
    ----------
    series : polars.DataFrame
        ``measure, sex, age, sector, standardisation`` of each of the S series, sorted.
    periods : ndarray of int, shape (P,)
    value : ndarray, shape (A, P, S)
        Zero wherever ``status`` is not ok.
    status : ndarray of int8, shape (A, P, S)
        Position in ``warehouse.schema.STATUSES``.
    is_estimate : ndarray of bool, shape (A, P, S)
    present : ndarray of bool, shape (A, P, S)
        False where the cell exists nowhere, so that it is not even missing.
    source : ndarray of int, shape (P, S)
        Position of the newest package that delivers the cells, -1 where none does.
    people : ndarray, shape (A, P), optional
        The people that shares without counts are about.
    low, high : ndarray, shape (A, P, S), optional
        What a count can be where the publisher hid a part of it, also where it is not shown; the
        value itself everywhere else. None where nothing is hidden.
    """

    series: pl.DataFrame
    periods: Ints
    value: Floats
    status: Codes
    is_estimate: Bools
    present: Bools
    source: Ints
    people: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None

    def rows(self, measure: str) -> Ints:
        """Return the positions of a measure's series."""
        return np.flatnonzero((self.series["measure"] == measure).to_numpy())


@dataclass(frozen=True)
class Delivered:
    """One group of packages as delivered, in cubes: municipalities apart from larger areas."""

    series: pl.DataFrame
    periods: Ints
    municipal: Floats  # (M, P, S), zero unless ok
    municipal_status: Codes  # (M, P, S), MISSING where nothing came
    is_estimate: Bools  # (S,)
    larger: pl.DataFrame  # area (position), period_at, series_at, value, code
    any_municipal: Bools  # (P, S)
    source: Ints  # (P, S)


def deliver(
    observations: pl.DataFrame,
    packages: list[str],
    catchments: Catchments,
    *,
    periods: list[int] | None = None,
    derived_ages: dict[str, DerivedAge] | None = None,
) -> Delivered:
    """Lay observations of one group of packages out as cubes.

    Parameters
    ----------
    observations : polars.DataFrame
        ``etl.ingest.observations.OBSERVATION_SCHEMA``; one row a cell (newest edition chosen
        already).
    packages : list of str
        Package ids, oldest first.
    catchments : Catchments
    periods : list of int, optional
        The years of the cubes, sorted; those of the observations by default.
    derived_ages : dict of str to DerivedAge, optional
        Bands to make of delivered ones, municipality by municipality.

    Returns
    -------
    Delivered
    """
    if derived_ages:
        observations = with_derived_ages(observations, derived_ages)
    # one number a series: five texts at once take many times as long
    keys = observations.select(*SERIES, key=pl.struct(SERIES).hash())
    series = keys.unique("key").sort(SERIES)
    positions = series.select("key").with_row_index("at")
    years = (
        pl.Series(periods, dtype=pl.Int16) if periods else observations["period"].unique().sort()
    )
    order = {status: code for code, status in enumerate(STATUSES)}
    cells = observations.select(
        "area_level",
        "area_id",
        "value",
        code=pl.col("status").replace_strict(order, return_dtype=pl.Int8),
        package=pl.col("package_id").replace_strict(
            {p: i for i, p in enumerate(packages)}, return_dtype=pl.Int64
        ),
        period_at=pl.Series(years.search_sorted(observations["period"])).cast(pl.Int64),
        series_at=keys.select("key")
        .join(positions, on="key", maintain_order="left")["at"]
        .cast(pl.Int64),
    )
    series = series.drop("key")
    municipal = cells.filter(pl.col("area_level") == "municipality")
    shape = (len(catchments.municipalities), len(years), len(series))
    at = (
        _positions(pl.Series(catchments.municipalities), municipal["area_id"]),
        municipal["period_at"].to_numpy(),
        municipal["series_at"].to_numpy(),
    )
    value, status = np.zeros(shape), np.full(shape, MISSING, np.int8)
    value[at] = municipal["value"].fill_null(0.0).to_numpy()
    status[at] = municipal["code"].to_numpy()
    any_municipal = np.zeros(shape[1:], bool)
    any_municipal[at[1:]] = True
    source = np.full(shape[1:], -1)
    np.maximum.at(
        source,
        (cells["period_at"].to_numpy(), cells["series_at"].to_numpy()),
        cells["package"].to_numpy(),
    )
    larger = cells.filter(pl.col("area_level") != "municipality")
    larger = larger.select(
        "period_at",
        "series_at",
        "code",
        value=pl.col("value").fill_null(0.0),
        area=pl.Series(catchments.index(larger["area_id"])),
    )
    estimated = [age for age, derived in (derived_ages or {}).items() if derived.is_estimate]
    is_estimate = series["age"].is_in(estimated).to_numpy()
    return Delivered(
        series, years.to_numpy().astype(np.int64), value, status, is_estimate, larger,
        any_municipal, source,
    )  # fmt: skip


def _positions(values: pl.Series, wanted: pl.Series) -> Ints:
    """Return where each wanted value stands in ``values`` (all of them do)."""
    lookup = {value: i for i, value in enumerate(values.to_list())}
    return wanted.replace_strict(lookup, return_dtype=pl.Int64).to_numpy()
