"""The query layer on the warehouse built from the shipped packages."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from warehouse import connect
from warehouse.export import files
from warehouse.export.query import Selection, extract


def test_an_extract_is_whole_and_safe(warehouse_path: Path, tmp_path: Path) -> None:
    selection = Selection.of(area=["k22-horsensklyngen", "Læsø"])
    with connect(warehouse_path) as wh:
        frame = extract(wh, selection)
        files.write(wh, selection, tmp_path / "out.parquet")
    assert_frame_equal(pl.read_parquet(tmp_path / "out.parquet"), frame)
    always = ("area", "indicator", "unit", "status", "source", "is_estimate", "is_demo")
    assert sum(frame.select(always).null_count().row(0)) == 0
    hidden = frame.filter(pl.col("status") != "ok")
    assert hidden.height > 0
    assert hidden.select("value", "lower", "upper", "count").null_count().row(0) == (
        (hidden.height,) * 4
    )
    key = ("indicator_id", "area_id", "period", "sex", "age", "sector", "standardisation")
    assert frame.select(key).is_unique().all()
