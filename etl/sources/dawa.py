"""The municipalities from the older open address service (DAWA), where it still answers.

Source: the documentation of DAWA's ``/kommuner``: GeoJSON with ``kode``, ``navn`` and
``udenforkommuneinddeling`` (true for Christiansø).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely

from etl.sources.answers import json_in
from etl.sources.errors import FetchError, GarbledError, RefusedError
from etl.sources.web import Ask, Progress, Web

BASE: Final = "https://api.dataforsyningen.dk"
CREDIT: Final = "Danmarks Adressers Web API (DAWA/DAGI), Klimadatastyrelsen"
_GONE = (404, 410)


def municipalities(
    web: Web, folder: Path, base: str, key: str | None, progress: Progress
) -> gpd.GeoDataFrame:
    """Fetch the municipalities; as ``datafordeler.municipalities``, in WGS84, without a key."""
    del key
    progress("boundaries", 0, 1)
    asked = Ask(f"{base.rstrip('/')}/kommuner", {"format": "geojson"})
    try:
        frame = web.fetch(asked, folder / "dawa.answer", _frame)
    except RefusedError as error:
        if error.status in _GONE:
            what = "The older address service is closed."
            raise FetchError(what, "Use --source datafordeler.") from None
        raise
    progress("boundaries", 1, 1)
    return frame


def _frame(file: Path) -> gpd.GeoDataFrame:
    content = json_in(file)
    try:
        inside = [
            feature
            for feature in content["features"]
            if not feature["properties"].get("udenforkommuneinddeling")
        ]
        fields = {
            "kode": [str(feature["properties"]["kode"]) for feature in inside],
            "navn": [str(feature["properties"]["navn"]) for feature in inside],
        }
        geometry = [shapely.geometry.shape(feature["geometry"]) for feature in inside]
    except (TypeError, KeyError, AttributeError, ValueError, shapely.errors.ShapelyError):
        msg = "the answer is not the municipalities as GeoJSON"
        raise GarbledError(msg) from None
    return gpd.GeoDataFrame(fields, geometry=geometry, crs=4326)
