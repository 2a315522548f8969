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

_KEYS = ["measure", "period", "sector"]
_CELL = ["area_id", "sex", "age"]


@dataclass
class Hints:
    """Other possible tables, by measure, period and sector."""

    _known: dict[tuple[object, ...], tuple[pl.DataFrame, NDArray[np.float64]]] = field(
        default_factory=dict
    )

    def add(self, cells: pl.DataFrame, tables: NDArray[np.float64]) -> None:
        """Take up tables over `cells` (measure, period, sector, area_id, sex, age), one a row."""
        indexed = cells.select(*_KEYS, *_CELL).with_row_index("_at")
        for key, part in indexed.group_by(*_KEYS):
            columns = part["_at"].to_numpy()
            self._known[key] = (part.select(_CELL), tables[:, columns])

    def renamed(self, names: Iterable[tuple[str, str]]) -> Hints:
        """Return the hints under the names of indicators: pairs of indicator and measure."""
        made = Hints()
        for indicator, measure in names:
            for key, value in self._known.items():
                if key[0] == measure:
                    made._known[(indicator, *key[1:])] = value
        return made

    def tables(self, rows: pl.DataFrame) -> NDArray[np.float64] | None:
        """Return the tables over the rows of one measure and period, or None."""
        keyed = rows.select(*_KEYS, *_CELL).with_row_index("_row")
        found: NDArray[np.float64] | None = None
        for key, part in keyed.group_by(*_KEYS):
            if key not in self._known:
                return None
            cells, tables = self._known[key]
            at = part.join(cells.with_row_index("_at"), on=_CELL, how="left")
            if at["_at"].is_null().any():
                return None
            if found is None:
                found = np.zeros((len(tables), len(rows)))
            if len(found) != len(tables):
                return None
            found[:, at["_row"].to_numpy()] = tables[:, at["_at"].to_numpy()]
        return found
