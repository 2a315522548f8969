"""The weight of a map of all Denmark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import warehouse
from bench.bar import Bar


def bars(path: Path) -> Iterator[Bar]:
    with warehouse.connect(path) as wh:
        maps = wh.sql(
            "SELECT geography, octet_length(geojson_gz) / 1000 AS kb FROM maps "
            "WHERE detail = 'country' ORDER BY kb DESC LIMIT 1"
        )
    geography, weight = maps.row(0)
    yield Bar(f"map geometry, {geography}", weight, 40, "the bar", "kB gzipped", 1)
