"""Extracts against DuckDB's own COPY of the same rows: speed, memory, the first byte.

Measured in a warehouse grown to five million rows and more by giving each indicator twins.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb

import warehouse
from bench import large
from bench.bar import Bar, paired_seconds, seconds
from warehouse.export import files
from warehouse.export.query import Selection, count, resolve, statement

#: About a million rows of them.
MILLION = Selection(geography=("klynger-2022", "land", "regioner-2027"))
_PEAK = """
import sys
from pathlib import Path
import warehouse
from warehouse.export import files
from warehouse.export.query import Selection
with warehouse.connect(sys.argv[1]) as wh:
    files.write(wh, Selection(geography=tuple(sys.argv[3:])), Path(sys.argv[2]))
# Not ru_maxrss: a child takes its parent's over.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) / 1024)
"""


def bars(path: Path) -> Iterator[Bar]:
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder) / "large.duckdb"
        large.grow(path, grown)
        yield from _bars(grown, Path(folder))


def _bars(path: Path, folder: Path) -> Iterator[Bar]:
    out = folder / "out.parquet"
    with warehouse.connect(path) as wh:
        chosen = resolve(wh, MILLION)
        rows = count(wh, chosen)
        query, values = statement(chosen)
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{path}' AS w (READ_ONLY)")
            con.execute("USE w")
            copy = (
                f"COPY ({query}) TO '{folder / 'theirs.parquet'}' "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            taken, floor = paired_seconds(
                lambda: files.write(wh, MILLION, out), lambda: con.execute(copy, values)
            )
        yield Bar(
            f"Parquet extract of {rows:,} rows, in order",
            rows / taken,
            rows / floor,
            "DuckDB's COPY of them, in the same order",
            "rows/s",
            0.8,
            at_least=True,
        )
        every = Selection()
        for kind in ("parquet", "csv"):
            first = seconds(partial(_first_byte, wh, every, kind))
            yield Bar(
                f"first bytes of all {count(wh, every):,} rows as {kind}",
                first,
                0.5,
                "half a second",
                "s",
                1,
            )
    tenth, whole = (_peak(path, out, *names) for names in (("klynger-2022",), ()))
    yield Bar("peak memory of a tenfold export", whole, tenth, "of a tenth", "MB", 1.25)


def _first_byte(wh: warehouse.Warehouse, selection: Selection, kind: str) -> None:
    parts = files.stream(wh, selection, kind)
    received = 0
    # The first four bytes are the format's name; some rows should be there too.
    while received < 1024:
        received += len(next(parts))


def _peak(path: Path, out: Path, *geographies: str) -> float:
    call = [sys.executable, "-c", _PEAK, str(path), str(out), *geographies]
    return float(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
