"""Counts that nobody releases and anybody can subtract: all ages less the bands that are shown.

A reader knows of them that they are not negative, which bounds what is hidden beside them; and a
small one is a small count like any other. They are part of the tables, and never shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.suppression.structure import OLDEST, Floats

_WHOLE = 1e-6


def rest_ages(spans: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return the ages between the edges of released bands that follow from these alone.

    Parameters
    ----------
    spans
        First age and the age after the last, by released age.

    Returns
    -------
    dict
        The same of each age that is no released one: 0-17, 65+ and all leave 18-64.
    """
    edges = sorted({edge for span in spans.values() for edge in span})
    atoms = list(pairwise(edges))
    holds = np.array([[a <= c and d <= b for c, d in atoms] for a, b in spans.values()], float)
    found = {}
    for number, (start, end) in enumerate(atoms):
        if (start, end) in spans.values():
            continue
        alone = np.eye(len(atoms))[number]
        weights, *_ = np.linalg.lstsq(holds.T, alone, rcond=None)
        if np.abs(holds.T @ weights - alone).max() < _WHOLE:
            found[f"{start}+" if end == OLDEST else f"{start}-{end - 1}"] = (start, end)
    return found


def rest_sexes(sexes: Sequence[str]) -> list[str]:
    """Return the sex that is left of both when one of them is released."""
    if "all" not in sexes or len(sexes) != 2:
        return []
    return [sex for sex in ("female", "male") if sex not in sexes]


def derive(
    relations: sparse.csr_array, released: NDArray[np.bool_], counts: Floats
) -> tuple[NDArray[np.bool_], Floats]:
    """Work out cells that are not released from those that are.

    Parameters
    ----------
    relations
        Between all cells, released or not, by cells.
    released
        Which cells are.
    counts
        Of the released cells.

    Returns
    -------
    derived, counts
        Which further cells follow, and all counts with theirs. Where the released ones leave less
        than nobody (a total of some, parts of others) nothing follows.
    """
    known, values = released.copy(), np.where(released, counts, 0.0)
    refused = np.zeros(len(counts), dtype=bool)
    part = relations
    while True:
        touches = abs(part).sign()
        missing = touches @ (~known).astype(float)
        part = part[missing > 0]
        rows = part[missing[missing > 0] == 1]
        if not rows.shape[0]:
            return known & ~released, values
        rest = rows @ values
        open_ = rows.multiply(~known[None, :]).tocsr()
        open_.eliminate_zeros()
        cells = open_.indices
        found = -rest / open_.data
        wrong = found < -_WHOLE
        refused[cells[wrong]] = True
        fine = ~wrong & ~refused[cells]
        if not fine.any():
            return known & ~released, values
        values[cells[fine]] = np.maximum(found[fine], 0.0)
        known[cells[fine]] = True
