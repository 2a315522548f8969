"""What disclosure control promises of each hidden small count: how much is left open about it."""

from __future__ import annotations


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
