"""An extract as a file: Parquet, CSV, a workbook or JSON, the same bytes each time.

Rows go from DuckDB to the file, or to a reader's browser, a piece at a time, so that an export as
large as the warehouse takes no more memory than a small one. A file is written beside its place
and moved there when it is whole.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
import pyarrow as pa

from warehouse.connection import Warehouse
from warehouse.errors import EmptySelectionError, ExportError, quoted
from warehouse.export import batches, dictionary, encode, workbook
from warehouse.export.columns import EXTRACT_COLUMNS, ExtractColumn, wide_columns
from warehouse.export.filters import Selection
from warehouse.export.names import resolve_told
from warehouse.export.provenance import Provenance, provenance
from warehouse.export.recipe import CsvStyle, Recipe
from warehouse.export.wide import widen

#: Called with the rows done and the rows there are.
Progress = Callable[[int, int], None]

KINDS: Final = ("parquet", "csv", "xlsx", "json", "ndjson")
_BLOCK: Final = 1 << 20


def write(
    wh: Warehouse,
    selection: Selection,
    path: Path | str,
    *,
    csv: CsvStyle = "danish",
    wide: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write the extract of a selection to a file.

    Parameters
    ----------
    wh
        The warehouse.
    selection
        What to take; names are resolved here.
    path
        The file; its ending is one of :data:`KINDS`. Beside a CSV file go its
        data dictionary (``NAME.dictionary.md``) and its description for programs, CSV on the Web
        (``NAME.csv-metadata.json``).
    csv, wide
        As in :class:`warehouse.export.recipe.Recipe`.
    progress
        Told how far it is; what it raises stops the export.

    Returns
    -------
    int
        Rows of the warehouse written.

    Raises
    ------
    SelectionError
        When the selection names something unknown.
    EmptySelectionError
        When no row fits; said before any file is touched.
    ExportError
        When the ending is none of them, or the file cannot be written. What was there before
        stays, and nothing half-written is left.
    """
    target = Path(path)
    job = prepare(wh, Recipe(selection, wide, csv), target.suffix.lower().lstrip("."))
    with job.warehouse, beside(target) as folder:
        with (folder / target.name).open("wb") as file:
            for part in job.parts(progress):
                file.write(part)
        for name, text in job.companions(target.name).items():
            (folder / name).write_text(text, "utf-8", newline="\n")
        for made in sorted(folder.iterdir()):
            made.replace(target.parent / made.name)
    return job.plan.rows


def stream(
    wh: Warehouse,
    selection: Selection,
    kind: str,
    *,
    csv: CsvStyle = "danish",
    wide: bool = False,
) -> Iterator[bytes]:
    """Return the bytes of the file that :func:`write` would write, as they come.

    Parameters
    ----------
    wh, selection, csv, wide
        As in :func:`write`.
    kind
        One of :data:`KINDS`. Of a workbook nothing comes before all of it is made.

    Returns
    -------
    iterator of bytes
        Closing it stops the work.

    Raises
    ------
    SelectionError, EmptySelectionError, ExportError
        As in :func:`write`, before the first byte.
    """
    return prepare(wh, Recipe(selection, wide, csv), kind).parts()


@dataclass(frozen=True)
class Job:
    """An export about to be made: what, of which file, in which pieces.

    ``told`` says what was chosen where a name may mean several.
    """

    warehouse: Warehouse
    recipe: Recipe
    kind: str
    plan: batches.Plan
    told: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[ExtractColumn, ...]:
        """The columns of the rows."""
        return wide_columns(self.plan.periods) if self.recipe.wide else EXTRACT_COLUMNS

    def about(self) -> Provenance:
        """Return what is known about the extract."""
        return provenance(self.warehouse, self.recipe, self.plan, self.columns)

    def parts(self, progress: Progress | None = None) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        tables = self.tables(progress)
        if self.kind == "parquet":
            with ThreadPoolExecutor(1, thread_name_prefix="klyngeblik-export") as aside:
                known = aside.submit(lambda: self.about().metadata())
                yield from encode.parquet(tables, self.columns, known.result)
        elif self.kind == "csv":
            yield from encode.csv(tables, self.columns, self.recipe.csv)
        elif self.kind == "json":
            yield from encode.json(tables, self.columns)
        elif self.kind == "ndjson":
            yield from encode.ndjson(tables, self.columns)
        else:
            with TemporaryDirectory(prefix="klyngeblik-") as folder:
                path = Path(folder) / "extract.xlsx"
                workbook.write(path, map(pl.DataFrame, tables), self.about())
                with path.open("rb") as file:
                    while block := file.read(_BLOCK):
                        yield block

    def tables(self, progress: Progress | None = None) -> Iterator[pa.Table]:
        """Yield the rows, tidy or wide."""
        done = 0
        for table in batches.tables(self.warehouse, self.recipe.selection, self.plan):
            if progress:
                progress(done, self.plan.rows)
            if self.recipe.wide:
                yield widen(pl.DataFrame(table), self.plan.periods).to_arrow()
            else:
                yield table
            done += table.num_rows
        if progress:
            progress(done, self.plan.rows)

    def companions(self, name: str) -> dict[str, str]:
        """Return the files that go beside: name and text."""
        if self.kind != "csv":
            return {}
        about = self.about()
        return {
            f"{name.rpartition('.')[0]}.dictionary.md": dictionary.markdown(about),
            f"{name}-metadata.json": dictionary.csvw(about, name),
        }


def prepare(wh: Warehouse, recipe: Recipe, kind: str) -> Job:
    """Return the export of a recipe, checked, with its names resolved.

    Raises
    ------
    SelectionError, EmptySelectionError, ExportError
        As in :func:`write`.
    """
    if kind not in KINDS:
        known = ", ".join(f".{name}" for name in KINDS)
        raise ExportError(f"The file must end in one of {known}, not “.{quoted(kind)}”.")
    own = wh.staying()
    chosen, told = resolve_told(own, recipe.selection)
    plan = batches.plan(own, chosen)
    if not plan.rows:
        raise EmptySelectionError(chosen.described())
    if kind == "xlsx" and plan.rows > workbook.MAX_ROWS:
        raise ExportError(
            f"{plan.rows:,} rows are more than a sheet holds ({workbook.MAX_ROWS:,}). "
            "Choose .parquet or .csv, or narrow the selection."
        )
    # Only a CSV file depends on the style; without it, the same extract has the same bytes.
    style = recipe.csv if kind == "csv" else Recipe.csv
    return Job(own, replace(recipe, selection=chosen, csv=style), kind, plan, tuple(told))


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Lend a folder beside a file to be written, on the same disk; it is gone afterwards.

    Raises
    ------
    ExportError
        In place of what the disk says: full, not there, not allowed.
    """
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".klyngeblik-") as folder:
            yield Path(folder)
    except OSError as error:
        raise ExportError(_explained(target, error)) from None


def _explained(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"The folder {path.parent} does not exist. Make it first, or write elsewhere."
    if isinstance(error, PermissionError):
        return f"{path} cannot be written: permission denied."
    if error.errno == errno.ENOSPC:
        return f"{path} cannot be written: the disk is full."
    return f"{path} cannot be written: {error.strerror or error}."
