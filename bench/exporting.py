"""How long a Parquet extract takes, against DuckDB's own COPY of the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

import warehouse
from bench.bar import Bar, seconds
from warehouse import export
from warehouse.query import Selection


def bars(path: Path) -> Iterator[Bar]:
    selection = Selection(geography="kommuner")
    with tempfile.TemporaryDirectory() as folder, warehouse.connect(path) as wh:
        ours = Path(folder) / "ours.parquet"
        theirs = Path(folder) / "theirs.parquet"
        taken = seconds(lambda: export.write(wh, selection, ours), runs=3)
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{path}' AS w (READ_ONLY)")
        copy = (
            f"COPY (SELECT * FROM w.measures WHERE geography = 'kommuner') TO '{theirs}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        floor = seconds(lambda: connection.execute(copy), runs=3)
        rows = connection.execute(f"SELECT count(*) FROM '{ours}'").fetchone()[0]
    yield Bar(f"Parquet extract of {rows:,} rows", taken, floor, "DuckDB's COPY", "s", 1.25)
