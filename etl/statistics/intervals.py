"""Proportions, rates and means with their confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from etl.statistics._input import (
    check_confidence,
    floats,
    plain,
    real,
    single,
    together,
    within,
)
from warehouse.read.intervals import count_limits, wilson_limits


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its confidence limits: floats, or arrays of one shape; NaN where undefined."""

    value: Any
    lower: Any
    upper: Any


def proportion(count: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the proportion `count` / `n` with Wilson's score limits.

    Parameters
    ----------
    count, n
        Persons with the trait, and persons in all; numbers or arrays of one shape. Shares of a
        count are allowed (a municipality split between two areas).
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        As a **fraction between 0 and 1**: multiply by 100 for per cent. NaN where `n` is 0 or
        something is unknown.

    Raises
    ------
    ValueError
        On negatives, a count above `n`, lengths that do not match, confidence outside (0, 1).

    Notes
    -----
    The formula stands in :func:`warehouse.read.intervals.wilson_limits`, which the pages use for
    years
    taken together.
    """
    check_confidence(confidence)
    x, size = together(count=floats(count, "count"), n=floats(n, "n"))
    within(x, size)
    x = np.minimum(x, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = x / size
    lower, upper = wilson_limits(x, size, confidence)
    return Interval(plain(value), plain(lower), plain(upper))


def rate(
    count: ArrayLike, n: ArrayLike, multiplier: float = 100_000, confidence: float = 0.95
) -> Interval:
    """Return the rate of events per `multiplier` with limits for a Poisson count.

    Parameters
    ----------
    count, n
        Events and person-years (or persons); numbers or arrays of one shape.
    multiplier
        1,000 for "per 1,000", 100,000 for "per 100,000".
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        Per `multiplier`. NaN where `n` is 0 or something is unknown.

    Raises
    ------
    ValueError
        On negatives, lengths that do not match, confidence outside (0, 1), multiplier not above 0.

    Notes
    -----
    The limits of the count (see :func:`warehouse.read.intervals.count_limits`) over `n`.
    """
    check_multiplier(multiplier)
    events, size = together(count=floats(count, "count"), n=floats(n, "n"))
    lower, upper = count_limits(events, check_confidence(confidence))
    with np.errstate(invalid="ignore", divide="ignore"):
        per = np.where(size > 0, multiplier / size, np.nan)
    return Interval(plain(events * per), plain(lower * per), plain(upper * per))


def mean(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the mean over the last axis with Student's t limits.

    Parameters
    ----------
    values
        One number a person along the last axis, of any sign; NaN is left out.
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        With one axis less than `values`. NaN mean of no values, NaN limits below two.

    Raises
    ------
    ValueError
        On a single number, text, infinity, confidence outside (0, 1).

    Notes
    -----
    ``mean ± t s / √n`` with n - 1 degrees of freedom; Association of Public Health Observatories,
    Technical Briefing 3 (2008), "Means".
    """
    check_confidence(confidence)
    numbers = real(values, "values")
    if not numbers.ndim:
        raise ValueError("values has no axis to take the mean over")
    known = ~np.isnan(numbers)
    n = known.sum(axis=-1).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known, numbers, 0.0).sum(axis=-1) / n
        squares = np.where(known, (numbers - value[..., None]) ** 2, 0.0).sum(axis=-1)
        spread = np.sqrt(squares / (n - 1) / n)
        half = stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * spread
    half = np.where(n > 1, half, np.nan)
    return Interval(plain(value), plain(value - half), plain(value + half))


def check_multiplier(multiplier: float) -> None:
    """Refuse a multiplier that is not above 0."""
    if not single(multiplier, "multiplier") > 0:
        raise ValueError(f"multiplier must be above 0, as 1000 is; got {multiplier!r}")
