"""One column a year instead of one row a number."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from warehouse.export.columns import WIDE_VALUES, wide_columns, wide_key

_TYPES = {"number": pl.Float64, "code": pl.Categorical, "flag": pl.Boolean}


def widen(tidy: pl.DataFrame, periods: Sequence[int]) -> pl.DataFrame:
    """Return an extract with its years beside each other.

    Parameters
    ----------
    tidy
        Rows of an extract, whole series, in order.
    periods
        The years to have columns for, whether or not these rows have them.

    Returns
    -------
    polars.DataFrame
        The columns of ``warehouse.export.columns.wide_columns``, in the order of the rows' first
        years.
        A year without a row has null in all of its columns: not delivered is not zero.
    """
    key = [column.name for column in wide_key()]
    columns = wide_columns(list(periods))
    if tidy.is_empty():
        wide = tidy.select(key)
    else:
        wide = tidy.pivot("period", index=key, values=list(WIDE_VALUES), maintain_order=True)
    absent = [
        pl.lit(None, _TYPES[c.kind]).alias(c.name) for c in columns if c.name not in wide.columns
    ]
    return wide.with_columns(absent).select(column.name for column in columns)
