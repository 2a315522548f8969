"""Boundaries of every geography, made from the municipalities' polygons.

``geo.boundaries.load(raw_dir)`` is the way in; the user's own file brings geopandas with it.
"""

from geo.boundaries.errors import BoundaryError
from geo.boundaries.files import find_file
from geo.boundaries.model import Boundaries, load

__all__ = ["Boundaries", "BoundaryError", "find_file", "load"]
