"""What chance explains: how counts of people differ from one year to the next by themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from etl.quality.grid import Bools, Floats

#: Chi-squared a degree of freedom within which chance explains that figures differ: 1 where it
#: is all there is, and somewhat more because municipalities change a little by themselves.
_WITHIN: Final = 2.5
#: Standard errors by which more come than go, or the other way round.
_MORE: Final = 3.5


def explains(now: Floats, before: Floats, rounded_to: float) -> Bools:
    """Return the rows whose counts differ from those before by no more than chance.

    Pearson's chi-squared of two Poisson counts an area, in a ratio that all areas have in common.

    Parameters
    ----------
    now, before : ndarray, shape (N, areas)
        Counts; NaN where one is not known.
    rounded_to
        What they are rounded to, 0 when they are not: it adds the square of half of that at most.
    """
    some = np.isfinite(now) & np.isfinite(before) & (now + before > 0)
    now, before = np.where(some, now, 0), np.where(some, before, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = now.sum(-1, keepdims=True) / before.sum(-1, keepdims=True)
        variance = ratio * (now + before) + (1 + ratio**2) * rounded_to**2 / 4
        off = np.where(some, (now - ratio * before) ** 2 / variance, 0).sum(-1)
    free = np.maximum(some.sum(-1) - 1, 0)
    return np.asarray(off <= _WITHIN * free)


def more(one: npt.NDArray[np.int_], other: npt.NDArray[np.int_]) -> Bools:
    """Return where ``one`` is larger than ``other`` by more than chance: McNemar's test."""
    return np.asarray(one - other > _MORE * np.sqrt(one + other))
