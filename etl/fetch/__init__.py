"""From the public services to files in the folder of delivered packages, whole or not at all."""

from etl.fetch.boundaries import BOUNDARY_FILE, SOURCES, Source, fetch_boundaries
from etl.fetch.errors import FetchError
from etl.fetch.population import fetch_population
from etl.fetch.staging import Fetched
from etl.fetch.web import Patience

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
