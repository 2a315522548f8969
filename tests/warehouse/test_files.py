"""The other shapes and the files beside: wide, dataset, boundaries, dictionary, description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from polars.testing import assert_frame_equal

from tests.warehouse import synthetic
from warehouse import ExportError, SelectionError, Warehouse, connect
from warehouse.export import dataset, files, geoparquet
from warehouse.export.columns import EXTRACT_COLUMNS
from warehouse.export.query import Selection, extract
from warehouse.export.recipe import CsvStyle, Recipe

SOME = Selection.of(area=["Horsens", "dk"])


def test_wide_holds_each_number_under_its_year(small: Warehouse, tmp_path: Path) -> None:
    files.write(small, SOME, tmp_path / "w.parquet", wide=True)
    wide = pl.read_parquet(tmp_path / "w.parquet")
    tidy = extract(small, SOME)
    values = ("value", "lower", "upper", "count", "population", "status")
    values += ("is_estimate", "is_projection", "is_provisional")
    found = {}
    for row in wide.to_dicts():
        for year in synthetic.YEARS:
            what = (row["area_id"], row["indicator_id"], row["sex"], row["age"], row["sector"])
            found[(*what, row["standardisation"], year)] = tuple(
                row[f"{name}_{year}"] for name in values
            )
    key = ("area_id", "indicator_id", "sex", "age", "sector", "standardisation", "period")
    assert found == {
        tuple(row[name] for name in key): tuple(row[name] for name in values)
        for row in tidy.to_dicts()
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_wide_goes_into_every_kind(small: Warehouse, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"w.{kind}"
    files.write(small, SOME, path, wide=True)
    read = pd.read_excel(path) if kind == "xlsx" else pd.read_csv(path, sep=";", decimal=",")
    assert {"value_2021", "status_2023", "is_estimate_2022"} <= set(read.columns)
    assert len(read) * len(synthetic.YEARS) == extract(small, SOME).height


def test_a_year_without_a_row_is_null_and_not_zero(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "w.parquet"
    files.write(small, Selection.of(area="dk", status="ok"), path, wide=True)
    wide = pl.read_parquet(path)
    absent = wide.filter(pl.col("status_2021").is_null())
    assert absent.height > 0
    assert absent["value_2021"].null_count() == absent.height


def test_types_are_what_other_tools_understand(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    files.write(small, SOME, path)
    schema = pq.read_schema(path)
    # what R's arrow makes factors of, and pandas categories
    closed = {"level", "sex", "sector", "unit", "standardisation", "status", "counted_by"}
    closed |= {"vs_region", "vs_country", "trend", "polarity", "kind", "theme"}
    closed |= {"obs_status", "conf_status"}
    assert {f.name for f in schema if pa.types.is_dictionary(f.type)} == closed
    assert schema.field("period").type == pa.int16()
    assert schema.field("area_id").type == pa.string()
    assert all(field.metadata[b"en"] and field.metadata[b"da"] for field in schema)
    frame = pd.read_parquet(path)
    assert isinstance(frame["status"].dtype, pd.CategoricalDtype)
    assert frame["value"].isna().sum() == extract(small, SOME)["value"].null_count()
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_dataset_read_back_is_the_extract(small: Warehouse, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    rows = dataset.write(small, Recipe(SOME, partition=("indicator_id", "period")), folder)
    frame = extract(small, SOME)
    assert rows == frame.height
    back = duckdb.sql(f"FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true)").pl()
    key = ["indicator_id", "geography", "area_id", "period", "sex", "age", "sector"]
    key.append("standardisation")
    plain = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    assert_frame_equal(
        back.select(frame.columns).sort(key), plain, check_dtypes=False, check_row_order=False
    )
    one = folder / "indicator_id=population" / "period=2022" / "part-0.parquet"
    facts = pq.read_schema(one).metadata
    assert set(json.loads(facts[b"definitions"])) == {"population"}
    assert b"--partition indicator_id" in facts[b"command"]


def test_a_folder_with_anything_else_is_left_alone(small: Warehouse, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="not an empty folder or a dataset"):
        dataset.write(small, Recipe(partition=("period",)), folder)
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]
    with pytest.raises(SelectionError, match="Did you mean: period"):
        dataset.write(small, Recipe(partition=("periods",)), tmp_path / "set")


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse whose areas have boundaries: squares, and one island of two."""
    path = synthetic.write(tmp_path / "mapped.duckdb")
    shapes = {
        "0615": shapely.box(9, 55, 10, 56),
        "0400": shapely.MultiPolygon([shapely.box(14, 55, 15, 56), shapely.box(15, 56, 16, 57)]),
    }
    with duckdb.connect(str(path)) as con:
        con.executemany(
            "INSERT INTO boundaries VALUES ('kommuner', ?, ?, 'Kortet, CC BY 4.0')",
            [(area, shapely.to_wkb(shape)) for area, shape in shapes.items()],
        )
    with connect(path) as wh:
        yield wh


def test_boundaries_open_in_a_gis_and_join_the_extract(mapped: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    assert geoparquet.write(mapped, Selection.of(level="municipality"), path) == 2
    read = gpd.read_parquet(path)
    assert read.crs.to_string() == "OGC:CRS84"
    assert read.total_bounds.tolist() == [9, 55, 16, 57]
    assert set(read["area_id"]) == {"0615", "0400"}
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["columns"]["geometry"]["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert geoparquet.write(mapped, Selection.of(area="Horsens"), path) == 1
    with pytest.raises(SelectionError, match="nothing was written"):
        geoparquet.write(mapped, Selection.of(area="dk"), tmp_path / "none.parquet")


@pytest.mark.parametrize("style", ["danish", "international"])
def test_the_description_beside_a_csv_reads_it(
    small: Warehouse, tmp_path: Path, style: CsvStyle
) -> None:
    """A program that knows only the description gets the extract."""
    files.write(small, SOME, tmp_path / "e.csv", csv=style)
    about = json.loads((tmp_path / "e.csv-metadata.json").read_text("utf-8"))
    columns = about["tableSchema"]["columns"]
    number = next(c["datatype"] for c in columns if c["name"] == "value")
    read = pd.read_csv(
        tmp_path / about["url"],
        sep=about["dialect"]["delimiter"],
        encoding="utf-8-sig",
        decimal=number.get("format", {}).get("decimalChar", "."),
        dtype={c["name"]: str for c in columns if c["datatype"] == "string"},
    )
    frame = extract(small, SOME)
    assert [c["name"] for c in columns] == list(read.columns) == frame.columns
    for name in ("value", "population", "period"):
        assert read[name].fillna(-1).tolist() == frame[name].fill_null(-1).to_list()
    assert read["area_id"].tolist() == frame["area_id"].to_list()
    assert all(c["dc:description"]["da"] for c in columns)
    assert "klyngeblik export" in about["notes"][0]["command"]


def test_the_dictionary_beside_a_csv_says_what_everything_is(
    small: Warehouse, tmp_path: Path
) -> None:
    files.write(small, Selection.of(indicator="contact_share"), tmp_path / "e.csv")
    assert {p.name for p in tmp_path.iterdir()} == {
        "e.csv",
        "e.csv-metadata.json",
        "e.dictionary.md",
    }
    text = (tmp_path / "e.dictionary.md").read_text("utf-8")
    assert all(f"| `{column.name}` |" in text for column in EXTRACT_COLUMNS)
    assert "Definition af contact_share; med æøå" in text
    assert "(DEMO)" in text
    assert "copd_prevalence" not in text
    assert "demo" * 8 in text
