"""Contacts counted on DuckDB against the plain group-by of the same rows, within a memory limit.

The plain figure is exact distinct citizens, and contacts, by municipality, sex, age band, sector
and year in one GROUP BY. ``python -m bench.contacts 5000000`` measures fewer rows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.bar import Bar
from bench.building import RAW
from etl.registers import generate

#: What the bar is about; with few rows the fixed cost of many small steps weighs more.
ROWS = 100_000_000
MEMORY = "4GB"
#: Beside what DuckDB holds: Python, polars, Arrow.
LIMIT_MB = 4_096 + 512

_COUNT = """
import sys, tempfile, time
from pathlib import Path
from etl.registers import definitions
from etl.registers.duckdb_engine import DuckEngine, connection
how, rows, memory, spill = sys.argv[1:]
with connection(memory, Path(spill)) as con:
    engine = DuckEngine(con, [Path(rows)])
    start, used = time.perf_counter(), time.process_time()
    if how == "plain":
        age = definitions.text("_age").replace("year -", "year(start_time) -")
        con.execute(
            f"CREATE TABLE plain AS SELECT municipality, sex, {age} AS age, sector, "
            "year(start_time) AS year, count(DISTINCT person) AS citizens, count(*) AS contacts "
            "FROM contacts GROUP BY ALL"
        )
    else:
        definitions.count(engine)
    taken, used = time.perf_counter() - start, time.process_time() - used
# Not ru_maxrss: a child takes its parent's over.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(taken, used, int(status["VmHWM"].split()[0]) / 1024)
"""


def bars(rows: int = ROWS) -> Iterator[Bar]:
    with tempfile.TemporaryDirectory() as folder:
        contacts = Path(folder) / "contacts.parquet"
        generate(contacts, rows, RAW)
        yield from of_file(contacts, rows)


def of_file(contacts: Path, rows: int) -> Iterator[Bar]:
    taken = {how: _run(how, contacts) for how in ("plain", "ours")}
    # Processor time too: a machine with other things to do keeps both waiting as it likes.
    for at, what in enumerate(("", ", processor time")):
        name = f"every figure of {rows:,} contacts on DuckDB{what}"
        yield Bar(name, taken["ours"][at], taken["plain"][at], "the plain GROUP BY", "s", 1.2)
    yield Bar(
        f"peak memory of it, DuckDB held to {MEMORY}",
        taken["ours"][2],
        LIMIT_MB,
        "the limit",
        "MB",
        1,
    )


def _run(how: str, contacts: Path) -> tuple[float, ...]:
    """Return seconds, seconds of processor time, and the peak of memory in MB."""
    with tempfile.TemporaryDirectory(dir=contacts.parent) as spill:
        call = [sys.executable, "-c", _COUNT, how, str(contacts), MEMORY, spill]
        found = subprocess.run(call, check=True, capture_output=True, text=True)
    return tuple(map(float, found.stdout.split()))


if __name__ == "__main__":
    for bar in bars(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
        print(*bar.row(), sep=" | ")
