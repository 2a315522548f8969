"""From safe counts to published numbers: value, limits, comparison, trend, one frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.indicators.benchmarks import Benchmarks, compared, trends
from etl.indicators.blocks import Block
from etl.indicators.cube import (
    OK,
    Bools,
    Cube,
    Floats,
    Ints,
)
from etl.indicators.definition import Indicator
from etl.indicators.life_expectancy import by_life_table
from etl.indicators.ratios import ratio
from etl.indicators.standardising import PUBLISHERS, by_age
from etl.statistics import proportion
from warehouse.ages import age_key
from warehouse.digits import rounded
from warehouse.schema import COMPARISONS, SECTORS, SEXES, STANDARDISATIONS, STATUSES, TRENDS

_SERIES = ("sex", "age", "sector", "standardisation")


@dataclass(frozen=True)
class Packages:
    """What the measures need to know of the packages, in the order of their positions."""

    ids: tuple[str, ...]
    is_demo: Bools
    last_measured: Ints  # a later year is a projection
    provisional: tuple[tuple[int, ...], ...]  # years in no trend


@dataclass(frozen=True)
class Words:
    """The texts of the published table, once: a million rows then hold numbers, not texts."""

    indicator_id: pl.Enum
    age: pl.Enum
    package_id: pl.Enum


def measure_frame(
    indicator: Indicator,
    counts: Cube,
    standardised: Cube | None,
    packages: Packages,
    *,
    benchmarks: Benchmarks,
    words: Words,
) -> pl.DataFrame:
    """Compute one indicator for every area, period and series.

    Parameters
    ----------
    indicator : Indicator
    counts : Cube
        Safe counts (for kind ``published``: the shares themselves) of the indicator's packages.
    standardised : Cube or None
        Standardised figures as delivered, over the same periods.
    packages : Packages
    benchmarks : Benchmarks
        The areas, and which region and country each is compared with.
    words : Words
        What the text columns can say.

    Returns
    -------
    polars.DataFrame
        The columns of the warehouse table ``measures``, sorted by geography, area, period, sex,
        age (``warehouse.ages``), sector, standardisation, with the digits that are published
        (``warehouse.digits``); no rows when nothing was delivered.
    """
    blocks = list(_blocks(indicator, counts, standardised))
    if not blocks:
        return pl.DataFrame()
    block = _together(blocks)
    projected = counts.periods[:, None] > packages.last_measured[block.source]
    provisional = np.array([np.isin(counts.periods, years) for years in packages.provisional])
    unsettled = provisional[block.source, np.arange(len(counts.periods))[:, None]]
    measured = block.present & ~projected
    fair = (block.series["standardisation"] != "crude").to_numpy()
    country = compared(block.span, benchmarks.country, indicator, fair)
    region = compared(block.span, benchmarks.region, indicator, fair)
    trend = trends(
        block.value,
        block.lower,
        block.upper,
        periods=counts.periods,
        measured=measured,
        # figures of several years share years with those beside them: no test of a trend
        settled=measured & ~unsettled & (indicator.period_years == 1),
        indicator=indicator,
    )

    there = block.present
    a, p, s = np.nonzero(there)  # in the order in which `there` picks cells
    status = block.status[there]
    series = block.series.with_columns(pl.col("age").cast(words.age))[s]
    ids = pl.Series(packages.ids, dtype=words.package_id)
    newest = block.source[p, s]
    projection = projected[p, s]
    frame = pl.DataFrame(
        {
            "indicator_id": pl.Series([indicator.id], dtype=words.indicator_id).new_from_index(
                0, len(a)
            ),
            "geography": benchmarks.areas["geography"][a],
            "level": benchmarks.areas["level"][a],
            "area_id": benchmarks.areas["area_id"][a],
            "period": counts.periods[p].astype(np.int16),
            "sex": series["sex"],
            "age": series["age"],
            "sector": series["sector"],
            "standardisation": series["standardisation"],
            "value": _numbers(block.value[there]),
            "lower": _numbers(block.lower[there]),
            "upper": _numbers(block.upper[there]),
            "count": _numbers(block.count[there]),
            "population": _numbers(block.population[there]),
            "status": _words(status, STATUSES),
            "is_estimate": block.is_estimate[there],
            "is_projection": projection,
            "is_demo": packages.is_demo[newest],
            "vs_region": _words(region[there], COMPARISONS),
            "vs_country": _words(country[there], COMPARISONS),
            "trend": _words(trend[there], TRENDS),
            "package_id": ids[newest],
            "standard": _standards(block, there),
        }
    )
    return rounded(frame, is_count=indicator.kind == "count")


def _blocks(indicator: Indicator, counts: Cube, standardised: Cube | None) -> Iterator[Block]:
    rows = counts.rows(indicator.numerator)
    if indicator.kind == "published":
        if len(rows):
            block = _single(counts, rows, with_count=False)
            yield _with_limits(indicator, block, counts.people) if indicator.has_interval else block
        return
    if indicator.kind == "life_expectancy":
        table = by_life_table(indicator, counts)
        if table is not None:
            yield table
        return
    if indicator.numerator_age is not None:
        rows = rows[(counts.series["age"][rows] == indicator.numerator_age).to_numpy()]
    if indicator.denominator is None:
        if len(rows):
            yield _single(counts, rows, with_count=True)
        return
    rows, below = _denominators(indicator, counts, rows)
    if not len(rows):
        return
    crude, reach = ratio(indicator, counts, rows, below)
    yield crude
    ours = list(by_age(indicator, crude, reach))
    if standardised is not None:
        theirs = standardised.rows(indicator.numerator)
        series = list(standardised.series[theirs].select(_SERIES).iter_rows())
        last = dict(zip(series, _newest(standardised.present[:, :, theirs]), strict=True))
        # Two standard populations in one series could not be compared: ours wins, where the people
        # by age are known as long as the publisher has figures.
        ours = [b for b in ours if _newest(b.present)[0] >= last.get(_series_of(b), -1)]
        made = set(map(_series_of, ours))
        theirs = theirs[[row not in made for row in series]]
        if len(theirs):
            block = _single(standardised, theirs, with_count=False)
            codes = np.zeros(block.status.shape, np.int16)
            yield replace(block, standard=codes, standards=(PUBLISHERS,))
    yield from ours


def _series_of(block: Block) -> tuple[str, ...]:
    return block.series.select(_SERIES).row(0)


def _newest(present: Bools) -> list[int]:
    """Return the position of the last period in which each series has a figure, -1 for none."""
    ever = np.asarray(present.any(axis=0))
    return [int(np.flatnonzero(column).max(initial=-1)) for column in ever.T]


def _single(cube: Cube, rows: Ints, *, with_count: bool) -> Block:
    """Figures that need no denominator."""
    status = cube.status[:, :, rows]
    value = np.where(status == OK, cube.value[:, :, rows], np.nan)
    none = np.full(value.shape, np.nan)
    return Block(
        series=cube.series[rows].drop("measure"),
        value=value,
        low=value,
        high=value,
        lower=none,
        upper=none,
        lower_at_high=none,
        upper_at_low=none,
        count=value if with_count else none,
        population=none,
        status=status,
        is_estimate=cube.is_estimate[:, :, rows],
        present=cube.present[:, :, rows],
        source=cube.source[:, rows],
    )


def _with_limits(indicator: Indicator, block: Block, people: Floats | None) -> Block:
    """Add the limits of shares of a known number of people, each counted once."""
    if people is None:
        return block
    n = np.broadcast_to(people[:, :, None], block.value.shape)
    shown = (block.status == OK) & (n > 0)
    lower, upper = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    part = np.minimum(block.value[shown] / indicator.multiplier, 1)
    found = proportion(part * n[shown], n[shown])
    lower[shown] = found.lower * indicator.multiplier
    upper[shown] = found.upper * indicator.multiplier
    return replace(
        block,
        lower=lower,
        upper=upper,
        lower_at_high=lower,
        upper_at_low=upper,
        population=np.where(shown, n, np.nan),
    )


def _denominators(indicator: Indicator, counts: Cube, rows: Ints) -> tuple[Ints, Ints]:
    """Find each numerator series' denominator: same sex and age, and same sector or all."""
    lookup = {
        (sex, age, sector): at
        for at, (measure, sex, age, sector, _) in enumerate(counts.series.iter_rows())
        if measure == indicator.denominator
    }
    pairs = []
    for at in rows.tolist():
        _, sex, age, sector, _ = counts.series.row(at)
        age = "all" if indicator.numerator_age else age
        below = lookup.get((sex, age, sector), lookup.get((sex, age, "all")))
        if below is not None:
            pairs.append((at, below))
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _together(blocks: list[Block]) -> Block:
    """Put blocks beside each other, series in the order of the published table."""
    series = pl.concat([block.series for block in blocks])
    keys = [
        (sex, age_key(age), sector, standardisation)
        for sex, age, sector, standardisation in series.select(
            "sex", "age", "sector", "standardisation"
        ).iter_rows()
    ]
    at = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
    arrays = {
        name: np.concatenate([getattr(block, name) for block in blocks], axis=-1)[..., at]
        for name in Block.__dataclass_fields__
        if name not in {"series", "standard", "standards"}
    }
    standards = tuple(dict.fromkeys(name for block in blocks for name in block.standards))
    codes = [_codes(block, standards) for block in blocks]
    words = {"sex": SEXES, "sector": SECTORS, "standardisation": STANDARDISATIONS}
    enums = {name: pl.Enum(values) for name, values in words.items()}
    return Block(
        series[at].with_columns(*(pl.col(name).cast(enum) for name, enum in enums.items())),
        **arrays,
        standard=np.concatenate(codes, axis=-1)[..., at] if standards else None,
        standards=standards,
    )


def _codes(block: Block, standards: tuple[str, ...]) -> npt.NDArray[np.int16]:
    """Return a block's codes of what its numbers are standardised to among those of all blocks."""
    own = np.array([*(standards.index(name) for name in block.standards), -1], np.int16)
    if block.standard is None:
        return np.full(block.status.shape, -1, np.int16)
    return np.take(own, block.standard)


def _standards(block: Block, there: Bools) -> pl.Series:
    """Return in words what the numbers that are there are standardised to, null for nothing."""
    if block.standard is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, int(there.sum()))
    shown = np.where(block.status == OK, block.standard, -1)[there]
    return pl.Series([*block.standards, None])[np.where(shown < 0, len(block.standards), shown)]


def _numbers(values: Floats) -> pl.Series:
    return pl.Series(values, nan_to_null=True)


def _words(codes: npt.NDArray[np.integer], words: tuple[str, ...]) -> pl.Series:
    """Return text for codes, null for -1, without making a text a row."""
    lookup = pl.Series([*words, None], dtype=pl.Enum(list(words)))
    return lookup[np.where(codes < 0, len(words), codes)]
