"""Rates standardised over age: one standard for all, also where small bands are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from etl.indicators.aggregate import TOLERANCE
from etl.indicators.benchmarks import Span
from etl.indicators.blocks import Block
from etl.indicators.cube import (
    BY_SOURCE,
    MISSING,
    NOT_APPLICABLE,
    OK,
    SUPPRESSED,
    SUPPRESSED_SECONDARY,
    Bools,
    Floats,
    Ints,
)
from etl.indicators.definition import Indicator
from etl.indicators.ratios import Reach
from etl.indicators.strata import Groups, extremes, groupings, joined, summed, tiling
from etl.statistics import directly_standardised_rate, european_standard_population
from warehouse.read.intervals import EXACT_BELOW

#: What we standardise to; the bands used come after it: ``ESP2013: 0-39, 40-64, 65+``.
STANDARD: Final = "ESP2013"
#: What a standardised figure is called when its publisher made it.
PUBLISHERS: Final = "publisher"
_HIDDEN: Final = (BY_SOURCE, SUPPRESSED, SUPPRESSED_SECONDARY)
_SPAN: Final = tuple(Span.__dataclass_fields__)


def by_age(indicator: Indicator, crude: Block, reach: Reach) -> Iterator[Block]:
    """Yield figures standardised over age, for each sex and sector whose bands make up a whole.

    Parameters
    ----------
    indicator : Indicator
    crude : Block
        Its crude figures, by age band among others.
    reach : Reach
        What their numerators and denominators can be.

    Notes
    -----
    Everybody is standardised to the 2013 European Standard Population, over all ages and within
    the age the indicator is shown for (65+). The strata are the bands delivered: the direct method
    (:func:`etl.statistics.directly_standardised_rate`).

    A hidden band has the range that what is shown of it and of the whole leaves it. Where the
    ranges together move a figure by more than 2 % either way, neighbouring bands are counted
    together, as few as need be. Within such a group the area is taken to have the country's age
    pattern: its events over those expected at the country's rates, times the country's rate in the
    standard population, ``Σ_g O_g / (Σ n_b r_b) Σ w_b r_b``. A group of one band is the direct
    method again, all bands in one the indirect method times the country's standardised rate
    (Breslow and Day, *Statistical Methods in Cancer Research* II, 1987, chapter 2). A figure with
    a hidden part is an estimate. None is given below 10 events.
    """
    if indicator.kind not in {"proportion", "rate"} or indicator.numerator_age is not None:
        return
    keys = list(crude.series.select("sex", "sector", "age").iter_rows())
    at = {key: i for i, key in enumerate(keys)}
    for sex, sector in sorted({key[:2] for key in keys}):
        ages = {age for *of, age in keys if of == [sex, sector]}
        for whole in sorted({"all", indicator.default_age} & ages):
            bands = tiling(ages, whole)
            if bands:
                rows = [at[sex, sector, band] for band in bands]
                strata = _Strata.of(indicator, crude, reach, at[sex, sector, whole], rows)
                yield strata.block(bands, (sex, whole, sector))


def _narrow(least: Floats, most: Floats) -> Bools:
    """Return where two ends are within 2 % of what lies between them."""
    narrow: Bools = (most - least) / 2 <= TOLERANCE * (most + least) / 2
    return narrow


@dataclass(frozen=True)
class _Strata:
    """One sex and sector: the bands of a whole, shape (A, P, k), and the whole, shape (A, P)."""

    indicator: Indicator
    crude: Block
    whole: int
    rows: list[int]
    count: Floats  # of the whole
    low: Floats  # what each band's count can be, a shown one being what is shown
    high: Floats
    n: Floats
    asked: Bools  # whose whole is known, and of whose bands nothing worse than hidden
    hides: Bools  # of whose bands one is hidden
    ends: dict[str, Floats]  # reach of counts and people, (A, P, k); of the whole's count, (A, P)

    @classmethod
    def of(
        cls, indicator: Indicator, crude: Block, reach: Reach, whole: int, rows: list[int]
    ) -> _Strata:
        """Take the series of a whole and its bands."""
        count, own = crude.count[:, :, whole], crude.count[:, :, rows]
        n = crude.population[:, :, rows]
        status = crude.status[:, :, rows]
        shown, hidden = status == OK, np.isin(status, _HIDDEN)
        # what we hide ourselves is known only from what is shown beside it
        bounded = (status == BY_SOURCE) & (reach.count_high[:, :, rows] > 0)
        least = np.where(bounded, reach.count_low[:, :, rows], 0.0)
        most = np.where(bounded, reach.count_high[:, :, rows], count[..., None])
        asked = (crude.status[:, :, whole] == OK) & (shown | hidden).all(axis=2)
        # a band nobody lives in cannot be weighed
        asked &= (n > 0).all(axis=2) & (reach.n_low[:, :, rows] > 0).all(axis=2)
        asked &= np.round(count, 9) >= EXACT_BELOW
        return cls(
            indicator,
            crude,
            whole,
            rows,
            count,
            low=np.where(shown, own, least),
            high=np.where(shown, own, np.maximum(most, least)),
            n=n,
            asked=asked,
            hides=np.asarray(hidden.any(axis=2)),
            ends={
                # a count is shown rounded: it too has a range
                "low": np.where(shown, reach.count_low[:, :, rows], least),
                "high": np.where(shown, reach.count_high[:, :, rows], np.maximum(most, least)),
                "fewest": reach.n_low[:, :, rows],
                "people": reach.n_high[:, :, rows],
                "total_low": reach.count_low[:, :, whole],
                "total_high": reach.count_high[:, :, whole],
            },
        )

    def block(self, bands: tuple[str, ...], key: tuple[str, str, str]) -> Block:
        """Return the standardised figures, each over as many groups of the bands as can be."""
        standard = european_standard_population(bands)
        pattern = self._pattern()
        numbers = {name: np.full(self.asked.shape, np.nan) for name in ("value", *_SPAN)}
        used = np.full(
            self.asked.shape, -1, np.int16
        )  # many bands can be put together in many ways
        left = self.asked.copy()
        ways = groupings(standard, pattern)
        for which, groups in enumerate(ways):
            if not left.any():
                break
            cells = np.nonzero(left)
            made = self._made(cells, groups, standard, pattern)
            shown = ~np.isnan(made["value"])
            there = tuple(part[shown] for part in cells)
            for name, values in made.items():
                numbers[name][there] = values[shown]
            used[there] = which
            left[there] = False
        ok = used >= 0
        labels = [", ".join(joined([bands[i] for i in group]) for group in way) for way in ways]
        whole = self.crude.status[:, :, self.whole]
        # the publisher hid counts, and not this rate: it cannot be made of what he shows
        status = np.where(np.isin(whole, (OK, BY_SOURCE)), NOT_APPLICABLE, whole)
        status[(self.crude.status[:, :, self.rows] == MISSING).any(axis=2)] = MISSING
        every = [self.whole, *self.rows]
        estimate = np.asarray(self.crude.is_estimate[:, :, every].any(axis=2))
        estimate |= self.hides
        sex, age, sector = key
        none = np.full((*ok.shape, 1), np.nan)
        return Block(
            series=pl.DataFrame(
                {"sex": [sex], "age": [age], "sector": [sector], "standardisation": ["age"]}
            ),
            count=none,
            population=none,
            status=np.where(ok, OK, status).astype(np.int8)[:, :, None],
            is_estimate=(estimate & ok)[:, :, None],
            present=np.asarray(self.crude.present[:, :, every].all(axis=2))[:, :, None],
            source=self.crude.source[:, self.whole][:, None],
            standards=tuple(f"{STANDARD}: {label}" for label in labels),
            standard=used[:, :, None],
            **{name: values[:, :, None] for name, values in numbers.items()},
        )

    def _pattern(self) -> Floats:
        """Return the rates by band of the whole country, from every count of it that is shown."""
        shown = self.low == self.high
        rates = np.zeros(len(self.rows))
        for cells in (self.asked[..., None] & shown, self.asked[..., None] & ~shown):
            people = np.where(cells, self.n, 0.0).sum(axis=(0, 1))
            events = np.where(cells, (self.low + self.high) / 2, 0.0).sum(axis=(0, 1))
            unknown = (rates == 0) & (people > 0)
            rates[unknown] = events[unknown] / people[unknown]
        return rates

    def _made(
        self, cells: tuple[Ints, ...], groups: Groups, standard: Floats, pattern: Floats
    ) -> dict[str, Floats]:
        """Return values and ends by some groups, a number a cell; NaN where they cannot be told."""
        weights = summed(standard, groups)
        low, high = (summed(end[cells], groups) for end in (self.low, self.high))
        n = _people(self.n[cells], groups, standard, pattern)
        total = self.count[cells]
        hidden = (low != high).any(axis=-1)
        least, most = extremes(low, high, (total, total), weights / n)
        moved = [(end * weights / n).sum(axis=-1) for end in (least, most)]
        middle = np.where(hidden[:, None], (least + most) / 2, low)
        multiplier = self.indicator.multiplier
        value = directly_standardised_rate(middle, n, weights, multiplier).value
        out = {"value": np.where(~hidden | _narrow(*moved), value, np.nan)}

        ends = {name: values[cells] for name, values in self.ends.items()}
        low, high = summed(ends["low"], groups), summed(ends["high"], groups)
        many = _people(ends["people"], groups, standard, pattern)
        few = _people(ends["fewest"], groups, standard, pattern)
        total_ends = ends["total_low"], ends["total_high"]
        least, most = extremes(low, high, total_ends, weights / many)
        down = directly_standardised_rate(least, many, weights, multiplier)
        up = directly_standardised_rate(most, few, weights, multiplier)
        out |= {"low": down.value, "high": up.value}
        if self.indicator.has_interval:
            out |= {"lower": down.lower, "upper_at_low": down.upper}
            out |= {"lower_at_high": up.lower, "upper": up.upper}
        return out


def _people(n: Floats, groups: Groups, standard: Floats, pattern: Floats) -> Floats:
    """Return the people of each group; of several bands, as many as the country's pattern makes.

    A group's events are divided by these and weighed by its part of the standard. For one band
    they are its people; for several, those among whom the country's rates would give the events
    that they give among the area's own ages.
    """
    plain = summed(n, groups)
    expected = summed(n * pattern, groups)
    in_standard = summed(standard * pattern, groups) / summed(standard, groups)
    single = np.array([len(group) == 1 for group in groups])
    usable = ~single & (in_standard > 0) & (expected > 0)
    return np.where(usable, expected / np.where(in_standard > 0, in_standard, 1), plain)
