"""Where: the 98 municipalities, the geographies that group them, and their boundaries.

``import geo`` needs polars only; the boundaries (``geo.boundaries``) bring geopandas with them
and are imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from geo.geographies import areas_frame, catchments_frame, geographies_frame, load_geographies
from geo.model import Area, Geography, GeographyError, Membership, PlacesError, Problem
from geo.register import districts, municipalities, tiles

if TYPE_CHECKING:
    from geo import boundaries

__all__ = [
    "Area",
    "Geography",
    "GeographyError",
    "Membership",
    "PlacesError",
    "Problem",
    "areas_frame",
    "boundaries",
    "catchments_frame",
    "districts",
    "geographies_frame",
    "load_geographies",
    "municipalities",
    "tiles",
]


def __getattr__(name: str) -> ModuleType:
    if name == "boundaries":
        return import_module("geo.boundaries")
    raise AttributeError(f"module 'geo' has no attribute {name!r}")
