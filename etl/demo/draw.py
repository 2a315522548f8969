"""Draws counts that meet the calibrated levels: effects of place, chance, and whole numbers."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr
from scipy.stats import binom

from etl.demo.calibration import BANDS, SCOPES, YEARS, Level, Measure, by_year
from etl.demo.people import FEMALE, MALE, Country, Floats, Ints

_BISECTIONS = 60
_ROUNDS = 200
_UNIT = {"count": 1.0, "per_cent": 0.01, "per_1000": 0.001, "per_parent": 1.0}


class Dice:
    """Seeded chance: every quantity has its own stream, so adding one leaves the others as is."""

    def __init__(self, country: Country, seed: int) -> None:
        self.country = country
        self._seed = seed

    def stream(self, key: str) -> np.random.Generator:
        """Return the random stream of one quantity."""
        return np.random.default_rng([self._seed, zlib.crc32(key.encode())])

    def share(
        self, key: str, measure: Measure, parent: Ints | None = None, target: Floats | None = None
    ) -> Ints:
        """Draw how many of each cell have something.

        Parameters
        ----------
        key
            Name of the quantity: decides its stream.
        measure
            Its calibration.
        parent
            Counts it is a part of, (98, 11, 2, 8); default the population.
        target
            Share of the parent by municipality and year (98, 11), all ages and both sexes. Where
            given, the municipal totals meet it but for rounding.

        Returns
        -------
        numpy.ndarray
            Counts (98, 11, 2, 8), nowhere above ``parent``.
        """
        parent = self.country.population if parent is None else parent
        flat = (*parent.shape[:2], -1)
        stream = self.stream(key)
        with np.errstate(divide="ignore"):
            eta = logit(np.array(measure.curve) / 100) + _sexes(measure)
        eta = eta + _places(self.country, measure, stream)[:, :, None, None]
        if target is None:
            for places, bands, total in self._levels(measure, parent):
                part = _cells(places, bands)
                cells = np.moveaxis(eta[part], 1, 0).reshape(len(YEARS), -1)
                weight = np.moveaxis(parent[part], 1, 0).reshape(len(YEARS), -1)
                eta[part] += shift_to_total(cells, weight, total)[None, :, None, None]
        else:
            total = np.rint(target * parent.sum(axis=(2, 3)))
            eta += shift_to_total(eta.reshape(flat), parent.reshape(flat), total)[..., None, None]
        chance = _memory(stream, parent.shape, measure.memory)
        p = expit(eta)
        drawn: Ints = binom.ppf(ndtr(chance), parent, p).astype(np.int64)
        counts = np.clip(drawn, 0, parent)
        variance = parent * p * (1 - p)
        if target is not None:
            met = meet_total(
                counts.reshape(flat),
                total.astype(np.int64),
                parent.reshape(flat),
                variance.reshape(flat),
            )
            return np.asarray(met.reshape(parent.shape))
        for level in (level for level in measure.levels if level.unit == "count"):
            _meet_published(counts, level, parent, variance)
        return np.asarray(counts)

    def events(
        self, key: str, measure: Measure, parent: Ints | None = None, place: Floats | None = None
    ) -> Ints:
        """Draw how many events (stays, contacts, days) each cell has.

        Parameters
        ----------
        key, measure, parent
            As for :meth:`share`; the rates are per one of the parent.
        place
            Real relative level by municipality and year (98, 11), if there is one.

        Returns
        -------
        numpy.ndarray
            Counts (98, 11, 2, 8), more spread than a Poisson count by ``measure.dispersion``.
        """
        parent = self.country.population if parent is None else parent
        stream = self.stream(key)
        with np.errstate(divide="ignore"):
            log_rate = np.log(np.array(measure.curve)) + _sexes(measure)
        effects = _places(self.country, measure, stream)
        if place is not None:
            effects = effects + np.log(place)
        expected = parent * np.exp(log_rate + effects[:, :, None, None])
        for places, bands, total in self._levels(measure, parent):
            part = _cells(places, bands)
            expected[part] *= (total / expected[part].sum(axis=(0, 2, 3)))[None, :, None, None]
        return overdispersed(stream, expected, measure.dispersion)

    def _levels(
        self, measure: Measure, parent: Ints
    ) -> list[tuple[NDArray[np.intp], tuple[int, ...], Floats]]:
        """Return municipalities, bands and total by year of every calibrated level."""
        return [
            (
                places := self._members(level, measure.levels),
                SCOPES[level.bands],
                self._total(level, places, parent),
            )
            for level in measure.levels
        ]

    def _members(self, level: Level, levels: list[Level]) -> NDArray[np.intp]:
        named = {other.region for other in levels if other.bands == level.bands}
        chosen = [
            region.members
            for region in self.country.regions
            if level.region in ("all", region.area_id)
            or (level.region == "others" and region.area_id not in named)
        ]
        return np.sort(np.concatenate(chosen))

    def _total(self, level: Level, places: NDArray[np.intp], parent: Ints) -> Floats:
        value = by_year(level.points) * _UNIT[level.unit]
        if level.unit == "count":
            return value
        of = self.country.population if level.unit == "per_1000" else parent
        part = _cells(places, SCOPES[level.bands])
        return np.asarray(value * of[part].sum(axis=(0, 2, 3)))


def _cells(places: NDArray[np.intp], bands: tuple[int, ...]) -> tuple[NDArray[np.intp], ...]:
    """Return the index of some municipalities and bands, over all years and both sexes."""
    return np.ix_(places, np.arange(len(YEARS)), np.array([FEMALE, MALE]), np.array(bands))


def overdispersed(stream: np.random.Generator, expected: Floats, dispersion: float) -> Ints:
    """Draw negative binomial counts whose variance is ``dispersion`` times the mean."""
    some = expected > 0
    size = np.where(some, expected, 1.0) / (dispersion - 1)
    drawn = stream.negative_binomial(size, 1 / dispersion)
    return np.where(some, drawn, 0).astype(np.int64)


def shift_to_total(eta: Floats, weight: NDArray[np.generic], total: Floats) -> Floats:
    """Find the shift of log odds at which the expected sum is ``total``.

    Parameters
    ----------
    eta, weight
        Log odds and number of people, (..., cells).
    total
        Wanted sums, (...), within what the cells can hold.
    """
    low, high = np.full(total.shape, -15.0), np.full(total.shape, 15.0)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        below = (weight * expit(eta + middle[..., None])).sum(axis=-1) < total
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def meet_total(counts: Ints, total: Ints, capacity: Ints, weight: Floats) -> Ints:
    """Move whole counts until they sum to a total, within 0 and a capacity.

    Parameters
    ----------
    counts, capacity, weight
        (..., cells): the counts to start from, their upper bounds, and how readily each moves.
    total
        (...): wanted sums.

    Raises
    ------
    ValueError
        When a total cannot be held by its cells.
    """
    counts = counts.copy()
    for _ in range(_ROUNDS):
        lack = total - counts.sum(axis=-1)
        if not lack.any():
            return counts
        room = np.where(lack[..., None] > 0, capacity - counts, counts)
        pull = np.where(room > 0, weight + 1e-9, 0.0)
        part = np.cumsum(pull, axis=-1)
        whole = np.where(part[..., -1:] > 0, part[..., -1:], 1.0)
        steps = np.diff(np.rint(lack[..., None] * part / whole), axis=-1, prepend=0.0)
        counts = counts + np.clip(steps, -room, room).astype(np.int64)
    raise ValueError("a calibrated total lies outside what the population can hold")


def _meet_published(counts: Ints, level: Level, parent: Ints, variance: Floats) -> None:
    """Move single people until the country has exactly the published number, in place."""
    part = _cells(np.arange(len(counts)), SCOPES[level.bands])
    by_time = np.moveaxis(counts[part], 1, 0)
    met = meet_total(
        by_time.reshape(len(YEARS), -1),
        np.rint(by_year(level.points)).astype(np.int64),
        np.moveaxis(parent[part], 1, 0).reshape(len(YEARS), -1),
        np.moveaxis(variance[part], 1, 0).reshape(len(YEARS), -1),
    )
    counts[part] = np.moveaxis(met.reshape(by_time.shape), 0, 1)


def _sexes(measure: Measure) -> Floats:
    """Return the log (odds) ratio of each sex against the mean of both, (2, 8)."""
    half = np.broadcast_to(np.log(np.array(measure.women_per_man, dtype=float)) / 2, len(BANDS))
    return np.stack([half, -half])


def _places(country: Country, measure: Measure, stream: np.random.Generator) -> Floats:
    """Return the effect of place and year, (98, 11)."""
    effects, places = measure.effects, len(country.codes)
    own, slope = stream.standard_normal((2, places))
    passing = stream.standard_normal((places, len(YEARS)))
    lasting = (
        effects.deprivation * country.deprivation
        + effects.urban * country.urban
        + effects.own * own
    )
    time = (np.array(YEARS) - YEARS[len(YEARS) // 2]) / 5
    drift = effects.slope * slope[:, None] * time + effects.year * passing
    return np.asarray(lasting[:, None] + drift)


def _memory(stream: np.random.Generator, shape: tuple[int, ...], memory: float) -> Floats:
    """Return standard normal chance of which a part is the same every year."""
    lasting = stream.standard_normal((shape[0], 1, *shape[2:]))
    passing = stream.standard_normal(shape)
    return np.asarray(np.sqrt(memory) * lasting + np.sqrt(1 - memory) * passing)
