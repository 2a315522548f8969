"""Which blanks of a publisher can be small, or hidden so that a small one cannot be worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from etl.indicators.cube import OK, Bools, Catchments, Delivered, Floats, Ints
from etl.indicators.ranges import Ranges
from etl.indicators.relations import Rules, Sums, area_sums, series_sums

#: Who hides a second count takes a small one: at most so many times the smallest that is shown.
_TIMES: Final = 4.0
#: A measure goes with another when it is blank in this share of the other's blanks.
_TOGETHER: Final = 0.8


def cells_with(code: int, delivered: Delivered, matrix: Catchments) -> Bools:
    """Return which delivered counts have a status, shape (A, P, S)."""
    found = np.zeros((len(matrix.areas), *delivered.municipal.shape[1:]), bool)
    found[matrix.index(pl.Series(matrix.municipalities))] = delivered.municipal_status == code
    larger = delivered.larger.filter(pl.col("code") == code)
    found[tuple(larger[name].to_numpy() for name in ("area", "period_at", "series_at"))] = True
    return found


def explained(  # noqa: PLR0917
    hidden: Bools,
    small: Bools,
    ranges: Ranges,
    delivered: Delivered,
    matrix: Catchments,
    rules: Rules,
) -> Bools:
    """Return which hidden counts can be small, or protect one that can.

    Parameters
    ----------
    hidden, small : ndarray of bool, shape (A, P, S)
        Which counts are hidden, and which of those can be small.
    ranges : Ranges
    delivered : Delivered
    matrix : Catchments
        Municipalities, regions and the country.
    rules : Rules

    Returns
    -------
    ndarray of bool, shape (A, P, S)

    Notes
    -----
    A count protects another in the same sum, unless far smaller ones are shown there that would
    have done. It also goes with another measure of the same people that is mostly hidden together
    with it (contacts of few citizens).
    """
    found = small.copy()
    shown = cells_with(OK, delivered, matrix) & (ranges.low > 0)
    # the smallest that would have done, were it hidden
    size = np.where(shown, ranges.high, np.inf)
    by_area = _within_regions(area_sums(matrix), delivered)
    by_series = series_sums(delivered.series, rules)
    linked = list(_linked(hidden, delivered.series))
    while True:
        before = found.sum()
        for sums in by_area:
            at = np.array([sums.whole[0], *sums.parts[0]])
            near = _near(ranges.low[at], size[at], axis=0)
            found[at] |= hidden[at] & near & found[at].any(axis=0)
        for sums in by_series:
            at = np.column_stack([sums.whole, sums.parts])
            near = _near(ranges.low[:, :, at], size[:, :, at], axis=3)
            some = found[:, :, at].any(axis=3, keepdims=True)
            found[:, :, at] |= hidden[:, :, at] & near & some
        for own, other in linked:
            found[:, :, own] |= hidden[:, :, own] & found[:, :, other]
        if found.sum() == before:
            return found


def _near(low: Floats, size: Floats, axis: int) -> Bools:
    """Return which counts of a sum are not far larger than the smallest that is shown in it."""
    near: Bools = low <= _TIMES * size.min(axis=axis, keepdims=True)
    return near


def _linked(hidden: Bools, series: pl.DataFrame) -> Iterator[tuple[Ints, Ints]]:
    """Yield the series of two measures of which the first is mostly hidden with the second."""
    at: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for i, (measure, sex, age, sector, _) in enumerate(series.iter_rows()):
        at.setdefault((measure, sector), {})[sex, age] = i
    blank = {key: hidden[:, :, list(places.values())].any() for key, places in at.items()}
    for (measure, sector), own in at.items():
        for (other, its), theirs in at.items():
            some = blank[measure, sector] and blank[other, its]
            if its != sector or other == measure or not some:
                continue
            both = [labels for labels in own if labels in theirs]
            first = np.array([own[labels] for labels in both], np.int64)
            second = np.array([theirs[labels] for labels in both], np.int64)
            of = hidden[:, :, second]
            if of.any() and (hidden[:, :, first] & of).sum() >= _TOGETHER * of.sum():
                yield first, second


def _within_regions(sums: Sequence[Sums], delivered: Delivered) -> list[Sums]:
    """Leave out the country as a sum of municipalities where regions stand between the two."""
    larger = set(delivered.larger["area"].to_list())
    tops = {int(one.whole[0]) for one in sums if larger >= set(one.parts[0].tolist())}
    return [
        one for one in sums if int(one.whole[0]) not in tops or larger >= set(one.parts[0].tolist())
    ]
