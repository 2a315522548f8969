"""Rates standardised over age, also where the publisher hid a small band."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from etl.indicators.aggregate import TOLERANCE
from etl.indicators.benchmarks import Span
from etl.indicators.blocks import Block, worst
from etl.indicators.cube import BY_SOURCE, NOT_APPLICABLE, OK, Codes, Floats, Ints
from etl.indicators.definition import Indicator
from etl.indicators.ratios import Reach
from etl.statistics import directly_standardised_rate, european_standard_population

#: Age bands that an indicator is standardised over when it is delivered in all of them.
STANDARD_BANDS: Final = ("0-17", "18-39", "40-64", "65-79", "80+")


def by_age(indicator: Indicator, crude: Block, reach: Reach, taken: set[str]) -> Iterator[Block]:
    """Yield figures standardised over age, for each sex and sector where all bands are there.

    Parameters
    ----------
    indicator : Indicator
    crude : Block
        Its crude figures, by age band among others.
    reach : Reach
        What their numerators and denominators can be.
    taken : set of str
        Sexes whose age-standardised figures the publisher delivers.

    Notes
    -----
    A band that the publisher hid has a range: the figure is an estimate where the ranges of all
    bands together move it by at most 2 % either way, else it is hidden. A sex that
    is taken is left to the publisher: two standard populations in one series could not be compared.
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
        figures = _standardised(indicator, crude, reach, rows, standard, crude.status[:, :, whole])
        present = crude.present[:, :, rows].all(axis=2) & crude.present[:, :, whole]
        none = np.full(present.shape, np.nan)
        yield Block(
            series=pl.DataFrame(
                {"sex": [sex], "age": ["all"], "sector": [sector], "standardisation": ["age"]}
            ),
            count=none[:, :, None],
            population=none[:, :, None],
            present=present[:, :, None],
            source=crude.source[:, whole][:, None],
            **{name: values[:, :, None] for name, values in figures.items()},
        )


def _standardised(  # noqa: PLR0917
    indicator: Indicator,
    crude: Block,
    reach: Reach,
    rows: Ints,
    standard: Floats,
    whole: Codes,
) -> dict[str, Any]:
    """Return values, limits and status of rates standardised over some series, shape (A, P)."""
    status = whole
    for row in rows:
        status = worst(status, crude.status[:, :, row])
    bands = crude.status[:, :, rows]
    # where only the publisher hid something, what he hid has a range
    known = (whole == OK) & ((bands == OK) | (bands == BY_SOURCE)).all(axis=2)
    known &= (reach.n_low[:, :, rows] > 0).all(axis=2)
    spans = Span(*(np.full(whole.shape, np.nan) for _ in Span.__dataclass_fields__))
    value = np.full(whole.shape, np.nan)
    least, most = (
        directly_standardised_rate(count, n, standard, indicator.multiplier)
        for count, n in (
            (reach.count_low[:, :, rows][known], reach.n_high[:, :, rows][known]),
            (reach.count_high[:, :, rows][known], reach.n_low[:, :, rows][known]),
        )
    )
    spans.low[known], spans.high[known] = least.value, most.value
    if indicator.has_interval:
        spans.lower[known], spans.upper_at_low[known] = least.lower, least.upper
        spans.lower_at_high[known], spans.upper[known] = most.lower, most.upper
    exact = known & (status == OK)
    count, n = crude.count[:, :, rows], crude.population[:, :, rows]
    found = directly_standardised_rate(count[exact], n[exact], standard, indicator.multiplier)
    value[exact] = found.value
    middle = (spans.low + spans.high) / 2
    small = (spans.high - spans.low) / 2 <= TOLERANCE * middle
    value = np.where(known & ~exact & small, middle, value)
    shown = ~np.isnan(value) & small
    # below 10 events the method gives no figure
    too_few = exact & np.isnan(spans.low)
    status = np.where(shown, OK, np.where(too_few, NOT_APPLICABLE, status))
    status = np.where(~shown & (status == OK), BY_SOURCE, status).astype(np.int8)
    estimate = crude.is_estimate[:, :, rows].any(axis=2) | (bands == BY_SOURCE).any(axis=2)
    ends = {name: np.where(shown, end, np.nan) for name, end in vars(spans).items()}
    return ends | {
        "value": np.where(shown, value, np.nan),
        "status": status,
        "is_estimate": estimate & shown,
    }
