"""How long a build of the shipped packages takes, against only reading the same files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from bench import national
from bench.bar import Bar, process_seconds
from etl.disclosure.ledger import FILE

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


#: Builds the national package: folder with ``raw`` and ``definitions``, and the warehouse.
NATIONAL = """
import sys
from pathlib import Path
from etl.publish.build import build
folder = Path(sys.argv[1])
build(folder / "raw", Path(sys.argv[2]), definitions=folder / "definitions", ask=False)
"""
#: What the national package may take, in GB.
NATIONAL_GB = 2.0


def bars() -> Iterator[Bar]:
    """Measure builds of the shipped packages, and of a national one of two million cells."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _shipped(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield from _national(Path(folder))


def _shipped(folder: Path) -> Iterator[Bar]:
    raw, target = folder / "raw", folder / "warehouse.duckdb"
    shutil.copytree(RAW, raw, ignore=shutil.ignore_patterns("*.ledger"))
    changed = raw / "UND2_2025.csv"
    text = changed.read_text(encoding="utf-8-sig")

    def without_anything() -> None:
        target.unlink(missing_ok=True)
        (raw / FILE).unlink(missing_ok=True)
        shutil.rmtree(folder / "cache", ignore_errors=True)

    def another_figure() -> None:
        nonlocal text
        start, comma, last = text.rstrip().rpartition(",")
        text = f"{start}{comma}{(int(last) + 1) % 10}\n"
        changed.write_text(text, encoding="utf-8-sig")

    def taken(prepare: Callable[[], object] | None) -> float:
        call = ("-m", "klyngeblik", "build", "--raw", str(raw), "--warehouse", str(target))
        return process_seconds(*call, prepare=prepare)

    read = process_seconds("-c", READ_ONLY, str(raw))
    slow = process_seconds("-c", READ_SLOWLY, str(raw), runs=1)
    said = "fastexcel only reads"
    first = taken(without_anything)
    yield Bar("first build of the shipped packages", first, read, said, "s", 8)
    yield Bar("the same", slow, first, "build; measured: pandas + openpyxl", "s", 2, at_least=True)
    build = taken(lambda: target.unlink(missing_ok=True))
    yield Bar("build, what is hidden known", build, read, said, "s", 8)
    yield Bar("build, one file changed", taken(another_figure), read, said, "s", 3)
    yield Bar("build, nothing new", taken(None), read, said, "s", 1)


def _national(folder: Path) -> Iterator[Bar]:
    national.write(folder)
    read = process_seconds("-c", READ_ONLY, str(folder / "raw"))
    start = time.perf_counter()
    arguments = ("-c", NATIONAL, str(folder), str(folder / "warehouse.duckdb"))
    with subprocess.Popen([sys.executable, *arguments]) as process:
        peak = _peak_memory(process)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    taken = time.perf_counter() - start
    name = "national package of 2 million cells"
    yield Bar(name, taken, read, "fastexcel only reads", "s", 15)
    if peak:
        yield Bar("the same, memory of all processes", peak, NATIONAL_GB, "asked for", "GB", 1)


def _peak_memory(process: subprocess.Popen[bytes]) -> float:
    """Return the most memory in GB that a process and its children have had; 0 off Linux."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_memory, _family(process.pid))))
        time.sleep(0.1)
    return peak / 1e6


def _family(pid: int) -> list[int]:
    family = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it may have ended meanwhile
            for child in task.read_text().split():
                family += _family(int(child))
    return family


def _memory(pid: int) -> int:
    """Return a process's share of memory in kB; what several share counts once."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
