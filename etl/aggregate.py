"""From municipalities to every geography: counts summed by catchment, with what is known of them.

The work is done in a cube of areas x periods x series (a series is one measure, sex, age and
sector). A sum over municipalities is then one matrix product, exact for whole municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.derive import with_derived_ages
from etl.indicator import DerivedAge
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

#: A count that the publisher has hidden lies between 1 and 4.
HIDDEN_LOW: Final = 1.0
HIDDEN_HIGH: Final = 4.0
#: A sum with hidden parts is published when the whole range moves it by at most this share.
TOLERANCE: Final = 0.02


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
    """

    series: pl.DataFrame
    periods: Ints
    value: Floats
    status: Codes
    is_estimate: Bools
    present: Bools
    source: Ints

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
        ``etl.observations.OBSERVATION_SCHEMA``; one row a cell (newest edition chosen already).
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
    series = observations.select(SERIES).unique().sort(SERIES)
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
        series_at=observations.join(
            series.with_row_index("series_at"), on=SERIES, maintain_order="left"
        )["series_at"].cast(pl.Int64),
    )
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


def count_areas(delivered: Delivered, catchments: Catchments, *, has_hidden: bool = True) -> Cube:
    """Sum counts to every area; a sum is whole, marked as an estimate, or not shown.

    A missing part makes a sum missing. A part hidden by the publisher lies between 1 and 4: when
    that range moves the sum by at most 2 % either way its middle is used and the number is an
    estimate, else the sum is hidden by the publisher too. A delivered figure for a region or the
    country wins over our sum, also when it is hidden.

    Parameters
    ----------
    delivered : Delivered
    catchments : Catchments
    has_hidden : bool
        False where nothing is hidden, to spare the work.

    Returns
    -------
    Cube
    """
    inside, split = catchments.inside, catchments.is_split
    total = _to_areas(delivered.municipal, catchments.weights)
    status = np.full(total.shape, OK, np.int8)
    estimate = np.broadcast_to(
        split[:, None, None] | delivered.is_estimate, total.shape
    ).copy()  # fmt: skip
    hidden = delivered.municipal_status == BY_SOURCE
    if has_hidden and hidden.any():
        parts = _to_areas(hidden.astype(float), catchments.weights)
        middle = total + parts * (HIDDEN_LOW + HIDDEN_HIGH) / 2
        swing = parts * (HIDDEN_HIGH - HIDDEN_LOW) / 2
        with_hidden = parts > 0
        small = swing <= TOLERANCE * middle
        total = np.where(with_hidden & small, middle, total)
        estimate |= with_hidden & small
        status[with_hidden & ~small] = BY_SOURCE
    _mark_missing(status, delivered, inside)
    present = np.broadcast_to(delivered.any_municipal, total.shape).copy()
    _let_delivered_win(delivered, total, status, estimate, present)
    total[status != OK] = 0.0
    estimate &= status == OK
    return Cube(
        delivered.series, delivered.periods, total, status, estimate, present, delivered.source
    )


def mean_areas(delivered: Delivered, catchments: Catchments, people: Floats) -> Cube:
    """Bring shares without counts to every area as means weighted by population.

    Parameters
    ----------
    delivered : Delivered
        Shares or rates by municipality.
    catchments : Catchments
    people : ndarray, shape (M, P)
        The population each municipality's share is about; NaN where it is not known.

    Returns
    -------
    Cube
        An area of one whole municipality carries that municipality's figure, unchanged; every
        other is an estimate, hidden or missing when any part is.
    """
    unknown = np.isnan(people)[:, :, None]
    heads = np.where(unknown, 0.0, people[:, :, None])
    weight = _to_areas(heads, catchments.weights)
    total = _to_areas(delivered.municipal * heads, catchments.weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(weight > 0, total / weight, 0.0)
    status = np.full(value.shape, OK, np.int8)
    hidden = (delivered.municipal_status == BY_SOURCE).astype(float)
    status[_to_areas(hidden, catchments.inside) > 0] = BY_SOURCE
    _mark_missing(status, delivered, catchments.inside)
    without = _to_areas(unknown.astype(float), catchments.inside) > 0
    status[np.broadcast_to(without, status.shape)] = MISSING
    estimate = np.ones(value.shape, bool)
    sole = catchments.sole
    value[sole >= 0] = delivered.municipal[sole[sole >= 0]]
    status[sole >= 0] = delivered.municipal_status[sole[sole >= 0]]
    estimate[sole >= 0] = False
    present = np.broadcast_to(delivered.any_municipal, value.shape).copy()
    _let_delivered_win(delivered, value, status, estimate, present)
    value[status != OK] = 0.0
    estimate &= status == OK
    return Cube(
        delivered.series, delivered.periods, value, status, estimate, present, delivered.source
    )


def as_delivered(delivered: Delivered, catchments: Catchments) -> Cube:
    """Carry figures that must not be added up (standardised rates) to the areas they are for."""
    shape = (len(catchments.areas), *delivered.municipal.shape[1:])
    value, status = np.zeros(shape), np.full(shape, MISSING, np.int8)
    estimate, present = np.zeros(shape, bool), np.zeros(shape, bool)
    own = catchments.index(pl.Series(catchments.municipalities))
    value[own], status[own] = delivered.municipal, delivered.municipal_status
    present[own] = delivered.any_municipal
    _let_delivered_win(delivered, value, status, estimate, present)
    value[status != OK] = 0.0
    return Cube(
        delivered.series, delivered.periods, value, status, estimate, present, delivered.source
    )


def to_areas(observations: pl.DataFrame, catchments: pl.DataFrame) -> pl.DataFrame:
    """Sum the counts of an observation frame to every geography, as a frame.

    Parameters
    ----------
    observations : polars.DataFrame
        ``etl.observations.OBSERVATION_SCHEMA``; only ``kind`` count is used.
    catchments : polars.DataFrame
        The warehouse table ``catchments``.

    Returns
    -------
    polars.DataFrame
        ``geography, area_id, period, measure, sex, age, sector, count, status, is_estimate``;
        ``count`` is null unless ``status`` is ok.
    """
    matrix = Catchments.from_frame(catchments)
    counts = observations.filter(pl.col("kind") == "count")
    packages = counts["package_id"].unique().sort().to_list()
    cube = count_areas(deliver(counts, packages, matrix), matrix)
    return cube_frame(cube, matrix)


def cube_frame(cube: Cube, catchments: Catchments) -> pl.DataFrame:
    """Return the cells of a cube that exist, as a frame in the order area, period, series."""
    a, p, s = np.nonzero(cube.present)
    status = cube.status[a, p, s]
    return pl.concat(
        [
            catchments.areas[a],
            pl.DataFrame({"period": cube.periods[p].astype(np.int16)}),
            cube.series.drop("standardisation")[s],
            pl.DataFrame(
                {
                    "count": cube.value[a, p, s],
                    "status": pl.Series(status.astype(np.uint8)).cat.to(pl.Enum(STATUSES)),
                    "is_estimate": cube.is_estimate[a, p, s],
                }
            ),
        ],
        how="horizontal",
    ).with_columns(count=pl.when(pl.col("status") == "ok").then("count"))


def _to_areas(values: Floats, weights: Floats) -> Floats:
    """Sum (M, P, S) over municipalities to (A, P, S)."""
    flat = values.reshape(values.shape[0], -1)
    return np.asarray((weights.T @ flat).reshape(weights.shape[1], *values.shape[1:]))


def _mark_missing(status: Codes, delivered: Delivered, inside: Floats) -> None:
    """Mark sums with a part that was not delivered, in place; that counts more than hidden."""
    for code in (NOT_APPLICABLE, MISSING):
        gone = delivered.municipal_status == code
        if gone.any():
            status[_to_areas(gone.astype(float), inside) > 0] = MISSING
    # an area is not applicable only when all of its parts are
    unfit = delivered.municipal_status == NOT_APPLICABLE
    if unfit.any():
        whole = _to_areas((~unfit).astype(float), inside) == 0
        status[whole] = NOT_APPLICABLE


def _let_delivered_win(
    delivered: Delivered, value: Floats, status: Codes, estimate: Bools, present: Bools
) -> None:
    """Write figures delivered for regions and the country over our own, in place.

    One that was not delivered after all (missing) leaves our own sum standing.
    """
    larger = delivered.larger
    at = tuple(larger[name].to_numpy() for name in ("area", "period_at", "series_at"))
    present[at] = True
    said = larger.filter(pl.col("code") != MISSING)
    at = tuple(said[name].to_numpy() for name in ("area", "period_at", "series_at"))
    value[at] = said["value"].to_numpy()
    status[at] = said["code"].to_numpy()
    estimate[at] = delivered.is_estimate[at[2]]


def _positions(values: pl.Series, wanted: pl.Series) -> Ints:
    """Return where each wanted value stands in ``values`` (all of them do)."""
    lookup = {value: i for i, value in enumerate(values.to_list())}
    return wanted.replace_strict(lookup, return_dtype=pl.Int64).to_numpy()
