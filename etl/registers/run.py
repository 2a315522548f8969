"""From rows to the package, in one call: engine, count, workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from etl.findings import Finding, PackageError
from etl.registers import package, schema, spark_engine
from etl.registers.account import write_account
from etl.registers.definitions import Counts, Engine, Progress, count
from etl.registers.duckdb_engine import DuckEngine, connection
from etl.registers.errors import ContactsError
from etl.registers.mapping import Names, read_names
from etl.registers.tables import CELL, above_population, figures


@dataclass(frozen=True)
class Made:
    """What was counted, and where it lies.

    Attributes
    ----------
    package : pathlib.Path
        The workbook.
    account : pathlib.Path or None
        What was left out; see ``etl.registers.account``.
    rows, counted : int
        Rows there were, and contacts of the years counted.
    left_out : int
        Rows that were left out.
    persons, born_later : int
        Different persons, and those who were born after 1 January of a year, years added up.
    years : list of int
        The years counted.
    findings : list of Finding
        Warnings.
    """

    package: Path
    account: Path | None
    rows: int
    counted: int
    left_out: int
    persons: int
    born_later: int
    years: list[int]
    findings: list[Finding]


def run(
    rows: str,
    out: Path,
    *,
    master: str | None = None,
    population: Path | None = None,
    mapping: Path | None = None,
    years: Sequence[int] | None = None,
    leave_out: Collection[str] = (),
    memory: str = "4GB",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Made:
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
        A package of population figures; see ``etl.registers.package.read_population``.
    mapping
        A mapping file; see ``etl.registers.mapping``.
    years
        Years to count; the years that the rows cover from January to December by default.
    leave_out
        ``faulty`` and ``duplicates``: rows to leave out, with an account of them.
    memory, threads
        Of DuckDB.
    progress
        Called with step, done and total.

    Returns
    -------
    Made

    Raises
    ------
    etl.findings.PackageError
        When rows, mapping or population cannot be used, with every fault found.
    ContactsError
        When there is too little memory or disk, no Spark, or a year has no contacts.
    """
    people = None if population is None else package.read_population(population)
    names = Names() if mapping is None else read_names(mapping)
    files = _files(rows)
    if master is None and not files:
        raise ContactsError(f"There is no Parquet file at {rows}.")

    def counted(engine: Engine) -> Counts:
        return count(engine, names, leave_out=leave_out, years=years, whole_years=True)

    if master is not None:
        with spark_engine.session(master) as spark:
            counts = counted(spark_engine.SparkEngine(spark, rows, progress))
    else:
        out.mkdir(parents=True, exist_ok=True)
        counts = _on_duckdb(counted, files, out, memory=memory, threads=threads, progress=progress)
    frame = figures(counts)
    findings = list(counts.findings)
    if people is not None and population is not None:
        frame = frame.join(people, on=CELL, how="left")
        findings += above_population(frame, population.name)
    made = package.write(out, counts, frame=frame, demo=_demo(files))
    return Made(
        made,
        write_account(made, counts.left_out),
        rows=counts.rows,
        counted=int(counts.contacts.select(pl.col("^contacts_.*$").sum()).sum_horizontal().sum()),
        left_out=counts.left_out.select("file", "row").n_unique(),
        persons=counts.persons,
        born_later=int(counts.people["born_later"].sum()),
        years=counts.people["year"].to_list(),
        findings=findings,
    )


def _on_duckdb(
    counted: Callable[[Engine], Counts],
    files: list[Path],
    out: Path,
    *,
    memory: str,
    threads: int | None,
    progress: Progress | None,
) -> Counts:
    spill = tempfile.TemporaryDirectory(dir=out, prefix=".klyngeblik-spill-")
    try:
        with spill as folder, connection(memory, Path(folder), threads) as con:
            return counted(DuckEngine(con, files, progress))
    except duckdb.OutOfMemoryException:
        raise ContactsError(
            f"{memory} of memory, or the disk under {out}, is too little for these rows. Give "
            "more with --memory, or let an OUT with more space take what does not fit."
        ) from None
    except duckdb.IOException as error:
        raise ContactsError(f"The disk failed: {str(error).splitlines()[0]}") from None


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
