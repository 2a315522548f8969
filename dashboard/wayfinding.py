"""Addresses that help a reader find the way: the search, the map of the front page, old links."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.clock import today
from dashboard.figures.outline import Label, outline
from dashboard.made_up import seen_by
from dashboard.reference import Reference, open_warehouse, reference_of
from dashboard.search import Index
from dashboard.text import Text
from geo.spelling import LONGEST
from warehouse import Warehouse, WarehouseError

#: Where the search asks.
SEARCH: Final = "/soeg"
#: The page of an area's key figures; it was the front page, and called /overblik.
PROFILE: Final = "profil"
_OLD: Final = {"/overblik"}
#: What tells a link to an area, or to a chart of one, from a link to the front page.
_PLACED: Final = ("geo", "area", "chart")
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


def moved(path: str, query: Sequence[tuple[str, str]]) -> str | None:
    """Return where an address from before leads now; ``None`` for one that is as it was.

    Parameters
    ----------
    path
        Path of the address.
    query
        Its parameters, in order; they are kept as they are.
    """
    is_front = not path.strip("/") and any(key in _PLACED for key, _ in query)
    if not is_front and path.rstrip("/") not in _OLD:
        return None
    return f"/{PROFILE}" + (f"?{urlencode(query, safe=',:')}" if query else "")


def search_route(warehouse: Path, pages: Callable[[Text], Sequence[tuple[str, str]]]) -> Route:
    """Return the address that answers what the search is asked.

    Parameters
    ----------
    warehouse
        The warehouse file; it may not exist yet.
    pages
        From the language to address and title of the pages that can be found.
    """

    def answer(request: Request) -> Response:
        lang = "en" if request.query_params.get("lang") == "en" else "da"
        typed = request.query_params.get("q", "")[: LONGEST + 1]
        demo = request.query_params.get("demo")
        try:
            opened = open_warehouse(warehouse)
            index = opened.once(
                ("search", lang, today(), demo == "0"),
                lambda wh: _index(wh, Text(lang), pages, demo),
            )
        except WarehouseError:
            return Response(status_code=503)
        found = [{"label": e.label, "note": e.note, **e.changes} for e in index.find(typed)]
        nothing = "" if found or not typed.strip() else index.nothing(typed)
        headers = {"Cache-Control": "no-store"}
        return JSONResponse({"found": found, "nothing": nothing}, headers=headers)

    return Route(SEARCH, answer, methods=["GET", "HEAD"])


def _index(
    warehouse: Warehouse,
    text: Text,
    pages: Callable[[Text], Sequence[tuple[str, str]]],
    demo: str | None,
) -> Index:
    return Index(seen_by(reference_of(warehouse), demo), text, pages(text), today())


def outline_address(warehouse: Warehouse, geography: str, lang: str) -> str | None:
    """Return the address of the front page's map, ``None`` when there are no boundaries."""
    drawn = drawn_outline(warehouse, geography, lang)
    return None if drawn is None else f"/geo/{geography}-{lang}-{drawn[0]}.svg"


def outline_route(warehouse: Path) -> Route:
    """Return the address of the front page's map; it changes with what is drawn."""

    def answer(request: Request) -> Response:
        geography, lang, digest = request.path_params["name"].rsplit("-", 2)
        try:
            drawn = drawn_outline(open_warehouse(warehouse), geography, lang)
        except WarehouseError:
            return Response(status_code=503)
        if drawn is None or drawn[0] != digest:
            return Response(status_code=404)
        headers = {"Cache-Control": _IMMUTABLE, "Vary": "Accept-Encoding"}
        content = drawn[1]
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
        return Response(content, media_type="image/svg+xml", headers=headers)

    return Route("/geo/{name}.svg", answer, methods=["GET", "HEAD"])


def drawn_outline(warehouse: Warehouse, geography: str, lang: str) -> tuple[str, bytes] | None:
    """Return the digest of a map and the map, packed."""
    return warehouse.once(
        ("outline", geography, lang), lambda wh: _drawn(wh, reference_of(wh), geography, lang)
    )


def _drawn(
    warehouse: Warehouse, reference: Reference, geography: str, lang: str
) -> tuple[str, bytes] | None:
    if lang not in ("da", "en") or (geography, "country") not in reference.maps:
        return None
    packed = warehouse.sql(
        "SELECT geojson_gz FROM maps WHERE geography = ? AND detail = 'country'", [geography]
    )["geojson_gz"][0]
    text = Text(lang)
    boxes = {row[0]: tuple(row[1:]) for row in reference.insets.iter_rows()}
    svg = outline(
        json.loads(gzip.decompress(packed))["features"],
        {place.id: _label(reference, place.id, lang) for place in reference.areas_of(geography)},
        boxes,
        lambda name: text(f"figure.inset.{name}"),
    ).encode()
    return hashlib.sha256(svg).hexdigest()[:16], gzip.compress(svg, 9, mtime=0)


def _label(reference: Reference, area: str, lang: str) -> Label:
    place = reference.areas[area]
    row: Mapping[str, object] = place.row
    query = {"geo": place.geography, "area": area} | ({"lang": lang} if lang != "da" else {})
    return Label(
        place.name,
        _lines(place.short_name.partition(" (")[0].removesuffix("klyngen")),
        float(str(row["centre_lon"])),
        float(str(row["centre_lat"])),
        f"/{PROFILE}?{urlencode(query)}",
    )


def _lines(name: str) -> str:
    """Return a name with a new line where a long one may break."""
    if len(name) < 14:
        return name
    words = name.split()
    at = min(
        range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(name) / 2), default=0
    )
    return "|".join(filter(None, (" ".join(words[:at]), " ".join(words[at:]))))
