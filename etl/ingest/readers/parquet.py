"""Parquet: one row a number or a column a year, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from etl.findings import Findings
from etl.ingest.readers.table import ROW, Table, shape, table_of
from etl.layouts import Layout

#: More than any package of ours, and what fits in memory as text.
LARGEST_ROWS = 20_000_000
LARGEST_UNPACKED = 2_000_000_000


@contextmanager
def opened(path: Path, found: Findings) -> Iterator[pq.ParquetFile]:
    """Open a file that is of a bearable size, and turn a failure to read it into a finding.

    Not with polars: on damaged pages it panics.

    Raises
    ------
    etl.findings.PackageError
        When the file is damaged or far too large.
    """
    try:
        # Closed by us: an open file cannot be replaced on Windows.
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            size = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
            if meta.num_rows > LARGEST_ROWS or size > LARGEST_UNPACKED:
                found.error("parquet_huge", rows=meta.num_rows, gigabytes=size / 1e9)
                found.raise_errors()
            yield file
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        found.error("parquet_damaged")
        found.raise_errors()
        raise


def read_table(path: Path, layout: Layout, edition: str, found: Findings) -> Table:
    """Read a Parquet file whole.

    Parameters
    ----------
    path
        The file.
    layout
        Gives the headings.
    edition
        Edition of the file; its first four digits are a year.
    found
        Takes what is wrong; raised at once where nothing more can be read.

    Returns
    -------
    Table
        Value columns as numbers where the file has numbers, else as text. Rows are counted from 1.

    Raises
    ------
    etl.findings.PackageError
        When the file is damaged or far too large, or its headings do not fit the layout.
    """
    with opened(path, found) as file:
        headings = list(file.schema_arrow.names)
        how = shape(headings, layout, edition, found, header_row=1)
        arrow = file.read([*how.roles, *how.keep, *how.values])
        raw = pl.DataFrame(pl.from_arrow(arrow))
        if raw.height != file.metadata.num_rows:
            raise pa.ArrowInvalid
    nested = [h for h, dtype in raw.schema.items() if dtype.is_nested() or dtype == pl.Binary]
    for heading in nested:
        found.error("parquet_nested", heading=heading)
    found.raise_errors()
    raw = raw.with_columns(
        pl.col(h).cast(pl.Float64) if raw[h].dtype.is_numeric() else _text(h) for h in how.values
    )
    return table_of(raw.with_row_index(ROW, offset=1), how, found)


def _text(heading: str) -> pl.Expr:
    return pl.col(heading).cast(pl.String).str.strip_chars()
