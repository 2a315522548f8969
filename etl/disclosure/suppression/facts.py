"""What there is in one period of a set of tables, and what is known before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from etl.disclosure.suppression.already import narrowed
from etl.disclosure.suppression.moves import Bools
from etl.disclosure.suppression.place import Place
from etl.disclosure.suppression.promise import least_width, low_enough
from etl.disclosure.suppression.remainders import derive
from etl.disclosure.suppression.structure import Floats, Ints
from etl.disclosure.suppression.unseen import Unseen

OK: Final = "ok"
SUPPRESSED: Final = "suppressed"
SECONDARY: Final = "suppressed_secondary"

_WHOLE: Final = 1e-6


@dataclass(frozen=True)
class Facts:
    """What there is in one period, by cell of a grid.

    Attributes
    ----------
    counts
        True counts, of derived cells too.
    released, derived
        Which cells there are, and which follow from them.
    low, high
        The least and the most that each count can be.
    small
        Counts that must not be shown.
    asking
        Counts that need the promised width when they are hidden.
    hidden_before, called_small
        What earlier releases hid, and called small.
    given_away
        Small counts of which too much is known already.
    holding
        The relations that the counts keep.
    """

    counts: Floats
    released: Bools
    derived: Bools
    low: Floats
    high: Floats
    small: Bools
    asking: Bools
    hidden_before: Bools
    called_small: Bools
    given_away: Bools
    holding: sparse.csc_array


def facts_of(  # noqa: PLR0917
    rows: pl.DataFrame,
    place: Place,
    relations: tuple[sparse.csr_array, sparse.csr_array],
    unseen: Unseen,
    threshold: int,
    elsewhere: tuple[Ints, Floats, Floats],
) -> Facts:
    """Return the facts of one period.

    Parameters
    ----------
    rows
        ``_at`` (number of the cell), ``count``, ``before``, ``_persons``, ``_everybody`` (hidden
        as all of a group) and, where it is known, ``population``.
    place
        Of the cells.
    relations
        How cells add up, without and with unseen ones.
    unseen
        The series that are in no table.
    threshold
        Counts of 1 to ``threshold - 1`` are small.
    elsewhere
        Cells that other packages count: numbers, the least and the most.
    """
    at, size = rows["_at"].to_numpy(), place.grid.size
    counts, others = np.zeros(size), np.full(size, np.inf)
    released = np.zeros(size, dtype=bool)
    counts[at], released[at] = rows["count"].to_numpy(), True
    if "population" in rows.columns:
        people = rows["population"].cast(pl.Float64).fill_null(np.inf).to_numpy()
        # A population that is small itself is hidden as such; what a publisher has rounded
        # may leave a count above its population.
        shown = (people >= threshold) & (people >= counts[at])
        others[at] = np.where(shown, people - counts[at], np.inf)
    structure, stated = relations
    derived, counts = unseen.place(released, *derive(structure, released, counts))
    holding = _holding(stated, released | derived, counts)
    dominated = _dominated(rows, counts, threshold)
    small = ((counts > 0) & (counts < threshold)) | ((others > 0) & (others < threshold))
    small[at] |= rows["_everybody"].to_numpy() & (counts[at] > 0)
    small = small & ~unseen.cells | dominated
    was = np.full(size, None, dtype=object)
    was[at] = rows["before"].to_numpy()
    called_small = (was == SUPPRESSED) & (counts > 0) & (counts < threshold)
    shown_before = (was == OK) & ~small
    # A count of nobody is shown, so a hidden one is somebody, or a share of somebody.
    low = np.where(released & (counts > 0), place.finest, 0.0)
    high = counts + others
    there, least, most = elsewhere
    low[there], high[there] = np.maximum(low[there], least), np.minimum(high[there], most)
    low[shown_before] = high[shown_before] = counts[shown_before]
    least, most = place.label(threshold)
    low[called_small] = np.maximum(low, least)[called_small]
    high[called_small] = np.minimum(high, most)[called_small]
    given_away = np.zeros(size, dtype=bool)
    if len(there) or shown_before.any():
        nobody = released & (counts == 0)
        low[nobody] = high[nobody] = 0.0
        whole = (place.finest == 1) & ~unseen.cells
        low, high = narrowed(holding, low, high, whole)
        given_away = small & (high - low < place.finest * least_width(threshold) - _WHOLE)
    return Facts(
        counts,
        released,
        derived,
        low,
        high,
        small,
        (np.minimum(counts, others) < low_enough(threshold)) & ~unseen.cells | dominated,
        (was == SUPPRESSED) | (was == SECONDARY),
        called_small,
        given_away,
        holding,
    )


def _dominated(rows: pl.DataFrame, counts: Floats, threshold: int) -> Bools:
    """Return which cells count the events of few persons."""
    persons = np.zeros(len(counts))
    known = rows["_persons"].cast(pl.Float64).fill_null(0.0)
    persons[rows["_at"].to_numpy()] = known.to_numpy()
    return (persons > 0) & (persons < threshold) & (counts > 0)


def _holding(structure: sparse.csr_array, there: Bools, counts: Floats) -> sparse.csc_array:
    """Return the relations between the cells there are that the true counts keep.

    A delivered total may hold people of unknown residence; what is left of it after subtraction is
    then anybody's guess, not a count.
    """
    whole = abs(structure) @ (~there).astype(float) == 0
    return structure[whole & (np.abs(structure @ counts) < _WHOLE)].tocsc()
