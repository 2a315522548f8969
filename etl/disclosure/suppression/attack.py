"""The attacker: what can be worked out of the numbers that are published, and of nothing else.

Every count is a sum over people in base cells: one municipality, one sex, one year span that no
age band cuts, one sector. A published number is one equation between base cells, a hidden one a
range. Linear programmes then find the least and the most each hidden count can be. Nothing here
is shared with the code that chooses what to hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from etl.disclosure.suppression.doubt import broken_rows, contradicted, disbelieve
from etl.disclosure.suppression.hints import Hints, Possible
from etl.disclosure.suppression.programme import Problem, Sought
from etl.disclosure.suppression.stated import Stated, Sum, stated
from etl.disclosure.suppression.witness import TOLERANCE, Ends, Floats, Ints, seen

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


def attack(  # noqa: PLR0917
    cells: pl.DataFrame,
    wholes: Wholes,
    sums: BaseSums,
    sought: Sought,
    hints: Hints | None = None,
    others: Sequence[Sum] = (),
) -> Iterator[Reach]:
    """Yield the ranges of hidden cells that can be narrowed below a width.

    Parameters
    ----------
    cells
        ``measure, sector, period, area_id, sex, age, series, count, low, high`` of one period and
        one series, or several that hang together, one row a published cell; `count` null where it
        is hidden, `low` and `high` what its label and its population say of it then.
    wholes
        Which series is the sum of which others, none of which is such a sum.
    sums
        How they are made of base cells.
    sought
        Which cells, by cell; the others' ranges are not sought further.
    hints
        Tables of all cells that may agree with what is published. They are checked here, and only
        those that do agree are taken for possible; they spare programmes.
    others
        What else definitions say of the series; where the hints or what is published contradict
        it, it is not believed.

    Yields
    ------
    Reach
        Cells whose range is narrower, with the rows of the published cells that give them away.
    """
    if not cells["count"].is_null().any():
        return
    system, said = sums.of(cells, wholes, others)
    size, beside = len(cells), len(said.unpublished)
    count = np.concatenate(
        [
            cells["count"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
            np.full(beside, np.nan),
            np.where(said.is_equal, 0.0, np.nan),
        ]
    )
    more = system.shape[0] - size
    low = np.concatenate([cells["low"].cast(pl.Float64).to_numpy(), np.zeros(more)])
    high = np.concatenate([cells["high"].cast(pl.Float64).to_numpy(), np.full(more, np.inf)])
    possible = _possible(cells, said, hints)
    if possible is not None and len(said.is_equal):
        disbelieve(size + beside + contradicted(system, possible), count, low)
    fixed, value = _settle(system, count)
    given = system @ value
    least, most = seen(system, count, low, high, possible)
    hidden = np.isnan(count)
    sought = sought.beside(more)
    for rows, columns in _parts(system, fixed, np.flatnonzero(hidden[:size])):
        inside = rows[hidden[rows]]
        if not len(columns):
            givers = tuple(_givers(system[:size], int(row), count[:size]) for row in inside)
            yield Reach(inside, given[inside], given[inside], givers)
            continue
        here = sought.of(inside)
        if not here.is_open(least[inside], most[inside]).any():
            continue
        said_of = (count, low, high)
        try:
            problem = _widened(system, rows, columns, said_of, given, (least, most), sought)
        except ArithmeticError:
            disbelieve(_broken(system, rows, columns, said_of, given, size + beside), count, low)
            rows = rows[np.isfinite(low[rows])]  # noqa: PLW2901
            inside = rows[hidden[rows]]
            problem = _widened(system, rows, columns, said_of, given, (least, most), sought)
        for i in np.flatnonzero(problem.open()).tolist():
            if problem.open()[i]:
                low_end, high_end, path = problem.exact(i)
                cell = inside[[i]]
                path = tuple(row for row in path if row < size)
                yield Reach(cell, given[cell] + low_end, given[cell] + high_end, (path,))


def _widened(  # noqa: PLR0917
    system: sparse.csr_array,
    rows: Ints,
    columns: Ints,
    said: tuple[Floats, Floats, Floats],
    given: Floats,
    seen_ends: Ends,
    sought: Sought,
) -> Problem:
    """Put the rows of one part, less what is known of them, as a problem, and widen it."""
    count, low, high = ((end - given)[rows] for end in said)
    inside = rows[np.isnan(count)]
    ends = seen_ends[0][inside], seen_ends[1][inside]
    part = system[rows][:, columns]
    problem = Problem(part, rows, count, low, high, given[inside], ends, sought.of(inside))
    problem.widen()
    return problem


def _broken(  # noqa: PLR0917
    system: sparse.csr_array,
    rows: Ints,
    columns: Ints,
    said: tuple[Floats, Floats, Floats],
    given: Floats,
    first: int,
) -> Ints:
    """Return what definitions say, in rows from the first on, that what is published breaks."""
    count, low, high = ((end - given)[rows] for end in said)
    found = broken_rows(system[rows][:, columns], count, low, high, rows >= first)
    return rows[found]


def _possible(cells: pl.DataFrame, said: Stated, hints: Hints | None) -> Possible | None:
    """Return the hinted tables over the cells and what nobody publishes."""
    if hints is None:
        return None
    names = ["measure", "period", "sector", "area_id", "sex", "age"]
    if said.unpublished.is_empty():
        return hints.tables(cells)
    ages = _names_of(cells)
    beside = said.unpublished.with_columns(
        age=pl.col("base_age").replace_strict(ages),
        period=pl.lit(cells["period"][0], dtype=cells.schema["period"]),
    )
    return hints.tables(pl.concat([cells.select(names), beside.select(names)]))


def _names_of(cells: pl.DataFrame) -> dict[str, str]:
    """Return what a band between two cut points is called, by its first year."""
    parts = _age_parts(cells)
    names = {str(starts[0]): age for age, starts in parts.items() if len(starts) == 1}
    cuts = sorted({start for starts in parts.values() for start in starts})
    for start, end in pairwise([*cuts, _NO_END]):
        names.setdefault(str(start), f"{start}+" if end == _NO_END else f"{start}-{end - 1}")
    return names


class BaseSums:
    """How cells are made of base cells; remembered from one period to the next."""

    def __init__(self, catchments: pl.DataFrame) -> None:
        self._catchments = catchments
        self._known: dict[object, tuple[pl.DataFrame, object, sparse.csr_array, Stated]] = {}

    def of(
        self, cells: pl.DataFrame, wholes: Wholes, others: Sequence[Sum] = ()
    ) -> tuple[sparse.csr_array, Stated]:
        """Return :func:`base_sums` of the cells, and what definitions say beside them.

        Below the cells stand the base cells that nobody publishes, then the relations.
        """
        keys = cells.select(_KEYS)
        parts = (_age_parts(cells), wholes, others)
        names = frozenset(cells["series"].unique())
        known = self._known.get(names)
        if known is None or known[1] != parts or not known[0].equals(keys):
            system, base = base_sums(cells, wholes, self._catchments)
            said = stated(base, wholes, others)
            beside = sparse.identity(len(said.unpublished))
            below = sparse.vstack([sparse.block_diag([system, beside]), said.rows]).tocsr()
            known = self._known[names] = (keys, parts, below if len(others) else system, said)
        return known[2], known[3]


def base_sums(
    cells: pl.DataFrame, wholes: Wholes, catchments: pl.DataFrame
) -> tuple[sparse.csr_array, pl.DataFrame]:
    """Return each cell as a sum over base cells, a matrix of cells by base cells; and these."""
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
    matrix = sparse.csr_array(entries, shape=(len(cells), int(sums["base"].max() or 0) + 1))  # type: ignore[arg-type]
    names = ("municipality_id", "base_sex", "base_age", "base_series", "base")
    return matrix, sums.select(names).unique()


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
    adding = part.min(axis=1).toarray().ravel() >= 0  # a definition may also take away
    while True:
        rest = count[shown] - part @ value
        loose = part.multiply(~fixed[None, :]).tocsr()
        loose.eliminate_zeros()
        size = np.diff(loose.indptr)
        nobody = (np.abs(rest) < TOLERANCE) & (size > 0) & adding
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
