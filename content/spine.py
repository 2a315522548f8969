"""Where all areas of a kind lie: what a row of key figures is seen against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

#: With fewer areas than this quarters say nothing.
FEWEST = 5


@dataclass(frozen=True)
class Spread:
    """How a figure spreads over areas of a kind, in the figure's own unit.

    Attributes
    ----------
    lowest, quarter, middle, three_quarters, highest
        The least, the quartiles (linear interpolation between order statistics, Hyndman and Fan
        1996, type 7) and the greatest value of the areas whose figure is known.
    count
        How many areas these are.
    """

    lowest: float
    quarter: float
    middle: float
    three_quarters: float
    highest: float
    count: int


def compared(row: Mapping[str, Any]) -> float | None:
    """Return the value that is compared: adjusted for age where there is such a figure."""
    aged: float | None = row["age_value"]
    value: float | None = row["value"]
    return value if aged is None else aged


def spread(row: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Spread | None:
    """Return how a key figure spreads over all areas of a kind.

    Only figures of the same year, and adjusted for age exactly where the area's own is, are taken
    together.

    Parameters
    ----------
    row
        The area's key figure (``warehouse.read.key_figures.key_figures``).
    others
        The same of all areas of its kind, its own among them.

    Returns
    -------
    Spread or None
        None with fewer than ``FEWEST`` known figures.
    """
    is_aged = row["age_value"] is not None
    values = [
        value
        for other in others
        if other["period"] == row["period"]
        and (other["age_value"] is not None) == is_aged
        and (value := compared(other)) is not None
    ]
    if len(values) < FEWEST:
        return None
    low, quarter, middle, three, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return Spread(low, quarter, middle, three, high, len(values))
