"""Numbers for one run of a page: few queries, each number asked for once.

A query costs a few milliseconds however little it returns, so a page says first what its figures
will need (``Store.fetch``), which is one query; each figure then picks its part. The numbers are
plain rows: a page shows a few hundred of them, and each step of a data frame library costs more
than a loop over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.reference import Reference
from warehouse import Warehouse
from warehouse.read.slices import Row, Slice, read

__all__ = ["Row", "Slice", "Store"]


@dataclass
class Store:
    """What has been read in this run.

    Attributes
    ----------
    warehouse, reference
        The warehouse and its small tables.
    """

    warehouse: Warehouse
    reference: Reference
    _kept: dict[Slice, list[Row]] = field(default_factory=dict)

    def fetch(self, slices: Iterable[Slice]) -> None:
        """Read several slices in one query; those already read are not read again."""
        wanted = [piece for piece in slices if piece not in self._kept]
        if wanted:
            self._kept |= read(self.warehouse, wanted)

    def rows(self, piece: Slice) -> list[Row]:
        """Return the rows of a slice: areas in the order asked for, then years.

        Returns
        -------
        list of dict
            As ``warehouse.read.slices.read`` gives them, with the area's ``name`` and whether they
            are
            made up, ``is_demo``. They are the caller's own.
        """
        self.fetch([piece])
        areas = self.reference.areas
        is_demo = bool(self.reference.indicators[piece.indicator]["is_demo"])
        return [
            row | {"name": areas[row["area_id"]].name, "is_demo": is_demo}
            for row in self._kept[piece]
        ]
