"""Parquet: only numbers are numbers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from tests.reading.formats import only_error, parquet, read


def test_parquet_with_something_else_than_numbers(tmp_path: Path) -> None:
    path = parquet(tmp_path)
    frame = pl.read_parquet(path)
    frame.with_columns(pl.date(2025, 1, 1).alias("INDHOLD")).write_parquet(path)
    with pytest.raises(PackageError) as caught:
        read(path)
    first = caught.value.findings[0]
    assert (first.row, first.column) == (1, "INDHOLD (C)")
    assert "'2025-01-01' is not a number" in first.what_en
    frame.with_columns(pl.concat_list("INDHOLD").alias("INDHOLD")).write_parquet(path)
    assert "holds no plain values" in only_error(path).what_en


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0])
def test_parquet_with_impossible_numbers(tmp_path: Path, number: float) -> None:
    path = parquet(tmp_path)
    frame = pl.read_parquet(path).with_row_index()
    changed = pl.when(pl.col("index") == 3).then(number).otherwise("INDHOLD").alias("INDHOLD")
    frame.with_columns(changed).drop("index").write_parquet(path)
    found = only_error(path)
    assert (found.row, found.column) == (4, "INDHOLD (C)")
