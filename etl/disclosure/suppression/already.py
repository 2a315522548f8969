"""What is known of counts before anything of this release is shown.

Other packages and earlier releases bound counts, and sums carry the bounds on: of 3 to 5 people,
women and men at least one each, neither is more than four. What they leave too narrow cannot be
protected any more.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from etl.disclosure.suppression.moves import EPSILON, Bools
from etl.disclosure.suppression.structure import Floats

_ROUNDS = 6


def narrowed(
    relations: sparse.csc_array, low: Floats, high: Floats, whole: Bools
) -> tuple[Floats, Floats]:
    """Carry bounds along sums until they narrow no more.

    Parameters
    ----------
    relations
        Rows that add up to nothing, by cells.
    low, high
        The least and the most that each count can be; the most may be infinite.
    whole
        Cells that hold whole people.

    Returns
    -------
    low, high
        Never wider than what was given. All relations solved together may be narrower still.
    """
    rows = relations.tocoo()
    row, cell, weight = rows.row, rows.col, rows.data
    number = relations.shape[0]
    low, high = low.copy(), high.copy()
    for _ in range(_ROUNDS):
        least, most = (
            np.where(weight > 0, weight * ahead[cell], weight * back[cell])
            for ahead, back in ((low, high), (high, low))
        )
        # what the other cells of the row leave
        top, bottom = -_of_others(row, least, number), -_of_others(row, most, number)
        upper = np.where(weight > 0, top, bottom) / weight
        lower = np.where(weight > 0, bottom, top) / weight
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, cell, lower)
        np.minimum.at(new_high, cell, upper)
        new_low = np.where(whole, np.ceil(new_low - EPSILON), new_low)
        new_high = np.where(whole, np.floor(new_high + EPSILON), new_high)
        if not ((new_low > low + EPSILON) | (new_high < high - EPSILON)).any():
            break
        low, high = new_low, new_high
    return low, high


def _of_others(row: np.ndarray, part: Floats, number: int) -> Floats:
    """Return the sum of a row without each of its parts, of which some may be infinite."""
    endless = np.isinf(part)
    finite = np.where(endless, 0.0, part)
    total = np.bincount(row, finite, number)[row] - finite
    others = np.bincount(row, endless, number)[row] - endless
    sign = np.sign(part[endless][0]) if endless.any() else 1.0
    return np.where(others > 0, sign * np.inf, total)
