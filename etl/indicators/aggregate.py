"""From municipalities to every geography: counts summed by catchment, with what is known of them.

A sum over municipalities is one matrix product over the cube, exact for whole municipalities.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from etl.indicators.cube import (
    BY_SOURCE,
    MISSING,
    NOT_APPLICABLE,
    OK,
    Bools,
    Catchments,
    Codes,
    Cube,
    Delivered,
    Floats,
    Ints,
    deliver,
)
from etl.indicators.ranges import Ranges, bound
from etl.indicators.relations import Rules
from warehouse.schema import STATUSES

#: A sum with hidden parts is published when the whole range moves it by at most this share.
TOLERANCE: Final = 0.02
#: A mean of shares is published when at least this part of the people live where it is known.
COVERED: Final = 0.98


def count_areas(delivered: Delivered, catchments: Catchments, rules: Rules | None = None) -> Cube:
    """Sum counts to every area; a sum is whole, marked as an estimate, or not shown.

    A missing part makes a sum missing. A part hidden by the publisher has the range that the
    delivered totals leave it: when the whole range moves the sum by at most 2 % either way, its
    middle is used and the number is an estimate, else the sum is hidden by the publisher too. So is
    a sum of which nothing is shown, however well it is known. A delivered figure for a region or
    the country wins over our sum, also when it is hidden.

    Parameters
    ----------
    delivered : Delivered
    catchments : Catchments
    rules : Rules, optional
        What the layouts say of rounding, blanks and measures within measures. Without them no sum
        with a hidden part is shown: the true counts beside it are not for anybody to see.

    Returns
    -------
    Cube
        With ``low`` and ``high`` where something is hidden.
    """
    inside, split = catchments.inside, catchments.is_split
    total = _to_areas(delivered.municipal, catchments.weights)
    status = np.full(total.shape, OK, np.int8)
    estimate = np.broadcast_to(
        split[:, None, None] | delivered.is_estimate, total.shape
    ).copy()  # fmt: skip
    summed = np.zeros(total.shape, bool)
    ranges = None
    if BY_SOURCE in delivered.municipal_status or BY_SOURCE in delivered.larger["code"]:
        summed = _to_areas((delivered.municipal_status == BY_SOURCE).astype(float), inside) > 0
        status[summed] = BY_SOURCE
        if rules is not None:
            ranges = bound(delivered, catchments, rules)
            _estimate_hidden(delivered, catchments, ranges, total, status)
        estimate |= summed & (status == OK)
    _mark_missing(status, delivered, inside)
    present = np.broadcast_to(delivered.any_municipal, total.shape).copy()
    summed[_let_delivered_win(delivered, total, status, estimate, present)] = False
    total[status != OK] = 0.0
    estimate &= status == OK
    cube = Cube(
        delivered.series, delivered.periods, total, status, estimate, present, delivered.source
    )
    if ranges is None:
        return cube
    summed |= status == BY_SOURCE
    return replace(
        cube,
        low=np.where(summed, ranges.low, total),
        high=np.where(summed, ranges.high, total),
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
        An area of one whole municipality carries that municipality's figure, unchanged. Every
        other has a mean of the parts that are known when at least 98 % of its people live in them,
        an estimate where that is not all of them; else it is hidden or missing. A mean over whole
        municipalities is worked out, not estimated; one over a part of a municipality is an
        estimate, since the part is given the whole municipality's figure.
    """
    unknown = np.isnan(people)[:, :, None]
    heads = np.where(unknown, 0.0, people[:, :, None])
    shown = np.where(delivered.municipal_status == OK, heads, 0.0)
    weight = _to_areas(heads, catchments.weights)
    known = _to_areas(shown, catchments.weights)
    total = _to_areas(delivered.municipal * shown, catchments.weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known > 0, total / known, 0.0)
    status = np.full(value.shape, OK, np.int8)
    hidden = (delivered.municipal_status == BY_SOURCE).astype(float)
    status[_to_areas(hidden, catchments.inside) > 0] = BY_SOURCE
    _mark_missing(status, delivered, catchments.inside)
    covered = (known > 0) & (known >= COVERED * weight)
    in_part = (status != OK) & covered
    status[in_part] = OK
    without = _to_areas(unknown.astype(float), catchments.inside) > 0
    status[np.broadcast_to(without, status.shape)] = MISSING
    estimate = in_part | catchments.is_split[:, None, None] | delivered.is_estimate
    sole = catchments.sole
    value[sole >= 0] = delivered.municipal[sole[sole >= 0]]
    status[sole >= 0] = delivered.municipal_status[sole[sole >= 0]]
    present = np.broadcast_to(delivered.any_municipal, value.shape).copy()
    _let_delivered_win(delivered, value, status, estimate, present)
    value[status != OK] = 0.0
    estimate &= status == OK
    return Cube(
        delivered.series,
        delivered.periods,
        value,
        status,
        estimate,
        present,
        delivered.source,
        people=np.where(without, np.nan, weight)[:, :, 0],
    )


def as_delivered(delivered: Delivered, catchments: Catchments, *, everywhere: bool = False) -> Cube:
    """Carry figures that must not be added up to the areas they are for.

    Parameters
    ----------
    delivered : Delivered
        Standardised rates, life expectancies.
    catchments : Catchments
    everywhere : bool
        True to say of the other areas that there is no such figure; else nothing is said of them.
    """
    shape = (len(catchments.areas), *delivered.municipal.shape[1:])
    value, status = np.zeros(shape), np.full(shape, MISSING, np.int8)
    estimate, present = np.zeros(shape, bool), np.zeros(shape, bool)
    own = catchments.index(pl.Series(catchments.municipalities))
    value[own], status[own] = delivered.municipal, delivered.municipal_status
    present[own] = delivered.any_municipal
    if everywhere:
        present |= delivered.any_municipal
        sole = catchments.sole
        status[sole < 0] = NOT_APPLICABLE
        value[sole >= 0] = delivered.municipal[sole[sole >= 0]]
        status[sole >= 0] = delivered.municipal_status[sole[sole >= 0]]
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
        ``etl.ingest.observations.OBSERVATION_SCHEMA``; only ``kind`` count is used.
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
    cube = count_areas(deliver(counts, packages, matrix), matrix, Rules())
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


def _estimate_hidden(
    delivered: Delivered, catchments: Catchments, ranges: Ranges, total: Floats, status: Codes
) -> None:
    """Give hidden sums the middle of their range where that is near enough, in place."""
    weights = catchments.weights
    own = catchments.index(pl.Series(catchments.municipalities))
    hidden = delivered.municipal_status == BY_SOURCE
    least, most = ranges.low[own], ranges.high[own]

    def over(cells: Bools, values: Floats) -> Floats:
        return _to_areas(np.where(cells, values, 0.0), weights)

    # the hidden parts by themselves, and what the range of the whole leaves them
    low = np.maximum(over(hidden, least), ranges.low - over(~hidden, most))
    high = np.minimum(over(hidden, most), ranges.high - over(~hidden, least))
    middle = total + (low + high) / 2
    some_shown = _to_areas((delivered.municipal_status == OK).astype(float), weights) > 0
    small = (status == BY_SOURCE) & some_shown & ((high - low) / 2 <= TOLERANCE * middle)
    # totals that contradict each other say nothing
    small &= ~ranges.contradicted & ~(
        _to_areas(ranges.contradicted[own].astype(float), weights) > 0
    )
    np.copyto(total, np.clip(middle, ranges.low, ranges.high), where=small)
    status[small] = OK


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
) -> tuple[Ints, ...]:
    """Write figures delivered for regions and the country over our own, in place.

    One that was not delivered after all (missing) leaves our own sum standing.

    Returns
    -------
    tuple of ndarray
        Where: area, period and series.
    """
    larger = delivered.larger
    at = tuple(larger[name].to_numpy() for name in ("area", "period_at", "series_at"))
    present[at] = True
    said = larger.filter(pl.col("code") != MISSING)
    at = tuple(said[name].to_numpy() for name in ("area", "period_at", "series_at"))
    value[at] = said["value"].to_numpy()
    status[at] = said["code"].to_numpy()
    estimate[at] = delivered.is_estimate[at[2]]
    return at
