"""Hints for the audit: tables that could be the true ones, for all a reader can tell.

Whoever chose what to hide knows ways in which the hidden counts could be otherwise. Handing them
to the audit spares it most linear programmes; it checks each against what is published. Hints are
made of true counts and never leave the memory of a build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

_KEYS = ["measure", "period", "sector"]
_CELL = ["area_id", "sex", "age"]


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

    _known: dict[tuple[object, ...], tuple[pl.DataFrame, Possible]] = field(default_factory=dict)

    def add(
        self, cells: pl.DataFrame, counts: NDArray[np.float64], changes: sparse.csr_array
    ) -> None:
        """Take up tables over `cells`: measure, period, sector, area_id, sex, age."""
        indexed = cells.select(*_KEYS, *_CELL).with_row_index("_at")
        by_cell = changes.tocsc()
        for key, part in indexed.group_by(*_KEYS):
            at = part["_at"].to_numpy()
            possible = Possible(counts[at], by_cell[:, at].tocsr())
            self._known[key] = (part.select(_CELL), possible)

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
        keyed = rows.select(*_KEYS, *_CELL).with_row_index("_row")
        counts: list[NDArray[np.float64]] = []
        changes: list[sparse.csc_array] = []
        order: list[NDArray[np.int64]] = []
        for key, part in keyed.group_by(*_KEYS):
            if key not in self._known:
                return None
            cells, possible = self._known[key]
            at = part.join(cells.with_row_index("_at"), on=_CELL, how="left", maintain_order="left")
            if at["_at"].is_null().any():
                return None
            if changes and possible.changes.shape[0] != changes[0].shape[0]:
                return None
            there = at["_at"].to_numpy()
            counts.append(possible.counts[there])
            changes.append(possible.changes.tocsc()[:, there])
            order.append(at["_row"].to_numpy())
        back = np.argsort(np.concatenate(order))
        together = sparse.hstack(changes, format="csc")[:, back]
        return Possible(np.concatenate(counts)[back], together.tocsr())
