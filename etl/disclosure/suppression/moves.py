"""Moves: ways in which hidden counts could be otherwise while every shown number stays.

A move is a vector over cells that leaves all relations whole. Scaled up or down, as far as every
count stays within what a reader knows of it, it carries hidden counts over a range. A hidden count
is safe when moves carry it over a wide enough one, so the moves that are found while choosing what
to hide are also the proof that it is hidden well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from etl.disclosure.suppression.structure import Floats, Ints

Bools = NDArray[np.bool_]

EPSILON = 1e-6
#: No move needs to carry a cell further than this many persons.
FAR = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Persons up (positive) or down over some cells, all others staying."""

    cells: Ints
    steps: Floats


def spread(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return the whole numbers of ranges one after another, and where in them each range begins."""
    ends = sizes.cumsum()
    heads = ends - sizes
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - heads, sizes), heads


def whole_people(reach: Floats, whole: Bools) -> Floats:
    """Return how far a cell is carried to a count that it can have."""
    return np.where(whole, np.floor(reach + EPSILON), reach)


@dataclass
class Tables:
    """One set of tables at one period: how cells relate, what they hold, what is known of them.

    ``lowest`` and ``highest`` bound what a reader takes a count for when the cell is hidden. A
    cell that is not ``movable`` (zero, or not released) never changes. ``whole`` cells hold whole
    people, others shares of them. ``label`` is the least and the most that being called small
    allows. Arrays are over cells.
    """

    relations: sparse.csc_array
    counts: Floats
    lowest: Floats
    highest: Floats
    movable: Bools
    whole: Bools
    label: tuple[Floats, Floats]
    up: Floats = field(init=False)
    down: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget every move."""
        self.up = np.zeros(len(self.counts))
        self.down = np.zeros(len(self.counts))

    def believing(
        self, labelled: Bools, cells: Ints | slice = slice(None)
    ) -> tuple[Floats, Floats]:
        """Return what is known of each count, or some, by a reader who believes the labels."""
        least, most = (side[cells] for side in self.label)
        low, high, said = self.lowest[cells], self.highest[cells], labelled[cells]
        return (
            np.where(said, np.maximum(low, least), low),
            np.where(said, np.minimum(high, most), high),
        )

    def reach(self, moves: Sequence[Move]) -> tuple[Floats, Floats]:
        """Return how far moves, scaled either way, carry each of their cells up and down.

        The cells of all moves, one after another; there must be one move at least.
        """
        cells = np.concatenate([move.cells for move in moves])
        steps = np.concatenate([move.steps for move in moves])
        sizes = np.array([len(move.cells) for move in moves])
        heads = sizes.cumsum() - sizes
        size, rising = np.abs(steps), steps > 0
        above = np.minimum(self.highest[cells] - self.counts[cells], FAR)
        below = np.minimum(self.counts[cells] - self.lowest[cells], FAR)
        above[~self.movable[cells]] = below[~self.movable[cells]] = 0.0
        forwards, backwards = (
            np.repeat(np.maximum(np.minimum.reduceat(room / size, heads), 0.0), sizes)
            for room in (np.where(rising, above, below), np.where(rising, below, above))
        )
        return (
            size * np.where(rising, forwards, backwards),
            size * np.where(rising, backwards, forwards),
        )

    def carried(self, moves: Sequence[Move]) -> tuple[Floats, Floats]:
        """Return the same in whole people, where a cell holds whole people."""
        whole = self.whole[np.concatenate([move.cells for move in moves])]
        up, down = self.reach(moves)
        return whole_people(up, whole), whole_people(down, whole)

    def record(self, move: Move) -> None:
        """Remember how far the move carries its cells."""
        up, down = self.carried([move])
        self.up[move.cells] = np.maximum(self.up[move.cells], up)
        self.down[move.cells] = np.maximum(self.down[move.cells], down)

    def reached(self) -> Floats:
        """Return the width of the range that the remembered moves carry each cell over."""
        return self.up + self.down

    def find(self, cells: Ints, cost: Floats, reward: Floats, cap: float) -> list[Move]:
        """Return the moves within `cells` that are worth most, apart where they do not touch.

        Parameters
        ----------
        cells
            The cells that may move.
        cost
            Of moving each by one person.
        reward
            For moving each by one person in the reward's own direction; 0 for none.
        cap
            How many persons a reward is paid for.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see programme

        part = self.relations[:, cells].tocsr()
        part = part[np.diff(part.indptr) > 0]
        above = np.clip(self.highest[cells] - self.counts[cells], 0, FAR)
        below = np.clip(self.counts[cells] - self.lowest[cells], 0, FAR)
        above = np.where(reward > 0, np.minimum(above, cap), above)
        below = np.where(reward < 0, np.minimum(below, cap), below)
        result = milp(
            c=np.concatenate([cost - reward, cost + reward]),
            constraints=LinearConstraint(sparse.hstack([part, -part]).tocsc(), 0, 0),
            bounds=Bounds(0, np.concatenate([above, below])),
        )
        if result.x is None:  # staying put is always allowed: only a solver that gives up says no
            return []
        steps = result.x[: len(cells)] - result.x[len(cells) :]
        moved = np.abs(steps) > EPSILON
        return self._apart(cells[moved], steps[moved])

    def _apart(self, cells: Ints, steps: Floats) -> list[Move]:
        """Split a move into those of its parts that share no relation."""
        if not len(cells):
            return []
        part = self.relations[:, cells]
        part = abs(part.tocsr())
        count, label = connected_components(part.T @ part, directed=False)
        return [Move(cells[label == i], steps[label == i]) for i in range(count)]
