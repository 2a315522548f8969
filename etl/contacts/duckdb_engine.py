"""DuckDB: the default engine, on one machine, within a memory limit, spilling to disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from etl.contacts import schema
from etl.contacts.definitions import Progress
from etl.contacts.errors import ContactsError
from etl.findings import PackageError
from warehouse.views import quoted

#: Seconds between two looks at how far a query is.
_LOOK: Final = 0.2
_KINDS: Final = {
    "VARCHAR": schema.TEXT,
    "BOOLEAN": schema.BOOLEAN,
    "DATE": schema.DATE,
    "TIMESTAMP WITH TIME ZONE": schema.ZONED,
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), schema.TIMESTAMP),
    **dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT"), schema.NUMBER),
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


@contextmanager
def following(
    con: duckdb.DuckDBPyConnection, step: str, progress: Progress | None
) -> Iterator[None]:
    """Tell how far the query is that runs meanwhile, in per cent."""
    if progress is None:
        yield
        return
    done = threading.Event()

    def look() -> None:
        most = 0
        while not done.wait(_LOOK):
            # It falls back when a query enters its next phase; a bar never should.
            most = max(most, int(con.query_progress()))
            progress(step, most, 100)

    progress(step, 0, 100)
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        done.set()
        looking.join()
    progress(step, 100, 100)


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

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Sequence[Path],
        progress: Progress | None = None,
    ) -> None:
        # Nothing here depends on the order of rows, and keeping it costs memory.
        con.execute("SET preserve_insertion_order = false")
        self._con = con
        self._files = files
        self._progress = progress
        self._columns = {file.name: self._read(file) for file in files}
        self._see(files)

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type."""
        return self._columns

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""
        if kept:
            with following(self._con, name, self._progress):
                self._con.execute(f"CREATE TEMP TABLE {name} AS {query}")
        else:
            self._con.execute(f"CREATE TEMP VIEW {name} AS {query}")

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""
        with following(self._con, name, self._progress):
            return self._rows(query)

    def by_file(self, query: str) -> dict[str, pl.DataFrame]:
        """Return the answer to a query on ``contacts`` for each file by itself."""
        answers = {}
        for file in self._files:
            self._see([file])
            answers[file.name] = self._rows(query)
        self._see(self._files)
        return answers

    def _rows(self, query: str) -> pl.DataFrame:
        frame: pl.DataFrame = self._con.sql(query).pl()
        return frame

    def _see(self, files: Sequence[Path]) -> None:
        listed = ", ".join(quoted(str(file)) for file in files)
        self._con.execute(
            "CREATE OR REPLACE TEMP VIEW contacts AS "
            f"FROM read_parquet([{listed}], union_by_name = true)"
        )

    def _read(self, file: Path) -> dict[str, str]:
        try:
            found = self._con.execute(f"DESCRIBE FROM read_parquet({quoted(str(file))})").fetchall()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise PackageError([schema.unreadable(file.name, first)]) from None
        return {name: _KINDS.get(kind, str(kind).lower()) for name, kind, *_ in found}
