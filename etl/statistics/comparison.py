"""How areas stand against a benchmark and against each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etl.statistics._input import real, together

#: Word for a whole interval above the benchmark, and for one below it.
_WORDS = {
    "high_good": ("better", "worse"),
    "high_bad": ("worse", "better"),
    "neutral": ("higher", "lower"),
}


def compare(
    lower: ArrayLike, upper: ArrayLike, benchmark: ArrayLike, polarity: str | ArrayLike
) -> Any:
    """Say how an interval stands against a benchmark.

    Parameters
    ----------
    lower, upper
        Limits of the area's figure; numbers or arrays of one shape.
    benchmark
        The region's or country's figure, taken as known without error; a number or the same shape.
    polarity
        ``high_good``, ``high_bad`` or ``neutral``; one word, or one an interval.

    Returns
    -------
    str, None or numpy.ndarray
        ``better``, ``similar``, ``worse``, or without polarity ``lower``, ``similar``, ``higher``;
        None where something is unknown. Arrays in, an array of objects out.

    Raises
    ------
    ValueError
        On lengths that do not match, a lower limit above its upper one, an unknown polarity.

    Notes
    -----
    The benchmark outside the interval is a difference, inside it is none: the rule of Public
    Health England's technical guide on comparing areas with a benchmark. The area is a part of its
    benchmark, which makes the rule slightly cautious.
    """
    low, high, mark = together(
        lower=real(lower, "lower"),
        upper=real(upper, "upper"),
        benchmark=real(benchmark, "benchmark"),
    )
    if (low > high).any():
        raise ValueError("a lower limit is above its upper limit")
    words = np.asarray(polarity, dtype=object)
    if words.shape not in ((), low.shape):
        raise ValueError(f"lengths do not match: lower {low.shape}, polarity {words.shape}")
    unknown_words = {word for word in words.ravel().tolist() if word not in _WORDS}
    if unknown_words:
        wrong = ", ".join(sorted(map(repr, unknown_words)))
        raise ValueError(f"unknown polarity {wrong}; use {', '.join(_WORDS)}")
    result = np.full(low.shape, "similar", dtype=object)
    for polarity_word, (above, below) in _WORDS.items():
        chosen = words == polarity_word
        result[chosen & (low > mark)] = above
        result[chosen & (high < mark)] = below
    result[np.isnan(low) | np.isnan(high) | np.isnan(mark)] = None
    return result if result.ndim else result.item()


def quantile_classes(values: ArrayLike, classes: int = 5) -> NDArray[np.int64]:
    """Return which of equally large classes each value falls in, ties kept together.

    Parameters
    ----------
    values
        One-dimensional; NaN for unknown.
    classes
        5 for quintiles.

    Returns
    -------
    numpy.ndarray
        0 for the lowest class to ``classes - 1``, and -1 for unknown. Equal values always share a
        class, so classes may differ in size and even stay empty.

    Raises
    ------
    ValueError
        On other than one dimension, or fewer than one class.

    Notes
    -----
    By the mean rank r of equal values among n: ``⌊classes (r - ½) / n⌋``, in whole numbers.
    """
    numbers = real(values, "values")
    if numbers.ndim != 1:
        raise ValueError(f"values must have one dimension; got {numbers.ndim}")
    if classes < 1:
        raise ValueError(f"classes must be 1 or more; got {classes}")
    result = np.full(numbers.shape, -1, dtype=np.int64)
    known = ~np.isnan(numbers)
    if known.any():
        _, inverse, size = np.unique(numbers[known], return_inverse=True, return_counts=True)
        # Twice the mean rank is whole: first rank plus last rank of the tie.
        last = np.cumsum(size)
        twice_rank = (last - size + 1) + last
        result[known] = ((twice_rank - 1) * classes // (2 * int(known.sum())))[inverse]
    return result
