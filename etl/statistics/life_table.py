"""How long people of an age have left to live, from deaths and person-years by age."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from etl.statistics._input import Floats, floats, normal_quantile, plain
from etl.statistics.intervals import Interval


def remaining_life_expectancy(
    deaths: ArrayLike,
    person_years: ArrayLike,
    ages: ArrayLike,
    *,
    lived: ArrayLike = 0.5,
    confidence: float = 0.95,
) -> Interval:
    """Return the years people of the first age have left to live, by an abridged life table.

    Parameters
    ----------
    deaths, person_years
        Deaths, and years lived by the people they are among; the last axis is age bands, any axes
        before it are areas, years, sexes ... One shape.
    ages
        First age of each band, ascending. The last band is open ("95 and over"), and the first is
        the age the expectation is for: the bands from 65 for the years left at 65.
    lived
        Mean part of a band that those who die in it live; one number, or one a band. A half suits
        all bands but the first year of life.
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        In years, with one axis less than `deaths`. NaN where something is unknown, where nobody
        lived in a band, and where nobody died in the last one: it then has no end.

    Raises
    ------
    ValueError
        On negatives, shapes that do not match, fewer than two bands, ages that do not ascend,
        `lived` or confidence outside (0, 1).

    Notes
    -----
    With ``n`` the width of a band, ``a`` the part lived, ``M = D / N`` its death rate:
    ``q = n M / (1 + n (1 - a) M)``, ``l`` the product of ``1 - q`` over the bands before,
    ``L = n (l₊ + a (l - l₊))``, ``L = l / M`` in the last; the expectation is the sum of ``L``.
    Variance ``Σ l² (n (1 - a) + e₊)² q² (1 - q) / D`` over the bands but the last, and there
    ``l² / (M² D)``, with ``e₊`` the expectation at the next band. C. L. Chiang, "The Life Table
    and Its Applications" (Krieger 1984), chapters 6-8; the term of the open band is that of
    P. B. S. Silcocks, D. A. Jenner and R. Reza, "Life expectancy as a summary of mortality in a
    population", Journal of Epidemiology and Community Health 55 (2001) 38-43.
    """
    z = normal_quantile(confidence)
    events, years = floats(deaths, "deaths"), floats(person_years, "person_years")
    starts = floats(ages, "ages")
    if events.shape != years.shape:
        raise ValueError(f"lengths do not match: deaths {events.shape}, person_years {years.shape}")
    if starts.ndim != 1 or len(starts) < 2 or events.shape[-1:] != starts.shape:
        raise ValueError("ages must be the first age of each band of the last axis, two or more")
    width = np.diff(starts)
    if not (width > 0).all():
        raise ValueError("ages must ascend; give the first age of each band")
    part = floats(lived, "lived")
    if part.ndim and part.shape != starts.shape:
        raise ValueError(f"lengths do not match: ages {starts.shape}, lived {part.shape}")
    if not ((part > 0) & (part < 1)).all():
        raise ValueError("lived must lie between 0 and 1, as a half does")
    part = np.broadcast_to(part, starts.shape)[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        value, variance = _expectation(events, years, width, part)
        half = z * np.sqrt(variance)
        limits = (value, value - half, value + half)
    # Where the rate of the open band is nothing, those in it would live for ever.
    known = np.isfinite(value) & np.isfinite(variance)
    return Interval(*(plain(np.where(known, limit, np.nan)) for limit in limits))


def _expectation(
    events: Floats, years: Floats, width: Floats, part: Floats
) -> tuple[Floats, Floats]:
    """Return expectation and variance; infinite or NaN where there is none."""
    rate = events / years
    closed, last = rate[..., :-1], rate[..., -1]
    dying = np.minimum(width * closed / (1 + width * (1 - part) * closed), 1.0)
    after = np.cumprod(1 - dying, axis=-1)
    alive = np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)
    lived = width * (after + part * (alive - after))
    left = after[..., -1] / last  # years lived in the open band
    # years lived from the next band on, seen from the first
    beyond = np.cumsum(lived[..., ::-1], axis=-1)[..., ::-1] - lived + left[..., None]
    value = lived.sum(axis=-1) + left
    surviving = np.where(after > 0, beyond / after, 0.0)
    spread = np.where(
        events[..., :-1] > 0, dying**2 * (1 - dying) / events[..., :-1], events[..., :-1] * 0.0
    )
    variance = (alive**2 * (width * (1 - part) + surviving) ** 2 * spread).sum(axis=-1)
    return value, variance + after[..., -1] ** 2 / (last**2 * events[..., -1])
