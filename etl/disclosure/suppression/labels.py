"""Which hidden cells may be called small.

"Fewer than five" is worth knowing, and it is knowledge: two cells so labelled in a total of eight
must be four each. A label is given only where the moves that are known still carry every small
hidden count over the whole width when it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from etl.disclosure.suppression.moves import EPSILON, FAR, Bools, Move, Tables, spread, whole_people
from etl.disclosure.suppression.structure import Floats, Ints


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
        number = len(tables.counts)
        self.given = np.zeros(number, dtype=bool)
        self._width, self._whole = width, tables.whole
        self._cells = np.concatenate([move.cells for move in moves])
        steps = np.concatenate([move.steps for move in moves])
        size, rising = np.abs(steps), steps > 0
        #: How far each cell lets its move go, ahead and back: without labels, and all labelled.
        self._room = [
            self._rooms(tables, np.full(number, said), size, rising) for said in (False, True)
        ]
        self._sizes = np.array([len(move.cells) for move in moves])
        self._starts = self._sizes.cumsum() - self._sizes
        # the same cell by cell: by which moves, how much and which way
        order = np.argsort(self._cells, kind="stable")
        self._of = np.repeat(np.arange(len(moves)), self._sizes)[order]
        self._size, self._rising = size[order], rising[order]
        self._times = np.bincount(self._cells, minlength=number)
        self._where = self._times.cumsum() - self._times
        self._forwards, self._backwards = np.zeros(len(moves)), np.zeros(len(moves))
        every, heads = spread(self._starts, self._sizes)
        self._weigh(np.arange(len(moves)), every, heads)
        self._asking = needing & (self._times > 0)
        moved = np.flatnonzero(self._asking)
        self._asking[moved] = self._wide(moved)

    def give(self, cells: Ints) -> None:
        """Label the cells, but those that would say too much; those named first are preferred."""
        cells = cells[self._times[cells] > 0]  # what never moves is not labelled
        if not len(cells):
            return
        self.given[cells] = True
        at, _ = spread(self._where[cells], self._times[cells])
        moves = self._of[at]
        if len(cells) > 1:
            moves = np.unique(moves)
        before = self._forwards[moves], self._backwards[moves]
        inside, heads = spread(self._starts[moves], self._sizes[moves])
        self._weigh(moves, inside, heads)
        near = self._cells[inside]
        near = np.unique(near[self._asking[near]])
        if not len(near) or self._wide(near).all():
            return
        self.given[cells] = False
        self._forwards[moves], self._backwards[moves] = before
        if len(cells) > 1:
            half = (len(cells) + 1) // 2
            self.give(cells[:half])
            self.give(cells[half:])

    def _weigh(self, moves: Ints, inside: Ints, heads: Ints) -> None:
        """Work out how far moves go, either way, if the labels are believed.

        `inside` is where their cells stand, and `heads` where in that each move begins.
        """
        said = self.given[self._cells[inside]]
        free, labelled = self._room
        for side, reach in enumerate((self._forwards, self._backwards)):
            room = np.where(said, labelled[side][inside], free[side][inside])
            reach[moves] = np.minimum.reduceat(room, heads)

    def _rooms(
        self, tables: Tables, said: Bools, size: Floats, rising: Bools
    ) -> tuple[Floats, Floats]:
        counts = tables.counts[self._cells]
        low, high = tables.believing(said, self._cells)
        above, below = np.minimum(high - counts, FAR), np.minimum(counts - low, FAR)
        return np.where(rising, above, below) / size, np.where(rising, below, above) / size

    def _wide(self, cells: Ints) -> Bools:
        """Return which of some cells, each of them in a move, the moves carry over the width."""
        if not len(cells):
            return np.zeros(0, dtype=bool)
        at, heads = spread(self._where[cells], self._times[cells])
        of, size, rising = self._of[at], self._size[at], self._rising[at]
        ahead, back = self._forwards[of], self._backwards[of]
        up = np.maximum.reduceat(size * np.where(rising, ahead, back), heads)
        down = np.maximum.reduceat(size * np.where(rising, back, ahead), heads)
        reached = sum(whole_people(way, self._whole[cells]) for way in (up, down))
        return np.asarray(reached >= self._width[cells] - EPSILON)
