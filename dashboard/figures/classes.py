"""Classes of a map: how numbers become a few shades, and what each shade is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.format import rounded


@dataclass(frozen=True)
class Classes:
    """Values sorted into classes.

    Attributes
    ----------
    index
        Class of each value, 0 for the lowest, -1 where there is no value.
    ranges
        Lowest and highest value in each class, so that a legend never overlaps itself.
    """

    index: NDArray[np.int_]
    ranges: tuple[tuple[float, float], ...]


def quantile_classes(values: NDArray[np.float64], decimals: int, classes: int = 5) -> Classes:
    """Sort values into classes that hold about equally many areas each.

    Values are rounded to what the reader sees first: two areas that read the same are never given
    two shades. Fewer classes come back when there are fewer different values.

    Parameters
    ----------
    values
        Shape ``(n,)``, NaN where there is no value to show.
    decimals
        Decimals the reader sees.
    classes
        Most classes wanted.
    """
    seen = _seen(values, decimals)
    known = seen[~np.isnan(seen)]
    if known.size == 0:
        return Classes(np.full(values.shape, -1), ())
    cuts = np.unique(np.quantile(known, np.arange(1, classes) / classes, method="higher"))
    return _cut(seen, cuts)


def equal_classes(values: NDArray[np.float64], decimals: int, classes: int = 5) -> Classes:
    """Sort values into classes of equal width from the lowest value to the highest.

    Parameters and what comes back are those of ``quantile_classes``; a class nobody is in is left
    out.
    """
    seen = _seen(values, decimals)
    known = seen[~np.isnan(seen)]
    if known.size == 0:
        return Classes(np.full(values.shape, -1), ())
    cuts = np.linspace(known.min(), known.max(), classes + 1)[1:-1]
    return _cut(seen, np.unique(cuts))


def _seen(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    return np.array([rounded(value, decimals) for value in values.tolist()], dtype=np.float64)


def _cut(seen: NDArray[np.float64], cuts: NDArray[np.float64]) -> Classes:
    known = ~np.isnan(seen)
    # NaN gets its own mark on the map, and classes nobody is in are closed up.
    raw = np.searchsorted(cuts, seen[known], side="right")
    used, index = np.unique(raw, return_inverse=True)
    out = np.full(seen.shape, -1)
    out[known] = index
    ranges = tuple(
        (float(seen[known][index == i].min()), float(seen[known][index == i].max()))
        for i in range(len(used))
    )
    return Classes(out, ranges)
