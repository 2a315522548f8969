"""From safe counts to published numbers: value, limits, comparison, trend, one frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.benchmarks import Benchmarks, compared, trends
from etl.cube import (
    BY_SOURCE,
    MISSING,
    NOT_APPLICABLE,
    OK,
    SUPPRESSED,
    SUPPRESSED_SECONDARY,
    Bools,
    Codes,
    Cube,
    Floats,
    Ints,
)
from etl.indicator import Indicator
from etl.statistics import (
    directly_standardised_rate,
    european_standard_population,
    proportion,
    rate,
)
from warehouse.ages import age_key
from warehouse.digits import rounded
from warehouse.schema import COMPARISONS, SECTORS, SEXES, STANDARDISATIONS, STATUSES, TRENDS

#: Age bands that an indicator is standardised over when it is delivered in all of them.
STANDARD_BANDS: Final = ("0-17", "18-39", "40-64", "65-79", "80+")

#: Of two reasons why a number is not there, the one that is told.
_PRECEDENCE: Final = np.array(
    [
        {
            OK: 0,
            NOT_APPLICABLE: 1,
            BY_SOURCE: 2,
            SUPPRESSED_SECONDARY: 3,
            SUPPRESSED: 4,
            MISSING: 5,
        }[code]
        for code in range(len(STATUSES))
    ],
    np.int8,
)


@dataclass(frozen=True)
class Block:
    """One indicator's numbers of one standardisation: areas x periods x series.

    Arrays have the shape (A, P, S); NaN is "no number". ``source`` has the shape (P, S).
    """

    series: pl.DataFrame  # sex, age, sector, standardisation
    value: Floats
    lower: Floats
    upper: Floats
    count: Floats
    population: Floats
    status: Codes
    is_estimate: Bools
    present: Bools
    source: Ints


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
    country = compared(block.value, block.lower, block.upper, benchmarks.country, indicator)
    region = compared(block.value, block.lower, block.upper, benchmarks.region, indicator)
    trend = trends(
        block.value,
        block.lower,
        block.upper,
        periods=counts.periods,
        measured=measured,
        settled=measured & ~unsettled,
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
    if indicator.numerator_age is not None:
        rows = rows[(counts.series["age"][rows] == indicator.numerator_age).to_numpy()]
    if indicator.denominator is None:
        if len(rows):
            yield _single(counts, rows, with_count=True)
        return
    rows, below = _denominators(indicator, counts, rows)
    if not len(rows):
        return
    crude = _ratio(indicator, counts, rows, below)
    yield crude
    taken: set[str] = set()
    if standardised is not None:
        own = standardised.rows(indicator.numerator)
        if len(own):
            taken = set(standardised.series[own].filter(pl.col("standardisation") == "age")["sex"])
            yield _single(standardised, own, with_count=False)
    yield from _by_age(indicator, crude, taken)


def _single(cube: Cube, rows: Ints, *, with_count: bool) -> Block:
    """Figures that need no denominator."""
    status = cube.status[:, :, rows]
    value = np.where(status == OK, cube.value[:, :, rows], np.nan)
    none = np.full(value.shape, np.nan)
    return Block(
        series=cube.series[rows].drop("measure"),
        value=value,
        lower=none,
        upper=none,
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
    return replace(block, lower=lower, upper=upper, population=np.where(shown, n, np.nan))


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


def _ratio(indicator: Indicator, cube: Cube, rows: Ints, below: Ints) -> Block:
    """Numerator over denominator; what is hidden in either is hidden in all that follows."""
    count, n = cube.value[:, :, rows], cube.value[:, :, below]
    if indicator.kind == "proportion":
        # a source that rounds both may deliver a few people more than there are
        count = np.minimum(count, n)
    n_status = cube.status[:, :, below]
    status = _worst(cube.status[:, :, rows], n_status)
    status[(status == OK) & (n == 0)] = NOT_APPLICABLE
    shown = status == OK
    value, lower, upper = (np.full(count.shape, np.nan) for _ in range(3))
    value[shown] = count[shown] / n[shown] * indicator.multiplier
    if indicator.has_interval:
        lower[shown], upper[shown] = _limits(indicator, count[shown], n[shown])
    series = cube.series[rows].drop("measure")
    if indicator.numerator_age is not None:
        series = series.with_columns(age=pl.lit("all"))
    delivered = (cube.source[:, rows] >= 0) & (cube.source[:, below] >= 0)
    return Block(
        series=series,
        value=value,
        lower=lower,
        upper=upper,
        count=np.where(shown, count, np.nan),
        population=np.where(n_status == OK, n, np.nan),
        status=status,
        is_estimate=(cube.is_estimate[:, :, rows] | cube.is_estimate[:, :, below]) & shown,
        present=cube.present[:, :, rows] & cube.present[:, :, below] & delivered,
        source=np.maximum(cube.source[:, rows], cube.source[:, below]),
    )


def _limits(indicator: Indicator, count: Floats, n: Floats) -> tuple[Floats, Floats]:
    if indicator.kind == "proportion":
        found = proportion(count, n)
        return found.lower * indicator.multiplier, found.upper * indicator.multiplier
    found = rate(count, n, indicator.multiplier)
    return found.lower, found.upper


def _by_age(indicator: Indicator, crude: Block, taken: set[str]) -> Iterator[Block]:
    """Standardise over age where all bands are there; hidden when any band is hidden.

    A sex whose age-standardised figures the publisher delivers is left to those: two standard
    populations in one series could not be compared.
    """
    if indicator.kind not in ("proportion", "rate") or indicator.numerator_age is not None:
        return
    standard = european_standard_population(STANDARD_BANDS)
    ages = crude.series["age"].to_list()
    keys = list(zip(crude.series["sex"], crude.series["sector"], ages, strict=True))
    at = {key: i for i, key in enumerate(keys)}
    for sex, sector in sorted({key[:2] for key in keys}):
        bands = [at.get((sex, sector, band)) for band in STANDARD_BANDS]
        whole = at.get((sex, sector, "all"))
        if sex in taken or whole is None or any(band is None for band in bands):
            continue
        rows = np.array(bands, np.int64)
        status = crude.status[:, :, whole]
        for row in rows:
            status = _worst(status, crude.status[:, :, row])
        count, n = crude.count[:, :, rows], crude.population[:, :, rows]
        value, lower, upper = (np.full(status.shape, np.nan) for _ in range(3))
        shown = status == OK
        found = directly_standardised_rate(count[shown], n[shown], standard, indicator.multiplier)
        value[shown] = found.value
        if indicator.has_interval:
            lower[shown], upper[shown] = found.lower, found.upper
        # below 10 events the method gives no figure
        status = np.where(shown & np.isnan(value), NOT_APPLICABLE, status).astype(np.int8)
        estimate = (crude.is_estimate[:, :, rows].any(axis=2)) & (status == OK)
        none = np.full(value.shape, np.nan)
        present = crude.present[:, :, rows].all(axis=2) & crude.present[:, :, whole]
        yield Block(
            series=pl.DataFrame(
                {"sex": [sex], "age": ["all"], "sector": [sector], "standardisation": ["age"]}
            ),
            value=value[:, :, None],
            lower=lower[:, :, None],
            upper=upper[:, :, None],
            count=none[:, :, None],
            population=none[:, :, None],
            status=status[:, :, None],
            is_estimate=estimate[:, :, None],
            present=present[:, :, None],
            source=crude.source[:, whole][:, None],
        )


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
        if name != "series"
    }
    words = {"sex": SEXES, "sector": SECTORS, "standardisation": STANDARDISATIONS}
    enums = {name: pl.Enum(values) for name, values in words.items()}
    return Block(
        series[at].with_columns(*(pl.col(name).cast(enum) for name, enum in enums.items())),
        **arrays,
    )


def _worst(first: Codes, second: Codes) -> Codes:
    return np.where(_PRECEDENCE[first] >= _PRECEDENCE[second], first, second).astype(np.int8)


def _numbers(values: Floats) -> pl.Series:
    return pl.Series(values, nan_to_null=True)


def _words(codes: npt.NDArray[np.integer], words: tuple[str, ...]) -> pl.Series:
    """Return text for codes, null for -1, without making a text a row."""
    lookup = pl.Series([*words, None], dtype=pl.Enum(list(words)))
    return lookup[np.where(codes < 0, len(words), codes)]
