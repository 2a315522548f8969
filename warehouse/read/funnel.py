"""How far a figure may lie from the country's by chance: the lines of a funnel plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrik, pdtr, pdtrik

#: Fewer expected events (or non-events) than this, and no line is drawn: one person more or less
#: would carry an area across it.
FEWEST_EXPECTED = 10.0
#: Kinds of indicator that count events among people, and so have limits.
KINDS = ("proportion", "rate")
#: Where a point can lie, from far below to far above; "95" is outside 95 % and inside 99.8 %.
LABELS = ("below_998", "below_95", "inside", "above_95", "above_998")
_TAILS = (0.025, 0.975, 0.001, 0.999)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """The target and the limits around it, in the target's unit; NaN where none can be given."""

    target: float
    lower_95: Any
    upper_95: Any
    lower_998: Any
    upper_998: Any


def exact_limits(kind: str, n: Floats, target: float, multiplier: float) -> FunnelLimits:
    """Return the control limits at 95 % and 99.8 %, however few are expected.

    Parameters
    ----------
    kind
        ``proportion`` (binomial) or ``rate`` (Poisson).
    n
        People behind each point, any shape; for a ratio (target 1) the expected events.
    target
        The line in the middle, in the unit drawn.
    multiplier
        The unit: 100 for per cent, 1000 for per 1,000 ...

    Returns
    -------
    FunnelLimits
        In `n`'s shape. NaN where `n` is 0 or unknown.

    Notes
    -----
    Exact binomial or Poisson limits, drawn smooth by interpolating between counts: with r the
    smallest count whose cumulative probability F passes p, the limit is
    ``(r - (F(r) - p) / (F(r) - F(r - 1))) / n``. D. J. Spiegelhalter, "Funnel plots for comparing
    institutional performance", Statistics in Medicine 24 (2005) 1185-1202, appendix A.1.
    """
    share = target / multiplier
    is_proportion = kind == "proportion"
    limits = []
    for tail in _TAILS:
        at = _binomial(n, share, tail) if is_proportion else _poisson(n * share, tail)
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = np.clip(at, 0, n if is_proportion else np.inf)
            limits.append(np.where(n > 0, inside / n * multiplier, np.nan))
    return FunnelLimits(target, *limits)


def funnel_limits(kind: str, n: ArrayLike, target: float, multiplier: float) -> FunnelLimits:
    """Return the control limits that a page draws: none where few events are expected.

    Parameters
    ----------
    kind, n, target, multiplier
        As for :func:`exact_limits`.

    Returns
    -------
    FunnelLimits
        In `n`'s shape; NaN where fewer than ten events, or ten people without one, are expected.

    Raises
    ------
    ValueError
        On an unknown kind, a multiplier not above 0, or a target outside what is possible.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; use {', '.join(KINDS)}")
    if multiplier <= 0:
        raise ValueError(f"the multiplier must be above 0, not {multiplier}")
    if target < 0 or (kind == "proportion" and target > multiplier):
        raise ValueError(f"the target {target} is outside 0 to {multiplier}")
    size = np.asarray(n, dtype=np.float64)
    expected = size * target / multiplier
    others = size - expected if kind == "proportion" else expected
    enough = (expected >= FEWEST_EXPECTED) & (others >= FEWEST_EXPECTED)
    return exact_limits(kind, np.where(enough, size, np.nan), target, multiplier)


def labels(values: Floats, limits: FunnelLimits) -> NDArray[Any]:
    """Say where each point lies in its funnel.

    Parameters
    ----------
    values
        The figures, in the limits' unit and shape; NaN for unknown.
    limits
        The limits.

    Returns
    -------
    numpy.ndarray
        Of objects: one of :data:`LABELS`, ``None`` where value or limit is unknown. A point on a
        limit lies inside it.
    """
    result: NDArray[Any] = np.full(values.shape, "inside", dtype=object)
    with np.errstate(invalid="ignore"):
        result[values < limits.lower_95] = "below_95"
        result[values < limits.lower_998] = "below_998"
        result[values > limits.upper_95] = "above_95"
        result[values > limits.upper_998] = "above_998"
    result[np.isnan(values) | np.isnan(np.asarray(limits.lower_95))] = None
    return result


def _binomial(size: Floats, share: float, tail: float) -> Floats:
    # A split municipality gives a size that is not whole; the binomial needs whole trials.
    trials = np.rint(np.nan_to_num(size)).astype(np.int64)
    if share in (0.0, 1.0):
        return np.asarray(size * share)
    return _interpolated(
        bdtrik(tail, trials, share), lambda count: np.asarray(bdtr(count, trials, share)), tail
    )


def _poisson(expected: Floats, tail: float) -> Floats:
    limit = _interpolated(
        pdtrik(tail, expected), lambda count: np.asarray(pdtr(count, expected)), tail
    )
    return np.where(expected > 0, limit, np.where(expected == 0, 0.0, np.nan))


def _interpolated(quantile: Floats, cdf: Callable[[Floats], Floats], tail: float) -> Floats:
    """Return the quantile of a distribution of counts, smooth between one count and the next.

    `quantile` is that of the distribution's continuous form; the smallest count that reaches the
    tail is it or one less.
    """
    count = np.ceil(quantile)
    less = np.maximum(count - 1, 0)
    count = np.where(cdf(less) >= tail, less, count)
    reached, before = cdf(count), np.where(count > 0, cdf(np.maximum(count - 1, 0)), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(count - (reached - tail) / (reached - before))


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
