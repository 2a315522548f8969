"""Do two years of figures have the pattern of their areas in common: vectorised, a row a series."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.grid import Bools, Floats

#: Municipalities in a row, at least, that all stand one place off.
_RUN: Final = 8
#: By how many spreads between areas their figures fit better there, added up.
_GAIN: Final = 5.0
#: Areas of which two may have been exchanged: where more are far off, something else is wrong.
_FEW: Final = 12
#: How near a figure lies to the other one's, as a logarithm, whose it is.
_NEAR: Final = 0.1


def fits(now: Floats, before: Floats) -> Floats:
    """Return the rank correlation of each row with the row before, NaN where there is none."""
    known = np.isfinite(now) & np.isfinite(before)
    return _correlation(ranks(now, known), ranks(before, known))


def fits_neighbours(now: Floats, before: Floats) -> Floats:
    """Return the best rank correlation with the row before, moved one or two areas."""
    known = np.isfinite(now) & np.isfinite(before)
    first, second = ranks(now, known), ranks(before, known)
    moved = [_correlation(first, np.roll(second, by, axis=-1)) for by in (-2, -1, 1, 2)]
    found: Floats = np.fmax.reduce(moved)
    return found


def run_moved(now: Floats, before: Floats) -> Bools:
    """Return the rows in which a run of areas has the figures of the areas beside them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        now, before = np.log(now), np.log(before)
        now[~np.isfinite(now)], before[~np.isfinite(before)] = np.nan, np.nan
        common = median(now - before)[..., None]
        middle = median(before)[..., None]
        scale = np.maximum(1.4826 * median(np.abs(before - middle))[..., None], 0.01)
        own = np.minimum(np.abs(now - before - common) / scale, 2)
        found = np.zeros(now.shape[:-1], bool)
        for by in (-1, 1):
            there = np.minimum(np.abs(now - np.roll(before, by, axis=-1) - common) / scale, 2)
            found |= _long_run(own, there)
    return found


def _long_run(own: Floats, there: Floats) -> Bools:
    """Return the rows with a run that is much less off there than where it belongs."""
    gain = np.nan_to_num(own - there)
    total = np.concatenate([np.zeros((*gain.shape[:-1], 1)), np.cumsum(gain, -1)], -1)
    least = np.minimum.accumulate(total, -1)
    end = np.argmax(total - least, -1)
    upto = np.arange(total.shape[-1]) <= end[..., None]
    start = np.argmin(np.where(upto, total, np.inf), -1)
    at = np.arange(gain.shape[-1])
    run = (at >= start[..., None]) & (at < end[..., None]) & np.isfinite(own) & np.isfinite(there)
    off, better = (np.where(run, d, 0).sum(-1) for d in (own, there))
    return np.asarray((run.sum(-1) >= _RUN) & (off - better >= _GAIN) & (better <= off / 3))


def swapped(off: Bools, now: Floats, before: Floats, chance: Floats, near: float = _NEAR) -> Bools:
    """Return the areas that have each other's figures, row by row.

    Parameters
    ----------
    off : ndarray of bool, shape (N, areas)
        The areas that are far from what they were.
    now, before : ndarray, same shape
        Logarithms, without what all areas changed by.
    chance : ndarray, same shape
        Standard error of a change.
    near
        How near a figure lies to the other one's whose it is, whatever the chance.
    """
    found = np.zeros(off.shape, bool)
    for row in np.nonzero((off.sum(-1) >= 2) & (off.sum(-1) <= _FEW))[0]:
        at = np.nonzero(off[row])[0]
        there = np.abs(now[row, at][:, None] - before[row, at][None, :])
        close = there <= np.maximum(2 * chance[row, at][:, None], near)
        pairs = close & close.T & ~np.eye(len(at), dtype=bool)
        found[row, at] = pairs.any(-1)
    return found


def ranks(figures: Floats, known: Bools) -> Floats:
    """Return ranks from 0 among the known ones of each row, NaN for the others; ties in order."""
    order = np.argsort(np.where(known, figures, np.inf), axis=-1, kind="stable")
    rank = np.empty(figures.shape)
    np.put_along_axis(rank, order, np.arange(figures.shape[-1], dtype=float)[None, :], axis=-1)
    found: Floats = np.where(known, rank, np.nan)
    return found


def _correlation(one: Floats, other: Floats) -> Floats:
    both = np.isfinite(one) & np.isfinite(other)
    number = np.maximum(both.sum(-1, keepdims=True), 1)
    a, b = np.where(both, one, 0), np.where(both, other, 0)
    a = np.where(both, a - a.sum(-1, keepdims=True) / number, 0)
    b = np.where(both, b - b.sum(-1, keepdims=True) / number, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (a * b).sum(-1) / np.sqrt((a * a).sum(-1) * (b * b).sum(-1))
    return found


def median(figures: Floats) -> Floats:
    """Return the median of the known ones along the last axis; NaN where there is none."""
    ordered = np.sort(figures, axis=-1)  # NaN comes last
    number = np.isfinite(figures).sum(-1)
    low = np.maximum((number - 1) // 2, 0)[..., None]
    high = np.minimum(number // 2, figures.shape[-1] - 1)[..., None]
    pair = np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1)
    found: Floats = np.where(number > 0, pair[..., 0] / 2, np.nan)
    return found
