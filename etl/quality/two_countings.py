"""By how much two countings of the same people, or two rates of them, differ by themselves."""

from __future__ import annotations

from typing import Final

import polars as pl

#: People move and are registered late: two countings of one day differ by this share at most.
COUNTED_TWICE: Final = 0.01
#: As many people, too, where they are few.
FEW: Final = 5
#: Two rates differ by this share, and by what they are rounded to.
RATE_TWICE: Final = 0.05
RATE_STEP: Final = 0.1


def differ_by_much(cells: pl.DataFrame, other: str) -> bool:
    """Return whether any value differs from another one by more than two countings do.

    Parameters
    ----------
    cells
        Observations.
    other
        The column with the other one.
    """
    known = pl.col(other)
    little = (
        pl.when(pl.col("kind") == "count")
        .then(pl.max_horizontal(known * COUNTED_TWICE, FEW))
        .otherwise(known * RATE_TWICE)
    )
    return not cells.filter((pl.col("value") - known).abs() > little).is_empty()
