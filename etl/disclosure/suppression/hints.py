"""Hints for the audit: tables that could be the true ones, for all a reader can tell.

Whoever chose what to hide knows ways in which the hidden counts could be otherwise. Handing them
to the audit spares it most linear programmes; it checks each against what is published. Hints are
made of true counts and never leave the memory of a build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

_KEYS = ["measure", "period", "sector"]
_CELL = ["area_id", "sex", "age"]

Cells = NDArray[np.uint64]
Rows = NDArray[np.uint32]


@dataclass(frozen=True)
class Possible:
    """Tables that may agree with what is published.

    Attributes
    ----------
    counts
        One of them, by cell.
    changes
        How others differ from it: tables by cells.
    """

    counts: NDArray[np.float64]
    changes: sparse.csr_array


@dataclass
class Hints:
    """Other possible tables, by measure, period and sector."""

    _known: dict[tuple[object, ...], tuple[Cells, Possible]] = field(default_factory=dict)

    def add(
        self, cells: pl.DataFrame, counts: NDArray[np.float64], changes: sparse.csr_array
    ) -> None:
        """Take up tables over `cells`: measure, period, sector, area_id, sex, age."""
        by_cell = changes.tocsc()
        for key, (cell, at) in _by_key(cells):
            order = np.argsort(cell)
            there = at[order]
            self._known[key] = (cell[order], Possible(counts[there], by_cell[:, there].tocsr()))

    def renamed(self, names: Iterable[tuple[str, str]]) -> Hints:
        """Return the hints under the names of indicators: pairs of indicator and measure."""
        made = Hints()
        for indicator, measure in names:
            for key, value in self._known.items():
                if key[0] == measure:
                    made._known[(indicator, *key[1:])] = value
        return made

    def tables(self, rows: pl.DataFrame) -> Possible | None:
        """Return the tables over the rows of what adds up in one period, or None."""
        counts: list[NDArray[np.float64]] = []
        changes: list[sparse.csc_array] = []
        order: list[Rows] = []
        for key, (cell, at) in _by_key(rows):
            if key not in self._known:
                return None
            known, possible = self._known[key]
            there = np.searchsorted(known, cell).clip(max=len(known) - 1)
            if (known[there] != cell).any():
                return None
            if changes and possible.changes.shape[0] != changes[0].shape[0]:
                return None
            counts.append(possible.counts[there])
            changes.append(possible.changes.tocsc()[:, there])
            order.append(at)
        back = np.argsort(np.concatenate(order))
        together = sparse.hstack(changes, format="csc")[:, back]
        return Possible(np.concatenate(counts)[back], together.tocsr())


def _by_key(rows: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], tuple[Cells, Rows]]]:
    """Yield measure, period and sector with the cells of each, and the rows they stand in.

    A cell is one number made of its texts. Should two ever give the same one, a table is mistaken,
    and the audit, which checks every table, does without it.
    """
    numbered = rows.select(*_KEYS, cell=pl.struct(_CELL).hash()).with_row_index("at")
    for key, part in numbered.group_by(*_KEYS):
        yield key, (part["cell"].to_numpy(), part["at"].to_numpy())
