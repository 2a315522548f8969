"""What disclosure control promises of each hidden small count: how much is left open about it."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd
from typing import Final

#: Shares of a municipality are told apart to a thousandth.
_FINEST: Final = 1000


def least_width(threshold: int) -> int:
    """Return how far apart the least and the most must lie that a small count can be.

    Parameters
    ----------
    threshold
        Counts of 1 to ``threshold - 1`` are small.

    Returns
    -------
    int
        In people. One value fewer than the small counts must be left: three of 1, 2, 3 and 4. As
        nobody hides a count of nobody, a wider range would often need zero. Never fewer than two.
    """
    return max(threshold - 3, 1)


def low_enough(threshold: int) -> int:
    """Return the count from which on no narrow range holds a small count, in people."""
    return threshold + least_width(threshold)


def most_labelled(threshold: int, shares: Iterable[float]) -> float:
    """Return the most that a count can be that is called small, in people.

    Parameters
    ----------
    threshold
        What is called small is fewer.
    shares
        Of each municipality that the area holds, 0 to 1. Whole people in them make up multiples of
        the greatest number that divides all shares: of half a person where one is held by half.
    """
    step = gcd(_FINEST, *(round(share * _FINEST) for share in shares))
    return threshold - step / _FINEST
