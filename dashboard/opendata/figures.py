"""Figures and boundaries as documents: what decides their bytes, and how they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

import polars
import pyarrow as pa
from starlette.datastructures import QueryParams

from dashboard.opendata import asked
from dashboard.opendata.answers import Document
from dashboard.opendata.shelf import TooLargeError
from warehouse import Warehouse
from warehouse.export import boundaries, files, geoparquet
from warehouse.export.filters import FILTERS
from warehouse.export.names import resolve
from warehouse.export.recipe import Recipe

#: Ending: media type.
FIGURES: Final = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dictionary.md": "text/markdown; charset=utf-8",
    "csv-metadata.json": "application/csvm+json",
    "toml": "application/toml",
}
BOUNDARIES: Final = {
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
#: Files that shrink no more.
_PACKED: Final = ("parquet", "xlsx")
#: Bytes a row takes, measured on the shipped packages: a file too large is refused unmade.
_BYTES_A_ROW: Final = {"parquet": 15, "csv": 420, "json": 850, "ndjson": 850, "xlsx": 160}
#: Rows of a workbook that are made in time.
_WORKBOOK_ROWS: Final = 300_000
_NAME: Final = "klyngeblik"
#: Other versions of these may write other bytes for the same rows.
_WRITERS: Final = f"{polars.__version__} {pa.__version__}"


def about(wh: Warehouse) -> tuple[str, datetime | None]:
    """Return what tells the releases of a warehouse apart, and when this one was made (UTC)."""
    return wh.once("opendata-release", _about)


def _about(wh: Warehouse) -> tuple[str, datetime | None]:
    facts = {row["key"]: row["value"] for row in wh.rows("SELECT key, value FROM meta")}
    made = facts.pop("built_at", None)
    moment = datetime.fromisoformat(made).replace(tzinfo=UTC, microsecond=0) if made else None
    return repr(sorted(facts.items())), moment


def figures(wh: Warehouse, params: QueryParams, ending: str, largest: int) -> Document:
    """Return an extract as a document; nothing of it is made yet.

    Parameters
    ----------
    wh
        The warehouse.
    params
        What the address asks for.
    ending
        A key of :data:`FIGURES`.
    largest
        Bytes a file may have.

    Raises
    ------
    warehouse.SelectionError, warehouse.EmptySelectionError
        When the selection names something unknown, or no row fits.
    warehouse.ExportError
        When there are more rows than a sheet holds.
    dashboard.opendata.shelf.TooLargeError
        When the file would be too large.
    """
    recipe = asked.recipe(params)
    kind = ending if ending in files.KINDS else "csv"
    job = files.prepare(wh, recipe, kind)
    rows = job.plan.rows
    if ending in _BYTES_A_ROW and not job.recipe.wide and rows * _BYTES_A_ROW[ending] > largest:
        raise TooLargeError
    if ending == "xlsx" and rows > _WORKBOOK_ROWS:
        raise TooLargeError

    def parts() -> Iterable[bytes]:
        if ending in files.KINDS:
            return job.parts()
        if ending == "toml":
            return [job.recipe.toml.encode()]
        return [job.companions(f"{_NAME}.csv")[f"{_NAME}.{ending}"].encode()]

    query = asked.address(job.recipe, "csv-metadata.json")
    headers = {"Content-Disposition": f'attachment; filename="{_NAME}.{ending}"'}
    if ending == "csv":
        headers["Link"] = f'<{query}>; rel="describedby"; type="application/csvm+json"'
    if job.told:
        # A header holds ASCII: what is beyond it is written as in an address.
        headers["Klyngeblik-Note"] = quote(" ".join(job.told), safe=" ()[],;.:/")
    key = _key(wh, job.recipe, f"figures.{ending}")
    return Document(
        key,
        FIGURES[ending],
        parts,
        about(wh)[1],
        is_text=ending not in _PACKED,
        headers=headers,
        place=wh.signature,
    )


def shapes(wh: Warehouse, params: QueryParams, ending: str) -> Document:
    """Return the boundaries of the areas that occur in an extract.

    Parameters
    ----------
    wh, params
        As in :func:`figures`.
    ending
        A key of :data:`BOUNDARIES`.

    Raises
    ------
    warehouse.SelectionError, warehouse.EmptySelectionError
        As in :func:`figures`.
    """
    asked.known_only(params, tuple(FILTERS), "A file of boundaries")
    recipe = Recipe(resolve(wh, asked.selection(params)))
    boundaries.rows(wh, recipe.selection)

    def parts() -> Iterable[bytes]:
        if ending == "geojson":
            return [boundaries.geojson(wh, recipe.selection)]
        with TemporaryDirectory(prefix="klyngeblik-") as folder:
            path = Path(folder) / "made"
            geoparquet.write(wh, recipe.selection, path)
            return [path.read_bytes()]

    headers = {"Content-Disposition": f'attachment; filename="{_NAME}.boundaries.{ending}"'}
    return Document(
        _key(wh, recipe, f"boundaries.{ending}"),
        BOUNDARIES[ending],
        parts,
        about(wh)[1],
        is_text=ending not in _PACKED,
        headers=headers,
        place=wh.signature,
    )


def _key(wh: Warehouse, recipe: Recipe, name: str) -> str:
    """Return what decides the bytes of a file."""
    text = f"{name}\n{about(wh)[0]}\n{_WRITERS}\n{recipe.toml}"
    return hashlib.sha256(text.encode()).hexdigest()
