"""Which further cells to hide, so that none of the small counts can be worked out.

The pattern is found with moves (see :mod:`etl.disclosure.suppression.moves`): every cell that a
chosen move
touches is hidden, and moves are chosen so that every small hidden count is carried over a wide
enough range at the least cost. Small sets of tables are solved exactly as one integer programme;
larger ones by cheapest moves, neighbourhood by neighbourhood, and what turns out not to be needed
is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from etl.disclosure.suppression.cubes import Cubes
from etl.disclosure.suppression.exact import solve
from etl.disclosure.suppression.labels import Labels
from etl.disclosure.suppression.moves import EPSILON, Bools, Move, Tables, spread
from etl.disclosure.suppression.structure import Floats, Ints

#: Cost of moving a cell that is hidden anyway: not 0, so that moves stay short.
_HIDDEN_ANYWAY = 0.01
#: What a person's worth of width may cost near by, before a wider neighbourhood is tried. A
#: municipal cell of one sex and age costs 1.
_PRICES = (20.0, 40.0, 80.0)
_CUBE_PRICES = (20.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0)
#: Price that no hiding can outbid.
_ANY_PRICE = 1e5
#: As many open cells near each other are served together, so many times; more than these are not
#: served one by one before dearer moves have been tried.
_MANY = 10
_TURNS = 6
_FEW = 200
#: Work after which cells are left open for the audit to judge: numbers of cells to the power of 1.5
#: over all programmes of one set of tables, and as much again for each. It is some seconds.
PATIENCE = 1.5e7
_OVERHEAD = 13_000
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
    tied
        Whether definitions tie the series together. Programmes are large then, and a wider
        neighbourhood costs more than a dearer move near by.
    """

    tables: Tables
    cost: Floats
    width: Floats
    small: Bools
    hoods: Callable[[], Sequence[Sequence[Ints]]]
    cubes: Cubes
    released: Bools
    pool: list[Move] = field(default_factory=list)
    tied: bool = False

    def run(self, primary: Bools) -> Bools:
        """Return which cells to hide."""
        self._chosen: list[Move] = []
        self._spent = 0.0
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
            prices = _prices(len(rounds))
            if self.tied:
                prices = [_ANY_PRICE] * len(rounds)
            for hoods, price in zip(rounds, prices, strict=True):
                self._search_together(hoods, price)
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

    def changes_possible(self, labelled: Bools) -> sparse.csr_array:
        """Return how the tables that the moves lead to differ from the true one, one a row."""
        self.tables.lowest, self.tables.highest = self.tables.believing(labelled)
        moves = self._proof()
        if not moves:
            return sparse.csr_array((0, len(self.cost)))
        up, down = self.tables.reach(moves)
        rising = np.concatenate([move.steps for move in moves]) > 0
        ahead, back = np.where(rising, up, -down), np.where(rising, -down, up)
        sizes = np.array([len(move.cells) for move in moves])
        heads = sizes.cumsum() - sizes
        # each move ahead and then back
        cells = [move.cells for move in moves for _ in range(2)]
        ends = [way[h : h + n] for h, n in zip(heads, sizes, strict=True) for way in (ahead, back)]
        starts = np.concatenate([[0], np.cumsum([len(one) for one in cells])])
        shape = (len(cells), len(self.cost))
        return sparse.csr_array((np.concatenate(ends), np.concatenate(cells), starts), shape=shape)

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
        if not self.pool:
            return
        cells = np.concatenate([move.cells for move in self.pool])
        of = np.repeat(np.arange(len(self.pool)), [len(move.cells) for move in self.pool])
        wide = sum(self.tables.carried(self.pool)) >= self.width[cells] - EPSILON
        wide &= self._open()[cells]
        touching: dict[int, list[int]] = {}
        for cell, number in zip(cells[wide].tolist(), of[wide].tolist(), strict=True):
            touching.setdefault(cell, []).append(number)
        for cell in np.flatnonzero(self._open()).tolist():
            best, price = None, np.inf
            for number in touching.get(cell, ()):
                move = self.pool[number]
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

    def _search_together(self, hoods: Sequence[Ints], price: float) -> None:
        """Find moves that serve many open cells at once, each up or down by chance.

        One programme does what would take as many as there are cells.
        """
        chance = np.random.default_rng(1)
        for hood in hoods:
            cells = hood[self.tables.movable[hood]]
            left = len(cells) + 1
            for _ in range(_TURNS):
                wanted = self._open()[cells]
                if wanted.sum() < _MANY or wanted.sum() >= left or self._spent > PATIENCE:
                    break
                left = int(wanted.sum())
                sign = chance.choice([-1.0, 1.0], size=len(cells))
                for way in (sign, -sign):
                    self._move(cells, np.where(wanted, way * price, 0.0))
                    wanted &= self._open()[cells]

    def _search(self, hoods: Sequence[Ints], price: float) -> None:
        """Find the cheapest move for each cell that is still open, if it is worth the price."""
        if self._open().sum() > _FEW and price < _ANY_PRICE:
            return  # dearer moves may serve many of them at once
        for hood in hoods:
            cells = hood[self.tables.movable[hood]]
            for cell in cells[self._open()[cells]].tolist():
                for sign in (1.0, -1.0):
                    if self._is_open(cell) and self._spent <= PATIENCE:
                        self._move(cells, np.where(cells == cell, sign * price, 0.0))

    def _move(self, cells: Ints, reward: Floats) -> None:
        self._spent += len(cells) ** 1.5 + _OVERHEAD
        cost = np.where(self._hidden[cells], _HIDDEN_ANYWAY, self.cost[cells])
        for move in self.tables.find(cells, cost, reward, float(self.width.max())):
            self.pool.append(move)
            self._choose(move)

    def _take_back(self, primary: Bools) -> None:
        """Give up moves, the most costly first, that the others make needless."""
        moves = self._chosen
        if not moves:
            return
        up, down = self.tables.carried(moves)
        cells = np.concatenate([move.cells for move in moves])
        size = np.array([len(move.cells) for move in moves])
        of = np.repeat(np.arange(len(moves)), size)
        order = np.argsort(cells, kind="stable")
        times = np.bincount(cells, minlength=len(self.cost))
        where = times.cumsum() - times
        keep = np.ones(len(moves), dtype=bool)
        asking = self._hidden & self.small
        needed = np.flatnonzero(asking & (times > 0))
        had = np.zeros(len(self.cost), dtype=bool)

        def reached(some: Ints) -> Bools:
            """Return which cells (each in a move at least) the moves kept carry far enough."""
            at, heads = spread(where[some], times[some])
            at = order[at]
            kept = keep[of[at]]
            both = sum(
                np.maximum.reduceat(np.where(kept, side[at], 0.0), heads) for side in (up, down)
            )
            return np.asarray(both >= self.width[some] - EPSILON)

        if len(needed):
            had[needed] = reached(needed)
        price = [float(self.cost[m.cells][~primary[m.cells]].sum()) for m in moves]
        hiders = times.copy()
        for row in np.argsort(price)[::-1]:
            # the other cells do not notice
            own = moves[row].cells[asking[moves[row].cells]]
            keep[row] = False
            if len(own):
                still = reached(own) | ~had[own]
                alone = (hiders[own] == 1) & ~primary[own]
                if not (still | alone).all():
                    keep[row] = True
                    continue
            hiders[moves[row].cells] -= 1
        self._hidden = primary | (hiders > 0)

    def _exactly(self, primary: Bools) -> Bools | None:
        """Solve the whole as an integer programme where it is small enough."""
        hidden = primary
        for _ in range(4):
            cells = np.flatnonzero(self.tables.movable)
            needing = hidden & self.small
            if not needing.any():
                return hidden
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
