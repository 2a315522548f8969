"""Make true small counts safe: choose what is hidden in a whole set of released tables at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from etl.disclosure.suppression.cubes import Cubes
from etl.disclosure.suppression.facts import OK, SECONDARY, SUPPRESSED, facts_of
from etl.disclosure.suppression.hints import Hints
from etl.disclosure.suppression.moves import Move, Tables
from etl.disclosure.suppression.pattern import Search
from etl.disclosure.suppression.place import Place
from etl.disclosure.suppression.promise import least_width
from etl.disclosure.suppression.remainders import rest_ages, rest_sexes
from etl.disclosure.suppression.structure import (
    CELL,
    Floats,
    Grid,
    Ints,
    StructureError,
    age_range,
    age_spans,
    relations,
)
from etl.disclosure.suppression.unseen import SeriesSum, Unseen, series_moves
from etl.layouts.defined import Series, is_unseen

#: What hiding costs where the same cell was hidden the year before.
_KNOWN_PLACE: Final = 0.5
#: How much chance weighs in what a cell costs: the deviation of the logarithm.
_CHANCE: Final = 0.2
#: How many of the small counts are hidden without being called small.
_SILENT: Final = 0.1
#: Moves carried from one period to the next.
_REMEMBERED: Final = 2000


def protect(
    cells: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int = 5,
    series_sums: Sequence[SeriesSum] = (),
    events_of: Mapping[str, str] = MappingProxyType({}),
    hide_everybody: bool = False,
    also_public: pl.DataFrame | None = None,
    seed: bytes | None = None,
    hints: Hints | None = None,
    given_away: list[pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Say of each true count whether it may be shown.

    Every released table of the counts is taken together: all geographies, sexes, age bands and
    sectors of a measure in a period. What is returned hides the small counts (1 up to below the
    threshold, and where a population is given also those that leave so few others), and as few and
    as unimportant further cells as are needed so that no hidden small count can be worked out by
    adding and subtracting more closely than the promise allows
    (:mod:`etl.disclosure.suppression.promise`).

    Parameters
    ----------
    cells
        ``measure, geography, area_id, period, sex, age, sector, count`` and, where the count is
        part of a shown population, ``population`` (null where not). One row a released cell, true
        counts, all areas of all geographies. A null count is not released. A column ``before``, if
        there is one, is what earlier releases said of the same count (null of a new one), and is
        said again: what was shown cannot be hidden any more, and two patterns over the same counts
        would give away what each hides. A shown count that is small now is hidden all the same.
    catchments
        The warehouse table ``catchments``.
    threshold
        Counts of 1 to ``threshold - 1`` are small.
    series_sums
        Ways in which measures or sectors add up, as coefficients by (measure, sector), e.g.
        ``{("contacts", "all"): 1, ("contacts", "general_practice"): -1, ...}``. Only used where
        all are released, or in no table (:mod:`etl.layouts.defined`), and in cells whose true
        counts keep
        to it. Sectors of one measure whose sum is its ``all`` everywhere are found
        without being named.
    hide_everybody
        Whether a count of the whole population is small too: who belongs to it would be known.
    also_public
        Cells that are known from elsewhere (another package), by
        ``measure, area_id, period, sex, age, sector`` with ``low`` and ``high``. Small counts are
        hidden however well they are known, and as much is left open of them as can be.
    seed
        Decides between patterns that cost nearly the same, so that nobody who does not know it can
        repeat the choice and tell from it what the counts are. By chance when not given.
    hints
        Filled with other possible tables, for the audit of the same build.
    given_away
        Takes up the cells that are known too closely from elsewhere, whatever is hidden here.

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
    if "before" not in cells.columns:
        cells = cells.with_columns(before=pl.lit(None, dtype=pl.String))
    keyed = _with_persons(cells.with_row_index("_row"), events_of)
    people = pl.col("population") if "population" in cells.columns else pl.lit(None)
    everybody = (pl.lit(hide_everybody) & (pl.col("count") == people)).fill_null(value=False)
    keyed = keyed.with_columns(_everybody=everybody)
    seed = secrets.token_bytes(16) if seed is None else seed
    status = np.full(len(cells), OK, dtype=object)
    released = keyed.filter(pl.col("count").is_not_null())
    for group in _groups(released, series_sums):
        for rows, said in _protect_group(
            group.frame, group.sums, catchments, threshold, also_public, seed, hints, given_away
        ):
            status[rows] = said
    return cells.drop("before").with_columns(status=pl.Series(status.tolist(), dtype=pl.String))


def _with_persons(cells: pl.DataFrame, events_of: Mapping[str, str]) -> pl.DataFrame:
    """Add how many persons' events a count is of, null where it is none of events."""
    at = ["area_id", "period", "sex", "age", "sector"]
    pairs = pl.DataFrame(
        list(events_of.items()), schema={"measure": pl.String, "_who": pl.String}, orient="row"
    )
    persons = cells.select(*at, _who="measure", _persons="count")
    persons = pairs.join(persons, on="_who").drop("_who")
    return cells.join(persons, on=["measure", *at], how="left", maintain_order="left")


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
    sums = [s for s in series_sums if {one for one in s if not is_unseen(one)} <= set(series)]
    plain = [s for s in sums if not any(map(is_unseen, s))]
    sums += found_sector_sums(cells, [s for sum_ in plain for s in sum_])
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
    seed: bytes,
    hints: Hints | None,
    told: list[pl.DataFrame] | None,
) -> Iterator[tuple[Ints, NDArray[Any]]]:
    """Yield row numbers and their status, period by period, newest last."""
    spans = age_spans(frame)
    rest = rest_ages(spans)
    spans |= rest
    sexes = frame["sex"].unique().to_list()
    grid = Grid(
        tuple(frame["area_id"].unique().sort()),
        tuple(sorted([*sexes, *rest_sexes(sexes)])),
        tuple(sorted(spans, key=age_range)),
        tuple(sorted({*frame.select("measure", "sector").iter_rows()}.union(*sums))),
    )
    levels = dict(frame.select("area_id", "geography").unique().iter_rows())
    place = Place(grid, levels, catchments, frozenset(rest))
    factor, silent = _by_chance(seed, grid.size)
    unseen, cubes, structure, stated = _tied(grid, spans, levels, catchments, sums)
    chosen_by = np.where(unseen.cells, 0.0, place.cost * factor)
    pool: list[Move] = []
    year_before = np.zeros(grid.size, dtype=bool)
    located = frame.with_columns(_at=pl.Series(grid.locate(frame))).sort("period")
    width = place.finest * least_width(threshold)
    for (period,), rows in located.group_by("period", maintain_order=True):
        at = rows["_at"].to_numpy()
        known = _elsewhere(grid, also_public, period)
        facts = facts_of(rows, place, (structure, stated), unseen, threshold, known)
        counts = facts.counts
        if not (facts.small | facts.hidden_before).any():
            continue
        cost = chosen_by.copy()
        cost[year_before] *= _KNOWN_PLACE
        cost[(counts < 2 * threshold) & ~facts.small] *= 2
        search = Search(
            tables=Tables(
                facts.holding,
                counts,
                facts.low,
                facts.high,
                facts.derived | ((counts > 0) & facts.released & (facts.low < facts.high)),
                (place.finest == 1) & ~unseen.cells,
                place.label(threshold),
            ),
            cost=cost,
            width=np.where(facts.given_away, facts.high - facts.low, width),
            small=facts.asking & (facts.low < facts.high),
            hoods=lambda: place.hoods,
            pool=pool,
            cubes=cubes,
            released=facts.released | facts.derived,
            tied=bool(unseen.cells.any()),
        )
        hidden = search.run(facts.small | facts.derived | facts.hidden_before)
        new = facts.small & facts.released & (counts < threshold) & ~facts.hidden_before & ~silent
        labelled = search.labels(new) | facts.called_small
        pool, year_before = search.pool[-_REMEMBERED:], hidden
        if told is not None:
            told.append(rows.filter(facts.given_away[at]).select(CELL))
        if hints is not None:
            named, there = unseen.named(rows, at, facts.derived)
            hints.add(named, counts[there], search.changes_possible(labelled)[:, there])
        said = np.where(labelled[at], SUPPRESSED, np.where(hidden[at], SECONDARY, OK))
        yield rows["_row"].to_numpy(), said


def _tied(
    grid: Grid,
    spans: dict[str, tuple[int, int]],
    levels: dict[str, str],
    catchments: pl.DataFrame,
    sums: Sequence[SeriesSum],
) -> tuple[Unseen, Cubes, sparse.csr_array, sparse.csr_array]:
    """Return unseen cells, small moves, and how cells add up, without and with the unseen ones."""
    unseen = Unseen(grid, spans, levels, catchments, sums)
    plain = [one for one in sums if not any(map(is_unseen, one))]
    parts = _series_parts(grid, plain)
    moves = () if all(map(_whole_of, sums)) else series_moves(grid.series, sums)
    cubes = Cubes(grid, spans, parts, levels, catchments, unseen.cells, moves)
    structure = unseen.left_out_of(relations(grid, catchments, spans, plain))
    return unseen, cubes, structure, sparse.vstack([structure, unseen.relations]).tocsr()


def _whole_of(sum_: SeriesSum) -> Series | None:
    """Return the series that is the plain sum of the others, all of them in tables."""
    wholes = [s for s, weight in sum_.items() if weight == 1]
    plain = len(wholes) == 1 and sum(sum_.values()) == 2 - len(sum_)
    return wholes[0] if plain and not any(map(is_unseen, sum_)) else None


def _series_parts(grid: Grid, sums: Sequence[SeriesSum]) -> list[list[int]]:
    """Return the series each series is the plain sum of; itself where it is none."""
    parts = [[i] for i in range(len(grid.series))]
    for one in sums:
        if (whole := _whole_of(one)) is not None:
            inner = [grid.series.index(s) for s in one if s != whole]
            parts[grid.series.index(whole)] = inner
    while True:
        wider = [sorted({b for i in part for b in parts[i]}) for part in parts]
        if wider == parts:
            return parts
        parts = wider


def _elsewhere(
    grid: Grid, also_public: pl.DataFrame | None, period: object
) -> tuple[Ints, Floats, Floats]:
    """Return the cells of which something is known from elsewhere: the least and the most."""
    nothing = np.zeros(0)
    if also_public is None:
        return np.zeros(0, dtype=np.int64), nothing, nothing
    other = also_public.filter(
        (pl.col("period") == period)
        & pl.col("area_id").is_in(list(grid.areas))
        & pl.col("sex").is_in(list(grid.sexes))
        & pl.col("age").is_in(list(grid.ages))
        & pl.struct("measure", "sector").is_in(
            [{"measure": m, "sector": s} for m, s in grid.series]
        )
    )
    if other.is_empty():
        return np.zeros(0, dtype=np.int64), nothing, nothing
    return grid.locate(other), other["low"].to_numpy(), other["high"].to_numpy()


def _by_chance(seed: bytes, size: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what each cell's cost is multiplied by, and which are never called small.

    Both from a secret and the places alone. Without chance in the labels, one that is missing would
    say that the count is not small.
    """
    dice = np.random.default_rng(np.frombuffer(seed, dtype=np.uint8))
    return np.exp(_CHANCE * dice.standard_normal(size)), dice.random(size) < _SILENT
