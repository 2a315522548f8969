"""An extract as a file: Parquet, CSV or a workbook, the same bytes each time.

The rows are streamed from DuckDB, so that an export as large as the warehouse takes no more memory
than a small one. A file is written beside its place and moved there when it is whole.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb
import polars as pl

from warehouse import workbook
from warehouse.connection import Warehouse
from warehouse.errors import EmptySelectionError, ExportError
from warehouse.provenance import Provenance, provenance
from warehouse.query import count, statement
from warehouse.selection import Selection, resolve

CsvStyle = Literal["danish", "international"]

_BATCH = 100_000
#: Text that comes from delivered files; a spreadsheet would run it when it begins like a formula.
_FOREIGN_TEXT = ("area", "indicator", "source")
_FORMULA = r"^[=+\-@\t\r]"


def write(
    wh: Warehouse, selection: Selection, path: Path | str, *, csv: CsvStyle = "danish"
) -> int:
    """Write the extract of a selection to a file.

    Parameters
    ----------
    wh
        The warehouse.
    selection
        What to take; names are resolved here.
    path
        The file; its ending chooses ``.parquet``, ``.csv`` or ``.xlsx``.
    csv
        ``danish``: semicolon, decimal comma and a byte order mark, as Excel in Denmark reads it.
        ``international``: comma and decimal point, no mark. In both, a text that a spreadsheet
        would take for a formula gets an apostrophe before it.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    SelectionError
        When the selection names something unknown.
    EmptySelectionError
        When no row fits; said before any file is touched.
    ExportError
        When the ending is none of the three, or the file cannot be written. What was there before
        stays, and nothing half-written is left.
    """
    target = Path(path)
    write_to = _writer(target.suffix.lower().lstrip("."), csv)
    with Warehouse(wh.path, exporting=True) as own:
        chosen = resolve(own, selection)
        rows = count(own, chosen)
        if not rows:
            raise EmptySelectionError(chosen.described())
        if target.suffix.lower() == ".xlsx" and rows > workbook.MAX_ROWS:
            raise ExportError(
                f"{rows:,} rows are more than a sheet holds ({workbook.MAX_ROWS:,}). "
                "Choose .parquet or .csv, or narrow the selection."
            )
        try:
            with TemporaryDirectory(dir=target.parent, prefix=".klyngeblik-") as folder:
                part = Path(folder) / target.name
                write_to(own, chosen, part)
                part.replace(target)
        except OSError as error:
            raise ExportError(_explained(target, error)) from None
        except duckdb.IOException as error:
            raise ExportError(f"{target} cannot be written: {str(error).splitlines()[0]}") from None
    return rows


def to_bytes(wh: Warehouse, selection: Selection, kind: str, *, csv: CsvStyle = "danish") -> bytes:
    """Return the file that :func:`write` would write, for a download.

    Parameters
    ----------
    wh, selection, csv
        As in :func:`write`.
    kind
        ``parquet``, ``csv`` or ``xlsx``.
    """
    with TemporaryDirectory(prefix="klyngeblik-") as folder:
        path = Path(folder) / f"extract.{kind}"
        write(wh, selection, path, csv=csv)
        return path.read_bytes()


_Writer = Callable[[Warehouse, Selection, Path], None]


def _writer(ending: str, csv: CsvStyle) -> _Writer:
    if csv not in ("danish", "international"):
        raise ExportError(f"CSV style “{csv}” is neither danish nor international.")
    writers: dict[str, _Writer] = {
        "parquet": _parquet,
        "csv": lambda wh, selection, path: _csv(wh, selection, path, csv),
        "xlsx": _xlsx,
    }
    if ending not in writers:
        raise ExportError(f"The file must end in .parquet, .csv or .xlsx, not “.{ending}”.")
    return writers[ending]


def _parquet(wh: Warehouse, selection: Selection, path: Path) -> None:
    query, values = statement(selection)
    facts = provenance(wh, selection).metadata()
    keys = ", ".join(f"{name}: ?" for name in facts)
    quoted = str(path).replace("'", "''")
    with wh.cursor() as cursor:
        cursor.execute(
            f"COPY ({query}) TO '{quoted}' "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{keys}}})",
            [*values, *facts.values()],
        )


def _csv(wh: Warehouse, selection: Selection, path: Path, style: CsvStyle) -> None:
    danish = style == "danish"
    defused = pl.col(_FOREIGN_TEXT)
    defused = pl.when(defused.str.contains(_FORMULA)).then("'" + defused).otherwise(defused)
    with path.open("wb") as file:
        for number, batch in enumerate(_batches(wh, selection)):
            batch.with_columns(defused.name.keep()).write_csv(
                file,
                include_header=number == 0,
                include_bom=danish and number == 0,
                separator=";" if danish else ",",
                decimal_comma=danish,
            )


def _xlsx(wh: Warehouse, selection: Selection, path: Path) -> None:
    about: Provenance = provenance(wh, selection)
    workbook.write(path, _batches(wh, selection), about)


def _batches(wh: Warehouse, selection: Selection) -> Iterator[pl.DataFrame]:
    query, values = statement(selection)
    with wh.cursor() as cursor:
        for batch in cursor.sql(query, params=values).to_arrow_reader(_BATCH):
            yield pl.DataFrame(batch)


def _explained(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"The folder {path.parent} does not exist. Make it first, or write elsewhere."
    if isinstance(error, PermissionError):
        return f"{path} cannot be written: permission denied."
    if error.errno == errno.ENOSPC:
        return f"{path} cannot be written: the disk is full."
    return f"{path} cannot be written: {error.strerror or error}."
