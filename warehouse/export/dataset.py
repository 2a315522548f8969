"""An extract as a folder of Parquet files, split by columns as Hive does (``period=2025/``)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.connection import Warehouse
from warehouse.errors import ExportError, SelectionError
from warehouse.export import batches, encode
from warehouse.export.columns import EXTRACT_COLUMNS
from warehouse.export.files import Progress, beside, prepare
from warehouse.export.names import nearest
from warehouse.export.provenance import provenance
from warehouse.export.query import condition
from warehouse.export.recipe import Recipe

#: Columns a dataset can be split by, and the filter each is. Area ids are not among them: readers
#: of such folders take 0101 for a number.
PARTITIONS: Final = {
    "geography": "geography",
    "level": "level",
    "indicator_id": "indicators",
    "period": "periods",
    "sex": "sexes",
    "sector": "sectors",
    "standardisation": "standardisations",
    "status": "statuses",
}
_FILE: Final = "part-0.parquet"


def write(
    wh: Warehouse, recipe: Recipe, folder: Path | str, *, progress: Progress | None = None
) -> int:
    """Write the extract of a recipe as a dataset.

    Parameters
    ----------
    wh
        The warehouse.
    recipe
        What to take, and by which columns to split; those columns are in the folders' names and
        not in the files.
    folder
        The dataset's folder. A dataset already there is replaced as a whole.
    progress
        As in :func:`warehouse.export.files.write`.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    SelectionError, EmptySelectionError
        As in :func:`warehouse.export.files.write`; also on a column a dataset cannot be split by.
    ExportError
        When the folder holds anything but a dataset, or cannot be written. What was there stays.
    """
    target = Path(folder)
    for column in recipe.partition:
        if column not in PARTITIONS:
            near = nearest(column, [(name, name) for name in PARTITIONS])
            raise SelectionError("partition", column, near)
    if recipe.wide:
        raise ExportError("A dataset is tidy: drop --wide, or drop --partition.")
    if target.exists() and not _is_dataset(target):
        raise ExportError(f"{target} is not an empty folder or a dataset. Choose another name.")
    job = prepare(wh, recipe, "parquet")
    columns = tuple(c for c in EXTRACT_COLUMNS if c.name not in recipe.partition)
    done = 0
    with job.warehouse as own, beside(target) as scratch:
        fresh = scratch / "new"
        for values in _combinations(own, job.recipe):
            narrowed = {
                PARTITIONS[name]: (value,)
                for name, value in zip(recipe.partition, values, strict=True)
            }
            part = replace(job.recipe.selection, **narrowed)  # type: ignore[arg-type]
            place = fresh.joinpath(
                *(f"{name}={v}" for name, v in zip(recipe.partition, values, strict=True))
            )
            place.mkdir(parents=True)
            plan = batches.plan(own, part)
            about = provenance(own, job.recipe, plan, columns)
            tables = (
                table.drop_columns(list(recipe.partition))
                for table in batches.tables(own, part, plan)
            )
            with (place / _FILE).open("wb") as file:
                file.writelines(encode.parquet(tables, columns, about.metadata))
            done += plan.rows
            if progress:
                progress(done, job.plan.rows)
        if target.exists():
            target.rename(scratch / "old")
        fresh.rename(target)
    return done


def _combinations(wh: Warehouse, recipe: Recipe) -> list[tuple[object, ...]]:
    text, values = condition(recipe.selection)
    names = ", ".join(f"m.{name}" for name in recipe.partition)
    found: pl.DataFrame = wh.sql(
        f"SELECT DISTINCT {names} FROM measures m JOIN indicators i USING (indicator_id) "  # noqa: S608
        f"WHERE {text} ORDER BY ALL",
        values,
    )
    return found.rows()


def _is_dataset(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    files = itertools.islice((p for p in folder.rglob("*") if p.is_file()), 100_000)
    return all(p.name == _FILE and "=" in p.parent.name for p in files)
