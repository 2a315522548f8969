"""Series in no table that hold the released ones together: rests, and measures nobody publishes.

"Contacts are at least the citizens with contact" is a sum with a rest that is not negative; "who
meets one, two or three sectors" is a sum with the citizens of sectors that are in no table. Their
cells take part in moves like any other: they cost nothing, are never shown and need no width. They
stand where the relation is used, which is in the cells that no other cells make up; it follows for
the sums of these. Where the true counts break a relation it is not used; then its sums may keep to
it all the same, and have cells of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import polars as pl
from scipy import sparse

from etl.disclosure.suppression.moves import Bools
from etl.disclosure.suppression.structure import GROUND, Floats, Grid, Ints
from etl.layouts.defined import Series, is_unseen

_WHOLE = 1e-6
#: Persons of room that an unseen count is given where the released ones leave it open.
_ROOM = 3.0
#: Breaking a relation costs more than all room is worth.
_BROKEN = 1000.0
#: Released series that one small move may touch, alone and joined with another.
_TOUCHED, _JOINED = 4, 5
#: Series that add up together: of more than these, moves of few are tried.
_TRIED_OUT = 8

_NAMES = ["measure", "period", "sector", "area_id", "sex", "age"]

SeriesSum = Mapping[Series, int]


@dataclass(frozen=True)
class _Bundle:
    """Relations that share what nobody publishes: weights by relation and series."""

    weights: Floats
    seen: Ints
    unseen: Ints


class Unseen:
    """The unseen series of a grid.

    Parameters
    ----------
    grid
        The cells, also of unseen series.
    spans
        First age and the age after the last, by age.
    levels
        Geography of each area.
    catchments
        The warehouse table ``catchments``.
    sums
        How series add up; those without an unseen one are not looked at.
    """

    def __init__(
        self,
        grid: Grid,
        spans: Mapping[str, tuple[int, int]],
        levels: Mapping[str, str],
        catchments: pl.DataFrame,
        sums: Sequence[SeriesSum],
    ) -> None:
        self._grid = grid
        sums = [one for one in sums if any(map(is_unseen, one))]
        series = np.array([is_unseen(one) for one in grid.series])
        self.cells: Bools = np.broadcast_to(series, grid.shape).ravel()
        self._bundles = _bundles(grid, sums, series)
        times = (_weights(grid.series, sums) != 0).sum(axis=0)
        self._unpublished = np.flatnonzero(series & (times > 1))
        self.relations = _relations(grid, sums)
        self._over = _over(grid, spans, levels, catchments)
        self._base = np.ix_(
            [levels[area] == GROUND for area in grid.areas],
            [not over.any() for over in self._over[1]],
            [not over.any() for over in self._over[2]],
        )

    def left_out_of(self, relations: sparse.csr_array) -> sparse.csr_array:
        """Return the relations without an unseen cell: these add up because the others do."""
        return relations[abs(relations) @ self.cells.astype(float) == 0]

    def place(self, released: Bools, derived: Bools, counts: Floats) -> tuple[Bools, Floats]:
        """Say which unseen cells there are, and what they may hold.

        Parameters
        ----------
        released, derived
            Which cells of other series are in tables, and which follow from these.
        counts
            Of these.

        Returns
        -------
        derived, counts
            The same with the unseen cells there are.
        """
        shape = self._grid.shape
        placed, values = derived.reshape(shape).copy(), counts.reshape(shape).copy()
        have = (released | derived).reshape(shape)
        base = np.zeros(shape[:3], dtype=bool)
        base[self._base] = True
        for bundle in self._bundles:
            can = have[..., bundle.seen].all(axis=3)
            used = np.zeros(shape[:3], dtype=bool)
            for again in (False, True):
                at = can & (~base & self._above(base & ~used) if again else base)
                if at.any():
                    some = values[at]
                    used[at], some[:, bundle.unseen] = _fit(bundle, some)
                    values[at] = some
            placed[..., bundle.unseen] = used[..., None]
        return placed.ravel(), values.ravel()

    def named(self, rows: pl.DataFrame, at: Ints, placed: Bools) -> tuple[pl.DataFrame, Ints]:
        """Add the cells of what nobody publishes to the released ones of a period.

        Returns
        -------
        cells, numbers
            ``measure, period, sector, area_id, sex, age``, and where in the grid they are.
        """
        base = np.zeros(self._grid.shape, dtype=bool)
        base[self._base] = True
        base[..., np.setdiff1d(np.arange(len(self._grid.series)), self._unpublished)] = False
        numbers = np.flatnonzero(base.ravel() & placed)
        area, sex, age, series = np.unravel_index(numbers, self._grid.shape)
        names = [self._grid.series[i] for i in series]
        added = pl.DataFrame(
            {
                "measure": [measure for measure, _ in names],
                "period": [rows["period"][0]] * len(names),
                "sector": [sector for _, sector in names],
                "area_id": [self._grid.areas[i] for i in area],
                "sex": [self._grid.sexes[i] for i in sex],
                "age": [self._grid.ages[i] for i in age],
            },
            schema={name: rows.schema[name] for name in _NAMES},
        )
        return pl.concat([rows.select(_NAMES), added]), np.concatenate([at, numbers])

    def _above(self, base: Bools) -> Bools:
        """Return the cells of a table that hold people of some cells that no others make up."""
        inside = base.astype(float)
        for axis, over in enumerate(self._over):
            both = over | np.eye(len(over), dtype=bool)
            inside = np.moveaxis(np.tensordot(both.astype(float), inside, (1, axis)), 0, axis)
        return np.asarray(inside > 0)


def _bundles(grid: Grid, sums: Sequence[SeriesSum], unseen: Bools) -> list[_Bundle]:
    found = []
    left = list(sums)
    while left:
        together, reached = [left.pop(0)], -1
        while reached != len(together):
            reached = len(together)
            names = {one for sum_ in together for one in sum_ if is_unseen(one)}
            together += [sum_ for sum_ in left if names & set(sum_)]
            left = [sum_ for sum_ in left if not names & set(sum_)]
        weights = _weights(grid.series, together)
        touched = (weights != 0).any(axis=0)
        found.append(
            _Bundle(weights, np.flatnonzero(touched & ~unseen), np.flatnonzero(touched & unseen))
        )
    return found


def _weights(series: Sequence[Series], sums: Sequence[SeriesSum]) -> Floats:
    weights = np.zeros((len(sums), len(series)))
    for row, one in enumerate(sums):
        for name, weight in one.items():
            weights[row, series.index(name)] = weight
    return weights


def _relations(grid: Grid, sums: Sequence[SeriesSum]) -> sparse.csr_array:
    """Return the relations by cells: each sum in every table cell."""
    per_cell = sparse.csr_array(_weights(grid.series, sums))
    return sparse.kron(sparse.identity(int(np.prod(grid.shape[:3]))), per_cell).tocsr()


def _over(
    grid: Grid,
    spans: Mapping[str, tuple[int, int]],
    levels: Mapping[str, str],
    catchments: pl.DataFrame,
) -> tuple[Bools, Bools, Bools]:
    """Return which areas, sexes and ages hold people of which others."""
    members = set(catchments.select("area_id", "municipality_id").iter_rows())
    areas = [
        [levels[a] != GROUND and levels[b] == GROUND and (a, b) in members for b in grid.areas]
        for a in grid.areas
    ]
    sexes = [[a == "all" and b != "all" for b in grid.sexes] for a in grid.sexes]
    edges = [spans[age] for age in grid.ages]
    ages = [[a != b and a[0] <= b[0] and b[1] <= a[1] for b in edges] for a in edges]
    return np.array(areas), np.array(sexes), np.array(ages)


def _fit(bundle: _Bundle, counts: Floats) -> tuple[Bools, Floats]:
    """Return where released counts keep to the relations, and unseen ones that fit, with room.

    Parameters
    ----------
    bundle
        The relations.
    counts
        By cell of the tables and series.
    """
    given = counts[:, bundle.seen] @ bundle.weights[:, bundle.seen].T
    inner = bundle.weights[:, bundle.unseen]
    if inner.shape == (1, 1):
        rest = -given / inner[0, 0]
        return rest[:, 0] >= -_WHOLE, np.maximum(rest, 0.0)
    from scipy.optimize import linprog  # noqa: PLC0415 - see programme

    cells, (rows, unseen) = len(counts), inner.shape
    one = sparse.identity(cells, format="csr")
    wrong = sparse.identity(cells * rows, format="csr")
    room = sparse.identity(cells * unseen, format="csr")
    none = sparse.csr_array((cells * rows, cells * unseen))
    result = linprog(
        np.concatenate(
            [np.zeros(cells * unseen), -np.ones(cells * unseen), np.full(2 * cells * rows, _BROKEN)]
        ),
        A_eq=sparse.hstack([sparse.kron(one, inner), none, wrong, -wrong]).tocsr(),
        b_eq=-given.ravel(),
        A_ub=sparse.hstack(
            [-room, room, sparse.csr_array((cells * unseen, 2 * cells * rows))]
        ).tocsr(),
        b_ub=np.zeros(cells * unseen),
        bounds=np.array(
            [(0, np.inf)] * (cells * unseen)
            + [(0, _ROOM)] * (cells * unseen)
            + [(0, np.inf)] * (2 * cells * rows)
        ),
        method="highs",
    )
    found = result.x[: cells * unseen].reshape(cells, unseen)
    broken = result.x[2 * cells * unseen :].reshape(2, cells, rows).max(axis=(0, 2))
    return broken < _WHOLE, found


def series_moves(series: Sequence[Series], sums: Sequence[SeriesSum]) -> list[Floats]:
    """Return the small ways in which the counts of one table cell can change by series.

    Single persons in few series at once, so that all sums stay whole; and two such changes where
    the one makes room for the other in a rest: a citizen more, with a contact.

    Returns
    -------
    list of ndarray
        Change by series, also the unseen ones.
    """
    weights = _weights(series, sums)
    unseen = np.array([is_unseen(one) for one in series])
    # a rest stands in one relation and gives way there
    private = (weights != 0).sum(axis=0) == 1
    rest = np.flatnonzero(unseen & private & (weights == -1).any(axis=0))
    of = [int(np.flatnonzero(weights[:, r])[0]) for r in rest]
    firm = np.setdiff1d(np.arange(len(sums)), of)
    moving = np.setdiff1d(np.arange(len(series)), rest)
    single = _single(weights[firm][:, moving], unseen[moving])
    full = np.zeros((len(single), len(series)))
    full[:, moving] = single
    full[:, rest] = full @ weights[of].T
    both = np.concatenate([full, -full])
    joined = []
    for one in full:
        for way in (one, -one):
            tight = way[rest] < 0
            mended = (way[rest] + both[:, rest] >= 0) & tight
            together = way + both[mended.any(axis=1)]
            few = (together[:, ~unseen] != 0).sum(axis=1) <= _JOINED
            small = np.abs(together[:, ~unseen]).max(axis=1, initial=0) <= 1
            joined += list(together[few & small])
    return _different([*full, *joined], unseen)


def _different(moves: Sequence[Floats], unseen: Bools) -> list[Floats]:
    """Leave out moves that are none, or another one turned round."""
    found: dict[bytes, Floats] = {}
    for move in moves:
        changed = np.flatnonzero(move[~unseen])
        if len(changed):
            forwards = np.sign(move[~unseen][changed[0]])
            found.setdefault((move * forwards + 0.0).tobytes(), move * forwards)
    return list(found.values())


def _single(firm: Floats, unseen: Bools) -> Floats:
    """Return changes by one person, in as few series as may be, that keep all sums."""
    links = (firm != 0).T @ (firm != 0) + np.eye(firm.shape[1]) > 0
    left, found = set(range(firm.shape[1])), []
    while left:
        group, grown = {min(left)}, set[int]()
        while grown != group:
            grown = group
            group = {int(j) for i in group for j in np.flatnonzero(links[i])}
        left -= group
        names = sorted(group)
        tries = _tries(len(names))
        tried = np.zeros((len(tries), firm.shape[1]))
        tried[:, names] = tries
        few = (tried[:, ~unseen] != 0).sum(axis=1)
        found += list(tried[(few > 0) & (few <= _TOUCHED) & ~(tried @ firm.T).any(axis=1)])
    small = sorted(found, key=lambda move: int((move != 0).sum()))
    kept: list[Floats] = []
    for move in small:
        within = any(((one != 0) & (one != move)).sum() == 0 for one in kept)
        turned = any(((one != 0) & (one != -move)).sum() == 0 for one in kept)
        if not within and not turned:
            kept.append(move)
    return np.array(kept).reshape(-1, firm.shape[1])


def _tries(number: int) -> Floats:
    """Return changes of so many series by one person, of few where there are many."""
    if number <= _TRIED_OUT:
        return np.array(list(product((1.0, 0.0, -1.0), repeat=number)))
    found = []
    for size in range(1, _TOUCHED + 1):
        for chosen in combinations(range(number), size):
            for signs in product((1.0, -1.0), repeat=size):
                move = np.zeros(number)
                move[list(chosen)] = signs
                found.append(move)
    return np.array(found)
