"""How long a build of the shipped packages takes, against only reading the same files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.bar import Bar, process_seconds

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"

READ_ONLY = """
import sys, fastexcel, polars as pl
from pathlib import Path
for file in sorted(Path(sys.argv[1]).iterdir()):
    if file.suffix == ".xlsx":
        book = fastexcel.read_excel(file)
        for name in book.sheet_names:
            book.load_sheet(name, header_row=None).to_arrow()
    elif file.suffix == ".csv":
        pl.read_csv(file, separator=";", infer_schema=False)
"""

READ_SLOWLY = """
import sys, pandas as pd
from pathlib import Path
for file in sorted(Path(sys.argv[1]).iterdir()):
    if file.suffix == ".xlsx":
        pd.read_excel(file, sheet_name=None, header=None, engine="openpyxl")
    elif file.suffix == ".csv":
        pd.read_csv(file, sep=";", dtype=str)
"""


def bars() -> Iterator[Bar]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "warehouse.duckdb"
        build = process_seconds(
            "-m",
            "klyngeblik",
            "build",
            "--raw",
            str(RAW),
            "--warehouse",
            str(target),
            prepare=lambda: target.unlink(missing_ok=True),
        )
    read = process_seconds("-c", READ_ONLY, str(RAW))
    slow = process_seconds("-c", READ_SLOWLY, str(RAW), runs=1)
    yield Bar("build of the shipped packages", build, read, "fastexcel only reads", "s", 2)
    yield Bar("the same", slow, build, "build; measured: pandas + openpyxl", "s", 10, at_least=True)
