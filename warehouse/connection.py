"""Reading the warehouse file: safe for threads, read-only, and awake to a new file.

An in-memory DuckDB attaches the file, because a plain ``duckdb.connect(path)`` keeps serving the
old file of the same path for as long as anybody in the process holds it. Each use gets its own
cursor, because one connection shared by threads raises.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl

from warehouse.errors import (
    WarehouseDamagedError,
    WarehouseError,
    WarehouseForeignError,
    WarehouseMissingError,
    WarehouseVersionError,
)
from warehouse.schema import EARLIER_VERSIONS, SCHEMA_VERSION

Parameters = Sequence[object] | Mapping[str, object]
Made = TypeVar("Made")

#: What DuckDB says when bytes of a file are not those it wrote. It raises several classes for it.
_DAMAGED = ("corrupt", "checksum", "could not read enough bytes", "deserializ")
_ADVICE = "Run `klyngeblik build` to make it anew."


class Warehouse:
    """One warehouse file, read by any number of threads.

    Parameters
    ----------
    path
        The DuckDB file that ``klyngeblik build`` publishes.
    earlier
        True to take one of an earlier schema too (``warehouse.schema.EARLIER_VERSIONS``).

    Raises
    ------
    WarehouseMissingError
        When there is no such file.
    WarehouseError
        When the file is not a warehouse this version can read.
    """

    def __init__(self, path: Path | str, *, earlier: bool = False) -> None:
        self.path = Path(path)
        self._versions = (SCHEMA_VERSION, *(EARLIER_VERSIONS if earlier else ()))
        self._stays = False
        self._held: Warehouse | None = None
        self._made: dict[Hashable, Any] = {}
        self._making = threading.RLock()
        self._lock = threading.Lock()
        self._signature = ""
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._fresh()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor of the file as it is now; it is closed afterwards.

        A query that has begun finishes on the file it began on, also when the file is replaced
        meanwhile.

        Raises
        ------
        WarehouseDamagedError
            When the part of the file that is read turns out to be damaged.
        """
        with self._lock:
            cursor = self._fresh().cursor()
        try:
            # A cursor does not inherit the database its parent uses.
            cursor.execute("USE warehouse")
            yield cursor
        except duckdb.Error as error:
            if _is_damage(error):
                raise _damaged(self.path) from error
            raise
        finally:
            cursor.close()

    def sql(self, query: str, params: Parameters | None = None) -> pl.DataFrame:
        """Return what one query gives.

        Parameters
        ----------
        query
            SQL, with ``?`` or ``$name`` for values.
        params
            The values: a sequence for ``?``, a mapping for ``$name``.

        Returns
        -------
        polars.DataFrame
            The rows in the order of the query.
        """
        with self.cursor() as cursor:
            frame: pl.DataFrame = cursor.sql(query, params=params or None).pl()
        return frame

    def rows(self, query: str, params: Parameters | None = None) -> list[dict[str, Any]]:
        """Return what one query gives as plain rows, for results of a few hundred.

        That takes half the time of a data frame, which costs a few milliseconds to set up.

        Parameters
        ----------
        query, params
            As for :meth:`sql`.

        Returns
        -------
        list of dict
            Column → value, in the order of the query.
        """
        with self.cursor() as cursor:
            names = [column[0] for column in cursor.execute(query, params or None).description]
            found = cursor.fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    def verify(self) -> None:
        """Read the whole file once: damage in its middle is else found by the first who needs it.

        Half a second for two million numbers.

        Raises
        ------
        WarehouseDamagedError
        """
        with self.cursor() as cursor:
            try:
                tables = cursor.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse'"
                ).fetchall()
                for (name,) in tables:
                    quoted = name.replace('"', '""')
                    cursor.execute(f'SELECT bit_xor(hash(t)) FROM "{quoted}" t').fetchall()  # noqa: S608
            except (duckdb.InterruptException, duckdb.OutOfMemoryException):
                raise
            except duckdb.Error as error:
                raise _damaged(self.path) from error

    def staying(self) -> Warehouse:
        """Return one that stays with the file as it is now, though another is put in its place.

        What a page or an export reads, first to last, then belongs together. Both read the same
        open file, so that nothing is opened or closed for it; until the file is replaced it is the
        same object each time.
        """
        with self._lock:
            self._fresh()
            if self._stays:
                return self
            if self._held is None:
                self._held = copy(self)
                self._held._stays = True
                self._held._made, self._held._making = {}, threading.RLock()
            return self._held

    def once(self, key: Hashable, make: Callable[[Warehouse], Made]) -> Made:
        """Return what is made of the file as it is now: made once, and let go of with the file.

        Parameters
        ----------
        key
            What it is called; one that is not known yet is made while the others wait.
        make
            Makes it of the warehouse it is given, which stays with the file.
        """
        held = self.staying()
        with held._making:
            if key not in held._made:
                held._made[key] = make(held)
            made: Made = held._made[key]
            return made

    @property
    def signature(self) -> str:
        """Which file is open: another text when another file was put in its place."""
        return self._signature

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            self._connection = self._held = None

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fresh(self) -> duckdb.DuckDBPyConnection:
        if self._stays and self._connection is not None:
            return self._connection
        # The signature is taken before the file is opened: a file replaced in between is then
        # taken for an old one and opened once more, never the other way round.
        signature = _signature(self.path)
        if self._connection is None or signature != self._signature:
            # Let go, not closed: closing would cut off the cursors that are still reading. The old
            # file is closed with the last of them.
            connection = _open(self.path, self._versions)
            self._connection, self._signature = connection, signature
            self._held = None
        return self._connection


def connect(path: Path | str, *, earlier: bool = False) -> Warehouse:
    """Open a warehouse file for reading; see :class:`Warehouse`."""
    return Warehouse(path, earlier=earlier)


def _signature(path: Path) -> str:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise WarehouseMissingError(
            f"There is no warehouse at {path} yet. Run `klyngeblik build` to make it."
        ) from None
    except OSError as error:
        raise WarehouseError(f"{path} cannot be read: {error.strerror}.") from None
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _open(path: Path, versions: Collection[int]) -> duckdb.DuckDBPyConnection:
    if path.is_dir():
        raise WarehouseError(f"{path} is a folder; give the warehouse file in it.")
    connection = duckdb.connect(":memory:")
    try:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS warehouse (READ_ONLY)")
        connection.execute("USE warehouse")
        # A query may only see the warehouse: no files, no network, no variables of the caller.
        connection.execute("SET python_enable_replacements = false")
        # What does not fit in memory goes where temporary files go, not to the current folder.
        spill = str(Path(tempfile.gettempdir()) / "klyngeblik-spill").replace("'", "''")
        connection.execute(f"SET temp_directory = '{spill}'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        _check_version(connection, path, versions)
    except WarehouseError:
        connection.close()
        raise
    except duckdb.Error as error:
        connection.close()
        raise _explained(path, error) from None
    return connection


def _explained(path: Path, error: duckdb.Error) -> WarehouseError:
    text = str(error).lower()
    if "set lock on" in text or "conflicting lock" in text or "being used by another" in text:
        return WarehouseError(
            f"{path} is locked by another program that writes to it. "
            "Close that program (perhaps an open `duckdb` shell) and try again."
        )
    if "not a valid duckdb database" in text:
        return WarehouseDamagedError(f"{path} is not a DuckDB file. {_ADVICE}")
    if "permission" in text:
        return WarehouseError(f"{path} cannot be read: permission denied.")
    if _is_damage(error):
        return _damaged(path)
    reason = str(error).splitlines()[0]
    return WarehouseDamagedError(f"{path} cannot be opened as a warehouse: {reason} {_ADVICE}")


def _is_damage(error: duckdb.Error) -> bool:
    """Return whether an error tells of damaged bytes, and not of a wrong query or a full disk."""
    if isinstance(error, duckdb.SerializationException | duckdb.FatalException):
        return True
    return any(sign in str(error).lower() for sign in _DAMAGED)


def _damaged(path: Path) -> WarehouseDamagedError:
    return WarehouseDamagedError(
        f"{path} is damaged: a part of it is not as it was written. {_ADVICE}"
    )


def _check_version(
    connection: duckdb.DuckDBPyConnection, path: Path, versions: Collection[int]
) -> None:
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        raise _foreign(path) from None
    if row is None:
        raise _foreign(path)
    if row[0] not in map(str, versions):
        raise WarehouseVersionError(
            f"{path} has schema version {row[0]}, this Klyngeblik reads {SCHEMA_VERSION}. {_ADVICE}"
        )


def _foreign(path: Path) -> WarehouseForeignError:
    return WarehouseForeignError(
        f"{path} is a DuckDB file, but not a Klyngeblik warehouse. "
        "Name another file with --warehouse."
    )
