"""The open code, run on every table that fits what is published.

The attacker knows how the house chooses what to hide: the code is open. For a small set of tables
he writes down every table of whole people that agrees with what is shown, makes each safe as the
house would, and keeps those of which the same numbers are hidden under the same labels. If the
choice looks at the numbers it protects, few are left. Where chance takes part in the choice he
tries each table several times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil, floor, inf, isinf

import polars as pl

from tests.disclosure.attackers.system import NEAR, Cell, Found, Known
from tests.disclosure.attackers.tables import LABELLED, Areas, lay_out

Protect = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
KEY = ("measure", "area_id", "period", "sex", "age", "sector")
#: More tables than these are not tried.
PATIENCE = 400


def attack(
    published: pl.DataFrame,
    catchments: pl.DataFrame,
    protect: Protect,
    *,
    threshold: int = 5,
    most: int = 12,
    tries: int = 1,
) -> list[Found] | None:
    """Return the hidden counts of which replaying leaves fewer than three values.

    Parameters
    ----------
    published
        ``measure, geography, area_id, period, sex, age, sector, count, status``; what is hidden has
        no count.
    catchments
        Which municipalities an area is made of, whole ones only.
    protect
        How the house makes tables safe; returns its cells with a column ``status``.
    threshold
        Fewer than this is small.
    most
        No hidden municipality is thought to have more than this: anybody knows about how many.
    tries
        How often a table is made safe before it is given up.

    Returns
    -------
    list of Found, or None
        None when too many tables fit.
    """
    tables = fitting(published, catchments, threshold=threshold, most=most)
    if tables is None:
        return None
    hidden = published.filter(pl.col("status") != "ok")
    names = [Cell(*row) for row in hidden.select(KEY).iter_rows()]
    rows = [i for i, said in enumerate(published["status"]) if said != "ok"]
    left: list[set[float]] = [set() for _ in rows]

    def is_open(number: int) -> bool:
        return len(left[number]) < 3 and min(left[number], default=0) < threshold

    for table in tables:
        values = [table[row] for row in rows]
        # a table that tells nothing new of a count need not be tried
        if any(is_open(n) and value not in left[n] for n, value in enumerate(values)):
            cells = published.with_columns(count=pl.Series(table)).drop("status")
            said = (protect(cells, catchments)["status"] for _ in range(tries))
            if any(one.equals(published["status"]) for one in said):
                for possible, value in zip(left, values, strict=True):
                    possible.add(value)
    return [
        Found(name, min(possible), max(possible), len(possible))
        for number, (name, possible) in enumerate(zip(names, left, strict=True))
        if possible and is_open(number)
    ]


def fitting(
    published: pl.DataFrame, catchments: pl.DataFrame, *, threshold: int = 5, most: int = 12
) -> list[list[float]] | None:
    """Return every table of whole people that agrees with what is published, or None if many."""
    order = [Cell(*row) for row in published.select(KEY).iter_rows()]
    known = {}
    for cell, count, status in zip(order, published["count"], published["status"], strict=True):
        if status == "ok":
            known[cell] = Known(low=count, high=count)
        else:
            known[cell] = Known(low=1, high=threshold - 1 if status == LABELLED else inf)
    system = lay_out(known, Areas(catchments))
    base = [cell for cell in order if cell.area_id in set(catchments["municipality_id"])]
    lines = [(relation.weights, relation.least, relation.most) for relation in system.relations]
    ranges = {cell: (one.low, one.high) for cell, one in system.cells.items()}
    for cell in base:
        low, high = ranges[cell]
        ranges[cell] = low, min(high, most) if high > low else high
    tables = []
    for fixed in _search(ranges, lines):
        tables.append([fixed[cell] for cell in order])
        if len(tables) > PATIENCE:
            return None
    return tables


def _search(
    ranges: dict[Cell, tuple[float, float]], lines: list[tuple[Mapping[Cell, float], float, float]]
) -> Iterator[dict[Cell, float]]:
    """Fix one unknown after the other, each time letting the sums narrow the rest."""
    ranges = dict(ranges)
    changed = True
    while changed:
        changed = False
        for weights, least, top in lines:
            for cell, weight in weights.items():
                others = [(w, *ranges[c]) for c, w in weights.items() if c != cell]
                small = sum(w * (low if w > 0 else high) for w, low, high in others)
                large = sum(w * (high if w > 0 else low) for w, low, high in others)
                ends = sorted(((least - large) / weight, (top - small) / weight))
                low, high = ranges[cell]
                new = max(low, _up(ends[0])), min(high, _down(ends[1]))
                if new[0] > new[1]:
                    return
                changed |= new != (low, high)
                ranges[cell] = new
    free = [cell for cell, (low, high) in ranges.items() if high > low]
    if not free:
        yield {cell: low for cell, (low, _) in ranges.items()}
        return
    cell = min(free, key=lambda c: ranges[c][1] - ranges[c][0])
    low, high = ranges[cell]
    for value in range(int(low), int(high) + 1):
        yield from _search(ranges | {cell: (float(value), float(value))}, lines)


def _up(number: float) -> float:
    return number if isinf(number) else float(ceil(number - NEAR))


def _down(number: float) -> float:
    return number if isinf(number) else float(floor(number + NEAR))
