"""Figures that belong elsewhere: two measures, or two municipalities, that have each other's.

One series alone hardly tells two that are nearly alike; their levels and patterns together, or all
series of two municipalities together, do.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from etl.quality import patterns
from etl.quality.grid import AREAS, MUNICIPALITIES, SMALL, Bools, Floats
from etl.quality.patterns import median
from etl.quality.previous_values import MANY, Beside, Hits
from etl.quality.whole_series import LARGE

#: What two measures have in common whose figures may have been exchanged.
_LABELS: Final = ("sex", "age", "sector", "kind", "standardisation")
#: Change of half the municipalities, and rank correlation, from which a series may be another's.
_OTHER: Final = 0.05
_DOUBTFUL: Final = 0.8
#: By how much worse a rank correlation is by chance, and one that is beyond telling apart.
_NO_WORSE: Final = 0.1
_SURE: Final = 0.999
#: Standard errors by which the patterns of two are clearer: of the difference of four correlations.
_SURELY: Final = 3.5 * 2

#: Least spread of changes between municipalities, as a logarithm.
_CALMEST: Final = 0.01
#: Squared errors that fall away when two municipalities are taken for each other: of each, and of
#: both; and the part that is left.
_EACH: Final = 16.0
_BOTH: Final = 40.0
_REST: Final = 0.25
#: Squared errors of a figure that fits, and by how many pairs so alike chance explains a pair.
_FITS: Final = 6.25
_CHANCE: Final = 0.2


def measures_exchanged(both: Beside) -> Hits:
    """Return series that have the figures which another measure of the package had before.

    Each lies nearer the other's last figures than its own, by half at least, and follows their
    pattern no worse; or, of measures of one level, better by more than chance.
    """
    own = slice(MUNICIPALITIES)
    where = np.zeros(both.before.shape, bool)
    series = both.grid.series
    with np.errstate(invalid="ignore", divide="ignore"):
        now, before = np.log(both.grid.value[..., own]), np.log(both.before[..., own])
    now[~np.isfinite(now)], before[~np.isfinite(before)] = np.nan, np.nan
    known = (np.isfinite(now) & np.isfinite(before)).sum(-1) >= MANY
    is_count = (series["kind"] == "count").to_numpy()[:, None]
    with np.errstate(invalid="ignore"):
        # A third of them say whether it is worth a look.
        off = median(np.abs(now - before)[..., ::3]) > _OTHER
        off |= both.fit < _DOUBTFUL
        off &= known & (~is_count | (median(both.before[..., own][..., ::3]) >= LARGE))
    labels = series.select(_LABELS).hash_rows().to_numpy()
    for year in np.nonzero(off.sum(0) > 1)[0]:
        for label in np.unique(labels[off[:, year]]):
            at = np.nonzero(off[:, year] & (labels == label))[0]
            if len(at) > 1:
                where[at[_each_others(now[at, year], before[at, year])], year] = True
    return Hits("measures_exchanged", where & np.isfinite(both.before))


def _each_others(now: Floats, before: Floats) -> Bools:
    """Return the rows that have another row's figures and have lost their own to one of these.

    Parameters
    ----------
    now, before : ndarray, shape (measures, areas)
        Logarithms.
    """
    pairs = now[:, None] - before[None]
    there = median(np.abs(pairs))
    there = np.where(np.isfinite(there), there, np.inf)
    nearer = there < np.diag(there)[:, None]  # usually none: each measure has its own level
    if not (nearer.any(1) & nearer.any(0)).any():
        return np.zeros(len(now), bool)
    fit = np.nan_to_num(
        np.stack([patterns.fits(now, np.broadcast_to(b, now.shape)) for b in before], 1)
    )
    number = np.isfinite(pairs).sum(-1)
    clear = np.arctanh(np.clip(fit, -_SURE, _SURE))
    left, kept, own = (np.diag(side)[:, None] for side in (there, fit, clear))
    # Of both together: by how much the patterns are clearer when they change places.
    gain = clear - own + (clear - own).T
    surely = gain > _SURELY / np.sqrt(np.maximum(number - 3, 1))
    # By level alone, by level and pattern, or by pattern.
    near = (there < left / 4) | ((there < left / 2) & (fit > kept - _NO_WORSE))
    near |= nearer & (fit > kept) & surely
    np.fill_diagonal(near, val=False)
    hit: Bools = np.ones(len(now), bool)
    for _ in now:  # whoever has another's figures has lost its own to somebody who has another's
        near &= hit[:, None] & hit[None, :]
        hit = np.asarray(near.any(1) & near.any(0))
    return hit


def rows_exchanged(now: Floats, before: Floats, spread: Floats, is_count: Bools) -> Bools:
    """Return the municipalities that have each other's figures, by all series of a year together.

    Parameters
    ----------
    now, before : ndarray, shape (series, years, municipalities)
        Logarithms, without what all municipalities changed by; NaN where one is not known.
    spread : ndarray, same shape
        How far a figure is off by itself.
    is_count : ndarray, shape (series, 1, 1)
        Rates of small islands are of few people, whose number is not known.
    """
    found = np.zeros(now.shape, bool)
    small = np.isin(AREAS[:MUNICIPALITIES], SMALL)
    known = np.isfinite(now) & np.isfinite(before) & (is_count | ~small)
    weight = np.where(known, 1 / np.maximum(spread, _CALMEST) ** 2, 0)
    one, other = np.where(known, now, 0), np.where(known, before, 0)
    for year in range(now.shape[1]):
        w, a, b, there = (side[:, year] for side in (weight, one, other, known.astype(float)))
        own, number = (w * (a - b) ** 2).sum(0), np.maximum(there.sum(0), 1)
        usual = max(float(np.median(own / number)), 1.0)
        at = np.nonzero(own > _EACH * usual)[0]
        if len(at) < 2:
            continue
        w, a, number = w[:, at], a[:, at], number[at][:, None]
        # Of the series that both have: squared errors beside another's figures, and one's own.
        cross = (w * a * a).T @ there - 2 * (w * a).T @ b + w.T @ (b * b)
        part = (w * (a - b[:, at]) ** 2).T @ there
        gain = (part - cross) / usual
        fits = (gain > _EACH) & (cross < np.minimum(_REST * part, _FITS * usual * number))
        # The more others a figure fits, and the more figures are off, the likelier is chance.
        chance = np.maximum(fits.sum(-1) - 1, 1) / MUNICIPALITIES
        likely = math.comb(len(at), 2) * np.outer(chance, chance)
        fits, gain = fits[:, at], gain[:, at]
        pair = fits & fits.T & (gain + gain.T > _BOTH) & (likely < _CHANCE)
        found[:, year, at] = pair.any(1) & known[:, year, at]
    return found
