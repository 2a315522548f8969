"""The attacker's linear programmes over one part of the published tables.

Solvers are imported where they are called: that takes each process of a build a tenth of a second,
and most tables need none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.suppression.witness import TOLERANCE, Ends, Floats, Ints

#: More people than any hidden cell is taken to hold.
MANY = 100_000.0
_ROUNDS = 40
#: Numbers in a table too large to look for rows that follow from others.
_TOO_MANY = 20_000_000
#: Tables in a row that may say nothing new.
_IDLE = 2


@dataclass(frozen=True)
class Sought:
    """Which cells an attacker is after.

    Attributes
    ----------
    width
        Ranges at least that wide are wide enough, by cell.
    whole
        Cells that hold whole people: their range is between two whole numbers.
    matters
        A range that is known to reach so many people, in the cell and in the rest of its
        population, holds no small count if it is narrow, by cell.
    people
        The population, by cell; infinite where it is not known.
    """

    width: Floats
    whole: NDArray[np.bool_]
    matters: Floats
    people: Floats

    def of(self, cells: Ints) -> Sought:
        """Return the same of some cells."""
        return Sought(self.width[cells], self.whole[cells], self.matters[cells], self.people[cells])

    def beside(self, number: int) -> Sought:
        """Return the same with so many rows below that nobody is after."""
        return Sought(
            np.concatenate([self.width, np.full(number, -np.inf)]),
            np.concatenate([self.whole, np.zeros(number, dtype=bool)]),
            np.concatenate([self.matters, np.zeros(number)]),
            np.concatenate([self.people, np.full(number, np.inf)]),
        )

    def is_open(self, least: Floats, most: Floats) -> NDArray[np.bool_]:
        """Cells whose range may still be narrow and low, or narrow and near all the people."""
        least = np.where(self.whole, np.ceil(least - TOLERANCE), least)
        most = np.where(self.whole, np.floor(most + TOLERANCE), most)
        with np.errstate(invalid="ignore"):  # where nothing is known yet, all ends are infinite
            low = (most < self.matters) | (self.people - least < self.matters)
            return np.asarray(low & ~(most - least >= self.width - TOLERANCE))


def _independent(rows: sparse.csr_array) -> NDArray[np.int64]:
    """Return rows that all others follow from: published tables repeat themselves a lot."""
    if not rows.shape[0]:
        return np.zeros(0, dtype=np.int64)
    if rows.shape[0] * rows.shape[1] > _TOO_MANY:  # the solver then sorts it out
        return np.arange(rows.shape[0])
    from scipy.linalg import qr  # noqa: PLC0415

    triangle, order = qr(rows.toarray().T, mode="r", pivoting=True)
    size = np.abs(np.diag(triangle))
    return np.sort(order[: int((size > TOLERANCE * max(size[0], 1.0)).sum())])


class Problem:
    """What can be worked out of one part of the published tables.

    Parameters
    ----------
    free
        The cells of the part as sums over base cells that are not known.
    rows
        Where the cells stand in all of them.
    count
        What is published of them, less the base cells that are known; NaN where they are hidden.
    low, high
        What else is known of hidden cells, less the same.
    given
        The base cells of hidden cells that are known, added up.
    seen
        The least and the most that hidden cells are known to be possible at, in all.
    sought
        Which of the hidden cells are to be found.
    """

    def __init__(  # noqa: PLR0917
        self,
        free: sparse.csr_array,
        rows: Ints,
        count: Floats,
        low: Floats,
        high: Floats,
        given: Floats,
        seen: Ends,
        sought: Sought,
    ) -> None:
        shown, hidden = np.flatnonzero(~np.isnan(count)), np.flatnonzero(np.isnan(count))
        shown = shown[_independent(free[shown])]
        self.equal, self.count, self.shown = free[shown], count[shown], rows[shown]
        self.cells = free[hidden]
        upper = hidden[np.isfinite(high[hidden])]
        # what only adds people up is never negative; what a definition says may take some away
        taking = free[hidden].min(axis=1).toarray().ravel() < 0
        lower = hidden[(low[hidden] > -TOLERANCE) | (taking & np.isfinite(low[hidden]))]
        self.within = sparse.vstack([free[upper], -free[lower]]).tocsr()
        self.bound = np.concatenate([high[upper], -low[lower]])
        self._given = given
        self._least, self._most = seen[0] - given, seen[1] - given
        self._sought = sought

    def open(self) -> NDArray[np.bool_]:
        """Return the hidden cells that may still be known too well."""
        return self._sought.is_open(self._least + self._given, self._most + self._given)

    def widen(self) -> None:
        """Find tables that agree with all that is published until they say nothing new.

        One table widens the range of many cells at once; what is left over is for :meth:`exact`.
        """
        n = self.equal.shape[1]
        first = self._solve(np.zeros(n))
        if first.x is None:
            raise ArithmeticError("the published numbers contradict each other")
        start = self.cells @ first.x
        self._see(first.x)
        random = np.random.default_rng(1)
        sign = np.ones(self.cells.shape[0])
        idle = 0
        for turn in range(_ROUNDS):
            wanted = self.open()
            if not wanted.any() or idle == _IDLE:
                return
            sign = -sign if turn % 2 else random.choice([-1.0, 1.0], size=len(sign))
            rewards = np.where(wanted, self._sought.width, 0.0)
            found = self._solve(np.zeros(n), rewards, start, sign)
            if found.x is None:
                return
            self._see(found.x[:n])
            idle = idle + 1 if self.open().sum() == wanted.sum() else 0

    def _see(self, people: Floats) -> None:
        at = self.cells @ people
        self._least, self._most = np.minimum(self._least, at), np.maximum(self._most, at)

    def exact(self, cell: int) -> tuple[float, float, tuple[int, ...]]:
        """Return the least and the most of one cell, and which shown rows hold it there."""
        objective = self.cells[[cell]].toarray().ravel()
        ends, givers = [], set()
        for sign in (1.0, -1.0):
            found = self._solve(sign * objective)
            ends.append(sign * found.fun if found.x is not None else -sign * np.inf)
            if found.x is not None:
                self._see(found.x)  # which may settle other cells too
                if self.equal.shape[0]:
                    tight = np.flatnonzero(np.abs(found.eqlin.marginals) > TOLERANCE)
                    givers |= {int(self.shown[i]) for i in tight}
        return ends[0], ends[1], tuple(sorted(givers))

    def _solve(
        self,
        objective: Floats,
        caps: Floats | None = None,
        start: Floats | None = None,
        sign: Floats | None = None,
    ) -> Any:
        from scipy.optimize import linprog  # noqa: PLC0415

        within, bound, equal = self.within, self.bound, self.equal
        bounds = [(0.0, MANY)] * self.equal.shape[1]
        if caps is not None and start is not None and sign is not None:
            # A reward t for each cell: t <= sign (cell - start), at most the cap.
            wanted = np.flatnonzero(caps > 0)
            towards = self.cells[wanted].multiply(-sign[wanted, None])
            pay = sparse.identity(len(wanted))
            within = sparse.vstack(
                [
                    sparse.hstack([within, sparse.csr_array((within.shape[0], len(wanted)))]),
                    sparse.hstack([towards, pay]),
                ]
            ).tocsr()
            bound = np.concatenate([bound, -sign[wanted] * start[wanted]])
            equal = sparse.hstack([equal, sparse.csr_array((equal.shape[0], len(wanted)))]).tocsr()
            bounds = bounds + [(0.0, float(c)) for c in caps[wanted]]
            objective = np.concatenate([objective, -np.ones(len(wanted))])
        return linprog(
            objective,
            A_ub=within if within.shape[0] else None,
            b_ub=bound if within.shape[0] else None,
            A_eq=equal if equal.shape[0] else None,
            b_eq=self.count if equal.shape[0] else None,
            bounds=bounds,
            method="highs",
        )
