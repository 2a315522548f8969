"""Funnel plots: how far a figure may lie from the target by chance alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrik, pdtr, pdtrik

from etl.statistics._input import Floats, floats, plain, real
from etl.statistics.intervals import check_multiplier

#: Where a point can lie, from far below to far above; "95" is outside 95 % and inside 99.8 %.
FUNNEL_LABELS = ("below_998", "below_95", "inside", "above_95", "above_998")
_DEFAULT_MULTIPLIER = {"proportion": 1.0, "rate": 100_000.0, "ratio": 1.0}


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """The target and the limits around it, in the target's unit; floats or arrays."""

    target: float
    lower_95: Any
    upper_95: Any
    lower_998: Any
    upper_998: Any


def funnel_limits(
    kind: str, n: ArrayLike, target: float, multiplier: float | None = None
) -> FunnelLimits:
    """Return the control limits of a funnel plot at 95 % and 99.8 %.

    Parameters
    ----------
    kind
        ``proportion``, ``rate`` or ``ratio``.
    n
        Size of each point: persons for a proportion or rate, expected events for a ratio.
    target
        The line in the middle: the country's figure, in the unit drawn.
    multiplier
        The unit: a proportion is a fraction (1) unless 100 is given, a rate is per 100,000, a
        ratio 1 unless 100 is given.

    Returns
    -------
    FunnelLimits
        In `n`'s shape and the target's unit. NaN where `n` is 0 or unknown.

    Raises
    ------
    ValueError
        On an unknown kind, negatives, a proportion's target above 1, a multiplier not above 0.

    Notes
    -----
    Exact binomial or Poisson limits, drawn smooth by interpolating between counts: with r the
    smallest count whose cumulative probability F passes p, the limit is
    ``(r - (F(r) - p) / (F(r) - F(r - 1))) / n``. D. J. Spiegelhalter, "Funnel plots for comparing
    institutional performance", Statistics in Medicine 24 (2005) 1185-1202, appendix A.1.
    """
    if kind not in _DEFAULT_MULTIPLIER:
        raise ValueError(f"unknown kind {kind!r}; use {', '.join(_DEFAULT_MULTIPLIER)}")
    unit = _DEFAULT_MULTIPLIER[kind] if multiplier is None else multiplier
    check_multiplier(unit)
    size = floats(n, "n")
    centre = float(floats(target, "target"))
    if kind == "proportion" and centre > unit:
        raise ValueError(f"target {centre} is above {unit}, more than all")
    limits = []
    for tail in (0.025, 0.975, 0.001, 0.999):
        if kind == "proportion":
            at = _binomial(size, centre / unit, tail)
        else:
            at = _poisson(size * (centre / unit), tail)
        most = size if kind == "proportion" else np.inf
        with np.errstate(invalid="ignore", divide="ignore"):
            limit = np.where(size > 0, np.clip(at, 0, most) / size * unit, np.nan)
        limits.append(plain(limit))
    return FunnelLimits(centre, *limits)


def funnel_labels(values: ArrayLike, limits: FunnelLimits) -> Any:
    """Say where each point lies in its funnel.

    Parameters
    ----------
    values
        The figures, in the limits' unit and shape; NaN for unknown.
    limits
        From :func:`funnel_limits`.

    Returns
    -------
    str, None or numpy.ndarray
        One of :data:`FUNNEL_LABELS`, None where value or limit is unknown. Arrays in, an array of
        objects out. A point on a limit lies inside it.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    points = real(values, "values")
    if points.shape != np.shape(limits.lower_95):
        raise ValueError(
            f"lengths do not match: values {points.shape}, limits {np.shape(limits.lower_95)}"
        )
    result: NDArray[Any] = np.full(points.shape, "inside", dtype=object)
    result[points < limits.lower_95] = "below_95"
    result[points < limits.lower_998] = "below_998"
    result[points > limits.upper_95] = "above_95"
    result[points > limits.upper_998] = "above_998"
    result[np.isnan(points) | np.isnan(np.asarray(limits.lower_95))] = None
    return result if result.ndim else result.item()


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
