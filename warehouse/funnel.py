"""How far a figure may lie from the country's by chance: the lines of a funnel plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Standard normal deviates of the two-sided 95 % and 99.8 % limits.
Z_95 = 1.959963984540054
Z_998 = 3.090232306167813
#: Fewer expected events (or non-events) than this, and no smooth limit is honest.
FEWEST_EXPECTED = 10.0
#: Kinds of indicator that count events among people, and so have limits.
KINDS = ("proportion", "rate")


@dataclass(frozen=True)
class Limits:
    """Limits around a target, in the target's unit; NaN where none can be given."""

    lower_95: NDArray[np.float64]
    upper_95: NDArray[np.float64]
    lower_998: NDArray[np.float64]
    upper_998: NDArray[np.float64]


def funnel_limits(kind: str, n: ArrayLike, target: float, multiplier: float) -> Limits:
    """Return the control limits of a funnel plot at 95 % and 99.8 %.

    Parameters
    ----------
    kind
        ``proportion`` (binomial) or ``rate`` (Poisson).
    n
        People behind each point, any shape.
    target
        The line in the middle: the country's figure, in the unit drawn.
    multiplier
        The unit: 100 for per cent, 1000 for per 1,000 ...

    Returns
    -------
    Limits
        In `n`'s shape; NaN where fewer than ten events, or ten people without one, are expected.

    Raises
    ------
    ValueError
        On an unknown kind, a multiplier not above 0, or a target outside what is possible.

    Notes
    -----
    The quantile of the count with its skewness (Cornish and Fisher, Revue de l'Institut
    International de Statistique 5, 1938), half a count for its steps, divided by `n`: an
    arithmetic stand-in for the exact limits of D. J. Spiegelhalter, "Funnel plots for comparing
    institutional performance", Statistics in Medicine 24 (2005), appendix A.1, from which it
    differs by less than half a person.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; use {', '.join(KINDS)}")
    if multiplier <= 0:
        raise ValueError(f"the multiplier must be above 0, not {multiplier}")
    if target < 0 or (kind == "proportion" and target > multiplier):
        raise ValueError(f"the target {target} is outside 0 to {multiplier}")
    size = np.asarray(n, dtype=np.float64)
    share = target / multiplier
    expected = size * share
    others = size - expected if kind == "proportion" else expected
    spread = np.sqrt(expected * (1 - share) if kind == "proportion" else expected)
    asymmetry = 1 - 2 * share if kind == "proportion" else 1.0
    usable = (expected >= FEWEST_EXPECTED) & (others >= FEWEST_EXPECTED)

    def at(z: float) -> NDArray[np.float64]:
        count = expected + z * spread + asymmetry * (z * z - 1) / 6 - 0.5
        with np.errstate(invalid="ignore", divide="ignore"):
            limit = np.maximum(count, 0) / size * multiplier
        return np.asarray(np.where(usable, limit, np.nan))

    return Limits(at(-Z_95), at(Z_95), at(-Z_998), at(Z_998))


def rank_range(
    values: ArrayLike, lower: ArrayLike, upper: ArrayLike
) -> tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.int_]]:
    """Return each area's place from the top, and the places its interval leaves open.

    Two areas whose intervals overlap could as well stand the other way round, so the best place
    is after those that lie wholly above, the last before those that lie wholly below. This is
    generous: the places are what the intervals do not rule out, not a 95 % interval of the rank.

    Parameters
    ----------
    values, lower, upper
        Shape ``(n,)``; none may be NaN.

    Returns
    -------
    tuple of numpy.ndarray
        Place (1 is the highest; equal values share it), best and last possible place.
    """
    v, low, high = (np.asarray(a, dtype=np.float64) for a in (values, lower, upper))
    place = 1 + (v[None, :] > v[:, None]).sum(axis=1)
    best = 1 + (low[None, :] > high[:, None]).sum(axis=1)
    last = v.size - (high[None, :] < low[:, None]).sum(axis=1)
    return place, best, last
