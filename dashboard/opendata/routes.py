"""The addresses of the data door, and the old ones that lead to it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.opendata import feeds, openapi, page
from dashboard.opendata.answers import CORS, PREFLIGHT, Document, answer, of_bytes, problem
from dashboard.opendata.asked import FOLDER, VERSION, known_only, selection
from dashboard.opendata.feeds import FEEDS
from dashboard.opendata.figures import BOUNDARIES, FIGURES, about, figures, shapes
from dashboard.opendata.shelf import BusyError, Shelf, TooLargeError
from dashboard.reference import open_warehouse
from warehouse import EmptySelectionError, ExportError, SelectionError, Warehouse, WarehouseError
from warehouse.errors import quoted
from warehouse.export import datapackage, releases
from warehouse.export.lists import LISTS, text
from warehouse.export.names import nearest

OLD: Final = "/udtraek/"
RELEASES: Final = f"{FOLDER}releases/"
#: For data portals.
CATALOGUES: Final = {"datapackage.json": datapackage.frictionless, "dcat.jsonld": datapackage.dcat}
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_METHODS: Final = ["GET", "HEAD", "OPTIONS"]
#: Seconds after which who was asked to come again should.
_COME_AGAIN: Final = "30"
_TOO_LARGE: Final = (
    "This file would be larger, or take longer, than one request may. Narrow it with filters "
    "(indicator, geography, period), or take figures.parquet, which is the smallest."
)
_BUSY: Final = (
    "Der hentes mange filer lige nu. Prøv igen om lidt. / "
    "Many files are being fetched just now. Please try again in a moment."
)
#: What goes wrong and is told; an OSError is a disk that is full.
_TOLD: Final = (
    *(SelectionError, ExportError, WarehouseError, BusyError, TooLargeError),
    OSError,
)


def names() -> list[str]:
    """Return the names of the files below ``/data/v1/``."""
    return [
        *LISTS,
        *(f"figures.{ending}" for ending in FIGURES),
        *(f"boundaries.{ending}" for ending in BOUNDARIES),
        "openapi.json",
        *CATALOGUES,
    ]


def routes(warehouse: Path, shelf: Shelf | None = None) -> list[BaseRoute]:
    """Return the addresses of the data door of a warehouse file.

    Parameters
    ----------
    warehouse
        The file, which may not exist yet.
    shelf
        Where files are kept, and how many are made at once.
    """
    kept = shelf or Shelf()

    async def served(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        name = request.path_params.get("name", "")
        find = _FINDING.get(request.url.path.removesuffix(name), _document)
        try:
            document = await run_in_threadpool(find, warehouse, name, request, kept.largest)
            if document is None:
                return _nothing(name)
            return await answer(request, document, kept)
        except _TOLD as error:
            return _refused(error)

    def paper(request: Request) -> Response:
        lang = "en" if request.query_params.get("lang") == "en" else "da"
        try:
            kept_ones = releases.listed(releases.folder_of(warehouse))
            html = page.html(open_warehouse(warehouse), lang, str(request.base_url), kept_ones)
        except (WarehouseError, ExportError) as error:
            return _refused(error)
        return HTMLResponse(html, 200, {"Content-Language": lang, "Cache-Control": "no-cache"})

    return [
        Route(FOLDER, paper, methods=["GET", "HEAD"]),
        Route(VERSION, served, methods=_METHODS),
        Route(f"{VERSION}{{name}}", served, methods=_METHODS),
        Route(RELEASES, served, methods=_METHODS),
        Route(f"{RELEASES}{{name}}", served, methods=_METHODS),
        Route(f"{FEEDS}{{name}}", served, methods=_METHODS),
        Route(f"{OLD}{{name:path}}", _moved, methods=["GET", "HEAD"]),
        Route(f"{FOLDER}{{name:path}}", _elsewhere, methods=_METHODS),
    ]


def _document(warehouse: Path, name: str, request: Request, largest: int) -> Document | None:
    wh, params = open_warehouse(warehouse), request.query_params
    kind, _, ending = name.partition(".")
    if kind == "figures" and ending in FIGURES:
        return figures(wh, params, ending, largest)
    if kind == "boundaries" and ending in BOUNDARIES:
        return shapes(wh, params, ending)
    if name in LISTS:
        own = LISTS[name].filters
        known_only(params, own, f"The list {name}")
        return _json(wh, text(wh, name, selection(params, own)).encode())
    content = _described(wh, warehouse, name, request)
    return _json(wh, content) if content is not None else None


def _described(wh: Warehouse, warehouse: Path, name: str, request: Request) -> bytes | None:
    """Return what says what there is, for programs; ``None`` for any other name."""
    if name and name != "openapi.json" and name not in CATALOGUES:
        return None
    known_only(request.query_params, (), "A description")
    if name == "openapi.json":
        return wh.once("openapi", openapi.described)
    if name:
        address = f"{str(request.base_url).rstrip('/')}{FOLDER}"
        kept = releases.listed(releases.folder_of(warehouse))
        found: object = CATALOGUES[name](wh, address, kept)
    else:
        found = {own: f"{VERSION}{own}" for own in names()}
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _release(warehouse: Path, name: str, request: Request, _largest: int) -> Document | None:
    """Return a release that stays, or the list of them."""
    known_only(request.query_params, (), "A release")
    folder = releases.folder_of(warehouse)
    found = releases.listed(folder)
    if not name:
        rows = [{**asdict(one), "address": f"{RELEASES}{one.name}"} for one in found]
        return of_bytes(json.dumps(rows, ensure_ascii=False, indent=1).encode(), "application/json")
    for one in found:
        if name == one.name and (folder / name).is_file():
            headers = {"Cache-Control": _IMMUTABLE}
            made = datetime.fromisoformat(one.made).replace(tzinfo=UTC, microsecond=0)
            return Document(
                one.sha256, FIGURES["parquet"], folder / name, made, is_text=False, headers=headers
            )
        if name == f"{one.name}.sha256":
            return of_bytes(f"{one.sha256}  {one.name}\n".encode(), "text/plain; charset=utf-8")
    return None


def _feed(warehouse: Path, name: str, request: Request, _largest: int) -> Document | None:
    known_only(request.query_params, ("lang",), "A feed")
    lang = "en" if request.query_params.get("lang") == "en" else "da"
    own, _, ending = name.partition(".")
    about_it = feeds.subject(open_warehouse(warehouse), own, lang) if ending == "atom" else None
    if about_it is None:
        return None
    found = releases.listed(releases.folder_of(warehouse))
    content = feeds.atom(own, about_it, found, str(request.base_url), lang)
    return of_bytes(content, "application/atom+xml; charset=utf-8")


_FINDING: Final = {RELEASES: _release, FEEDS: _feed}


def _json(wh: Warehouse, content: bytes) -> Document:
    return of_bytes(content, "application/json", about(wh)[1])


def _refused(error: Exception) -> Response:
    if isinstance(error, EmptySelectionError):
        return problem(404, "No rows", str(error))
    if isinstance(error, SelectionError):
        near = list(error.suggestions[:3])
        own, value = error.field, quoted(error.value)
        return problem(400, "Wrong parameter", str(error), parameter=own, value=value, nearest=near)
    if isinstance(error, TooLargeError):
        return problem(413, "Too large", _TOO_LARGE)
    if isinstance(error, ExportError):
        return problem(400, "Cannot be made", str(error))
    return _unable(error)


def _unable(error: Exception) -> Response:
    headers = {"Retry-After": _COME_AGAIN}
    if isinstance(error, BusyError):
        return problem(429, "Busy", _BUSY, headers)
    if isinstance(error, WarehouseError):
        return problem(503, "No figures yet", str(error), headers)
    # What a disk says names places of this machine: it is for the log.
    logging.getLogger(__name__).warning("a file could not be made: %s", error)
    return problem(503, "Cannot be made now", "The file could not be made.", headers)


def _nothing(name: str) -> Response:
    near = nearest(name, [(own, own) for own in names()])
    hint = f" Did you mean: {'; '.join(near)}?" if near else ""
    detail = f"There is no “{quoted(name)}” here.{hint} All addresses: {VERSION}"
    return problem(404, "No such address", detail, nearest=near)


def _elsewhere(request: Request) -> Response:
    if request.url.path == VERSION.rstrip("/"):
        return RedirectResponse(VERSION, 308, CORS)
    return _nothing(request.path_params["name"])


def _moved(request: Request) -> Response:
    """Lead an address of before to the one of now: the same file, asked for in the same words."""
    kind, _, ending = request.path_params["name"].partition(".")
    if kind != "klyngeblik" or not (ending in FIGURES or ending == "boundaries.parquet"):
        return _nothing(request.path_params["name"])
    name = ending if ending.startswith("boundaries.") else f"figures.{ending}"
    query = quote(request.url.query, safe="=&%+:,;/?@!$'()*-._~")
    params = f"?{query}" if query else ""
    return RedirectResponse(f"{VERSION}{name}{params}", 308, CORS)
