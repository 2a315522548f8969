"""Zeros on the small islands: there may be nobody, and there may be a figure that is not known.

Few people live there, so that a zero is no mistake by itself. It is one where the island's other
years, or how many it would be elsewhere, say that chance does not make it zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from etl.quality.grid import AREAS, MUNICIPALITIES, SMALL, Bools, Floats
from etl.quality.implausible import EACH
from etl.quality.patterns import median
from etl.quality.previous_values import MANY, Beside, Hits

#: Expected people of whom all are gone by chance with one of several million figures.
_EXPECTED: Final = 15.0
#: The least that a group of people on an island is taken for, in hundreds: a share in per cent then
#: is as many people. The smallest island has 1,750 inhabitants.
_PER_CENT: Final = 100.0
#: Years that tell how much a figure varies.
_YEARS: Final = 5
#: The lowest of the other municipalities, where the island has no other year.
_LOWEST: Final = 0.05


def island_zeros(both: Beside, maximum: Mapping[str, float], people: Collection[str]) -> Hits:
    """Return zeros on small islands that chance does not explain.

    Parameters
    ----------
    both
        Figures and the last published ones.
    maximum
        The largest possible rate of each measure that has one: 100 says that it is in per cent.
    people
        Measures that count people, not what they have many of.
    """
    grid = both.grid
    where = np.zeros(grid.value.shape, bool)
    at = [AREAS.index(area) for area in SMALL]
    zero = grid.value[..., at] == 0
    rows = np.nonzero(zero.any((1, 2)))[0]
    if not len(rows):
        return Hits("island_zero", where)
    now, before = grid.value[rows][..., at], both.before[rows][..., at]
    is_count = (grid.series["kind"] == "count").to_numpy()[:, None, None]
    any_count, is_count = is_count.any(), is_count[rows]
    measures = grid.series["measure"].gather(rows)
    limit = np.array([maximum.get(name, 0.0) for name in measures])
    per_cent = ~is_count & (limit == _PER_CENT)[:, None, None]
    # Never a zero in the other years, and too even for that to be chance.
    events = is_count[:, 0] & ~measures.is_in(list(people)).to_numpy()[:, None]
    expected = (_expected(now, is_count) / np.where(events, EACH, 1))[:, None]
    if any_count:
        expected = np.where(is_count, expected, 0)  # counts say more than the rates beside them
    # In per cent, of a hundred people at least.
    lowest = _lowest(grid.value[rows][..., :MUNICIPALITIES])[..., None]
    share = np.where(np.isfinite(before), before, lowest)
    hit = (expected > _EXPECTED) | (per_cent & (share > _EXPECTED))
    places = np.ix_(rows, np.arange(now.shape[1]), np.array(at))
    # Many people who are gone are asked about as such.
    where[places] = zero[rows] & hit & ~(is_count & np.isfinite(before) & (before >= 2 * _EXPECTED))
    return Hits("island_zero", where)


def _expected(now: Floats, is_count: Bools) -> Floats:
    """Return how many people other years expect: by their number, or by how little they vary."""
    some = np.where(now > 0, now, np.nan)
    number = np.isfinite(some).sum(1)
    zeros = (now == 0).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(some, 1) / number
        varies = np.nansum((some - mean[:, None]) ** 2, 1) / (number - 1) / mean**2
        expected = np.where(is_count[:, 0], mean, 1 / varies)
    enough = (number >= _YEARS) & (zeros == 1)
    return np.where(enough, expected, 0.0)


def _lowest(now: Floats) -> Floats:
    """Return what nearly all municipalities have at least, as low as the lowest known to be."""
    known = np.isfinite(now)
    ordered = np.sort(np.where(known & (now > 0), now, np.inf), -1)
    at = (_LOWEST * known.sum(-1)).astype(int)
    low = np.take_along_axis(ordered, at[..., None], -1)[..., 0]
    return np.where((known.sum(-1) >= MANY) & (median(now) > 0), low, 0.0)
