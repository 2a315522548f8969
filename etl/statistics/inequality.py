"""How far apart areas or groups are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from etl.statistics._input import Floats, floats, normal_quantile, plain, real
from etl.statistics.intervals import Interval


@dataclass(frozen=True, slots=True)
class Gap:
    """The distance between the highest and the lowest: floats, or arrays; NaN where undefined."""

    absolute: Any
    relative: Any
    lowest: Any
    highest: Any


def gap(values: ArrayLike) -> Gap:
    """Return how far the highest lies from the lowest over the last axis.

    Parameters
    ----------
    values
        One figure a municipality along the last axis, 0 or more; NaN for unknown is left out.

    Returns
    -------
    Gap
        `absolute` highest minus lowest in the figure's unit, `relative` highest over lowest.
        NaN with fewer than two known figures; relative NaN when the lowest is 0.

    Raises
    ------
    ValueError
        On negatives, or a single number.
    """
    numbers = floats(values, "values")
    if not numbers.ndim:
        raise ValueError("values has no axis to find a gap along")
    known = ~np.isnan(numbers)
    enough = known.sum(axis=-1) >= 2
    lowest = np.where(enough, np.where(known, numbers, np.inf).min(axis=-1, initial=np.inf), np.nan)
    highest = np.where(enough, np.where(known, numbers, -1.0).max(axis=-1, initial=-1.0), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(lowest > 0, highest / lowest, np.nan)
    return Gap(plain(highest - lowest), plain(relative), plain(lowest), plain(highest))


def slope_index_of_inequality(
    values: ArrayLike,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Return the slope index of inequality over ordered groups.

    Parameters
    ----------
    values
        One figure a group, **worst off first**.
    population
        Persons of each group.
    standard_errors
        Of the figures, where known; without them the limits are NaN.
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        The fitted figure of the best off end minus that of the worst off end, in the figures'
        unit: negative when the best off have less of it.

    Raises
    ------
    ValueError
        On fewer than two groups, an unknown or empty group, lengths that do not match.

    Notes
    -----
    Groups take their place on a scale from 0 to 1 by the middle of their share of the population;
    the index is the slope of the line fitted by least squares weighted by population. J. P.
    Mackenbach and A. E. Kunst, "Measuring the magnitude of socio-economic inequalities in
    health", Social Science & Medicine 44 (1997) 757-771. The slope is a fixed weighted sum of the
    figures, so its variance follows from theirs.
    """
    y, error, _, slope_of = _ordered(values, population, standard_errors)
    slope = float(slope_of @ y)
    half = normal_quantile(confidence) * float(np.sqrt((slope_of * error) ** 2 @ np.ones_like(y)))
    return Interval(slope, slope - half, slope + half)


def relative_index_of_inequality(
    values: ArrayLike,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Return the relative index of inequality: fitted figure of the best off over the worst off.

    Parameters, errors and source are those of :func:`slope_index_of_inequality`. 1 means equal.
    NaN where the line is not above 0 at both ends. Limits by the delta method on the logarithm.
    """
    y, error, mean_of, slope_of = _ordered(values, population, standard_errors)
    worst_of, best_of = mean_of - 0.5 * slope_of, mean_of + 0.5 * slope_of
    worst, best = float(worst_of @ y), float(best_of @ y)
    if worst <= 0 or best <= 0:
        return Interval(np.nan, np.nan, np.nan)
    log_error = (best_of / best - worst_of / worst) * error
    half = normal_quantile(confidence) * float(np.sqrt(log_error @ log_error))
    ratio = best / worst
    return Interval(ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half)))


def _ordered(
    values: ArrayLike, population: ArrayLike, standard_errors: ArrayLike | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return figures, standard errors, and the weights that make the mean and the slope.

    The ridits' weighted mean is always a half, so the line at 0 and 1 is the mean ∓ half a slope.
    """
    y, people = real(values, "values"), floats(population, "population")
    error = np.full(y.shape, np.nan)
    if standard_errors is not None:
        error = floats(standard_errors, "standard_errors")
    if y.ndim != 1 or not y.shape == people.shape == error.shape:
        raise ValueError(
            f"lengths do not match: values {y.shape}, population {people.shape}, "
            f"standard_errors {error.shape}"
        )
    if len(y) < 2:
        raise ValueError("inequality needs at least two groups")
    if np.isnan(y).any() or not (people > 0).all():
        raise ValueError("every group needs a known figure and people in it; merge or leave out")
    share = people / people.sum()
    ridit = np.cumsum(share) - share / 2
    distance = ridit - 0.5
    return y, error, share, share * distance / (share @ distance**2)
