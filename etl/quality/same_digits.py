"""Figures that share digits which real ones do not: a few alike, or all of them rounded anew."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from etl.quality.grid import MUNICIPALITIES, Bools, Floats
from etl.quality.patterns import median
from etl.quality.previous_values import MANY, Beside, Hits

#: Files in which chance alone gives a question about figures that are alike.
_CHANCE: Final = 0.001
#: The fewest figures alike that are looked at; where nearly all are, they are told as such.
_ALIKE: Final = 3
_MOST: Final = 0.5
#: Height of the normal curve, and the likelihood of two equal figures from which many are.
_TOP: Final = 0.4
_FINE: Final = 0.05
#: Least difference of two figures that were alike, as a part of them.
_CALMEST: Final = 0.005
#: Likelihood beside the most likely one, at least, that two changes bring figures together.
_TAIL: Final = 0.05
#: What figures may be whole multiples of, the coarsest first.
_GRAINS: Final = (1000.0, 500.0, 100.0, 50.0, 10.0, 5.0, 1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001)
#: Grains that matter beside how far municipalities lie apart, or beside their figures.
_OF_SPREAD: Final = 0.1
_OF_FIGURE: Final = 0.01
_EXACT: Final = 1e-6


def few_alike(both: Beside) -> Hits:
    """Return a few municipalities that have one and the same rate, which differed before.

    How likely chance is follows from how finely rates are given, how much they change and how far
    apart these were.
    """
    own = slice(MUNICIPALITIES)
    now, before = both.grid.value[..., own], both.before[..., own]
    known = np.isfinite(now) & np.isfinite(before) & (now > 0)
    known &= (both.grid.series["kind"] != "count").to_numpy()[:, None, None]
    where = np.zeros(both.before.shape, bool)
    tried = known.sum(-1) >= MANY
    steps = np.diff(np.sort(np.where(known, now, np.nan)[tried], axis=-1), axis=-1)
    finest = np.where(steps > 0, steps, np.inf).min(-1, initial=np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.where(known & (before > 0), np.log(now / before), np.nan)[tried]
    # What a figure differs by, of two that were alike, as a part of it.
    wide = math.sqrt(2) * 1.4826 * median(np.abs(change - median(change)[:, None]))
    wide = np.maximum(wide, _CALMEST)
    level = median(np.where(known, now, np.nan)[tried])
    same = _TOP * finest / (wide * level)
    three = ((steps[:, 1:] == 0) & (steps[:, :-1] == 0)).any(-1)
    fine = three & (same < _FINE)
    for at, step, apart in zip(np.argwhere(tried)[fine], finest[fine], wide[fine], strict=True):
        here = tuple(at)
        order = np.argsort(both.grid.row[here][own], kind="stable")
        these = order[known[here][order]]
        found = _unlikely(now[here][these], before[here][these], step, apart, _CHANCE / len(fine))
        where[here][these[found]] = True
    return Hits("few_alike", where)


def _unlikely(now: Floats, before: Floats, step: float, wide: float, limit: float) -> Bools:
    """Return the figures alike, in the order of the file, that chance hardly brings together.

    Parameters
    ----------
    now, before : ndarray
        Rates.
    step
        How finely they are given.
    wide
        What two that were alike differ by, as a logarithm.
    limit
        How unlikely it is that chance explains them.
    """
    found = np.zeros(len(now), bool)
    values, which, number = np.unique(now, return_inverse=True, return_counts=True)
    same = np.minimum(_TOP * step / (wide * values), 1)
    # Those that are not unlikely whatever they were before need no look.
    rare = len(now) * (same * _TAIL) ** (number - 1.0) < limit
    for value in np.nonzero(rare & (number >= _ALIKE) & (number < _MOST * len(now)))[0]:
        at = np.nonzero(which == value)[0]
        ways = len(now) if at[-1] - at[0] == len(at) - 1 else math.comb(len(now), len(at))
        least = ways * (same[value] * _TAIL) ** (len(at) - 1)
        if least >= limit or len(set(before[at])) < _ALIKE:
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = np.log(before[at] / np.median(before[at])) / wide
        each = same[value] * np.maximum(np.exp(-(apart**2) / 2), _TAIL)
        # The likeliest of them may be anything: the others are the same as it.
        found[at] = ways * float(np.prod(each)) < limit * float(each.max())
    return found


def coarser(both: Beside, rounded_to: float) -> Hits:
    """Return series that are rounded to fewer digits than the ones before.

    Parameters
    ----------
    both
        Figures and the last published ones.
    rounded_to
        What counts are rounded to as the layout says; 0 when they are not rounded.
    """
    own = slice(MUNICIPALITIES)
    now, before = both.grid.value[..., own], both.before[..., own]
    looked_at = (now > 0) & (before > 0)
    if rounded_to:
        looked_at &= (both.grid.series["kind"] != "count").to_numpy()[:, None, None]
    where = np.zeros(both.before.shape, bool)
    at = np.nonzero(looked_at.sum(-1) >= MANY)
    now, before, known = now[at], before[at], looked_at[at]
    middle = median(np.where(known, now, np.nan))
    apart = 1.4826 * median(np.abs(np.where(known, now, np.nan) - middle[:, None]))
    least = np.minimum(_OF_SPREAD * apart, _OF_FIGURE * middle)
    left = np.ones(len(now), bool)
    hit = np.zeros(len(now), bool)
    for grain in _GRAINS:
        whole = _multiples(now, grain, known).all(-1) & left
        left &= ~whole
        finer = (~_multiples(before, grain, known)).sum(-1) * 2 > known.sum(-1)
        hit |= whole & finer & (grain > least)
    where[..., own][at] = hit[:, None] & known
    return Hits("coarser", where)


def _multiples(figures: Floats, grain: float, known: Bools) -> Bools:
    parts = np.where(known, figures / grain, 0)
    return np.asarray(np.abs(parts - np.round(parts)) < _EXACT * np.maximum(parts, 1))
