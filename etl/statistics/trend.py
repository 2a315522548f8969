"""Whether the last five periods go up, go down or do neither."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from etl.statistics._input import check_confidence, normal_quantile, real

PERIODS = 5
TRENDS = ("increasing", "decreasing", "no_change", "not_calculable")


def recent_trend(
    values: ArrayLike,
    lowers: ArrayLike,
    uppers: ArrayLike,
    confidence: float = 0.998,
    interval_confidence: float = 0.95,
) -> str:
    """Return the trend of one series: increasing, decreasing, no_change or not_calculable.

    Parameters
    ----------
    values, lowers, uppers
        One figure a period, oldest first, evenly spaced, with its interval; only the last five are
        used. NaN for an unknown period.
    confidence
        Of the test.
    interval_confidence
        Of the intervals given.

    Returns
    -------
    str
        ``not_calculable`` with fewer than five periods, one of the five unknown, or an interval
        of no width.

    Raises
    ------
    ValueError
        On lengths that do not match, a lower limit above its upper one, confidence outside (0, 1).

    Notes
    -----
    A straight line is fitted by weighted least squares with weights ``1/SE²``, the standard errors
    read off the intervals. ``slope² / Var(slope)`` is chi-square with 1 degree of freedom when
    nothing changes; it must pass the quantile at `confidence` (9.55 at 99.8 %), as in the recent
    trends of Public Health England's Fingertips guidance. One odd year must not make a trend: the
    slope must also keep its sign when any one of the five is left out.

    Computed over pairs of periods: ``slope = Σ wᵢwⱼ(tⱼ-tᵢ)(yⱼ-yᵢ) / Σ wᵢwⱼ(tⱼ-tᵢ)²``, the same
    line without the mean, so that a year is left out by leaving out its pairs.
    """
    y, low, high = real(values, "values"), real(lowers, "lowers"), real(uppers, "uppers")
    if y.ndim != 1:
        raise ValueError("values must be one series; use recent_trends for many")
    one = recent_trends(y[None], low[None], high[None], confidence, interval_confidence)
    return str(one[0])


def recent_trends(
    values: ArrayLike,
    lowers: ArrayLike,
    uppers: ArrayLike,
    confidence: float = 0.998,
    interval_confidence: float = 0.95,
) -> NDArray[Any]:
    """Return the trend of many series at once.

    Parameters
    ----------
    values, lowers, uppers
        Shape (series, periods), oldest period first; as in :func:`recent_trend`.
    confidence, interval_confidence
        As in :func:`recent_trend`.

    Returns
    -------
    numpy.ndarray
        Shape (series,), text.

    Raises
    ------
    ValueError
        As in :func:`recent_trend`, and when the arrays are not two-dimensional.
    """
    return np.array(TRENDS)[trend_codes(values, lowers, uppers, confidence, interval_confidence)]


def trend_codes(
    values: ArrayLike,
    lowers: ArrayLike,
    uppers: ArrayLike,
    confidence: float = 0.998,
    interval_confidence: float = 0.95,
) -> NDArray[np.int8]:
    """Return :func:`recent_trends` as positions in :data:`TRENDS`, for millions of series."""
    check_confidence(confidence)
    y, low, high = real(values, "values"), real(lowers, "lowers"), real(uppers, "uppers")
    if y.shape != low.shape or y.shape != high.shape:
        raise ValueError(
            f"lengths do not match: values {y.shape}, lowers {low.shape}, uppers {high.shape}"
        )
    if y.ndim != 2:
        raise ValueError(f"values must have the shape (series, periods); got {y.shape}")
    if (low > high).any():
        raise ValueError("a lower limit is above its upper limit")
    codes = np.full(y.shape[0], TRENDS.index("not_calculable"), dtype=np.int8)
    if y.shape[1] < PERIODS or not y.shape[0]:
        return codes
    # a row a period: sums over five periods then run along whole rows
    y, low, high = (part[:, -PERIODS:].T for part in (y, low, high))
    error = (high - low) / (2 * normal_quantile(interval_confidence))
    usable = ~np.isnan(y).any(axis=0) & (error > 0).all(axis=0)
    y, error = y[:, usable], error[:, usable]
    # Only ratios of weights matter to a slope's sign; scaling keeps tiny rates from overflowing.
    unit = error.min(axis=0)
    weight = (unit / error) ** 2
    rise, run = np.zeros(len(unit)), np.zeros(len(unit))
    rise_without = np.zeros((PERIODS, len(unit)))
    for first, last in combinations(range(PERIODS), 2):
        both = weight[first] * weight[last] * (last - first)
        part = both * (y[last] - y[first])
        rise += part
        run += both * (last - first)
        for left_out in set(range(PERIODS)) - {first, last}:
            rise_without[left_out] += part
    keeps_sign = (np.sign(rise_without) == np.sign(rise)).all(axis=0)
    chi_square = (rise / unit) ** 2 / (run * weight.sum(axis=0))
    changed = keeps_sign & (chi_square > chdtri(1, 1 - confidence))
    way = np.where(rise > 0, TRENDS.index("increasing"), TRENDS.index("decreasing"))
    codes[usable] = np.where(changed, way, TRENDS.index("no_change"))
    return codes


def counted_trend_codes(values: ArrayLike) -> NDArray[np.int8]:
    """Return the trend of series in which everybody is counted, as positions in :data:`TRENDS`.

    Parameters
    ----------
    values
        Shape (series, periods), oldest period first; only the last five are used.

    Returns
    -------
    numpy.ndarray
        Shape (series,). ``not_calculable`` with fewer than five periods or one of them unknown.

    Notes
    -----
    No chance is in such figures, so there is nothing to test: a change is a fact. One odd year
    makes no trend all the same: the straight line through the five points must go the same way,
    and not be flat, when any one of them is left out.
    """
    y = real(values, "values")
    if y.ndim != 2:
        raise ValueError(f"values must have the shape (series, periods); got {y.shape}")
    codes = np.full(y.shape[0], TRENDS.index("not_calculable"), dtype=np.int8)
    if y.shape[1] < PERIODS or not y.shape[0]:
        return codes
    y = y[:, -PERIODS:].T
    rises = np.zeros((PERIODS, y.shape[1]))
    for first, last in combinations(range(PERIODS), 2):
        for left_out in set(range(PERIODS)) - {first, last}:
            rises[left_out] += (last - first) * (y[last] - y[first])
    ways = np.sign(rises)
    changed = (ways == ways[0]).all(axis=0) & (ways[0] != 0)
    way = np.where(ways[0] > 0, TRENDS.index("increasing"), TRENDS.index("decreasing"))
    known = ~np.isnan(y).any(axis=0)
    codes[known] = np.where(changed, way, TRENDS.index("no_change"))[known]
    return codes
