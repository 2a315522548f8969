"""Whether the last five periods go up, go down or do neither."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from etl.statistics._input import Floats, check_confidence, normal_quantile, real

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
    trend = np.full(y.shape[0], "not_calculable", dtype="<U14")
    if y.shape[1] < PERIODS or not y.shape[0]:
        return trend
    y, low, high = y[:, -PERIODS:], low[:, -PERIODS:], high[:, -PERIODS:]
    error = (high - low) / (2 * normal_quantile(interval_confidence))
    usable = ~np.isnan(y).any(axis=1) & (error > 0).all(axis=1)
    y, error = y[usable], error[usable]
    # Only ratios of weights matter to a slope's sign; scaling keeps tiny rates from overflowing.
    unit = error.min(axis=1, keepdims=True)
    weight = (unit / error) ** 2
    slope, spread = _slope(y, weight)
    keeps_sign = np.ones(len(y), dtype=bool)
    for left_out in range(PERIODS):
        rest = weight.copy()
        rest[:, left_out] = 0
        keeps_sign &= np.sign(_slope(y, rest)[0]) == np.sign(slope)
    chi_square = slope**2 * spread / unit[:, 0] ** 2
    changed = keeps_sign & (chi_square > chdtri(1, 1 - confidence))
    trend[usable] = np.where(changed, np.where(slope > 0, "increasing", "decreasing"), "no_change")
    return trend


def _slope(y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return each row's weighted slope and its weighted sum of squared distances in time."""
    time = np.arange(y.shape[1], dtype=np.float64)
    total = weight.sum(axis=1, keepdims=True)
    distance = time - (weight * time).sum(axis=1, keepdims=True) / total
    height = y - (weight * y).sum(axis=1, keepdims=True) / total
    spread = (weight * distance**2).sum(axis=1)
    return (weight * distance * height).sum(axis=1) / spread, spread
