"""What whole series of figures look like: a copy, another's figures, shares for per cent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.quality import chance, patterns
from etl.quality.grid import AREAS, MUNICIPALITIES, SERIES, SMALL, Bools, Floats, Grid
from etl.quality.patterns import median
from etl.quality.previous_values import MANY, SOME, Beside, Hits, different

#: Municipalities that are most.
_MOST: Final = 60
#: Rank correlation that is clear.
_CLEAR: Final = 0.5
#: Share of figures that are the same to the last digit in a year that was copied, and counts that
#: are not so by chance.
_COPIED: Final = 0.9
LARGE: Final = 50
#: Share of municipalities with one and the same figure.
_FLAT: Final = 0.9
_PER_CENT: Final = 100.0
#: One figure that many times as large or small as half of the others, and spreads beyond them.
_FAR: Final = math.log(5)
_RARE: Final = 5.0
_SPREADS: Final = 9.0
#: The figure above the lowest few, in a hundred municipalities.
_FEWEST: Final = 5
_ORDINARY: Final = 0.05
#: Change of half the municipalities from which a series may be another's, and how many such series
#: of a measure are held against each other.
_OTHER: Final = 0.1
_LABELS: Final = 60


def by_itself(both: Beside, maximum: Mapping[str, float]) -> list[Hits]:
    """Return what looks like a mistake where nothing was published before.

    Parameters
    ----------
    both
        Figures and the last published ones.
    maximum
        The largest possible rate of each measure that has one.
    """
    own = slice(MUNICIPALITIES)
    series = both.grid.series
    is_rate = (series["kind"] != "count").to_numpy()[:, None]
    new = (both.since == 0) & is_rate
    now = both.grid.value
    known = np.isfinite(now[..., own])
    enough = new & (known.sum(-1) >= MANY)
    largest = np.where(known, now[..., own], 0).max(-1)
    nothing = enough & (largest == 0)
    limit = np.array([maximum.get(m, 0.0) for m in series["measure"]])[:, None]
    shares = enough & (largest > 0) & (largest <= 1) & (limit == _PER_CENT)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.log(now)
        off = np.abs(level - median(level[..., own])[..., None])
        spread = 1.4826 * median(off[..., own])[..., None]
        far = (off > _FAR) & (off > _SPREADS * np.maximum(spread, _ORDINARY))
        # None at all where no other has few: missing, and filled in as zero.
        some = np.where(known & (now[..., own] > 0), now[..., own], np.inf)
        few = np.partition(some, _FEWEST, -1)[..., _FEWEST]
        none = np.isfinite(few) & (few * _RARE > median(now[..., own]))
        zero = none[..., None] & (now == 0) & ~np.isfinite(both.before)
    large = ~np.isin(AREAS, SMALL)
    far &= enough[..., None] & large & np.isfinite(level)
    # Counts beside the rates say more.
    only_rates = bool(is_rate.all())
    far |= zero & (only_rates & (known.sum(-1) >= MANY))[..., None] & large
    return [
        Hits("all_zero", nothing[..., None] & np.isfinite(now)),
        Hits("perhaps_shares", shares[..., None] & np.isfinite(now)),
        Hits("far_from_others", far),
    ]


def alike(both: Beside, rounded_to: float) -> Hits:
    """Return one figure in nearly all municipalities, or in a run of them, which differed before.

    Parameters
    ----------
    both
        Figures and the last published ones.
    rounded_to
        What counts are rounded to, 0 when they are not.
    """
    own = slice(MUNICIPALITIES)
    now, before = both.grid.value[..., own], both.before[..., own]
    known = np.isfinite(now) & np.isfinite(before)
    large = known & (now > 0)
    flat = _same(np.where(large, now, np.nan)) >= _FLAT
    was = _same(np.where(large, before, np.nan)) >= _FLAT / 2
    where = np.zeros(both.before.shape, bool)
    hit = (large.sum(-1) >= MANY) & flat & ~was
    is_count = (both.grid.series["kind"] == "count").to_numpy()[:, None, None]
    # Small counts that are rounded are often alike.
    few = np.nonzero(hit & is_count[..., 0])
    hit[few] = ~chance.explains(now[few], before[few], rounded_to)
    where |= hit[..., None] & np.isfinite(both.grid.value) & np.isfinite(both.before)
    # Small counts are often the same by chance, and so are zeros.
    telling = known & (now >= np.where(is_count, LARGE, 1e-9))
    at = np.nonzero(telling.sum(-1) >= SOME)
    order = np.argsort(both.grid.row[..., own][at], axis=-1, kind="stable")
    one, other = (
        np.take_along_axis(np.where(telling, side, np.nan)[at], order, -1) for side in (now, before)
    )
    run = np.zeros(one.shape, bool)
    np.put_along_axis(run, order, patterns.run_alike(one, other), -1)
    where[..., own][at] |= run
    return Hits("all_alike", where)


def _same(figures: Floats) -> Floats:
    """Return the share of the known figures that are the commonest one, roughly: the median."""
    known = np.isfinite(figures).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (figures == median(figures)[..., None]).sum(-1) / known
    return found


def gone(both: Beside) -> list[Hits]:
    """Return figures that are neither there nor hidden, and that were there the time before."""
    own = slice(MUNICIPALITIES)
    had = np.isfinite(both.before[..., own])
    lost = had & ~np.isfinite(both.grid.value[..., own]) & ~both.grid.hidden[..., own]
    number = lost.sum(-1)
    last = np.zeros(number.shape, bool)
    last[:, -1:] = True
    # Rows that were never there may be of a survey that is not made every year.
    there = (both.grid.row[..., own] > 0).any(-1)
    most = (number >= SOME) & (number * 2 > had.sum(-1)) & (there | last)
    where = np.zeros(both.before.shape, bool)
    where[..., own] = lost
    return [
        Hits("most_gone", where & most[..., None]),
        Hits("some_gone", where & (~most & last)[..., None], severity="warning"),
    ]


def labels_exchanged(both: Beside) -> Hits:
    """Series that have the figures another label of the same measure had before."""
    series = both.grid.series
    where = np.zeros(both.before.shape, bool)
    own = slice(MUNICIPALITIES)
    with np.errstate(invalid="ignore", divide="ignore"):
        now, before = np.log(both.grid.value[..., own]), np.log(both.before[..., own])
    now[~np.isfinite(now)], before[~np.isfinite(before)] = np.nan, np.nan
    one, other = _women_and_men(series)
    if len(one):
        with np.errstate(invalid="ignore"):
            ratio, was = now[one] - now[other], before[one] - before[other]
            enough = (np.isfinite(ratio) & np.isfinite(was)).sum(-1) >= _MOST
            same, turned = median(np.abs(ratio - was)), median(np.abs(ratio + was))
            hit = enough & (turned < same / 2) & (patterns.fits(ratio, was) < -_CLEAR)
        where[one] |= hit[..., None]
        where[other] |= hit[..., None]
    # Of the others only those can be exchanged that changed much.
    changed = median(np.abs(now - before))
    enough = (np.isfinite(now) & np.isfinite(before)).sum(-1) >= MANY
    with np.errstate(invalid="ignore"):
        # Small counts, and the rates made of them, change much by chance.
        is_count = (series["kind"] == "count").to_numpy()[:, None]
        large = median(both.before[..., own]) >= LARGE
        off = enough & (changed > _OTHER) & np.where(is_count.any(), is_count & large, True)
    measure = series["measure"].rank("dense").to_numpy() * 10 + (
        series["kind"].rank("dense").to_numpy() + series["standardisation"].rank("dense").to_numpy()
    )
    for year in range(off.shape[1]):
        for one in np.unique(measure[off[:, year]]):
            at = np.nonzero(off[:, year] & (measure == one))[0]
            if not 2 <= len(at) <= _LABELS:
                continue
            there = np.stack([median(np.abs(now[at, year] - before[a, year])) for a in at], axis=1)
            near = there < changed[at, year][:, None] / 4
            np.fill_diagonal(near, val=False)
            # Whoever has another's figures has lost its own to somebody.
            hit = near.any(1) & near.any(0)
            near &= hit[:, None] & hit[None, :]
            hit = near.any(1) & near.any(0)
            if hit.sum() > 1:
                where[at[hit], year] = True
    return Hits("labels_exchanged", where & np.isfinite(both.before))


def _women_and_men(series: pl.DataFrame) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """Return where women and men of the same measure, age and sector stand."""
    numbered = series.with_row_index("at")
    women, men = (numbered.filter(pl.col("sex") == sex) for sex in ("female", "male"))
    both = women.join(men, on=[column for column in SERIES if column != "sex"])
    return both["at"].to_numpy(), both["at_right"].to_numpy()


def copied(grid: Grid) -> Hits:
    """Years that are a copy of one before the last, in the same file."""
    is_count = (grid.series["kind"] == "count").to_numpy()[:, None]
    found = np.zeros(grid.value.shape, bool)
    since = np.zeros(found.shape[:2], int)
    for at in range(2, len(grid.years)):
        for earlier in range(at - 1):
            now, before = grid.value[:, at], grid.value[:, earlier]
            # Most of some, before all are looked at.
            some = (now[:, ::8] == before[:, ::8]).sum(-1) * 3 >= np.isfinite(now[:, ::8]).sum(-1)
            if not some.any():
                continue
            where = the_same(now[some], before[some], is_count[some])
            found[some, at] |= where
            since[np.nonzero(some)[0][where.any(-1)], at] = grid.years[earlier]
    return Hits("copied", found, since=since)


def the_same(now: Floats, before: Floats, is_count: Bools) -> Bools:
    """Return the figures of rows in which nearly all are the same to the last digit."""
    own = slice(MUNICIPALITIES)
    same = np.zeros(now.shape, bool)
    with np.errstate(invalid="ignore"):
        # Small counts are often the same by chance, and zero always is.
        telling = (now >= np.where(is_count, LARGE, 1e-9)) & np.isfinite(before)
        same[..., own] = (telling & (now == before))[..., own]
    number = telling[..., own].sum(-1)
    at = np.nonzero((number >= MANY) & (same.sum(-1) >= _COPIED * number))
    hit = np.zeros(number.shape, bool)
    hit[at] = different(np.where(telling[at], now[at], np.nan)) >= SOME
    return same & hit[..., None]
