"""Every area against its region and the country, and against its own last years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.indicators.cube import Bools, Catchments, Codes, Floats, Ints
from etl.indicators.definition import Indicator
from etl.statistics.trend import PERIODS, counted_trend_codes, trend_codes
from warehouse.schema import COMPARISONS, TRENDS

_WORDS = {
    "high_good": ("better", "worse"),
    "high_bad": ("worse", "better"),
    "neutral": ("higher", "lower"),
}


@dataclass(frozen=True)
class Benchmarks:
    """Which areas an area is compared with.

    Attributes
    ----------
    areas : polars.DataFrame
        ``geography, level, area_id`` of the A areas, in the order of the catchment matrix.
    region, country : ndarray of int, shape (A,)
        Position of the area's region and country; -1 for none, and for the benchmark itself.
    """

    areas: pl.DataFrame
    region: Ints
    country: Ints

    @classmethod
    def from_frames(cls, areas: pl.DataFrame, catchments: Catchments) -> Benchmarks:
        """Find each area's region and country by the warehouse table ``areas``."""
        known = catchments.areas.join(
            areas.select("area_id", "level", "region_id"), on="area_id", maintain_order="left"
        )
        at = {area_id: i for i, area_id in enumerate(known["area_id"])}
        region = known["region_id"].replace_strict(at, default=-1, return_dtype=pl.Int64)
        country = np.flatnonzero((known["level"] == "country").to_numpy())
        to_country = np.full(len(known), country[0] if len(country) else -1)
        to_country[country] = -1
        own = np.arange(len(known))
        to_region = region.fill_null(-1).to_numpy()
        texts = ("geography", "level", "area_id")
        return cls(
            known.select(pl.col(t).cast(pl.Enum(known[t].unique().sort())) for t in texts),
            np.where(to_region == own, -1, to_region),
            to_country,
        )


@dataclass(frozen=True)
class Span:
    """Figures that need not be one number each, and their limits, shape (A, P, S).

    A figure with a hidden part lies between ``low`` and ``high``; at ``low`` its limits are
    ``lower`` and ``upper_at_low``, at ``high`` they are ``lower_at_high`` and ``upper``. Where
    nothing is hidden the two ends are the same. NaN where there is none.
    """

    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    lower_at_high: Floats
    upper_at_low: Floats


def compared(span: Span, benchmark: Ints, indicator: Indicator, fair: Bools) -> Codes:
    """Say how each area's interval lies to its benchmark's value.

    Parameters
    ----------
    span : Span
    benchmark : ndarray of int, shape (A,)
        Position of the area to compare with, -1 for none.
    indicator : Indicator
        Its polarity chooses the words.
    fair : ndarray of bool, shape (S,)
        Series that are standardised: only of these, and of indicators that age has no part in,
        is better or worse said. Of all others it is lower or higher.

    Returns
    -------
    ndarray of int8, shape (A, P, S)
        Position in ``warehouse.schema.COMPARISONS``, -1 where no comparison can be made.

    Notes
    -----
    The rule of :func:`etl.statistics.compare`, on codes instead of words because there are
    millions of cells. Where a part of the figure or of its benchmark is hidden, a word is said
    only when the rule gives it for every value that both can have.
    """
    codes = np.full(span.low.shape, -1, np.int8)
    if not indicator.has_interval:
        return codes
    there = (benchmark >= 0)[:, None, None]
    mark_low = np.where(there, span.low[benchmark], np.nan)
    mark_high = np.where(there, span.high[benchmark], np.nan)
    judged = fair | (indicator.age_effect == "none")
    above, below = (
        np.where(judged, COMPARISONS.index(good), COMPARISONS.index(plain))
        for good, plain in zip(_WORDS[indicator.polarity], _WORDS["neutral"], strict=True)
    )
    similar = (span.lower_at_high <= mark_low) & (mark_high <= span.upper_at_low)
    codes[similar] = COMPARISONS.index("similar")
    np.copyto(codes, above.astype(np.int8), where=span.lower > mark_high)
    np.copyto(codes, below.astype(np.int8), where=span.upper < mark_low)
    return codes


def trends(
    value: Floats,
    lower: Floats,
    upper: Floats,
    *,
    periods: Ints,
    measured: Bools,
    settled: Bools,
    indicator: Indicator,
) -> Codes:
    """Say for each cell how the five periods that end with it have gone.

    Parameters
    ----------
    value, lower, upper : ndarray, shape (A, P, S)
    periods : ndarray of int, shape (P,)
    measured : ndarray of bool, shape (A, P, S)
        False for projections and cells that do not exist.
    settled : ndarray of bool, shape (A, P, S)
        False for provisional figures too: a trend takes none.
    indicator : Indicator
        ``trend_from`` and ``breaks`` keep a trend within years that can be compared.

    Returns
    -------
    ndarray of int8, shape (A, P, S)
        Position in ``warehouse.schema.TRENDS``; -1 where the cell has no interval, unless
        everybody is counted.
    """
    codes = np.full(value.shape, -1, np.int8)
    if not (indicator.has_interval or indicator.is_full_count):
        return codes
    known = value if indicator.is_full_count else lower
    codes[measured & ~np.isnan(known)] = TRENDS.index("not_calculable")
    starts = [-10_000 if indicator.trend_from is None else indicator.trend_from, *indicator.breaks]
    for last in range(PERIODS - 1, len(periods)):
        window = slice(last - PERIODS + 1, last + 1)
        years = periods[window]
        start = max((s for s in starts if s <= years[-1]), default=starts[0])
        if years[0] < start or len(set(np.diff(years))) > 1:
            continue
        usable = settled[:, window].all(axis=1) & ~np.isnan(known[:, window]).any(axis=1)
        if not usable.any():
            continue
        # a row a period, as the trend sums them
        y, low, high = (x[:, window].swapaxes(0, 1)[:, usable].T for x in (value, lower, upper))
        codes[:, last][usable] = (
            counted_trend_codes(y) if indicator.is_full_count else trend_codes(y, low, high)
        )
    return codes
