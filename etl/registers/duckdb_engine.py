"""DuckDB: the default engine, on one machine, within a memory limit, spilling to disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import duckdb
import polars as pl

from etl.findings import PackageError
from etl.registers import schema
from etl.registers.definitions import Progress
from etl.registers.errors import ContactsError
from warehouse.views import quoted

T = TypeVar("T")

#: Seconds between two looks at how far a query is.
_LOOK: Final = 0.2
_KINDS: Final = {
    "VARCHAR": schema.TEXT,
    "BOOLEAN": schema.BOOLEAN,
    "DATE": schema.DATE,
    **dict.fromkeys(("TIME", "TIME_NS"), schema.TIME),
    "TIMESTAMP WITH TIME ZONE": schema.ZONED,
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), schema.TIMESTAMP),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), schema.NUMBER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), schema.NUMBER),
}


@contextmanager
def connection(
    memory: str, spill: Path, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory, with a limit beyond which it writes to disk.

    Parameters
    ----------
    memory
        As DuckDB writes it, such as ``4GB``.
    spill
        Folder for what does not fit; it holds rows about persons, so give one that goes away.
    threads
        All processors by default.

    Raises
    ------
    ContactsError
        When the memory is no size.
    """
    with duckdb.connect() as con:
        try:
            con.execute(f"SET memory_limit = {quoted(memory)}")
        except duckdb.Error:
            raise ContactsError(f"{memory!r} is no amount of memory; write it as 4GB.") from None
        con.execute(f"SET temp_directory = {quoted(str(spill))}")
        if threads:
            con.execute(f"SET threads = {threads:d}")
        con.execute("SET enable_progress_bar = true")
        con.execute("SET enable_progress_bar_print = false")
        yield con


def followed(
    con: duckdb.DuckDBPyConnection,
    work: Callable[[], T],
    step: str,
    progress: Progress | None = None,
) -> T:
    """Do what takes long beside us, so that it can be followed and stopped.

    A stop that reaches the thread which waits for DuckDB ends that thread's part of a query; the
    others read on to the end of the input. ``interrupt`` ends them all.

    Parameters
    ----------
    con
        What ``work`` asks.
    work
        A query and the fetching of its answer.
    step
        What it is called.
    progress
        Told the step, how many per cent of it are done, and 100.
    """
    tell = progress or (lambda *_: None)
    tell(step, 0, 100)
    most = 0
    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(work)
        try:
            while not wait([working], _LOOK).done:
                # It falls back when a query enters its next phase; a bar never should.
                most = max(most, int(con.query_progress()))
                tell(step, most, 100)
        except BaseException:
            while not working.done():  # again, should the query only now begin
                con.interrupt()
                wait([working], _LOOK)
            raise
    done = working.result()
    tell(step, 100, 100)
    return done


class DuckEngine:
    """Runs the definitions on one machine.

    Parameters
    ----------
    con
        From :func:`connection`.
    files
        The Parquet files with the contacts.
    progress
        Called with step, done and total.
    """

    #: Makes a number of any columns.
    fingerprint = "hash"

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Sequence[Path],
        progress: Progress | None = None,
    ) -> None:
        # Nothing here depends on the order of rows, and keeping it costs memory.
        con.execute("SET preserve_insertion_order = false")
        # What a timestamp with a zone is cast to.
        con.execute("SET TimeZone = 'UTC'")
        self._con = con
        self._progress = progress
        folder = Path(os.path.commonpath([file.parent for file in files]))
        self._names = {str(file): file.relative_to(folder).as_posix() for file in files}
        self.name = files[0].name if len(files) == 1 else folder.name
        self._columns = {name: self._read(Path(file), name) for file, name in self._names.items()}

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type."""
        return self._columns

    def deliver(self, *, numbered: bool) -> None:
        """Name the input ``delivered``; with ``source_file`` and ``source_row`` where asked."""
        listed = ", ".join(map(quoted, self._names))
        what = "* EXCLUDE (file_row_number), file_row_number AS source_row" if numbered else "*"
        more = ", filename = 'source_file', file_row_number = true" if numbered else ""
        # The view that may stand on it has other columns now.
        self._con.execute("DROP VIEW IF EXISTS contacts")
        self._con.execute(
            f"CREATE OR REPLACE TEMP VIEW delivered AS SELECT {what} FROM "  # noqa: S608
            f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false{more})"
        )

    def file_name(self, source_file: str) -> str:
        """Return what a file is called in findings."""
        return self._names[source_file]

    def quote(self, column: str) -> str:
        """Return a column's name as it stands in a query."""
        doubled = column.replace('"', '""')
        return f'"{doubled}"'

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""
        if kept:
            table = f"CREATE OR REPLACE TEMP TABLE {name} AS {query}"
            followed(self._con, lambda: self._con.execute(table), name, self._progress)
        else:
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""

        def rows() -> pl.DataFrame:
            frame: pl.DataFrame = self._con.sql(query).pl()
            return frame

        return followed(self._con, rows, name, self._progress)

    def _read(self, file: Path, name: str) -> dict[str, str]:
        place = quoted(str(file))
        try:
            found = self._con.execute(
                f"DESCRIBE FROM read_parquet({place}, hive_partitioning = false)"
            ).fetchall()
            # An old way to write moments in UTC, which DuckDB takes for times of some clock.
            old = self._con.execute(
                f"SELECT name FROM parquet_schema({place}) WHERE type = 'INT96'"  # noqa: S608
            ).fetchall()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise PackageError([schema.unreadable(name, first)]) from None
        kinds = {name: _KINDS.get(kind, str(kind).lower()) for name, kind, *_ in found}
        return kinds | {name: schema.ZONED for (name,) in old}
