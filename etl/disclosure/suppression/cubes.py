"""Cubes: the small moves that protect most cells, found by arithmetic alone.

A cube lets some people of one municipality be of another: in one sex and age, or balanced by the
other sex, by another age band, or by both (then at most eight base cells move and all margins
stay). Every area that holds both municipalities stays as it is; the others move with them. Where
definitions leave few such, it may also be people of one municipality and of nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import polars as pl

from etl.disclosure.suppression.moves import EPSILON, Bools, Move, Tables
from etl.disclosure.suppression.structure import GROUND, Floats, Grid, Ints

_BLOCKED = 1e9
_TRIES = 8


class Cubes:
    """All cubes of a grid.

    Parameters
    ----------
    grid
        The cells.
    spans
        First age and the age after the last, by age.
    series_parts
        The base series each series is the sum of.
    levels
        Geography of each area.
    catchments
        The warehouse table ``catchments``.
    unseen
        Cells of series that are in no table.
    series_moves
        Changes by series that keep all sums, also those with unseen series, where there are any.
    """

    def __init__(  # noqa: PLR0917
        self,
        grid: Grid,
        spans: dict[str, tuple[int, int]],
        series_parts: list[list[int]],
        levels: dict[str, str],
        catchments: pl.DataFrame,
        unseen: Bools,
        series_moves: Sequence[Floats] = (),
    ) -> None:
        sides = [
            _side(_sexes(grid)),
            _side(_age_parts(grid, spans)),
            [(move, move) for move in series_moves] or _side(series_parts),
        ]
        self._unseen = unseen
        self.exists = all(side is not None for side in sides)
        if not self.exists:
            return
        steps, bases = [], []
        for parts in product(*[side for side in sides if side is not None]):
            cells, base = parts[0]
            for other_cells, other_base in parts[1:]:
                cells = np.multiply.outer(cells, other_cells)
                base = np.multiply.outer(base, other_base)
            steps.append(cells.ravel())
            bases.append(base.ravel())
        self.steps = np.array(steps, dtype=np.float64)
        self._base = np.array(bases)
        self._touching = np.ascontiguousarray((self.steps != 0).T.astype(np.float64))
        place = {area: i for i, area in enumerate(grid.areas)}
        self.ground = np.array([place[a] for a in grid.areas if levels[a] == GROUND])
        at = {grid.areas[g]: i for i, g in enumerate(self.ground)}
        self.share = np.zeros((len(grid.areas), len(self.ground)))
        for area, municipality, share in catchments.select(
            "area_id", "municipality_id", "share"
        ).iter_rows():
            if area in place and municipality in at:
                self.share[place[area], at[municipality]] = share
        self._within = (self.share > 0).T.astype(np.float64)
        self._per_area = grid.size // len(grid.areas)

    def begin(self, tables: Tables, cost: Floats, hidden: Bools, released: Bools) -> None:
        """Take up one period."""
        self._tables, self._released = tables, released.reshape(-1, self._per_area)
        blocked = released & ~tables.movable
        price = np.where(hidden, 0.01, cost)
        price[~released] = 0
        price[blocked] = _BLOCKED
        self._price = price.reshape(-1, self._per_area)
        self._asked = self._price @ self._touching
        self._around = self._within @ self._asked
        # Room is what the base cells can lose: those a cube takes from, and those it gives to.
        # An unseen series that is not used in a cell holds nothing back.
        room = np.where(released, tables.counts - tables.lowest, np.where(self._unseen, np.inf, 0))
        room = room.reshape(-1, self._per_area)[self.ground]
        rises, falls = self._base > 0, self._base < 0
        self._rise = np.stack([_least(room, r) for r in rises], axis=1)
        self._fall = np.stack([_least(room, f) for f in falls], axis=1)

    def hide(self, cells: Ints) -> None:
        """Hear that cells are hidden now, so that they cost nothing more."""
        areas, inside = np.unique(cells // self._per_area), np.unique(cells % self._per_area)
        before = self._price[np.ix_(areas, inside)]
        self._price.reshape(-1)[cells] = 0.01
        less = self._price[np.ix_(areas, inside)] - before
        # only the cubes that touch one of the cells cost less now
        patterns = np.flatnonzero(self._touching[inside].any(axis=0))
        asked = less @ self._touching[np.ix_(inside, patterns)]
        self._asked[np.ix_(areas, patterns)] += asked
        self._around[:, patterns] += self._within[:, areas] @ asked

    def best(self, cell: int, width: float) -> tuple[Move, float] | None:
        """Return the cheapest cube that carries the cell over the width, and what it costs."""
        area, inside = divmod(cell, self._per_area)
        patterns = np.flatnonzero(self._touching[inside])
        found: list[tuple[float, int, int, int]] = []
        members = np.flatnonzero(self.share[area] > 0)
        if len(members) > _TRIES:
            own = self._asked[self.ground[members]][:, patterns].min(axis=1)
            members = members[np.argsort(own, kind="stable")[:_TRIES]]
        gone, come = self._rise[:, patterns], self._fall[:, patterns]
        for one in members.tolist():
            price = self._asking(one, patterns)
            reach = np.minimum(come[one], gone) + np.minimum(gone[one], come)
            scale = np.abs(self.share[area, one] - self.share[area])[:, None]
            if self._unseen.any():  # with itself: of nowhere else
                price[one] = self._around[one, patterns]
                reach[one] = come[one] + gone[one]
                scale[one] = self.share[area, one]
            useful = (reach * scale >= width - EPSILON) & (price < _BLOCKED)
            useful[one] &= self._unseen.any()
            if not useful.any():
                continue
            price = np.where(useful, price, np.inf)
            for flat in np.argpartition(price, min(_TRIES, price.size - 1), axis=None)[:_TRIES]:
                other, pattern = np.unravel_index(flat, price.shape)
                if np.isfinite(price[other, pattern]):
                    found.append(
                        (float(price[other, pattern]), one, int(other), int(patterns[pattern]))
                    )
        for asked, one, other, pattern in sorted(found)[:_TRIES]:
            move = self._move(one, other, pattern)
            up, down = self._tables.carried([move])
            at = move.cells == cell
            if (up + down)[at].sum() >= width - EPSILON:
                return move, asked
        return None

    def _asking(self, one: int, patterns: Ints) -> Floats:
        """Return what moving people between a municipality and each other costs, by pattern.

        All areas that hold either change, but those that hold the same share of both.
        """
        price: Floats = self._around[:, patterns] + self._around[one, patterns]
        for area in np.flatnonzero(self.share[:, one] > 0).tolist():
            both = np.flatnonzero(self.share[area] == self.share[area, one])
            price[both] -= 2 * self._asked[area, patterns]
        return price

    def _move(self, one: int, other: int, pattern: int) -> Move:
        change = self.share[:, one] - (self.share[:, other] if other != one else 0.0)
        areas = np.flatnonzero(change)
        cells = np.flatnonzero(self.steps[pattern])
        numbers = (areas[:, None] * self._per_area + cells).ravel()
        steps = np.multiply.outer(change[areas], self.steps[pattern][cells]).ravel()
        there = self._released[areas][:, cells].ravel()
        return Move(numbers[there], steps[there])


def _least(counts: Floats, chosen: Bools) -> Floats:
    if not chosen.any():
        return np.full(len(counts), np.inf)
    return np.asarray(counts[:, chosen].min(axis=1))


def _sexes(grid: Grid) -> list[list[int]]:
    if {"female", "male"} <= set(grid.sexes):
        both = [grid.sexes.index("female"), grid.sexes.index("male")]
        return [both if s == "all" else [i] for i, s in enumerate(grid.sexes)]
    return [[i] for i in range(len(grid.sexes))]


def _age_parts(grid: Grid, spans: dict[str, tuple[int, int]]) -> list[list[int]]:
    """Return the bands that hold no other band, for each age, or nothing where they overlap."""
    base = [
        i
        for i, age in enumerate(grid.ages)
        if not any(
            o != age and spans[age][0] <= a and b <= spans[age][1]
            for o, (a, b) in spans.items()
            if o in grid.ages
        )
    ]
    parts = []
    for age in grid.ages:
        start, end = spans[age]
        mine = [
            i for i in base if start <= spans[grid.ages[i]][0] and spans[grid.ages[i]][1] <= end
        ]
        years = sum(spans[grid.ages[i]][1] - spans[grid.ages[i]][0] for i in mine)
        if years != end - start:
            return []
        parts.append(mine)
    return parts


def _side(parts: list[list[int]]) -> list[tuple[Floats, Floats]] | None:
    """Return the moves along one side: one base item up, or one up and another down.

    Each as the change of every item, and of the base items alone.
    """
    if not parts:
        return None
    base = sorted({item for part in parts for item in part})
    single = [i for i, part in enumerate(parts) if part == [i]]
    if sorted(single) != base:
        return None
    holds = np.array([[b in part for b in base] for part in parts], dtype=np.float64)
    moves = []
    for i in range(len(base)):
        for j in range(i, len(base)):
            change = np.zeros(len(base))
            change[i] += 1
            if j != i:
                change[j] -= 1
            alone = np.zeros(len(parts))
            alone[base] = change
            moves.append((holds @ change, alone))
    return moves
