"""The limits of proportions and rates: the formulas that the build and the pages share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv, ndtri

#: Below this count Byar's approximation gives way to the exact limits.
EXACT_BELOW = 10
Floats = NDArray[np.float64]


def wilson_limits(count: Floats, n: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score limits of a proportion, as fractions between 0 and 1.

    Parameters
    ----------
    count, n
        Persons with the trait and persons in all, of one shape; a count is at most its `n`.
    confidence
        Of the two-sided interval, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper; NaN where `n` is 0 or something is unknown.

    Notes
    -----
    With x = count, q = n - x and z the normal quantile the limits are
    ``(2x + z² ± z √(z² + 4 x q / n)) / (2 (n + z²))``. E. B. Wilson, "Probable inference, the law
    of succession, and statistical inference", JASA 22 (1927) 209-212; recommended in Public
    Health England's technical guide on confidence intervals (2018).
    """
    z = float(ndtri(0.5 + confidence / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        unknown = np.isnan(count / n)
        half = z * np.sqrt(z * z + 4 * count * (n - count) / n)
    centre, scale = 2 * count + z * z, 2 * (n + z * z)
    # At the two ends the limit is 0 or 1 by algebra; rounding must not turn it into 1e-17.
    lower = np.where(count == 0, np.where(unknown, np.nan, 0.0), (centre - half) / scale)
    upper = np.where(count == n, np.where(unknown, np.nan, 1.0), (centre + half) / scale)
    return lower, upper


def count_limits(count: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of a Poisson count: exact below 10, Byar's approximation from 10.

    Parameters
    ----------
    count
        Events; NaN where unknown.
    confidence
        Of the two-sided interval, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper, in events.

    Notes
    -----
    Byar, with O the count: lower ``O (1 - 1/(9 O) - z/(3 √O))³``, upper the same with O + 1 and
    plus z. N. E. Breslow and N. E. Day, *Statistical Methods in Cancer Research* II (IARC, 1987),
    p. 69. Exact: half the chi-square quantiles with 2 O and 2 O + 2 degrees of freedom,
    P. Armitage, G. Berry and J. N. S. Matthews, *Statistical Methods in Medical Research* (2002).
    The change-over at 10 is that of Public Health England's technical guide (2018). A count
    distributed by share is not whole: the chi-square quantile takes that as it is.
    """
    z = float(ndtri(0.5 + confidence / 2))
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
