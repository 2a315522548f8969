"""Whole blocks to hide where hiding single cells does not do.

A search that was cut short, or what is known from elsewhere, may leave a hidden number within
reach. Then what is hidden grows by blocks a reader understands, until the audit is content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from etl.disclosure.suppression.structure import GROUND, StructureError, age_range


def blocks(measures: Sequence[str], ages: Mapping[str, Sequence[str]]) -> Iterator[pl.Expr]:
    """Yield what to hide of some measures, each time more, at last everything.

    First women and men apart and age bands within wider ones, of municipalities, then of every
    area; then all of the municipalities; then all.

    Parameters
    ----------
    measures
        Whose cells.
    ages
        The ages of each.
    """
    finer = pl.col("sex") != "all"
    for measure in measures:
        top = pl.col("age").is_in(_widest(ages[measure]))
        finer |= (pl.col("measure") == measure) & ~top
    here = pl.col("measure").is_in(list(measures))
    ground = pl.col("geography") == GROUND
    for block in (ground & finer, finer, ground | finer, pl.lit(True)):
        yield here & block


def linked(measures: Sequence[str], sums: Sequence[Mapping[tuple[str, str], int]]) -> list[str]:
    """Return the measures, and those that add up with them."""
    found = set(measures)
    while True:
        more = {name for one in sums for name, _ in one if found & {m for m, _ in one}}
        if more <= found:
            return sorted(found)
        found |= more


def _widest(ages: Sequence[str]) -> list[str]:
    """Return the ages that are within no other."""
    try:
        spans = {age: age_range(age) for age in ages}
    except StructureError:
        return list(ages)
    return [
        age
        for age, (start, end) in spans.items()
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans.values())
    ]
