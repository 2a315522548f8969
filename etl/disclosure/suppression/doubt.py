"""Definitions that do not hold everywhere: what is contradicted is not believed, and the rest is.

Who moves within a year is a citizen of one place and has contacts in another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.suppression.hints import Possible
from etl.disclosure.suppression.witness import TOLERANCE, Floats, Ints, base_people


def contradicted(system: sparse.csr_array, possible: Possible) -> Ints:
    """Return the relations, of those below the cells of a hinted table, that it does not keep.

    Parameters
    ----------
    system
        Cells of the table, then inequalities and equalities, by base cells.
    possible
        The table.
    """
    size = len(possible.counts)
    people = base_people(system[:size], possible)
    if people is None:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(system[size:] @ people[0] < -TOLERANCE)


def disbelieve(rows: Ints, count: Floats, low: Floats) -> None:
    """Let relations say nothing, in place."""
    count[rows], low[rows] = np.nan, -np.inf


def broken_rows(
    free: sparse.csr_array, count: Floats, low: Floats, high: Floats, doubtful: NDArray[np.bool_]
) -> Ints:
    """Return the doubtful rows that are broken if as little as can be is.

    Parameters
    ----------
    free
        Rows as sums over base cells.
    count
        What each gives, NaN where that is open.
    low, high
        Between which each is.
    doubtful
        Rows that need not be true.

    Raises
    ------
    ArithmeticError
        When the others contradict each other.
    """
    if not doubtful.any():
        raise ArithmeticError("the published numbers contradict each other")
    from scipy.optimize import linprog  # noqa: PLC0415 - see programme

    least = np.where(np.isnan(count), low, count)
    most = np.where(np.isnan(count), high, count)
    give = sparse.identity(len(count), format="csc")[:, np.flatnonzero(doubtful)]
    weights = sparse.hstack([free, give, -give]).tocsr()
    above, below = np.isfinite(most), np.isfinite(least)
    number = int(doubtful.sum())
    found = linprog(
        np.concatenate([np.zeros(free.shape[1]), np.ones(2 * number)]),
        A_ub=sparse.vstack([weights[above], -weights[below]]),
        b_ub=np.concatenate([most[above], -least[below]]) + TOLERANCE,
        bounds=(0, None),
        method="highs",
    )
    if found.x is None:
        raise ArithmeticError("the published numbers contradict each other")
    wrong = found.x[free.shape[1] :].reshape(2, number).max(axis=0) > 10 * TOLERANCE
    return np.asarray(np.flatnonzero(doubtful)[wrong])
