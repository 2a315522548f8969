"""From packages to the published measures: which package feeds which indicator, group by group."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from etl import earlier
from etl.aggregate import as_delivered, count_areas, mean_areas
from etl.benchmarks import Benchmarks
from etl.cube import OK, Catchments, Cube, Delivered, Floats, deliver
from etl.indicator import Indicator
from etl.ledger import Ledger
from etl.measures import Packages, Words, measure_frame
from etl.memory import Memory
from etl.observations import CELL
from etl.readers.package import Package
from etl.relations import Rules
from etl.safety import make_safe
from warehouse.ages import in_order

if TYPE_CHECKING:
    from etl.disclosure import Leak

Progress = Callable[[str, int, int], None]

#: Indicator and its measures, one after another.
Pieces = Generator[tuple[str, pl.DataFrame], None, None]

POPULATION = "population"


@dataclass(frozen=True)
class Computed:
    """All published numbers, and where each indicator comes from.

    There are no numbers of the indicators in ``kept``: the warehouse that is to be replaced has
    them already. ``known`` fills with the pieces: hidden numbers that earlier releases give away.
    """

    sources: pl.DataFrame
    kept: frozenset[str]
    known: list[Leak]
    _begin: Callable[[], Pieces]

    def pieces(self) -> Pieces:
        """Yield each indicator's id and its rows of the warehouse table ``measures``, in order.

        The next ones are computed in other threads while somebody writes one.
        """
        return self._begin()


@dataclass(frozen=True)
class _Group:
    """Packages that together deliver some indicators, oldest first."""

    packages: tuple[Package, ...]
    indicators: tuple[Indicator, ...]

    @property
    def is_safe(self) -> bool:
        return all(package.info.made_safe_by == "publisher" for package in self.packages)

    @property
    def threshold(self) -> int:
        """The least count that is not small in any of the packages that we make safe."""
        infos = (package.info for package in self.packages)
        return max(info.threshold for info in infos if info.made_safe_by == "klyngeblik")

    @property
    def ids(self) -> list[str]:
        return [package.info.package_id for package in self.packages]


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
    groups = _groups(packages, indicators)
    memory = memory or Memory()
    stale = [group for group in groups if not memory.holds(_made_of(group, groups, memory))]
    given = _Given(
        matrix,
        catchments,
        Benchmarks.from_frames(areas, matrix),
        _People(groups, matrix),
        _words(stale),
        ledger or Ledger(),
        last_release,
        [],
        progress or (lambda step, done, total: None),
    )
    every = {indicator.id for group in groups for indicator in group.indicators}
    new = {indicator.id for group in stale for indicator in group.indicators}
    return Computed(
        _sources(groups), frozenset(every - new), given.known, lambda: _pieces(stale, given)
    )


def _pieces(groups: Sequence[_Group], given: _Given) -> Pieces:
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


def _groups(packages: Sequence[Package], indicators: Sequence[Indicator]) -> list[_Group]:
    delivered = {package.info.package_id: set(package.delivered_as) for package in packages}
    together: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    by_id = {package.info.package_id: package for package in packages}
    oldest_first = sorted(packages, key=_age)
    for indicator in indicators:
        fitting = [
            package
            for package in oldest_first
            if indicator.numerator in delivered[package.info.package_id]
            and (
                not indicator.layouts
                or any(fnmatchcase(package.info.layout, glob) for glob in indicator.layouts)
            )
        ]
        real = [package for package in fitting if not package.info.is_demo]
        chosen = real or fitting
        # Where one edition has the people of a year and an older one the cases, both are needed.
        kinds = {package.info.layout for package in chosen}
        chosen += [
            package
            for package in packages
            if package not in chosen
            and package.info.layout in kinds
            and indicator.denominator in delivered[package.info.package_id]
        ]
        ids = tuple(package.info.package_id for package in sorted(chosen, key=_age))
        if ids:
            together[ids].append(indicator)
    return [
        _Group(tuple(by_id[i] for i in ids), tuple(members)) for ids, members in together.items()
    ]


def _made_of(group: _Group, groups: list[_Group], memory: Memory) -> str:
    """Return the digest of everything a group's figures depend on."""
    read = [group]
    if any(indicator.weight for indicator in group.indicators):
        read += [other for other in groups if any(i.id == POPULATION for i in other.indicators)]
    return memory.digest(
        "measures",
        *(memory.made_of(package) for one in read for package in one.packages),
        *(indicator.model_dump_json() for one in read for indicator in one.indicators),
    )


def _words(groups: list[_Group]) -> Words:
    packages = {p.info.package_id: p for group in groups for p in group.packages}
    indicators = {i.id: i for group in groups for i in group.indicators}
    ages = {"all", *(age for i in indicators.values() for age in i.derived_ages)}
    for package in packages.values():
        ages |= set(package.observations["age"].unique())
    return Words(
        *(pl.Enum(names) for names in (sorted(indicators), in_order(ages), sorted(packages))),
    )


def _age(package: Package) -> tuple[dt.date, str]:
    info = package.info
    return info.published or dt.date(int(info.edition[:4]), 1, 1), info.package_id


@dataclass(frozen=True)
class _Given:
    """What all groups are computed with."""

    matrix: Catchments
    frame: pl.DataFrame  # the same as the warehouse table
    benchmarks: Benchmarks
    people: _People
    words: Words
    ledger: Ledger
    last_release: Path | None
    known: list[Leak]
    progress: Progress


@dataclass(frozen=True)
class _Laid:
    """One group's figures, laid out and made safe."""

    rates: pl.DataFrame  # as delivered
    counts: Cube | None
    standardised: Cube | None


def _lay_out(group: _Group, given: _Given) -> _Laid:
    observations = _newest(group)
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


def _made_safe(counts: Cube, group: _Group, given: _Given) -> Cube:
    given.progress("protect", 0, 1)
    last = given.last_release
    safe = make_safe(
        counts,
        given.matrix,
        given.frame,
        _parts(group),
        threshold=group.threshold,
        sums=_sums(group),
        ledger=given.ledger,
        released=None if last is None else earlier.released(last, group.indicators),
        known=given.known,
        made_up=all(package.info.is_demo for package in group.packages),
    )
    given.progress("protect", 1, 1)
    return safe


def _measures(
    indicator: Indicator, group: _Group, ready: Future[_Laid], given: _Given
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
        np.array([_age(package)[0].year for package in group.packages]),
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


def _shares(indicator: Indicator, group: _Group, rates: pl.DataFrame, given: _Given) -> Cube | None:
    """Return shares that come without counts; a true-count package's own are never shown."""
    shares = rates.filter(pl.col("measure") == indicator.numerator)
    if not group.is_safe or shares.is_empty():
        return None
    laid = deliver(shares, group.ids, given.matrix)
    return mean_areas(laid, given.matrix, given.people.of(indicator.weight, laid))


def _newest(group: _Group) -> pl.DataFrame:
    """Choose the newest package's figure cell by cell; the checks tell where editions differ."""
    wanted = {i.numerator for i in group.indicators}
    wanted |= {i.denominator for i in group.indicators if i.denominator}
    frames = [
        package.observations.filter(pl.col("measure").is_in(list(wanted)))
        for package in group.packages
    ]
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).unique(CELL, keep="last", maintain_order=True)


def _parts(group: _Group) -> dict[str, str]:
    """Return which measure is counted among which, by the layouts and by the definitions."""
    parts = {
        i.numerator: i.denominator
        for i in group.indicators
        if i.kind == "proportion" and i.denominator and not i.numerator_age
    }
    for package in group.packages:
        parts |= package.layout.parts()
    return parts


def _sums(group: _Group) -> list[dict[tuple[str, str], int]]:
    """Return which measures add up to another one, by the layouts."""
    sums: dict[str, tuple[str, ...]] = {}
    for package in group.packages:
        sums |= package.layout.sums
    return [
        {(whole, "all"): 1} | {(part, "all"): -1 for part in parts} for whole, parts in sums.items()
    ]


def _sources(groups: list[_Group]) -> pl.DataFrame:
    rows = []
    for group in groups:
        for package in group.packages:
            sheet = package.layout.sheet
            for indicator in group.indicators:
                for measure in dict.fromkeys((indicator.numerator, indicator.denominator)):
                    if measure is not None and measure in package.delivered_as:
                        label = package.delivered_as[measure]
                        rows.append((indicator.id, package.info.package_id, sheet, label))
    schema = ["indicator_id", "package_id", "sheet", "delivered_as"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")
    return frame.sort(schema)


class _People:
    """The population behind shares that come without counts, municipality by municipality."""

    def __init__(self, groups: list[_Group], matrix: Catchments) -> None:
        self._groups = groups
        self._matrix = matrix

    @cached_property
    def _laid(self) -> Delivered | None:
        for group in self._groups:
            for indicator in group.indicators:
                if indicator.id == POPULATION:
                    rows = _newest(group).filter(
                        (pl.col("kind") == "count") & (pl.col("sex") == "all")
                    )
                    return deliver(
                        rows, group.ids, self._matrix, derived_ages=indicator.derived_ages
                    )
        return None

    def of(self, weight: dict[str, float], shares: Delivered) -> Floats:
        """Return the weighing population for the periods of some shares.

        Parameters
        ----------
        weight : dict of str to float
            Share of each age band.
        shares : Delivered

        Returns
        -------
        ndarray, shape (M, P)
            Whole people, also where a band is taken in part. A year without population takes the
            nearest year's; NaN where nothing is known.
        """
        result = np.full((len(self._matrix.municipalities), len(shares.periods)), np.nan)
        laid = self._laid
        if laid is None:
            return result
        ages = laid.series["age"].to_list()
        if not set(weight) <= set(ages):
            return result
        rows = [ages.index(age) for age in weight]
        known = (laid.municipal_status[:, :, rows] == OK).all(axis=2)
        people = laid.municipal[:, :, rows] @ np.array(list(weight.values()))
        people = np.where(known, np.rint(people), np.nan)
        usable = np.flatnonzero(known.any(axis=0))
        for at, year in enumerate(shares.periods):
            nearest = usable[np.abs(laid.periods[usable] - year).argmin()]
            result[:, at] = people[:, nearest]
        return result
