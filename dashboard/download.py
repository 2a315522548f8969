"""Extracts as addresses: streamed from the warehouse to the browser, never whole in memory.

The browser's own list of downloads shows how far it is and stops it; stopped there, the work stops
here. The first bytes leave before the rows are counted out; of a workbook none does before all of
it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.reference import open_warehouse
from warehouse import (
    EmptySelectionError,
    ExportError,
    SelectionError,
    Warehouse,
    WarehouseError,
    export,
    geoparquet,
)
from warehouse.recipe import CsvStyle, Recipe
from warehouse.selection import FILTERS, Selection

_FOLDER: Final = "/udtraek/"
_NAME: Final = "klyngeblik"
_MEDIA: Final = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dictionary.md": "text/markdown; charset=utf-8",
    "csv-metadata.json": "application/csvm+json",
    "toml": "application/toml",
    "boundaries.parquet": "application/vnd.apache.parquet",
}

#: Endings of the files there are of an extract.
ENDINGS: Final = tuple(_MEDIA)


def address(recipe: Recipe, ending: str) -> str:
    """Return the address of one file of an extract.

    Parameters
    ----------
    recipe
        The extract.
    ending
        One of ``ENDINGS``.
    """
    query: list[tuple[str, str]] = [
        (name, value) for name, values in recipe.selection.filters().items() for value in values
    ]
    query += [("wide", "1")] * recipe.wide
    query += [("csv", recipe.csv)] * (recipe.csv != Recipe.csv)
    return f"{_FOLDER}{_NAME}.{ending}?{urlencode(query)}"


def route(warehouse: Path) -> Route:
    """Return the addresses of extracts of a warehouse file, which may not exist yet."""

    def answer(request: Request) -> Response:
        ending = request.path_params["ending"]
        if ending not in _MEDIA:
            return PlainTextResponse(f"No such file; there are: {', '.join(ENDINGS)}.", 404)
        try:
            body = _body(open_warehouse(warehouse), _asked(request), ending)
        except EmptySelectionError as error:
            return PlainTextResponse(str(error), 404)
        except (SelectionError, ExportError) as error:
            return PlainTextResponse(str(error), 400)
        except WarehouseError as error:
            return PlainTextResponse(str(error), 503)
        headers = {
            "Content-Disposition": f'attachment; filename="{_NAME}.{ending}"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(body, media_type=_MEDIA[ending], headers=headers)

    return Route(f"{_FOLDER}{_NAME}.{{ending}}", answer, methods=["GET"])


def _asked(request: Request) -> Recipe:
    params = request.query_params
    filters: Mapping[str, list[str]] = {
        name: values for name in FILTERS if (values := params.getlist(name))
    }
    style: CsvStyle = "international" if params.get("csv") == "international" else "danish"
    return Recipe(Selection.of(**filters), wide=params.get("wide") == "1", csv=style)


def _body(wh: Warehouse, recipe: Recipe, ending: str) -> Iterable[bytes]:
    if ending in export.KINDS:
        return export.prepare(wh, recipe, ending).parts()
    if ending == "boundaries.parquet":
        return [_made(lambda path: geoparquet.write(wh, recipe.selection, path))]
    job = export.prepare(wh, recipe, "csv")
    if ending == "toml":
        return [job.recipe.toml.encode()]
    return [job.companions(f"{_NAME}.csv")[f"{_NAME}.{ending}"].encode()]


def _made(write: Callable[[Path], object]) -> bytes:
    with TemporaryDirectory(prefix="klyngeblik-") as folder:
        path = Path(folder) / "made"
        write(path)
        return path.read_bytes()
