"""Writing the warehouse: beside the live file, checked, and then swapped in at once."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from warehouse.schema import TABLES, ddl
from warehouse.views import quoted

#: Files that 1.5 tools can read; the newest format is read by the newest tools only.
STORAGE: Final = "v1.5.0"
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


def publish(tables: Mapping[str, pl.DataFrame], target: Path, kept: Collection[str] = ()) -> None:
    """Write a warehouse and put it in place of the old one, whole or not at all.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        One frame a table of ``warehouse.schema.TABLES``, columns by name.
    target : Path
        The warehouse file. The caller holds its lock.
    kept : collection of str
        Indicators whose measures are those of the old file and not among `tables`.

    Raises
    ------
    PublishError
        When a rule is broken or the file cannot be replaced. The old file is untouched.
    """
    clean(target)
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        try:
            _write(tables, fresh, target, sorted(kept))
        except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
            reason = str(error).splitlines()[0]
            raise PublishError(f"{fresh} cannot be written: {reason}") from error
        _sync(fresh)
        _swap(fresh, target)
    finally:
        for leftover in (fresh, _wal(fresh)):
            leftover.unlink(missing_ok=True)


def clean(target: Path) -> None:
    """Remove what a build that was killed left beside the warehouse. The caller holds its lock."""
    for leftover in target.parent.glob(f"{target.name}.*.new*"):
        leftover.unlink(missing_ok=True)


def _write(tables: Mapping[str, pl.DataFrame], path: Path, old: Path, kept: Sequence[str]) -> None:
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH {quoted(str(path))} AS fresh (STORAGE_VERSION '{STORAGE}')")
        if kept:
            con.execute(f"ATTACH {quoted(str(old))} AS old (READ_ONLY)")
        con.execute("USE fresh")
        con.execute("BEGIN")
        for statement in ddl():
            con.execute(statement)
        for table in TABLES:
            frame = tables[table.name]
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            if kept and table.name == "measures":
                _merge(con, frame, kept, columns)
                continue
            con.register("frame", frame)
            con.execute(f"INSERT INTO {table.name} SELECT {columns} FROM frame")  # noqa: S608
            con.unregister("frame")
        for what, query in _RULES:
            broken = con.execute(query).fetchone()
            if broken is None or broken[0]:
                raise PublishError(f"The new warehouse is not published: {what}.")
        con.execute("COMMIT")
        con.execute("CHECKPOINT fresh")
        con.execute("USE memory")
        con.execute("DETACH fresh")
        if kept:
            con.execute("DETACH old")  # Windows replaces no file that is open


def _merge(
    con: duckdb.DuckDBPyConnection, new: pl.DataFrame, kept: Sequence[str], columns: str
) -> None:
    """Write new measures among those of the old file, so that all lie in order."""
    pieces = new.partition_by("indicator_id", maintain_order=True, as_dict=True) if len(new) else {}
    frames = {str(name): piece for (name,), piece in pieces.items()}
    for is_kept, run in groupby(sorted({*frames, *kept}), key=lambda name: name not in frames):
        names = list(run)
        if is_kept:
            # neither a filter nor a union of both kinds keeps the order when threads share it
            source = "old.measures WHERE indicator_id IN $names ORDER BY rowid"
            wanted = {"names": names}
        else:
            con.register("frame", pl.concat([frames[name] for name in names]))
            source, wanted = "frame", {}
        con.execute(f"INSERT INTO measures SELECT {columns} FROM {source}", wanted)  # noqa: S608


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
