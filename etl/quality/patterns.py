"""Do two years of figures have the pattern of their areas in common: vectorised, a row a series."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.quality.grid import Bools, Floats

#: Municipalities in a row, at least, that all stand one place off.
_RUN: Final = 8
#: Share of steps that are all up, or all down, where figures were sorted by themselves.
_SORTED: Final = 0.95
#: By how many spreads between areas their figures fit better there, added up, and at most what
#: part of what they were off they still are: the longer a run, the less is it chance.
_FITS_THERE: Final = ((5.0, 1 / 3), (9.0, 1 / 2), (13.0, 1 / 1.6))
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
    fits_there = [(off - better >= gain) & (better <= off * left) for gain, left in _FITS_THERE]
    return np.asarray((run.sum(-1) >= _RUN) & np.logical_or.reduce(fits_there))


def in_order(figures: Floats) -> Bools:
    """Return the rows whose known figures rise, or fall, from one area to the next."""
    found = np.zeros(len(figures), bool)
    for at, row in enumerate(figures):
        steps = np.diff(row[np.isfinite(row)])
        found[at] = len(steps) > 0 and bool(max((steps >= 0).mean(), (steps <= 0).mean()) > _SORTED)
    return found


def run_alike(now: Floats, before: Floats) -> Bools:
    """Return the areas in a long run of one and the same figure, which differed before."""
    found = np.zeros(now.shape, bool)
    with np.errstate(invalid="ignore"):
        same = np.diff(now, axis=-1) == 0
    for row in np.nonzero(same.sum(-1) >= _RUN - 1)[0]:
        ends = np.flatnonzero(np.diff(np.concatenate([[0], same[row].astype(int), [0]])))
        for first, last in ends.reshape(-1, 2):
            was = before[row, first : last + 1]
            different = len(np.unique(was[np.isfinite(was)]))
            found[row, first : last + 1] = last - first + 1 >= _RUN <= 2 * different
    return found


def swapped(  # noqa: PLR0917
    off: Bools,
    now: Floats,
    before: Floats,
    chance: Floats,
    near: float = _NEAR,
    part: float = 0.0,
) -> Bools:
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
    part
        The same as a part of its own change.
    """
    found = np.zeros(off.shape, bool)
    for row in np.nonzero((off.sum(-1) >= 2) & (off.sum(-1) <= _FEW))[0]:
        at = np.nonzero(off[row])[0]
        there = np.abs(now[row, at][:, None] - before[row, at][None, :])
        own = np.abs(now[row, at] - before[row, at])[:, None]
        close = there <= np.maximum(np.maximum(2 * chance[row, at][:, None], near), part * own)
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
