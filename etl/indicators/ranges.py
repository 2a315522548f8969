"""What a count that the publisher left blank can be: the range that the delivered totals leave it.

Every delivered count narrows the others: a region is the sum of its municipalities, both sexes are
women and men, all ages are the bands, a part is no larger than its whole. A count shown rounded is
itself a range. Each of these relations is used in turn until none narrows anything any more. The
truth is never left out; how close this comes to solving all relations at once (by linear
programming) is measured in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from etl.indicators.cube import BY_SOURCE, MISSING, OK, Bools, Catchments, Delivered, Floats, Ints
from etl.indicators.relations import Rules, Sums, area_sums, parts_of, series_sums

#: Stands for "no upper end": more than anybody counts, and small enough to be added exactly.
UNBOUNDED: Final = 1e9
#: Shares of municipalities are not whole numbers: what sums of them may be off by.
_EXACT: Final = 1e-3
#: Ranges that all together narrow by less than this share in a round are as good as settled.
_SETTLED: Final = 0.001
#: Rounds after which what is still narrowing is left as it is: wider, and still true.
_ROUNDS: Final = 12


@dataclass(frozen=True)
class Ranges:
    """The least and the most that each count can be.

    Attributes
    ----------
    low, high : ndarray, shape (A, P, S)
        For every area of the catchments; ``high`` is at least :data:`UNBOUNDED` where nothing
        bounds a count.
    contradicted : ndarray of bool, shape (A, P, S)
        Counts for which the delivered totals leave nothing at all: some of them are wrong.
    """

    low: Floats
    high: Floats
    contradicted: Bools


def bound(delivered: Delivered, catchments: Catchments, rules: Rules) -> Ranges:
    """Bound every count of a group of packages that their publisher made safe.

    Parameters
    ----------
    delivered : Delivered
    catchments : Catchments
        Has the municipalities themselves as the geography ``kommuner``.
    rules : Rules

    Returns
    -------
    Ranges
    """
    low, high = _as_delivered(delivered, catchments, rules)
    contradicted = np.zeros(low.shape, bool)
    chosen = _with_hidden(delivered, rules)
    if len(chosen):
        state = Ranges(low[:, :, chosen], high[:, :, chosen], contradicted[:, :, chosen])
        _solve(state, delivered.series[chosen], delivered.larger["area"], catchments, rules)
        low[:, :, chosen], high[:, :, chosen] = state.low, state.high
        contradicted[:, :, chosen] = state.contradicted
    return Ranges(low, high, contradicted)


def _with_hidden(delivered: Delivered, rules: Rules) -> Ints:
    """Return the series of the measures in which something is hidden, and of their wholes."""
    measures = delivered.series["measure"]
    hidden = (delivered.municipal_status == BY_SOURCE).any(axis=(0, 1))
    hidden[delivered.larger.filter(pl.col("code") == BY_SOURCE)["series_at"].to_numpy()] = True
    wanted = set(measures.filter(pl.Series(hidden)))
    wanted |= {whole for part, whole in rules.parts.items() if part in wanted}
    for whole, parts in rules.sums.items():
        if wanted & {whole, *parts}:
            wanted |= {whole, *parts}
    # bands made of shares of others add up to nothing exactly
    return np.flatnonzero(measures.is_in(list(wanted)).to_numpy() & ~delivered.is_estimate)


def _solve(
    state: Ranges,
    series: pl.DataFrame,
    delivered: pl.Series,
    catchments: Catchments,
    rules: Rules,
) -> None:
    """Narrow until nothing narrows any more, in place; `delivered` are areas with own totals."""
    by_area, by_series = area_sums(catchments), series_sums(series, rules)
    inside = parts_of(series, rules)
    is_once = series["measure"].is_in(list(rules.counted_once)).to_numpy()
    each, once = np.flatnonzero(~is_once), np.flatnonzero(is_once)
    larger = set(delivered.to_list())
    before = _width(state)
    for _ in range(_ROUNDS):
        for pairs in inside:
            _narrow_parts(state, pairs)
        for sums in by_series:
            _narrow_by_series(state, sums)
        for sums in by_area:
            _narrow_by_area(state, sums, each, loose=False)
            if int(sums.whole[0]) in larger:
                _narrow_by_area(state, sums, once, loose=True)
            elif not larger & set(sums.parts[0].tolist()):
                _narrow_by_area(state, sums, once, loose=False)
        width = _width(state)
        if before - width <= _SETTLED * before:
            break
        before = width


def _width(state: Ranges) -> float:
    """Return how wide all ranges are together; one beyond thousands is no news."""
    return float(np.minimum(state.high - state.low, 10_000).sum())


def _as_delivered(
    delivered: Delivered, catchments: Catchments, rules: Rules
) -> tuple[Floats, Floats]:
    """Return what each count can be by itself: as shown, within its rounding, or as hidden."""
    measures = delivered.series["measure"].to_list()
    # counts are whole: rounded to the nearest 5, a count is off by 2 at most
    half = np.array([rules.rounded_to.get(measure, 0) // 2 for measure in measures], float)
    limits = [rules.hidden.get(measure, (0, None)) for measure in measures]
    least = np.array([low for low, _ in limits], float)
    most = np.array([UNBOUNDED if high is None else high for _, high in limits], float)
    shape = (len(catchments.areas), *delivered.municipal.shape[1:])
    low, high = np.zeros(shape), np.full(shape, UNBOUNDED)
    own = catchments.index(pl.Series(catchments.municipalities))
    shown = delivered.municipal_status == OK
    hidden = delivered.municipal_status == BY_SOURCE
    value = delivered.municipal
    low[own] = np.where(shown, np.maximum(value - half, 0), np.where(hidden, least, 0.0))
    high[own] = np.where(shown, value + half, np.where(hidden, most, UNBOUNDED))
    # an area nobody delivers is the sum of its municipalities
    shares = catchments.weights.T.astype(float)
    others = np.setdiff1d(np.arange(shape[0]), own)
    for ends in (low, high):
        sums = shares[others] @ ends[own].reshape(len(own), -1)
        ends[others] = sums.reshape(len(others), *shape[1:])
    larger = delivered.larger.filter(pl.col("code") != MISSING)
    a, p, s = (larger[name].to_numpy() for name in ("area", "period_at", "series_at"))
    value, code = larger["value"].to_numpy(), larger["code"].to_numpy()
    low[a, p, s] = np.where(
        code == OK, np.maximum(value - half[s], 0), np.where(code == BY_SOURCE, least[s], 0.0)
    )
    high[a, p, s] = np.where(
        code == OK, value + half[s], np.where(code == BY_SOURCE, most[s], UNBOUNDED)
    )
    return low, high


def _narrow_by_series(state: Ranges, sums: Sums) -> None:
    """Narrow series by what they are the sums of, in every area and period, in place."""
    at = [sums.whole, *sums.parts.T]
    low = np.stack([state.low[:, :, one] for one in at])
    high = np.stack([state.high[:, :, one] for one in at])
    bad = _agree(low, high, np.ones(len(at) - 1))
    for k, one in enumerate(at):
        state.low[:, :, one], state.high[:, :, one] = low[k], high[k]
        state.contradicted[:, :, one] |= bad


def _narrow_by_area(state: Ranges, sums: Sums, columns: Ints, *, loose: bool) -> None:
    """Narrow areas by what they are the sums of, in place; in some of the series.

    A `loose` sum may be less than its parts: people who moved are in several of them.
    """
    if not len(columns):
        return
    rows = np.array([sums.whole[0], *sums.parts[0]])
    every = len(columns) == state.low.shape[2]
    at = rows if every else np.ix_(rows, np.arange(state.low.shape[1]), columns)
    low, high = state.low[at], state.high[at]
    weights = np.ones(sums.parts.shape[1]) if sums.weights is None else sums.weights
    bad = (_agree_loosely if loose else _agree)(low, high, weights)
    state.low[at], state.high[at] = low, high
    if bad.any():
        state.contradicted[at] |= bad


def _narrow_parts(state: Ranges, pairs: Ints) -> None:
    """Narrow series by what they are counted among, in place."""
    part, whole = pairs.T
    part_low, part_high = state.low[:, :, part], state.high[:, :, part]
    whole_low, whole_high = state.low[:, :, whole], state.high[:, :, whole]
    bad = part_low > whole_high + _EXACT
    # within what adding is off by, the ends stay in order
    high = np.clip(whole_high, part_low, part_high)
    low = np.clip(part_low, whole_low, whole_high)
    state.high[:, :, part] = np.where(bad, part_high, high)
    state.low[:, :, whole] = np.where(bad, whole_low, low)
    state.contradicted[:, :, part] |= bad


def _agree(low: Floats, high: Floats, weights: Floats) -> Bools:
    """Narrow a whole (first) and the parts it is the weighted sum of, in place.

    Returns where they cannot agree; there nothing is narrowed.
    """
    least, most = (np.tensordot(weights, ends[1:], axes=1) for ends in (low, high))
    bad: Bools = (least > high[0] + _EXACT) | (most < low[0] - _EXACT)
    w = weights.reshape(-1, *[1] * least.ndim)
    # what is left of the whole when all other parts are as large, or as small, as they can be
    rest_low = low[1:] + (low[0] - most) / w + (high[1:] - low[1:])
    rest_high = high[1:] + (high[0] - least) / w - (high[1:] - low[1:])
    _take(low[1:], high[1:], rest_low, rest_high, bad)
    _take(low[:1], high[:1], least[None], most[None], bad)
    return bad


def _agree_loosely(low: Floats, high: Floats, weights: Floats) -> Bools:
    """As :func:`_agree` for a whole that may be less than the sum of its parts."""
    most = np.tensordot(weights, high[1:], axes=1)
    bad: Bools = most < low[0] - _EXACT
    w = weights.reshape(-1, *[1] * most.ndim)
    rest_low = high[1:] + (low[0] - most) / w
    _take(low[1:], high[1:], rest_low, high[1:], bad)
    _take(low[:1], high[:1], low[:1], most[None], bad)
    return bad


def _take(low: Floats, high: Floats, new_low: Floats, new_high: Floats, bad: Bools) -> None:
    """Narrow ranges in place, but where nothing would be left (marked as bad too)."""
    new_low, new_high = np.maximum(low, new_low), np.minimum(high, new_high)
    empty = new_low > new_high + _EXACT
    bad |= empty.any(axis=0)
    # within what adding is off by, the ends stay in order
    np.minimum(new_low, high, out=new_low)
    np.maximum(new_high, new_low, out=new_high)
    if bad.any():
        np.copyto(low, new_low, where=~(bad | empty))
        np.copyto(high, new_high, where=~(bad | empty))
    else:
        low[...], high[...] = new_low, new_high
