"""From the public services to files in the folder of delivered packages, whole or not at all."""

from etl.sources.boundaries import BOUNDARY_FILE, SOURCES, Source, fetch_boundaries
from etl.sources.errors import FetchError
from etl.sources.population import fetch_population
from etl.sources.staging import Fetched
from etl.sources.web import Patience

__all__ = [
    "BOUNDARY_FILE",
    "SOURCES",
    "FetchError",
    "Fetched",
    "Patience",
    "Source",
    "fetch_boundaries",
    "fetch_population",
]
