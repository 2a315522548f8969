"""The file opened by somebody else's tool: comments everywhere, views that are right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from polars.testing import assert_frame_equal

from tests.warehouse import synthetic
from warehouse import Warehouse
from warehouse.export.query import Selection, extract


@pytest.fixture
def opened(small_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(small_path), read_only=True) as con:
        yield con


def test_every_table_view_and_column_has_a_comment(opened: duckdb.DuckDBPyConnection) -> None:
    silent = opened.execute(
        "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL UNION ALL "
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL UNION ALL "
        "SELECT table_name || '.' || column_name FROM duckdb_columns() "
        "WHERE NOT internal AND comment IS NULL"
    ).fetchall()
    assert silent == []


def test_the_view_extract_is_the_extract(
    small: Warehouse, opened: duckdb.DuckDBPyConnection
) -> None:
    view = opened.sql("FROM extract WHERE area_id = '0615'").pl()
    rows = extract(small, Selection.of(area="0615"))
    assert_frame_equal(view, rows, check_dtypes=False, check_row_order=False)


def test_latest_holds_one_row_an_indicator_and_area(opened: duckdb.DuckDBPyConnection) -> None:
    rows = opened.sql("SELECT area_id, indicator_id, period FROM latest").fetchall()
    assert len(rows) == len(set(rows)) == len(synthetic.AREAS) * len(synthetic.INDICATORS)
    assert {period for *_, period in rows} == {synthetic.YEARS[-1]}


def test_the_views_work_when_the_file_is_attached_under_another_name(small_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{small_path}' AS other (READ_ONLY)")
        assert con.sql("SELECT count(*) FROM other.extract").fetchall() == [
            (len(synthetic.measures()),)
        ]
