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
#: Part of the areas at either end that is drawn in before their spread is measured.
_DRAWN_IN = 0.1
#: Fewer areas say nothing of how far areas lie apart.
_FEWEST_AREAS = 10
_NORMAL_95, _NORMAL_998 = 1.959963984540054, 3.0902323061678132
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


def funnel_limits(
    kind: str, n: ArrayLike, target: float, multiplier: float, between: float = 0.0
) -> FunnelLimits:
    """Return the control limits that a page draws: none where few events are expected.

    Parameters
    ----------
    kind, n, target, multiplier
        As for :func:`exact_limits`.
    between
        Standard deviation between areas beyond chance (:func:`spread_between`), in the target's
        unit: the limits are widened by it.

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
    limits = exact_limits(kind, np.where(enough, size, np.nan), target, multiplier)
    return _widened(limits, between, multiplier if kind == "proportion" else np.inf)


def spread_between(
    kind: str, values: ArrayLike, n: ArrayLike, target: float, multiplier: float
) -> float:
    """Return how far areas lie apart beyond what chance explains, as a standard deviation.

    Parameters
    ----------
    kind, n, target, multiplier
        As for :func:`exact_limits`.
    values
        The figures, in the target's unit; NaN for unknown.

    Returns
    -------
    float
        In the target's unit; 0 where chance is enough to explain the spread.

    Notes
    -----
    With z the distance of a figure to the target in standard errors, the largest and smallest tenth
    drawn in to the next (so that areas that truly stand out do not widen the funnel), ``φ = Σ z² /
    I``. Chance alone gives 1 with variance 2/I; above ``1 + 2 √(2/I)`` the areas are overdispersed,
    and with ``w = 1/s²`` the variance between them is ``τ² = (I φ - (I - 1)) / (Σ w - Σ w² / Σ
    w)``. D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in
    Medicine 24 (2005) 1185-1202, section 4.2; DerSimonian and Laird (1986) for the moment estimate.
    """
    v, size = np.asarray(values, np.float64), np.asarray(n, np.float64)
    share = target / multiplier
    variance = share * (1 - share if kind == "proportion" else 1)
    known = ~np.isnan(v) & (size > 0)
    count = int(known.sum())
    if count < _FEWEST_AREAS or variance <= 0:
        return 0.0
    error = np.sqrt(variance / size[known]) * multiplier
    z = (v[known] - target) / error
    low, high = np.quantile(z, (_DRAWN_IN, 1 - _DRAWN_IN))
    phi = float((np.clip(z, low, high) ** 2).mean())
    if phi <= 1 + 2 * np.sqrt(2 / count):
        return 0.0
    w = error**-2.0
    between = (count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return float(np.sqrt(max(between, 0.0)))


def effective_people(
    values: ArrayLike, lower: ArrayLike, upper: ArrayLike, multiplier: float
) -> Floats:
    """Return how many people a plain rate would need to be as sure as a standardised one.

    Parameters
    ----------
    values, lower, upper
        Standardised rates and their 95 % limits, any one shape; NaN for unknown.
    multiplier
        The unit.

    Returns
    -------
    numpy.ndarray
        ``value · multiplier / s²`` with the standard error s read off the limits: the rate of so
        many people has that variance if its events come by chance.
    """
    v, low, high = (np.asarray(a, np.float64) for a in (values, lower, upper))
    error = (high - low) / (2 * _NORMAL_95)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(error > 0, v * multiplier / error**2, np.nan)


def _widened(limits: FunnelLimits, between: float, most: float) -> FunnelLimits:
    """Let limits hold for chance and for what lies between areas, each side by itself."""
    if not between:
        return limits

    def away(limit: Any, z: float) -> Floats:
        half = np.asarray(limit) - limits.target
        wide = np.sqrt(half**2 + (z * between) ** 2)
        return np.clip(limits.target + np.sign(half) * wide, 0, most)

    return FunnelLimits(
        limits.target,
        away(limits.lower_95, _NORMAL_95),
        away(limits.upper_95, _NORMAL_95),
        away(limits.lower_998, _NORMAL_998),
        away(limits.upper_998, _NORMAL_998),
    )


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
