"""The least and the most that hidden cells can be, by linear (or whole-number) programmes.

What is known narrows its neighbours in turn; what is then left is solved, one connected piece
after the other. Any solution is a table that might be the true one, so a cell that has been seen
at three values far enough apart is safe and is not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from tests.disclosure.attackers.system import NEAR, Found, Known, Relation, System

#: Values of a hidden number that must be left.
ENOUGH = 3
#: So often all cells are moved at once, this way and that, before each is asked about by itself.
_TOGETHER = 12
#: Seconds for one programme in whole numbers; after that what is proven counts.
_PATIENCE = 20.0
_HUGE = 1e7


def narrow(system: System, *, whole: bool = False, enough: int = ENOUGH) -> list[Found]:
    """Return the hidden cells that have fewer than so many values left, and may be small.

    Parameters
    ----------
    system
        What is published, as the attacker has written it down. Where it contradicts itself
        nothing is found.
    whole
        People are whole in every cell at once, not only in the one that is asked about.
    enough
        How many values have to be left; a great number gives the range of every hidden cell.
    """
    order, weights, least, most = system.matrix()
    known = [system.cells[cell] for cell in order]
    low = np.array([one.low for one in known])
    high = np.array([one.high for one in known])
    is_whole = np.array([whole and one.unit == 1 for one in known])
    if not _tighten(weights, least, most, low, high, is_whole):
        return []
    found = []
    sought = np.array([one.hidden for one in known])
    for piece in _pieces(weights, low, high, sought):
        columns = piece.columns
        some = _Piece(
            weights[piece.rows][:, columns], least[piece.rows], most[piece.rows],
            low[columns], high[columns], is_whole[columns],
        )  # fmt: skip
        asked = np.searchsorted(columns, piece.asked)
        cells = [known[i] for i in columns]
        for at, (start, end) in _ask(some, asked, cells, enough):
            left = values_left(cells[at], start, end)
            if left < enough and may_be_small(cells[at], start, end):
                path = tuple(order[columns[i]] for i in some.givers(at) if i != at)
                found.append(Found(order[columns[at]], start, end, left, path))
    return sorted(found, key=lambda one: one.cell)


def believed(system: System, doubtful: list[Relation]) -> list[Relation]:
    """Return those of some relations that can all be true of the system.

    The others are those that a linear programme breaks if it is to break them as little as it can.
    """
    whole = System(system.cells)
    whole.relations = [*system.relations, *doubtful]
    for relation in doubtful:
        for cell in relation.weights:
            whole.cells.setdefault(cell, Known())
    order, weights, least, most = whole.matrix()
    rows = np.arange(len(system.relations), len(whole.relations))
    ones = np.ones(len(rows))
    give = sparse.csr_array((ones, (rows, rows - rows[0])), (len(whole.relations), len(rows)))
    number, low = len(order), [whole.cells[cell].low for cell in order]
    high = [whole.cells[cell].high for cell in order]
    done = milp(
        np.concatenate([np.zeros(number), ones, ones]),
        bounds=Bounds(
            [*low, *(0 * ones), *(0 * ones)], [*high, *(np.inf * ones), *(np.inf * ones)]
        ),
        constraints=LinearConstraint(sparse.hstack([weights, give, -give]).tocsc(), least, most),
    )
    if done.x is None:
        return []
    broken = done.x[number : number + len(rows)] + done.x[number + len(rows) :]
    return [one for one, much in zip(doubtful, broken, strict=True) if much < NEAR]


def values_left(known: Known, low: float, high: float) -> int:
    """Return how many counts lie in a range; of one without end a great many."""
    high = min(high, low + _HUGE)
    if known.unit == 1:
        return int(np.floor(high + NEAR) - np.ceil(low - NEAR)) + 1
    return int(np.floor((high - low) / known.unit + NEAR)) + 1


def may_be_small(known: Known, low: float, high: float) -> bool:
    """Whether a range may hold few people, or leave few of all."""
    few = high > NEAR and low < known.threshold - NEAR
    rest = known.people - low > NEAR and known.people - high < known.threshold - NEAR
    return few or rest


def _tighten(  # noqa: PLR0917
    weights: sparse.csr_array,
    least: np.ndarray,
    most: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    is_whole: np.ndarray,
) -> bool:
    """Let every relation narrow its cells, in place, a few times; False when nothing fits."""
    entries = weights.tocoo()
    rows, columns, values = entries.row, entries.col, entries.data
    up = values > 0
    number = weights.shape[0]
    for _ in range(10):
        was = np.where(high < _HUGE, high, _HUGE) - low
        # what each cell adds to its relation, at the least and at the most
        small = values * np.where(up, low[columns], high[columns])
        large = values * np.where(up, high[columns], low[columns])
        others_least = _of_the_others(small, rows, number)
        others_most = _of_the_others(large, rows, number)
        first, second = (most[rows] - others_least) / values, (least[rows] - others_most) / values
        np.minimum.at(high, columns, np.where(up, first, second))
        np.maximum.at(low, columns, np.where(up, second, first))
        low[is_whole] = np.ceil(low[is_whole] - NEAR)
        high[is_whole] = np.floor(high[is_whole] + NEAR)
        if (low > high + 1e-4).any():
            return False
        np.maximum(high, low, out=high)
        if (was - (np.where(high < _HUGE, high, _HUGE) - low)).max(initial=0) < 0.1:
            break
    return True


def _of_the_others(parts: np.ndarray, rows: np.ndarray, number: int) -> np.ndarray:
    """Return the sum of each relation's other entries; one that is endless makes it so."""
    endless = np.isinf(parts)
    finite = np.where(endless, 0.0, parts)
    total = np.bincount(rows, finite, number)[rows] - finite
    others = np.bincount(rows, endless, number)[rows] - endless
    direction = -np.inf if (parts < 0).any() and (parts[endless] < 0).any() else np.inf
    return np.where(others > 0.5, direction, total)


@dataclass(frozen=True)
class _Part:
    asked: np.ndarray
    columns: np.ndarray
    rows: np.ndarray


def _pieces(
    weights: sparse.csr_array, low: np.ndarray, high: np.ndarray, sought: np.ndarray
) -> Iterator[_Part]:
    """Yield what hangs together through hidden cells, with the known ones beside it.

    Relations without a hidden cell have had their say when they narrowed their cells.
    """
    free = high - low > NEAR
    by_column = weights.tocsc()
    for column in np.flatnonzero(sought & ~free):  # told by one relation after the other
        yield _part(weights, by_column, np.array([column]), np.array([column]))
    telling = np.flatnonzero(abs(weights) @ (sought & free).astype(float) > 0)
    at = np.flatnonzero(free)
    links = weights[telling][:, at]
    links = sparse.csr_array((np.ones_like(links.data), links.indices, links.indptr), links.shape)
    _, label = connected_components(links.T @ links, directed=False)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    for columns in np.split(at[order], starts[1:]):
        asked = columns[sought[columns]]
        if len(asked):
            yield _part(weights, by_column, asked, columns)


def _part(
    weights: sparse.csr_array, by_column: sparse.csc_array, asked: np.ndarray, columns: np.ndarray
) -> _Part:
    rows = np.unique(by_column[:, asked].nonzero()[0])
    beside = np.unique(weights[rows].nonzero()[1])
    return _Part(asked, np.union1d(beside, columns), rows)


class _Piece:
    """One connected piece, as programmes."""

    def __init__(  # noqa: PLR0917
        self, weights, least, most, low, high, is_whole
    ) -> None:
        # what has no end is given one far off, for the programmes
        far = 10 * (high[np.isfinite(high)].max(initial=0) + 1000)
        self.low, self.high, self.is_whole = low, np.minimum(high, far), is_whole
        high = self.high
        self._free = np.flatnonzero(high - low > NEAR)
        self._weights = weights
        given = weights @ np.where(high - low > NEAR, 0.0, low)
        self._least, self._most = least - given, most - given
        self._limits = LinearConstraint(
            weights[:, self._free].tocsc(), self._least - NEAR, self._most + NEAR
        )

    def solve(self, aim: np.ndarray, *, whole: bool = False) -> tuple[np.ndarray | None, float]:
        """Return a table at which the aim is greatest, and a bound that no table passes."""
        free = self._free
        if not len(free):
            return self.low, float(aim @ self.low)
        done = milp(
            -aim[free],
            integrality=self.is_whole[free].astype(int) if whole else None,
            bounds=Bounds(self.low[free], self.high[free]),
            constraints=self._limits,
            options={"time_limit": _PATIENCE},
        )
        if done.status == 2:  # what is known contradicts itself
            return None, np.nan
        fixed = float(aim @ np.where(self.high - self.low > NEAR, 0.0, self.low))
        if done.x is None:  # out of patience
            return None, np.inf
        table = self.low.copy()
        table[free] = done.x
        return table, fixed - (done.mip_dual_bound if whole else done.fun)

    def is_possible(self, table: np.ndarray) -> bool:
        """Whether people are whole in a table."""
        some = table[self.is_whole]
        return bool((np.abs(some - np.rint(some)) < 1e-5).all())

    def givers(self, at: int) -> list[int]:
        """Return the shown cells of the relations that hold a cell where it is."""
        if at not in self._free:
            rows = self._weights[:, [at]].nonzero()[0]
            return sorted(set(self._weights[rows].nonzero()[1].tolist()))
        free = self._free
        aim = (free == at).astype(float)
        weights = self._weights[:, free]
        equal = np.isclose(self._least, self._most)
        upper, lower = ~equal & np.isfinite(self._most), ~equal & np.isfinite(self._least)
        above = sparse.vstack([weights[upper], -weights[lower]]) if (~equal).any() else None
        limits = np.concatenate([self._most[upper], -self._least[lower]])
        rows = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
        used: set[int] = set()
        for sign in (1, -1):
            done = linprog(
                sign * aim,
                A_ub=above, b_ub=limits if above is not None else None,
                A_eq=weights[equal] if equal.any() else None,
                b_eq=self._least[equal] if equal.any() else None,
                bounds=np.column_stack([self.low[free], self.high[free]]),
            )  # fmt: skip
            if done.status != 0:
                continue
            if equal.any():
                used |= set(np.flatnonzero(equal)[np.abs(done.eqlin.marginals) > NEAR].tolist())
            if above is not None:
                used |= set(rows[np.abs(done.ineqlin.marginals) > NEAR].tolist())
        near = self._weights[sorted(used)].nonzero()[1] if used else np.zeros(0, dtype=int)
        return sorted(set(near.tolist()) - set(free.tolist()))


def _ask(
    piece: _Piece, asked: np.ndarray, cells: list[Known], enough: int
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Yield each cell of a piece that is not seen to be safe, with its range."""
    whole = bool(piece.is_whole.any())
    least, most = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    dice = np.random.default_rng(1)
    left = list(asked)

    def seen(table: np.ndarray | None) -> None:
        if table is not None and (not whole or piece.is_possible(table)):
            np.minimum(least, table, out=least)
            np.maximum(most, table, out=most)

    def unsafe() -> list[int]:
        return [
            at for at in left
            if most[at] < least[at] or values_left(cells[at], least[at], most[at]) < enough
        ]  # fmt: skip

    for _ in range(_TOGETHER):
        if not left:
            break
        aim = np.zeros(len(cells))
        aim[left] = dice.choice([-1, 1], len(left)) * dice.uniform(0.5, 1, len(left))
        for sign in (1, -1):
            table, bound = piece.solve(sign * aim)
            if np.isnan(bound):
                return  # what is known contradicts itself
            if whole and table is not None and not piece.is_possible(table):
                table, _ = piece.solve(sign * aim, whole=True)
            seen(table)
        left = unsafe()
    for at in list(left):
        if at not in left:
            continue
        aim = (np.arange(len(cells)) == at).astype(float)
        ends = []
        for sign in (-1, 1):
            table, bound = piece.solve(sign * aim)
            if np.isnan(bound):
                return
            seen(table)
            if whole and not (table is not None and piece.is_possible(table)):
                table, bound = piece.solve(sign * aim, whole=True)
                if np.isnan(bound):
                    return
                seen(table)
            ends.append(sign * bound)
        left = [other for other in unsafe() if other != at]
        start, end = max(ends[0], piece.low[at]), min(ends[1], piece.high[at])
        if piece.is_whole[at] or cells[at].unit == 1:
            start, end = np.ceil(start - 1e-5), np.floor(end + 1e-5)
        yield at, (float(start), float(end))
