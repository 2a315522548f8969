"""How delivered counts hang together: which are the sum of which, which are counted among which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from etl.indicators.cube import Catchments, Floats, Ints
from etl.ingest.age_bands import partition
from etl.ingest.readers.package import Package


@dataclass(frozen=True)
class Rules:
    """What layouts say of the counts of some packages.

    Attributes
    ----------
    rounded_to : mapping of str to int
        Measure -> what its counts are rounded to; not there where they are exact.
    hidden : mapping of str to (int, int or None)
        Measure -> the least and the most that a blank can be before any total narrows it.
    parts : mapping of str to str
        Measure -> the measure it is counted among.
    sums : mapping of str to sequence of str
        Measure -> the measures that make it up exactly, over all sectors.
    counted_once : frozenset of str
        Measures whose larger areas may be less than the sum of their municipalities.
    """

    rounded_to: Mapping[str, int] = field(default_factory=dict)
    hidden: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counted_once: frozenset[str] = frozenset()

    @classmethod
    def of(cls, packages: Iterable[Package]) -> Rules:
        """Gather what the layouts of some packages say; of two that differ, the wider holds."""
        rounded: dict[str, int] = {}
        hidden: dict[str, tuple[int, int | None]] = {}
        parts: dict[str, str] = {}
        sums: dict[str, Sequence[str]] = {}
        once: set[str] = set()
        for package in packages:
            layout, exact = package.layout, set(package.layout.exact())
            for measure in package.delivered_as:
                if measure not in exact and package.info.rounding_base:
                    base = package.info.rounding_base
                    rounded[measure] = max(base, rounded.get(measure, 0))
                low, high = layout.hidden.low, layout.hidden.high
                if measure in hidden:
                    before = hidden[measure]
                    low = min(low, before[0])
                    high = None if None in (high, before[1]) else max(high or 0, before[1] or 0)
                hidden[measure] = (low, high)
            parts |= layout.parts()
            sums |= layout.sums
            once |= set(layout.counted_once)
        return cls(rounded, hidden, parts, sums, frozenset(once))


@dataclass(frozen=True)
class Sums:
    """Relations "whole = sum of its parts", all with the same number of parts, along one axis."""

    whole: Ints  # (n,)
    parts: Ints  # (n, k)
    weights: Floats | None = None  # (k,), of a single relation


def area_sums(catchments: Catchments) -> list[Sums]:
    """Return which areas are the sum of which, from municipalities to the country."""
    geography = catchments.areas["geography"].to_numpy()
    own = catchments.index(pl.Series(catchments.municipalities))
    weights = catchments.weights
    found = []
    for at in range(len(geography)):
        if geography[at] == geography[own[0]]:
            continue
        members = np.flatnonzero(weights[:, at] > 0)
        found.append(Sums(np.array([at]), own[members][None, :], weights[members, at]))
        for other in np.unique(geography):
            if other in (geography[at], geography[own[0]]):
                continue
            areas = np.flatnonzero(geography == other)
            within = ~((weights[:, areas] > 0) & (weights[:, [at]] == 0)).any(axis=0)
            areas = areas[within]
            if len(areas) > 1 and np.allclose(weights[:, areas].sum(axis=1), weights[:, at]):
                found.append(Sums(np.array([at]), areas[None, :], np.ones(len(areas))))
    return found


def series_sums(series: pl.DataFrame, rules: Rules) -> list[Sums]:
    """Return which series are the sum of which: sexes, age bands and measures."""
    at = {key: i for i, key in enumerate(series.iter_rows())}
    # in one batch no series stands twice: each is narrowed once
    batches: dict[tuple[str, str, int], list[list[int]]] = defaultdict(list)
    ages = defaultdict(list)
    for (measure, sex, age, sector, how), i in at.items():
        ages[measure, sex, sector, how].append(age)
        if sex == "all":
            halves = [at.get((measure, half, age, sector, how)) for half in ("female", "male")]
            _add(batches, ("sex", "", 2), i, halves)
        if measure in rules.sums and sector == "all":
            named = [at.get((part, sex, age, sector, how)) for part in rules.sums[measure]]
            _add(batches, ("measure", measure, len(named)), i, named)
    for (measure, sex, sector, how), bands in ages.items():
        for whole in bands:
            chosen = partition(whole, bands) or []
            if len(chosen) > 1:
                each = [at.get((measure, sex, band, sector, how)) for band in chosen]
                _add(batches, ("age", whole, len(each)), at[measure, sex, whole, sector, how], each)
    arrays = [np.array(batch, np.int64) for batch in batches.values()]
    return [Sums(batch[:, 0], batch[:, 1:]) for batch in arrays]


def _add(
    batches: dict[tuple[str, str, int], list[list[int]]],
    name: tuple[str, str, int],
    whole: int,
    parts: Sequence[int | None],
) -> None:
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        batches[name].append([whole, *known])


def parts_of(series: pl.DataFrame, rules: Rules) -> list[Ints]:
    """Return pairs (part, whole) of series of which the first is never more than the second.

    In one batch no series stands twice.
    """
    at = {key: i for i, key in enumerate(series.iter_rows())}
    batches = defaultdict(list)
    for (measure, sex, age, sector, how), i in at.items():
        # what is met in one sector is met in any
        whole = at.get((measure, sex, age, "all", how))
        if sector != "all" and whole is not None:
            batches[measure, sector, measure].append((i, whole))
        if measure in rules.parts:
            among = rules.parts[measure]
            # people are counted without a sector
            anyhow = at.get((among, sex, age, "all", how))
            whole = at.get((among, sex, age, sector, how), anyhow)
            if whole is not None:
                batches[measure, sector, among].append((i, whole))
    return [np.array(batch, np.int64) for batch in batches.values()]
