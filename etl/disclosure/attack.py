"""The attacker: what can be worked out of the numbers that are published, and of nothing else.

Every count is a sum over people in base cells: one municipality, one sex, one year span that no
age band cuts, one sector. A published number is one equation between base cells, a hidden one a
range. Linear programmes then find the least and the most each hidden count can be. Nothing here
is shared with the code that chooses what to hide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import qr
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]

#: More people than any hidden cell is taken to hold.
MANY = 100_000.0
_TOLERANCE = 1e-6
_ROUNDS = 12
_NO_END = 1000


@dataclass(frozen=True)
class Reach:
    """What an attacker gets: rows of the cells given, the range of each, and how it is found."""

    rows: NDArray[np.int64]
    low: Floats
    high: Floats
    givers: tuple[tuple[int, ...], ...]


def attack(
    cells: pl.DataFrame, catchments: pl.DataFrame, width: float, matters: float
) -> Iterator[Reach]:
    """Yield the ranges of hidden cells that can be narrowed below a width.

    Parameters
    ----------
    cells
        ``area_id, sex, age, sector, count, low, high`` of one measure and period (and all of its
        sectors that add up), one row a published cell; `count` null where it is hidden, `low` and
        `high` what its label and its population say of it then.
    catchments
        The warehouse table ``catchments``.
    width
        Ranges at least this wide are not sought further.
    matters
        Nor are those known to reach this many people in the cell, and as many in the rest of its
        population: a narrow range there holds no small count.

    Yields
    ------
    Reach
        By group of cells that hang together: those whose range is narrower, with the rows of the
        published cells that give them away.
    """
    if not cells["count"].is_null().any():
        return
    system = base_sums(cells, catchments)
    count = cells["count"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    low, high = (cells[c].cast(pl.Float64).to_numpy() for c in ("low", "high"))
    fixed, value = _settle(system, count)
    hidden = np.flatnonzero(np.isnan(count))
    for part in _parts(system, fixed, hidden):
        rows, columns = part
        free = system[rows][:, columns]
        given = system[rows] @ np.where(fixed, value, 0.0)
        yield from _reach_of_part(
            free,
            rows,
            count[rows] - given,
            low[rows] - given,
            high[rows] - given,
            given,
            (width, matters),
        )


def base_sums(cells: pl.DataFrame, catchments: pl.DataFrame) -> sparse.csr_array:
    """Return each cell as a sum over base cells: a matrix of cells by base cells."""
    members: dict[str, dict[str, float]] = {}
    for area, municipality, share in catchments.select(
        "area_id", "municipality_id", "share"
    ).iter_rows():
        members.setdefault(area, {})[municipality] = share
    both = {"female", "male"} <= set(cells["sex"])
    sexes = {"all": ("female", "male")} if both else {}
    ages = _age_parts(cells)
    sectors = _sector_parts(cells)
    number: dict[tuple[str, str, int, str], int] = {}
    rows, columns, weights = [], [], []
    for row, (area, sex, age, sector) in enumerate(
        cells.select("area_id", "sex", "age", "sector").iter_rows()
    ):
        for municipality, share in members.get(area, {area: 1.0}).items():
            for s in sexes.get(sex, (sex,)):
                for a in ages[age]:
                    for c in sectors.get(sector, (sector,)):
                        base = number.setdefault((municipality, s, a, c), len(number))
                        rows.append(row)
                        columns.append(base)
                        weights.append(share)
    return sparse.csr_array((weights, (rows, columns)), shape=(len(cells), len(number)))


def _age_parts(cells: pl.DataFrame) -> dict[str, tuple[int, ...]]:
    """Return the spans between cut points that each age is made of, by their first year."""
    spans = {}
    for age in cells["age"].unique():
        first, dash, last = age.partition("-")
        if age == "all":
            spans[age] = (0, _NO_END)
        else:
            spans[age] = (int(first.rstrip("+")), int(last) + 1 if dash else _NO_END)
    bands = [span for age, span in spans.items() if age != "all"]
    if bands and "all" in spans and _adds_up(cells, "age", _tiling(spans, bands)):
        # The measure is about these ages only, so its total has nobody outside them.
        spans["all"] = (min(a for a, _ in bands), max(b for _, b in bands))
    cuts = sorted({edge for span in spans.values() for edge in span})
    return {age: tuple(c for c in cuts[:-1] if a <= c < b) for age, (a, b) in spans.items()}


def _tiling(spans: dict[str, tuple[int, int]], bands: list[tuple[int, int]]) -> list[str]:
    """Return bands laid end to end over all the bands there are, widest first, or none."""
    at, end, names = min(a for a, _ in bands), max(b for _, b in bands), []
    while at < end:
        step = [(b, age) for age, (a, b) in spans.items() if age != "all" and a == at and b <= end]
        if not step:
            return []
        at, name = max(step)
        names.append(name)
    return names


def _sector_parts(cells: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    sectors = sorted(set(cells["sector"]) - {"all"})
    if len(sectors) > 1 and _adds_up(cells, "sector", sectors):
        return {"all": tuple(sectors)}
    return {}


def _adds_up(cells: pl.DataFrame, side: str, parts: list[str]) -> bool:
    """Whether the total over a side equals these parts wherever all of them are published."""
    if not parts:
        return False
    at = [c for c in ("area_id", "sex", "age", "sector") if c != side]
    shown = cells.filter(pl.col("count").is_not_null())
    sums = (
        shown.filter(pl.col(side).is_in(parts))
        .group_by(at)
        .agg(parts=pl.col("count").sum(), n=pl.len())
        .filter(pl.col("n") == len(parts))
        .join(shown.filter(pl.col(side) == "all").select(*at, whole="count"), on=at)
    )
    return len(sums) > 0 and bool(((sums["parts"] - sums["whole"]).abs() < _TOLERANCE).all())


def _settle(system: sparse.csr_array, count: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Fix base cells that are published themselves, are in a published 0, or are alone left."""
    fixed = np.zeros(system.shape[1], dtype=bool)
    value = np.zeros(system.shape[1])
    shown = np.flatnonzero(~np.isnan(count))
    part = system[shown]
    while True:
        rest = count[shown] - part @ value
        loose = part.multiply(~fixed[None, :]).tocsr()
        loose.eliminate_zeros()
        size = np.diff(loose.indptr)
        nobody = (np.abs(rest) < _TOLERANCE) & (size > 0)
        zero = np.unique(loose[nobody].indices)
        single = np.flatnonzero((size == 1) & ~nobody)
        fixed[zero] = True
        at = loose.indptr[single]
        columns = loose.indices[at]
        value[columns] = rest[single] / loose.data[at]
        value[zero] = 0.0
        fixed[columns] = True
        if not len(zero) and not len(columns):
            return fixed, value


def _parts(
    system: sparse.csr_array, fixed: NDArray[np.bool_], hidden: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield rows and free columns that hang together and hold a hidden cell."""
    free = np.flatnonzero(~fixed)
    loose = system[:, free]
    rows = np.flatnonzero(np.diff(loose.indptr) > 0)
    done = np.setdiff1d(hidden, rows)
    for row in done:
        yield np.array([row]), np.zeros(0, dtype=np.int64)
    if not len(rows):
        return
    part = loose[rows]
    links = sparse.block_array([[None, part], [part.T, None]])
    _, label = connected_components(links, directed=False)
    row_label, column_label = label[: len(rows)], label[len(rows) :]
    for one in np.unique(row_label[np.isin(rows, hidden)]):
        yield rows[row_label == one], free[column_label == one]


def _reach_of_part(  # noqa: PLR0917 (one part's arrays, made once)
    free: sparse.csr_array,
    rows: NDArray[np.int64],
    count: Floats,
    low: Floats,
    high: Floats,
    given: Floats,
    sought: tuple[float, float],
) -> Iterator[Reach]:
    hidden = np.flatnonzero(np.isnan(count))
    if not free.shape[1]:
        known = np.clip(0.0, low[hidden], high[hidden]) + given[hidden]
        yield Reach(rows[hidden], known, known, tuple(() for _ in hidden))
        return
    shown = np.flatnonzero(~np.isnan(count))
    problem = _Problem(free, shown, count[shown], hidden, low[hidden], high[hidden])
    narrow = np.flatnonzero(problem.left_open(given[hidden], *sought))
    if not len(narrow):
        return
    exact = [problem.exact(int(i)) for i in narrow]
    yield Reach(
        rows[hidden[narrow]],
        np.array([e[0] for e in exact]) + given[hidden[narrow]],
        np.array([e[1] for e in exact]) + given[hidden[narrow]],
        tuple(tuple(int(rows[r]) for r in e[2]) for e in exact),
    )


def _independent(rows: sparse.csr_array) -> NDArray[np.int64]:
    """Return rows that all others follow from: published tables repeat themselves a lot."""
    if not rows.shape[0]:
        return np.zeros(0, dtype=np.int64)
    triangle, order = qr(rows.toarray().T, mode="r", pivoting=True)
    size = np.abs(np.diag(triangle))
    return np.sort(order[: int((size > _TOLERANCE * max(size[0], 1.0)).sum())])


class _Problem:
    """The linear programme of one part."""

    def __init__(  # noqa: PLR0917
        self,
        free: sparse.csr_array,
        shown: NDArray[np.int64],
        count: Floats,
        hidden: NDArray[np.int64],
        low: Floats,
        high: Floats,
    ) -> None:
        apart = _independent(free[shown])
        self.equal, self.count, self.shown = free[shown[apart]], count[apart], shown[apart]
        self.cells, self.low, self.high = free[hidden], low, high
        upper = np.isfinite(high)
        lower = low > 0
        self.within = sparse.vstack([self.cells[upper], -self.cells[lower]]).tocsr()
        self.bound = np.concatenate([high[upper], -low[lower]])

    def _solve(
        self,
        objective: Floats,
        caps: Floats | None = None,
        start: Floats | None = None,
        sign: Floats | None = None,
    ):  # type: ignore[no-untyped-def]
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

    def left_open(self, given: Floats, width: float, matters: float) -> NDArray[np.bool_]:
        """Return which cells a few tables that agree with all that is published leave open.

        One table widens the range of many cells at once; what is left over is for :meth:`exact`.
        """
        n = self.equal.shape[1]
        first = self._solve(np.zeros(n))
        if first.x is None:
            raise ArithmeticError("the published numbers contradict each other")
        least = most = start = self.cells @ first.x
        random = np.random.default_rng(1)
        sign = np.ones(self.cells.shape[0])
        for turn in range(_ROUNDS):
            open_ = self._open(least, most, given, width, matters)
            if not open_.any():
                break
            sign = -sign if turn % 2 else random.choice([-1.0, 1.0], size=len(sign))
            found = self._solve(np.zeros(n), np.where(open_, width, 0.0), start, sign)
            if found.x is None:
                break
            at = self.cells @ found.x[:n]
            least, most = np.minimum(least, at), np.maximum(most, at)
        return self._open(least, most, given, width, matters)

    def _open(
        self, least: Floats, most: Floats, given: Floats, width: float, matters: float
    ) -> NDArray[np.bool_]:
        """Cells whose range may still be narrow and low, or narrow and near all the people."""
        rest = np.where(np.isfinite(self.high), self.high - least, np.inf)
        low = (most + given < matters) | (rest < matters)
        return np.asarray(low & (most - least < width - _TOLERANCE))

    def exact(self, cell: int) -> tuple[float, float, list[int]]:
        """Return the least and the most of one cell, and which shown rows hold it there."""
        objective = self.cells[[cell]].toarray().ravel()
        ends, givers = [], set()
        for sign in (1.0, -1.0):
            found = self._solve(sign * objective)
            ends.append(sign * found.fun if found.x is not None else sign * -np.inf)
            if found.x is not None and self.equal.shape[0]:
                tight = np.flatnonzero(np.abs(found.eqlin.marginals) > _TOLERANCE)
                givers |= {int(self.shown[i]) for i in tight}
        return ends[0], ends[1], sorted(givers)
