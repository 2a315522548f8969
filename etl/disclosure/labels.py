"""Which hidden cells may be called small.

"Fewer than five" is worth knowing, and it is knowledge: two cells so labelled in a total of eight
must be four each. A label is given only where the moves that are known still carry every small
hidden count over the whole width when it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from etl.disclosure.moves import EPSILON, FAR, Bools, Move, Tables
from etl.disclosure.structure import Floats, Ints


class Labels:
    """The labels of one set of tables.

    Parameters
    ----------
    tables
        True counts and what is known of them without labels.
    needing
        Small hidden cells, which need the width.
    moves
        Moves over hidden cells only.
    width
        Over how many persons each needing cell must be able to move.
    """

    def __init__(
        self, tables: Tables, needing: Bools, moves: Sequence[Move], width: Floats
    ) -> None:
        self.given = np.zeros(len(tables.counts), dtype=bool)
        self._tables, self._counts = tables, tables.counts
        self._needing, self._width = needing, width[needing]
        self._cells = np.concatenate([move.cells for move in moves])
        steps = np.concatenate([move.steps for move in moves])
        self._size, self._rising = np.abs(steps), steps > 0
        size = np.array([len(move.cells) for move in moves])
        self._starts = np.concatenate([[0], np.cumsum(size)[:-1]])
        self._of = np.repeat(np.arange(len(moves)), size)
        self._had = self._wide()

    def give(self, cells: Ints) -> None:
        """Label the cells, but those that would say too much; those named first are preferred."""
        if not len(cells):
            return
        self.given[cells] = True
        if (self._wide() | ~self._had).all():
            return
        self.given[cells] = False
        if len(cells) > 1:
            half = (len(cells) + 1) // 2
            self.give(cells[:half])
            self.give(cells[half:])

    def _wide(self) -> Bools:
        """Return, of the needing cells, which the moves carry over the width."""
        low, high = self._tables.believing(self.given)
        above = np.minimum(high - self._counts, FAR)[self._cells]
        below = np.minimum(self._counts - low, FAR)[self._cells]
        size, rising = self._size, self._rising
        ahead = np.minimum.reduceat(np.where(rising, above, below) / size, self._starts)[self._of]
        back = np.minimum.reduceat(np.where(rising, below, above) / size, self._starts)[self._of]
        up, down = np.zeros(len(self._counts)), np.zeros(len(self._counts))
        np.maximum.at(up, self._cells, size * np.where(rising, ahead, back))
        np.maximum.at(down, self._cells, size * np.where(rising, back, ahead))
        return np.asarray((up + down)[self._needing] >= self._width - EPSILON)
