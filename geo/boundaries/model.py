"""The boundaries of every geography as the frames the warehouse takes."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from geo.boundaries.coverage import Pieces, clockwise, cut, dissolve, simplify, to_degrees
from geo.boundaries.files import Geometries, Municipalities, read_municipalities
from geo.boundaries.projection import EQUAL_AREA, METRES, WGS84, project
from geo.geographies import areas_frame, catchments_frame, load_geographies
from geo.model import Geography

#: What the all-Denmark map of one geography may weigh, bytes gzipped.
COUNTRY_BUDGET = 40_000
#: Tolerances in metres of each detail; the first under the budget is used.
_TOLERANCES: dict[str, tuple[float, ...]] = {
    "country": (500.0, 650.0, 800.0, 1000.0),
    "region": (200.0,),
    "local": (100.0,),
}
#: Fewest decimals of a degree: 4 is about 10 m, 5 about 1 m.
_DECIMALS = {"country": 4, "region": 4, "local": 5}
#: Degrees of air around what an inset frames: longitude, latitude.
_MARGIN = {"denmark": (0.15, 0.08), "capital": (0.03, 0.02), "bornholm": (0.03, 0.02)}


class Boundaries:
    """The areas' boundaries, made from one set of municipalities.

    Attributes
    ----------
    source
        Where the boundaries are from and their licence, in Danish, as a page shows it.
    notes
        What had to be mended in the user's own file, each a ``geo.Problem``.
    file
        The user's own file, None when the embedded boundaries are used.
    """

    def __init__(self, municipalities: Municipalities, geographies: Mapping[str, Geography]):
        self.source = municipalities.source
        self.notes = municipalities.notes
        self.file: Path | None = municipalities.file
        self._geographies = geographies
        self._pieces = cut(municipalities)
        self._outlines: dict[tuple[str, str], tuple[tuple[str, ...], Geometries]] = {}

    def maps_frame(self) -> pl.DataFrame:
        """Return one row a geography and detail, as the warehouse table ``maps``.

        Returns
        -------
        polars.DataFrame
            ``geography, detail, geojson_gz, sha256, tolerance_m``. ``geojson_gz`` is a gzipped
            FeatureCollection (WGS84, exterior rings clockwise, ``id`` = area id, properties
            ``area_id`` and ``name``); the same boundaries give the same bytes.
        """
        rows = []
        for detail, (tolerance, _) in self._details.items():
            for name in self._geographies:
                packed = self._packed(name, detail)
                digest = hashlib.sha256(packed).hexdigest()
                rows.append((name, detail, packed, digest, tolerance))
        return pl.DataFrame(
            rows,
            schema={
                "geography": pl.String,
                "detail": pl.String,
                "geojson_gz": pl.Binary,
                "sha256": pl.String,
                "tolerance_m": pl.Float64,
            },
            orient="row",
        )

    def boundaries_frame(self) -> pl.DataFrame:
        """Return one row an area at the finest detail, as the warehouse table ``boundaries``.

        Returns
        -------
        polars.DataFrame
            ``geography, area_id, wkb`` (WGS84 longitude/latitude), ``source``.
        """
        frames = []
        for name in self._geographies:
            ids, polygons = self._degrees(name, "local")
            frames.append(
                pl.DataFrame(
                    {"geography": name, "area_id": ids, "wkb": shapely.to_wkb(polygons).tolist()},
                    schema={"geography": pl.String, "area_id": pl.String, "wkb": pl.Binary},
                )
            )
        return pl.concat(frames).with_columns(source=pl.lit(self.source))

    def insets_frame(self) -> pl.DataFrame:
        """Return the frames of the map, as the warehouse table ``insets``.

        Returns
        -------
        polars.DataFrame
            ``inset`` (``denmark`` without Bornholm, ``capital``, ``bornholm``), ``lon_min,
            lat_min, lon_max, lat_max`` in WGS84 degrees with a little air around.
        """
        ids, polygons = self._degrees("kommuner", "local")
        rows = []
        for inset, municipalities in _inset_municipalities(ids).items():
            air_lon, air_lat = _MARGIN[inset]
            west, south, east, north = shapely.total_bounds(
                polygons[np.isin(ids, municipalities)]
            ).tolist()
            box = (west - air_lon, south - air_lat, east + air_lon, north + air_lat)
            rows.append((inset, *(round(edge, 3) for edge in box)))
        return pl.DataFrame(
            rows,
            schema={
                "inset": pl.String,
                "lon_min": pl.Float64,
                "lat_min": pl.Float64,
                "lon_max": pl.Float64,
                "lat_max": pl.Float64,
            },
            orient="row",
        )

    def inset_areas(self) -> pl.DataFrame:
        """Return which areas can be seen in which inset.

        Returns
        -------
        polars.DataFrame
            ``inset, geography, area_id``: a row where at least one municipality of the area lies
            in the inset.
        """
        catchments = catchments_frame(self._geographies)
        codes = tuple(catchments["municipality_id"].unique().sort())
        return pl.concat(
            catchments.filter(pl.col("municipality_id").is_in(list(inside)))
            .select(pl.lit(inset).alias("inset"), "geography", "area_id")
            .unique(maintain_order=True)
            for inset, inside in _inset_municipalities(codes).items()
        )

    def area_facts(self) -> pl.DataFrame:
        """Return what the boundaries tell of each area, for the warehouse table ``areas``.

        Returns
        -------
        polars.DataFrame
            ``area_id, geography, area_km2`` (land, from the unsimplified boundaries),
            ``centre_lon, centre_lat`` (the point deepest inside the largest part, WGS84 degrees),
            ``is_split``. An area with no place of its own on the map has nulls.
        """
        frames = [
            self._facts(geography).with_columns(geography=pl.lit(name))
            for name, geography in self._geographies.items()
        ]
        areas = areas_frame(self._geographies)
        return areas.select("area_id", "geography", "is_split").join(
            pl.concat(frames), on=["geography", "area_id"], how="left", maintain_order="left"
        )["area_id", "geography", "area_km2", "centre_lon", "centre_lat", "is_split"]

    def _facts(self, geography: Geography) -> pl.DataFrame:
        ids, polygons = dissolve(geography, self._pieces)
        # The simplified outline finds the middle as well, and much faster.
        _, degrees = self._degrees(geography.id, "local")
        outline = project(degrees, WGS84, METRES)
        parts, owner = shapely.get_parts(outline, return_index=True)
        order = np.lexsort((-shapely.area(parts), owner))
        largest = parts[order][np.unique(owner[order], return_index=True)[1]]
        middle = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=200), 0)
        centre = project(middle, METRES, WGS84)
        km2 = shapely.area(project(polygons, METRES, EQUAL_AREA)) / 1e6
        return pl.DataFrame(
            {
                "area_id": ids,
                "area_km2": km2.round(2),
                "centre_lon": shapely.get_x(centre).round(4),
                "centre_lat": shapely.get_y(centre).round(4),
            }
        )

    @cached_property
    def _details(self) -> dict[str, tuple[float, Pieces]]:
        """Return for each detail the tolerance used and the pieces in degrees."""
        return {detail: self._simplified(detail) for detail in _TOLERANCES}

    def _simplified(self, detail: str) -> tuple[float, Pieces]:
        """Return the first tolerance whose heaviest map is light enough, else the last."""
        heaviest = max(self._geographies.values(), key=lambda geography: len(geography.areas))
        *finer, tolerance = _TOLERANCES[detail]
        for candidate in finer:
            pieces = to_degrees(simplify(self._pieces, candidate), _DECIMALS[detail])
            if len(_geojson(heaviest, *dissolve(heaviest, pieces))) <= COUNTRY_BUDGET:
                return candidate, pieces
        return tolerance, to_degrees(simplify(self._pieces, tolerance), _DECIMALS[detail])

    def _degrees(self, geography: str, detail: str) -> tuple[tuple[str, ...], Geometries]:
        if (geography, detail) not in self._outlines:
            ids, polygons = dissolve(self._geographies[geography], self._details[detail][1])
            self._outlines[geography, detail] = ids, clockwise(polygons)
        return self._outlines[geography, detail]

    def _packed(self, geography: str, detail: str) -> bytes:
        ids, polygons = self._degrees(geography, detail)
        return _geojson(self._geographies[geography], ids, polygons)


def load(raw_dir: Path, geographies: Mapping[str, Geography] | None = None) -> Boundaries:
    """Load the boundaries of every geography.

    The user's own official file in ``raw_dir`` (GeoJSON, GeoPackage or GeoParquet, any coordinate
    system) takes the place of the embedded, generalised ones.

    Parameters
    ----------
    raw_dir
        Folder of delivered files; it need not exist.
    geographies
        As ``geo.load_geographies`` gives them; the shipped ones when None.

    Returns
    -------
    Boundaries
        The frames are computed when asked for; the caller keeps what it needs.

    Raises
    ------
    BoundaryError
        When the user's own file cannot be used; it says which file, what and how to mend it.
    """
    chosen = load_geographies() if geographies is None else geographies
    return Boundaries(read_municipalities(raw_dir), chosen)


def _inset_municipalities(codes: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the municipalities framed by each inset; codes below 0200 are Storkøbenhavn."""
    return {
        "denmark": [code for code in codes if code != "0400"],
        "capital": [code for code in codes if code < "0200"],
        "bornholm": ["0400"],
    }


def _geojson(geography: Geography, ids: tuple[str, ...], polygons: Geometries) -> bytes:
    names = {area.id: area.name for area in geography.areas}
    features = [
        f'{{"type":"Feature","id":{_quoted(area)},"properties":{{"area_id":{_quoted(area)},'
        f'"name":{_quoted(names[area])}}},"geometry":{geometry}}}'
        for area, geometry in zip(ids, shapely.to_geojson(polygons), strict=True)
    ]
    text = f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
    # mtime 0: the same boundaries give the same bytes, so that the address stays the same.
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
