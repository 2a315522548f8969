"""Make true small counts safe: choose what is hidden in a whole set of released tables at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.cubes import Cubes
from etl.disclosure.hints import Hints
from etl.disclosure.moves import Move, Tables
from etl.disclosure.pattern import Search
from etl.disclosure.structure import (
    CELL,
    GROUND,
    Floats,
    Grid,
    Ints,
    StructureError,
    age_range,
    age_spans,
    relations,
)

OK: Final = "ok"
SUPPRESSED: Final = "suppressed"
SECONDARY: Final = "suppressed_secondary"

#: What hiding costs where the same cell was hidden the year before, or in the release before.
_KNOWN_PLACE: Final = 0.5
#: Moves carried from one period to the next.
_REMEMBERED: Final = 2000

_WHOLE: Final = 1e-6

Series = tuple[str, str]
SeriesSum = Mapping[Series, int]


def protect(
    cells: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int = 5,
    series_sums: Sequence[SeriesSum] = (),
    also_public: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
    hints: Hints | None = None,
) -> pl.DataFrame:
    """Say of each true count whether it may be shown.

    Every released table of the counts is taken together: all geographies, sexes, age bands and
    sectors of a measure in a period. What is returned hides the small counts (1 up to below the
    threshold, and where a population is given also those that leave so few others), and as few and
    as unimportant further cells as are needed so that no hidden small count can be worked out by
    adding and subtracting more closely than to a range as wide as that of the small counts.

    Parameters
    ----------
    cells
        ``measure, geography, area_id, period, sex, age, sector, count`` and, where the count is
        part of a shown population, ``population`` (null where not). One row a released cell, true
        counts, all areas of all geographies. A null count is not released.
    catchments
        The warehouse table ``catchments``.
    threshold
        Counts of 1 to ``threshold - 1`` are small.
    series_sums
        Ways in which measures or sectors add up, as coefficients by (measure, sector), e.g.
        ``{("contacts", "all"): 1, ("contacts", "general_practice"): -1, ...}``. Only used where
        all are released. Sectors of one measure whose sum is its ``all`` everywhere are found
        without being named.
    also_public
        Cells that are known from elsewhere (another package, an earlier release), by
        ``measure, area_id, period, sex, age, sector`` with ``low`` and ``high``. A cell known
        exactly is left shown, for hiding it would protect nothing.
    previous
        Cells with a ``status`` as published last time; what was hidden then is preferred.
    hints
        Filled with other possible tables, for the audit of the same build.

    Returns
    -------
    polars.DataFrame
        `cells` with a column ``status``: ``ok``, ``suppressed`` (a small count) or
        ``suppressed_secondary`` (hidden to protect another number; also a small count inside a
        sum that is itself labelled small, for both labels together would say too much, and a
        count that leaves few others).

    Raises
    ------
    StructureError
        On negative counts, an age that is no band, or the same cell twice.
    """
    _check(cells)
    keyed = cells.with_row_index("_row")
    status = np.full(len(cells), OK, dtype=object)
    released = keyed.filter(pl.col("count").is_not_null())
    for group in _groups(released, series_sums):
        for rows, said in _protect_group(
            group.frame, group.sums, catchments, threshold, also_public, previous, hints
        ):
            status[rows] = said
    return cells.with_columns(status=pl.Series(status.tolist(), dtype=pl.String))


@dataclass(frozen=True)
class _Group:
    """Series that hang together by addition, all periods."""

    frame: pl.DataFrame
    sums: tuple[SeriesSum, ...]


def _check(cells: pl.DataFrame) -> None:
    if (cells["count"] < 0).any():
        raise StructureError("a count is negative")
    if cells.select(CELL).is_duplicated().any():
        raise StructureError("the same cell is given twice")


def _groups(cells: pl.DataFrame, series_sums: Sequence[SeriesSum]) -> Iterator[_Group]:
    """Split the cells into series that do not add up to each other."""
    series = list(cells.select("measure", "sector").unique(maintain_order=True).iter_rows())
    sums = [s for s in series_sums if set(s) <= set(series)]
    sums += found_sector_sums(cells, [s for sum_ in sums for s in sum_])
    left = sorted(series)
    while left:
        together, reached = {left[0]}, 0
        while reached != len(together):
            reached = len(together)
            for sum_ in sums:
                if together & set(sum_):
                    together |= set(sum_)
        left = [one for one in left if one not in together]
        names = pl.DataFrame(sorted(together), schema=["measure", "sector"], orient="row")
        yield _Group(
            cells.join(names, on=["measure", "sector"], how="semi", maintain_order="left"),
            tuple(s for s in sums if set(s) <= together),
        )


def found_sector_sums(cells: pl.DataFrame, named: Sequence[Series]) -> list[SeriesSum]:
    """Return the measures whose sectors add up to their ``all`` in every released cell."""
    at = ["measure", "area_id", "period", "sex", "age"]
    sums: list[SeriesSum] = []
    split = cells.filter(pl.col("sector") != "all")
    wholes = cells.filter(pl.col("sector") == "all")
    for (measure,), parts in split.group_by("measure", maintain_order=True):
        sectors = parts["sector"].unique().sort().to_list()
        if (measure, "all") in named or len(sectors) < 2:
            continue
        both = (
            parts.group_by(at)
            .agg(parts=pl.col("count").sum(), n=pl.len())
            .filter(pl.col("n") == len(sectors))
            .join(wholes.select(*at, whole="count"), on=at)
        )
        if len(both) and ((both["parts"] - both["whole"]).abs() < 1e-6).all():
            name = str(measure)
            sums.append({(name, "all"): 1} | {(name, sector): -1 for sector in sectors})
    return sums


def _protect_group(  # noqa: PLR0917
    frame: pl.DataFrame,
    sums: Sequence[SeriesSum],
    catchments: pl.DataFrame,
    threshold: int,
    also_public: pl.DataFrame | None,
    previous: pl.DataFrame | None,
    hints: Hints | None,
) -> Iterator[tuple[Ints, NDArray[Any]]]:
    """Yield row numbers and their status, period by period, newest last."""
    grid = Grid(
        tuple(frame["area_id"].unique().sort()),
        tuple(frame["sex"].unique().sort()),
        tuple(sorted(frame["age"].unique(), key=age_range)),
        tuple(sorted(set(frame.select("measure", "sector").iter_rows()))),
    )
    levels = dict(frame.select("area_id", "geography").unique().iter_rows())
    spans = age_spans(frame)
    place = _Place(grid, levels, catchments)
    cubes = Cubes(grid, spans, _series_parts(grid, sums), levels, catchments)
    pool: list[Move] = []
    year_before = np.zeros(grid.size, dtype=bool)
    shape_of, structure = b"", sparse.csr_array((0, grid.size)).tocsc()
    for (period,), rows in frame.sort("period").group_by("period", maintain_order=True):
        at = grid.locate(rows)
        counts, rest = np.zeros(grid.size), np.full(grid.size, np.inf)
        released = np.zeros(grid.size, dtype=bool)
        counts[at], released[at] = rows["count"].to_numpy(), True
        if "population" in rows.columns:
            people = rows["population"].cast(pl.Float64).fill_null(np.inf).to_numpy()
            # A population that is small itself is hidden as such; what a publisher has rounded
            # may leave a count above its population.
            shown = (people >= threshold) & (people >= counts[at])
            rest[at] = np.where(shown, people - counts[at], np.inf)
        low, high = _bounds(grid, also_public, period, counts + rest)
        small = ((counts > 0) & (counts < threshold)) | ((rest > 0) & (rest < threshold))
        primary = small & (low < high)
        if not primary.any():
            continue
        if released.tobytes() != shape_of:
            structure = relations(
                grid, catchments, released.reshape(grid.shape), spans, sums
            ).tocsc()
            shape_of = released.tobytes()
        cost = place.cost.copy()
        cost[year_before] *= _KNOWN_PLACE
        cost[_hidden_before(grid, previous, period)] *= _KNOWN_PLACE
        cost[(counts < 2 * threshold) & ~primary] *= 2
        search = Search(
            tables=Tables(
                _holding(structure, counts),
                counts,
                low,
                high,
                (counts > 0) & released & (low < high),
                place.label(threshold),
            ),
            cost=cost,
            width=place.finest * (threshold - 2.0),
            small=(counts < 2 * threshold - 2) | (rest < 2 * threshold - 2),
            hoods=lambda: place.hoods,
            pool=pool,
            cubes=cubes,
            released=released,
        )
        hidden = search.run(primary)
        labelled = search.labels(primary & (counts < threshold))
        pool, year_before = search.pool[-_REMEMBERED:], hidden
        if hints is not None:
            hints.add(rows, search.tables_possible(labelled)[:, at])
        said = np.where(labelled[at], SUPPRESSED, np.where(hidden[at], SECONDARY, OK))
        yield rows["_row"].to_numpy(), said


def _holding(structure: sparse.csc_array, counts: Floats) -> sparse.csc_array:
    """Leave out relations that the true counts do not keep.

    A delivered total may hold people of unknown residence; what is left of it after subtraction is
    then anybody's guess, not a count.
    """
    kept = np.abs(structure @ counts) < _WHOLE
    return structure if kept.all() else structure.tocsr()[kept].tocsc()


def _series_parts(grid: Grid, sums: Sequence[SeriesSum]) -> list[list[int]]:
    """Return the series each series is the plain sum of; itself where it is none."""
    parts = [[i] for i in range(len(grid.series))]
    for one in sums:
        totals = [s for s, weight in one.items() if weight == 1]
        if len(totals) == 1 and sum(one.values()) == 2 - len(one):
            inner = [grid.series.index(s) for s in one if s != totals[0]]
            parts[grid.series.index(totals[0])] = inner
    while True:
        wider = [sorted({b for i in part for b in parts[i]}) for part in parts]
        if wider == parts:
            return parts
        parts = wider


def _bounds(
    grid: Grid, also_public: pl.DataFrame | None, period: object, most: Floats
) -> tuple[Floats, Floats]:
    """Return what is known of each count from elsewhere."""
    low, high = np.zeros(grid.size), most.copy()
    if also_public is not None:
        known = also_public.filter(
            (pl.col("period") == period)
            & pl.col("area_id").is_in(list(grid.areas))
            & pl.col("sex").is_in(list(grid.sexes))
            & pl.col("age").is_in(list(grid.ages))
            & pl.struct("measure", "sector").is_in(
                [{"measure": m, "sector": s} for m, s in grid.series]
            )
        )
        if len(known):
            at = grid.locate(known)
            low[at] = np.maximum(low[at], known["low"].to_numpy())
            high[at] = np.minimum(high[at], known["high"].to_numpy())
    return low, high


def _hidden_before(grid: Grid, previous: pl.DataFrame | None, period: object) -> Ints:
    if previous is None:
        return np.zeros(0, dtype=np.int64)
    hidden = previous.filter(
        pl.col("status").is_in([SUPPRESSED, SECONDARY])
        & (pl.col("period") == period)
        & pl.col("area_id").is_in(list(grid.areas))
        & pl.col("sex").is_in(list(grid.sexes))
        & pl.col("age").is_in(list(grid.ages))
        & pl.struct("measure", "sector").is_in(
            [{"measure": m, "sector": s} for m, s in grid.series]
        )
    )
    return grid.locate(hidden) if len(hidden) else np.zeros(0, dtype=np.int64)


class _Place:
    """What the cells of a grid are worth and which lie near each other."""

    def __init__(self, grid: Grid, levels: Mapping[str, str], catchments: pl.DataFrame) -> None:
        self.grid = grid
        used = catchments.filter(pl.col("area_id").is_in(list(grid.areas)))
        self.ground = [a for a in grid.areas if levels[a] == GROUND]
        self._split = set(used.filter(pl.col("share") < 1)["area_id"])
        # Half of a person's municipality moves by half a person.
        least = dict(used.group_by("area_id").agg(pl.col("share").min()).iter_rows())
        cells = grid.size // len(grid.areas)
        self.finest = np.repeat([float(least.get(area, 1.0)) for area in grid.areas], cells)
        self.cost = self._cost(levels)
        self._used = used

    def label(self, threshold: int) -> tuple[Floats, Floats]:
        """Return the least and the most a count can be that is called small, by cell.

        Whole people, but for areas that hold a share of a municipality.
        """
        cells = self.grid.size // len(self.grid.areas)
        split = np.repeat([area in self._split for area in self.grid.areas], cells)
        return np.where(split, 0.0, 1.0), np.where(split, threshold, threshold - 1.0)

    def _cost(self, levels: Mapping[str, str]) -> Floats:
        """Weigh cells by what a reader misses: the larger the area and the wider the band.

        A municipality counts 1, a larger area as many as it holds on average; both sexes three
        times one sex; all ages and bands made of other bands more than one band.
        """
        sizes: dict[str, int] = {}
        for level in levels.values():
            sizes[level] = sizes.get(level, 0) + 1
        most = max(sizes.values())
        area = np.array([most / sizes[levels[a]] for a in self.grid.areas])
        sex = np.array([3.0 if s == "all" else 1.0 for s in self.grid.sexes])
        spans = [age_range(a) for a in self.grid.ages]
        holds = [sum(a <= c and d <= b for c, d in spans) for a, b in spans]
        age = np.array([1.0 if n == 1 else 2.0 if n < len(spans) else 6.0 for n in holds])
        sectors = {sector for _, sector in self.grid.series}
        total = 3.0 if len(sectors) > 1 else 1.0
        series = np.array([total if s == "all" else 1.0 for _, s in self.grid.series])
        return np.asarray(
            area[:, None, None, None] * sex[:, None, None] * age[:, None] * series
        ).ravel()

    @cached_property
    def hoods(self) -> list[list[Ints]]:
        """Return neighbourhoods of cells: around each cluster, each pair of them, and all."""
        numbers, used = self.grid.numbers(), self._used
        everything = numbers.ravel()
        above = used.filter(pl.col("geography") != GROUND)
        if not len(above):
            return [[everything]]
        counted = (
            above.group_by("geography").agg(n=pl.col("area_id").n_unique()).sort("n", "geography")
        )
        geographies = counted.filter(pl.col("n") > 1)["geography"].to_list()
        if not geographies:
            return [[everything]]
        place = {area: i for i, area in enumerate(self.grid.areas)}

        def around(geography: str) -> list[Ints]:
            """Return all cells of municipalities of an area, and of all areas that hold them."""
            near = []
            for _, members in above.filter(pl.col("geography") == geography).group_by(
                "area_id", maintain_order=True
            ):
                inside = used.filter(
                    pl.col("municipality_id").is_in(members["municipality_id"].implode())
                )
                chosen = sorted({place[a] for a in inside["area_id"]})
                near.append(numbers[chosen].ravel())
            return near

        near = around(geographies[-1])
        pairs = []
        for i, cells in enumerate(near):
            # With the other cluster that shares most areas with this one.
            shared = [
                len(np.intersect1d(cells, other)) if j != i else -1 for j, other in enumerate(near)
            ]
            pairs.append(np.union1d(cells, near[int(np.argmax(shared))]))
        return [near, pairs, around(geographies[0]), [everything]]
