"""Funnel plots: how far a figure may lie from the target by chance alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from etl.statistics._input import floats, plain, real, single
from etl.statistics.intervals import check_multiplier
from warehouse.read.funnel import LABELS, FunnelLimits, exact_limits, labels

__all__ = ["FUNNEL_LABELS", "FunnelLimits", "funnel_labels", "funnel_limits"]

FUNNEL_LABELS = LABELS
_DEFAULT_MULTIPLIER = {"proportion": 1.0, "rate": 100_000.0, "ratio": 1.0}


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
    TypeError
        On a target that is text or several numbers.

    Notes
    -----
    The formula stands in :func:`warehouse.read.funnel.exact_limits`, which the pages draw with too.
    """
    if kind not in _DEFAULT_MULTIPLIER:
        raise ValueError(f"unknown kind {kind!r}; use {', '.join(_DEFAULT_MULTIPLIER)}")
    unit = _DEFAULT_MULTIPLIER[kind] if multiplier is None else multiplier
    check_multiplier(unit)
    size = floats(n, "n")
    centre = float(floats(single(target, "target"), "target"))
    if kind == "proportion" and centre > unit:
        raise ValueError(f"target {centre} is above {unit}, more than all")
    found = exact_limits("proportion" if kind == "proportion" else "rate", size, centre, unit)
    limits = (found.lower_95, found.upper_95, found.lower_998, found.upper_998)
    return FunnelLimits(centre, *map(plain, limits))


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
    result = labels(points, limits)
    return result if result.ndim else result.item()
