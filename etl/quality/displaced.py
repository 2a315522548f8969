"""Columns of figures that fit the others better a row further down or up.

A column of a weak pattern hardly follows the one of the year before. All other years together, or
all other series of the file, tell much better whether it stands beside the right municipalities.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from etl.quality import patterns
from etl.quality.grid import MUNICIPALITIES, Bools, Floats, Grid
from etl.quality.previous_values import Beside, Hits

#: Municipalities that are most.
_MOST: Final = 60
#: Rows that a column may have moved by.
_ROWS: Final = (-2, -1, 1, 2)
#: Correlation beside other rows that is a pattern: chance reaches it with one column in a thousand.
_PATTERN: Final = 0.35
#: The same of a fit to several series at once, which is the larger by chance the more there are.
_SEVERAL: Final = 0.5
#: Chance of a question about any column of a file none of which has moved.
_CHANCE: Final = 0.001
#: Standard errors where the other columns show that neighbours are not alike, and from which on
#: they show it, and how many say so.
_ERRORS: Final = 2.5
_UNLIKE: Final = -0.5
_OTHERS: Final = 3
#: Correlation from year to year that no moved column has.
_FIRM: Final = 0.75
#: Series that are held against each other one by one; of more, their common pattern is enough.
_SERIES: Final = 60
#: Weight that keeps a fit to series that are much alike from following their chance (ridge).
_RIDGE: Final = 0.1


def displaced(both: Beside) -> Hits:
    """Return columns that fit the other years, or the other series, better a row or two off.

    Parameters
    ----------
    both
        The figures of one package, each with the last one before it.
    """
    return _hits(both.grid, _years(both) | _series(both.grid))


def displaced_beside(grid: Grid, other: Grid) -> Hits:
    """Return columns that fit the years of other figures better a row or two off.

    Those with years enough of their own are held against these by :func:`displaced`.
    """
    keys = other.series["key"]
    there = grid.series["key"].is_in(keys.implode()).to_numpy()
    at = keys.search_sorted(grid.series["key"]).to_numpy().clip(0, max(len(keys) - 1, 0))
    own = _in_order(grid)
    there &= np.isfinite(own).any(-1).sum(-1) < _OTHERS
    where = np.zeros(own.shape[:2], bool)
    rows = np.nonzero(there)[0]
    if not len(rows):
        return _hits(grid, where)
    before = np.take_along_axis(
        other.value[at[rows], :, :MUNICIPALITIES], _order(grid)[rows][:, None], axis=-1
    )
    column, last = _standard(own[rows]), _standard(before)
    better, fit = _better(column, _unit(last.sum(1, keepdims=True)))
    usual = _better(last, _unit(last.sum(1, keepdims=True) - last))[0]
    usual[~_enough(before) | (_enough(before).sum(-1, keepdims=True) < 2)] = np.nan
    others = np.broadcast_to(usual[:, None], (*better.shape, usual.shape[-1]))
    enough = _enough(own[rows]) & _enough(before).any(-1, keepdims=True)
    where[rows] = _moved(better, fit, others, enough, _PATTERN)
    return _hits(grid, where)


def _years(both: Beside) -> Bools:
    """Return columns that fit the other years of their series better elsewhere."""
    where = np.zeros(both.fit.shape, bool)
    with np.errstate(invalid="ignore"):
        rows = np.nonzero((both.fit < _FIRM).any(-1))[0]
    if not len(rows):
        return where
    figures = _in_order(both.grid, rows)
    column, enough = _standard(figures), _enough(figures)
    better, fits = _better(column, _unit(column.sum(1, keepdims=True) - column))
    enough &= enough.sum(-1, keepdims=True) > 1
    known = np.where(enough, better, np.nan)
    others = np.broadcast_to(known[:, None], (*known.shape, known.shape[1])).copy()
    others[:, np.eye(known.shape[1], dtype=bool)] = np.nan
    where[rows] = _moved(better, fits, others, enough, _PATTERN)
    return where


def _series(grid: Grid) -> Bools:
    """Return series that fit the other series of the file better elsewhere, in all their years."""
    where = np.zeros(grid.value.shape[:2], bool)
    is_count = (grid.series["kind"] == "count").to_numpy()
    for kind in (is_count, ~is_count):
        rows = np.nonzero(kind)[0]
        if len(rows) <= _OTHERS or (len(rows) > _SERIES and len(grid.years) > 1):
            continue
        figures = _in_order(grid, rows)
        column = _unit(_standard(figures).sum(1))
        better, fit = _better_together(column)
        others = np.broadcast_to(better, (len(rows), len(rows))).copy()
        np.fill_diagonal(others, np.nan)
        enough = np.asarray(_enough(figures).any(-1))
        moved = _moved(better, fit, others, enough, _SEVERAL)
        where[rows] = moved[:, None] & np.isfinite(figures).any(-1)
    return where


def _moved(better: Floats, fit: Floats, others: Floats, enough: Bools, pattern: float) -> Bools:
    """Return the columns that fit better elsewhere by more than chance.

    Where the others fit their own rows much better than the next ones, a smaller difference is
    enough: neighbours are not alike then.
    """
    many = -NormalDist().inv_cdf(_CHANCE / (len(_ROWS) * max(int(enough.sum()), 1)))
    unlike = (np.isfinite(others).sum(-1) >= _OTHERS) & (patterns.median(others) < _UNLIKE)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            enough & (fit > pattern) & (better > np.where(unlike, min(_ERRORS, many), many))
        )


def _better(column: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Return by how many standard errors columns fit others better elsewhere, and how well."""
    own = (column * others).sum(-1)
    best, fit = np.full(own.shape, -np.inf), np.zeros(own.shape)
    for by in _ROWS:
        there = np.roll(others, by, axis=-1)
        this = (column * there).sum(-1)
        errors = _errors(own, this, (others * there).sum(-1))
        fit = np.where(errors > best, this, fit)
        best = np.maximum(errors, best)
    return best, fit


def _better_together(column: Floats) -> tuple[Floats, Floats]:
    """Return the same of each column and a ridge regression on all the others."""
    if len(column) > _SERIES:
        return _better(column, _unit(column.sum(0, keepdims=True) - column))
    fits = []
    number = len(column)
    rest = np.array([np.delete(np.arange(number), n) for n in range(number)])
    alike = column @ column.T
    square = alike[rest[:, :, None], rest[:, None, :]] + _RIDGE * np.eye(number - 1)
    for by in (0, *_ROWS):
        there = np.roll(column, by, axis=-1)
        among = np.take_along_axis(column @ there.T, rest, axis=1)
        weight = np.linalg.solve(square, among[..., None])[..., 0]
        fits.append(_unit(np.einsum("nk,nka->na", weight, there[rest])))
    own = (column * fits[0]).sum(-1)
    best, fit = np.full(number, -np.inf), np.zeros(number)
    for one in fits[1:]:
        this = (column * one).sum(-1)
        errors = _errors(own, this, (fits[0] * one).sum(-1))
        fit = np.where(errors > best, this, fit)
        best = np.maximum(errors, best)
    return best, fit


def _errors(own: Floats, there: Floats, between: Floats) -> Floats:
    """Return by how many standard errors one of two dependent correlations is the larger.

    Meng, Rosenthal and Rubin (1992), Comparing correlated correlation coefficients, Psychological
    Bulletin 111, 172-175.
    """
    own, there = np.clip(own, -0.999, 0.999), np.clip(there, -0.999, 0.999)
    mean = (own**2 + there**2) / 2
    left = np.maximum(1 - between, 1e-9)
    f = np.minimum(left / (2 * (1 - mean)), 1)
    h = (1 - f * mean) / (1 - mean)
    found: Floats = (np.arctanh(there) - np.arctanh(own)) * np.sqrt(
        (MUNICIPALITIES - 3) / (2 * left * h)
    )
    return found


def _order(grid: Grid) -> npt.NDArray[np.intp]:
    """Return the municipalities as the file has them, by code, by name or by region."""
    rows = grid.row[..., :MUNICIPALITIES].max(1)
    return np.asarray(np.argsort(rows, axis=-1, kind="stable"))


def _in_order(grid: Grid, series: npt.NDArray[np.intp] | slice = slice(None)) -> Floats:
    figures = grid.value[series, :, :MUNICIPALITIES]
    return np.take_along_axis(figures, _order(grid)[series][:, None], axis=-1)


def _enough(figures: Floats) -> Bools:
    return np.asarray(np.isfinite(figures).sum(-1) >= _MOST)


def _standard(figures: Floats) -> Floats:
    """Return ranks around 0 of length 1; 0 where no figure is known."""
    flat = figures.reshape(-1, figures.shape[-1])
    known = np.isfinite(flat)
    rank = np.where(known, patterns.ranks(flat, known), 0)
    mean = rank.sum(-1, keepdims=True) / np.maximum(known.sum(-1, keepdims=True), 1)
    return _unit(np.where(known, rank - mean, 0)).reshape(figures.shape)


def _unit(columns: Floats) -> Floats:
    length = np.sqrt((columns * columns).sum(-1, keepdims=True))
    return np.asarray(np.divide(columns, length, out=np.zeros_like(columns), where=length > 0))


def _hits(grid: Grid, where: Bools) -> Hits:
    return Hits("displaced", where[..., None] & np.isfinite(grid.value))
