"""Datafordeleren in small: DAGI's municipalities, made from the embedded boundaries."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd

import geo.boundaries
from tests.fetch.server import Answer, Asked

KEY = "hemmelig/nøgle+1234567890"


@cache
def municipalities() -> gpd.GeoDataFrame:
    """The embedded municipalities, and Christiansø: ``kode``, ``navn``, WGS84."""
    path = Path(geo.boundaries.__file__).parent / "municipalities-100m.geojson"
    names = {
        code: name
        for code, name, _ in geo.municipalities()
        .select("municipality_id", "name", "region_2007")
        .rows()
    }
    frame = gpd.read_file(path)
    column = next(c for c in frame if set(frame[c].astype(str).str.zfill(4)) >= set(names))
    kode = frame[column].astype(str).str.zfill(4)
    made = gpd.GeoDataFrame(
        {"kode": kode, "navn": kode.map(names)}, geometry=frame.geometry, crs=4326
    )
    rock = gpd.GeoSeries.from_wkt(["POINT (15.19 55.32)"], crs=4326).to_crs(25832).buffer(200)
    extra = gpd.GeoDataFrame(
        {"kode": ["0411"], "navn": ["Christiansø"]}, geometry=rock.to_crs(4326), crs=4326
    )
    return gpd.GeoDataFrame(gpd.pd.concat([made, extra], ignore_index=True), crs=4326)


class Register:
    """Answers as DAGI's GraphQL does."""

    def __init__(self) -> None:
        metres = municipalities().to_crs(25832)
        self.nodes: list[dict[str, Any]] = [
            {"kommunekode": code, "navn": name, "geometri": {"wkt": polygon.wkt}}
            for code, name, polygon in zip(metres.kode, metres.navn, metres.geometry, strict=True)
        ]
        self.endless = False

    def answer(self, asked: Asked) -> Answer:
        if asked.query.get("apiKey") != KEY:
            return Answer({"errors": [{"message": "Unauthorized"}]}, 401)
        query, variables = asked.body["query"], asked.body["variables"]
        assert "DAGI_Kommuneinddeling" in query
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        page = {
            "pageInfo": {
                "endCursor": str(end),
                "hasNextPage": self.endless or end < len(self.nodes),
            },
            "nodes": self.nodes[:20] if self.endless else self.nodes[start:end],
        }
        return Answer({"data": {"DAGI_Kommuneinddeling": page}})


def geojson() -> dict[str, Any]:
    """The same as the older service sends it."""
    content: dict[str, Any] = json.loads(municipalities().to_json())
    for feature in content["features"]:
        rock = feature["properties"]["kode"] == "0411"
        feature["properties"]["udenforkommuneinddeling"] = rock
    return content
