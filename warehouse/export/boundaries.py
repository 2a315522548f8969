"""The boundaries of an extract's areas, as rows and as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from typing import Final

import polars as pl

from warehouse.connection import Warehouse
from warehouse.errors import EmptySelectionError
from warehouse.export.filters import Selection
from warehouse.export.names import resolve
from warehouse.export.query import condition

#: Column: where it is read from, and its meaning in Danish and English.
COLUMNS: Final = {
    "geography": ("g.geography", "inddeling (id)", "geography (id)"),
    "level": ("a.level", "niveau", "level"),
    "area_id": ("a.area_id", "områdets id, som i udtrækket", "area id, as in the extract"),
    "area": ("a.name", "områdets navn", "area name"),
    "region_id": ("a.region_id", "regionens id", "area id of its region"),
    "source": ("b.source", "grænsernes kilde og licens", "source and licence of the boundaries"),
    "geometry": ("b.wkb", "grænse, WGS84", "boundary, WGS84"),
}
#: Decimals of a degree in GeoJSON: a tenth of a metre.
_DECIMALS: Final = 6


def rows(wh: Warehouse, selection: Selection) -> pl.DataFrame:
    """Return the boundaries of the areas that occur in an extract.

    Parameters
    ----------
    wh
        The warehouse.
    selection
        As for the extract.

    Returns
    -------
    polars.DataFrame
        The columns of :data:`COLUMNS`, a row an area, in list order; ``geometry`` is WKB in
        longitude and latitude (WGS84).

    Raises
    ------
    SelectionError
        When the selection names something unknown.
    EmptySelectionError
        When no area of the extract has a boundary.
    """
    chosen = resolve(wh, selection)
    text, values = condition(chosen)
    columns = ", ".join(f"{sql} AS {name}" for name, (sql, *_) in COLUMNS.items())
    frame = wh.sql(
        f"SELECT {columns} FROM boundaries b JOIN areas a USING (area_id) "  # noqa: S608
        "JOIN geographies g ON g.geography = a.geography WHERE a.area_id IN (SELECT m.area_id "
        f"FROM measures m JOIN indicators i USING (indicator_id) WHERE {text}) "
        "ORDER BY g.sort, a.sort, a.area_id",
        values,
    )
    if frame.is_empty():
        raise EmptySelectionError(f"boundaries of: {chosen.described()}")
    return frame


def geojson(wh: Warehouse, selection: Selection) -> bytes:
    """Return the same as a GeoJSON FeatureCollection: outer rings counter-clockwise.

    Parameters
    ----------
    wh, selection
        As for :func:`rows`.

    Raises
    ------
    SelectionError, EmptySelectionError
        As in :func:`rows`.
    """
    import shapely  # noqa: PLC0415 - of the extra etl; rows are read without it

    frame = rows(wh, selection)
    shapes = shapely.from_wkb(frame["geometry"].to_list())
    shapes = shapely.transform(shapes, lambda degrees: degrees.round(_DECIMALS))
    shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    features = [
        {
            "type": "Feature",
            "id": row["area_id"],
            "properties": row,
            "geometry": json.loads(shape),
        }
        for row, shape in zip(
            frame.drop("geometry").iter_rows(named=True), shapely.to_geojson(shapes), strict=True
        )
    ]
    text = json.dumps(
        {"type": "FeatureCollection", "features": features},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return text.encode()
