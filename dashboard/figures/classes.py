"""Classes of a map: how numbers become a few shades, and what each shade is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
    rounded = np.round(values, decimals)
    known = rounded[~np.isnan(rounded)]
    if known.size == 0:
        return Classes(np.full(values.shape, -1), ())
    cuts = np.unique(np.quantile(known, np.arange(1, classes) / classes, method="higher"))
    raw = np.searchsorted(cuts, rounded, side="right")
    # NaN sorts last; it gets its own mark, and classes nobody is in are closed up.
    used, index = np.unique(raw[~np.isnan(rounded)], return_inverse=True)
    out = np.full(values.shape, -1)
    out[~np.isnan(rounded)] = index
    ranges = tuple(
        (float(known[index == i].min()), float(known[index == i].max())) for i in range(len(used))
    )
    return Classes(out, ranges)
