"""Proportions, rates and means with their confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv, stdtrit

from etl.statistics._input import (
    Floats,
    check_confidence,
    floats,
    normal_quantile,
    plain,
    real,
    together,
    within,
)

#: Below this count Byar's approximation gives way to the exact limits.
EXACT_BELOW = 10


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
    With x = count, q = n - x and z the normal quantile the limits are
    ``(2x + z² ± z √(z² + 4 x q / n)) / (2 (n + z²))``. E. B. Wilson, "Probable inference, the law
    of succession, and statistical inference", JASA 22 (1927) 209-212; recommended in Public
    Health England's technical guide on confidence intervals (2018).
    """
    z = normal_quantile(confidence)
    x, size = together(count=floats(count, "count"), n=floats(n, "n"))
    within(x, size)
    x = np.minimum(x, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = x / size
        half = z * np.sqrt(z * z + 4 * x * (size - x) / size)
    centre, scale = 2 * x + z * z, 2 * (size + z * z)
    # At the two ends the limit is 0 or 1 by algebra; rounding must not turn it into 1e-17.
    lower = np.where(x == 0, np.where(np.isnan(value), np.nan, 0.0), (centre - half) / scale)
    upper = np.where(x == size, np.where(np.isnan(value), np.nan, 1.0), (centre + half) / scale)
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
    The limits of the count (see :func:`count_limits`) over `n`.
    """
    check_multiplier(multiplier)
    events, size = together(count=floats(count, "count"), n=floats(n, "n"))
    lower, upper = count_limits(events, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        per = np.where(size > 0, multiplier / size, np.nan)
    return Interval(plain(events * per), plain(lower * per), plain(upper * per))


def count_limits(count: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of a Poisson count: exact below 10, Byar's approximation from 10.

    Notes
    -----
    Byar, with O the count: lower ``O (1 - 1/(9 O) - z/(3 √O))³``, upper the same with O + 1 and
    plus z. N. E. Breslow and N. E. Day, *Statistical Methods in Cancer Research* II (IARC, 1987),
    p. 69. Exact: half the chi-square quantiles with 2 O and 2 O + 2 degrees of freedom,
    P. Armitage, G. Berry and J. N. S. Matthews, *Statistical Methods in Medical Research* (2002).
    The change-over at 10 is that of Public Health England's technical guide (2018). A count
    distributed by share is not whole: the chi-square quantile takes that as it is.
    """
    z = normal_quantile(confidence)
    count = np.asarray(count, dtype=np.float64)
    lower, upper = np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    large = count >= EXACT_BELOW
    big = count[large]
    # Byar's bracket turns negative only at a confidence no table is made with.
    lower[large] = big * np.maximum(1 - 1 / (9 * big) - z / (3 * np.sqrt(big)), 0) ** 3
    big = big + 1
    upper[large] = big * (1 - 1 / (9 * big) + z / (3 * np.sqrt(big))) ** 3

    # The exact quantile costs microseconds a cell: look the ten whole counts up.
    whole = (count < EXACT_BELOW) & (count == np.floor(count))
    index = count[whole].astype(np.intp)
    table = _exact_limits(np.arange(EXACT_BELOW, dtype=np.float64), confidence)
    lower[whole], upper[whole] = table[0][index], table[1][index]
    parts = (count < EXACT_BELOW) & ~whole
    lower[parts], upper[parts] = _exact_limits(count[parts], confidence)
    return lower, upper


def _exact_limits(count: Floats, confidence: float) -> tuple[Floats, Floats]:
    tail = (1 - confidence) / 2
    # A chi-square quantile with 2 k degrees of freedom is twice a gamma quantile of shape k.
    lower = np.where(count > 0, gammaincinv(np.maximum(count, 1e-300), tail), 0.0)
    return lower, np.asarray(gammainccinv(count + 1, tail))


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
    if not multiplier > 0:
        raise ValueError(f"multiplier must be above 0, as 1000 is; got {multiplier!r}")
