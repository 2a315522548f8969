"""Which further cells to hide, so that none of the small counts can be worked out.

The pattern is found with moves (see :mod:`etl.disclosure.moves`): every cell that a chosen move
touches is hidden, and moves are chosen so that every small hidden count is carried over a wide
enough range at the least cost. Small sets of tables are solved exactly as one integer programme;
larger ones by cheapest moves, neighbourhood by neighbourhood, and what turns out not to be needed
is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from etl.disclosure.cubes import Cubes
from etl.disclosure.exact import solve
from etl.disclosure.labels import Labels
from etl.disclosure.moves import EPSILON, Bools, Move, Tables
from etl.disclosure.structure import Floats, Ints

#: Cost of moving a cell that is hidden anyway: not 0, so that moves stay short.
_HIDDEN_ANYWAY = 0.01
#: What a person's worth of width may cost near by, before a wider neighbourhood is tried. A
#: municipal cell of one sex and age costs 1.
_PRICES = (20.0, 40.0, 80.0)
_CUBE_PRICES = (20.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0)
#: Price that no hiding can outbid.
_ANY_PRICE = 1e5
#: An exact programme of more unknowns than this is left to the heuristic.
EXACT_LIMIT = 800


@dataclass
class Search:
    """The search for one set of tables at one period.

    Attributes
    ----------
    tables
        The counts and how they relate.
    cost
        What is lost by hiding each cell.
    width
        Over how many persons each small hidden count must be able to move.
    small
        Cells whose count, or the rest of the population, is so small that it needs the width when
        hidden.
    cubes
        The small moves of these tables.
    released
        Which cells there are.
    hoods
        Gives groups of cells near each other, in growing size: lists of cell numbers by round.
        Asked for only when the cubes leave something open.
    pool
        Moves found before, in other periods too; new ones are added.
    """

    tables: Tables
    cost: Floats
    width: Floats
    small: Bools
    hoods: Callable[[], Sequence[Sequence[Ints]]]
    cubes: Cubes
    released: Bools
    pool: list[Move] = field(default_factory=list)

    def run(self, primary: Bools) -> Bools:
        """Return which cells to hide."""
        self._chosen: list[Move] = []
        exact = self._exactly(primary)
        if exact is not None:
            self._hidden = exact
            return exact
        self.tables.forget()
        self._hidden = primary.copy()
        self._reuse()
        self._search_cubes()
        if self._open().any():
            rounds = self.hoods()
            for hoods, price in zip(rounds, _prices(len(rounds)), strict=True):
                self._search(hoods, price)
        self._take_back(primary)
        return self._hidden

    def labels(self, few: Bools) -> Bools:
        """Return which of the hidden cells with few people may be called small."""
        moves = self._proof()
        if not moves:
            return np.zeros(len(few), dtype=bool)
        labels = Labels(self.tables, self._hidden & self.small, moves, self.width)
        cells = np.flatnonzero(few)
        labels.give(cells[np.argsort(-self.cost[cells], kind="stable")])
        return labels.given

    def tables_possible(self, labelled: Bools) -> Floats:
        """Return the tables that the moves lead to, one a row; the first is the true one."""
        self.tables.lowest, self.tables.highest = self.tables.believing(labelled)
        moves = self._proof()
        found = np.tile(self.tables.counts, (1 + 2 * len(moves), 1))
        for row, move in enumerate(moves):
            up, down = self.tables.reach(move)
            rising = move.steps > 0
            found[1 + 2 * row, move.cells] += np.where(rising, up, -down)
            found[2 + 2 * row, move.cells] -= np.where(rising, down, -up)
        return found

    def _proof(self) -> list[Move]:
        """Return all known moves over hidden cells only."""
        return [m for m in self.pool if self._hidden[m.cells].all()]

    def _open(self) -> Bools:
        """Return the small hidden cells that do not have the width yet."""
        return self._hidden & self.small & (self.tables.reached() < self.width - EPSILON)

    def _is_open(self, cell: int) -> bool:
        """Return the same of one small hidden cell."""
        reached = self.tables.up[cell] + self.tables.down[cell]
        return bool(reached < self.width[cell] - EPSILON)

    def _choose(self, move: Move) -> None:
        self._chosen.append(move)
        self.tables.record(move)
        self._hidden[move.cells] = True

    def _reuse(self) -> None:
        """Choose the cheapest moves already known: the same pattern as in the year before."""
        touching: dict[int, list[int]] = {}
        for number, move in enumerate(self.pool):
            for cell in move.cells[self.small[move.cells]].tolist():
                touching.setdefault(cell, []).append(number)
        ranges: dict[int, Floats] = {}
        for cell in np.flatnonzero(self._open()).tolist():
            best, price = None, np.inf
            for number in touching.get(cell, ()):
                move = self.pool[number]
                if number not in ranges:
                    ranges[number] = sum(self.tables.reach(move), np.zeros(len(move.cells)))
                wide = ranges[number] >= self.width[cell] - EPSILON
                if not wide[move.cells == cell].any():
                    continue
                asked = float(self.cost[move.cells][~self._hidden[move.cells]].sum())
                if asked < price:
                    best, price = move, asked
            if best is not None and self._is_open(cell):
                self._choose(best)

    def _search_cubes(self) -> None:
        """Choose the cheapest cube for each open cell, the cheap ones first: they help others."""
        if not self.cubes.exists:
            return
        self.cubes.begin(self.tables, self.cost, self._hidden, self.released)
        for price in _CUBE_PRICES:
            for cell in np.flatnonzero(self._open()).tolist():
                if not self._is_open(cell):
                    continue
                found = self.cubes.best(cell, float(self.width[cell]))
                if found is not None and found[1] < price:
                    self.pool.append(found[0])
                    self._choose(found[0])
                    self.cubes.hide(found[0].cells)

    def _search(self, hoods: Sequence[Ints], price: float) -> None:
        """Find the cheapest move for each cell that is still open, if it is worth the price."""
        for hood in hoods:
            cells = hood[self.tables.movable[hood]]
            for cell in cells[self._open()[cells]].tolist():
                for sign in (1.0, -1.0):
                    if self._is_open(cell):
                        self._move(cells, np.where(cells == cell, sign * price, 0.0))

    def _move(self, cells: Ints, reward: Floats) -> None:
        cost = np.where(self._hidden[cells], _HIDDEN_ANYWAY, self.cost[cells])
        for move in self.tables.find(cells, cost, reward, float(self.width.max())):
            self.pool.append(move)
            self._choose(move)

    def _take_back(self, primary: Bools) -> None:
        """Give up moves, the most costly first, that the others make needless."""
        needed = np.flatnonzero(self._hidden & self.small)
        place = np.full(len(self.cost), -1)
        place[needed] = np.arange(len(needed))
        up, down = (np.zeros((len(self._chosen), len(needed))) for _ in range(2))
        for row, move in enumerate(self._chosen):
            inside = place[move.cells] >= 0
            reach = self.tables.reach(move)
            up[row, place[move.cells[inside]]] = reach[0][inside]
            down[row, place[move.cells[inside]]] = reach[1][inside]
        keep = np.ones(len(self._chosen), dtype=bool)
        enough = self.width[needed] - EPSILON
        had = (up.max(axis=0, initial=0) + down.max(axis=0, initial=0)) >= enough
        price = [float(self.cost[m.cells][~primary[m.cells]].sum()) for m in self._chosen]
        hiders = np.zeros(len(self.cost), dtype=np.int64)
        for move in self._chosen:
            hiders[move.cells] += 1
        for row in np.argsort(price)[::-1]:
            move = self._chosen[row]
            keep[row] = False
            # the other cells do not notice
            own = place[move.cells[place[move.cells] >= 0]]
            reached = sum(side[:, own][keep].max(axis=0, initial=0) for side in (up, down))
            still = reached >= enough[own]
            free = (hiders[needed[own]] > 0) | primary[needed[own]]
            alone = (hiders[needed[own]] == 1) & ~primary[needed[own]]
            if (still | ~had[own] | ~free | alone).all():
                hiders[move.cells] -= 1
            else:
                keep[row] = True
        self._hidden = primary | (hiders > 0)

    def _exactly(self, primary: Bools) -> Bools | None:
        """Solve the whole as an integer programme where it is small enough."""
        hidden = primary
        for _ in range(4):
            cells = np.flatnonzero(self.tables.movable)
            needing = hidden & self.small
            if 4 * len(cells) * int(needing.sum()) > EXACT_LIMIT:
                return None
            found = solve(self.tables, self.cost, self.width, primary, needing)
            if found is None:
                return None
            pattern, moves = found
            if not (pattern & self.small & ~needing).any():
                self.pool.extend(moves)
                return pattern
            hidden = hidden | (pattern & self.small)
        return None


def _prices(rounds: int) -> list[float]:
    return [*_PRICES[: rounds - 1], _ANY_PRICE]
