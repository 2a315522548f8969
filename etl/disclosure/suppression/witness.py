"""Tables that agree with all that is published: each widens what hidden cells can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.suppression.hints import Possible

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Ends = tuple[Floats, Floats]

TOLERANCE = 1e-6


def seen(
    system: sparse.csr_array, count: Floats, low: Floats, high: Floats, possible: Possible | None
) -> tuple[Floats, Floats]:
    """Return the range of each row over those tables that agree with all that is published.

    The tables are of the first rows; what stands below follows from them.
    """
    nothing = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    solved = None if possible is None else base_people(system[: len(possible.counts)], possible)
    if solved is None:
        return nothing
    people, moved = solved
    counts, changes = system @ people, (system @ moved).tocoo()
    shown = ~np.isnan(count)
    least = np.where(shown, count, low) - TOLERANCE
    most = np.where(shown, count, high) + TOLERANCE
    if not ((people >= -TOLERANCE).all() and ((counts >= least) & (counts <= most)).all()):
        return nothing
    # Where a table changes nothing it agrees as the first one does.
    wrong = np.zeros(moved.shape[1], dtype=bool)
    base = moved.tocoo()
    wrong[base.col[people[base.row] + base.data < -TOLERANCE]] = True
    after = counts[changes.row] + changes.data
    wrong[changes.col[(after < least[changes.row]) | (after > most[changes.row])]] = True
    fine = ~wrong[changes.col]
    lowest, highest = counts.copy(), counts.copy()
    np.minimum.at(lowest, changes.row[fine], after[fine])
    np.maximum.at(highest, changes.row[fine], after[fine])
    return lowest, highest


def base_people(
    system: sparse.csr_array, possible: Possible
) -> tuple[Floats, sparse.csr_array] | None:
    """Return the base cells of a table and how others change them, or None if it does not say."""
    found = np.zeros(system.shape[1], dtype=bool)
    people = np.zeros(system.shape[1])
    changes = possible.changes.T.tocsr()
    moved = sparse.csr_array((system.shape[1], changes.shape[1]))
    while not found.all():
        loose = system.multiply(~found[None, :]).tocsr()
        loose.eliminate_zeros()
        rows = np.flatnonzero(np.diff(loose.indptr) == 1)
        columns, first = np.unique(loose.indices[loose.indptr[rows]], return_index=True)
        if not len(columns):
            return None
        rows = rows[first]
        share = loose.data[loose.indptr[rows]]
        part = system[rows]
        people[columns] = (possible.counts[rows] - part @ people) / share
        put = sparse.csr_array(
            (1 / share, (columns, np.arange(len(rows)))), shape=(system.shape[1], len(rows))
        )
        moved = moved + put @ (changes[rows] - part @ moved)
        found[columns] = True
    return people, moved.tocsr()
