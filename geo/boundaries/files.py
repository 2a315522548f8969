"""Find the municipalities' boundaries: the user's own file, else the embedded one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.boundaries.errors import fault
from geo.boundaries.projection import METRES, WGS84, project
from geo.model import OWN_FILE, Problem
from geo.outlines import candidates

_EMBEDDED = Path(__file__).parent / "municipalities-100m.geojson"
_EMBEDDED_SOURCE = (
    "Generaliserede kommunegrænser (ca. 100 m): kystlinje © OpenStreetMap contributors, "
    "grænser fra react-denmark-map (MIT); ODbL 1.0"
)

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Municipalities:
    """The 98 municipalities' polygons.

    ``polygons`` follow ``codes`` (4 digits, ascending) and are in EPSG:25832, metres; together
    they are a valid coverage (no overlaps, shared borders have the same vertices).
    """

    codes: tuple[str, ...]
    polygons: Geometries
    source: str
    notes: tuple[Problem, ...]
    file: Path | None


def find_file(raw_dir: Path) -> Path | None:
    """Return the user's own boundary file in a folder.

    A GeoJSON, GeoPackage or GeoParquet file is one when it holds polygons and a column with
    municipality codes.

    Parameters
    ----------
    raw_dir
        Folder of delivered files; it need not exist.

    Returns
    -------
    pathlib.Path or None
        The file, or None when there is none and the embedded boundaries are used.

    Raises
    ------
    BoundaryError
        When there are two, or a GeoJSON or GeoPackage file cannot be read.
    """
    possible = candidates(raw_dir)
    if not possible:
        return None
    from geo.boundaries import own  # noqa: PLC0415 - geopandas takes long to import

    found = [path for path in possible if own.read(path) is not None]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise fault("boundaries_twice", found[1].name, files=names)
    return found[0] if found else None


def read_municipalities(raw_dir: Path) -> Municipalities:
    """Read the municipalities' boundaries: the user's own file in ``raw_dir``, else the embedded.

    Parameters
    ----------
    raw_dir
        Folder of delivered files; it need not exist.

    Returns
    -------
    Municipalities
        All 98, with notes on what had to be mended.

    Raises
    ------
    BoundaryError
        When the file lacks a municipality, holds an unknown code or lies outside Denmark.
    """
    path = find_file(raw_dir)
    if path is None:
        return _embedded()
    from geo.boundaries import own  # noqa: PLC0415 - geopandas takes long to import

    codes, polygons, notes = own.prepare(path)
    source = ", ".join(filter(None, (f"{OWN_FILE}{path.name}", own.credit(path))))
    return Municipalities(codes, polygons, source, notes, path)


def _embedded() -> Municipalities:
    features = json.loads(_EMBEDDED.read_bytes())["features"]
    by_code = {feature["properties"]["code"].zfill(4): feature["geometry"] for feature in features}
    codes = tuple(sorted(by_code))
    polygons = shapely.from_geojson([json.dumps(by_code[code]) for code in codes])
    return Municipalities(codes, project(polygons, WGS84, METRES), _EMBEDDED_SOURCE, (), None)
