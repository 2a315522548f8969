"""Each year of some figures beside the last published one of the same series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from etl.findings import Severity
from etl.quality import patterns
from etl.quality.grid import MUNICIPALITIES, Bools, Floats, Grid
from etl.quality.patterns import median

#: Municipalities of which a pattern says something.
MANY: Final = 30
#: Different figures that make one, and municipalities of which half say something about all.
SOME: Final = 10


@dataclass(frozen=True)
class Beside:
    """The figures of a grid, each with the last published one of its series.

    Attributes
    ----------
    grid : Grid
        The figures that are looked at.
    before : ndarray, shape (series, years, areas)
        NaN where none was published.
    since : ndarray of int, shape (series, years)
        The year that is of; 0 for none.
    fit : ndarray, shape (series, years)
        Rank correlation of the municipalities' figures with the last published ones.
    usual : ndarray, same shape
        Rank correlation of each series' other years with the years before them, as a median; NaN
        where nothing is known of it.
    earlier : Grid or None
        The figures published before; None where they are the earlier years of the same grid.
    """

    grid: Grid
    before: Floats
    since: npt.NDArray[np.int_]
    fit: Floats
    usual: Floats
    earlier: Grid | None = None


def beside_earlier(grid: Grid) -> Beside:
    """Return each year beside the last one before it."""
    before, since = last_before(grid)
    fit = _fits(grid.value, before)
    return Beside(grid, before, since, fit, _of_others(fit))


def last_before(grid: Grid) -> tuple[Floats, npt.NDArray[np.int_]]:
    """Return the last figures before each year, and the year they are of; 0 for none."""
    before = np.full_like(grid.value, np.nan)
    since = np.zeros(before.shape[:2], int)
    last, year_of = np.full(before[:, 0].shape, np.nan), np.zeros(len(before), int)
    for at, year in enumerate(grid.years):
        before[:, at], since[:, at] = last, year_of
        known = _there(grid.value[:, at])
        last = np.where(known[:, None], grid.value[:, at], last)
        year_of = np.where(known, year, year_of)
    return before, since


def beside_other(grid: Grid, other: Grid) -> Beside:
    """Return each year beside the nearest one of other figures: the same, else an earlier one."""
    keys = other.series["key"]
    there = grid.series["key"].is_in(keys.implode()).to_numpy()
    at = keys.search_sorted(grid.series["key"]).to_numpy().clip(0, max(len(keys) - 1, 0))
    before = np.full_like(grid.value, np.nan)
    since = np.zeros(before.shape[:2], int)
    for n, year in enumerate(grid.years):
        for place in sorted(
            range(len(other.years)), key=lambda p: (abs(other.years[p] - year), other.years[p])
        ):
            figures = np.where(there[:, None], other.value[at, place], np.nan)
            free = (since[:, n] == 0) & _there(figures)
            before[free, n] = figures[free]
            since[free, n] = other.years[place]
    own = _fits(other.value[:, 1:], other.value[:, :-1])
    usual = np.where(there, median(own)[at] if own.size else np.nan, np.nan)
    usual = np.broadcast_to(usual[:, None], since.shape)
    return Beside(grid, before, since, _fits(grid.value, before), usual, other)


def _fits(now: Floats, before: Floats) -> Floats:
    """Return rank correlations of municipalities, where they are enough to tell."""
    own = slice(MUNICIPALITIES)
    number = (np.isfinite(now[..., own]) & np.isfinite(before[..., own])).sum(-1)
    at = np.nonzero((number >= MANY) & (different(now[..., own]) >= SOME))
    fit = np.full(number.shape, np.nan)
    fit[at] = patterns.fits(now[..., own][at], before[..., own][at])
    return fit


def _there(figures: Floats) -> Bools:
    """Return the series with figures to compare with: of a few municipalities, or of any area."""
    return np.asarray(np.isfinite(figures).any(axis=-1))


@dataclass(frozen=True)
class Hits:
    """Where something looks like a mistake: one message, cells of a grid."""

    message: str
    where: Bools  # series × years × areas
    times: Floats | None = None  # series × years
    since: npt.NDArray[np.int_] | None = None  # where it is not that of Beside
    severity: Severity = "question"


def not_among(hits: Hits, asked: Iterable[Hits], grid: Grid) -> Hits:
    """Return the hits of those measures and years of which not every figure is asked about."""
    where = np.logical_or.reduce([np.zeros_like(hits.where), *(one.where for one in asked)])
    _, measure = np.unique(grid.series["measure"].to_numpy(), return_inverse=True)
    new = np.zeros((len(grid.series), len(grid.years)), int)
    np.add.at(new, measure, (hits.where & ~where).sum(-1))
    return replace(hits, where=hits.where & (new[measure] > 0)[..., None])


def _of_others(fit: Floats) -> Floats:
    """Return the median of each series' other years; NaN where there is none."""
    usual = np.full(fit.shape, np.nan)
    for year in range(fit.shape[1]):
        usual[:, year] = median(np.delete(fit, year, axis=1)) if fit.shape[1] > 1 else np.nan
    return usual


def different(figures: Floats) -> npt.NDArray[np.int_]:
    """Return how many different figures each row has."""
    ordered = np.sort(figures, axis=-1)
    with np.errstate(invalid="ignore"):
        steps = (np.diff(ordered, axis=-1) > 0).sum(-1)
    return np.asarray(steps + np.isfinite(ordered[..., 0]))
