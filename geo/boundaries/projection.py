"""From one coordinate system to another, without the weight of geopandas."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

WGS84 = 4326
#: Metres, all of Denmark (ETRS89 / UTM zone 32N): the system of the official boundaries.
METRES = 25832
#: Equal-area system for areas in km²: UTM zone 32 would make Bornholm 0.3 % too large.
EQUAL_AREA = 3035


def project(polygons: npt.NDArray[np.object_], source: int, target: int) -> npt.NDArray[np.object_]:
    """Return geometries in another coordinate system.

    Parameters
    ----------
    polygons
        Shapely geometries; longitude before latitude, east before north.
    source, target
        EPSG codes.
    """
    transformer = _transformer(source, target)

    def moved(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(polygons, moved))


@cache
def _transformer(source: int, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
