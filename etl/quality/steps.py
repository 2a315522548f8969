"""A whole new year that is off: half of the municipalities moved by more than they ever did."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from etl.quality.grid import MUNICIPALITIES, Floats, Grid
from etl.quality.patterns import median
from etl.quality.previous_values import SOME, Beside, Hits, last_before

#: A smaller step is no news however steady the years before are: times or through 1.05.
_NEWS: Final = math.log(1.05)
#: The same where too few years before say how steady they are.
_NEWS_OF_FEW: Final = math.log(1.1)
#: Larger steps are told elsewhere: those from year to year in :mod:`etl.quality.outliers`, and all
#: from here
#: on in :mod:`etl.quality.implausible`.
_TOLD_OF_YEARS: Final = math.log(1.5)
_TOLD: Final = math.log(3)
#: Steps before that say how steady a measure is, and by how many times the largest is exceeded.
_STEPS: Final = 3
_BEYOND_FEW: Final = 4.0
_BEYOND: Final = 3.0
#: The same of many steps: beyond the largest, and beyond what half of them are within.
_MANY: Final = 8
_BEYOND_MANY: Final = 1.5
_OF_HALF: Final = 9.0
#: Spreads of the municipalities' changes that a step exceeds where the years before say nothing.
_SPREADS: Final = 5.0
#: Standard errors of half of the municipalities' change, which is 1.25 spreads by their root.
_ERRORS: Final = 6 * 1.25

_KIND: Final = ("measure", "kind", "standardisation")


def new_step(both: Beside, rounded_to: float) -> Hits:
    """Return the last year of a measure where it moved all municipalities more than ever before.

    The steps of a measure's series are taken together, as a median: one series of small counts
    moves by chance.

    Parameters
    ----------
    both
        Figures and the last published ones.
    rounded_to
        What counts are rounded to, 0 when they are not.
    """
    grid = both.grid
    change = _changes(grid, both.before, rounded_to)
    where, times = np.zeros(change.shape, bool), np.ones(both.since.shape)
    past: dict[tuple[str, ...], list[float]] | None = None
    if both.earlier is not None:
        moved = _changes(both.earlier, last_before(both.earlier)[0], rounded_to)
        past = {kind: _steps(moved[at]) for kind, at in _kinds(both.earlier).items()}
    for kind, of_kind in _kinds(grid).items():
        year = int(np.flatnonzero(np.isfinite(grid.value[of_kind]).any((0, 2))).max(initial=0))
        since = both.since[of_kind, year]
        at = of_kind[(since > 0) & (since < grid.years[year])]
        step = _steps(change[at, year][:, None]) if len(at) else []
        in_a_row = past is not None or bool((since == grid.years[year] - 1).all())
        # A larger one is told of already.
        if not step or abs(step[0]) >= (_TOLD_OF_YEARS if in_a_row else _TOLD):
            continue
        before = _steps(change[of_kind, :year]) if past is None else past.get(kind, [])
        if _is_new(step[0], before, float(median(_spread(change[at, year])))):
            where[at, year] = np.isfinite(change[at, year])
            times[at, year] = math.exp(step[0])
    return Hits("new_step", where, times)


def _is_new(step: float, before: list[float], spread: float) -> bool:
    """Return whether a step is larger than the ones before, or than municipalities differ."""
    if len(before) >= _STEPS:
        middle = float(np.median(before))
        off = [abs(one - middle) for one in before]
        few = len(before) == _STEPS
        limit = (_BEYOND_FEW if few else _BEYOND) * max(off)
        if len(before) >= _MANY:  # one year of an epidemic does not make the others less steady
            limit = min(limit, max(_BEYOND_MANY * max(off), _OF_HALF * float(np.median(off))))
        limit = max(_NEWS_OF_FEW if few else _NEWS, limit)
    else:
        middle, limit = 0.0, max(_NEWS_OF_FEW, _SPREADS * spread)
    return abs(step - middle) > max(limit, _ERRORS * spread / math.sqrt(MUNICIPALITIES))


def _kinds(grid: Grid) -> dict[tuple[str, ...], npt.NDArray[np.int_]]:
    """Return where the series of each measure and kind of number stand."""
    numbered = grid.series.with_row_index("at").group_by(_KIND).agg("at")
    return {tuple(kind): np.array(at) for *kind, at in numbered.iter_rows()}


def _changes(grid: Grid, before: Floats, rounded_to: float) -> Floats:
    """Return log changes since the figures before; NaN where they say nothing."""
    is_count = (grid.series["kind"] == "count").to_numpy()[:, None, None]
    half = np.where(is_count, max(0.5, rounded_to / 2), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.log((grid.value + half) / (before + half))
    return np.where(np.isfinite(change), change, np.nan)


def _steps(change: Floats) -> list[float]:
    """Return by how much half of the municipalities changed, in each year that says it."""
    own = change[..., :MUNICIPALITIES]
    enough = np.isfinite(own).sum(-1) >= SOME
    steps = median(np.where(enough, median(own), np.nan).T)
    return [float(step) for step in steps if np.isfinite(step)]


def _spread(change: Floats) -> Floats:
    own = change[..., :MUNICIPALITIES]
    return np.asarray(1.4826 * median(np.abs(own - median(own)[..., None])))
