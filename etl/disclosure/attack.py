"""The attacker: what can be worked out of the numbers that are published, and of nothing else.

Every count is a sum over people in base cells: one municipality, one sex, one year span that no
age band cuts, one sector. A published number is one equation between base cells, a hidden one a
range. Linear programmes then find the least and the most each hidden count can be. Nothing here
is shared with the code that chooses what to hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from etl.disclosure.hints import Possible
from etl.disclosure.programme import Problem, Sought
from etl.disclosure.witness import TOLERANCE, Floats, seen

Wholes = dict[str, tuple[str, ...]]

_KEYS = ("area_id", "sex", "age", "series")
_NO_END = 1000
_NAMED = 3


@dataclass(frozen=True)
class Reach:
    """What an attacker gets: rows of the cells given, the range of each, and how it is found."""

    rows: NDArray[np.int64]
    low: Floats
    high: Floats
    givers: tuple[tuple[int, ...], ...]


def attack(
    cells: pl.DataFrame,
    wholes: Wholes,
    sums: BaseSums,
    sought: Sought,
    possible: Possible | None = None,
) -> Iterator[Reach]:
    """Yield the ranges of hidden cells that can be narrowed below a width.

    Parameters
    ----------
    cells
        ``area_id, sex, age, series, count, low, high`` of one period and one series, or several
        that add up, one row a published cell; `count` null where it is hidden, `low` and `high`
        what its label and its population say of it then.
    wholes
        Which series is the sum of which others, none of which is such a sum.
    sums
        How they are made of base cells.
    sought
        Which cells, by cell; the others' ranges are not sought further.
    possible
        Tables of all cells that may agree with what is published. They are checked here, and only
        those that do agree are taken for possible; they spare programmes.

    Yields
    ------
    Reach
        Cells whose range is narrower, with the rows of the published cells that give them away.
    """
    if not cells["count"].is_null().any():
        return
    system = sums.of(cells, wholes)
    count = cells["count"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    low, high = (cells[c].cast(pl.Float64).to_numpy() for c in ("low", "high"))
    fixed, value = _settle(system, count)
    given = system @ value
    least, most = seen(system, count, low, high, possible)
    hidden = np.isnan(count)
    for rows, columns in _parts(system, fixed, np.flatnonzero(hidden)):
        inside = rows[hidden[rows]]
        if not len(columns):
            givers = tuple(_givers(system, int(row), count) for row in inside)
            yield Reach(inside, given[inside], given[inside], givers)
            continue
        here = sought.of(inside)
        if not here.is_open(least[inside], most[inside]).any():
            continue
        problem = Problem(
            system[rows][:, columns],
            rows,
            (count - given)[rows],
            (low - given)[rows],
            (high - given)[rows],
            given[inside],
            (least[inside], most[inside]),
            here,
        )
        problem.widen()
        for i in np.flatnonzero(problem.open()).tolist():
            if problem.open()[i]:
                low_end, high_end, path = problem.exact(i)
                cell = inside[[i]]
                yield Reach(cell, given[cell] + low_end, given[cell] + high_end, (path,))


class BaseSums:
    """How cells are made of base cells; remembered from one period to the next."""

    def __init__(self, catchments: pl.DataFrame) -> None:
        self._catchments = catchments
        self._known: dict[object, tuple[pl.DataFrame, object, sparse.csr_array]] = {}

    def of(self, cells: pl.DataFrame, wholes: Wholes) -> sparse.csr_array:
        """Return :func:`base_sums` of the cells."""
        keys = cells.select(_KEYS)
        parts = (_age_parts(cells), wholes)
        names = frozenset(cells["series"].unique())
        known = self._known.get(names)
        if known is None or known[1] != parts or not known[0].equals(keys):
            known = self._known[names] = (keys, parts, base_sums(cells, wholes, self._catchments))
        return known[2]


def base_sums(cells: pl.DataFrame, wholes: Wholes, catchments: pl.DataFrame) -> sparse.csr_array:
    """Return each cell as a sum over base cells: a matrix of cells by base cells."""
    sexes: dict[str, tuple[str, ...]] = {sex: (sex,) for sex in cells["sex"].unique()}
    if {"female", "male"} & set(sexes):
        sexes["all"] = ("female", "male")
    series = {name: (name,) for name in cells["series"].unique()} | wholes
    sums = (
        cells.select(_KEYS)
        .with_row_index("row")
        .join(catchments.select("area_id", "municipality_id", "share"), on="area_id")
    )
    for side, parts in (("sex", sexes), ("age", _age_parts(cells)), ("series", series)):
        pairs = [(whole, str(part)) for whole, some in parts.items() for part in some]
        frame = pl.DataFrame(pairs, schema=[side, f"base_{side}"], orient="row")
        sums = sums.join(frame, on=side)
    sums = sums.with_columns(
        base=pl.struct("municipality_id", "base_sex", "base_age", "base_series").rank("dense") - 1
    )
    entries = (sums["share"].to_numpy(), (sums["row"].to_numpy(), sums["base"].to_numpy()))
    return sparse.csr_array(entries, shape=(len(cells), int(sums["base"].max() or 0) + 1))  # type: ignore[arg-type]


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
    if bands and "all" in spans and adds_up(cells, "age", "all", _tiling(spans, bands)):
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


def adds_up(cells: pl.DataFrame, along: str, whole: str, parts: Sequence[str]) -> bool | None:
    """Tell whether a whole is the sum of its parts wherever all of them are published.

    Parameters
    ----------
    cells
        ``area_id, sex, age, series, count`` of one period; `count` null where it is hidden.
    along
        The column that `whole` and `parts` are values of: ``age`` or ``series``.
    whole, parts
        What may be the sum, and what it may be made of.

    Returns
    -------
    bool or None
        None where nothing published says so or not.
    """
    at = [column for column in _KEYS if column != along]
    shown = cells.filter(pl.col("count").is_not_null())
    sums = (
        shown.filter(pl.col(along).is_in(parts))
        .group_by(at)
        .agg(parts=pl.col("count").sum(), n=pl.len())
        .filter(pl.col("n") == len(parts))
        .join(shown.filter(pl.col(along) == whole).select(*at, whole="count"), on=at)
    )
    if sums.is_empty():
        return None
    return bool(((sums["parts"] - sums["whole"]).abs() < TOLERANCE).all())


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
        nobody = (np.abs(rest) < TOLERANCE) & (size > 0)
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


def _givers(system: sparse.csr_array, row: int, count: Floats) -> tuple[int, ...]:
    """Return the smallest published sums that hold people of a cell that follows from them."""
    sharing = (system @ system[[row]].T).toarray().ravel() > 0
    shown = np.flatnonzero(sharing & ~np.isnan(count))
    size = np.diff(system.indptr)[shown]
    return tuple(int(i) for i in shown[np.argsort(size, kind="stable")][:_NAMED])
