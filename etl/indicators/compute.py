"""From packages to the published measures: which package feeds which indicator, group by group."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from etl.disclosure import other_packages, previous_release
from etl.disclosure.control import make_safe
from etl.disclosure.ledger import Ledger
from etl.indicators.aggregate import as_delivered, count_areas, mean_areas
from etl.indicators.benchmarks import Benchmarks
from etl.indicators.cube import Catchments, Cube, deliver
from etl.indicators.definition import Indicator
from etl.indicators.groups import (
    Group,
    age_of,
    events_of,
    groups_of,
    made_of,
    newest,
    parts_of,
    sources_of,
    sums_of,
)
from etl.indicators.measures import Packages, Words, measure_frame
from etl.indicators.relations import Rules
from etl.indicators.weighing import WeighingPeople
from etl.ingest.readers.package import Package
from etl.publish.incremental_cache import Memory
from warehouse.ages import in_order

Progress = Callable[[str, int, int], None]

#: Indicator and its measures, one after another.
Pieces = Generator[tuple[str, pl.DataFrame], None, None]

POPULATION = "population"


@dataclass(frozen=True)
class Computed:
    """All published numbers, and where each indicator comes from.

    There are no numbers of the indicators in ``kept``: the warehouse that is to be replaced has
    them already. ``given_away`` returns, once all pieces are made, the hidden counts that other
    packages or earlier releases give away.
    """

    sources: pl.DataFrame
    kept: frozenset[str]
    given_away: Callable[[], list[str]]
    _begin: Callable[[], Pieces]

    def pieces(self) -> Pieces:
        """Yield each indicator's id and its rows of the warehouse table ``measures``, in order.

        The next ones are computed in other threads while somebody writes one.
        """
        return self._begin()


def compute(
    packages: Sequence[Package],
    indicators: Sequence[Indicator],
    areas: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    progress: Progress | None = None,
    ledger: Ledger | None = None,
    last_release: Path | None = None,
    memory: Memory | None = None,
) -> Computed:
    """Compute every indicator that any package delivers, for every area.

    Parameters
    ----------
    packages : sequence of Package
    indicators : sequence of Indicator
    areas, catchments : polars.DataFrame
        ``geo.areas_frame()`` and ``geo.catchments_frame()``.
    progress : callable, optional
        Called with step, done and total.
    ledger : Ledger, optional
        What earlier releases said of true small counts; takes up what this one says.
    last_release : Path, optional
        The warehouse to be replaced, where its ledger was lost: what it showed is known for good.
    memory : Memory, optional
        Knows what that warehouse was made of.

    Returns
    -------
    Computed
        Its pieces come in the order of the warehouse table: by indicator and, in each, by
        geography, area, period.
    """
    matrix = Catchments.from_frame(catchments)
    groups = groups_of(packages, indicators)
    memory = memory or Memory()
    keys = {group.name: made_of(group, groups, packages, memory) for group in groups}
    stale = [group for group in groups if not memory.holds(keys[group.name])]
    given = _Given(
        matrix,
        catchments,
        Benchmarks.from_frames(areas, matrix),
        WeighingPeople(groups, matrix),
        _words(stale),
        packages,
        ledger or Ledger(),
        last_release,
        keys,
        memory,
        progress or (lambda step, done, total: None),
    )
    every = {indicator.id for group in groups for indicator in group.indicators}
    new = {indicator.id for group in stale for indicator in group.indicators}
    return Computed(
        sources_of(groups),
        frozenset(every - new),
        lambda: [one for key in keys.values() for one in memory.told(key)],
        lambda: _pieces(stale, given),
    )


def _pieces(groups: Sequence[Group], given: _Given) -> Pieces:
    todo = [(one, at) for at, group in enumerate(groups) for one in group.indicators]
    todo.sort(key=lambda task: task[0].id)
    laid: dict[int, Future[_Laid]] = {}
    made: deque[tuple[str, Future[pl.DataFrame]]] = deque()
    # while other processes look for what to hide of true small counts, we do the rest
    with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as aside:
        for one, at in todo:
            where = pool if groups[at].is_safe else aside
            if at not in laid:
                laid[at] = where.submit(_lay_out, groups[at], given)
            made.append((one.id, where.submit(_measures, one, groups[at], laid[at], given)))
        laid.clear()  # so that a group's numbers are let go of with its last indicator
        total = len(made)
        try:
            while made:
                name, piece = made.popleft()
                yield name, piece.result()
                given.progress("compute", total - len(made), total)
        finally:
            for where in (pool, aside):
                where.shutdown(cancel_futures=True)


def _words(groups: list[Group]) -> Words:
    packages = {p.info.package_id: p for group in groups for p in group.packages}
    indicators = {i.id: i for group in groups for i in group.indicators}
    ages = {"all", *(age for i in indicators.values() for age in i.derived_ages)}
    for package in packages.values():
        ages |= set(package.observations["age"].unique())
    return Words(
        *(pl.Enum(names) for names in (sorted(indicators), in_order(ages), sorted(packages))),
    )


@dataclass(frozen=True)
class _Given:
    """What all groups are computed with."""

    matrix: Catchments
    frame: pl.DataFrame  # the same as the warehouse table
    benchmarks: Benchmarks
    people: WeighingPeople
    words: Words
    packages: Sequence[Package]
    ledger: Ledger
    last_release: Path | None
    keys: dict[str, str]
    memory: Memory
    progress: Progress


@dataclass(frozen=True)
class _Laid:
    """One group's figures, laid out and made safe."""

    rates: pl.DataFrame  # as delivered
    counts: Cube | None
    standardised: Cube | None


def _lay_out(group: Group, given: _Given) -> _Laid:
    observations = newest(group)
    ids = group.ids
    periods = observations["period"].unique().sort().to_list()
    derived = {age: how for i in group.indicators for age, how in i.derived_ages.items()}
    counts = standardised = None
    rows = observations.filter(pl.col("kind") == "count")
    if len(rows):
        laid = deliver(rows, ids, given.matrix, periods=periods, derived_ages=derived)
        rules = Rules.of(group.packages) if group.is_safe else None
        counts = count_areas(laid, given.matrix, rules)
        if not group.is_safe:
            counts = _made_safe(counts, group, given)
    rows = observations.filter(pl.col("kind") == "standardised")
    # a true-count package's own rates were worked out from the counts we hide
    if len(rows) and group.is_safe:
        standardised = as_delivered(deliver(rows, ids, given.matrix, periods=periods), given.matrix)
    return _Laid(observations.filter(pl.col("kind") == "rate"), counts, standardised)


def _made_safe(counts: Cube, group: Group, given: _Given) -> Cube:
    given.progress("protect", 0, 1)
    last = given.last_release
    known: list[str] = []
    safe = make_safe(
        counts,
        given.matrix,
        given.frame,
        parts_of(group),
        threshold=group.threshold,
        sums=sums_of(group, counts.series["sector"].unique().sort().to_list()),
        events_of=events_of(group),
        hide_everybody=group.hides_everybody,
        ledger=given.ledger,
        others=other_packages.beside(given.packages, group.measures),
        released=None if last is None else previous_release.released(last, group.indicators),
        known=known,
        made_up=all(package.info.is_demo for package in group.packages),
    )
    given.memory.tell(given.keys[group.name], known)
    given.progress("protect", 1, 1)
    return safe


def _measures(
    indicator: Indicator, group: Group, ready: Future[_Laid], given: _Given
) -> pl.DataFrame:
    laid = ready.result()
    cube = laid.counts
    if indicator.kind == "published":
        cube = _shares(indicator, group, laid.rates, given)
    if cube is None:
        return pl.DataFrame()
    infos = [package.info for package in group.packages]
    packages = Packages(
        tuple(group.ids),
        np.array([info.is_demo for info in infos]),
        np.array([age_of(package)[0].year for package in group.packages]),
        tuple(info.provisional for info in infos),
    )
    return measure_frame(
        indicator,
        cube,
        laid.standardised,
        packages,
        benchmarks=given.benchmarks,
        words=given.words,
    )


def _shares(indicator: Indicator, group: Group, rates: pl.DataFrame, given: _Given) -> Cube | None:
    """Return shares that come without counts; a true-count package's own are never shown."""
    shares = rates.filter(pl.col("measure") == indicator.numerator)
    if not group.is_safe or shares.is_empty():
        return None
    laid = deliver(shares, group.ids, given.matrix)
    if not indicator.is_pooled:
        return as_delivered(laid, given.matrix, everywhere=True)
    return mean_areas(laid, given.matrix, given.people.of(indicator.weight, laid))
