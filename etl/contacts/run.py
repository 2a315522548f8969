"""From rows to the package, in one call: engine, count, workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.contacts import package, schema, spark_engine
from etl.contacts.definitions import Counts, Progress, count
from etl.contacts.duckdb_engine import DuckEngine, connection
from etl.contacts.errors import ContactsError
from etl.findings import PackageError


def run(
    rows: str,
    out: Path,
    *,
    master: str | None = None,
    population: Path | None = None,
    memory: str = "4GB",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Count contacts and write the package.

    Parameters
    ----------
    rows
        Parquet file or folder of them; with Spark any address the cluster can read.
    out
        Folder for the package. What DuckDB cannot hold in memory lies in a hidden folder in it
        while it counts.
    master
        Where Spark runs; None for DuckDB.
    population
        A package of population figures; see ``etl.contacts.package.read_population``.
    memory, threads
        Of DuckDB.
    progress
        Called with step, done and total.

    Returns
    -------
    pathlib.Path
        The package.

    Raises
    ------
    etl.findings.PackageError
        When rows or the population cannot be used, with every fault found.
    ContactsError
        When there is too little memory or disk, or no Spark.
    """
    people = None if population is None else package.read_population(population)
    files = _files(rows)
    if master is None and not files:
        raise ContactsError(f"There is no Parquet file at {rows}.")
    if master is not None:
        counts = _on_spark(rows, master, progress)
    else:
        out.mkdir(parents=True, exist_ok=True)
        counts = _on_duckdb(files, out, memory, threads, progress)
    return package.write(out, counts, population=people, demo=_demo(files))


def _on_duckdb(
    files: list[Path], out: Path, memory: str, threads: int | None, progress: Progress | None
) -> Counts:
    spill = tempfile.TemporaryDirectory(dir=out, prefix=".klyngeblik-spill-")
    try:
        with spill as folder, connection(memory, Path(folder), threads) as con:
            return count(DuckEngine(con, files, progress))
    except duckdb.OutOfMemoryException:
        raise ContactsError(
            f"{memory} of memory, or the disk under {out}, is too little for these rows. Give "
            "more with --memory, or let an OUT with more space take what does not fit."
        ) from None
    except duckdb.IOException as error:
        raise ContactsError(f"The disk failed: {str(error).splitlines()[0]}") from None


def _on_spark(rows: str, master: str, progress: Progress | None) -> Counts:
    with spark_engine.session(master) as spark:
        return count(spark_engine.SparkEngine(spark, rows, progress))


def _files(rows: str) -> list[Path]:
    """Return the files of this machine; none for an address that only a cluster knows."""
    path = Path(rows)
    if path.is_dir():
        return sorted(file for file in path.rglob("*.parquet") if file.is_file())
    return [path] if path.is_file() else []


def _demo(files: list[Path]) -> str | None:
    """Return how the rows were made up, None when they were not: one such file is enough."""
    for file in files:
        try:
            said = (pq.read_metadata(file).metadata or {}).get(schema.DEMO_KEY.encode())
        except (pa.ArrowException, OSError) as error:
            raise PackageError([schema.unreadable(file.name, str(error))]) from None
        if said:
            return str(said.decode())
    return None
