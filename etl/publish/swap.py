"""Writing the warehouse: beside the live file, checked, and then swapped in at once."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import duckdb
import polars as pl

from etl.publish.last_release import LastRelease
from warehouse.schema import TABLES, ddl
from warehouse.views import quoted

#: Files that 1.5 tools can read; the newest format is read by the newest tools only.
STORAGE: Final = "v1.5.0"
#: Rows that lie together in the file; two threads compress two such blocks at once.
_BLOCK: Final = 2 * 122_880
_MEASURES: Final = "measures"
#: What DuckDB raises when a disk or the memory is full: a full disk at the very end of a
#: transaction is an error of that transaction.
_FULL: Final = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)
_SWAP_TRIES: Final = 20
_SWAP_WAIT_SECONDS: Final = 0.25

#: What must hold in a warehouse before anybody sees it: description and a query for what breaks it.
_RULES: Final = (
    (
        "a number that is not ok carries a value",
        "SELECT count(*) FROM measures WHERE status <> 'ok' AND "
        "(value IS NOT NULL OR lower IS NOT NULL OR upper IS NOT NULL OR count IS NOT NULL "
        "OR vs_region IS NOT NULL OR vs_country IS NOT NULL OR trend IS NOT NULL)",
    ),
    (
        "a number that is ok carries no value",
        "SELECT count(*) FROM measures WHERE status = 'ok' AND (value IS NULL OR isnan(value))",
    ),
    (
        "a made-up number is not marked as one",
        "SELECT count(*) FROM measures m JOIN packages p USING (package_id) "
        "WHERE p.is_demo AND NOT m.is_demo",
    ),
    (
        "a number comes from a package or area that is not in the warehouse",
        "SELECT count(*) FROM measures WHERE package_id NOT IN (SELECT package_id FROM packages) "
        "OR area_id NOT IN (SELECT area_id FROM areas)",
    ),
    (
        "a table has no rows",
        "SELECT count(*) FILTER (n = 0) FROM (SELECT count(*) n FROM measures UNION ALL "
        "SELECT count(*) FROM areas UNION ALL SELECT count(*) FROM indicators UNION ALL "
        "SELECT count(*) FROM packages)",
    ),
)


class PublishError(Exception):
    """The new warehouse was not put in place; the old one still serves. The message says why."""


class Release:
    """A warehouse on its way: written beside the old one, and put in its place when complete.

    Parameters
    ----------
    target : Path
        The warehouse file. The caller holds its lock.
    last : LastRelease, optional
        What lies there: a warehouse that is whole is the database ``old`` of :meth:`sql`, and a
        file that is none is put aside when the new one is complete.

    Notes
    -----
    A context: whatever happens inside, the old file is untouched until :meth:`publish`, and
    nothing is left of one that was not published.
    """

    def __init__(self, target: Path, last: LastRelease | None = None) -> None:
        self._target = target
        self._last = last or LastRelease()
        self._fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
        self._con = duckdb.connect(":memory:")

    def __enter__(self) -> Self:
        """Begin the new file."""
        clean(self._target)
        with self._writing():
            self._con.execute(
                f"ATTACH {quoted(str(self._fresh))} AS fresh (STORAGE_VERSION '{STORAGE}')"
            )
            if self._last.path is not None:
                self._con.execute(f"ATTACH {quoted(str(self._last.path))} AS old (READ_ONLY)")
            self._con.execute("USE fresh")
            self._con.execute("BEGIN")
            for statement in ddl():
                self._con.execute(statement)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not published."""
        self._con.close()
        for leftover in (self._fresh, _wal(self._fresh)):
            leftover.unlink(missing_ok=True)

    def fill(self, pieces: Iterable[tuple[str, pl.DataFrame]], kept: Collection[str] = ()) -> None:
        """Write the table ``measures``, piece by piece as they come.

        Parameters
        ----------
        pieces : iterable of (str, polars.DataFrame)
            Indicator and its measures, columns by name; ordered by indicator.
        kept : collection of str
            Indicators whose measures are those of the old file and not among `pieces`.

        Raises
        ------
        PublishError
            When the file cannot be written.
        """
        waiting: list[pl.DataFrame] = []
        left = deque(sorted(kept))
        for name, piece in pieces:
            if piece.is_empty():
                continue
            if left and left[0] < name:
                self._insert(waiting, all_of_it=True)
                self._carry([left.popleft() for _ in range(sum(one < name for one in left))])
            waiting.append(piece)
            self._insert(waiting)
        self._insert(waiting, all_of_it=True)
        self._carry(list(left))

    def sql(self, query: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Return what the new file says already, and what the ``old`` one says."""
        with self._writing():
            frame: pl.DataFrame = self._con.sql(query, params=params).pl()
        return frame

    def publish(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Write the other tables, check what must hold, and put the file in place of the old one.

        Parameters
        ----------
        tables : mapping of str to polars.DataFrame
            One frame a table of ``warehouse.schema.TABLES`` but ``measures``, columns by name.

        Raises
        ------
        PublishError
            When a rule is broken or the file cannot be written or replaced.
        """
        con = self._con
        with self._writing():
            for table in TABLES:
                if table.name != _MEASURES:
                    self._into(table.name, tables[table.name])
            for what, query in _RULES:
                broken = con.execute(query).fetchone()
                if broken is None or broken[0]:
                    raise PublishError(f"The new warehouse is not published: {what}.")
            con.execute("COMMIT")
            con.execute("CHECKPOINT fresh")
            con.close()  # Windows replaces no file that is open
            _sync(self._fresh)
            if self._last.aside is not None:
                self._target.replace(self._last.aside)
        _swap(self._fresh, self._target)

    def _insert(self, waiting: list[pl.DataFrame], *, all_of_it: bool = False) -> None:
        """Write what waits, in whole blocks: others make the file larger."""
        rows = sum(map(len, waiting))
        if not all_of_it:
            rows -= rows % _BLOCK
        if not rows:
            return
        together = pl.concat(waiting, rechunk=True)
        with self._writing():
            self._into(_MEASURES, together.head(rows))
        waiting[:] = [together.tail(-rows)]

    def _carry(self, names: list[str]) -> None:
        """Write the measures of some indicators as they stand in the old file."""
        if names:
            with self._writing():
                # a filter alone does not keep the order when threads share it
                self._con.execute(
                    f"INSERT INTO measures SELECT {_columns(_MEASURES)} FROM old.measures "  # noqa: S608
                    "WHERE indicator_id IN $names ORDER BY rowid",
                    {"names": names},
                )

    def _into(self, table: str, frame: pl.DataFrame) -> None:
        self._con.register("frame", frame)
        self._con.execute(f"INSERT INTO {table} SELECT {_columns(table)} FROM frame")  # noqa: S608
        self._con.unregister("frame")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, *_FULL) as error:
            reason = str(error).splitlines()[0]
            raise PublishError(f"{self._fresh} cannot be written: {reason}") from error


def _columns(name: str) -> str:
    (table,) = (table for table in TABLES if table.name == name)
    return ", ".join(f'"{column.name}"' for column in table.columns)


def clean(target: Path) -> None:
    """Remove what a build that was killed left beside the warehouse. The caller holds its lock."""
    for leftover in target.parent.glob(f"{target.name}.*.new*"):
        leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(fresh: Path, target: Path) -> None:
    for attempt in range(_SWAP_TRIES):
        try:
            fresh.replace(target)
        except PermissionError as error:
            # Windows does not replace a file that somebody has open
            if attempt == _SWAP_TRIES - 1:
                raise PublishError(
                    f"{target} is open in another program and could not be replaced. "
                    "Close it (the dashboard, a `duckdb` shell) and run the build again."
                ) from error
            time.sleep(_SWAP_WAIT_SECONDS)
        else:
            break
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
