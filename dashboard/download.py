"""Extracts as addresses: streamed from the warehouse to the browser, never whole in memory.

The browser's own list of downloads shows how far it is and stops it; stopped there, the work stops
here. The first bytes leave before the rows are counted out; of a workbook none does before all of
it is made.

Each file being made holds tens of megabytes for as long as its reader takes, so that only a few are
made at once; who comes then waits a little, and is told to come again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_args
from urllib.parse import urlencode

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from dashboard.reference import open_warehouse
from warehouse import EmptySelectionError, ExportError, SelectionError, Warehouse, WarehouseError
from warehouse.errors import quoted
from warehouse.export import files, geoparquet
from warehouse.export.filters import FILTERS, Selection
from warehouse.export.recipe import CsvStyle, Recipe

FOLDER: Final = "/udtraek/"
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

#: Files made at once. Measured: one on its way to a slow reader holds some 50 MB.
AT_ONCE: Final = 3
#: Seconds.
_PATIENCE: Final = 10.0
_LOOK_AGAIN: Final = 0.25
_COME_AGAIN: Final = 30
_LONGEST_PAUSE: Final = 60.0
#: Bytes handed on at once; about what the connection itself keeps waiting.
_SLICE: Final = 1 << 16
_BUSY: Final = (
    "Der hentes mange filer lige nu. Prøv igen om lidt.\n"
    "Many files are being fetched just now. Please try again in a moment.\n"
)

#: Of an address, apart from the filters: what each may be.
_OPTIONS: Final = {"wide": ("0", "1"), "csv": get_args(CsvStyle)}
_PARAMETERS: Final = (*FILTERS, *_OPTIONS)

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
    return f"{FOLDER}{_NAME}.{ending}?{urlencode(query)}"


class Places:
    """How many files are made at once.

    Parameters
    ----------
    number
        How many there may be.
    patience
        Seconds that one more waits for a place.
    """

    def __init__(self, number: int, patience: float) -> None:
        self._free = threading.Semaphore(number)
        self._patience = patience

    async def taken(self) -> bool:
        """Take a place; return whether one was to be had."""
        waited = 0.0
        # Looked for again and again, since a lock of asyncio belongs to one loop and a lock of
        # threads would hold a thread.
        while not self._free.acquire(blocking=False):
            if waited >= self._patience:
                return False
            await asyncio.sleep(_LOOK_AGAIN)
            waited += _LOOK_AGAIN
        return True

    def leave(self) -> None:
        """Give a place back."""
        self._free.release()


class _Stream(StreamingResponse):
    """A file on its way: in slices, so that little waits for a slow reader, and then its place."""

    def __init__(self, parts: Iterable[bytes], places: Places, **how: Any) -> None:
        super().__init__(_slices(parts), **how)
        self._places = places
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def within_reason(message: Message) -> None:
            # A reader who takes nothing for so long is gone, or holds a place on purpose.
            async with asyncio.timeout(_LONGEST_PAUSE):
                await send(message)

        try:
            await super().__call__(scope, receive, within_reason)
        except TimeoutError:
            return
        finally:
            self._places.leave()
            if isinstance(self._parts, Generator):
                # What is being made of the file stops here, and its temporary files go.
                self._parts.close()


async def _slices(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    async for part in iterate_in_threadpool(parts):
        for start in range(0, len(part), _SLICE):
            yield part[start : start + _SLICE]


def route(warehouse: Path, places: Places | None = None) -> Route:
    """Return the addresses of extracts of a warehouse file.

    Parameters
    ----------
    warehouse
        The file, which may not exist yet.
    places
        How many are made at once.
    """
    taking = places or Places(AT_ONCE, _PATIENCE)

    def made(request: Request, ending: str) -> Response:
        try:
            body = _body(open_warehouse(warehouse), _asked(request.query_params), ending)
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
        if request.method == "HEAD":
            # Nothing of the file is sent, so that nothing of it is made.
            return Response(media_type=_MEDIA[ending], headers=headers)
        return _Stream(body, taking, media_type=_MEDIA[ending], headers=headers)

    async def answer(request: Request) -> Response:
        ending = request.path_params["ending"]
        if ending not in _MEDIA:
            return PlainTextResponse(f"No such file; there are: {', '.join(ENDINGS)}.", 404)
        if not await taking.taken():
            return PlainTextResponse(_BUSY, 503, {"Retry-After": str(_COME_AGAIN)})
        response: Response | None = None
        try:
            response = await run_in_threadpool(made, request, ending)
        finally:
            if not isinstance(response, _Stream):
                taking.leave()
        return response

    return Route(f"{FOLDER}{_NAME}.{{ending}}", answer, methods=["GET"])


def _asked(params: QueryParams) -> Recipe:
    # A filter that is misspelt must not be a file of everything.
    for name in params:
        if name not in _PARAMETERS:
            known = ", ".join(_PARAMETERS)
            message = f"An extract has no “{quoted(name)}”. There are: {known}."
            raise SelectionError("filter", name, message=message)
    for name, allowed in _OPTIONS.items():
        for value in params.getlist(name):
            if value not in allowed:
                raise SelectionError(name, value, allowed)
    filters: Mapping[str, list[str]] = {
        name: values for name in FILTERS if (values := params.getlist(name))
    }
    style: CsvStyle = "international" if params.get("csv") == "international" else "danish"
    return Recipe(Selection.of(**filters), wide=params.get("wide") == "1", csv=style)


def _body(wh: Warehouse, recipe: Recipe, ending: str) -> Iterable[bytes]:
    if ending in files.KINDS:
        return files.prepare(wh, recipe, ending).parts()
    if ending == "boundaries.parquet":
        return [_made(lambda path: geoparquet.write(wh, recipe.selection, path))]
    job = files.prepare(wh, recipe, "csv")
    if ending == "toml":
        return [job.recipe.toml.encode()]
    return [job.companions(f"{_NAME}.csv")[f"{_NAME}.{ending}"].encode()]


def _made(write: Callable[[Path], object]) -> bytes:
    with TemporaryDirectory(prefix="klyngeblik-") as folder:
        path = Path(folder) / "made"
        write(path)
        return path.read_bytes()
