"""The municipalities from Datafordeleren's GraphQL service for DAGI.

Source: "GraphQL på Datafordeleren" and "GraphQL (DAGI)" in Klimadatastyrelsen's documentation: an
API key in the address, point-in-time arguments, pages by cursor, geometry as WKT in EPSG:25832.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import geopandas as gpd
import shapely

from etl.sources.answers import json_in
from etl.sources.errors import FetchError, GarbledError, RefusedError
from etl.sources.web import Ask, Progress, Web

BASE: Final = "https://graphql.datafordeler.dk/DAGI/v2"
KEY_VARIABLE: Final = "DATAFORDELER_APIKEY"
CREDIT: Final = "Danmarks Administrative Geografiske Inddeling (DAGI), Klimadatastyrelsen"
_ENTITY = "DAGI_Kommuneinddeling"
#: Detailed polygons are heavy: pages small enough that one can be asked again.
_A_PAGE = 20
#: The 98 and Christiansø, with room; a service that sends more goes round in circles.
_MOST = 200
_METRES = 25832
_QUERY = f"""
query Kommuner($at: DafDateTime!, $first: Int!, $after: String) {{
  {_ENTITY}(registreringstid: $at, virkningstid: $at, first: $first, after: $after) {{
    pageInfo {{ endCursor hasNextPage }}
    nodes {{ kommunekode navn geometri {{ wkt }} }}
  }}
}}
"""
GET_A_KEY: Final = (
    "Make a free API key at portal.datafordeler.dk and set it in the environment variable "
    f"{KEY_VARIABLE}."
)


def municipalities(
    web: Web, folder: Path, base: str, key: str | None, progress: Progress
) -> gpd.GeoDataFrame:
    """Fetch the municipalities as they are today.

    Parameters
    ----------
    web
        Sends the requests; must have been told the key.
    folder
        For answers on their way.
    base
        Address of the service.
    key
        API key of Datafordeleren.
    progress
        Told after each page, in municipalities.

    Returns
    -------
    geopandas.GeoDataFrame
        ``kode``, ``navn``, ``geometry``; EPSG:25832.

    Raises
    ------
    FetchError
        When the key is missing or refused, or the service does not deliver.
    """
    if not key:
        raise FetchError("Datafordeleren wants an API key.", GET_A_KEY)
    address = urlsplit(base)
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise FetchError(f"The key is not sent unencrypted to {address.netloc}.", "Use https.")
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nodes: list[dict[str, Any]] = []
    cursors: set[str] = set()
    after: str | None = None
    while True:
        variables = {"at": now, "first": _A_PAGE, "after": after}
        asked = Ask(base, {"apiKey": key}, {"query": _QUERY, "variables": variables})
        page = _page(web, asked, folder / "datafordeler.answer")
        nodes += page["nodes"]
        more = page["pageInfo"]["hasNextPage"]
        progress("boundaries", len(nodes), max(99, len(nodes)))
        if not more:
            break
        after = page["pageInfo"]["endCursor"]
        if not page["nodes"] or after is None or after in cursors or len(nodes) > _MOST:
            what = "Datafordeleren's pages never end."
            raise FetchError(what, "Try again later; nothing was replaced.")
        cursors.add(after)
    if not nodes:
        raise FetchError(
            "Datafordeleren sends no municipalities at all.",
            "Try again later, or use the older service: --source dawa.",
        )
    return _frame(nodes)


def _page(web: Web, asked: Ask, answer: Path) -> dict[str, Any]:
    try:
        return web.fetch(asked, answer, lambda file: _connection(web, file))
    except RefusedError as error:
        # The service also refuses a key it does not know in words, with status 400.
        if error.status in (401, 403) or "apikey" in error.body.replace("-", "").lower():
            raise FetchError("Datafordeleren refuses the API key.", GET_A_KEY) from None
        raise


def _connection(web: Web, file: Path) -> dict[str, Any]:
    """Return the page in an answer, its form checked."""
    content = json_in(file)
    if isinstance(content, dict) and content.get("errors"):
        errors = content["errors"]
        first = errors[0] if isinstance(errors, list) else errors
        said = first.get("message", "") if isinstance(first, dict) else first
        told = web.hidden(" ".join(str(said).split()))[:300].rstrip(".")
        # Wrong questions stay wrong: no further tries.
        mend = "The service may have changed; look for a newer version of Klyngeblik."
        raise FetchError(f"Datafordeleren answers with an error: {told}.", mend)
    try:
        page = content["data"][_ENTITY]
        info, nodes = page["pageInfo"], page["nodes"]
        whole = isinstance(info["hasNextPage"], bool) and all(
            isinstance(node[field], str) for node in nodes for field in ("kommunekode", "navn")
        )
        whole = whole and all(isinstance(node["geometri"]["wkt"], str) for node in nodes)
    except (TypeError, KeyError):
        whole = False
    if not whole:
        msg = "the answer has another form than documented"
        raise GarbledError(msg)
    return dict(page)


def _frame(nodes: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    try:
        geometry = shapely.from_wkt([node["geometri"]["wkt"] for node in nodes])
    except shapely.errors.ShapelyError:
        what = "Datafordeleren sends a boundary that is not WKT."
        raise FetchError(what, "Try again later; nothing was replaced.") from None
    fields = {
        "kode": [node["kommunekode"] for node in nodes],
        "navn": [node["navn"] for node in nodes],
    }
    return gpd.GeoDataFrame(fields, geometry=geometry, crs=_METRES)
