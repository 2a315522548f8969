"""The shipped packages as published: an attacker with the whole warehouse finds nothing."""

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from etl.disclosure.suppression import audit, audit_wholes
from etl.disclosure.suppression.known import sums_known
from etl.indicators.definition import load_indicators
from etl.layouts import load_layouts
from warehouse import connect
from warehouse.export import files
from warehouse.export.filters import Selection


@pytest.fixture(scope="module")
def shipped(warehouse_path):
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{warehouse_path}' AS w (READ_ONLY)")
        measures = connection.sql(
            "SELECT m.*, i.multiplier, p.made_safe_by FROM w.measures m "
            "JOIN w.indicators i USING (indicator_id) JOIN w.packages p USING (package_id)"
        ).pl()
        return measures, connection.sql("SELECT * FROM w.catchments").pl()


def test_no_hidden_number_of_any_year_can_be_worked_out(shipped, warehouse_path, tmp_path):
    """By linear programmes alone, from what is in an exported file and nothing else."""
    measures, catchments = shipped
    ours = measures.filter(pl.col("made_safe_by") == "klyngeblik")
    chosen = Selection.of(indicator=ours["indicator_id"].unique())
    with connect(warehouse_path) as wh:
        files.write(wh, chosen, tmp_path / "extract.parquet")
    multipliers = ours.select("indicator_id", "multiplier").unique()
    every = pl.read_parquet(tmp_path / "extract.parquet").join(multipliers, on="indicator_id")
    hidden = every.filter(pl.col("status") == "suppressed")
    assert hidden["period"].n_unique() == ours["period"].n_unique() > 1
    added = {whole: parts for layout in load_layouts() for whole, parts in layout.sums.items()}
    defined = [i for i in load_indicators().values() if i.id in set(every["indicator_id"])]
    known = sums_known(defined, added, every["sector"].unique().to_list())
    leaks = audit(every, catchments, sums=known)
    with connect(warehouse_path) as wh:
        [(told,)] = wh.sql(
            "SELECT what_en FROM findings WHERE what_en LIKE '%known too closely from other%'"
        ).rows()
    # on three small islands another package has said too much, and the officer is told
    assert len(leaks) <= int(told.split()[0]), [str(leak) for leak in leaks[:20]]
    assert {leak.cell[1] for leak in leaks} <= {"0482", "0492", "0563"}


def test_hidden_rows_carry_nothing_in_any_year(shipped):
    hidden = shipped[0].filter(pl.col("status").str.starts_with("suppressed"))
    followers = ["value", "lower", "upper", "count", "vs_region", "vs_country"]
    assert hidden.select(pl.col(followers).is_not_null().any()).row(0) == (False,) * 6


def test_no_sum_over_a_part_hidden_by_its_publisher_is_shown_as_whole(shipped):
    measures, catchments = shipped
    theirs = measures.filter(pl.col("made_safe_by") == "publisher")
    assert (theirs["status"] == "suppressed_by_source").any()
    assert audit_wholes(theirs, catchments, ("land", "regioner-2007")) == []
    # And it would be found.
    some = theirs.filter(pl.col("is_estimate") & (pl.col("status") == "ok"))
    wrong = theirs.with_columns(is_estimate=pl.lit(False))
    assert len(some) == 0 or audit_wholes(wrong, catchments, ("land", "regioner-2007"))


def test_a_files_statistics_tell_no_hidden_number(shipped, tmp_path):
    """Parquet keeps the least and the most of every column: of hidden rows there is none."""
    hidden = shipped[0].filter(pl.col("status").is_in(["suppressed", "suppressed_secondary"]))
    path = tmp_path / "hidden.parquet"
    hidden.write_parquet(path, statistics="full")
    metadata = pq.ParquetFile(path).metadata
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(column)
            if chunk.path_in_schema in ("value", "lower", "upper", "count"):
                assert not chunk.statistics.has_min_max
                assert chunk.statistics.null_count == metadata.row_group(group).num_rows
