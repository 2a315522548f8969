"""Age strata that a rate is standardised over: which bands, and what their hidden counts can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from etl.indicators.cube import Floats, Ints
from warehouse.ages import age_key

#: Neighbouring positions of bands that are counted together.
Groups = tuple[tuple[int, ...], ...]

#: Up to so many bands every way to join neighbours is tried.
_ALL_WAYS: Final = 7


def tiling(ages: Iterable[str], whole: str) -> tuple[str, ...]:
    """Return the bands that make up another one exactly, the most of them there are.

    Parameters
    ----------
    ages : iterable of str
        Bands that are known, such as ``0-17`` and ``65+``.
    whole : str
        ``all`` or a band.

    Returns
    -------
    tuple of str
        Youngest first; empty when no two or more bands make up the whole.
    """
    start, end = _limits(whole)
    starting: dict[int, list[tuple[int, str]]] = {}
    for age in ages:
        if age not in {"all", whole}:
            low, high = _limits(age)
            starting.setdefault(low, []).append((high, age))
    best: dict[int, tuple[str, ...]] = {start: ()}
    for low in sorted({start, *starting}):
        for high, age in starting.get(low, ()) if low in best else ():
            after, bands = high + 1, (*best[low], age)
            if high <= end and len(bands) > len(best.get(after, ())):
                best[after] = bands
    found = best.get(end + 1, ())
    return found if len(found) > 1 else ()


def joined(bands: Sequence[str]) -> str:
    """Return the label of neighbouring bands counted together: ``0-17`` and ``18-39``, ``0-39``."""
    first, last = bands[0], bands[-1]
    if len(bands) == 1:
        return first
    end = last.partition("-")[2]
    return f"{_limits(first)[0]}-{end}" if end else f"{_limits(first)[0]}+"


def _limits(age: str) -> tuple[int, int]:
    first, last = age_key(age)
    return max(first, 0), last


def summed(values: Floats, groups: Groups) -> Floats:
    """Sum the last axis by groups."""
    return np.stack([values[..., list(group)].sum(axis=-1) for group in groups], axis=-1)


def extremes(
    low: Floats, high: Floats, total: tuple[Floats, Floats], per_event: Floats
) -> tuple[Floats, Floats]:
    """Return the counts by stratum that make a weighted sum smallest, and largest.

    Parameters
    ----------
    low, high : ndarray, shape (..., k)
        What each stratum's count can be.
    total : tuple of ndarray, shape (...)
        What all strata together can be. Where rounding makes that impossible, as near as can be.
    per_event : ndarray, shape (..., k)
        What one event in a stratum adds to the sum.

    Returns
    -------
    tuple of ndarray, shape (..., k)

    Notes
    -----
    A linear programme with one sum: what the total asks for beyond the least counts is given to
    the strata where it weighs least (or most), one after another, as far as each has room.
    """
    room = high - low
    order = np.argsort(per_event, axis=-1, kind="stable")
    free = room.sum(axis=-1)
    asked = [np.clip(end - low.sum(axis=-1), 0, free) for end in total]
    return (
        low + _given(room, asked[0], order),
        low + _given(room, asked[1], order[..., ::-1]),
    )


def _given(room: Floats, amount: Floats, order: Ints) -> Floats:
    """Give an amount to the strata in an order, each up to its room."""
    ordered = np.take_along_axis(room, order, axis=-1)
    before = np.cumsum(ordered, axis=-1) - ordered
    taken = np.clip(amount[..., None] - before, 0, ordered)
    out = np.empty_like(room)
    np.put_along_axis(out, order, taken, axis=-1)
    return out


def groupings(weight: Floats, rate: Floats) -> list[Groups]:
    """Return ways to count neighbouring bands together, those to be tried first at the front.

    Parameters
    ----------
    weight, rate : ndarray, shape (k,)
        The standard population by band and the country's rates.

    Returns
    -------
    list of tuple of tuple of int
        Every band alone, then ever fewer groups down to one; of as many groups first the way that
        puts bands together whose rates are alike. Every way there is of up to seven bands; of
        more, the ways that join the youngest, the oldest and neighbours in twos, threes ...
    """
    count = len(weight)
    if count <= _ALL_WAYS:
        cuts = [
            tuple(at for at in range(1, count) if chosen >> (at - 1) & 1)
            for chosen in range(2 ** (count - 1))
        ]
    else:
        ends = [range(young, old + 1) for young in range(1, count) for old in range(young, count)]
        cuts = [tuple(inner) for inner in ends]
        cuts += [tuple(range(step, count, step)) for step in range(1, count + 1)]
    ways = {_cut(count, at) for at in cuts}
    return sorted(ways, key=lambda way: (-len(way), _apart(way, weight, rate), way))


def _cut(count: int, at: tuple[int, ...]) -> Groups:
    edges = (0, *at, count)
    return tuple(tuple(range(first, last)) for first, last in pairwise(edges))


def _apart(groups: Groups, weight: Floats, rate: Floats) -> float:
    """Return how far the rates counted together lie from each other, weighted by the standard."""
    out = 0.0
    for group in map(list, groups):
        mean = np.average(rate[group], weights=weight[group])
        out += float((weight[group] * np.abs(rate[group] - mean)).sum())
    return round(out, 12)
